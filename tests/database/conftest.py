"""An open state in SQLite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.state.sqlite_backend import SqliteState, open_sqlite_state


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[SqliteState]:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        yield state
