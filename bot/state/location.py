"""Where the state is kept: in a file, in memory, or at PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.database.connections import held
from bot.database.inspection import Inspected, inspect_database
from bot.state.base import PATIENCE, State
from bot.state.postgres_backend import POSTGRES_STATE, check_version, name_of, open_postgres_state, schema_of
from bot.state.schema import STATE
from bot.state.sqlite_backend import open_sqlite_state

Where = Path | str | None


@asynccontextmanager
async def open_state(where: Where, *, patience: float = PATIENCE) -> AsyncIterator[State]:
    """Opens the state, made if it is not there, for the time of the block.

    Args:
        where: A file, an address ``postgresql://…``, or None to keep it in memory.
        patience: How many seconds PostgreSQL may take for a statement.

    Raises:
        DamagedStore, ForeignStore, NewerSchema: There is something else; it is left as it is.
        StoreError: It cannot be used.
    """
    opened = open_postgres_state(where, patience) if isinstance(where, str) else open_sqlite_state(where)
    async with opened as state:
        yield state


@asynccontextmanager
async def serving_state(where: Where, *, patience: float = PATIENCE) -> AsyncIterator[State]:
    """Opens the state for a bot that serves from it; a file is then its own alone.

    Raises:
        StoreInUse: Another bot has the file.
        StoreError: As for `open_state`.
    """
    async with AsyncExitStack() as stack:
        if isinstance(where, Path):
            stack.enter_context(held(where))
        yield await stack.enter_async_context(open_state(where, patience=patience))


PATIENCE = 5.0  # seconds that PostgreSQL may take to let us in


async def inspect_state(where: Path | str) -> Inspected:
    """Looks at a state in a file or at PostgreSQL, which a bot may be using.

    Raises:
        DamagedStore, ForeignStore, NewerSchema: It cannot be used as it is.
        StoreError: It cannot be read.
    """
    if isinstance(where, Path):
        return await inspect_database(where, STATE)
    version = await schema_of(where, PATIENCE)
    check_version(version, name_of(where))
    return Inspected(version, POSTGRES_STATE.version)
