"""The caches in memory: their limits, and that changes replace what they contain."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.state.base import Shuffle
from bot.state.preferences import MemberPreference, PreferenceStore
from bot.state.sqlite_backend import SqliteState, open_sqlite_state

START = Shuffle(7, -1, 0, -1, 0)


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[SqliteState]:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        yield state


async def test_preferences_are_read_once_until_a_change(state: SqliteState) -> None:
    preferences, queries = PreferenceStore(state), _record_queries(state)
    for _ in range(3):
        assert not (await preferences.for_answer(1, 2))[1].private_by_default
    assert len(queries) == 1
    await preferences.set_member_preference(2, MemberPreference.PRIVATE, ["yes"])
    for _ in range(3):
        assert (await PreferenceStore(state).for_answer(1, 2))[1].private_by_default
    assert len(queries) == 2


async def test_the_cache_hides_no_change_during_a_read(state: SqliteState) -> None:
    preferences, fetch_all = PreferenceStore(state), state.fetch_all

    async def change_during_read(statement: str, parameters: Any = ()) -> list[Any]:
        rows = await fetch_all(statement, parameters)
        await preferences.set_member_preference(2, MemberPreference.PRIVATE, ["yes"])
        return rows

    state.fetch_all = change_during_read  # type: ignore[method-assign]
    assert not (await preferences.for_answer(1, 2))[1].private_by_default
    state.fetch_all = fetch_all  # type: ignore[method-assign]
    assert (await preferences.for_answer(1, 2))[1].private_by_default


async def test_a_shuffle_is_cached_until_it_is_deleted(state: SqliteState) -> None:
    seen: list[Shuffle | None] = []

    async def step(past: Shuffle | None) -> Shuffle | None:
        seen.append(past)
        return START if past is None else past._replace(revision=past.revision + 1)

    for _ in range(3):
        await state.advance_shuffle(-5, "all", step)
    assert [past and past.revision for past in seen] == [None, 0, 1]
    await PreferenceStore(state).delete_member_data(5)
    await state.advance_shuffle(-5, "all", step)
    assert seen[-1] is None


async def test_a_cancelled_draw_counts_and_is_written(state: SqliteState) -> None:
    chosen = asyncio.Event()

    async def first(_: Shuffle | None) -> Shuffle | None:
        chosen.set()
        return START

    drawing = asyncio.ensure_future(state.advance_shuffle(1, "all", first))
    await chosen.wait()
    drawing.cancel()
    await asyncio.wait({drawing})
    seen: list[Shuffle | None] = []

    async def see(past: Shuffle | None) -> Shuffle | None:
        seen.append(past)
        return None

    await state.advance_shuffle(1, "all", see)
    assert seen == [START]
    await state.flush()
    assert await state.fetch_all("SELECT revision FROM shuffle WHERE audience_id = 1") == [(START.revision,)]


def _record_queries(state: SqliteState) -> list[str]:
    queries: list[str] = []
    fetch_all = state.fetch_all

    async def record(statement: str, parameters: Any = ()) -> list[Any]:
        queries.append(statement)
        return await fetch_all(statement, parameters)

    state.fetch_all = record  # type: ignore[method-assign]
    return queries
