"""The state in PostgreSQL, for a bot that is split over several processes or machines.

Durable as PostgreSQL is: a commit is answered when it is on the disk. It keeps its tables in a schema of its own,
``bigrun``, so the database may be shared with others.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from bot.database.error_translation import unquoted
from bot.errors import NewerSchema, NotWritten, OlderSchemaError, StoreError
from bot.state.base import ADD_ROUNDS, GET_ROUND, PATIENCE, ROUND_COLUMNS, Round, RoundRow, State
from bot.state.schema import STATE

if TYPE_CHECKING:
    import asyncpg

SCHEMA = "bigrun"
POSTGRES_STATE = replace(
    STATE,
    older="The state at {path} was made by an older, unreleased version of Big Run (schema {version}). "
    "Rename its schema bigrun; a new one is made at the next start.",
    schema_version=2,
)
CONNECTIONS = 5
_LOCK = 0x42_49_47_52_55_4E  # of the migrations: one process at a time
_OPEN = f"""
    CREATE SCHEMA IF NOT EXISTS {SCHEMA};
    CREATE TABLE IF NOT EXISTS {SCHEMA}.schema_version (version INTEGER NOT NULL);
"""
_THERE = f"SELECT to_regclass('{SCHEMA}.schema_version')"
_VERSION = f"SELECT coalesce(max(version), 0) FROM {SCHEMA}.schema_version"
# Either writes nothing, and returns nothing, if the row is no longer the one that was read.
_BEGIN_ROUND = f"{ADD_ROUNDS} VALUES ({', '.join('?' * len(ROUND_COLUMNS))}) ON CONFLICT DO NOTHING RETURNING draws"
_GO_ON = f"""
    UPDATE round SET {" = ?, ".join(ROUND_COLUMNS)} = ?
    WHERE audience = ? AND scope = ? AND {" = ? AND ".join(Round._fields)} = ? RETURNING draws
"""
# A text in quotes, which is left alone, or what stands for a value.
_VALUE = re.compile(r"'[^']*'|\?|:([a-z_]+)")


class PostgresState(State):
    """Reads and writes the state; made by `open_postgres_state`."""

    row_lock: ClassVar[str] = "FOR UPDATE SKIP LOCKED"

    def __init__(self, pool: "asyncpg.Pool[Any]", name: str, patience: float) -> None:
        """Takes connections to a migrated state, its name for errors, and how many seconds a statement may take."""
        self._pool, self._name, self._patience = pool, name, patience
        self._drawing = asyncio.Lock()

    async def rows(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Returns what a statement reads; see `State.rows`."""
        with translated(self._name):
            return await self._fetch(self._pool, statement, parameters)

    async def change(self, *steps: tuple[str, Any]) -> list[Any]:
        """Carries out statements in one transaction; see `State.change`."""
        rows: list[Any] = []
        with translated(self._name, writing=True):
            async with self._pool.acquire(timeout=self._patience) as connection, connection.transaction():
                for statement, parameters in steps:
                    rows += await self._fetch(connection, statement, parameters)
        return rows

    async def draw(
        self, audience: int, scope: str, choose: Callable[[Round | None], Awaitable[Round | None]], *, guild: int = 0
    ) -> Round | None:
        """Takes a round one step on; see `State.draw`."""
        with translated(self._name, writing=True):
            # Draws of one process would only make each other try again.
            async with asyncio.timeout(self._patience):
                await self._drawing.acquire()
            try:
                return await super().draw(audience, scope, choose, guild=guild)
            finally:
                self._drawing.release()

    async def _round(self, audience: int, scope: str) -> Round | None:
        rows = await self._fetch(self._pool, GET_ROUND, (audience, scope))
        return Round(*rows[0]) if rows else None

    async def _put_round(self, row: RoundRow) -> bool:
        if row.past is None:
            return bool(await self._fetch(self._pool, _BEGIN_ROUND, row.values))
        return bool(await self._fetch(self._pool, _GO_ON, (*row.values, row.audience, row.scope, *row.past)))

    async def _fetch(
        self, connection: "asyncpg.Pool[Any] | asyncpg.pool.PoolConnectionProxy[Any]", statement: str, parameters: Any
    ) -> list[Any]:
        text, names = numbered(statement)
        values = [parameters[name] for name in names] if isinstance(parameters, Mapping) else parameters
        return [tuple(row) for row in await connection.fetch(text, *values, timeout=self._patience)]


@cache
def numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """Returns a statement with ``$1``, ``$2``… for its values, and the names of those that have one, by number."""
    names: dict[str, int] = {}
    count = 0

    def number(value: re.Match[str]) -> str:
        nonlocal count
        if value[0].startswith("'"):
            return value[0]
        if value[0] == "?":
            count += 1
            return f"${count}"
        return f"${names.setdefault(value[1], len(names) + 1)}"

    return _VALUE.sub(number, statement), tuple(names)


@asynccontextmanager
async def open_postgres_state(address: str, patience: float = PATIENCE) -> AsyncIterator[PostgresState]:
    """Opens the state at an address ``postgresql://…``, made if it is not there, for the time of the block.

    Args:
        address: Where it is; a password in it is shown nowhere.
        patience: How many seconds a statement may take, and a connection ten times as many.

    Raises:
        NewerSchema: A newer version of the program made it.
        StoreError: It cannot be reached, or the packages for it are not installed.
    """
    asyncpg = _driver()
    name = name_of(address)
    pool = asyncpg.create_pool(
        address,
        min_size=1,
        max_size=CONNECTIONS,
        timeout=10 * patience,
        server_settings={"search_path": SCHEMA, "application_name": "bigrun", "synchronous_commit": "on"},
    )
    with translated(name):
        await pool
    try:
        with translated(name):
            await _migrate(pool, name)
        yield PostgresState(pool, name, patience)
    finally:
        pool.terminate()


async def schema_of(address: str, seconds: float) -> int:
    """Returns the version of the schema at an address, 0 if there is none; nothing is made or changed.

    Raises:
        StoreError: It cannot be reached in so many seconds, or the packages for it are not installed.
    """
    asyncpg, name = _driver(), name_of(address)
    with translated(name):
        connection = await asyncpg.connect(address, timeout=seconds)
        try:
            there = await connection.fetchval(_THERE)
            return int(await connection.fetchval(_VERSION)) if there else 0
        finally:
            await connection.close(timeout=seconds)


def _driver() -> Any:
    try:
        import asyncpg  # noqa: PLC0415 - only who keeps the state there needs it
    except ImportError as error:
        raise StoreError("The state is at PostgreSQL, which needs more packages: install bigrun[postgres].") from error
    return asyncpg


async def _migrate(pool: "asyncpg.Pool[Any]", name: str) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute(_OPEN)
        version = await connection.fetchval(_VERSION)
        check_version(version, name)
        for number, script in POSTGRES_STATE.upgrades(version):
            await connection.execute(to_postgres(script))
            await connection.execute(f"INSERT INTO {SCHEMA}.schema_version (version) VALUES ($1)", number)


def to_postgres(script: str) -> str:
    """Return a schema script of SQLite's as PostgreSQL understands it."""
    return re.sub(r"\bINTEGER\b", "BIGINT", re.sub(r"\) STRICT(, WITHOUT ROWID)?;", ");", script))


def check_version(version: int, name: str) -> None:
    """Refuse a schema version that this program cannot use; 0 is an empty database.

    Raises:
        NewerSchema, OlderSchemaError: It cannot be used.
    """
    known = POSTGRES_STATE.version
    if version > known:
        raise NewerSchema(
            f"The state at {name} was made by a newer version of Big Run (schema {version}, this one knows {known}): "
            "update the program, or point BIGRUN_STATE elsewhere."
        )
    if 0 < version < POSTGRES_STATE.schema_version:
        raise OlderSchemaError(POSTGRES_STATE.older.format(path=name, version=version))


def name_of(address: str) -> str:
    """Returns where an address leads, without who knocks there."""
    parts = urlsplit(address)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"


@contextmanager
def translated(name: str, *, writing: bool = False) -> Iterator[None]:
    """Turns what the driver and the network raise inside into a StoreError that names the state.

    Raises:
        NotWritten: A change failed.
        StoreError: Something else did.
    """
    import asyncpg  # noqa: PLC0415 - who is here has it

    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        kind, verb = (NotWritten, "written") if writing else (StoreError, "used")
        what = unquoted(str(error)) or "it does not answer in time"
        raise kind(f"The state at {name} cannot be {verb}: {what.splitlines()[0]}.") from error
