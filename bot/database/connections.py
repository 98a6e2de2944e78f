"""Opening a database: connection settings, what it must be, schema migrations."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiosqlite

from bot.database.error_translation import damage, translated
from bot.errors import DatabaseError, DatabaseInUseError, NewerSchemaError, WrongDatabaseError

BUSY_SECONDS = 5.0
MEMORY = Path(":memory:")
_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table'"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a database of ours is, and how it is treated.

    Attributes:
        name: Names its migrations: ``sql/<name>-1.sql``, ``-2.sql``, …
        table: A table that every version of it holds, and no other kind.
        setting: The key of the setting that points to it.
        damaged: What a host should do where it is damaged: one sentence.
        durable: Whether a commit survives a power loss (write-ahead log, full sync), and what is deleted does not.
        checked: It is looked through for damage when it is opened for writing, up to so many bytes.
        patience: For how many seconds SQLite tries again while another program writes.
    """

    name: str
    table: str
    setting: str
    damaged: str
    durable: bool
    checked: int
    patience: float = BUSY_SECONDS


@asynccontextmanager
async def reading(
    path: Path, *, damaged: str = "", patience: float = BUSY_SECONDS
) -> AsyncIterator[aiosqlite.Connection]:
    """Opens an existing database for reading only, for the time of the block.

    Args:
        path: The file.
        damaged: What a host should do if it is damaged: one sentence.
        patience: For how many seconds SQLite tries again while another program writes.

    Raises:
        DatabaseError: The file is missing or is no database.
    """
    async with AsyncExitStack() as stack:
        with translated(path, damaged=damaged):
            # Not mode=ro: what a killed writer left half-written is undone by who reads next, and that is writing.
            address = f"file:{quote(str(path))}?mode=rw"
            connection = await stack.enter_async_context(_connected(address, patience))
            await connection.execute("PRAGMA query_only = ON")
        yield connection


@asynccontextmanager
async def writing(path: Path, kind: Kind, *, anew: bool = True) -> AsyncIterator[aiosqlite.Connection]:
    """Opens a database for its one writer, made and migrated as needed, for the time of the block.

    Args:
        path: The file; missing folders are made. MEMORY keeps all in memory.
        kind: What it must be.
        anew: Whether an older one is migrated; else it is left as it is.

    Raises:
        DamagedStore: It is no database, or a broken one; it is left as it is.
        WrongDatabaseError: It is a database of something else; it is left as it is.
        NewerSchemaError: A newer version of the program made it; it is left as it is.
        DatabaseError: It cannot be opened, or is an older one that is to be left as it is.
    """
    async with AsyncExitStack() as stack:
        with translated(path, damaged=kind.damaged):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = await stack.enter_async_context(_connected(str(path), kind.patience))
            scripts = migrations(kind.name)
            version = await version_of(connection, path, kind, len(scripts))
            if not anew:
                refuse_older(version, path, kind.name)
            await look_through(connection, path, kind)
            await connection.execute("PRAGMA foreign_keys = ON")
            if kind.durable:
                # Fetched to the end: a statement that still has rows keeps its lock.
                await connection.execute_fetchall("PRAGMA journal_mode = WAL")
                await connection.execute_fetchall("PRAGMA synchronous = FULL")
                # What is deleted is overwritten: a member who is forgotten is not left in free pages.
                await connection.execute_fetchall("PRAGMA secure_delete = ON")
            await _migrate(connection, version, scripts)
        yield connection


@asynccontextmanager
async def transaction(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    """Makes the block one transaction: all of it is written, or nothing."""
    try:
        await connection.execute("BEGIN IMMEDIATE")
        yield
        await connection.execute("COMMIT")
    except BaseException:
        # Queued behind whatever was cancelled, so it meets its outcome. There may be nothing left to undo: SQLite
        # undoes by itself after some failures, a full disk among them.
        with suppress(sqlite3.OperationalError):
            await connection.execute("ROLLBACK")
        raise


@asynccontextmanager
async def _connected(address: str, patience: float) -> AsyncIterator[aiosqlite.Connection]:
    """Connects to a path or an address; transactions are begun by hand."""
    failed: list[sqlite3.Error] = []

    def connect() -> sqlite3.Connection:
        uri = address.startswith("file:")
        try:
            return sqlite3.connect(address, uri=uri, timeout=patience, isolation_level=None)
        except sqlite3.Error as error:
            # The driver's thread ends in order only with a connection to close; else it may outlive the event loop.
            failed.append(error)
            return sqlite3.connect(":memory:")

    async with aiosqlite.Connection(connect, iter_chunk_size=64) as connection:
        if failed:
            raise failed[0]
        yield connection


async def version_of(connection: aiosqlite.Connection, path: Path, kind: Kind, known: int) -> int:
    """Returns a database's schema version, 0 for an empty one; nothing is written.

    Raises:
        WrongDatabaseError: It is a database of something else.
        NewerSchemaError: It is newer than the versions that are known.
    """
    [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
    tables = {name for (name,) in await connection.execute_fetchall(_TABLES)}
    if (tables or version) and kind.table not in tables:
        raise WrongDatabaseError(
            f"The database {path} is not the {kind.name} of Big Run but something else, and was left alone: "
            f"point {kind.setting} to another file."
        )
    if version > known:
        raise NewerSchemaError(
            f"The database {path} was made by a newer version of Big Run (schema {version}, this one knows "
            f"{known}): update the program, or point {kind.setting} to another file."
        )
    return int(version)


def refuse_older(version: int, path: Path, schema: str) -> None:
    """Refuses what an older version of the program made; 0 is no database of ours at all.

    Raises:
        DatabaseError: It is older.
    """
    if 0 < version < len(migrations(schema)):
        raise DatabaseError(
            f"The {schema} {path} was made by an older version of Big Run: `bigrun load` makes it anew."
        )


async def look_through(connection: aiosqlite.Connection, path: Path, kind: Kind) -> None:
    """Looks for damage, unless the database is larger than is looked through.

    Raises:
        DamagedStore: There is some.
    """
    [(pages,)] = await connection.execute_fetchall("PRAGMA page_count")
    [(size,)] = await connection.execute_fetchall("PRAGMA page_size")
    if pages * size <= kind.checked:
        [(first,)] = await connection.execute_fetchall("PRAGMA quick_check(1)")
        if first != "ok":
            raise damage(path, " ".join(first.split()), kind.damaged)


def migrations(schema: str) -> list[str]:
    """Returns the scripts that make a schema, from an empty database on; their number is its version."""
    scripts: list[str] = []
    folder = files("bot.database") / "sql"
    while (script := folder / f"{schema}-{len(scripts) + 1}.sql").is_file():
        scripts.append(script.read_text(encoding="utf-8"))
    return scripts


async def _migrate(connection: aiosqlite.Connection, version: int, scripts: list[str]) -> None:
    for number, script in enumerate(scripts[version:], version + 1):
        try:
            await connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                await connection.execute("ROLLBACK")
            [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
            if version < number:
                raise
            # Another process was faster.


@contextmanager
def held(state: Path) -> Iterator[None]:
    """Keeps the state for this process alone during the block; who only reads or copies it is not hindered.

    The system itself lets go when the process ends, however it ends.

    Raises:
        DatabaseInUseError: Another process has it.
        DatabaseError: The file that is locked, ``<state>.lock``, cannot be made.
    """
    # A lock of SQLite's, on an empty database beside the state: it works on every system that the state works on.
    path = state.resolve()
    path = path.with_name(path.name + ".lock")
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(path, timeout=0, isolation_level=None)
    with closing(lock):
        with translated(path):
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                raise DatabaseInUseError(
                    f"Another Big Run has the state {state}: stop it first, or point BIGRUN_STATE to another file."
                ) from error
        yield


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
            DatabaseError: The database cannot be read.
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
        DatabaseError: The file is missing or is no database.
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
