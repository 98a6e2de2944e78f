"""What is kept in memory, and for how long."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.cache import LruCache
from bot.state.base import Shuffle
from bot.state.preferences import MemberPreference, PreferenceStore
from bot.state.sqlite_backend import SqliteState, open_sqlite_state

START = Shuffle(7, -1, 0, -1, 0)


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[SqliteState]:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        yield state


def test_the_least_recently_used_value_is_evicted() -> None:
    cache: LruCache[str, list[int]] = LruCache(5, len)
    cache["a"], cache["b"] = [1, 2], [3, 4]
    assert cache.get("a") == [1, 2]
    cache["c"] = [5, 6]
    assert [cache.get(key) for key in "abc"] == [[1, 2], None, [5, 6]]


async def test_a_value_larger_than_the_cache_is_not_stored() -> None:
    cache: LruCache[str, list[int]] = LruCache(5, len)

    async def load() -> list[int]:
        return [7] * 9

    assert await cache.get_or_load("a", load) == [7] * 9
    assert cache.get("a") is None


async def test_preferences_are_read_once_until_a_change(state: SqliteState) -> None:
    choosing, asked = PreferenceStore(state), _counted(state)
    for _ in range(3):
        assert not (await choosing.for_answer(1, 2))[1].private_by_default
    assert len(asked) == 1
    await choosing.set_member_preference(2, MemberPreference.PRIVATE, ["yes"])
    for _ in range(3):
        assert (await PreferenceStore(state).for_answer(1, 2))[1].private_by_default
    assert len(asked) == 2


async def test_a_change_during_a_read_is_not_hidden_by_the_cache(state: SqliteState) -> None:
    choosing, rows = PreferenceStore(state), state.fetch_all

    async def slow(statement: str, parameters: Any = ()) -> list[Any]:
        read = await rows(statement, parameters)
        await choosing.set_member_preference(2, MemberPreference.PRIVATE, ["yes"])
        return read

    state.fetch_all = slow  # type: ignore[method-assign]
    assert not (await choosing.for_answer(1, 2))[1].private_by_default
    state.fetch_all = rows  # type: ignore[method-assign]
    assert (await choosing.for_answer(1, 2))[1].private_by_default


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


def _counted(state: SqliteState) -> list[str]:
    asked: list[str] = []
    rows = state.fetch_all

    async def count(statement: str, parameters: Any = ()) -> list[Any]:
        asked.append(statement)
        return await rows(statement, parameters)

    state.fetch_all = count  # type: ignore[method-assign]
    return asked
