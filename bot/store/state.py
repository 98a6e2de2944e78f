"""The state: what this bot has done and what was chosen. Precious: every change is durable once acknowledged."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from bot.store.database import transaction, translated, writing

_GET_SYNCED = "SELECT payload FROM synced_commands WHERE scope = ?"
_PUT_SYNCED = """
    INSERT INTO synced_commands (scope, payload) VALUES (?, ?)
    ON CONFLICT (scope) DO UPDATE SET payload = excluded.payload
"""


class State:
    """Reads and writes the state; made by `open_state`."""

    def __init__(self, connection: aiosqlite.Connection, path: Path) -> None:
        """Takes an open connection to a migrated state; `path` is named in errors."""
        self._connection, self._path = connection, path
        # One connection is one transaction: two coroutines on it would roll back each other's work.
        self._writer = asyncio.Lock()

    async def rows(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Returns what a statement reads; values are bound.

        Raises:
            StoreError: The state cannot be read.
        """
        with translated(self._path):
            return list(await self._connection.execute_fetchall(statement, parameters))

    async def change(self, *steps: tuple[str, Any]) -> list[Any]:
        """Carries out statements with their values in one transaction; returns the rows of the last.

        Raises:
            StoreError: The state cannot be written; nothing of it was.
        """
        rows: list[Any] = []
        with translated(self._path):
            async with self._writer, transaction(self._connection):
                for statement, parameters in steps:
                    rows = list(await self._connection.execute_fetchall(statement, parameters))
        return rows

    async def synced_commands(self, scope: str) -> str | None:
        """Returns the hash of the commands last sent for `scope`, or None."""
        rows = await self.rows(_GET_SYNCED, (scope,))
        return str(rows[0][0]) if rows else None

    async def remember_synced_commands(self, scope: str, payload: str) -> None:
        """Keeps the hash of the commands that were sent for `scope`."""
        await self.change((_PUT_SYNCED, (scope, payload)))


@asynccontextmanager
async def open_state(path: Path) -> AsyncIterator[State]:
    """Opens the state, made if it is not there, for the time of the block.

    Raises:
        NewerSchema: A newer version of the program made it.
        StoreError: It cannot be used.
    """
    async with writing(path, "state", durable=True) as connection:
        yield State(connection, path)
