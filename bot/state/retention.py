"""Delete the data of guilds and channels missing for 30 days, and shuffles unused for 180."""

import time
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.state.base import State

RETENTION_AFTER_REMOVAL, SHUFFLE_RETENTION = timedelta(days=30), timedelta(days=180)
OVERDUE_LIMIT = timedelta(days=30)
CLOCK_TOLERANCE = timedelta(hours=1)
# A guild with a recent shuffle exists, so check a guild that only has shuffles, or was given a hint, once they are old.
_SELECT_GUILDS = """
    SELECT guild_id FROM guild_setting UNION SELECT guild_id FROM daily
    UNION SELECT guild_id FROM guess_score UNION SELECT guild_id FROM guess_round
    UNION SELECT guild_id FROM (
        SELECT guild_id, last_used_on FROM shuffle WHERE guild_id <> 0
        UNION ALL SELECT guild_id, '' FROM help_hint WHERE guild_id <> 0
    ) AS used GROUP BY guild_id HAVING max(last_used_on) < ?
"""
_SELECT_CHANNELS = """
    SELECT guild_id, channel_id FROM daily
    UNION SELECT guild_id, CAST(value AS BIGINT) FROM guild_setting WHERE name IN ('channel', 'game channel')
"""
_INSERT_MISSING = """
    INSERT INTO missing_snowflake (guild_id, channel_id, missing_since) VALUES (?, ?, ?)
    ON CONFLICT (guild_id, channel_id) DO UPDATE SET missing_since = excluded.missing_since
    WHERE missing_snowflake.missing_since > excluded.missing_since
"""
_DELETE_MISSING = "DELETE FROM missing_snowflake WHERE guild_id = ? AND channel_id = ?"
_SELECT_EXPIRED = "SELECT guild_id, channel_id FROM missing_snowflake WHERE missing_since <= ?"
_DELETE_UNUSED_SHUFFLES = "DELETE FROM shuffle WHERE last_used_on < ?"
_REDATE_SHUFFLES = "UPDATE shuffle SET last_used_on = :today WHERE last_used_on > :latest OR last_used_on < :earliest"
_SELECT_WITNESS = """
    SELECT 1 FROM shuffle WHERE last_used_on BETWEEN :earliest AND :latest
        AND NOT EXISTS (SELECT 1 FROM shuffle WHERE last_used_on > :tomorrow) LIMIT 1
"""
_DELETE_GUILD = tuple(
    f"DELETE FROM {table} WHERE guild_id = :guild_id"
    for table in ("guild_setting", "daily", "shuffle", "help_hint", "guess_round", "guess_score", "missing_snowflake")
)
# Named by its guild as well: a moderator may have chosen an id that is another guild's.
_IS_CHANNEL = "name IN ('channel', 'game channel') AND value = CAST(CAST(:channel_id AS BIGINT) AS TEXT)"
_DELETE_CHANNEL = (
    f"DELETE FROM guild_setting WHERE guild_id = :guild_id AND {_IS_CHANNEL}",
    "DELETE FROM daily WHERE guild_id = :guild_id AND channel_id = :channel_id",
    "DELETE FROM shuffle WHERE guild_id = :guild_id AND audience_id = :channel_id",
    "DELETE FROM guess_round WHERE guild_id = :guild_id AND channel_id = :channel_id",
    "DELETE FROM missing_snowflake WHERE guild_id = :guild_id AND channel_id = :channel_id",
)


class Place(NamedTuple):
    """A guild, or a channel that it chose."""

    guild_id: int
    channel_id: int = 0


class ClockWitness:
    """Trust the clock once it agreed with the running time of a day."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._first_look: tuple[datetime, float] | None = None

    def confirms(self, now: datetime) -> bool:
        """Return whether this look and one a day or more ago agree. One that does not is the first of two again."""
        running = self._monotonic()
        if self._first_look is None:
            self._first_look = now, running
            return False
        then, ran = self._first_look
        elapsed = timedelta(seconds=running - ran)
        if abs(now - then - elapsed) > CLOCK_TOLERANCE:
            self._first_look = now, running
            return False
        return elapsed >= timedelta(days=1) - CLOCK_TOLERANCE


class RetentionStore:
    """Select guilds and channels to check, and delete the data of missing ones."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def guilds_to_check(self, today: date) -> list[Place]:
        """Return guilds with data that may no longer exist."""
        cutoff = (today - RETENTION_AFTER_REMOVAL).isoformat()
        return [Place(guild) for (guild,) in await self._state.fetch_all(_SELECT_GUILDS, (cutoff,))]

    async def channels_to_check(self) -> list[Place]:
        """Return channels in settings and daily examples."""
        return [Place(*row) for row in await self._state.fetch_all(_SELECT_CHANNELS)]

    async def record_presence(self, present: Iterable[Place], missing: Iterable[Place], today: date) -> None:
        """Record what exists, and since when others are missing."""
        deletes = [(_DELETE_MISSING, tuple(one)) for one in present]
        inserts = [(_INSERT_MISSING, (*one, today.isoformat())) for one in missing]
        await self._state.execute_transaction(*deletes, *inserts)

    async def delete_expired(self, today: date) -> int:
        """Delete the data of guilds and channels missing for 30 days. Return how many."""
        cutoff = (today - RETENTION_AFTER_REMOVAL).isoformat()
        expired = [Place(*row) for row in await self._state.fetch_all(_SELECT_EXPIRED, (cutoff,))]
        for place in expired:
            await self.delete(place)
        return len(expired)

    async def is_witnessed(self, today: date) -> bool:
        """Return whether progress was stored two to nine days before this date and none after it."""
        days = {"earliest": -9, "latest": -2, "tomorrow": 1}
        dates = {name: (today + timedelta(days=count)).isoformat() for name, count in days.items()}
        return bool(await self._state.fetch_all(_SELECT_WITNESS, dates))

    async def delete(self, place: Place) -> None:
        """Delete a guild's data, or what it has about one channel."""
        statements = _DELETE_CHANNEL if place.channel_id else _DELETE_GUILD
        await self._state.execute_transaction(*((statement, place._asdict()) for statement in statements))

    async def delete_unused_shuffles(self, today: date) -> None:
        """Delete the shuffles unused for 180 days.

        Dates that a wrong clock wrote become today's: later ones, and ones that a daily cleanup cannot have left.
        """
        cutoff = today - SHUFFLE_RETENTION
        dates = {"today": today, "latest": today + timedelta(days=1), "earliest": cutoff - OVERDUE_LIMIT}
        await self._state.execute_transaction(
            (_REDATE_SHUFFLES, {name: day.isoformat() for name, day in dates.items()}),
            (_DELETE_UNUSED_SHUFFLES, (cutoff.isoformat(),)),
        )
