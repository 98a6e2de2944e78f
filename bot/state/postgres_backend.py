"""The state in PostgreSQL, for a bot with several processes.

Its tables are in the schema ``bigrun``, so other programs can share the database.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from bot.database.error_translation import redact_quotes
from bot.errors import DatabaseError, WriteFailedError
from bot.settings import parse_address
from bot.state.base import (
    INSERT_SHUFFLE,
    SELECT_SHUFFLE,
    SHUFFLE_COLUMNS,
    STATE_TIMEOUT_SECONDS,
    Shuffle,
    ShuffleUpdate,
    State,
)
from bot.state.schema import STATE_SPEC

if TYPE_CHECKING:
    import asyncpg

POSTGRES_STATE = replace(
    STATE_SPEC,
    older="The state at {path} was made by an older, unreleased version of Big Run (schema {version}). "
    "Rename its schema bigrun; the next start creates a new one.",
    schema_version=6,
)
SCHEMA_NAME = "bigrun"
MAX_CONNECTIONS = 5
_MIGRATION_LOCK_ID = 0x42_49_47_52_55_4E
_CREATE_SCHEMA = f"""
    CREATE SCHEMA IF NOT EXISTS {SCHEMA_NAME};
    CREATE TABLE IF NOT EXISTS {SCHEMA_NAME}.schema_version (version INTEGER NOT NULL);
"""
_SCHEMA_EXISTS = f"SELECT to_regclass('{SCHEMA_NAME}.schema_version')"
_SELECT_VERSION = f"SELECT coalesce(max(version), 0) FROM {SCHEMA_NAME}.schema_version"
# Both write and return nothing if the row is not as expected.
_INSERT_SHUFFLE = (
    f"{INSERT_SHUFFLE} VALUES ({', '.join('?' * len(SHUFFLE_COLUMNS))}) ON CONFLICT DO NOTHING RETURNING 1"
)
_UPDATE_SHUFFLE = f"""
    UPDATE shuffle SET {" = ?, ".join(SHUFFLE_COLUMNS)} = ?
    WHERE audience_id = ? AND scope_key = ? AND {" = ? AND ".join(Shuffle._fields)} = ? RETURNING 1
"""
_PLACEHOLDER = re.compile(r"'[^']*'|\?|:([a-z_]+)")  # or quoted text, which may contain either


class PostgresState(State):
    """The state in PostgreSQL, created by `open_postgres_state`."""

    skip_locked_clause: ClassVar[str] = "FOR UPDATE SKIP LOCKED"

    def __init__(self, pool: "asyncpg.Pool[Any]", name: str, timeout: float) -> None:
        self._pool, self._name, self._timeout = pool, name, timeout
        self._shuffle_lock = asyncio.Lock()

    async def fetch_all(self, statement: str, parameters: Any = ()) -> list[Any]:
        """See `State.fetch_all`."""
        with translate_errors(self._name):
            return await self._fetch(self._pool, statement, parameters)

    async def execute_transaction(self, *statements: tuple[str, Any]) -> list[Any]:
        """See `State.execute_transaction`."""
        rows: list[Any] = []
        with translate_errors(self._name, writing=True):
            async with self._pool.acquire(timeout=self._timeout) as connection, connection.transaction():
                for statement, parameters in statements:
                    rows += await self._fetch(connection, statement, parameters)
        return rows

    async def advance_shuffle(
        self,
        audience_id: int,
        scope_key: str,
        advance: Callable[[Shuffle | None], Awaitable[Shuffle | None]],
        *,
        guild_id: int = 0,
    ) -> Shuffle | None:
        """See `State.advance_shuffle`."""
        with translate_errors(self._name, writing=True):
            # Concurrent draws of one process would only make each other retry.
            async with asyncio.timeout(self._timeout):
                await self._shuffle_lock.acquire()
            try:
                while True:
                    rows = await self._fetch(self._pool, SELECT_SHUFFLE, (audience_id, scope_key))
                    current = Shuffle(*rows[0]) if rows else None
                    following = await advance(current)
                    if following is None:
                        return None
                    today = datetime.now(UTC).date().isoformat()
                    update = ShuffleUpdate(audience_id, scope_key, guild_id, today, following, current)
                    if await self._replace_shuffle(update):
                        return following
            finally:
                self._shuffle_lock.release()

    async def _replace_shuffle(self, update: ShuffleUpdate) -> bool:
        if update.expected is None:
            return bool(await self._fetch(self._pool, _INSERT_SHUFFLE, update.values))
        parameters = (*update.values, update.audience_id, update.scope_key, *update.expected)
        return bool(await self._fetch(self._pool, _UPDATE_SHUFFLE, parameters))

    async def _fetch(
        self, connection: "asyncpg.Pool[Any] | asyncpg.pool.PoolConnectionProxy[Any]", statement: str, parameters: Any
    ) -> list[Any]:
        text, names = to_dollar_placeholders(statement)
        values = [parameters[name] for name in names] if isinstance(parameters, Mapping) else parameters
        return [tuple(row) for row in await connection.fetch(text, *values, timeout=self._timeout)]


@cache
def to_dollar_placeholders(statement: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement with placeholders ``$1``, ``$2``…, and the order of the named ones."""
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

    return _PLACEHOLDER.sub(number, statement), tuple(names)


@asynccontextmanager
async def open_postgres_state(
    address: str, timeout_seconds: float = STATE_TIMEOUT_SECONDS
) -> AsyncIterator[PostgresState]:
    """Open the state at a ``postgresql://…`` address, creating it if missing. Never reveal the password.

    A statement may take `timeout_seconds`, connecting ten times as long.

    Raises:
        DatabaseError: It is unusable, or its packages are missing.
    """
    asyncpg, name = _import_asyncpg(), redacted_address(address)
    pool = asyncpg.create_pool(
        address,
        min_size=1,
        max_size=MAX_CONNECTIONS,
        timeout=10 * timeout_seconds,
        server_settings={"search_path": SCHEMA_NAME, "application_name": "bigrun", "synchronous_commit": "on"},
    )
    with translate_errors(name, connecting=True):
        await pool
    try:
        with translate_errors(name):
            await _apply_migrations(pool, name)
        yield PostgresState(pool, name, timeout_seconds)
    finally:
        pool.terminate()


async def read_schema_version(address: str, timeout_seconds: float) -> int:
    """Return an existing state's schema version, or 0. Change nothing.

    Raises:
        DatabaseError: It is unusable, or its packages are missing.
    """
    asyncpg, name = _import_asyncpg(), redacted_address(address)
    with translate_errors(name, connecting=True):
        connection = await asyncpg.connect(address, timeout=timeout_seconds)
        try:
            exists = await connection.fetchval(_SCHEMA_EXISTS)
            version = int(await connection.fetchval(_SELECT_VERSION)) if exists else 0
        finally:
            await connection.close(timeout=timeout_seconds)
    if version:
        POSTGRES_STATE.check_version(version, name)
    return version


async def _apply_migrations(pool: "asyncpg.Pool[Any]", name: str) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _MIGRATION_LOCK_ID)
        await connection.execute(_CREATE_SCHEMA)
        version = await connection.fetchval(_SELECT_VERSION)
        if version:
            POSTGRES_STATE.check_version(version, name)
        for number, script in POSTGRES_STATE.upgrades(version):
            without_options = re.sub(r"\) STRICT(, WITHOUT ROWID)?;", ");", script)
            await connection.execute(re.sub(r"\bINTEGER\b", "BIGINT", without_options))
            await connection.execute(f"INSERT INTO {SCHEMA_NAME}.schema_version (version) VALUES ($1)", number)


def _import_asyncpg() -> Any:
    try:
        import asyncpg  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise DatabaseError(
            "The state is at PostgreSQL, which needs more packages: install bigrun[postgres]."
        ) from error
    return asyncpg


def redacted_address(address: str) -> str:
    """Return an address's host, port and database, without user and password.

    Raises:
        DatabaseError: It cannot be read.
    """
    try:
        parts = urlsplit(parse_address(address))
    except ValueError as error:
        raise DatabaseError(f"The address of the state is not {error}.") from None
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"


@contextmanager
def translate_errors(name: str, *, writing: bool = False, connecting: bool = False) -> Iterator[None]:
    """Turn driver and network errors into errors that name the state.

    Raises:
        WriteFailedError: A change failed.
        DatabaseError: Anything else failed.
    """
    import asyncpg  # noqa: PLC0415 - an optional extra

    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        error_class, verb = (WriteFailedError, "written") if writing else (DatabaseError, "used")
        reason = redact_quotes(str(error)) or "it does not answer in time"
        raise error_class(f"The state at {name} cannot be {verb}: {reason.splitlines()[0]}.") from error
    except ValueError as error:
        if not connecting:
            raise
        # The driver's text may quote a part of the password.
        raise DatabaseError(f"The state at {name} cannot be used: its address has a wrong value.") from error
