"""Set, stop and post daily examples.

A post is claimed before it is sent, and completed afterwards. After a crash, the caller checks whether it was sent.
Each step is one statement, which does nothing if another process was faster.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.preferences import MAX_DAILIES_PER_GUILD, DailySchedule, PauseReason, Rhythm
from bot.state.base import State

MAX_UNDO_ID = 2**63 - 1
MAX_RETRY_DELAY = timedelta(hours=2)  # a later retry was set by a wrong clock
COLUMNS = (
    "channel_id, guild_id, minute_of_day, timezone, weekdays, interval_hours, trope_ref, medium_slug, work_ref, "
    "include_spoilers, role_id, is_forum, tag_id, next_due_at, pause_reason"
)
# What *Undo* restores. No field contains a blank, and the two databases make JSON in different ways.
_REPLACED = """
    daily.minute_of_day || ' ' || daily.timezone || ' ' || daily.weekdays || ' ' || daily.interval_hours || ' '
    || daily.trope_ref || ' ' || daily.medium_slug || ' ' || daily.work_ref || ' ' || daily.include_spoilers || ' '
    || daily.role_id || ' ' || daily.is_forum || ' ' || daily.tag_id || ' ' || daily.pause_reason
"""
_RESET_POST = "claimed_at = 0, example_ref = '', failure_count = 0, retry_at = 0"
_DUE_POST = f"claimed_at, example_ref, failure_count, sent_due_at, {COLUMNS}"
_WHERE_SAME_POST = "WHERE channel_id = :channel AND next_due_at = :due AND pause_reason = ''"
# A new schedule resets a channel's post. A guild cannot take over another guild's channel.
_UPSERT_DAILY = f"""
    INSERT INTO daily ({COLUMNS})
    SELECT :channel, :guild, :minute, :zone, :weekdays, :hours, :trope, :medium, :work, :spoilers, :role, :forum, :tag,
        :due, ''
    WHERE (SELECT count(*) FROM daily WHERE guild_id = :guild AND channel_id <> :channel) < {MAX_DAILIES_PER_GUILD}
    ON CONFLICT (channel_id) DO UPDATE SET
        minute_of_day = excluded.minute_of_day, timezone = excluded.timezone, weekdays = excluded.weekdays,
        interval_hours = excluded.interval_hours, trope_ref = excluded.trope_ref, medium_slug = excluded.medium_slug,
        work_ref = excluded.work_ref, include_spoilers = excluded.include_spoilers, role_id = excluded.role_id,
        is_forum = excluded.is_forum, tag_id = excluded.tag_id, next_due_at = excluded.next_due_at, pause_reason = '',
        sent_due_at = 0, replaced = {_REPLACED}, undo_id = :undo, {_RESET_POST}
    WHERE daily.guild_id = excluded.guild_id
    RETURNING channel_id, replaced
"""
_SELECT_REPLACED = f"SELECT {COLUMNS}, replaced FROM daily WHERE guild_id = ? AND undo_id = ?"
# One statement, so that of several presses only one restores anything.
_UNDO_REPLACEMENT = f"""
    UPDATE daily SET
        minute_of_day = :minute, timezone = :zone, weekdays = :weekdays, interval_hours = :hours, trope_ref = :trope,
        medium_slug = :medium, work_ref = :work, include_spoilers = :spoilers, role_id = :role, is_forum = :forum,
        tag_id = :tag, next_due_at = :due, pause_reason = :reason, sent_due_at = 0, replaced = '', undo_id = 0,
        {_RESET_POST}
    WHERE guild_id = :guild AND channel_id = :channel AND undo_id = :undo
    RETURNING channel_id
"""
_SELECT_FOR_GUILD = f"SELECT {COLUMNS} FROM daily WHERE guild_id = ? ORDER BY minute_of_day, channel_id"
_DELETE_DAILY = "DELETE FROM daily WHERE guild_id = ? AND channel_id = ? RETURNING channel_id"
_RESUME_DAILY = f"""
    UPDATE daily SET pause_reason = '', next_due_at = :due, {_RESET_POST}
    WHERE guild_id = :guild AND channel_id = :channel AND pause_reason <> ''
"""
_SELECT_DUE = f"""
    SELECT {_DUE_POST} FROM daily
    WHERE pause_reason = '' AND next_due_at <= :now AND (retry_at <= :now OR retry_at > :latest_retry)
        AND (guild_id >> 22) % :count = :shard
    ORDER BY next_due_at, channel_id LIMIT :most
"""
# Those of one weekday are usually far ahead, so they need a later moment to be of interest.
_SELECT_LATER = f"""
    SELECT {_DUE_POST} FROM daily
    WHERE pause_reason = '' AND next_due_at > :moment AND (next_due_at > :weekly OR length(weekdays) > 1)
        AND (guild_id >> 22) % :count = :shard
"""
_CLAIM_POST = f"""
    UPDATE daily SET claimed_at = :now
    WHERE channel_id IN (SELECT channel_id FROM daily {_WHERE_SAME_POST} AND claimed_at = 0 {{row_lock}})
    RETURNING channel_id
"""
_SET_EXAMPLE = f"UPDATE daily SET example_ref = :example {_WHERE_SAME_POST} AND claimed_at <> 0"
_COMPLETE_POST = f"UPDATE daily SET sent_due_at = next_due_at, next_due_at = :next, {_RESET_POST} {_WHERE_SAME_POST}"
_MOVE_POST = f"UPDATE daily SET next_due_at = :next, {_RESET_POST} {_WHERE_SAME_POST}"
_RESCHEDULE_POST = f"UPDATE daily SET retry_at = :retry {_WHERE_SAME_POST}"
_RELEASE_POST = f"""
    UPDATE daily SET claimed_at = 0, failure_count = failure_count + 1, retry_at = :retry {_WHERE_SAME_POST}
"""
_PAUSE_DAILY = f"UPDATE daily SET claimed_at = 0, example_ref = '', pause_reason = :reason {_WHERE_SAME_POST}"


@dataclass(frozen=True, slots=True)
class SavedDaily:
    """What a new schedule replaced in its channel, and the id that undoes it. None and 0 if there was no other."""

    undo_id: int = 0
    replaced: DailySchedule | None = None


@dataclass(frozen=True, slots=True)
class DuePost:
    """A due daily example.

    Attributes:
        claimed_at: UTC. None if it was certainly not sent.
        example_ref: Its chosen example, or empty.
        failure_count: How often Discord refused it.
        sent_due: When the post that was sent last was due, or None.
    """

    daily: DailySchedule
    claimed_at: datetime | None = None
    example_ref: str = ""
    failure_count: int = 0
    sent_due: datetime | None = None


class DailyStore:
    """Read and write daily examples."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._claim_post = _CLAIM_POST.format(row_lock=state.skip_locked_clause)

    async def save(self, daily: DailySchedule) -> SavedDaily | None:
        """Set a channel's daily example. Return None if its guild has six others."""
        undo_id = secrets.randbelow(MAX_UNDO_ID) + 1
        rows = await self._state.execute_transaction((_UPSERT_DAILY, _bind(daily) | {"undo": undo_id}))
        if not rows:
            return None
        [(_, replaced)] = rows
        return SavedDaily(undo_id, _restore(daily, replaced)) if replaced else SavedDaily()

    async def replaced(self, guild_id: int, undo_id: int) -> DailySchedule | None:
        """Return what `undo` would restore, due now. None if it was undone, stopped or replaced again."""
        rows = await self._state.fetch_all(_SELECT_REPLACED, (guild_id, undo_id))
        return _restore(_daily_from_row(rows[0]), rows[0][-1]) if rows else None

    async def undo(self, undo_id: int, daily: DailySchedule) -> bool:
        """Restore what was replaced, with the given next time. Return False if another press did."""
        values = _bind(daily) | {"undo": undo_id, "reason": daily.pause_reason or ""}
        return bool(await self._state.execute_transaction((_UNDO_REPLACEMENT, values)))

    async def for_guild(self, guild_id: int) -> list[DailySchedule]:
        """Return a guild's daily examples by local time."""
        return [_daily_from_row(row) for row in await self._state.fetch_all(_SELECT_FOR_GUILD, (guild_id,))]

    async def stop(self, guild_id: int, channel_id: int) -> bool:
        """Delete this guild's daily example of a channel. Return whether it existed."""
        return bool(await self._state.execute_transaction((_DELETE_DAILY, (guild_id, channel_id))))

    async def resume(self, guild_id: int, channel_id: int, next_due: datetime) -> None:
        """Resume this guild's paused daily example."""
        await self._state.execute_transaction(
            (_RESUME_DAILY, {"guild": guild_id, "channel": channel_id, "due": _to_timestamp(next_due)})
        )

    async def due(self, now: datetime, limit: int, shards: Iterable[int] = (0,), shard_count: int = 1) -> list[DuePost]:
        """Return the due posts of some shards, oldest first, at most `limit` a shard."""
        values = {"now": _to_timestamp(now), "latest_retry": _to_timestamp(now + MAX_RETRY_DELAY), "most": limit}
        return await self._select_posts(_SELECT_DUE, values, shards, shard_count)

    async def later_than(
        self, moment: datetime, weekly: datetime, shards: Iterable[int] = (0,), shard_count: int = 1
    ) -> list[DuePost]:
        """Return the posts of some shards that are due after a moment, or after `weekly` if on one weekday only."""
        values = {"moment": _to_timestamp(moment), "weekly": _to_timestamp(weekly)}
        return await self._select_posts(_SELECT_LATER, values, shards, shard_count)

    async def _select_posts(
        self, query: str, values: dict[str, int], shards: Iterable[int], shard_count: int
    ) -> list[DuePost]:
        rows: list[Any] = []
        for shard in shards:
            rows += await self._state.fetch_all(query, {**values, "shard": shard, "count": shard_count})
        return [
            DuePost(_daily_from_row(row), _moment_or_none(claimed), example, failures, _moment_or_none(sent_due))
            for claimed, example, failures, sent_due, *row in rows
        ]

    async def claim(self, post: DuePost, now: datetime) -> bool:
        """Claim a post before it is sent. Return False if already claimed."""
        return bool(await self._update_post(self._claim_post, post, now=_to_timestamp(now)))

    async def set_example(self, post: DuePost, example_ref: str) -> None:
        """Store a claimed post's example for retries."""
        await self._update_post(_SET_EXAMPLE, post, example=example_ref)

    async def complete(self, post: DuePost, next_due: datetime) -> None:
        """Record that a post was sent."""
        await self._update_post(_COMPLETE_POST, post, next=_to_timestamp(next_due))

    async def move(self, post: DuePost, next_due: datetime) -> None:
        """Give up a post that was not sent for one at another time."""
        await self._update_post(_MOVE_POST, post, next=_to_timestamp(next_due))

    async def reschedule(self, post: DuePost, retry_at: datetime) -> None:
        """Record that a post may have been sent. It stays claimed."""
        await self._update_post(_RESCHEDULE_POST, post, retry=_to_timestamp(retry_at))

    async def release(self, post: DuePost, retry_at: datetime) -> None:
        """Record that Discord refused a post."""
        await self._update_post(_RELEASE_POST, post, retry=_to_timestamp(retry_at))

    async def pause(self, post: DuePost, reason: PauseReason) -> None:
        """Pause a daily example until moderators resume it."""
        await self._update_post(_PAUSE_DAILY, post, reason=reason.value)

    async def _update_post(self, statement: str, post: DuePost, **values: object) -> list[Any]:
        same_post = {"channel": post.daily.channel_id, "due": _to_timestamp(post.daily.next_due)}
        return await self._state.execute_transaction((statement, {**same_post, **values}))


def _bind(daily: DailySchedule) -> dict[str, Any]:
    return {
        "channel": daily.channel_id,
        "guild": daily.guild_id,
        "minute": daily.minute_of_day,
        "zone": daily.timezone,
        "weekdays": daily.rhythm.weekdays,
        "hours": daily.rhythm.hours,
        "trope": daily.trope_ref,
        "medium": daily.medium_slug,
        "work": daily.work_ref,
        "spoilers": int(daily.include_spoilers),
        "role": daily.role_id,
        "forum": int(daily.is_forum),
        "tag": daily.tag_id,
        "due": _to_timestamp(daily.next_due),
    }


def _restore(daily: DailySchedule, replaced: str) -> DailySchedule:
    """Return a channel's schedule as it was before this one, from the text of `_REPLACED`."""
    minute, zone, weekdays, hours, trope, medium, work, spoilers, role, forum, tag, reason = replaced.split(" ")
    return replace(
        daily,
        minute_of_day=int(minute),
        timezone=zone,
        rhythm=Rhythm(weekdays, int(hours)),
        trope_ref=trope,
        medium_slug=medium,
        work_ref=work,
        include_spoilers=spoilers == "1",
        role_id=int(role),
        is_forum=forum == "1",
        tag_id=int(tag),
        pause_reason=PauseReason(reason) if reason else None,
    )


def _daily_from_row(row: Sequence[Any]) -> DailySchedule:
    channel, guild, minute, zone, weekdays, hours, trope, medium, work, spoilers, *others = row
    role, forum, tag, due, reason, *_ = others
    return DailySchedule(
        channel,
        guild,
        minute,
        zone,
        trope,
        medium,
        work,
        bool(spoilers),
        _from_timestamp(due),
        PauseReason(reason) if reason else None,
        Rhythm(weekdays, hours),
        role,
        bool(forum),
        tag,
    )


def _to_timestamp(moment: datetime) -> int:
    return int(moment.timestamp())


def _from_timestamp(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _moment_or_none(seconds: int) -> datetime | None:
    return _from_timestamp(seconds) if seconds else None
