"""Locate the state: a file, memory or PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from pathlib import Path

from bot.database.connections import lock_exclusively
from bot.database.file_identity import lock_file
from bot.database.inspection import DatabaseInfo, inspect_database
from bot.state.base import STATE_TIMEOUT_SECONDS, State
from bot.state.postgres_backend import POSTGRES_STATE, open_postgres_state, read_schema_version
from bot.state.schema import STATE_SPEC
from bot.state.sqlite_backend import open_sqlite_state

POSTGRES_TIMEOUT_SECONDS = 5.0

StateLocation = Path | str | None  # a file, an address postgresql://…, or None for memory


def open_state(
    location: StateLocation, *, timeout_seconds: float = STATE_TIMEOUT_SECONDS
) -> AbstractAsyncContextManager[State]:
    """Open the state, creating it if missing. The timeout is per PostgreSQL statement.

    Raises:
        DatabaseError: It is unusable, and unchanged.
    """
    return open_postgres_state(location, timeout_seconds) if isinstance(location, str) else open_sqlite_state(location)


@asynccontextmanager
async def open_state_exclusively(
    location: StateLocation, *, timeout_seconds: float = STATE_TIMEOUT_SECONDS
) -> AsyncIterator[State]:
    """Open the state as `open_state` does, and lock a file for this process.

    Raises:
        DatabaseInUseError: Another bot uses the file.
        DatabaseError: See `open_state`.
    """
    with ExitStack() as locks:
        if isinstance(location, Path):
            locks.enter_context(lock_exclusively(location))  # its name, for what replaces it
            locks.enter_context(lock_file(location))  # all of its names
        async with open_state(location, timeout_seconds=timeout_seconds) as state:
            yield state


async def inspect_state(location: Path | str) -> DatabaseInfo:
    """Check a state, even in use, and return its schema versions.

    Raises:
        DatabaseError: It is unusable.
    """
    if isinstance(location, Path):
        return await inspect_database(location, STATE_SPEC)
    return DatabaseInfo(await read_schema_version(location, POSTGRES_TIMEOUT_SECONDS), POSTGRES_STATE.version)
