"""Daily schedules in the state: each step happens once, and a crash loses none."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model.preferences import MAX_DAILIES_PER_GUILD, DailySchedule, PauseReason
from bot.state.base import State
from bot.state.dailies import DailyStore, DuePost, SavedDaily

NOW = datetime(2026, 5, 1, 16, 30, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DAILY = DailySchedule(1, 10, 1110, "Europe/Berlin", "26ea70bcb3", "film", "", include_spoilers=True, next_due=NOW)


@pytest.fixture
def dailies(state: State) -> DailyStore:
    return DailyStore(state)


@pytest.fixture
async def claimed(dailies: DailyStore) -> DuePost:
    await dailies.save(DAILY)
    [post] = await dailies.due(NOW, 9)
    assert await dailies.claim(post, NOW)
    return post


async def test_a_daily_is_visible_only_to_its_guild(dailies: DailyStore) -> None:
    assert await dailies.save(DAILY)
    assert await dailies.for_guild(10) == [DAILY]
    assert await dailies.for_guild(11) == []
    assert not await dailies.stop(11, 1)
    assert await dailies.stop(10, 1)
    assert await dailies.for_guild(10) == []


async def test_dailies_are_limited_per_channel_and_guild(dailies: DailyStore) -> None:
    for channel in range(1, MAX_DAILIES_PER_GUILD + 1):
        assert await dailies.save(replace(DAILY, channel_id=channel))
    assert not await dailies.save(replace(DAILY, channel_id=99))
    assert await dailies.save(replace(DAILY, minute_of_day=60))
    assert await dailies.save(replace(DAILY, channel_id=99, guild_id=11))
    assert [daily.minute_of_day for daily in await dailies.for_guild(10)] == [60, *[1110] * (MAX_DAILIES_PER_GUILD - 1)]


async def test_the_longest_due_daily_comes_first(dailies: DailyStore) -> None:
    await dailies.save(DAILY)
    await dailies.save(replace(DAILY, channel_id=2, next_due=NOW - DAY))
    assert await dailies.due(NOW - MINUTE, 9) == [DuePost(replace(DAILY, channel_id=2, next_due=NOW - DAY))]
    assert [post.daily.channel_id for post in await dailies.due(NOW, 9)] == [2, 1]
    assert [post.daily.channel_id for post in await dailies.due(NOW, 1)] == [2]


async def test_a_post_is_claimed_once_and_remembers_its_example(dailies: DailyStore, claimed: DuePost) -> None:
    assert not await dailies.claim(claimed, NOW)
    await dailies.set_example(claimed, "26ea70bcb3/12")
    assert await dailies.due(NOW, 9) == [DuePost(DAILY, NOW, "26ea70bcb3/12")]
    await dailies.complete(claimed, NOW + DAY)
    assert await dailies.due(NOW + DAY - MINUTE, 9) == []
    assert await dailies.due(NOW + DAY, 9) == [DuePost(replace(DAILY, next_due=NOW + DAY), sent_due=NOW)]


async def test_a_post_is_released_if_refused_but_not_if_uncertain(dailies: DailyStore, claimed: DuePost) -> None:
    await dailies.set_example(claimed, "x/1")
    await dailies.release(claimed, NOW + MINUTE)
    assert await dailies.due(NOW, 9) == []
    assert await dailies.due(NOW + MINUTE, 9) == [DuePost(DAILY, None, "x/1", 1)]
    await dailies.claim(claimed, NOW + MINUTE)
    await dailies.reschedule(claimed, NOW + 2 * MINUTE)
    assert await dailies.due(NOW + MINUTE, 9) == []
    assert await dailies.due(NOW + 2 * MINUTE, 9) == [DuePost(DAILY, NOW + MINUTE, "x/1", 1)]


async def test_a_paused_daily_waits_until_its_guild_resumes_it(dailies: DailyStore, claimed: DuePost) -> None:
    await dailies.pause(claimed, PauseReason.FORBIDDEN)
    assert await dailies.due(NOW + DAY, 9) == []
    assert await dailies.for_guild(10) == [replace(DAILY, pause_reason=PauseReason.FORBIDDEN)]
    await dailies.resume(11, 1, NOW + DAY)
    assert await dailies.due(NOW + DAY, 9) == []
    await dailies.resume(10, 1, NOW + DAY)
    assert await dailies.due(NOW + DAY, 9) == [DuePost(replace(DAILY, next_due=NOW + DAY))]


async def test_what_a_new_daily_replaced_is_restored_once(dailies: DailyStore) -> None:
    assert await dailies.save(DAILY) == SavedDaily()
    later = replace(DAILY, minute_of_day=60, timezone="UTC", trope_ref="", work_ref="c0ffee", include_spoilers=False)
    saved = await dailies.save(later)
    assert saved
    assert saved.replaced == DAILY
    assert await dailies.replaced(11, saved.undo_id) is None
    assert not await dailies.undo(saved.undo_id, replace(DAILY, guild_id=11))
    before = await dailies.replaced(10, saved.undo_id)
    assert before == DAILY
    restored = replace(before, next_due=NOW + DAY)
    presses = await asyncio.gather(*(dailies.undo(saved.undo_id, restored) for _ in range(4)))
    assert sorted(presses) == [False, False, False, True]
    assert await dailies.for_guild(10) == [replace(DAILY, next_due=NOW + DAY)]
    assert await dailies.replaced(10, saved.undo_id) is None


async def test_a_paused_daily_is_restored_paused(dailies: DailyStore, claimed: DuePost) -> None:
    await dailies.pause(claimed, PauseReason.GONE)
    saved = await dailies.save(replace(DAILY, minute_of_day=60))
    assert saved
    before = await dailies.replaced(10, saved.undo_id)
    assert before == replace(DAILY, pause_reason=PauseReason.GONE)
    assert await dailies.undo(saved.undo_id, before)
    assert await dailies.for_guild(10) == [before]


@pytest.mark.parametrize("stopped", [True, False])
async def test_a_stopped_or_replaced_daily_is_not_undone(dailies: DailyStore, stopped: bool) -> None:
    await dailies.save(DAILY)
    first = await dailies.save(replace(DAILY, minute_of_day=60))
    assert first
    if stopped:
        await dailies.stop(10, 1)
    await dailies.save(replace(DAILY, minute_of_day=120))
    assert await dailies.replaced(10, first.undo_id) is None
    assert not await dailies.undo(first.undo_id, DAILY)
    assert [daily.minute_of_day for daily in await dailies.for_guild(10)] == [120]


async def test_a_running_post_does_not_undo_new_settings(dailies: DailyStore, claimed: DuePost) -> None:
    later = replace(DAILY, minute_of_day=1200, next_due=NOW + timedelta(minutes=90))
    await dailies.save(later)
    await dailies.complete(claimed, NOW + DAY)
    await dailies.pause(claimed, PauseReason.GONE)
    assert await dailies.for_guild(10) == [later]
