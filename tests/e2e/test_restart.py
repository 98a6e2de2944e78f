"""What outlives a restart: cards, shuffles, preferences, settings."""

from dataclasses import replace

import pytest

from bot.components.custom_ids import SettingAction, SettingRequest
from bot.model.preferences import SpoilerMode
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.settings import Settings
from tests.e2e.conftest import ServerRig
from tests.e2e.message_view import number, text, titles, veils

pytestmark = pytest.mark.slow  # each test runs a bot of its own

FILM = Markdown("Film")


async def test_buttons_and_menus_work_after_a_restart(server: ServerRig, settings: Settings) -> None:
    card = await server.ask("medium", name="film")
    await server.restart(settings)
    card = await server.press(card, texts.NEXT_PAGE())
    assert len(titles(card)) == 7
    assert texts.example_number(14) in text(await server.open_entry(card, 0))


async def test_a_shuffle_repeats_nothing_until_all_were_shown(server: ServerRig, settings: Settings) -> None:
    shown = [await server.ask("random", medium="film") for _ in range(12)]
    assert texts.shuffle_position(12, 21, FILM) in text(shown[-1])
    await server.restart(settings)
    shown += [await server.press(shown[-1], texts.ANOTHER_EXAMPLE())]
    shown += [await server.ask("random", member, medium="film") for member in [server.ann, server.ben] * 4]
    assert texts.shuffle_position(21, 21, FILM) in text(shown[-1])
    assert len({number(card) for card in shown}) == 21
    assert texts.shuffle_position(1, 21, FILM) in text(await server.ask("random", medium="film"))


async def test_preferences_outlive_a_restart(server: ServerRig, settings: Settings) -> None:
    card = await server.ask("preferences", seen="Firefly")
    await server.restart(settings)
    card = await server.select(card, SettingRequest(SettingAction.MEMBER_SPOILERS).custom_id, ["veil"])
    assert setting_texts.spoiler_line(SpoilerMode.WHOLE_CARD) in text(card)
    assert setting_texts.seen_works_line([Markdown("Firefly")]) in text(card)


async def test_a_deletion_outlives_a_restart(server: ServerRig, settings: Settings) -> None:
    await server.ask("random", private=True)
    card = await server.ask("preferences", seen="Firefly")
    await server.press(await server.press(card, setting_texts.FORGET_ME()), setting_texts.FORGET_NOW())
    await server.restart(settings)
    card = await server.ask("preferences")
    assert setting_texts.seen_works_line([]) in text(card)
    assert texts.shuffle_position(1, 60, Markdown("Big Heroic Run")) in text(await server.ask("random", private=True))


async def test_settings_outlive_a_restart(server: ServerRig, settings: Settings) -> None:
    card = await server.change_setting(SettingAction.GUILD_SPOILERS, ["veil"])
    await server.restart(settings)
    assert veils(await server.ask("show", number=42)) == [False, True, False]
    card = await server.select(card, SettingRequest(SettingAction.GUILD_MEDIA).custom_id, ["music"], server.mod)
    assert setting_texts.hidden_media_line([Markdown("Music")]) in text(card)


async def test_each_command_is_offered_once_after_developing(server: ServerRig, settings: Settings) -> None:
    def offered() -> list[str]:
        shown = server.env.backend.visible_commands(user_id=server.ann.id, channel_id=server.channel.id)
        return [command["name"] for command in shown]

    await server.restart(replace(settings, dev_guild_id=server.guild.id))
    assert offered() == ["bigrun", "bigrun"]
    await server.restart(settings)
    assert offered() == ["bigrun"]
