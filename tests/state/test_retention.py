"""The data of guilds and channels that are gone is deleted after thirty days, and no other."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import AsyncMock

import pytest

from bot.model.preferences import DailySchedule
from bot.state.base import Shuffle, State
from bot.state.dailies import DailyStore
from bot.state.hints import HintStore
from bot.state.preferences import GuildSetting, PreferenceStore
from bot.state.retention import ClockWitness, Place, RetentionStore

TODAY, DAY, MONTH = date(2026, 5, 1), timedelta(days=1), timedelta(days=30)
DUE = datetime(2026, 5, 1, tzinfo=UTC)
start_shuffle = AsyncMock(return_value=Shuffle(1, 1, 1, 1, 1))


@pytest.fixture
def retention(state: State) -> RetentionStore:
    return RetentionStore(state)


async def add_data(state: State, guild: int, channel: int) -> None:
    await PreferenceStore(state).set_guild_setting(guild, GuildSetting.CHANNEL, [str(channel)])
    await DailyStore(state).save(DailySchedule(channel, guild, 1, "UTC", "", "", "", True, DUE))
    await state.advance_shuffle(channel, "scope", start_shuffle, guild_id=guild)


async def stored_data(state: State) -> list[tuple[object, ...]]:
    tables = ("daily", "guild_setting", "shuffle")
    return [(guild, table) for table in tables for (guild,) in await state.fetch_all(f"SELECT guild_id FROM {table}")]


async def test_guilds_and_channels_with_data_are_checked(state: State, retention: RetentionStore) -> None:
    assert await retention.guilds_to_check(TODAY) == await retention.channels_to_check() == []
    await add_data(state, 10, 1)
    assert await retention.guilds_to_check(TODAY) == [Place(10)]
    assert await retention.channels_to_check() == [Place(10, 1)]


async def test_a_guild_with_only_unused_shuffles_is_checked(state: State, retention: RetentionStore) -> None:
    await state.advance_shuffle(1, "scope", start_shuffle, guild_id=10)
    await state.advance_shuffle(2, "scope", start_shuffle)
    drawn = datetime.now(UTC).date()
    assert await retention.guilds_to_check(drawn + MONTH) == []
    assert await retention.guilds_to_check(drawn + MONTH + DAY) == [Place(10)]


async def test_a_guild_that_was_given_a_hint_is_checked_and_deleted(state: State, retention: RetentionStore) -> None:
    hints = HintStore(state)
    assert [await hints.claim(10, 0), await hints.claim(10, 0), await hints.claim(0, 10)] == [True, False, True]
    assert await retention.guilds_to_check(TODAY) == [Place(10)]
    await retention.delete(Place(10))
    assert await state.fetch_all("SELECT guild_id, user_id FROM help_hint") == [(0, 10)]


async def test_a_missing_guild_is_deleted_after_thirty_days(state: State, retention: RetentionStore) -> None:
    await add_data(state, 10, 1)
    await add_data(state, 11, 2)
    await retention.record_presence([Place(11)], [Place(10)], TODAY)
    await retention.record_presence([Place(11)], [Place(10)], TODAY + 5 * DAY)
    assert await retention.delete_expired(TODAY + MONTH - DAY) == 0
    assert len(await stored_data(state)) == 6
    assert await retention.delete_expired(TODAY + MONTH) == 1
    assert await stored_data(state) == [(11, "daily"), (11, "guild_setting"), (11, "shuffle")]
    assert await state.fetch_all("SELECT * FROM missing_snowflake") == []


async def test_a_guild_that_returned_is_not_deleted(state: State, retention: RetentionStore) -> None:
    await add_data(state, 10, 1)
    await retention.record_presence([], [Place(10)], TODAY)
    await retention.record_presence([Place(10)], [], TODAY + 20 * DAY)
    await retention.record_presence([], [Place(10)], TODAY + 25 * DAY)
    assert await retention.delete_expired(TODAY + MONTH) == 0


async def test_a_missing_channel_loses_only_its_own_data(state: State, retention: RetentionStore) -> None:
    await add_data(state, 10, 1)
    await PreferenceStore(state).set_guild_setting(10, GuildSetting.MEDIUM, ["music"])
    await retention.record_presence([Place(10)], [Place(10, 1)], TODAY)
    assert await retention.delete_expired(TODAY + MONTH) == 1
    assert await stored_data(state) == [(10, "guild_setting")]
    assert (await PreferenceStore(state).guild_settings(10)).hidden_media == {"music"}


@pytest.mark.parametrize("foreign", [pytest.param(10, id="a guild"), pytest.param(1, id="a channel")])
async def test_another_guilds_id_deletes_nothing_of_that_guild(
    state: State, retention: RetentionStore, foreign: int
) -> None:
    await add_data(state, 10, 1)
    before = await stored_data(state)
    await PreferenceStore(state).set_guild_setting(11, GuildSetting.CHANNEL, [str(foreign)])
    await retention.record_presence([Place(10), Place(10, 1), Place(11)], [Place(11, foreign)], TODAY)
    assert await retention.delete_expired(TODAY + MONTH) == 1
    assert await stored_data(state) == before


async def test_a_shuffle_unused_for_180_days_is_deleted(state: State) -> None:
    await state.advance_shuffle(1, "scope", start_shuffle)
    today = datetime.now(UTC).date()
    remaining = []
    for days in (180, 181):
        await RetentionStore(state).delete_unused_shuffles(today + timedelta(days=days))
        remaining.append(len(await stored_data(state)))
    assert remaining == [1, 0]


async def draw_on(state: State, day: date, audience: int) -> None:
    await state.advance_shuffle(audience, "scope", start_shuffle)
    await state.execute_transaction(
        ("UPDATE shuffle SET last_used_on = ? WHERE audience_id = ?", (day.isoformat(), audience))
    )


@pytest.mark.parametrize("written", [TODAY + 3650 * DAY, TODAY - 3650 * DAY], ids=["ahead", "back"])
async def test_progress_dated_by_a_wrong_clock_lives_180_days(
    state: State, retention: RetentionStore, written: date
) -> None:
    await draw_on(state, written, 1)
    remaining = []
    for days in (0, 180, 181):
        await retention.delete_unused_shuffles(TODAY + days * DAY)
        remaining.append(len(await stored_data(state)))
    assert remaining == [1, 1, 0]


@pytest.mark.parametrize(
    ("drawn", "is_witnessed"),
    [
        pytest.param([], False, id="nothing stored"),
        pytest.param([0, -1], False, id="only lately: under this clock"),
        pytest.param([-2], True, id="two days ago"),
        pytest.param([-9, 0], True, id="nine days ago"),
        pytest.param([-10], False, id="long ago: the clock may have jumped"),
        pytest.param([-2, 2], False, id="later: the clock has gone back"),
    ],
)
async def test_stored_dates_are_a_witness(
    state: State, retention: RetentionStore, drawn: list[int], *, is_witnessed: bool
) -> None:
    for audience, days in enumerate(drawn, 1):
        await draw_on(state, TODAY + days * DAY, audience)
    assert await retention.is_witnessed(TODAY) is is_witnessed


async def test_the_earliest_sighting_of_a_gap_counts(state: State, retention: RetentionStore) -> None:
    await add_data(state, 10, 1)
    for day in (TODAY + 3650 * DAY, TODAY, TODAY + DAY):
        await retention.record_presence([], [Place(10)], day)
    assert await retention.delete_expired(TODAY + MONTH) == 1


@pytest.mark.parametrize(
    ("looks", "confirmed"),
    [
        pytest.param([(0, 0), (24, 24)], [False, True], id="right"),
        pytest.param([(0, 0), (1, 1), (24, 24)], [False, False, True], id="a day of running time"),
        pytest.param([(0, 0), (90_000, 24), (48, 48), (72, 72)], [False, False, False, True], id="ahead and back"),
        pytest.param([(0, 0), (-90_000, 24), (48, 48), (72, 72)], [False, False, False, True], id="back and ahead"),
        pytest.param([(90_000, 0), (24, 24), (48, 48)], [False, False, True], id="ahead at the start"),
    ],
)
def test_a_clock_is_confirmed_by_a_day_of_running_time(looks: list[tuple[int, int]], confirmed: list[bool]) -> None:
    running = iter([hours * 3600.0 for _, hours in looks])
    witness = ClockWitness(lambda: next(running))
    assert [witness.confirms(DUE + timedelta(hours=hours)) for hours, _ in looks] == confirmed
