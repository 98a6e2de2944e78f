"""Copying a state between SQLite and PostgreSQL is complete or refused."""

import asyncio
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from bot.__main__ import cli
from bot.database.connections import lock_exclusively
from bot.errors import DatabaseError, DatabaseInUseError
from bot.state.location import open_state
from bot.state.transfer import TABLE_COLUMNS, copy_rows, transfer_state
from tests.postgres_server import emptied
from tests.state.crash_operations import Stores, plan, read_model
from tests.state.fault_injection import contents


async def fill(path: Path) -> None:
    async with open_state(path) as state:
        stores = Stores.open(state)
        for operation, values in plan(Random(1), 300):
            await operation.do(stores, *values)


async def test_a_copy_to_postgresql_and_back_changes_nothing(tmp_path: Path, postgres: str) -> None:
    first, last = tmp_path / "first.db", tmp_path / "last.db"
    await fill(first)
    between = await emptied(postgres)
    rows = await transfer_state(first, between)
    assert rows == await transfer_state(between, last) > 50
    assert read_model(first) | {"identify_slot": {}, "process": {}} == read_model(last)


def test_every_lasting_table_and_column_is_copied(state_columns: set[tuple[str, str]]) -> None:
    copied = {(table, column) for table, columns in TABLE_COLUMNS.items() for column in columns.split(", ")}
    assert copied == {(table, column) for table, column in state_columns if table not in {"identify_slot", "process"}}


async def test_a_target_with_data_is_refused_and_unchanged(tmp_path: Path) -> None:
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    await fill(first)
    await fill(second)
    before = read_model(second)
    with pytest.raises(DatabaseError, match="is not empty"):
        await transfer_state(first, second)
    assert read_model(second) == before


async def test_a_missing_state_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"There is no state at .*none\.db"):
        await transfer_state(tmp_path / "none.db", tmp_path / "other.db")
    assert contents(tmp_path) == {}


async def test_copying_into_itself_or_beside_a_bot_is_refused(tmp_path: Path) -> None:
    first = tmp_path / "first.db"
    await fill(first)
    with pytest.raises(DatabaseError, match="into itself"):
        await transfer_state(first, first)
    with lock_exclusively(first), pytest.raises(DatabaseInUseError):
        await transfer_state(first, tmp_path / "other.db")


async def test_a_change_during_the_copy_is_detected(tmp_path: Path) -> None:
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    await fill(first)
    async with open_state(first) as source, open_state(second) as target:
        execute_transaction = target.execute_transaction

        async def change_source(*steps: object) -> list[object]:
            rows = await execute_transaction(*steps)  # type: ignore[arg-type]
            await source.save_synced_commands_hash("meanwhile", "new")
            return rows

        target.execute_transaction = change_source  # type: ignore[method-assign]
        with pytest.raises(DatabaseError, match="Stop the bots"):
            await copy_rows(source, target)


def test_the_command_line_copies_a_state(tmp_path: Path) -> None:
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    asyncio.run(fill(first))
    result = CliRunner().invoke(cli, ["state", "copy", str(first), str(second)])
    assert result.exit_code == 0
    assert result.output.startswith("Copied ")
    again = CliRunner().invoke(cli, ["state", "copy", str(first), str(second)])
    assert again.exit_code == 1
    assert "is not empty" in again.output
