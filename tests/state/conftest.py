"""An open state in SQLite, then in PostgreSQL, and its columns."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest

from bot.state.base import State
from bot.state.location import StateLocation, open_state
from bot.state.schema import STATE_SPEC


@pytest.fixture
async def state(state_location: StateLocation) -> AsyncIterator[State]:
    async with open_state(state_location) as state:
        yield state


@pytest.fixture
def state_columns() -> set[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(STATE_SPEC.schema)
        return set(
            database.execute(
                "SELECT tables.name, columns.name FROM sqlite_schema AS tables,"
                " pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
            )
        )
