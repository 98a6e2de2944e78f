"""Batched writes: order, results, failures and cancelled callers."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.database.batcher import Batcher
from bot.errors import WriteFailedError
from bot.state import sqlite_backend
from bot.state.base import Shuffle
from bot.state.preferences import PreferenceStore
from bot.state.sqlite_backend import SqliteState, open_sqlite_state

START = Shuffle(7, -1, 1, 5, 0)


class Disk:
    """Write a batch each time `turn` is released."""

    def __init__(self) -> None:
        self.turn = asyncio.Semaphore(0)
        self.written: list[list[str]] = []
        self.refused: set[str] = set()
        self.error: BaseException | None = None

    async def write(self, rows: list[str]) -> list[bool]:
        await self.turn.acquire()
        if self.error:
            raise self.error
        self.written.append(rows)
        return [row not in self.refused for row in rows]


@pytest.fixture
def disk() -> Disk:
    return Disk()


async def _run_until_waiting(*tasks: "asyncio.Task[Any]") -> None:
    for _ in range(3 + len(tasks)):
        await asyncio.sleep(0)


async def _submit(batcher: Batcher[str, bool], rows: str) -> list["asyncio.Task[bool]"]:
    tasks = [asyncio.create_task(batcher.submit(row)) for row in rows]
    await _run_until_waiting(*tasks)
    return tasks


async def test_concurrent_items_share_a_batch_in_order(disk: Disk) -> None:
    batcher, disk.refused = Batcher(disk.write), {"b"}
    tasks = await _submit(batcher, "abc")
    disk.turn.release()
    assert await asyncio.gather(*tasks) == [True, False, True]
    disk.turn.release()
    assert await batcher.submit("d")
    assert disk.written == [["a", "b", "c"], ["d"]]
    await batcher.drain()


async def test_a_failed_batch_fails_those_behind_it_only(disk: Disk) -> None:
    batcher, disk.error = Batcher(disk.write), WriteFailedError("The disk is full.")
    tasks = [*await _submit(batcher, "abc"), *await _submit(batcher, "d")]
    disk.turn.release()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [str(error) for error in results] == ["The disk is full."] * 4
    disk.error = None
    disk.turn.release()
    assert await batcher.submit("e")
    assert disk.written == [["e"]]


async def test_a_cancelled_caller_does_not_cancel_its_batch(disk: Disk) -> None:
    first, *others = await _submit(Batcher(disk.write), "abc")
    first.cancel()
    await asyncio.wait([first])
    disk.turn.release()
    assert await asyncio.gather(*others) == [True, True]
    assert disk.written == [["a", "b", "c"]]


async def _advance(past: Shuffle | None) -> Shuffle:
    return past._replace(position=past.position + 1, revision=past.revision + 1) if past else START


async def test_concurrent_draws_share_one_statement(state: SqliteState) -> None:
    for audience in range(4):
        await state.advance_shuffle(audience, "all", _advance)  # caches the row
    statements: list[str] = []
    await state._connection.set_trace_callback(statements.append)
    steps = await asyncio.gather(*(state.advance_shuffle(number % 4, "all", _advance) for number in range(32)))
    assert sorted(step.position for step in steps if step) == sorted([*range(2, 10)] * 4)
    assert len([text for text in statements if "INSERT INTO shuffle" in text]) == 1
    rows = await state.fetch_all("SELECT audience_id, position FROM shuffle ORDER BY audience_id")
    assert rows == [(0, 9), (1, 9), (2, 9), (3, 9)]


async def test_a_pending_draw_does_not_restore_a_deleted_member(state: SqliteState) -> None:
    for _ in range(5):
        await state.advance_shuffle(-9, "all", _advance)
    async with state._write_lock():
        drawing = asyncio.create_task(state.advance_shuffle(-9, "all", _advance))
        deleting = asyncio.create_task(PreferenceStore(state).delete_member_data(9))
        await _run_until_waiting(drawing, deleting)
    await deleting
    step = await drawing
    # Whichever came first, the five earlier draws are gone.
    rows = await state.fetch_all("SELECT position FROM shuffle WHERE audience_id = -9")
    assert (step, rows) in [(START, [(1,)]), (START._replace(position=6, revision=5), [])]


async def test_a_draw_behind_a_change_sees_that_change(state: SqliteState, monkeypatch: pytest.MonkeyPatch) -> None:
    await state.advance_shuffle(-9, "all", _advance)
    changed = asyncio.Event()
    execute = state._connection.execute_fetchall

    async def slow(statement: str, parameters: Any = ()) -> Any:
        if statement.startswith("DELETE"):
            changed.set()
            await asyncio.sleep(0)
        return await execute(statement, parameters)

    monkeypatch.setattr(state._connection, "execute_fetchall", slow)
    deleting = asyncio.create_task(PreferenceStore(state).delete_member_data(9))
    await changed.wait()
    assert await state.advance_shuffle(-9, "all", _advance) == START
    await deleting


async def test_a_draw_that_is_not_written_does_not_count(state: SqliteState, monkeypatch: pytest.MonkeyPatch) -> None:
    await state.advance_shuffle(1, "all", _advance)
    full = AsyncMock(side_effect=sqlite3.OperationalError("database or disk is full"))
    with monkeypatch.context() as patch:
        patch.setattr(state._connection, "execute_fetchall", full)
        draws = (state.advance_shuffle(1, "all", _advance) for _ in range(5))
        drawn = await asyncio.gather(*draws, return_exceptions=True)
    assert {type(error) for error in drawn} == {WriteFailedError}
    assert await state.advance_shuffle(1, "all", _advance) == START._replace(position=2, revision=1)


async def test_a_row_changed_by_another_process_is_read_again(state: SqliteState) -> None:
    await state.advance_shuffle(1, "all", _advance)
    await state._connection.execute_fetchall("UPDATE shuffle SET revision = 40, position = 40")
    assert await state.advance_shuffle(1, "all", _advance) == START._replace(position=41, revision=41)


async def test_draws_are_correct_with_a_full_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_backend, "STATE_BYTES", 1_500)
    async with open_sqlite_state(tmp_path / "state.db") as state:
        steps = await asyncio.gather(*(state.advance_shuffle(number % 3, "all", _advance) for number in range(12)))
    assert sorted(step.position for step in steps if step) == sorted([1, 2, 3, 4] * 3)


async def test_a_cancelled_draw_counts_and_closing_writes_it(tmp_path: Path) -> None:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        await _cancelled_draw(state)
        assert await state.advance_shuffle(1, "all", _advance) == START._replace(position=2, revision=1)
        await _cancelled_draw(state)
    async with open_sqlite_state(tmp_path / "state.db") as state:
        assert await state.fetch_all("SELECT position FROM shuffle") == [(3,)]


async def _cancelled_draw(state: SqliteState) -> None:
    chosen = asyncio.Event()

    async def choose(past: Shuffle | None) -> Shuffle:
        chosen.set()
        return await _advance(past)

    drawing = asyncio.create_task(state.advance_shuffle(1, "all", choose))
    await chosen.wait()
    drawing.cancel()


async def test_draws_queued_behind_an_overtaken_one_are_repeated(
    tmp_path: Path, state: SqliteState, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another process starts its own shuffle before the second of two draws is written.
    theirs = AsyncMock(return_value=START._replace(seed=8))
    following: list[asyncio.Task[Shuffle | None]] = []

    async def overtaken(past: Shuffle | None) -> Shuffle:
        if past is None:
            async with open_sqlite_state(tmp_path / "state.db") as other:
                await other.advance_shuffle(1, "all", theirs)
        return await _advance(past)

    fetch = state._connection.execute_fetchall

    async def while_written(*statement: Any) -> Any:
        if not following:
            following.append(asyncio.create_task(state.advance_shuffle(1, "all", _advance)))
            await _run_until_waiting(*following)
        return await fetch(*statement)

    monkeypatch.setattr(state._connection, "execute_fetchall", while_written)
    steps = [await state.advance_shuffle(1, "all", overtaken), await following[0]]
    assert [step.seed for step in steps if step] == [8, 8]
    assert sorted(step.position for step in steps if step) == [2, 3]
