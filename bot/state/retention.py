"""Delete the data of guilds and channels missing for 30 days, and shuffles unused for 180."""

import time
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from bot.state.base import State

RETENTION_AFTER_REMOVAL, SHUFFLE_RETENTION = timedelta(days=30), timedelta(days=180)
OVERDUE_LIMIT = timedelta(days=30)
CLOCK_TOLERANCE = timedelta(hours=1)
# A guild with a recent shuffle exists, so check a guild that only has shuffles once they are old.
_SELECT_GUILDS = """
    SELECT guild_id FROM guild_setting UNION SELECT guild_id FROM daily
    UNION SELECT guild_id FROM shuffle WHERE guild_id <> 0 GROUP BY guild_id HAVING max(last_used_on) < ?
"""
_SELECT_CHANNELS = """
    SELECT channel_id FROM daily UNION SELECT CAST(value AS BIGINT) FROM guild_setting WHERE name = 'channel'
"""
_INSERT_MISSING = """
    INSERT INTO missing_snowflake (id, missing_since) VALUES (?, ?)
    ON CONFLICT (id) DO UPDATE SET missing_since = excluded.missing_since
    WHERE missing_snowflake.missing_since > excluded.missing_since
"""
_DELETE_MISSING = "DELETE FROM missing_snowflake WHERE id = ?"
_SELECT_EXPIRED = "SELECT id FROM missing_snowflake WHERE missing_since <= ?"
_DELETE_UNUSED_SHUFFLES = "DELETE FROM shuffle WHERE last_used_on < ?"
_REDATE_SHUFFLES = "UPDATE shuffle SET last_used_on = :today WHERE last_used_on > :latest OR last_used_on < :earliest"
_SELECT_WITNESS = """
    SELECT 1 FROM shuffle WHERE last_used_on BETWEEN :earliest AND :latest
        AND NOT EXISTS (SELECT 1 FROM shuffle WHERE last_used_on > :tomorrow) LIMIT 1
"""
# An id is a guild's or a channel's, never both.
_DELETE_EVERYTHING = (
    "DELETE FROM guild_setting WHERE guild_id = :id OR (name = 'channel' AND value = CAST(:id AS TEXT))",
    "DELETE FROM daily WHERE guild_id = :id OR channel_id = :id",
    "DELETE FROM shuffle WHERE guild_id = :id OR audience_id = :id",
    "DELETE FROM missing_snowflake WHERE id = :id",
)


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

    async def guild_ids_to_check(self, today: date) -> list[int]:
        """Return ids of guilds with data that may no longer exist."""
        cutoff = (today - RETENTION_AFTER_REMOVAL).isoformat()
        return [guild for (guild,) in await self._state.fetch_all(_SELECT_GUILDS, (cutoff,))]

    async def channel_ids_to_check(self) -> list[int]:
        """Return ids of channels in settings and daily examples."""
        return [channel for (channel,) in await self._state.fetch_all(_SELECT_CHANNELS)]

    async def record_presence(self, present_ids: Iterable[int], missing_ids: Iterable[int], today: date) -> None:
        """Record which ids exist, and since when others are missing."""
        deletes = [(_DELETE_MISSING, (one,)) for one in present_ids]
        inserts = [(_INSERT_MISSING, (one, today.isoformat())) for one in missing_ids]
        await self._state.execute_transaction(*deletes, *inserts)

    async def delete_expired(self, today: date) -> int:
        """Delete the data of guilds and channels missing for 30 days. Return how many."""
        expired = await self._state.fetch_all(_SELECT_EXPIRED, ((today - RETENTION_AFTER_REMOVAL).isoformat(),))
        for (snowflake,) in expired:
            await self._state.execute_transaction(*((statement, {"id": snowflake}) for statement in _DELETE_EVERYTHING))
        return len(expired)

    async def is_witnessed(self, today: date) -> bool:
        """Return whether progress was stored two to nine days before this date and none after it."""
        days = {"earliest": -9, "latest": -2, "tomorrow": 1}
        dates = {name: (today + timedelta(days=count)).isoformat() for name, count in days.items()}
        return bool(await self._state.fetch_all(_SELECT_WITNESS, dates))

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
