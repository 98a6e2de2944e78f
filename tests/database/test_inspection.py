"""Inspecting a state works while it is in use and changes nothing."""

import asyncpg
import pytest

from bot.database.inspection import MIN_SQLITE_VERSION, DatabaseInfo, sqlite_support
from bot.errors import NewerSchemaError
from bot.state.location import StateLocation, inspect_state, open_state
from bot.state.postgres_backend import POSTGRES_STATE


async def test_a_state_in_use_can_be_inspected(state_location: StateLocation) -> None:
    async with open_state(state_location) as state:
        await state.save_synced_commands_hash("1 global", "x")
        assert state_location
        info = await inspect_state(state_location)
        assert info.version == info.supported_version > 0


async def test_inspecting_postgresql_creates_nothing_and_refuses_newer_schemas(postgres: str) -> None:
    version = POSTGRES_STATE.version
    connection = await asyncpg.connect(postgres)
    try:
        await connection.execute("DROP SCHEMA IF EXISTS bigrun CASCADE")
        assert await inspect_state(postgres) == DatabaseInfo(0, version)
        assert not await connection.fetchval("SELECT to_regnamespace('bigrun')")
        async with open_state(postgres):
            await connection.execute("INSERT INTO bigrun.schema_version (version) VALUES (99)")
        with pytest.raises(NewerSchemaError, match="schema 99"):
            await inspect_state(postgres)
    finally:
        await connection.execute("DROP SCHEMA IF EXISTS bigrun CASCADE")
        await connection.close()


def test_this_sqlite_has_every_required_feature() -> None:
    version, missing_feature = sqlite_support()
    assert missing_feature == ""
    assert tuple(map(int, version.split("."))) >= MIN_SQLITE_VERSION
