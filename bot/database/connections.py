"""Open, check, migrate and lock SQLite databases."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiosqlite

from bot.database.error_translation import (
    PRIMARY_CODE_MASK,
    damaged_error,
    to_database_error,
    translate_errors,
)
from bot.database.sqlite_features import require_sqlite
from bot.errors import DatabaseError, DatabaseInUseError, NewerSchemaError, OlderSchemaError, WrongDatabaseError

BUSY_TIMEOUT_SECONDS = 5.0
READ_CONNECTIONS = 3  # connections of a read pool
JOURNAL_SUFFIXES = ("-journal", "-wal", "-shm")  # of the files that SQLite puts beside a database
MEMORY_PATH = Path(":memory:")
_INTERRUPT_INTERVAL_SECONDS = 0.01
_LOCK_INTERVAL_SECONDS = 0.1
_BUSY_INTERVAL_SECONDS = 0.01
_SELECT_TABLE_NAMES = "SELECT name FROM sqlite_schema WHERE type = 'table'"


@dataclass(frozen=True, slots=True)
class DatabaseSpec:
    """A kind of database."""

    name: str  # in errors
    marker_table: str  # every version of it has this table, and no other kind of database
    setting_name: str  # the setting that points to it
    recovery_hint: str  # what an operator should do if it is damaged
    older: str  # the error if it is too old, which may name its {path} and {version}
    package: str  # where its schema.sql is, which makes `schema_version`
    schema_version: int
    durable: bool  # whether a commit survives a power loss, and a deletion leaves no trace
    max_checked_bytes: int  # the largest size to check for damage before writing
    page_size: int = 4096  # in bytes
    busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS  # how long SQLite retries while another program writes
    migrations: tuple[str, ...] = ()  # scripts that each make the next version: never change one, or schema.sql

    @property
    def schema(self) -> str:
        """The script that makes `schema_version` in an empty database."""
        return files(self.package).joinpath("schema.sql").read_text(encoding="utf-8")

    @property
    def version(self) -> int:
        """The schema version that this program reads and writes."""
        return self.schema_version + len(self.migrations)

    def check_version(self, version: int, location: object) -> None:
        """Raise if this program cannot use a schema version."""
        if version > self.version:
            raise NewerSchemaError(
                f"{location} was made by a newer version of Big Run (schema {version}, this one knows {self.version}), "
                "so it was not touched. Update Big Run."
            )
        if version < self.schema_version:
            raise OlderSchemaError(self.older.format(path=location, version=version))

    def upgrades(self, version: int) -> Iterator[tuple[int, str]]:
        """Yield each version above `version` (0 if empty) and the script that makes it."""
        if version < self.schema_version:
            yield self.schema_version, self.schema
        for number, script in enumerate(self.migrations, self.schema_version + 1):
            if number > version:
                yield number, script


@asynccontextmanager
async def open_read_only(path: Path, spec: DatabaseSpec, *, mode: str = "rw") -> AsyncIterator[aiosqlite.Connection]:
    """Open an existing database read-only.

    By default not with mode=ro: after a writer was killed, the next reader has to roll its half-written transaction
    back, unless the database is in WAL mode.

    Raises:
        DatabaseError: The file is missing or not a database.
    """
    async with AsyncExitStack() as stack:
        with translate_errors(path, recovery_hint=spec.recovery_hint):
            address = f"file:{quote(str(path))}?mode={mode}"
            connection = await stack.enter_async_context(connect(address, spec.busy_timeout_seconds))
            await connection.execute("PRAGMA query_only = ON")
        yield connection


@asynccontextmanager
async def open_for_writing(path: Path, spec: DatabaseSpec) -> AsyncIterator[aiosqlite.Connection]:
    """Open a database for its one writer. Create or migrate it if needed.

    Raises:
        DatabaseError: It cannot be used, and is unchanged.
    """
    async with AsyncExitStack() as stack:
        with translate_errors(path, recovery_hint=spec.recovery_hint):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = await stack.enter_async_context(connect(str(path), spec.busy_timeout_seconds))
            version = await read_schema_version(connection, path, spec)
            await check_integrity(connection, path, spec)
            await connection.execute(f"PRAGMA page_size = {spec.page_size}")  # of an empty file
            await connection.execute("PRAGMA foreign_keys = ON")
            if spec.durable:
                await _use_wal(connection, spec.busy_timeout_seconds)
                await connection.execute_fetchall("PRAGMA synchronous = FULL")
                await connection.execute_fetchall("PRAGMA fullfsync = ON")  # of macOS, whose fsync is not enough
                # Overwrite what is deleted: a deleted member's data must not stay in free pages.
                await connection.execute_fetchall("PRAGMA secure_delete = ON")
            await _apply_migrations(connection, spec, version)
        yield connection


@asynccontextmanager
async def transaction(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    """Commit the block as one transaction, or roll it back."""
    try:
        await connection.execute("BEGIN IMMEDIATE")
        yield
        await connection.execute("COMMIT")
    except BaseException:
        # Runs after the statement that was cancelled. After a full disk, for example, SQLite has rolled back itself,
        # and there is no transaction left.
        with suppress(sqlite3.OperationalError):
            await connection.execute("ROLLBACK")
        raise


async def read_schema_version(connection: aiosqlite.Connection, path: Path, spec: DatabaseSpec) -> int:
    """Return a database's schema version (0 if empty). Raise if this program cannot use it."""
    [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
    tables = {name for (name,) in await connection.execute_fetchall(_SELECT_TABLE_NAMES)}
    if (tables or version) and spec.marker_table not in tables:
        raise WrongDatabaseError(
            f"{path} is not a Big Run {spec.name}, so it was not touched. Set {spec.setting_name} to another file."
        )
    if version:
        spec.check_version(version, path)
    return int(version)


async def check_integrity(connection: aiosqlite.Connection, path: Path, spec: DatabaseSpec) -> None:
    """Raise DatabaseDamagedError if a database of at most `max_checked_bytes` is damaged."""
    [(pages,)] = await connection.execute_fetchall("PRAGMA page_count")
    [(size,)] = await connection.execute_fetchall("PRAGMA page_size")
    if pages * size <= spec.max_checked_bytes:
        [(first,)] = await connection.execute_fetchall("PRAGMA quick_check(1)")
        if first != "ok":
            raise damaged_error(path, " ".join(first.split()), spec.recovery_hint)


@contextmanager
def lock_exclusively(state: Path) -> Iterator[None]:
    """Lock the state until the block or process ends. Others can still read and copy it.

    Raises:
        DatabaseInUseError: Another process has the lock.
        DatabaseError: ``<state>.lock`` cannot be made.
    """
    # SQLite's own lock, on an empty database beside the state: it works wherever SQLite does.
    lock_path = state.resolve()
    lock_path = lock_path.with_name(lock_path.name + ".lock")
    with translate_errors(lock_path):
        lock_path.parent.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(lock_path, timeout=0, isolation_level=None)
    with closing(lock):
        with translate_errors(lock_path):
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                raise DatabaseInUseError(
                    f"{state} is in use by another Big Run. Stop that one, or set BIGRUN_STATE to another file."
                ) from error
        yield


@asynccontextmanager
async def lock_for_writing(path: Path, on_wait: Callable[[], None]) -> AsyncIterator[None]:
    """Lock a database for writes that belong together. Wait while another process has the lock.

    Where the lock cannot be made, nothing can be written either: go on without it, to read.
    """
    waited = False
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(lock_exclusively(path))
            except DatabaseInUseError:
                if not waited:
                    waited = True
                    on_wait()
                await asyncio.sleep(_LOCK_INTERVAL_SECONDS)
                continue
            except DatabaseError:
                pass
            break
        yield


def is_locked(path: Path) -> bool:
    """Return whether a process has locked a database for writing."""
    try:
        with lock_exclusively(path):
            return False
    except DatabaseInUseError:
        return True
    except DatabaseError:
        return False


class ReadPool:
    """Connections that read one database, opened by `open_read_pool`."""

    def __init__(self, connections: list[aiosqlite.Connection], path: Path, spec: DatabaseSpec) -> None:
        self._path, self._recovery_hint = path, spec.recovery_hint
        # Last in, first out: the connection used last has the most recent pages in its cache.
        self._idle: asyncio.LifoQueue[aiosqlite.Connection] = asyncio.LifoQueue()
        for connection in connections:
            self._idle.put_nowait(connection)

    async def fetch_all(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Return the rows of a query. Cancelling the task interrupts it.

        Raises:
            DatabaseError: The database cannot be read.
        """
        connection = await self._idle.get()
        try:
            return list(await connection.execute_fetchall(statement, parameters))
        except sqlite3.Error as error:
            raise to_database_error(self._path, error, recovery_hint=self._recovery_hint) from error
        except asyncio.CancelledError:
            # Interrupt until the connection answers again. interrupt() misses a query that has not started yet, so
            # repeat it.
            idle = asyncio.ensure_future(connection.execute_fetchall("SELECT 1"))
            while not idle.done():
                await connection.interrupt()
                await asyncio.wait({idle}, timeout=_INTERRUPT_INTERVAL_SECONDS)
            idle.exception()
            raise
        finally:
            self._idle.put_nowait(connection)


@asynccontextmanager
async def open_read_pool(
    path: Path, spec: DatabaseSpec, *, connection_count: int = READ_CONNECTIONS
) -> AsyncIterator[ReadPool]:
    """Open an existing database for `connection_count` queries at a time, each in a thread.

    Raises:
        DatabaseError: It cannot be used.
    """
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(open_read_only(path, spec)) for _ in range(connection_count)]
        with translate_errors(path, recovery_hint=spec.recovery_hint):
            await read_schema_version(connections[0], path, spec)
        yield ReadPool(connections, path, spec)


@asynccontextmanager
async def connect(address: str, busy_timeout_seconds: float) -> AsyncIterator[aiosqlite.Connection]:
    """Connect to a path or a ``file:`` address, without implicit transactions."""
    require_sqlite()
    failed: list[sqlite3.Error] = []

    def open_now() -> sqlite3.Connection:
        uri = address.startswith("file:")
        try:
            return sqlite3.connect(address, uri=uri, timeout=busy_timeout_seconds, isolation_level=None)
        except sqlite3.Error as error:
            # Without a connection to close, the driver's thread could outlive the event loop.
            failed.append(error)
            return sqlite3.connect(":memory:")

    connection = aiosqlite.Connection(open_now, iter_chunk_size=64)
    opening = asyncio.ensure_future(connection)
    try:
        # The driver would forget a database that it is opening when the task is cancelled, and never close it.
        await asyncio.shield(opening)
        if failed:
            raise failed[0]
        yield connection
    finally:
        await opening
        await connection.close()


async def _use_wal(connection: aiosqlite.Connection, busy_timeout_seconds: float) -> None:
    """Put a database into WAL mode. Here SQLite does not wait for another process that does the same."""
    deadline = asyncio.get_running_loop().time() + busy_timeout_seconds
    while True:
        try:
            # Fetched to the end: a statement that still has rows keeps its lock.
            await connection.execute_fetchall("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & PRIMARY_CODE_MASK == sqlite3.SQLITE_BUSY
            if not is_busy or asyncio.get_running_loop().time() >= deadline:
                raise
            await asyncio.sleep(_BUSY_INTERVAL_SECONDS)
        else:
            return


async def _apply_migrations(connection: aiosqlite.Connection, spec: DatabaseSpec, version: int) -> None:
    for number, script in spec.upgrades(version):
        try:
            await connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")
        except sqlite3.Error:
            if connection.in_transaction:
                await connection.execute("ROLLBACK")
            [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
            if version < number:  # else another process was faster
                raise
