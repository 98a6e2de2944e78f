"""DailySchedule examples as the state keeps them: every step happens once, and a crash leaves what was done."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.preferences import MAX_DAILIES_PER_GUILD, DailySchedule, PauseReason
from bot.state.dailies import DailyStore, DuePost
from bot.state.location import StateLocation, open_state

NOW = datetime(2026, 5, 1, 16, 30, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DAILY = DailySchedule(1, 10, 1110, "Europe/Berlin", "26ea70bcb3", "film", "", include_spoilers=True, next_due=NOW)


@pytest.fixture
async def dailies(where: StateLocation) -> AsyncIterator[DailyStore]:
    async with open_state(where) as state:
        yield DailyStore(state)


async def test_what_was_set_is_there_for_its_guild_only(dailies: DailyStore) -> None:
    assert await dailies.save(DAILY)
    assert await dailies.for_guild(10) == [DAILY]
    assert await dailies.for_guild(11) == []
    assert not await dailies.stop(11, 1)
    assert await dailies.stop(10, 1)
    assert await dailies.for_guild(10) == []


async def test_a_channel_has_one_and_a_guild_no_more_than_the_card_shows(dailies: DailyStore) -> None:
    for channel in range(1, MAX_DAILIES_PER_GUILD + 1):
        assert await dailies.save(replace(DAILY, channel_id=channel))
    assert not await dailies.save(replace(DAILY, channel_id=99))
    assert await dailies.save(replace(DAILY, minute_of_day=60))
    assert await dailies.save(replace(DAILY, channel_id=99, guild_id=11))
    assert [daily.minute_of_day for daily in await dailies.for_guild(10)] == [60, *[1110] * (MAX_DAILIES_PER_GUILD - 1)]


async def test_it_is_due_from_its_moment_on_those_due_longest_first(dailies: DailyStore) -> None:
    await dailies.save(DAILY)
    await dailies.save(replace(DAILY, channel_id=2, next_due=NOW - DAY))
    assert await dailies.due(NOW - MINUTE, 9) == [DuePost(replace(DAILY, channel_id=2, next_due=NOW - DAY))]
    assert [post.daily.channel_id for post in await dailies.due(NOW, 9)] == [2, 1]
    assert [post.daily.channel_id for post in await dailies.due(NOW, 1)] == [2]


async def test_only_one_claims_a_post_and_what_was_chosen_stays_until_it_is_finished(dailies: DailyStore) -> None:
    await dailies.save(DAILY)
    [post] = await dailies.due(NOW, 9)
    assert await dailies.claim(post, NOW)
    assert not await dailies.claim(post, NOW)
    await dailies.set_example(post, "26ea70bcb3/12")
    assert await dailies.due(NOW, 9) == [DuePost(DAILY, NOW, "26ea70bcb3/12")]
    await dailies.complete(post, NOW + DAY)
    assert await dailies.due(NOW + DAY - MINUTE, 9) == []
    assert await dailies.due(NOW + DAY, 9) == [DuePost(replace(DAILY, next_due=NOW + DAY))]


async def test_a_refused_post_is_free_again_and_counted_an_unsure_one_stays_claimed(dailies: DailyStore) -> None:
    await dailies.save(DAILY)
    [post] = await dailies.due(NOW, 9)
    await dailies.claim(post, NOW)
    await dailies.set_example(post, "x/1")
    await dailies.release(post, NOW + MINUTE)
    assert await dailies.due(NOW, 9) == []
    assert await dailies.due(NOW + MINUTE, 9) == [DuePost(DAILY, None, "x/1", 1)]
    await dailies.claim(post, NOW + MINUTE)
    await dailies.reschedule(post, NOW + 2 * MINUTE)
    assert await dailies.due(NOW + MINUTE, 9) == []
    assert await dailies.due(NOW + 2 * MINUTE, 9) == [DuePost(DAILY, NOW + MINUTE, "x/1", 1)]


async def test_a_paused_one_is_not_due_until_its_guild_starts_it_again(dailies: DailyStore) -> None:
    await dailies.save(DAILY)
    [post] = await dailies.due(NOW, 9)
    await dailies.claim(post, NOW)
    await dailies.pause(post, PauseReason.FORBIDDEN)
    assert await dailies.due(NOW + DAY, 9) == []
    assert await dailies.for_guild(10) == [replace(DAILY, pause_reason=PauseReason.FORBIDDEN)]
    await dailies.resume(11, 1, NOW + DAY)
    assert await dailies.due(NOW + DAY, 9) == []
    await dailies.resume(10, 1, NOW + DAY)
    assert await dailies.due(NOW + DAY, 9) == [DuePost(replace(DAILY, next_due=NOW + DAY))]


async def test_setting_it_anew_while_it_is_posted_is_not_undone_by_the_post(dailies: DailyStore) -> None:
    await dailies.save(DAILY)
    [post] = await dailies.due(NOW, 9)
    await dailies.claim(post, NOW)
    later = replace(DAILY, minute_of_day=1200, next_due=NOW + timedelta(minutes=90))
    await dailies.save(later)
    await dailies.complete(post, NOW + DAY)
    await dailies.pause(post, PauseReason.GONE)
    assert await dailies.for_guild(10) == [later]
