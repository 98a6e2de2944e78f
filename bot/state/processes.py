"""Coordinate a bot's processes: gateway logins and the corpus they serve."""

from datetime import datetime

from bot.state.base import State

IDENTIFY_INTERVAL_MS = 5_000  # Discord's minimum between identifies of a bucket
PROCESS_TIMEOUT_SECONDS = 3 * 60 * 60  # after this, a silent process counts as stopped

# A slot claimed further ahead than one interval had a wrong clock.
_CLAIM_SLOT = """
    INSERT INTO identify_slot (bucket, free_at_ms) VALUES (:bucket, :next)
    ON CONFLICT (bucket) DO UPDATE SET free_at_ms = excluded.free_at_ms
    WHERE identify_slot.free_at_ms <= :now OR identify_slot.free_at_ms > :next
    RETURNING bucket
"""
_SELECT_SLOT = "SELECT free_at_ms FROM identify_slot WHERE bucket = ?"
_UPSERT_PROCESS = """
    INSERT INTO process (shards, corpus_hash, seen_at) VALUES (:shards, :corpus, :seen)
    ON CONFLICT (shards) DO UPDATE SET corpus_hash = excluded.corpus_hash, seen_at = excluded.seen_at
"""
# One seen later than now had a wrong clock.
_DELETE_STALE = "DELETE FROM process WHERE seen_at < ? OR seen_at > ?"
_SELECT_OTHER_CORPORA = "SELECT shards FROM process WHERE corpus_hash <> ? ORDER BY shards"


class ProcessRegistry:
    """Coordinate the processes that share a state."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def claim_identify_slot(self, bucket: int, now: datetime) -> float:
        """Claim a bucket's slot. Return 0, or the seconds until it is free."""
        now_ms = int(now.timestamp() * 1000)
        if await self._state.execute_transaction(
            (_CLAIM_SLOT, {"bucket": bucket, "now": now_ms, "next": now_ms + IDENTIFY_INTERVAL_MS})
        ):
            return 0.0
        rows = await self._state.fetch_all(_SELECT_SLOT, (bucket,))
        return max(1, rows[0][0] - now_ms if rows else 1) / 1000

    async def heartbeat(self, shards: str, corpus_hash: str, now: datetime) -> list[str]:
        """Record a process's corpus. Return the shards of processes with another one."""
        seen_at = int(now.timestamp())
        process = {"shards": shards, "corpus": corpus_hash, "seen": seen_at}
        await self._state.execute_transaction(
            (_UPSERT_PROCESS, process),
            (_DELETE_STALE, (seen_at - PROCESS_TIMEOUT_SECONDS, seen_at + PROCESS_TIMEOUT_SECONDS)),
        )
        return [shards for (shards,) in await self._state.fetch_all(_SELECT_OTHER_CORPORA, (corpus_hash,))]
