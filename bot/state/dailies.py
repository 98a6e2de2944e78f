"""Daily examples, kept in the state: set, stopped, and posted once when they are due.

A post is claimed before it is sent and confirmed after; what a crash leaves claimed was sent or not, and whoever goes
on has to find out. Every step is one statement that does nothing if somebody else was faster.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.preferences import MAX_DAILIES_PER_GUILD, DailySchedule, PauseReason
from bot.state.base import State

_COLUMNS = "channel, guild, minute, zone, trope, medium, work, spoilers, due, paused"
# Setting a channel's daily example anew forgets what became of the one before. No guild takes over another's.
_PUT = f"""
    INSERT INTO daily (channel, guild, minute, zone, trope, medium, work, spoilers, due)
    SELECT :channel, :guild, :minute, :zone, :trope, :medium, :work, :spoilers, :due
    WHERE (SELECT count(*) FROM daily WHERE guild = :guild AND channel <> :channel) < {MAX_DAILIES_PER_GUILD}
    ON CONFLICT (channel) DO UPDATE SET
        guild = excluded.guild, minute = excluded.minute, zone = excluded.zone, trope = excluded.trope,
        medium = excluded.medium, work = excluded.work, spoilers = excluded.spoilers, due = excluded.due,
        claimed = 0, example = '', failures = 0, retry = 0, paused = ''
    WHERE daily.guild = excluded.guild
    RETURNING channel
"""
_OF_GUILD = f"SELECT {_COLUMNS} FROM daily WHERE guild = ? ORDER BY minute, channel"
_STOP = "DELETE FROM daily WHERE guild = ? AND channel = ? RETURNING channel"
_RESUME = """
    UPDATE daily SET paused = '', due = :due, claimed = 0, example = '', failures = 0, retry = 0
    WHERE guild = :guild AND channel = :channel AND paused <> ''
"""
_DUE = f"""
    SELECT claimed, example, failures, {_COLUMNS} FROM daily
    WHERE paused = '' AND due <= :now AND retry <= :now AND (guild >> 22) % :count = :shard
    ORDER BY due, channel LIMIT :most
"""
_THIS = "WHERE channel = :channel AND due = :due AND paused = ''"
_CLAIM = f"""
    UPDATE daily SET claimed = :now
    WHERE channel IN (SELECT channel FROM daily {_THIS} AND claimed = 0 {{lock}})
    RETURNING channel
"""
_CHOOSE = f"UPDATE daily SET example = :example {_THIS} AND claimed <> 0"
_FINISH = f"UPDATE daily SET due = :next, claimed = 0, example = '', failures = 0, retry = 0 {_THIS}"
_POSTPONE = f"UPDATE daily SET retry = :retry {_THIS}"
_RELEASE = f"UPDATE daily SET claimed = 0, failures = failures + 1, retry = :retry {_THIS}"
_PAUSE = f"UPDATE daily SET claimed = 0, example = '', paused = :paused {_THIS}"


@dataclass(frozen=True, slots=True)
class Post:
    """A daily example that is due.

    Attributes:
        daily: What was asked for.
        claimed: When it was claimed and not confirmed, UTC; None if it was not, or is known not to have been sent.
        example: The reference of the example that was chosen for it; empty if none was.
        failures: How often Discord refused it.
    """

    daily: DailySchedule
    claimed: datetime | None = None
    example: str = ""
    failures: int = 0


class Dailies:
    """Reads and writes daily examples."""

    def __init__(self, state: State) -> None:
        """Takes the state."""
        self._state = state
        self._claim = _CLAIM.format(lock=state.row_lock)

    async def put(self, daily: DailySchedule) -> bool:
        """Sets a channel's daily example; tells whether there was room for it among those of its guild (6)."""
        values = {name: getattr(daily, name) for name in _COLUMNS.split(", ")}
        return bool(await self._state.change((_PUT, {**values, "due": _seconds(daily.due)})))

    async def of_guild(self, guild: int) -> list[DailySchedule]:
        """Returns a guild's daily examples in the order of the day."""
        return [_daily(row) for row in await self._state.rows(_OF_GUILD, (guild,))]

    async def stop(self, guild: int, channel: int) -> bool:
        """Deletes a channel's daily example, if it is that guild's; tells whether there was one."""
        return bool(await self._state.change((_STOP, (guild, channel))))

    async def resume(self, guild: int, channel: int, due: datetime) -> None:
        """Lets a paused daily example of that guild come again, from a moment on."""
        await self._state.change((_RESUME, {"guild": guild, "channel": channel, "due": _seconds(due)}))

    async def due(self, now: datetime, most: int, shards: Iterable[int] = (0,), count: int = 1) -> list[Post]:
        """Returns the posts that are due and not to be tried later, for each shard those due longest first.

        Args:
            now: Any aware moment.
            most: How many at most for one shard.
            shards: The shards whose guilds are looked at; a guild is its shard's alone.
            count: Of how many shards.
        """
        rows: list[Any] = []
        for shard in shards:
            rows += await self._state.rows(_DUE, {"now": _seconds(now), "most": most, "shard": shard, "count": count})
        return [
            Post(_daily(row), _moment(claimed) if claimed else None, example, failures)
            for claimed, example, failures, *row in rows
        ]

    async def claim(self, post: Post, now: datetime) -> bool:
        """Claims a post, durably, before it is sent; tells whether nobody else did."""
        return bool(await self._change(self._claim, post, now=_seconds(now)))

    async def choose(self, post: Post, example: str) -> None:
        """Keeps which example a claimed post shows, so that another try shows the same."""
        await self._change(_CHOOSE, post, example=example)

    async def finish(self, post: Post, following: datetime) -> None:
        """Says that a post was sent, or is to be left out; the next is due then."""
        await self._change(_FINISH, post, next=_seconds(following))

    async def postpone(self, post: Post, retry: datetime) -> None:
        """Says that nobody knows whether a post was sent; it stays claimed, and is looked at again then."""
        await self._change(_POSTPONE, post, retry=_seconds(retry))

    async def release(self, post: Post, retry: datetime) -> None:
        """Says that Discord refused a post; it is tried again then."""
        await self._change(_RELEASE, post, retry=_seconds(retry))

    async def pause(self, post: Post, why: PauseReason) -> None:
        """Says that no more posts come, and why, until the moderators start them again."""
        await self._change(_PAUSE, post, paused=why.value)

    async def _change(self, statement: str, post: Post, **values: object) -> list[Any]:
        this = {"channel": post.daily.channel, "due": _seconds(post.daily.due)}
        return await self._state.change((statement, {**this, **values}))


def _daily(row: Sequence[Any]) -> DailySchedule:
    channel, guild, minute, zone, trope, medium, work, spoilers, due, paused = row
    why = PauseReason(paused) if paused else None
    return DailySchedule(channel, guild, minute, zone, trope, medium, work, bool(spoilers), _moment(due), why)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
