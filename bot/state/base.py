"""The state: what this bot has done and what was chosen. Precious: every change is durable once acknowledged.

What is kept is the same wherever it is kept; the statements are such as both SQLite and PostgreSQL understand.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any, ClassVar, NamedTuple

PATIENCE = 1.0  # seconds; a member's answer has to be sent within three

_GET_SYNCED = "SELECT payload FROM synced_commands WHERE scope = ?"
_PUT_SYNCED = """
    INSERT INTO synced_commands (scope, payload) VALUES (?, ?)
    ON CONFLICT (scope) DO UPDATE SET payload = excluded.payload
"""
GET_ROUND = """
    SELECT seed, bits, part, base, passed, place, latest, draws FROM round WHERE audience = ? AND scope = ?
"""
_FORGET_ROUNDS = "DELETE FROM round WHERE day < ? RETURNING audience"


class Round(NamedTuple):
    """How far an audience has come in a round of a scope's examples; `bot.conversation.shuffle` gives it its meaning.

    Attributes:
        seed: Makes the round's order, 60 bits.
        bits: The scope is shown in 2^bits parts, one after another.
        part: How many parts were shown whole.
        base: How many examples were shown in those.
        passed: The highest rank shown in this part, -1 before the first.
        place: The latest example was the how manieth of the round, from 1.
        latest: The mark of the example shown last.
        draws: How often this was written.
    """

    seed: int
    bits: int
    part: int
    base: int
    passed: int
    place: int
    latest: int
    draws: int


class RoundRow(NamedTuple):
    """A round as it is written.

    Attributes:
        audience: Whose it is.
        scope: Of what.
        guild: The channel's guild; 0 for none.
        day: When (UTC).
        round: How far it has come.
        past: How far it had come when that was chosen, None before the first; it is written only upon this.
    """

    audience: int
    scope: str
    guild: int
    day: str
    round: Round
    past: Round | None

    @classmethod
    def of(cls, audience: int, scope: str, guild: int, step: Round, past: Round | None) -> "RoundRow":
        """Returns the row for a round that is one step on today."""
        return cls(audience, scope, guild, datetime.now(UTC).date().isoformat(), step, past)

    @property
    def values(self) -> tuple[int | str, ...]:
        """What is written, column by column."""
        return *self[:4], *self.round


ROUND_COLUMNS = (*RoundRow._fields[:4], *Round._fields)
ADD_ROUNDS = f"INSERT INTO round ({', '.join(ROUND_COLUMNS)})"  # the rows follow


class State(ABC):
    """Reads and writes the state.

    Attributes:
        row_lock: What stands after a SELECT within a change to keep other processes off its rows, and to pass over
            those that another has; nothing where a change keeps everybody else off everything.
    """

    row_lock: ClassVar[str] = ""

    @abstractmethod
    async def rows(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Returns what a statement reads; values are bound.

        Args:
            statement: SQL, with a question mark for each value of a sequence, or ``:name`` for those of a mapping.
            parameters: The values.

        Raises:
            DatabaseError: The state cannot be read.
        """

    async def settled_rows(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Returns what `rows` does, of what only `change` changes; it may be kept until something is changed.

        Raises:
            DatabaseError: The state cannot be read.
        """
        return await self.rows(statement, parameters)

    @abstractmethod
    async def change(self, *steps: tuple[str, Any]) -> list[Any]:
        """Carries out statements with their values in one transaction; returns the rows of all of them.

        Waits for others that write for about two seconds at most.

        Raises:
            WriteFailedError: The state cannot be written; nothing of it was.
            DamagedStore: The state is damaged.
        """

    @abstractmethod
    async def _round(self, audience: int, scope: str) -> Round | None:
        """Returns a round as it stands."""

    @abstractmethod
    async def _put_round(self, row: RoundRow) -> bool:
        """Writes a round that is one step on; returns False if it is no longer the one it was chosen upon."""

    async def synced_commands(self, scope: str) -> str | None:
        """Returns the hash of the commands last sent for `scope`, or None."""
        rows = await self.rows(_GET_SYNCED, (scope,))
        return str(rows[0][0]) if rows else None

    async def remember_synced_commands(self, scope: str, payload: str) -> None:
        """Keeps the hash of the commands that were sent for `scope`."""
        await self.change((_PUT_SYNCED, (scope, payload)))

    async def draw(
        self, audience: int, scope: str, choose: Callable[[Round | None], Awaitable[Round | None]], *, guild: int = 0
    ) -> Round | None:
        """Takes a round one step on: reads it, lets `choose` decide, writes; nobody else steps in between.

        Args:
            audience: Who sees the examples: a channel's id, or minus a member's.
            scope: Stands for what was asked for.
            choose: Is given the round as it stands (None before the first) and returns it one step on,
                or None if nothing is to be written. It may be asked again if another process was faster.
            guild: The guild of the channel; 0 if there is none.

        Returns:
            What `choose` returned last.

        Raises:
            WriteFailedError: The state cannot be written; it is as before.
            DamagedStore: The state is damaged.
        """
        while True:
            past = await self._round(audience, scope)
            step = await choose(past)
            if step is None or await self._put_round(RoundRow.of(audience, scope, guild, step, past)):
                return step

    async def forget_rounds_before(self, day: date) -> int:
        """Forgets the rounds that were last used before a day (UTC); returns how many."""
        return len(await self.change((_FORGET_ROUNDS, (day.isoformat(),))))
