"""Copying a state between SQLite and PostgreSQL is complete or refused."""

import asyncio
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Any

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


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a state with rows in every table. Do not write to it."""
    path = tmp_path_factory.mktemp("filled") / "first.db"

    async def fill() -> None:
        async with open_state(path) as state:
            stores = Stores(state)
            for operation, values in plan(Random(1), 300):
                await operation.do(stores, *values)

    asyncio.run(fill())
    return path


async def test_a_copy_to_postgresql_and_back_changes_nothing(filled: Path, tmp_path: Path, postgres: str) -> None:
    between, last = await emptied(postgres), tmp_path / "last.db"
    rows = await transfer_state(filled, between)
    assert rows == await transfer_state(between, last) > 50
    assert read_model(filled) | {"identify_slot": {}, "process": {}} == read_model(last)


def test_every_lasting_table_and_column_is_copied(state_columns: set[tuple[str, str]]) -> None:
    copied = {(table, column) for table, columns in TABLE_COLUMNS.items() for column in columns.split(", ")}
    assert copied == {(table, column) for table, column in state_columns if table not in {"identify_slot", "process"}}


async def test_a_target_with_data_is_refused_and_unchanged(filled: Path, tmp_path: Path) -> None:
    target = Path(copyfile(filled, tmp_path / "second.db"))
    with pytest.raises(DatabaseError, match="is not empty"):
        await transfer_state(filled, target)
    assert read_model(target) == read_model(filled)


async def test_a_missing_state_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"There is no state at .*none\.db"):
        await transfer_state(tmp_path / "none.db", tmp_path / "other.db")
    assert contents(tmp_path) == {}


async def test_copying_into_itself_or_beside_a_bot_is_refused(filled: Path, tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="into itself"):
        await transfer_state(filled, filled)
    with lock_exclusively(filled), pytest.raises(DatabaseInUseError):
        await transfer_state(filled, tmp_path / "other.db")


async def test_a_change_meanwhile_is_detected(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Path(copyfile(filled, tmp_path / "first.db"))
    async with open_state(first) as source, open_state(tmp_path / "second.db") as target:
        execute_transaction = target.execute_transaction

        async def change_source(*steps: Any) -> list[object]:
            rows = await execute_transaction(*steps)
            await source.save_synced_commands_hash("meanwhile", "new")
            return rows

        monkeypatch.setattr(target, "execute_transaction", change_source)
        with pytest.raises(DatabaseError, match="Stop the bots"):
            await copy_rows(source, target)


def test_the_command_line_copies_a_state(filled: Path, tmp_path: Path) -> None:
    arguments = ["state", "copy", str(filled), str(tmp_path / "second.db")]
    first, second = (CliRunner().invoke(cli, arguments) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 1)
    assert first.output.startswith("Copied ")
    assert "is not empty" in second.output
