"""Guilds and channels that are no more are forgotten after thirty days, all of them and nothing else."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.preferences import DailySchedule
from bot.state.base import Shuffle, State
from bot.state.dailies import DailyStore
from bot.state.location import StateLocation, open_state
from bot.state.preferences import GuildSetting, PreferenceStore
from bot.state.retention import RetentionStore

TODAY = date(2026, 5, 1)
MONTH = timedelta(days=30)
DUE = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
async def state(state_location: StateLocation) -> AsyncIterator[State]:
    async with open_state(state_location) as state:
        yield state


async def furnish(state: State, guild: int, channel: int) -> None:
    async def choose(_: Shuffle | None) -> Shuffle:
        return Shuffle(1, 1, 1, 1, 1)

    await PreferenceStore(state).set_guild_setting(guild, GuildSetting.CHANNEL, [str(channel)])
    await DailyStore(state).save(
        DailySchedule(channel, guild, 1, "UTC", "", "", "", include_spoilers=True, next_due=DUE)
    )
    await state.advance_shuffle(channel, "scope", choose, guild_id=guild)


async def kept(state: State) -> list[tuple[object, ...]]:
    rows = await state.fetch_all(
        "SELECT guild_id, 'choice' FROM guild_setting UNION ALL SELECT guild_id, 'daily' FROM daily"
        " UNION ALL SELECT guild_id, 'round' FROM shuffle ORDER BY 1, 2"
    )
    return [tuple(row) for row in rows]


async def test_guilds_and_channels_with_data_are_checked(state: State) -> None:
    departed = RetentionStore(state)
    assert await departed.guild_ids_to_check(TODAY) == await departed.channel_ids_to_check() == []
    await furnish(state, 10, 1)
    assert await departed.guild_ids_to_check(TODAY) == [10]
    assert await departed.channel_ids_to_check() == [1]


async def test_a_guild_with_only_unused_shuffles_is_checked(state: State) -> None:
    async def choose(_: Shuffle | None) -> Shuffle:
        return Shuffle(1, 1, 1, 1, 1)

    await state.advance_shuffle(1, "scope", choose, guild_id=10)
    await state.advance_shuffle(2, "scope", choose)
    drawn = datetime.now(UTC).date()
    assert await RetentionStore(state).guild_ids_to_check(drawn + MONTH) == []
    assert await RetentionStore(state).guild_ids_to_check(drawn + MONTH + timedelta(days=1)) == [10]


async def test_a_missing_guild_is_deleted_after_thirty_days(state: State) -> None:
    departed = RetentionStore(state)
    await furnish(state, 10, 1)
    await furnish(state, 11, 2)
    await departed.record_presence([11], [10], TODAY)
    await departed.record_presence([11], [10], TODAY + timedelta(days=5))
    assert await departed.delete_expired(TODAY + MONTH - timedelta(days=1)) == 0
    assert len(await kept(state)) == 6
    assert await departed.delete_expired(TODAY + MONTH) == 1
    assert await kept(state) == [(11, "choice"), (11, "daily"), (11, "round")]
    assert await state.fetch_all("SELECT * FROM missing_snowflake") == []


async def test_a_guild_that_returned_is_not_deleted(state: State) -> None:
    departed = RetentionStore(state)
    await furnish(state, 10, 1)
    await departed.record_presence([], [10], TODAY)
    await departed.record_presence([10], [], TODAY + timedelta(days=20))
    await departed.record_presence([], [10], TODAY + timedelta(days=25))
    assert await departed.delete_expired(TODAY + MONTH) == 0


async def test_a_missing_channel_loses_only_its_own_data(state: State) -> None:
    departed = RetentionStore(state)
    await furnish(state, 10, 1)
    await PreferenceStore(state).set_guild_setting(10, GuildSetting.MEDIUM, ["music"])
    await departed.record_presence([10], [1], TODAY)
    assert await departed.delete_expired(TODAY + MONTH) == 1
    assert await kept(state) == [(10, "choice")]
    assert (await PreferenceStore(state).guild_settings(10)).hidden_media == {"music"}
