"""Read one state of a database for as long as needed, although another process writes it.

In WAL mode, a read transaction sees the database as it was when the transaction began, and delays no writer. What is
written since stays in the WAL until the last such transaction has ended. `checkpoint` then moves it into the database.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import aiosqlite

from bot.database.connections import (
    READ_CONNECTIONS,
    DatabaseSpec,
    ReadPool,
    connect,
    open_read_only,
    read_schema_version,
)
from bot.database.error_translation import to_database_error, translate_errors
from bot.errors import DatabaseError

MAX_PIN_TRIES = 50
NO_WAIT_SECONDS = 0.0
WAL_SUFFIX = "-wal"


@asynccontextmanager
async def open_snapshot(path: Path, spec: DatabaseSpec, version_query: str) -> AsyncIterator[ReadPool]:
    """Open a pool whose connections all read the state of this moment.

    `version_query` must return another row after each transaction. If the database cannot be switched to WAL (it may be
    read-only), the connections read what is written meanwhile too.

    Raises:
        DatabaseError: It cannot be used.
    """
    async with AsyncExitStack() as stack:
        with translate_errors(path, recovery_hint=spec.recovery_hint):
            mode = "ro" if await set_journal_mode(path, "WAL", spec.busy_timeout_seconds) else "rw"
            connections = [
                await stack.enter_async_context(open_read_only(path, spec, mode=mode)) for _ in range(READ_CONNECTIONS)
            ]
            await read_schema_version(connections[0], path, spec)
            if mode == "ro":
                await _begin_together(connections, path, version_query)
        yield ReadPool(connections, path, spec)


@asynccontextmanager
async def open_current(path: Path, spec: DatabaseSpec) -> AsyncIterator[ReadPool]:
    """Open one connection that reads what is in the database now, beside snapshots of it.

    Raises:
        DatabaseError: It cannot be used.
    """
    # With mode=ro, because the last other connection that closes deletes the WAL by its name. Its name may belong to a
    # new database by then.
    async with open_read_only(path, spec, mode="ro") as connection:
        yield ReadPool([connection], path, spec)


async def set_journal_mode(path: Path, mode: str, wait_seconds: float = NO_WAIT_SECONDS) -> bool:
    """Switch the journal mode, and return whether it is that one now.

    Others may use the database, or it is not writable.
    """
    try:
        async with connect(f"file:{quote(str(path))}?mode=rw", wait_seconds) as connection:
            [(current,)] = await connection.execute_fetchall(f"PRAGMA journal_mode = {mode}")
    except sqlite3.Error:
        return False
    return bool(current == mode.lower())


async def checkpoint(path: Path, *, truncate: bool = False) -> bool:
    """Move the WAL into the database, and return whether all of it was moved. Wait for nobody.

    With `truncate`, also empty the WAL, which works once every snapshot is newer than the checkpoint.

    Raises:
        DatabaseError: The database cannot be written.
    """
    mode = "TRUNCATE" if truncate else "PASSIVE"
    try:
        async with connect(f"file:{quote(str(path))}?mode=rw", NO_WAIT_SECONDS) as connection:
            [(busy, frames, moved)] = await connection.execute_fetchall(f"PRAGMA wal_checkpoint({mode})")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:
            return False
        raise to_database_error(path, error, writing=True) from error
    return not busy and frames == moved


def has_wal(path: Path) -> bool:
    """Return whether rows are in the WAL."""
    try:
        return path.with_name(path.name + WAL_SUFFIX).stat().st_size > 0
    except OSError:
        return False


async def _begin_together(connections: list[aiosqlite.Connection], path: Path, version_query: str) -> None:
    """Begin a read transaction on each connection, all in the same state."""
    for _ in range(MAX_PIN_TRIES):
        versions = []
        for connection in connections:
            await connection.execute("BEGIN")
            versions.append(list(await connection.execute_fetchall(version_query)))
        if all(version == versions[0] for version in versions):
            return
        for connection in connections:
            await connection.execute("ROLLBACK")
    raise DatabaseError(f"The database {path} changes too often to be read.")
