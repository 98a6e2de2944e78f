"""A state is looked at wherever it is kept, and is as before."""

import asyncpg
import pytest

from bot.database.inspection import MIN_SQLITE_VERSION, DatabaseInfo, sqlite_support
from bot.errors import NewerSchemaError
from bot.state.location import StateLocation, inspect_state, open_state
from bot.state.postgres_backend import POSTGRES_STATE


async def test_a_state_in_use_is_inspected(where: StateLocation) -> None:
    async with open_state(where) as state:
        await state.save_synced_commands_hash("1 global", "x")
        assert where
        found = await inspect_state(where)
        assert found.version == found.supported_version > 0


async def test_at_postgresql_nothing_is_made_and_a_newer_schema_is_refused(postgres: str) -> None:
    known = POSTGRES_STATE.version
    connection = await asyncpg.connect(postgres)
    try:
        await connection.execute("DROP SCHEMA IF EXISTS bigrun CASCADE")
        assert await inspect_state(postgres) == DatabaseInfo(0, known)
        assert not await connection.fetchval("SELECT to_regnamespace('bigrun')")
        async with open_state(postgres):
            await connection.execute("INSERT INTO bigrun.schema_version (version) VALUES (99)")
        with pytest.raises(NewerSchemaError, match="schema 99"):
            await inspect_state(postgres)
    finally:
        await connection.execute("DROP SCHEMA IF EXISTS bigrun CASCADE")
        await connection.close()


def test_the_engine_of_these_tests_lacks_nothing() -> None:
    version, lacks = sqlite_support()
    assert lacks == ""
    assert tuple(map(int, version.split("."))) >= MIN_SQLITE_VERSION
