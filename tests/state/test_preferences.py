"""What guilds and members chose, over restarts and apart from each other."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.preferences import (
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

GUILD, OTHER, MEMBER = 10, 11, 20


@pytest.fixture
async def state(state_location: StateLocation) -> AsyncIterator[State]:
    async with open_state(state_location) as state:
        yield state


@pytest.fixture
def choosing(state: State) -> PreferenceStore:
    return PreferenceStore(state)


async def test_unset_preferences_have_defaults(choosing: PreferenceStore) -> None:
    assert await choosing.for_answer(GUILD, MEMBER) == (GuildSettings(), MemberPreferences())


async def test_preferences_survive_a_restart_and_belong_to_one_id(state_location: StateLocation) -> None:
    async with open_state(state_location) as state:
        choosing = PreferenceStore(state)
        await choosing.set_guild_setting(GUILD, GuildSetting.SPOILERS, [SpoilerMode.WHOLE_CARD])
        await choosing.set_guild_setting(GUILD, GuildSetting.CHANNEL, ["5", "6"])
        await choosing.set_guild_setting(GUILD, GuildSetting.MEDIUM, ["music"])
        await choosing.hide_works(GUILD, ["aa", "bb"])
        await choosing.unhide_works(GUILD, ["aa"])
        await choosing.set_guild_setting(GUILD, GuildSetting.PRIVATE, ["yes"])
        await choosing.set_member_preference(MEMBER, MemberPreference.SPOILERS, [SpoilerMode.EXCLUDE])
        await choosing.add_seen_works(MEMBER, ["cc", "cc", "dd"])
        await choosing.remove_seen_works(MEMBER, ["dd"])
    async with open_state(state_location) as state:
        guild, member = await PreferenceStore(state).for_answer(GUILD, MEMBER)
        assert guild == GuildSettings(
            SpoilerMode.WHOLE_CARD,
            private_by_default=True,
            hidden_media=frozenset({"music"}),
            hidden_works=frozenset({"bb"}),
            public_channels=frozenset({5, 6}),
        )
        assert member == MemberPreferences(SpoilerMode.EXCLUDE, seen_works=frozenset({"cc"}))
        assert await PreferenceStore(state).for_answer(OTHER, MEMBER + 1) == (GuildSettings(), MemberPreferences())
        # A guild and a member may have the same id.
        assert await PreferenceStore(state).for_answer(MEMBER, GUILD) == (GuildSettings(), MemberPreferences())


async def test_a_new_setting_replaces_the_old_one(choosing: PreferenceStore) -> None:
    for mode in SpoilerMode:
        await choosing.set_guild_setting(GUILD, GuildSetting.SPOILERS, [mode])
        assert (await choosing.guild_settings(GUILD)).spoiler_mode is mode
    await choosing.set_guild_setting(GUILD, GuildSetting.SPOILERS, [])
    assert await choosing.guild_settings(GUILD) == GuildSettings()


async def test_lists_of_works_are_limited(choosing: PreferenceStore) -> None:
    many = [f"{n:012x}" for n in range(MAX_LISTED_WORKS + 50)]
    await choosing.hide_works(GUILD, many)
    await choosing.add_seen_works(MEMBER, many)
    guild, member = await choosing.for_answer(GUILD, MEMBER)
    assert (len(guild.hidden_works), len(member.seen_works)) == (MAX_LISTED_WORKS, MAX_LISTED_WORKS)


async def test_deleting_a_member_deletes_and_counts_everything(state: State, choosing: PreferenceStore) -> None:
    async def choose(_: Shuffle | None) -> Shuffle:
        return Shuffle(1, 1, 1, 1, 1)

    for member in (MEMBER, MEMBER + 1):
        await choosing.set_member_preference(member, MemberPreference.PRIVATE, ["yes"])
        await choosing.add_seen_works(member, ["aa", "bb"])
        await state.advance_shuffle(-member, "scope", choose)
    await state.advance_shuffle(MEMBER, "scope", choose)
    assert await choosing.delete_member_data(MEMBER) == DeletionSummary(preferences=1, seen=2, shuffles=1)
    assert await choosing.delete_member_data(MEMBER) == DeletionSummary()
    assert (await choosing.for_answer(0, MEMBER + 1))[1].seen_works == {"aa", "bb"}
    left = {(audience,) for (audience,) in await state.fetch_all("SELECT audience_id FROM shuffle")}
    assert left == {(-MEMBER - 1,), (MEMBER,)}


def test_the_stricter_spoiler_mode_applies() -> None:
    guild, member = GuildSettings(SpoilerMode.WHOLE_CARD), MemberPreferences(SpoilerMode.TAGS)
    assert AnswerPolicy.combine(guild, member, [1], private=None).spoiler_mode is SpoilerMode.WHOLE_CARD


@pytest.mark.parametrize(
    ("guild", "member", "asked", "private"),
    [
        (GuildSettings(), MemberPreferences(), None, False),
        (GuildSettings(private_by_default=True), MemberPreferences(), None, True),
        (GuildSettings(), MemberPreferences(private_by_default=True), None, True),
        (GuildSettings(private_by_default=True), MemberPreferences(private_by_default=True), False, False),
        (GuildSettings(), MemberPreferences(), True, True),
        (GuildSettings(public_channels=frozenset({7})), MemberPreferences(), False, True),
        (GuildSettings(public_channels=frozenset({1})), MemberPreferences(), False, False),
        (GuildSettings(public_channels=frozenset({2})), MemberPreferences(), None, False),
    ],
)
def test_an_answer_is_private_by_request_default_or_channel(
    guild: GuildSettings, member: MemberPreferences, asked: bool | None, private: bool
) -> None:
    policy = AnswerPolicy.combine(guild, member, [1, 2], private=asked)
    assert policy.private is private
    assert policy.shareable is (guild.public_channels != {7})


async def test_deleted_preferences_are_erased_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    token = "c0ffee1234567890"
    async with open_state(path) as state:
        choosing = PreferenceStore(state)
        await choosing.add_seen_works(MEMBER, [token])
        await choosing.delete_member_data(MEMBER)
    assert token.encode() not in path.read_bytes()
    assert not path.with_name("state.db-wal").exists()
