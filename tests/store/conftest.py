"""Every place that the state can be kept in, for the tests that hold wherever it is."""

import asyncio
from pathlib import Path

import pytest

from bot.state.location import Where
from tests.postgres import emptied


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """Where an empty state is kept: a file, then PostgreSQL."""
    if request.param == "sqlite":
        return tmp_path / "new folder" / "state.db"
    return asyncio.run(emptied(request.getfixturevalue("postgres")))
