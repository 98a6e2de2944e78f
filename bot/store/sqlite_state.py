"""The state in a file of SQLite's: one bot writes it, and every commit is on the disk."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from bot.errors import NotWritten
from bot.store.database import MEMORY, Kind, reading, transaction, writing
from bot.store.failures import translated
from bot.store.keeping import Kept
from bot.store.state import PATIENCE, Round, State

_SETTLED_KEPT, _ROUNDS_KEPT = 20_000, 10_000  # some MB

STATE = Kind(
    name="state",
    table="synced_commands",
    setting="BIGRUN_STATE",
    damaged="Nothing of it was changed: stop the bot and restore a backup (bigrun restore PATH), or go on without it "
    "(bigrun run --without-state).",
    durable=True,
    checked=sys.maxsize,
    patience=PATIENCE,
)


class SqliteState(State):
    """Reads and writes the state; made by `open_sqlite_state`."""

    def __init__(
        self, connection: aiosqlite.Connection, path: Path, reader: aiosqlite.Connection | None = None
    ) -> None:
        """Takes an open connection to a migrated state, and one that reads; `path` is named in errors."""
        # Reading apart from writing: who reads waits for no writer, and sees nothing that may yet be undone.
        self._connection, self._reader, self._path = connection, reader or connection, path
        # One connection is one transaction: two coroutines on it would roll back each other's work.
        self._writer = asyncio.Lock()
        # Nobody else writes, so what was read or written is known until something is changed. A trip to a thread for
        # each costs a third of what answering costs.
        self._settled: Kept[tuple[str, Any], list[Any]] = Kept(_SETTLED_KEPT)
        self._rounds: Kept[tuple[int, str], Round] = Kept(_ROUNDS_KEPT)
        self._changes = 0

    async def rows(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Returns what a statement reads; see `State.rows`."""
        with translated(self._path, damaged=STATE.damaged):
            return list(await self._reader.execute_fetchall(statement, parameters))

    async def settled_rows(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Returns what only `change` changes; see `State.settled_rows`."""
        key = statement, parameters
        rows = self._settled.get(key)
        if rows is None:
            changes = self._changes
            rows = await self.rows(statement, parameters)
            if changes == self._changes:
                self._settled[key] = rows
        return rows

    async def change(self, *steps: tuple[str, Any]) -> list[Any]:
        """Carries out statements in one transaction; see `State.change`."""
        rows: list[Any] = []
        async with self._turn():
            try:
                async with transaction(self._connection):
                    for statement, parameters in steps:
                        rows += await self._connection.execute_fetchall(statement, parameters)
            finally:
                # Also where it failed or was cancelled: it may have been written all the same.
                self._changes += 1
                self._settled.clear()
                self._rounds.clear()
        return rows

    async def _round(self, audience: int, scope: str) -> Round | None:
        return self._rounds.get((audience, scope)) or await super()._round(audience, scope)

    async def _put_round(self, audience: int, scope: str, step: Round, guild: int) -> bool:
        # Forgotten first: where writing fails or is cancelled, nobody knows what there is.
        self._rounds.drop((audience, scope))
        written = await super()._put_round(audience, scope, step, guild)
        if written:
            self._rounds[audience, scope] = step
        return written

    async def _at_once(self, statement: str, parameters: Any) -> list[Any]:
        # One trip to the thread that SQLite runs in.
        return list(await self._connection.execute_fetchall(statement, parameters))

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Lets the block alone write; nobody waits for that longer than a member would."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._writer.acquire()
        except TimeoutError:
            raise NotWritten(f"The database {self._path} cannot be written: too much waits to be written.") from None
        try:
            with translated(self._path, writing=True, damaged=STATE.damaged):
                yield
        finally:
            self._writer.release()


@asynccontextmanager
async def open_sqlite_state(path: Path | None) -> AsyncIterator[SqliteState]:
    """Opens the state, made if it is not there, for the time of the block; without a path it is kept in memory.

    Raises:
        DamagedStore, ForeignStore, NewerSchema: There is something else; it is left as it is.
        StoreError: It cannot be used.
    """
    if path is None:
        async with writing(MEMORY, STATE) as connection:
            yield SqliteState(connection, MEMORY)
        return
    async with writing(path, STATE) as connection, reading(path, patience=PATIENCE) as reader:
        yield SqliteState(connection, path, reader)
