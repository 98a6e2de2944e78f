"""Backups of the state are complete, and a restore loses nothing."""

import asyncio
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot import errors
from bot.database.connections import lock_exclusively
from bot.state.backup import back_up, restore
from bot.state.location import open_state
from tests.state.fault_injection import contents, create_other_database, execute, overwrite, set_version


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a closed state with one row."""
    path = tmp_path / "state.db"
    asyncio.run(_write(path, "first"))
    return path


@pytest.fixture
def copy(path: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "copies" / "copy.db"
    copy.parent.mkdir()
    back_up(path, copy)
    return copy


async def _write(path: Path, *payloads: str) -> None:
    async with open_state(path) as state:
        for payload in payloads:
            await state.save_synced_commands_hash("1 global", payload)


async def _read(path: Path) -> str | None:
    async with open_state(path) as state:
        return await state.synced_commands_hash("1 global")


async def test_a_backup_has_every_change_acknowledged_before(path: Path, tmp_path: Path) -> None:
    copies = [tmp_path / f"copy-{number}.db" for number in range(5)]
    with lock_exclusively(path):
        async with open_state(path) as state:

            async def write() -> None:
                for number in range(200):
                    await state.save_synced_commands_hash(f"{number}", "written meanwhile")

            writing = asyncio.create_task(write())
            for number, copy in enumerate(copies):
                await state.save_synced_commands_hash("1 global", str(number))
                await asyncio.to_thread(back_up, path, copy)
            await writing
    assert {name for name in contents(tmp_path) if name.startswith((".", "copy"))} == {copy.name for copy in copies}
    for number, copy in enumerate(copies):
        restore(copy, path)
        assert await _read(path) == str(number)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows says nothing of a descriptor")
def test_files_are_flushed_while_open_for_writing(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl  # noqa: PLC0415 - not on Windows

    modes: set[tuple[bool, int]] = set()

    def record(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        modes.add((is_folder, fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE))

    monkeypatch.setattr(os, "fsync", record)
    back_up(path, tmp_path / "copy.db")
    assert modes == {(False, os.O_RDWR), (True, os.O_RDONLY)}  # Windows flushes nothing else


def test_a_backup_overwrites_only_on_request(path: Path, copy: Path) -> None:
    before = contents(copy.parent)
    with pytest.raises(errors.BackupError, match="exists already"):
        back_up(path, copy)
    for target in (path, copy.parent):
        with pytest.raises(errors.BackupError, match="exists already"):
            back_up(path, target, overwrite=True)
    with pytest.raises(errors.BackupError, match="There is no folder"):
        back_up(path, copy / "nowhere" / "copy.db")
    assert contents(copy.parent) == before
    asyncio.run(_write(path, "second"))
    back_up(path, copy, overwrite=True)
    assert contents(copy.parent) != before
    assert asyncio.run(_read(copy)) == "second"


def test_a_missing_damaged_or_foreign_state_is_not_copied(path: Path, tmp_path: Path) -> None:
    overwrite(path, 2 * 4096, 4096)
    create_other_database(tmp_path / "music.db")
    before = contents(tmp_path)
    for name, error in (
        ("none.db", errors.BackupError),
        ("state.db", errors.DatabaseDamagedError),
        ("music.db", errors.WrongDatabaseError),
    ):
        with pytest.raises(error, match=name):
            back_up(tmp_path / name, tmp_path / "copy.db")
    assert contents(tmp_path) == before


async def test_a_restore_keeps_the_replaced_state(path: Path, copy: Path) -> None:
    await _write(path, "later")
    copied = restore(copy, path)
    assert copied.old == path.with_name("state.db.replaced-1")
    assert await _read(path) == "first"
    assert await _read(copied.old) == "later"
    again = restore(copied.old, path)
    assert again.old == path.with_name("state.db.replaced-2")
    assert await _read(path) == "later"


async def test_a_backup_is_restored_without_a_state(copy: Path, tmp_path: Path) -> None:
    state = tmp_path / "another machine" / "state.db"
    assert restore(copy, state).old is None
    assert await _read(state) == "first"


def test_a_damaged_state_is_replaced_and_preserved(path: Path, copy: Path) -> None:
    overwrite(path, 0, 5000)
    path.with_name("state.db-wal").write_bytes(b"not checkpointed")
    damaged = path.read_bytes()
    old = restore(copy, path).old
    assert old
    assert old.read_bytes() == damaged
    assert old.with_name(old.name + "-wal").read_bytes() == b"not checkpointed"
    assert asyncio.run(_read(path)) == "first"
    assert set(contents(path.parent)) == {"state.db", "state.db.lock", old.name, old.name + "-wal"}


def test_a_restore_keeps_the_log_of_a_killed_bot(path: Path, copy: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE synced_commands SET payload_hash = 'killed'")
        left = {name: path.with_name(name).read_bytes() for name in ("state.db", "state.db-wal")}
    for name, data in left.items():
        path.with_name(name).write_bytes(data)
    old = restore(copy, path).old
    assert old
    assert asyncio.run(_read(path)) == "first"
    assert asyncio.run(_read(old)) == "killed"


def test_a_restore_is_refused_while_a_bot_runs(path: Path, copy: Path) -> None:
    with lock_exclusively(path):
        before = path.read_bytes()
        with pytest.raises(errors.DatabaseInUseError, match="Stop that one"):
            restore(copy, path)
        assert path.read_bytes() == before
    restore(copy, path)


@pytest.fixture
def link(path: Path) -> Path:
    link = path.with_name("link.db")
    link.symlink_to(path)
    return link


def test_a_link_does_not_evade_the_lock(path: Path, link: Path) -> None:
    with lock_exclusively(path):
        for name in (path, link):
            with pytest.raises(errors.DatabaseInUseError), lock_exclusively(name):
                pass
    with lock_exclusively(link):
        pass


def test_a_restore_replaces_the_target_of_a_link(path: Path, copy: Path, link: Path) -> None:
    asyncio.run(_write(path, "later"))
    restore(copy, link)
    assert link.is_symlink()
    assert asyncio.run(_read(path)) == "first"


def _break_index(copy: Path) -> None:
    """Damage a backup in a way that only a full integrity check notices."""
    data = copy.read_bytes()
    assert data.count(b"1 globalfirst") == 1
    copy.write_bytes(data.replace(b"1 globalfirst", b"2 globalfirst"))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(_break_index, errors.DatabaseDamagedError, id="index"),
        pytest.param(
            lambda copy: os.truncate(copy, copy.stat().st_size - 5000), errors.DatabaseDamagedError, id="truncated"
        ),
        pytest.param(lambda copy: copy.write_text("no database"), errors.DatabaseDamagedError, id="no database"),
        pytest.param(partial(set_version, version=99), errors.NewerSchemaError, id="newer"),
        pytest.param(partial(set_version, version=3), errors.OlderSchemaError, id="older"),
        pytest.param(partial(execute, statement="DROP TABLE synced_commands"), errors.WrongDatabaseError, id="other"),
        pytest.param(Path.unlink, errors.BackupError, id="missing"),
    ],
)
def test_an_unsound_backup_is_not_restored(
    path: Path, copy: Path, fault: Callable[[Path], None], error: type[Exception]
) -> None:
    fault(copy)
    before = contents(path.parent)
    with pytest.raises(error, match=copy.name):
        restore(copy, path)
    assert contents(path.parent) == {**before, "state.db.lock": b""} if error is not errors.BackupError else before


class FullDisk:
    """Fail every write to the disk after the first few."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, writes: int) -> None:
        self.failed, self._left = False, writes
        self._fsync, self._copyfile = os.fsync, shutil.copyfile
        monkeypatch.setattr(os, "fsync", lambda descriptor: self._write(self._fsync, descriptor))
        monkeypatch.setattr(shutil, "copyfile", lambda *paths: self._write(self._copyfile, *paths))

    def _write(self, write: Callable[..., object], *arguments: object) -> None:
        if not self._left:
            self.failed = True
            raise OSError(28, "No space left on device")
        self._left -= 1
        write(*arguments)


@pytest.mark.parametrize("writes", range(5))
def test_a_restore_that_fails_leaves_the_state_as_it_was(
    path: Path, copy: Path, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(_write(path, "later"))
    disk = FullDisk(monkeypatch, writes)
    with pytest.raises(errors.DatabaseError, match="No space left"):
        restore(copy, path)
    assert disk.failed
    monkeypatch.undo()
    assert set(contents(path.parent)) - {"state.db.replaced-1"} == {"state.db", "state.db.lock"}
    assert asyncio.run(_read(path)) == "later"


def test_a_backup_on_a_full_disk_leaves_nothing(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(contents(tmp_path))
    FullDisk(monkeypatch, 0)
    with pytest.raises(errors.DatabaseError, match="No space left"):
        back_up(path, tmp_path / "copy.db")
    assert set(contents(tmp_path)) == before
