"""`/bigrun settings`: what moderators choose changes every answer in their server, and in no other."""

import pytest
from simcord.builders import ChannelHandle

from bot.components.custom_ids import SettingAction, SettingRequest
from bot.model.names import work_ref
from bot.model.preferences import MAX_LISTED_WORKS, SpoilerMode
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.state.preferences import GuildSetting, PreferenceStore
from tests.e2e.conftest import ServerRig, open_server, shared_env
from tests.e2e.message_view import buttons, medium, text, veils

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env

ASK_HIDE = SettingRequest(SettingAction.GUILD_ASK_HIDE).custom_id
ASK_SEEN = SettingRequest(SettingAction.MEMBER_ASK_SEEN).custom_id
UNHIDE = SettingRequest(SettingAction.GUILD_UNHIDE).custom_id
FIREFLY = work_ref("Firefly")
HIDES_FIREFLY = setting_texts.hidden_works_line([Markdown("Firefly")])
REFUSED = (True, setting_texts.MANAGERS_ONLY())


async def test_settings_require_manage_server(server: ServerRig) -> None:
    assert text(await server.ask("settings")) == setting_texts.MANAGERS_ONLY()
    private = SettingRequest(SettingAction.GUILD_PRIVATE, "yes")
    refused = await server.forge(await server.ask("preferences"), private.custom_id)
    assert (refused.ephemeral, text(refused)) == REFUSED
    assert not (await server.ask("random")).ephemeral


async def test_a_former_moderator_cannot_use_an_old_card(server: ServerRig) -> None:
    card = await server.open_settings()
    server.env.backend.get_guild(server.guild.id).members[server.mod.id].role_ids.clear()
    refused = await server.select(card, SettingRequest(SettingAction.GUILD_SPOILERS).custom_id, ["skip"], server.mod)
    assert (refused.ephemeral, text(refused)) == REFUSED


async def test_a_spoiler_mode_applies_to_one_server(server: ServerRig) -> None:
    card = await server.change_setting(SettingAction.GUILD_SPOILERS, ["veil"])
    assert setting_texts.spoiler_line(SpoilerMode.WHOLE_CARD) in text(card)
    assert veils(await server.ask("show", number=42)) == [False, True, False]
    assert veils(await open_server(server.env).ask("show", number=42)) == [False]
    await server.change_setting(SettingAction.GUILD_SPOILERS, ["skip"])
    assert text(await server.ask("show", number=42)) == texts.spoilers_excluded(by_server=True)


async def test_the_stricter_of_member_and_server_wins(server: ServerRig) -> None:
    await server.change_setting(SettingAction.GUILD_SPOILERS, ["veil"])
    preference = SettingRequest(SettingAction.MEMBER_SPOILERS).custom_id
    await server.select(await server.ask("preferences"), preference, ["tags"])
    assert veils(await server.ask("show", number=42)) == [False, True, False]
    await server.select(await server.ask("preferences"), preference, ["skip"])
    assert text(await server.ask("show", number=42)) == texts.spoilers_excluded(by_server=False)


async def test_hidden_media_are_in_no_answer_or_suggestion(server: ServerRig) -> None:
    names = ["Film — Live-Action", "Film — Animation", "Music"]
    old_list = await server.ask("medium", name="music")
    old_card = await server.ask("random", medium="film")
    card = await server.change_setting(SettingAction.GUILD_MEDIA, ["music", "film-live-action", "film-animation"])
    assert setting_texts.hidden_media_line([Markdown(name) for name in names]) in text(card)
    for refused in (
        await server.ask("medium", name="music"),
        await server.ask("random", medium="film"),
        await server.open_entry(old_list, 0),
        await server.press(old_card, texts.ANOTHER_EXAMPLE()),
    ):
        assert text(refused) == texts.HIDDEN_BY_SERVER()
    found = text(await server.ask("search", words="song", medium="music"))
    assert found.startswith(texts.no_matches(Markdown("song"), Markdown("Music"), []).split("**")[0])
    assert "music" not in await server.offered("medium", "name", "")
    about = text(await server.ask("about"))
    assert not [name for name in ("🎵 Music", "Film —") if name in about]
    assert not {medium(await server.ask("random")) for _ in range(45)} & set(names)


async def test_answers_outside_public_channels_are_private(server: ServerRig) -> None:
    elsewhere = server.guild.create_text_channel("elsewhere")
    old_list = await server.ask("medium", name="film")
    old_private = await server.ask("random", private=True)
    card = await server.change_setting(SettingAction.GUILD_CHANNELS, [elsewhere])
    assert setting_texts.channels_line([elsewhere.id]) in text(card)
    private = await server.ask("random", private=False)
    assert private.ephemeral
    assert texts.SHARE() not in buttons(private)
    assert not (await server.ask("random", location=elsewhere)).ephemeral
    turned = await server.press(old_list, texts.NEXT_PAGE())
    assert (turned.ephemeral, turned.id != old_list.id) == (True, True)
    shared = await server.press(old_private, texts.SHARE())
    assert (shared.ephemeral, text(shared)) == (True, texts.CHANNEL_IS_PRIVATE())
    assert setting_texts.channels_line([]) in text(await server.change_setting(SettingAction.GUILD_CHANNELS, []))
    assert not (await server.ask("random")).ephemeral


async def test_a_thread_of_a_public_channel_is_public(server: ServerRig) -> None:
    await server.change_setting(SettingAction.GUILD_CHANNELS, [server.channel])
    thread = server.env.backend.create_thread(server.channel.id, "talk", server.ann.id)
    answer = await server.ask("random", location=ChannelHandle(server.env, server.guild, thread))
    assert not answer.ephemeral


@pytest.mark.parametrize(
    "forged",
    ["c1:gx:1", "c1:gr:99999999999999999999", "c1:gh:ffff", "c1:gw:x", "c1:gp:maybe", "c0:gs:", "c1:zz:", "c2:ms:"],
)
async def test_a_forged_button_changes_nothing(server: ServerRig, forged: str) -> None:
    card = await server.open_settings()
    before = text(card)
    assert (await server.forge(card, forged, server.mod)).ephemeral
    assert text(await server.open_settings()) == before


@pytest.mark.parametrize(
    ("command", "options", "modal"),
    [
        pytest.param("random", {"work": "fierfly"}, None, id="an example from a work"),
        pytest.param("random", {"medium": "video gaems"}, None, id="an example from a medium"),
        pytest.param("medium", {"name": "video gaems"}, None, id="a medium's list"),
        pytest.param("work", {"title": "fierfly"}, None, id="a work's list"),
        pytest.param("preferences", {"seen": "fierfly"}, None, id="a seen work"),
        pytest.param("preferences", {}, ASK_SEEN, id="a seen work in a modal"),
        pytest.param("settings", {}, ASK_HIDE, id="a work to hide"),
        pytest.param("daily", {"at": "6:00", "zone": "UTC", "work": "fierfly"}, None, id="a daily of a work"),
        pytest.param("daily", {"at": "6:00", "zone": "UTC", "medium": "video gaems"}, None, id="a daily of a medium"),
    ],
)
async def test_a_typo_never_suggests_what_the_server_hides(
    server: ServerRig, command: str, options: dict[str, str], modal: str | None
) -> None:
    async def is_suggested() -> bool:
        answer = await server.ask(command, server.mod, **options)
        if modal:
            answer = await server.fill(answer, modal, server.mod, title="fierfly")
        names = [*buttons(answer), text(answer).partition("Did you mean")[2].partition("\n")[0]]
        return any("Firefly" in name or "Video Games" in name for name in names)

    assert await is_suggested()
    await server.change_setting(SettingAction.GUILD_MEDIA, ["video-games"])
    await PreferenceStore(server.bot.state).hide(server.guild.id, GuildSetting.WORK, [FIREFLY])
    assert not await is_suggested()


async def test_a_server_can_hide_a_limited_number_of_works(server: ServerRig) -> None:
    refs = [f"{number:012x}" for number in range(MAX_LISTED_WORKS)]
    await PreferenceStore(server.bot.state).hide(server.guild.id, GuildSetting.WORK, refs)
    answer = await server.fill(await server.open_settings(), ASK_HIDE, server.mod, title="firefly")
    assert setting_texts.hidden_works_full() in text(answer)
    assert "Firefly" in text(await server.ask("work", title="Firefly"))
