"""Opening a database: connection settings, schema migrations, errors in words a host understands."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import aiosqlite

from bot.errors import NewerSchema, StoreError

BUSY_SECONDS = 5.0


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns what the driver raises inside into a StoreError that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"The database {path} cannot be used: {error}.") from error
    except OSError as error:
        raise StoreError(f"The database {path} cannot be opened: {error.strerror}.") from error


@asynccontextmanager
async def reading(path: Path) -> AsyncIterator[aiosqlite.Connection]:
    """Opens an existing database read-only, for the time of the block.

    Raises:
        StoreError: The file is missing or is no database.
    """
    with translated(path):
        address = f"file:{quote(str(path))}?mode=ro"
        async with aiosqlite.connect(address, uri=True, timeout=BUSY_SECONDS) as connection:
            yield connection


@asynccontextmanager
async def writing(path: Path, schema: str, *, durable: bool) -> AsyncIterator[aiosqlite.Connection]:
    """Opens a database for its one writer, made and migrated as needed, for the time of the block.

    Args:
        path: The file; missing folders are made.
        schema: The name of its migrations: ``sql/<schema>-1.sql``, ``-2.sql``, …
        durable: Whether a commit survives a power loss (write-ahead log, full sync).

    Raises:
        NewerSchema: A newer version of the program made it.
        StoreError: It cannot be opened, or is no database.
    """
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        async with aiosqlite.connect(path, timeout=BUSY_SECONDS, isolation_level=None) as connection:
            await connection.execute("PRAGMA foreign_keys = ON")
            if durable:
                # Fetched to the end: a statement that still has rows keeps its lock.
                await connection.execute_fetchall("PRAGMA journal_mode = WAL")
                await connection.execute_fetchall("PRAGMA synchronous = FULL")
            await _migrate(connection, path, _migrations(schema))
            yield connection


@asynccontextmanager
async def transaction(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    """Makes the block one transaction: all of it is written, or nothing."""
    await connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        await connection.execute("ROLLBACK")
        raise
    await connection.execute("COMMIT")


def _migrations(schema: str) -> list[str]:
    scripts: list[str] = []
    folder = files("bot.store") / "sql"
    while (script := folder / f"{schema}-{len(scripts) + 1}.sql").is_file():
        scripts.append(script.read_text(encoding="utf-8"))
    return scripts


async def _migrate(connection: aiosqlite.Connection, path: Path, scripts: list[str]) -> None:
    [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
    if version > len(scripts):
        raise NewerSchema(
            f"The database {path} was made by a newer version of Big Run (schema {version}, this one knows "
            f"{len(scripts)}): update the program, or point the setting to another file."
        )
    for number, script in enumerate(scripts[version:], version + 1):
        try:
            await connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                await connection.execute("ROLLBACK")
            raise
