"""`/bigrun settings`: what the moderators of a server choose changes every answer there, and none elsewhere."""

from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle

from bot.client.bot import TropeBot, create_bot
from bot.components.custom_ids import SettingAction, SettingRequest
from bot.model import work_ref
from bot.preferences import MAX_LISTED_WORKS
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.settings import Settings
from bot.state.preferences import PreferenceStore
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig, open_server
from tests.e2e.restarts import restart

SPOILERS = SettingRequest(SettingAction.GUILD_SPOILERS).custom_id
ALONE = SettingRequest(SettingAction.GUILD_PRIVATE, "yes").custom_id
MEDIA = SettingRequest(SettingAction.GUILD_MEDIA).custom_id
CHANNELS = SettingRequest(SettingAction.GUILD_CHANNELS).custom_id
ASK_HIDE = SettingRequest(SettingAction.GUILD_ASK_HIDE).custom_id
ASK_SEEN = SettingRequest(SettingAction.MEMBER_ASK_SEEN).custom_id
UNHIDE = SettingRequest(SettingAction.GUILD_UNHIDE).custom_id


async def settings_of(server: ServerRig) -> Any:
    return await server.ask("settings", member=server.mod)


async def set_to(server: ServerRig, custom_id: str, values: list[Any]) -> Any:
    return await server.select(await settings_of(server), custom_id, values, server.mod)


async def test_the_card_shows_everything_to_the_moderator_alone(server: ServerRig) -> None:
    card = await settings_of(server)
    assert card.ephemeral
    assert message_view.text(card).splitlines()[:5] == [
        "## 🎛️ Settings for this server",
        "**Spoilers:** behind spoiler tags",
        "**Answers:** everyone sees them, unless a command says otherwise",
        "**Public answers:** in every channel",
        "**Hidden here:** nothing",
    ]


async def test_who_may_not_manage_the_server_neither_sees_nor_changes_anything(server: ServerRig) -> None:
    assert message_view.text(await server.ask("settings")) == setting_texts.MANAGERS_ONLY
    card = await server.ask("preferences")
    stored = server.env.backend.get_message(card.channel_id, card.id)
    button = next(c for c in message_view.walk(stored.components) if c["type"] == 2)
    button["custom_id"] = ALONE
    refused = await server.press(card, ALONE)
    assert (refused.ephemeral, message_view.text(refused)) == (True, setting_texts.MANAGERS_ONLY)
    assert not (await server.ask("random")).ephemeral


async def test_in_a_direct_message_there_is_nothing_to_manage(server: ServerRig) -> None:
    answer = (await server.env.create_user("cleo").slash("bigrun settings")).response
    assert answer is not None
    assert message_view.text(answer) == setting_texts.NO_SERVER


async def test_a_spoiler_mode_counts_at_once_for_everyone_here_and_for_nobody_elsewhere(server: ServerRig) -> None:
    card = await set_to(server, SPOILERS, ["veil"])
    assert "**Spoilers:** the whole card hidden" in message_view.text(card)
    assert (await server.ask("show", number=42)).components[0]["spoiler"]
    other = open_server(server.env, "Other Club", "cat", "dan", "eve")
    assert not (await other.ask("show", number=42)).components[0]["spoiler"]
    await set_to(server, SPOILERS, ["skip"])
    assert message_view.text(await server.ask("show", number=42)) == texts.SPOILERS_EXCLUDED


async def test_a_member_can_be_stricter_than_the_server_but_not_less_strict(server: ServerRig) -> None:
    await set_to(server, SPOILERS, ["veil"])
    mine = SettingRequest(SettingAction.MEMBER_SPOILERS).custom_id
    await server.select(await server.ask("preferences"), mine, ["tags"])
    assert (await server.ask("show", number=42)).components[0]["spoiler"]
    await server.select(await server.ask("preferences"), mine, ["skip"])
    assert message_view.text(await server.ask("show", number=42)) == texts.SPOILERS_EXCLUDED


async def test_media_never_shown_are_in_no_answer_and_no_offer(server: ServerRig) -> None:
    old = await server.ask("medium", name="music")
    another = await server.ask("random", medium="film")
    card = await set_to(server, MEDIA, ["music", "film-live-action", "film-animation"])
    assert "**Hidden here:** Film — Live-Action, Film — Animation, Music" in message_view.text(card)
    assert message_view.text(await server.ask("medium", name="music")) == texts.HIDDEN_BY_SERVER
    assert message_view.text(await server.ask("random", medium="film")) == texts.HIDDEN_BY_SERVER
    assert "No examples for" in message_view.text(await server.ask("search", words="song", medium="music"))
    offered = await server.ann.autocomplete(server.channel, "bigrun medium", "name", "")
    assert "music" not in [choice["value"] for choice in offered]
    about = message_view.text(await server.ask("about"))
    assert "🎵 Music" not in about
    assert "Film —" not in about
    opened = await server.choose(old, message_view.menu(old)["options"][0]["value"])
    assert message_view.text(opened) == texts.HIDDEN_BY_SERVER
    pressed = await server.press(another, message_view.buttons(another)["Another"]["custom_id"])
    assert message_view.text(pressed) == texts.HIDDEN_BY_SERVER
    drawn = [await server.ask("random") for _ in range(45)]
    assert not {message_view.medium(card) for card in drawn} & {"Music", "Film — Live-Action", "Film — Animation"}


async def test_works_never_shown_are_hidden_by_title_and_shown_again(server: ServerRig) -> None:
    card = await server.fill(await settings_of(server), ASK_HIDE, server.mod, title="firefly")
    assert "**Hidden here:** Firefly" in message_view.text(card)
    assert message_view.text(await server.ask("work", title="Firefly")) == texts.HIDDEN_BY_SERVER
    assert message_view.text(await server.ask("show", number=42)) == texts.HIDDEN_BY_SERVER
    offered = await server.ann.autocomplete(server.channel, "bigrun work", "title", "firef")
    assert work_ref("Firefly") not in [choice["value"] for choice in offered]
    found = await server.ask("search", words="firefly")
    assert found.ephemeral
    assert "Firefly" not in message_view.buttons(found)
    card = await server.select(card, UNHIDE, [work_ref("Firefly")], server.mod)
    assert "**Hidden here:** nothing" in message_view.text(card)
    assert "Firefly" in message_view.text(await server.ask("work", title="Firefly"))


async def test_a_title_that_is_not_known_is_answered_with_the_nearest_ones_to_press(server: ServerRig) -> None:
    hint = await server.fill(await settings_of(server), ASK_HIDE, server.mod, title="fierfly")
    assert "Did you mean **Firefly**" in message_view.text(hint)
    card = await server.press(hint, message_view.buttons(hint)["Firefly"]["custom_id"], server.mod)
    assert "**Hidden here:** Firefly" in message_view.text(card)


async def test_private_by_default_is_for_the_whole_server_unless_a_member_says_otherwise(server: ServerRig) -> None:
    card = await server.press(await settings_of(server), ALONE, server.mod)
    assert "**Answers:** only the member who asks sees them" in message_view.text(card)
    assert (await server.ask("random")).ephemeral
    assert not (await server.ask("random", private=False)).ephemeral


async def test_outside_the_public_channels_answers_are_private_and_cannot_be_shared(server: ServerRig) -> None:
    elsewhere = server.env.guild.create_text_channel("elsewhere")
    before = await server.ask("medium", name="film")
    card = await set_to(server, CHANNELS, [elsewhere])
    assert f"**Public answers:** only in <#{elsewhere.id}>" in message_view.text(card)
    private = await server.ask("random", private=False)
    assert private.ephemeral
    assert "Share here" not in message_view.buttons(private)
    public = (await server.ann.slash(elsewhere, "bigrun random")).response
    assert public is not None
    assert not public.ephemeral
    # Cards from before: another page comes privately, and what is on its way to be shared is not.
    turned = await server.press(before, message_view.buttons(before)["Next ▸"]["custom_id"])
    assert (turned.ephemeral, turned.id != before.id) == (True, True)
    back = await set_to(server, CHANNELS, [])
    assert "**Public answers:** in every channel" in message_view.text(back)
    assert not (await server.ask("random")).ephemeral


async def test_a_share_button_from_before_does_nothing_where_answers_became_private(server: ServerRig) -> None:
    private = await server.ask("random", private=True)
    elsewhere = server.env.guild.create_text_channel("elsewhere")
    await set_to(server, CHANNELS, [elsewhere])
    answer = await server.press(private, message_view.buttons(private)["Share here"]["custom_id"])
    assert (answer.ephemeral, message_view.text(answer)) == (True, texts.CHANNEL_IS_PRIVATE)


async def test_a_thread_of_a_public_channel_is_public(server: ServerRig) -> None:
    await set_to(server, CHANNELS, [server.channel])
    backend = server.env.backend
    thread = ChannelHandle(
        server.env, server.env.guild, backend.create_thread(server.channel.id, "talk", server.ann.id)
    )
    answer = (await server.ann.slash(thread, "bigrun random")).response
    assert answer is not None
    assert not answer.ephemeral


async def test_settings_outlive_a_restart(server: ServerRig, settings: Settings) -> None:
    card = await set_to(server, SPOILERS, ["veil"])
    again = create_bot(settings)
    await restart(server.env, again)
    assert (await server.ask("show", number=42)).components[0]["spoiler"]
    card = await server.select(card, MEDIA, ["music"], server.mod)
    assert "**Hidden here:** Music" in message_view.text(card)
    await again.close()


async def test_who_lost_the_right_to_manage_can_use_the_old_card_no_more(server: ServerRig) -> None:
    role = server.env.guild.create_role("brief", permissions=discord.Permissions(manage_guild=True))
    eve = server.env.guild.add_member(server.env.create_user("eve"), roles=[role])
    card = await server.ask("settings", member=eve)
    server.env.backend.get_guild(server.env.guild.id).members[eve.id].role_ids.clear()
    refused = await server.select(card, SPOILERS, ["skip"], eve)
    assert message_view.text(refused) == setting_texts.MANAGERS_ONLY


@pytest.mark.parametrize(
    "forged",
    ["c1:gx:1", "c1:gr:99999999999999999999", "c1:gh:ffff", "c1:gw:x", "c1:gp:maybe", "c0:gs:", "c1:zz:", "c2:ms:"],
)
async def test_a_forged_or_outdated_control_is_answered_and_changes_nothing(server: ServerRig, forged: str) -> None:
    card = await settings_of(server)
    before = message_view.text(card)
    stored = server.env.backend.get_message(card.channel_id, card.id)
    button = next(c for c in message_view.walk(stored.components) if c["type"] == 2)
    button["custom_id"] = forged
    answer = await server.press(card, forged, server.mod)
    assert answer.ephemeral
    assert message_view.text(await settings_of(server)) == before


async def test_where_only_the_member_has_the_bot_there_is_nothing_to_manage(
    server: ServerRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.Interaction, "is_user_integration", lambda _: True)
    assert message_view.text(await settings_of(server)) == setting_texts.NOT_A_MEMBER


TYPOS = [
    pytest.param("random", {"work": "fierfly"}, None, id="random of a work"),
    pytest.param("random", {"medium": "video gaems"}, None, id="random of a medium"),
    pytest.param("medium", {"name": "video gaems"}, None, id="a medium's list"),
    pytest.param("work", {"title": "fierfly"}, None, id="a work's list"),
    pytest.param("preferences", {"seen": "fierfly"}, None, id="a work that a member knows"),
    pytest.param("preferences", {}, ASK_SEEN, id="the form for a work that a member knows"),
    pytest.param("settings", {}, ASK_HIDE, id="the form for a work to hide"),
    pytest.param("daily", {"at": "6:00", "zone": "UTC", "work": "fierfly"}, None, id="a daily of a work"),
    pytest.param("daily", {"at": "6:00", "zone": "UTC", "medium": "video gaems"}, None, id="a daily of a medium"),
]


@pytest.mark.parametrize(("command", "options", "form"), TYPOS)
async def test_a_typo_never_suggests_what_the_server_hides(
    server: ServerRig, command: str, options: dict[str, str], form: str | None
) -> None:
    async def suggested() -> bool:
        answer = await server.ask(command, server.mod, **options)
        if form:
            answer = await server.fill(answer, form, server.mod, title="fierfly")
        names = [*message_view.buttons(answer), message_view.text(answer)]
        return any("Firefly" in name or "Video Games" in name for name in names)

    assert await suggested()
    await set_to(server, MEDIA, ["video-games"])
    await PreferenceStore(server.env.bot.state).hide_works(server.env.guild.id, [work_ref("Firefly")])  # type: ignore[attr-defined]
    assert not await suggested()


async def test_a_hundred_works_are_all_that_a_server_can_hide_and_it_says_so(server: ServerRig) -> None:
    bot = server.env.bot
    assert isinstance(bot, TropeBot)
    await PreferenceStore(bot.state).hide_works(server.env.guild.id, [f"{n:012x}" for n in range(MAX_LISTED_WORKS)])
    answer = await server.fill(await settings_of(server), ASK_HIDE, server.mod, title="firefly")
    assert message_view.text(answer) == setting_texts.hidden_full()
    assert "Firefly" in message_view.text(await server.ask("work", title="Firefly"))
