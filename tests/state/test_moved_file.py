"""The state's file is removed, replaced or moved while the bot runs, or has a second name."""

import logging
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from unittest.mock import AsyncMock

import pytest

from bot.errors import DatabaseInUseError, DatabaseMovedError
from bot.state.base import Shuffle
from bot.state.location import open_state_exclusively
from bot.state.sqlite_backend import SqliteState, open_sqlite_state
from tests.state.fault_injection import contents

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody move an open file")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.db"


@pytest.fixture
async def state(path: Path) -> AsyncIterator[SqliteState]:
    async with open_sqlite_state(path) as state:
        await state.save_synced_commands_hash("a", "first")
        yield state


async def make_other(path: Path) -> None:
    async with open_sqlite_state(path) as other:
        await other.save_synced_commands_hash("a", "another")


def rename(path: Path, name: str) -> Path:
    return path.rename(path.with_name(name))


def saved(folder: Path) -> dict[str, bytes]:
    """Return the files in a folder but the one of SQLite's locks."""
    files = contents(folder) if folder.exists() else {}
    return {name: data for name, data in files.items() if not name.endswith("-shm")}


def remove(path: Path, _: Path) -> None:
    path.unlink()


def move(path: Path, _: Path) -> None:
    path.rename(path.with_name("moved.db"))


def move_folder(path: Path, _: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


def replace(path: Path, other: Path) -> None:
    other.replace(path)


def replace_all(path: Path, other: Path) -> None:
    """As a careful operator does, with the files beside it."""
    for side in ("-wal", "-shm"):
        path.with_name(path.name + side).unlink()
    other.replace(path)
    path.with_name(path.name + "-wal").write_bytes(b"of the new file")


@pytest.mark.parametrize("change", [remove, move, move_folder, replace, replace_all])
async def test_nothing_is_saved_to_a_file_that_is_gone(
    state: SqliteState,
    path: Path,
    tmp_path: Path,
    change: Callable[[Path, Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await make_other(tmp_path / "other.db")
    change(path, tmp_path / "other.db")
    before = saved(path.parent)
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            with pytest.raises(DatabaseMovedError, match="nothing is saved"):
                await state.save_synced_commands_hash("a", "lost")
            with pytest.raises(DatabaseMovedError):
                await state.advance_shuffle(1, "scope", AsyncMock(return_value=Shuffle(1, 1, 1, 1, 1)))
            with pytest.raises(DatabaseMovedError):
                await state.check_usable()
    assert len(caplog.records) == 1
    assert await state.synced_commands_hash("a") == "first"
    assert saved(path.parent) == before


async def test_closing_touches_nothing_of_the_new_file(path: Path, tmp_path: Path) -> None:
    await make_other(tmp_path / "other.db")
    async with open_sqlite_state(path) as state:
        await state.save_synced_commands_hash("a", "first")
        replace_all(path, tmp_path / "other.db")
        before = contents(path.parent)
    assert contents(path.parent) == before


@pytest.mark.parametrize("change", [replace, replace_all])
async def test_the_next_start_reads_only_the_new_file(
    path: Path, tmp_path: Path, change: Callable[[Path, Path], None]
) -> None:
    await make_other(tmp_path / "other.db")
    async with open_sqlite_state(path) as state:
        await state.save_synced_commands_hash("a", "first")
        os.link(path, tmp_path / "old.db")
        change(path, tmp_path / "other.db")
    for file, expected in ((path, "another"), (tmp_path / "old.db", "first")):
        async with open_sqlite_state(file) as again:
            assert await again.synced_commands_hash("a") == expected


async def test_a_file_that_is_back_is_written_again(state: SqliteState, path: Path) -> None:
    away = rename(path, "away.db")
    with pytest.raises(DatabaseMovedError):
        state.check_in_place()
    rename(away, path.name)
    await state.check_usable()
    await state.save_synced_commands_hash("a", "second")
    assert await state.synced_commands_hash("a") == "second"


async def test_a_write_is_not_acknowledged_if_the_file_moves_meanwhile(state: SqliteState, path: Path) -> None:
    async def move_while_drawing(_: Shuffle | None) -> Shuffle:
        rename(path, "away.db")
        return Shuffle(1, 1, 1, 1, 1)

    with pytest.raises(DatabaseMovedError):
        await state.advance_shuffle(1, "scope", move_while_drawing)


@pytest.mark.parametrize("link", [os.link, os.symlink])
async def test_another_name_of_the_file_is_locked_too(path: Path, link: Callable[[Path, Path], None]) -> None:
    async with open_state_exclusively(path):
        link(path, other := path.with_name("other.db"))
        with pytest.raises(DatabaseInUseError, match="in use by another Big Run"):
            async with open_state_exclusively(other):
                pass
    async with open_state_exclusively(other):
        pass


async def test_a_moved_file_stays_locked_under_its_new_name(path: Path, tmp_path: Path) -> None:
    async with open_state_exclusively(path):
        moved = rename(path, "moved.db")
        with pytest.raises(DatabaseInUseError, match="maybe under another name"):
            async with open_state_exclusively(moved):
                pass
        shutil.copy(moved, copy := tmp_path / "copy.db")
        async with open_state_exclusively(copy):
            pass
