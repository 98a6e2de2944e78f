"""Opening databases, sound and not, and transactions that end well whatever happens."""

import asyncio
import shutil
import sqlite3
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from bot.corpus.reader import open_corpus
from bot.corpus.scope import Scope
from bot.corpus.writer import open_writer
from bot.errors import DatabaseDamagedError, DatabaseError, WriteFailedError, WrongDatabaseError
from bot.state import sqlite_backend
from bot.state.base import State
from bot.state.schema import STATE
from bot.state.sqlite_backend import open_sqlite_state
from tests.state.fault_injection import contents, leave_half_written, overwrite

PUT = "INSERT INTO synced_commands (command_scope, payload_hash) VALUES (?, ?)"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_backend, "PATIENCE", 0.02)
    monkeypatch.setattr(sqlite_backend, "STATE", replace(STATE, patience=0.02))


async def _kept(state: State) -> list[str]:
    return [scope for (scope,) in await state.rows("SELECT command_scope FROM synced_commands ORDER BY command_scope")]


async def test_a_change_that_is_cancelled_at_any_step_is_whole_or_nothing_and_the_next_works(tmp_path: Path) -> None:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        for steps in range(12):
            names = [f"{steps} {half}" for half in ("a", "b")]
            changing = asyncio.create_task(state.change(*((PUT, (name, "")) for name in names)))
            for _ in range(steps):
                await asyncio.sleep(0)
            changing.cancel()
            await asyncio.gather(changing, return_exceptions=True)
            await state.remember_synced_commands("next", str(steps))
            assert await state.synced_commands("next") == str(steps)
            kept = await _kept(state)
            assert [name in kept for name in names] in ([True, True], [False, False])


async def test_a_step_that_fails_undoes_the_steps_before_it(tmp_path: Path) -> None:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        with pytest.raises(DatabaseError):
            await state.change((PUT, ("a", "")), ("INSERT INTO nowhere VALUES (1)", ()))
        assert await _kept(state) == []


async def test_who_reads_waits_for_no_writer_and_sees_nothing_that_is_not_committed(tmp_path: Path) -> None:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        await state._connection.execute("BEGIN IMMEDIATE")
        await state._connection.execute(PUT, ("half", ""))
        assert await _kept(state) == []
        await state._connection.execute("COMMIT")
        assert await _kept(state) == ["half"]


async def test_a_state_that_another_program_writes_is_waited_for_no_longer_than_set(
    tmp_path: Path, impatient: None
) -> None:
    path = tmp_path / "state.db"
    async with open_sqlite_state(path) as state:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WriteFailedError, match="another program holds it"):
            await state.remember_synced_commands("a", "")
        assert await _kept(state) == []
        other.execute("ROLLBACK")
        other.close()
        await state.remember_synced_commands("a", "")
        assert await _kept(state) == ["a"]


async def test_a_queue_of_changes_is_waited_for_no_longer_than_set(tmp_path: Path, impatient: None) -> None:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        async with state._writer:
            with pytest.raises(WriteFailedError, match="too much waits"):
                await state.remember_synced_commands("a", "")
        await state.remember_synced_commands("a", "")


async def test_commits_of_the_state_survive_a_power_loss(tmp_path: Path) -> None:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        for setting, value in (("journal_mode", "wal"), ("synchronous", 2)):
            assert list(await state._connection.execute_fetchall(f"PRAGMA {setting}")) == [(value,)]


async def test_what_goes_wrong_while_a_database_is_open_is_not_said_to_be_its_fault(
    tmp_path: Path, corpus_path: Path
) -> None:
    for opened in (
        open_sqlite_state(tmp_path / "state.db"),
        open_corpus(corpus_path),
        open_writer(tmp_path / "corpus.db"),
    ):
        with pytest.raises(ConnectionResetError):
            async with opened:
                raise ConnectionResetError


async def test_two_that_make_a_database_at_once_both_get_it(tmp_path: Path) -> None:
    async def open_and_write(name: str) -> None:
        async with open_sqlite_state(tmp_path / "state.db") as state:
            await state.remember_synced_commands(name, "")

    await asyncio.gather(*(open_and_write(str(number)) for number in range(5)))
    async with open_sqlite_state(tmp_path / "state.db") as state:
        assert await _kept(state) == ["0", "1", "2", "3", "4"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
async def test_a_reader_undoes_what_a_killed_writer_left_half_written(tmp_path: Path, corpus_path: Path) -> None:
    path = tmp_path / "corpus.db"
    shutil.copyfile(corpus_path, path)
    async with open_corpus(path) as corpus:
        leave_half_written(path, "UPDATE example SET parts_json = '[]' || hex(zeroblob(3000))")
        assert [await corpus.by_number("BigHeroicRun", number) for number in (1, 60)].count(None) == 0
        assert (await corpus.page(Scope(), 1, 60)).total == 60
        with pytest.raises(DatabaseError, match="readonly"):
            await corpus._fetch_all("DELETE FROM example")


async def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "music.db"
    async with open_writer(tmp_path / "corpus.db"), open_sqlite_state(tmp_path / "state.db"):
        pass
    with sqlite3.connect(path) as music:
        music.execute("CREATE TABLE album (name TEXT)")
    music.close()
    for opened in (
        open_sqlite_state(path),
        open_writer(path),
        open_sqlite_state(tmp_path / "corpus.db"),
        open_writer(tmp_path / "state.db"),
    ):
        before = contents(tmp_path)
        with pytest.raises(WrongDatabaseError, match=r"point BIGRUN_(STATE|CORPUS) to another file"):
            async with opened:
                pass
        assert contents(tmp_path) == before


async def test_pages_that_were_overwritten_are_found_when_a_database_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    async with open_sqlite_state(path) as state:
        for number in range(200):
            await state.remember_synced_commands(f"scope {number}", "payload" * 20)
    overwrite(path, 4096 * 5, 4096)
    before = path.read_bytes()
    with pytest.raises(DatabaseDamagedError, match="restore a backup") as caught:
        async with open_sqlite_state(path):
            pass
    assert str(caught.value).count(str(path)) == 1
    assert path.read_bytes() == before


def test_a_database_that_cannot_be_opened_leaves_nothing_running(tmp_path: Path) -> None:
    async def fail(path: Path) -> None:
        with pytest.raises(DatabaseError):
            async with open_corpus(path):
                pass

    before = set(threading.enumerate())
    failures: list[object] = []
    hook, threading.excepthook = threading.excepthook, failures.append
    try:
        for _ in range(100):
            asyncio.run(fail(tmp_path / "none.db"))
        for thread in set(threading.enumerate()) - before:
            thread.join()
    finally:
        threading.excepthook = hook
    assert failures == []
