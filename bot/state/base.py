"""The state: what servers and members chose, and what each audience has seen. A change is durable once it returns.

SQLite and PostgreSQL run the same statements.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any, ClassVar, NamedTuple

STATE_TIMEOUT_SECONDS = 1.0  # seconds; a member's answer has to be sent within three

_SELECT_COMMANDS_HASH = "SELECT payload_hash FROM synced_commands WHERE command_scope = ?"
_UPSERT_COMMANDS_HASH = """
    INSERT INTO synced_commands (command_scope, payload_hash) VALUES (?, ?)
    ON CONFLICT (command_scope) DO UPDATE SET payload_hash = excluded.payload_hash
"""
_DELETE_OLD_SHUFFLES = "DELETE FROM shuffle WHERE last_used_on < ? RETURNING audience_id"


class Shuffle(NamedTuple):
    """How far an audience has come in a shuffle of a scope's examples.

    Attributes:
        seed: Gives the order, 60 bits; see `bot.conversation.shuffle`.
        last_rank: Every example up to this rank was shown; -1 before the first.
        position: Position of the example shown last, from 1.
        last_key: Its shuffle key, -1 before the first.
        revision: Counts the changes, so that of two concurrent ones only one is written.
    """

    seed: int
    last_rank: int
    position: int
    last_key: int
    revision: int


class ShuffleUpdate(NamedTuple):
    """A change of a shuffle, written only if the row still is the `expected` one: None if there was none.

    Attributes:
        audience_id: A channel's id, or minus the id of a member who asks alone.
        guild_id: The channel's guild, 0 for none.
        last_used_on: Today, UTC.
    """

    audience_id: int
    scope_key: str
    guild_id: int
    last_used_on: str
    shuffle: Shuffle
    expected: Shuffle | None

    @property
    def values(self) -> tuple[int | str, ...]:
        """The values of SHUFFLE_COLUMNS."""
        return *self[:4], *self.shuffle


SHUFFLE_COLUMNS = (*ShuffleUpdate._fields[:4], *Shuffle._fields)
SELECT_SHUFFLE = f"SELECT {', '.join(Shuffle._fields)} FROM shuffle WHERE audience_id = ? AND scope_key = ?"
INSERT_SHUFFLE = f"INSERT INTO shuffle ({', '.join(SHUFFLE_COLUMNS)})"  # the rows follow


class State(ABC):
    """Reads and writes the state.

    Attributes:
        skip_locked_clause: Makes a SELECT in a transaction lock its rows, and skip those that another process has
            locked. Empty where one transaction excludes every other.
    """

    skip_locked_clause: ClassVar[str] = ""

    @abstractmethod
    async def fetch_all(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Return the rows of a query; it names parameters ``?``, or ``:name`` if they are a mapping.

        Raises:
            DatabaseError: The state cannot be read.
        """

    async def fetch_cached(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Do what `rows` does; the result may be cached until `change` is called."""
        return await self.fetch_all(statement, parameters)

    @abstractmethod
    async def execute_transaction(self, *statements: tuple[str, Any]) -> list[Any]:
        """Run statements with their values in one transaction; return the rows of all of them.

        Waits about two seconds at most for others that write.

        Raises:
            DatabaseError: The state cannot be written; it is unchanged.
        """

    @abstractmethod
    async def _read_shuffle(self, audience_id: int, scope_key: str) -> Shuffle | None:
        """Return a shuffle as it is now."""

    @abstractmethod
    async def _replace_shuffle(self, update: ShuffleUpdate) -> bool:
        """Write a shuffle; return False if the row is not the expected one any more."""

    async def advance_shuffle(
        self,
        audience_id: int,
        scope_key: str,
        advance: Callable[[Shuffle | None], Awaitable[Shuffle | None]],
        *,
        guild_id: int = 0,
    ) -> Shuffle | None:
        """Read a shuffle, let `advance` take it one step further, and write it; return what `advance` returned last.

        Args:
            audience_id: A channel's id, or minus a member's.
            scope_key: Names the scope.
            advance: Returns the shuffle one step further (given None before the first), or None to write nothing.
                Called again if somebody else's draw was written in the meantime.
            guild_id: The channel's guild, 0 for none.

        Raises:
            DatabaseError: The state cannot be written; it is unchanged.
        """
        while True:
            current = await self._read_shuffle(audience_id, scope_key)
            following = await advance(current)
            if following is None:
                return None
            today = datetime.now(UTC).date().isoformat()
            update = ShuffleUpdate(audience_id, scope_key, guild_id, today, following, current)
            if await self._replace_shuffle(update):
                return following

    async def delete_shuffles_before(self, cutoff: date) -> int:
        """Delete the shuffles that were last used before a day (UTC); return how many."""
        return len(await self.execute_transaction((_DELETE_OLD_SHUFFLES, (cutoff.isoformat(),))))

    async def synced_commands_hash(self, command_scope: str) -> str | None:
        """Return the hash of the commands last sent for `command_scope`, or None."""
        rows = await self.fetch_all(_SELECT_COMMANDS_HASH, (command_scope,))
        return str(rows[0][0]) if rows else None

    async def save_synced_commands_hash(self, command_scope: str, payload_hash: str) -> None:
        """Store the hash of the commands sent for `command_scope`."""
        await self.execute_transaction((_UPSERT_COMMANDS_HASH, (command_scope, payload_hash)))
