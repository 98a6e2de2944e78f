"""Inspecting a state works while it is in use and changes nothing."""

from pathlib import Path

import asyncpg
import pytest

from bot.database import sqlite_features
from bot.database.inspection import DatabaseInfo
from bot.database.sqlite_features import MIN_SQLITE_VERSION, sqlite_support
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


@pytest.mark.slow
async def test_inspecting_postgresql_creates_nothing(postgres: str) -> None:
    assert await inspect_state(await emptied(postgres)) == DatabaseInfo(0, POSTGRES_STATE.version)
    connection = await asyncpg.connect(postgres)
    assert not await connection.fetchval("SELECT to_regnamespace('bigrun')")
    await connection.close()


def test_this_sqlite_has_every_required_feature() -> None:
    version, missing_feature = sqlite_support()
    assert missing_feature == ""
    assert tuple(map(int, version.split("."))) >= MIN_SQLITE_VERSION


async def test_an_old_sqlite_is_refused_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_features, "MIN_SQLITE_VERSION", (99, 0, 1))
    too_old = r"^SQLite 3\.\S+ of this Python cannot be used: it is older than 99\.0\.1\. Use another Python"
    with pytest.raises(DatabaseError, match=too_old):
        async with open_state(tmp_path / "state.db"):
            pass
