"""What the processes of one bot know of each other: whose turn it is to log in, and what each serves."""

from datetime import datetime

from bot.state.base import State

BETWEEN = 5_000  # milliseconds between two logins of a bucket; Discord's rule
HEARD = 3 * 60 * 60  # seconds that a process counts as running after it last said so

# A time further ahead than it can be was written by a clock that is wrong.
_TURN = """
    INSERT INTO identify (bucket, free) VALUES (:bucket, :next)
    ON CONFLICT (bucket) DO UPDATE SET free = excluded.free WHERE identify.free <= :now OR identify.free > :next
    RETURNING bucket
"""
_FREE = "SELECT free FROM identify WHERE bucket = ?"
_SAY = """
    INSERT INTO process (shards, corpus, seen) VALUES (:shards, :corpus, :seen)
    ON CONFLICT (shards) DO UPDATE SET corpus = excluded.corpus, seen = excluded.seen
"""
_FORGET = "DELETE FROM process WHERE seen < ?"
_OTHERS = "SELECT shards FROM process WHERE corpus <> ? ORDER BY shards"


class Processes:
    """Speaks to the bot's other processes through the state."""

    def __init__(self, state: State) -> None:
        """Takes the state that they share."""
        self._state = state

    async def login_turn(self, bucket: int, now: datetime) -> float:
        """Takes the turn to log in to the gateway, if nobody of the same bucket did within five seconds.

        Returns:
            0 if the turn was taken, else for how many seconds it is not free.
        """
        moment = int(now.timestamp() * 1000)
        if await self._state.change((_TURN, {"bucket": bucket, "now": moment, "next": moment + BETWEEN})):
            return 0.0
        rows = await self._state.rows(_FREE, (bucket,))
        return max(1, rows[0][0] - moment if rows else 1) / 1000

    async def announce(self, shards: str, corpus: str, now: datetime) -> list[str]:
        """Says which corpus the process of some shards serves; returns the shards of those that serve another."""
        seen = int(now.timestamp())
        said = {"shards": shards, "corpus": corpus, "seen": seen}
        await self._state.change((_SAY, said), (_FORGET, (seen - HEARD,)))
        return [shards for (shards,) in await self._state.rows(_OTHERS, (corpus,))]
