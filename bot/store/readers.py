"""Reading side by side: a slow query holds up no other, and one that nobody waits for any more is stopped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from bot.store.database import reading
from bot.store.failures import translated

COUNT = 3
_AGAIN = 0.01  # seconds


class Readers:
    """A few connections that read one database; made by `open_readers`."""

    def __init__(self, connections: list[aiosqlite.Connection], path: Path, damaged: str) -> None:
        """Takes open connections, and what errors name: the file, and what a host should do where it is damaged."""
        self._path, self._damaged = path, damaged
        # Last in, first out: the one that was used last has what was read last in its memory.
        self._free: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        for connection in connections:
            self._free.put_nowait(connection)

    async def rows(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Returns what a statement reads; values are bound. Where the task is cancelled, the query is stopped.

        Raises:
            StoreError: The database cannot be read.
        """
        connection = await self._free.get()
        try:
            with translated(self._path, damaged=self._damaged):
                return list(await connection.execute_fetchall(statement, parameters))
        except asyncio.CancelledError:
            await _stop(connection)
            raise
        finally:
            self._free.put_nowait(connection)


@asynccontextmanager
async def open_readers(path: Path, *, damaged: str = "", count: int = COUNT) -> AsyncIterator[Readers]:
    """Opens an existing database for reading, for the time of the block.

    Args:
        path: The file.
        damaged: What a host should do if it is damaged: one sentence.
        count: How many queries may run at once; each has a thread.

    Raises:
        StoreError: The file is missing or is no database.
    """
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(reading(path, damaged=damaged)) for _ in range(count)]
        yield Readers(connections, path, damaged)


async def _stop(connection: aiosqlite.Connection) -> None:
    """Stops what a connection is doing, and returns when it does nothing any more."""
    # What is asked next is answered when the query has ended. An interruption only meets a query that has begun, so it
    # is repeated; that it may meet this one instead does no harm.
    ended = asyncio.ensure_future(connection.execute_fetchall("SELECT 1"))
    while not ended.done():
        await connection.interrupt()
        await asyncio.wait({ended}, timeout=_AGAIN)
    ended.exception()
