"""The state's schema: the same in both databases, migrated from older versions, explained in columns.toml."""

import sqlite3
import tomllib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from bot.database.connections import open_for_writing
from bot.errors import NewerSchemaError, OlderSchemaError
from bot.state.location import StateLocation, inspect_state, open_state
from bot.state.schema import STATE_SPEC
from tests.postgres_server import emptied, execute
from tests.state.fault_injection import set_version

NEXT = replace(STATE_SPEC, migrations=("ALTER TABLE process ADD COLUMN name TEXT NOT NULL DEFAULT '';",))
POSTGRES_COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'bigrun' AND table_name <> 'schema_version'
"""


def schema(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name").fetchall()


async def set_schema_version(location: StateLocation, version: int) -> None:
    if isinstance(location, str):
        await execute(location, f"UPDATE bigrun.schema_version SET version = {version}")
    elif location:
        set_version(location, version)


@pytest.mark.parametrize(
    ("version", "error", "reason"),
    [
        pytest.param(1, OlderSchemaError, r"unreleased version .*\(schema 1\)\. .* the next start creates", id="older"),
        pytest.param(99, NewerSchemaError, "schema 99.*Update Big Run", id="newer"),
    ],
)
async def test_a_state_of_another_version_is_refused_and_unchanged(
    state_location: StateLocation, version: int, error: type[Exception], reason: str
) -> None:
    async with open_state(state_location) as state:
        await state.save_synced_commands_hash("1 global", "abc")
    current = (await inspect_state(state_location or Path())).version
    await set_schema_version(state_location, version)
    with pytest.raises(error, match=reason):
        async with open_state(state_location):
            pass
    with pytest.raises(error):
        await inspect_state(state_location or Path())
    await set_schema_version(state_location, current)
    async with open_state(state_location) as state:
        assert await state.synced_commands_hash("1 global") == "abc"


async def test_a_migration_makes_old_and_new_states_alike(tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    async with open_for_writing(old, STATE_SPEC) as connection:
        await connection.execute("INSERT INTO process VALUES ('0/1', 'abc', 7)")
    async with open_for_writing(old, NEXT) as connection, open_for_writing(new, NEXT):
        assert list(await connection.execute_fetchall("SELECT * FROM process")) == [("0/1", "abc", 7, "")]
        assert list(await connection.execute_fetchall("PRAGMA user_version")) == [(STATE_SPEC.version + 1,)]
    assert schema(old) == schema(new)


async def test_postgresql_has_the_same_tables_and_columns(postgres: str, state_columns: set[tuple[str, str]]) -> None:
    await emptied(postgres)
    async with open_state(postgres):
        connection = await asyncpg.connect(postgres)
        columns = {tuple(row) for row in await connection.fetch(POSTGRES_COLUMNS)}
        await connection.close()
    assert columns == state_columns


def test_columns_toml_explains_every_column(state_columns: set[tuple[str, str]]) -> None:
    explained = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))
    assert all(columns.pop("deleted") for columns in explained.values())
    assert {(table, column) for table, columns in explained.items() for column in columns} == state_columns
    assert all(text for columns in explained.values() for text in columns.values())
