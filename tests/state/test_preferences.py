"""Settings of guilds and preferences of members: stored separately, limited, and deleted completely."""

from pathlib import Path
from unittest.mock import AsyncMock

import pytest

from bot.model.preferences import (
    MAX_HIDDEN_TROPES,
    MAX_LISTED_WORKS,
    AnswerPolicy,
    DeletionSummary,
    GuildSettings,
    MemberPreferences,
    SpoilerMode,
)
from bot.state.base import Shuffle, State
from bot.state.location import StateLocation, open_state
from bot.state.preferences import GuildSetting, MemberPreference, PreferenceStore
from bot.state.saved import SavedStore

GUILD, MEMBER = 10, 20


@pytest.fixture
def preferences(state: State) -> PreferenceStore:
    return PreferenceStore(state)


async def test_preferences_survive_a_restart_and_belong_to_one_id(state_location: StateLocation) -> None:
    async with open_state(state_location) as state:
        preferences = PreferenceStore(state)
        await preferences.set_guild_setting(GUILD, GuildSetting.SPOILERS, [SpoilerMode.WHOLE_CARD])
        await preferences.set_guild_setting(GUILD, GuildSetting.CHANNEL, ["5", "6"])
        await preferences.set_guild_setting(GUILD, GuildSetting.MEDIUM, ["music"])
        await preferences.hide(GUILD, GuildSetting.WORK, ["aa", "bb"])
        await preferences.unhide(GUILD, GuildSetting.WORK, ["aa"])
        await preferences.hide(GUILD, GuildSetting.TROPE, ["cc", "aa"])
        await preferences.unhide(GUILD, GuildSetting.TROPE, ["aa"])
        await preferences.set_guild_setting(GUILD, GuildSetting.PRIVATE, ["yes"])
        await preferences.set_member_preference(MEMBER, MemberPreference.SPOILERS, [SpoilerMode.EXCLUDE])
        await preferences.add_seen_works(MEMBER, ["cc", "cc", "dd"])
        await preferences.remove_seen_works(MEMBER, ["dd"])
    async with open_state(state_location) as state:
        guild, member = await PreferenceStore(state).for_answer(GUILD, MEMBER)
        assert guild == GuildSettings(
            SpoilerMode.WHOLE_CARD,
            private_by_default=True,
            hidden_media=frozenset({"music"}),
            hidden_works=frozenset({"bb"}),
            hidden_tropes=frozenset({"cc"}),
            public_channels=frozenset({5, 6}),
        )
        assert member == MemberPreferences(SpoilerMode.EXCLUDE, seen_works=frozenset({"cc"}))
        # A guild and a member may have the same id.
        for unset in ((GUILD + 1, MEMBER + 1), (MEMBER, GUILD)):
            assert await PreferenceStore(state).for_answer(*unset) == (GuildSettings(), MemberPreferences())


async def test_a_new_setting_replaces_the_old_one(preferences: PreferenceStore) -> None:
    for mode in SpoilerMode:
        await preferences.set_guild_setting(GUILD, GuildSetting.SPOILERS, [mode])
        assert (await preferences.guild_settings(GUILD)).spoiler_mode is mode
    await preferences.set_guild_setting(GUILD, GuildSetting.SPOILERS, [])
    assert await preferences.guild_settings(GUILD) == GuildSettings()


async def test_lists_of_works_and_tropes_are_limited(preferences: PreferenceStore) -> None:
    works = [f"{n:012x}" for n in range(MAX_LISTED_WORKS + 50)]
    assert not await preferences.hide(GUILD, GuildSetting.WORK, works)
    assert not await preferences.hide(GUILD, GuildSetting.TROPE, works)
    await preferences.add_seen_works(MEMBER, works)
    guild, member = await preferences.for_answer(GUILD, MEMBER)
    assert (len(guild.hidden_works), len(member.seen_works)) == (MAX_LISTED_WORKS, MAX_LISTED_WORKS)
    assert len(guild.hidden_tropes) == MAX_HIDDEN_TROPES


async def test_deleting_a_member_deletes_and_counts_everything(state: State, preferences: PreferenceStore) -> None:
    choose = AsyncMock(return_value=Shuffle(1, 1, 1, 1, 1))
    for member in (MEMBER, MEMBER + 1):
        await preferences.set_member_preference(member, MemberPreference.PRIVATE, ["yes"])
        await preferences.add_seen_works(member, ["aa", "bb"])
        await state.advance_shuffle(-member, "scope", choose)
        await SavedStore(state).save(member, 7, "ab", "Firefly")
    await state.advance_shuffle(MEMBER, "scope", choose)
    assert await preferences.delete_member_data(MEMBER) == DeletionSummary(1, 2, shuffles=1, saved=1)
    assert await preferences.delete_member_data(MEMBER) == DeletionSummary()
    assert (await preferences.for_answer(0, MEMBER + 1))[1].seen_works == {"aa", "bb"}
    assert (await SavedStore(state).page(MEMBER + 1, 1, 7)).total == 1
    audiences = await state.fetch_all("SELECT audience_id FROM shuffle")
    assert {audience for (audience,) in audiences} == {-MEMBER - 1, MEMBER}


PRIVATE_GUILD, PRIVATE_MEMBER = GuildSettings(private_by_default=True), MemberPreferences(private_by_default=True)


def _public_in(channel_id: int) -> GuildSettings:
    return GuildSettings(public_channels=frozenset({channel_id}))


@pytest.mark.parametrize(
    ("guild", "member", "requested", "private"),
    [
        pytest.param(GuildSettings(), MemberPreferences(), None, False, id="default"),
        pytest.param(PRIVATE_GUILD, MemberPreferences(), None, True, id="the guild's default"),
        pytest.param(GuildSettings(), PRIVATE_MEMBER, None, True, id="the member's default"),
        pytest.param(PRIVATE_GUILD, PRIVATE_MEMBER, False, False, id="public on request"),
        pytest.param(GuildSettings(), MemberPreferences(), True, True, id="private on request"),
        pytest.param(_public_in(7), MemberPreferences(), False, True, id="not a public channel"),
        pytest.param(_public_in(1), MemberPreferences(), False, False, id="a public channel"),
        pytest.param(_public_in(2), MemberPreferences(), None, False, id="a thread's public channel"),
    ],
)
def test_an_answer_is_private_by_request_default_or_channel(
    guild: GuildSettings, member: MemberPreferences, requested: bool | None, private: bool
) -> None:
    policy = AnswerPolicy.combine(guild, member, [1, 2], private=requested)
    assert policy.private is private
    assert policy.shareable is (guild.public_channels != {7})


async def test_deleted_preferences_are_erased_from_the_file(tmp_path: Path) -> None:
    path, work_ref = tmp_path / "state.db", "c0ffee1234567890"
    async with open_state(path) as state:
        preferences = PreferenceStore(state)
        await preferences.add_seen_works(MEMBER, [work_ref])
        await preferences.delete_member_data(MEMBER)
    assert work_ref.encode() not in path.read_bytes()
    assert not path.with_name("state.db-wal").exists()
