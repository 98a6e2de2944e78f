"""The caches in memory: their limits, and that changes replace what they contain."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.state.base import Shuffle
from bot.state.preferences import MemberPreference, PreferenceStore
from bot.state.sqlite_backend import SqliteState, open_sqlite_state

START = Shuffle(7, -1, 0, -1, 0)


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[SqliteState]:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        yield state


async def test_preferences_are_read_once_until_a_change(state: SqliteState, monkeypatch: pytest.MonkeyPatch) -> None:
    preferences, fetch_all = PreferenceStore(state), AsyncMock(side_effect=state.fetch_all)
    monkeypatch.setattr(state, "fetch_all", fetch_all)
    for _ in range(3):
        assert not (await preferences.for_answer(1, 2))[1].private_by_default
    assert fetch_all.await_count == 1
    await preferences.set_member_preference(2, MemberPreference.PRIVATE, ["yes"])
    for _ in range(3):
        assert (await PreferenceStore(state).for_answer(1, 2))[1].private_by_default
    assert fetch_all.await_count == 2


async def test_the_cache_hides_no_change_during_a_read(state: SqliteState, monkeypatch: pytest.MonkeyPatch) -> None:
    preferences, fetch_all = PreferenceStore(state), state.fetch_all

    async def change_during_read(statement: str, parameters: Any = ()) -> list[Any]:
        rows = await fetch_all(statement, parameters)
        await preferences.set_member_preference(2, MemberPreference.PRIVATE, ["yes"])
        return rows

    with monkeypatch.context() as patch:
        patch.setattr(state, "fetch_all", change_during_read)
        assert not (await preferences.for_answer(1, 2))[1].private_by_default
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
