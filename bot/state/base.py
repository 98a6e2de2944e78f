"""Read and write the state, durably. SQLite and PostgreSQL run the same statements."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, NamedTuple

STATE_TIMEOUT_SECONDS = 1.0  # Discord allows three for an answer

_SELECT_COMMANDS_HASH = "SELECT payload_hash FROM synced_commands WHERE command_scope = ?"
_UPSERT_COMMANDS_HASH = """
    INSERT INTO synced_commands (command_scope, payload_hash) VALUES (?, ?)
    ON CONFLICT (command_scope) DO UPDATE SET payload_hash = excluded.payload_hash
"""
_SELECT_COMMAND_SCOPES = "SELECT command_scope FROM synced_commands ORDER BY command_scope"
_DELETE_COMMANDS_HASH = "DELETE FROM synced_commands WHERE command_scope = ?"


class Shuffle(NamedTuple):
    """An audience's progress through a scope's shuffled examples.

    Attributes:
        seed: Determines the order. 60 bits, see `bot.conversation.shuffle`.
        last_rank: Examples up to this rank were shown. -1 before the first.
        position: Position of the last example, from 1.
        last_key: Shuffle key of the last example, or -1.
        revision: Counts changes, so that concurrent ones cannot overwrite each other.
    """

    seed: int
    last_rank: int
    position: int
    last_key: int
    revision: int


class ShuffleUpdate(NamedTuple):
    """A change to a shuffle, written only if the row equals `expected` (None: no row)."""

    audience_id: int
    scope_key: str
    guild_id: int
    last_used_on: str
    shuffle: Shuffle
    expected: Shuffle | None

    @property
    def values(self) -> tuple[int | str, ...]:
        """Values of SHUFFLE_COLUMNS."""
        return *self[:4], *self.shuffle


SHUFFLE_COLUMNS = (*ShuffleUpdate._fields[:4], *Shuffle._fields)
SELECT_SHUFFLE = f"SELECT {', '.join(Shuffle._fields)} FROM shuffle WHERE audience_id = ? AND scope_key = ?"
INSERT_SHUFFLE = f"INSERT INTO shuffle ({', '.join(SHUFFLE_COLUMNS)})"  # the rows follow


class State(ABC):
    """Read and write the state.

    Attributes:
        skip_locked_clause: Locks the rows of a SELECT, and skips those locked by other processes. Empty if transactions
            exclude each other.
    """

    skip_locked_clause: ClassVar[str] = ""

    @abstractmethod
    async def fetch_all(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Return a query's rows. Parameters are ``?``, or ``:name`` in a mapping.

        Raises:
            DatabaseError: The state is unreadable.
        """

    async def fetch_cached(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Like `fetch_all`, but may return rows cached since the last transaction that names one of its tables."""
        return await self.fetch_all(statement, parameters)

    @abstractmethod
    async def execute_transaction(self, *statements: tuple[str, Any]) -> list[Any]:
        """Run statements in one transaction and return all rows. Wait up to two seconds for other writers.

        Raises:
            DatabaseError: The state is unwritable and unchanged.
        """

    @abstractmethod
    async def advance_shuffle(
        self,
        audience_id: int,
        scope_key: str,
        advance: Callable[[Shuffle | None], Awaitable[Shuffle | None]],
        *,
        guild_id: int = 0,
    ) -> Shuffle | None:
        """Read a shuffle, advance it, and return it once it is written.

        Args:
            audience_id: A channel's id, or minus a member's.
            scope_key: The scope.
            advance: Returns the next shuffle (given None before the first), or None to write nothing. Called again if
                another draw was written meanwhile.
            guild_id: The channel's guild, or 0.

        Raises:
            DatabaseError: The state is unwritable and unchanged.
        """

    def check_in_place(self) -> None:  # noqa: B027 - only a file can be moved
        """Raise DatabaseMovedError if the file was removed, replaced or moved. Log it once."""

    async def check_usable(self) -> None:
        """Raise DatabaseError if the state cannot be read, or if nothing can be saved to it."""
        self.check_in_place()
        await self.synced_commands_hash("")

    async def synced_commands_hash(self, command_scope: str) -> str | None:
        """Return the hash of the commands last sent to `command_scope`, or None."""
        rows = await self.fetch_all(_SELECT_COMMANDS_HASH, (command_scope,))
        return str(rows[0][0]) if rows else None

    async def save_synced_commands_hash(self, command_scope: str, payload_hash: str) -> None:
        """Store the hash of the commands sent to `command_scope`."""
        await self.execute_transaction((_UPSERT_COMMANDS_HASH, (command_scope, payload_hash)))

    async def synced_command_scopes(self) -> list[str]:
        """Return every scope that has commands, as far as is known."""
        return [scope for (scope,) in await self.fetch_all(_SELECT_COMMAND_SCOPES)]

    async def forget_synced_commands(self, command_scope: str) -> None:
        """Store that `command_scope` has no commands."""
        await self.execute_transaction((_DELETE_COMMANDS_HASH, (command_scope,)))
