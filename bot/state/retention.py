"""Deleting what was kept for guilds and channels that are no more, thirty days after Discord first said so."""

from collections.abc import Iterable
from datetime import date, timedelta

from bot.state.base import State

KEPT = timedelta(days=30)
# A guild where something was drawn lately needs no question; one where nothing was chosen is asked about only then.
_GUILDS = """
    SELECT guild FROM guild_choice UNION SELECT guild FROM daily
    UNION SELECT guild FROM round WHERE guild <> 0 GROUP BY guild HAVING max(day) < ?
"""
_CHANNELS = """
    SELECT channel FROM daily UNION SELECT CAST(value AS BIGINT) FROM guild_choice WHERE what = 'channel'
"""
_RETURNED = "DELETE FROM departed WHERE id = ?"
_DEPARTED = "INSERT INTO departed (id, since) VALUES (?, ?) ON CONFLICT DO NOTHING"
_LONG_GONE = "SELECT id FROM departed WHERE since <= ?"
# An id names a guild or a channel, never both: whatever it names goes.
_FORGET = (
    "DELETE FROM guild_choice WHERE guild = :id OR (what = 'channel' AND value = CAST(:id AS TEXT))",
    "DELETE FROM daily WHERE guild = :id OR channel = :id",
    "DELETE FROM round WHERE guild = :id OR audience = :id",
    "DELETE FROM departed WHERE id = :id",
)


class Departed:
    """Knows which guilds and channels are to be asked about, and deletes what was kept for those long gone."""

    def __init__(self, state: State) -> None:
        """Takes the state."""
        self._state = state

    async def guilds(self, today: date) -> list[int]:
        """Returns the ids of guilds that something is kept for and that may be gone."""
        return [guild for (guild,) in await self._state.rows(_GUILDS, ((today - KEPT).isoformat(),))]

    async def channels(self) -> list[int]:
        """Returns the ids of channels that were chosen for something."""
        return [channel for (channel,) in await self._state.rows(_CHANNELS)]

    async def note(self, known: Iterable[int], unknown: Iterable[int], today: date) -> None:
        """Keeps which guilds and channels Discord knows, and since when it does not know others."""
        steps = [(_RETURNED, (one,)) for one in known]
        await self._state.change(*steps, *((_DEPARTED, (one, today.isoformat())) for one in unknown))

    async def forget(self, today: date) -> int:
        """Deletes all that is kept for guilds and channels unknown for 30 days; returns how many those were."""
        gone = await self._state.rows(_LONG_GONE, ((today - KEPT).isoformat(),))
        for (one,) in gone:
            await self._state.change(*((statement, {"id": one}) for statement in _FORGET))
        return len(gone)
