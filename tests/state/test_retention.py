"""The data of guilds and channels that are gone is deleted after thirty days, and no other."""

from datetime import UTC, date, datetime, timedelta

from bot.preferences import DailySchedule
from bot.state.base import Shuffle, State
from bot.state.dailies import DailyStore
from bot.state.preferences import GuildSetting, PreferenceStore
from bot.state.retention import RetentionStore

TODAY = date(2026, 5, 1)
MONTH = timedelta(days=30)
DUE = datetime(2026, 5, 1, tzinfo=UTC)


async def start_shuffle(_: Shuffle | None) -> Shuffle:
    return Shuffle(1, 1, 1, 1, 1)


async def add_data(state: State, guild: int, channel: int) -> None:
    await PreferenceStore(state).set_guild_setting(guild, GuildSetting.CHANNEL, [str(channel)])
    await DailyStore(state).save(
        DailySchedule(channel, guild, 1, "UTC", "", "", "", include_spoilers=True, next_due=DUE)
    )
    await state.advance_shuffle(channel, "scope", start_shuffle, guild_id=guild)


async def stored_data(state: State) -> list[tuple[object, ...]]:
    rows = await state.fetch_all(
        "SELECT guild_id, 'setting' FROM guild_setting UNION ALL SELECT guild_id, 'daily' FROM daily"
        " UNION ALL SELECT guild_id, 'shuffle' FROM shuffle ORDER BY 1, 2"
    )
    return [tuple(row) for row in rows]


async def test_guilds_and_channels_with_data_are_checked(state: State) -> None:
    retention = RetentionStore(state)
    assert await retention.guild_ids_to_check(TODAY) == await retention.channel_ids_to_check() == []
    await add_data(state, 10, 1)
    assert await retention.guild_ids_to_check(TODAY) == [10]
    assert await retention.channel_ids_to_check() == [1]


async def test_a_guild_with_only_unused_shuffles_is_checked(state: State) -> None:
    await state.advance_shuffle(1, "scope", start_shuffle, guild_id=10)
    await state.advance_shuffle(2, "scope", start_shuffle)
    drawn = datetime.now(UTC).date()
    assert await RetentionStore(state).guild_ids_to_check(drawn + MONTH) == []
    assert await RetentionStore(state).guild_ids_to_check(drawn + MONTH + timedelta(days=1)) == [10]


async def test_a_missing_guild_is_deleted_after_thirty_days(state: State) -> None:
    retention = RetentionStore(state)
    await add_data(state, 10, 1)
    await add_data(state, 11, 2)
    await retention.record_presence([11], [10], TODAY)
    await retention.record_presence([11], [10], TODAY + timedelta(days=5))
    assert await retention.delete_expired(TODAY + MONTH - timedelta(days=1)) == 0
    assert len(await stored_data(state)) == 6
    assert await retention.delete_expired(TODAY + MONTH) == 1
    assert await stored_data(state) == [(11, "daily"), (11, "setting"), (11, "shuffle")]
    assert await state.fetch_all("SELECT * FROM missing_snowflake") == []


async def test_a_guild_that_returned_is_not_deleted(state: State) -> None:
    retention = RetentionStore(state)
    await add_data(state, 10, 1)
    await retention.record_presence([], [10], TODAY)
    await retention.record_presence([10], [], TODAY + timedelta(days=20))
    await retention.record_presence([], [10], TODAY + timedelta(days=25))
    assert await retention.delete_expired(TODAY + MONTH) == 0


async def test_a_missing_channel_loses_only_its_own_data(state: State) -> None:
    retention = RetentionStore(state)
    await add_data(state, 10, 1)
    await PreferenceStore(state).set_guild_setting(10, GuildSetting.MEDIUM, ["music"])
    await retention.record_presence([10], [1], TODAY)
    assert await retention.delete_expired(TODAY + MONTH) == 1
    assert await stored_data(state) == [(10, "setting")]
    assert (await PreferenceStore(state).guild_settings(10)).hidden_media == {"music"}


async def test_a_shuffle_unused_for_180_days_is_deleted(state: State) -> None:
    await state.advance_shuffle(1, "scope", start_shuffle)
    today = datetime.now(UTC).date()
    remaining = []
    for days in (180, 181):
        await RetentionStore(state).delete_unused_shuffles(today + timedelta(days=days))
        remaining.append(len(await stored_data(state)))
    assert remaining == [1, 0]
