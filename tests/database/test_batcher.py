"""Writing together."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.database.batcher import Together
from bot.errors import WriteFailedError
from bot.state import sqlite_backend
from bot.state.base import Round
from bot.state.preferences import Choosing
from bot.state.sqlite_backend import SqliteState, open_sqlite_state

START = Round(7, 0, 0, 0, -1, 1, 5, 0)


class Disk:
    """Writes when it is told to."""

    def __init__(self) -> None:
        self.turn = asyncio.Semaphore(0)
        self.written: list[list[str]] = []
        self.refused: set[str] = set()
        self.error: BaseException | None = None

    async def write(self, take: Callable[[], list[str]]) -> list[bool]:
        await self.turn.acquire()
        rows = take()
        if self.error:
            raise self.error
        self.written.append(rows)
        return [row not in self.refused for row in rows]


@pytest.fixture
def disk() -> Disk:
    return Disk()


async def _begun(*tasks: "asyncio.Task[Any]") -> None:
    """Lets tasks run until they wait."""
    for _ in range(3 + len(tasks)):
        await asyncio.sleep(0)


async def test_what_waits_by_the_time_of_the_turn_is_written_in_one_go_and_in_order(disk: Disk) -> None:
    together = Together(disk.write)
    puts = [asyncio.create_task(together.ask(row)) for row in "abc"]
    await _begun(*puts)
    disk.turn.release()
    assert await asyncio.gather(*puts) == [True, True, True]
    later = asyncio.create_task(together.ask("d"))
    disk.turn.release()
    assert await later
    assert disk.written == [["a", "b", "c"], ["d"]]
    await together.finish()


async def test_a_row_that_was_not_to_be_written_is_told_so_alone(disk: Disk) -> None:
    together, disk.refused = Together(disk.write), {"b"}
    puts = [asyncio.create_task(together.ask(row)) for row in "abc"]
    await _begun(*puts)
    disk.turn.release()
    assert await asyncio.gather(*puts) == [True, False, True]


async def test_where_a_write_fails_all_that_waited_fails_and_the_next_is_tried(disk: Disk) -> None:
    together, disk.error = Together(disk.write), WriteFailedError("The disk is full.")
    puts = [asyncio.create_task(together.ask(row)) for row in "abc"]
    await _begun(*puts)
    disk.turn.release()
    results = await asyncio.gather(*puts, return_exceptions=True)
    assert [str(error) for error in results] == ["The disk is full."] * 3
    disk.error = None
    disk.turn.release()
    assert await together.ask("d")
    assert disk.written == [["d"]]


async def test_one_that_is_cancelled_takes_nobody_along_and_may_be_written(disk: Disk) -> None:
    together = Together(disk.write)
    puts = [asyncio.create_task(together.ask(row)) for row in "abc"]
    await _begun(*puts)
    puts[0].cancel()
    await asyncio.wait([puts[0]])
    disk.turn.release()
    assert await asyncio.gather(*puts[1:]) == [True, True]
    assert disk.written == [["a", "b", "c"]]


async def test_what_is_refused_is_not_written_and_is_told_so(disk: Disk) -> None:
    together = Together(disk.write)
    put = asyncio.create_task(together.ask("a"))
    await _begun(put)
    together.refuse(False)
    assert await put is False
    disk.turn.release()
    await together.finish()
    assert disk.written == [[]]


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[SqliteState]:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        yield state


async def _on(past: Round | None) -> Round:
    return past._replace(place=past.place + 1, draws=past.draws + 1) if past else START


async def _statements(state: SqliteState) -> list[str]:
    """Returns a list to which every statement of the writer is added."""
    said: list[str] = []
    await state._connection.set_trace_callback(said.append)
    return said


async def test_draws_at_once_cost_one_statement_and_each_is_one_on(state: SqliteState) -> None:
    for audience in range(4):
        await state.draw(audience, "all", _on)  # from now on none of them has to be read
    said = await _statements(state)
    steps = await asyncio.gather(*(state.draw(number % 4, "all", _on) for number in range(32)))
    assert sorted(step.place for step in steps if step) == sorted([*range(2, 10)] * 4)
    assert len([text for text in said if "INSERT INTO round" in text]) == 1
    held = await state.rows("SELECT audience, place FROM round ORDER BY audience")
    assert held == [(0, 9), (1, 9), (2, 9), (3, 9)]


async def test_who_is_forgotten_while_a_draw_waits_is_not_remembered_by_it(state: SqliteState) -> None:
    for _ in range(5):
        await state.draw(-9, "all", _on)
    async with state._turn():
        drawing = asyncio.create_task(state.draw(-9, "all", _on))
        forgetting = asyncio.create_task(Choosing(state).forget_member(9))
        await _begun(drawing, forgetting)
    await forgetting
    step = await drawing
    # Whichever came first, nothing is left of the five before.
    held = await state.rows("SELECT place FROM round WHERE audience = -9")
    assert (step, held) in [(START, [(1,)]), (START._replace(place=6, draws=5), [])]


async def test_a_draw_that_waits_behind_a_change_goes_on_from_what_that_left(state: SqliteState) -> None:
    await state.draw(-9, "all", _on)
    changed = asyncio.Event()
    execute = state._connection.execute_fetchall

    async def slow(statement: str, parameters: Any = ()) -> Any:
        if statement.startswith("DELETE"):
            changed.set()
            await asyncio.sleep(0)
        return await execute(statement, parameters)

    state._connection.execute_fetchall = slow  # type: ignore[assignment, method-assign]
    forgetting = asyncio.create_task(Choosing(state).forget_member(9))
    await changed.wait()
    assert await state.draw(-9, "all", _on) == START
    await forgetting


async def test_where_rounds_cannot_be_written_no_draw_counts(state: SqliteState) -> None:
    await state.draw(1, "all", _on)
    execute = state._connection.execute_fetchall

    async def full(*_: Any) -> Any:
        raise sqlite3.OperationalError("database or disk is full")

    state._connection.execute_fetchall = full  # type: ignore[assignment, method-assign]
    drawn = await asyncio.gather(*(state.draw(1, "all", _on) for _ in range(5)), return_exceptions=True)
    assert {type(one) for one in drawn} == {WriteFailedError}
    state._connection.execute_fetchall = execute  # type: ignore[method-assign]
    step = await state.draw(1, "all", _on)
    assert step is not None
    assert step.place == 2


async def test_a_row_that_another_program_changed_is_read_anew(state: SqliteState) -> None:
    await state.draw(1, "all", _on)
    await state._connection.execute_fetchall("UPDATE round SET draws = 40, place = 40")
    step = await state.draw(1, "all", _on)
    assert step is not None
    assert (step.place, step.draws) == (41, 41)


async def test_rounds_that_memory_has_no_room_for_are_one_on_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_backend, "_ROUNDS_KEPT", 1)
    async with open_sqlite_state(tmp_path / "state.db") as state:
        steps = await asyncio.gather(*(state.draw(number % 3, "all", _on) for number in range(12)))
    assert sorted(step.place for step in steps if step) == sorted([1, 2, 3, 4] * 3)


async def test_a_state_that_is_closed_has_written_what_waited(tmp_path: Path) -> None:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        chosen = asyncio.Event()

        async def choose(past: Round | None) -> Round:
            chosen.set()
            return await _on(past)

        drawing = asyncio.create_task(state.draw(1, "all", choose))
        await chosen.wait()
        drawing.cancel()
    async with open_sqlite_state(tmp_path / "state.db") as state:
        assert await state.rows("SELECT place FROM round") == [(1,)]


async def test_what_waits_behind_a_draw_that_another_process_overtook_is_drawn_again(
    tmp_path: Path, state: SqliteState, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here another process is one draw ahead in a round of its own when the second of two is to be written."""

    async def theirs(past: Round | None) -> Round:
        return START._replace(seed=8)

    following: list[asyncio.Task[Round | None]] = []

    async def overtaken(past: Round | None) -> Round:
        if past is None:
            async with open_sqlite_state(tmp_path / "state.db") as other:
                await other.draw(1, "all", theirs)
        return await _on(past)

    fetch = state._connection.execute_fetchall

    async def while_written(*statement: Any) -> Any:
        if not following:
            following.append(asyncio.create_task(state.draw(1, "all", _on)))
            await _begun(*following)
        return await fetch(*statement)

    monkeypatch.setattr(state._connection, "execute_fetchall", while_written)
    steps = [await state.draw(1, "all", overtaken), await following[0]]
    assert [step.seed for step in steps if step] == [8, 8]
    assert sorted(step.place for step in steps if step) == [2, 3]
