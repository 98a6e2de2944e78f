"""Opening sound and damaged databases, and transactions that are complete or rolled back."""

import asyncio
import shutil
import sqlite3
import sys
import threading
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.corpus.reader import open_corpus
from bot.corpus.scope import Scope
from bot.corpus.writer import open_writer
from bot.database.connections import connect, open_for_writing
from bot.errors import DatabaseDamagedError, DatabaseError, WriteFailedError, WrongDatabaseError
from bot.state import sqlite_backend
from bot.state.base import State
from bot.state.schema import STATE_SPEC
from bot.state.sqlite_backend import SqliteState, open_sqlite_state
from tests.state.fault_injection import contents, create_other_database, leave_half_written, overwrite

PUT = "INSERT INTO synced_commands (command_scope, payload_hash) VALUES (?, ?)"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_backend, "STATE_TIMEOUT_SECONDS", 0.02)
    monkeypatch.setattr(sqlite_backend, "STATE_SPEC", replace(STATE_SPEC, busy_timeout_seconds=0.02))


async def _scopes(state: State) -> list[str]:
    rows = await state.fetch_all("SELECT command_scope FROM synced_commands ORDER BY command_scope")
    return [scope for (scope,) in rows]


async def test_a_cancelled_transaction_is_whole_or_nothing(state: SqliteState) -> None:
    for steps in range(12):
        names = [f"{steps} {half}" for half in ("a", "b")]
        changing = asyncio.create_task(state.execute_transaction(*((PUT, (name, "")) for name in names)))
        for _ in range(steps):
            await asyncio.sleep(0)
        changing.cancel()
        await asyncio.gather(changing, return_exceptions=True)
        await state.save_synced_commands_hash("next", str(steps))
        assert await state.synced_commands_hash("next") == str(steps)
        scopes = await _scopes(state)
        assert [name in scopes for name in names] in ([True, True], [False, False])


async def test_a_database_is_closed_if_opening_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    opened, open_now = [], partial(sqlite3.connect, check_same_thread=False)

    def note(*address: str, **options: Any) -> sqlite3.Connection:
        opened.append(open_now(*address, **options))
        return opened[-1]

    async def use() -> None:
        async with connect(":memory:", 1.0):
            await asyncio.Event().wait()

    monkeypatch.setattr(sqlite3, "connect", note)
    for steps in range(1, 5):
        using = asyncio.create_task(use())
        for _ in range(steps):
            await asyncio.sleep(0)
        using.cancel()
        await asyncio.gather(using, return_exceptions=True)
    assert opened
    for database in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            database.execute("SELECT 1")


async def test_reads_do_not_wait_and_see_only_commits(state: SqliteState) -> None:
    await state._connection.execute("BEGIN IMMEDIATE")
    await state._connection.execute(PUT, ("half", ""))
    assert await _scopes(state) == []
    await state._connection.execute("COMMIT")
    assert await _scopes(state) == ["half"]


@pytest.mark.usefixtures("impatient")
async def test_a_write_gives_up_on_a_busy_database(state: SqliteState, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "state.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WriteFailedError, match="another program has locked it"):
            await state.save_synced_commands_hash("a", "")
        assert await _scopes(state) == []
    await state.save_synced_commands_hash("a", "")
    assert await _scopes(state) == ["a"]


@pytest.mark.usefixtures("impatient")
async def test_a_write_gives_up_on_a_long_queue(state: SqliteState) -> None:
    async with state._write_mutex:
        with pytest.raises(WriteFailedError, match="too many writes"):
            await state.save_synced_commands_hash("a", "")
    await state.save_synced_commands_hash("a", "")


async def test_commits_of_the_state_survive_a_power_loss(state: SqliteState) -> None:
    for setting, value in (("journal_mode", "wal"), ("synchronous", 2)):
        assert list(await state._connection.execute_fetchall(f"PRAGMA {setting}")) == [(value,)]


async def test_errors_of_the_block_are_not_translated(tmp_path: Path, corpus_path: Path) -> None:
    stores = (open_sqlite_state(tmp_path / "state.db"), open_corpus(corpus_path), open_writer(tmp_path / "corpus.db"))
    for opened in stores:
        with pytest.raises(ConnectionResetError):
            async with opened:
                raise ConnectionResetError


async def test_concurrent_starts_create_one_database(tmp_path: Path) -> None:
    async def open_and_write(name: str) -> None:
        async with open_sqlite_state(tmp_path / "state.db") as state:
            await state.save_synced_commands_hash(name, "")

    await asyncio.gather(*(open_and_write(str(number)) for number in range(5)))
    async with open_sqlite_state(tmp_path / "state.db") as state:
        assert await _scopes(state) == ["0", "1", "2", "3", "4"]


async def test_a_start_waits_for_another_that_creates_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    with closing(sqlite3.connect(tmp_path / "state.db", isolation_level=None)) as other:

        async def commit(seconds: float) -> None:
            waits.append(seconds)
            other.execute("COMMIT")

        monkeypatch.setattr("bot.database.connections.asyncio.sleep", commit)
        other.execute("BEGIN IMMEDIATE")
        async with open_for_writing(tmp_path / "state.db", replace(STATE_SPEC, busy_timeout_seconds=0.02)):
            assert len(waits) == 1


async def test_a_start_gives_up_on_a_database_that_stays_locked(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "state.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="another program has locked it"):
            async with open_for_writing(tmp_path / "state.db", replace(STATE_SPEC, busy_timeout_seconds=0.0)):
                pass


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
async def test_a_reader_rolls_back_a_killed_writer(tmp_path: Path, corpus_path: Path) -> None:
    path = tmp_path / "corpus.db"
    shutil.copyfile(corpus_path, path)
    async with open_corpus(path) as corpus:
        leave_half_written(path, "UPDATE example SET parts_json = '[]' || hex(zeroblob(3000))")
        assert [await corpus.by_number("BigHeroicRun", number) for number in (1, 60)].count(None) == 0
        assert (await corpus.page(Scope(), 1, 60)).total == 60
        with pytest.raises(DatabaseError, match="readonly"):
            await corpus._fetch_all("DELETE FROM example")


async def test_another_programs_database_is_refused_and_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "music.db"
    async with open_writer(tmp_path / "corpus.db"), open_sqlite_state(tmp_path / "state.db"):
        pass
    create_other_database(path)
    states = (open_sqlite_state(path), open_sqlite_state(tmp_path / "corpus.db"))
    for opened in (*states, open_writer(path), open_writer(tmp_path / "state.db")):
        before = contents(tmp_path)
        with pytest.raises(WrongDatabaseError, match=r"Set BIGRUN_(STATE|CORPUS) to another file"):
            async with opened:
                pass
        assert contents(tmp_path) == before


async def test_opening_finds_overwritten_pages(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    async with open_sqlite_state(path) as state:
        for number in range(200):
            await state.save_synced_commands_hash(f"scope {number}", "payload" * 20)
    overwrite(path, 4096 * 5, 4096)
    before = path.read_bytes()
    with pytest.raises(DatabaseDamagedError, match="restore a backup") as caught:
        async with open_sqlite_state(path):
            pass
    assert str(caught.value).count(str(path)) == 1
    assert path.read_bytes() == before


def test_a_failed_open_leaves_no_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail() -> None:
        with pytest.raises(DatabaseError, match="nowhere"):
            async with open_corpus(tmp_path / "nowhere.db"):
                pass

    before = set(threading.enumerate())
    failures: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failures.append)
    for _ in range(100):
        asyncio.run(fail())
    for thread in set(threading.enumerate()) - before:
        thread.join()
    assert failures == []
