"""Daily examples under a clock that is wrong for a while, in SQLite and PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.daily_posts import DailyPoster
from bot.conversation.local_time import next_due, next_occurrence
from bot.model.preferences import EVERY_DAY, WEEKDAYS, DailySchedule, Rhythm
from bot.render.texts.daily import rhythm_name
from bot.state.base import State
from bot.state.dailies import DailyStore, DuePost
from bot.state.location import StateLocation, open_state

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY, DECADE = timedelta(hours=1), timedelta(days=1), timedelta(days=3650)
NOON = datetime(2026, 3, 27, 12, tzinfo=UTC)  # clocks go forward in Berlin two days later


class ClockedPoster(DailyPoster):
    """Notes the true time of each post instead of sending it. `error` is how wrong the clock is."""

    def __init__(self, state: State) -> None:
        super().__init__(Mock(services=Mock(dailies=DailyStore(state))), lambda: self.true_time + self.error)
        self.true_time, self.error = NOON, timedelta()
        self.posted: list[datetime] = []

    async def deliver(self, post: DuePost) -> None:
        self.posted.append(self.true_time)
        await self._complete(post)

    async def run(self, hours: int, step: int = 1) -> None:
        for _ in range(0, hours, step):
            self.true_time += step * HOUR
            await self.post_due()

    async def look_wrongly(self, error: timedelta) -> None:
        self.error = error
        await self.post_due()
        self.error = timedelta()


@pytest.fixture
async def state(state_location: StateLocation) -> AsyncIterator[State]:
    async with open_state(state_location) as state:
        yield state


async def save(state: State, rhythm: Rhythm = EVERY_DAY) -> DailySchedule:
    due = next_occurrence(18 * 60, "Europe/Berlin", NOON, rhythm.weekdays)
    daily = DailySchedule(1, 10, 18 * 60, "Europe/Berlin", "", "", "", True, due, rhythm=rhythm)
    await DailyStore(state).save(daily)
    return daily


@pytest.fixture
async def poster(state: State) -> ClockedPoster:
    await save(state)
    return ClockedPoster(state)


@pytest.mark.parametrize("error", [DECADE, 3 * DAY, -DECADE, -3 * DAY], ids=str)
@pytest.mark.parametrize("hours_before", [0, 3, 30], ids=lambda hours: f"after {hours} hours")
async def test_posts_go_on_after_a_wrong_look(poster: ClockedPoster, error: timedelta, hours_before: int) -> None:
    await poster.run(hours_before)
    before = len(poster.posted)
    await poster.look_wrongly(error)
    for _ in range(2):
        await poster.look_wrongly(-error)
    await poster.run(96)
    assert [at.astimezone(BERLIN).hour for at in poster.posted] == [18] * len(poster.posted)
    assert len(set(poster.posted)) == len(poster.posted) == before + 4


@pytest.mark.parametrize("error", [DECADE, 3 * DAY, -3 * DAY], ids=str)
@pytest.mark.parametrize("rhythm", [WEEKDAYS, Rhythm("3"), Rhythm(hours=8)], ids=rhythm_name)
async def test_a_wrong_look_moves_no_post_of_any_rhythm(state: State, rhythm: Rhythm, error: timedelta) -> None:
    poster, daily = ClockedPoster(state), await save(state, rhythm)
    due, expected = daily.next_due, list[datetime]()
    while due <= NOON + 9 * DAY:
        expected.append(due)
        due = next_due(daily, due)
    await poster.run(32, step=4)
    for wrong in (error, -error, error):
        await poster.look_wrongly(wrong)
    await poster.run(9 * 24 - 32, step=4)
    delays = [at - due for at, due in zip(poster.posted, expected, strict=True)]
    assert all(timedelta() <= delay < 4 * HOUR for delay in delays)


@pytest.mark.parametrize("ahead", [2, 11])
@pytest.mark.parametrize("rhythm", [WEEKDAYS, Rhythm("5"), Rhythm(hours=6)], ids=rhythm_name)
async def test_what_a_fast_clock_sent_early_is_not_sent_again(state: State, rhythm: Rhythm, ahead: int) -> None:
    poster, daily = ClockedPoster(state), await save(state, rhythm)
    await poster.look_wrongly(daily.next_due + ahead * HOUR - NOON)
    await poster.run(int((daily.next_due - NOON) / HOUR) + 5)
    assert poster.posted == [NOON]


async def test_a_clock_some_hours_ahead_posts_once(poster: ClockedPoster) -> None:
    await poster.look_wrongly(8 * HOUR)
    await poster.run(24)
    assert poster.posted == [NOON]
    await poster.run(24)
    assert len(poster.posted) == 2


async def test_a_retry_set_by_a_wrong_clock_is_due_now(state: State, poster: ClockedPoster) -> None:
    store = DailyStore(state)
    [post] = await store.later_than(NOON, NOON)
    await store.reschedule(post, NOON + DECADE)
    await poster.run(6)
    assert len(poster.posted) == 1
