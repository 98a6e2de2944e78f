"""Inspecting a state works while it is in use and changes nothing."""

from pathlib import Path

import asyncpg
import pytest

from bot.database import requirements
from bot.database.inspection import DatabaseInfo
from bot.database.requirements import MIN_SQLITE_VERSION, require_sqlite, sqlite_support
from bot.errors import DatabaseError
from bot.state.location import StateLocation, inspect_state, open_state
from bot.state.postgres_backend import POSTGRES_STATE
from tests.postgres_server import emptied


async def test_a_state_in_use_can_be_inspected(state_location: StateLocation) -> None:
    async with open_state(state_location) as state:
        await state.save_synced_commands_hash("1 global", "x")
        assert state_location
        info = await inspect_state(state_location)
        assert info.version == info.supported_version > 0


async def test_inspecting_postgresql_creates_nothing(postgres: str) -> None:
    assert await inspect_state(await emptied(postgres)) == DatabaseInfo(0, POSTGRES_STATE.version)
    connection = await asyncpg.connect(postgres)
    assert not await connection.fetchval("SELECT to_regnamespace('bigrun')")
    await connection.close()


def test_this_sqlite_has_every_required_feature() -> None:
    version, missing_feature = sqlite_support()
    assert missing_feature == ""
    assert tuple(map(int, version.split("."))) >= MIN_SQLITE_VERSION


async def test_an_old_sqlite_is_refused_before_a_database_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requirements, "MIN_SQLITE_VERSION", (99, 0, 0))
    require_sqlite.cache_clear()
    with pytest.raises(DatabaseError, match=r"it is older than 99\.0\.0\. Use a Python with a newer SQLite"):
        async with open_state(tmp_path / "state.db"):
            pass
    assert not (tmp_path / "state.db").exists()
    require_sqlite.cache_clear()
