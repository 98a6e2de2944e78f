"""Where the state is: in a file, in memory, or at PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path

from bot.database.connections import held
from bot.database.inspection import Inspected, inspect_database
from bot.state.base import PATIENCE, State
from bot.state.postgres_backend import POSTGRES_STATE, open_postgres_state, schema_of
from bot.state.schema import STATE
from bot.state.sqlite_backend import open_sqlite_state

POSTGRES_TIMEOUT_SECONDS = 5.0

Where = Path | str | None  # a file, an address postgresql://…, or None for memory


def open_state(where: Where, *, patience: float = PATIENCE) -> AbstractAsyncContextManager[State]:
    """Open the state, made if it is not there; a statement at PostgreSQL may take `patience` seconds.

    Raises:
        DatabaseError: It cannot be used; each kind says why. It is unchanged.
    """
    return open_postgres_state(where, patience) if isinstance(where, str) else open_sqlite_state(where)


@asynccontextmanager
async def serving_state(where: Where, *, patience: float = PATIENCE) -> AsyncIterator[State]:
    """Open the state as `open_state` does; a file is locked for this process.

    Raises:
        DatabaseInUseError: Another bot has the file.
        DatabaseError: See `open_state`.
    """
    with held(where) if isinstance(where, Path) else nullcontext():
        async with open_state(where, patience=patience) as state:
            yield state


async def inspect_state(where: Path | str) -> Inspected:
    """Return the schema versions of a sound state, which a bot may be using.

    Raises:
        DatabaseError: It cannot be used; each kind says why.
    """
    if isinstance(where, Path):
        return await inspect_database(where, STATE)
    return Inspected(await schema_of(where, POSTGRES_TIMEOUT_SECONDS), POSTGRES_STATE.version)
