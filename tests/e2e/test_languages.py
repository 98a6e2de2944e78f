"""A German in a French server: what only they see is German, what all see is French, whoever asks."""

import json
from typing import Any

import discord
import pytest

from bot import language
from bot.client.bot import create_bot
from bot.components.custom_ids import SettingAction
from bot.language import DEFAULT_LOCALE, ENGLISH, pgettext, speaking, spoken_locales
from bot.model.preferences import EVERY_DAY
from bot.render.markdown import Markdown
from bot.render.texts import commands as labels
from bot.render.texts import daily as daily_texts
from bot.render.texts import examples as texts
from bot.render.texts import guessing as guess_texts
from bot.render.texts import settings as setting_texts
from bot.render.texts.commands import command_context, option_context, typed
from bot.settings import Settings
from tests.e2e.conftest import ServerRig
from tests.e2e.guess_rig import GuessRig
from tests.e2e.message_view import buttons, text

GERMAN, FRENCH = "de", "fr"
NAMES_OF_ROOT = {"bigrun", "trope"}


@pytest.fixture(autouse=True)
def german_member_in_french_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every member speak German, in a French server: the simulated Discord knows only English."""
    read: Any = discord.Interaction._from_data

    def in_german(interaction: Any, data: Any) -> None:
        read(interaction, data | {"locale": GERMAN} | ({"guild_locale": FRENCH} if "guild_id" in data else {}))

    monkeypatch.setattr(discord.Interaction, "_from_data", in_german)


def said(text_of: Any, locale: str, *values: Any, **named: Any) -> str:
    """Return what a text is in a language."""
    with speaking(locale):
        return str(text_of(*values, **named))


async def test_what_everyone_sees_is_in_the_language_of_the_server(server: ServerRig) -> None:
    card = await server.ask("show", number=12)
    assert said(texts.example_number, FRENCH, 12) in text(card)
    assert said(texts.ANOTHER_EXAMPLE, FRENCH) in buttons(card)
    assert list(buttons(card)) == list(buttons(await server.ask("show", server.ben, number=12)))


async def test_what_one_member_sees_is_in_their_language(server: ServerRig) -> None:
    card = await server.ask("show", number=12, private=True)
    assert said(texts.example_number, GERMAN, 12) in text(card)
    assert said(texts.SHARE, GERMAN) in buttons(card)


async def test_a_notice_to_a_member_is_in_their_language(server: ServerRig) -> None:
    answer = await server.ask("search", words="qqqqq")
    assert (text(answer), answer.ephemeral) == (said(texts.no_matches, GERMAN, Markdown("qqqqq"), "", []), True)
    failed = await server.ask("show", number=999)
    assert (text(failed), failed.ephemeral) == (said(texts.no_such_number, GERMAN, 999, 60), True)


async def test_a_shared_copy_is_in_the_language_of_the_server(server: ServerRig) -> None:
    card = await server.ask("show", number=12, private=True)
    shared = await server.press(card, said(texts.SHARE, GERMAN))
    assert said(texts.example_number, FRENCH, 12) in text(shared)
    assert text(shared).endswith(f"-# {said(texts.shared_by, FRENCH, Markdown('ann'))}")


async def test_a_public_card_stays_in_its_language_when_pages_turn(server: ServerRig) -> None:
    films = await server.ask("medium", name="film")
    turned = await server.press(films, said(texts.NEXT_PAGE, FRENCH))
    assert said(texts.page_label, FRENCH, 2, 3) in buttons(turned)


async def test_a_note_on_a_public_card_is_in_its_language(server: ServerRig) -> None:
    films = await server.ask("medium", name="film")
    jump = buttons(films)[said(texts.page_label, FRENCH, 1, 3)]["custom_id"]
    turned = await server.fill(films, jump, page="99")
    assert said(texts.no_such_page, FRENCH, Markdown("99"), 3) in text(turned)


async def test_the_server_chooses_the_language_of_what_everyone_sees(server: ServerRig) -> None:
    await server.change_setting(SettingAction.GUILD_LANGUAGE, ["it"])
    assert said(texts.example_number, "it", 12) in text(await server.ask("show", number=12))
    panel = await server.open_settings()
    assert said(setting_texts.language_line, GERMAN, Markdown("Italiano")) in text(panel)


async def test_a_daily_example_is_in_the_language_of_the_server(server: ServerRig) -> None:
    every_day = said(daily_texts.rhythm_name, GERMAN, EVERY_DAY)
    set_up = await server.ask("daily", server.mod, at="0 Uhr 01", zone="UTC", every=every_day)
    assert every_day in text(set_up)
    await server.env.advance_time(90)
    posted = max(server.channel.history(), key=lambda message: message.id)
    body = json.dumps(server.env.backend.get_message(posted.channel.id, posted.id).components, ensure_ascii=False)
    assert said(daily_texts.footer, FRENCH, EVERY_DAY) in body


async def test_a_game_is_played_in_the_language_of_the_server(server: ServerRig) -> None:
    game = GuessRig(server)
    started = await game.start(medium="film")
    assert text(started) == said(guess_texts.STARTED, GERMAN)
    assert said(guess_texts.QUESTION, FRENCH) in game.text


async def test_a_text_names_a_command_as_discord_shows_it(server: ServerRig) -> None:
    name = said(typed, FRENCH, labels.GUESS.name)
    assert name != f"/bigrun {labels.GUESS.name}"
    assert f"**{name}**" in text(await server.ask("scores"))


async def test_media_are_found_by_what_people_call_them(server: ServerRig) -> None:
    for name in ("filme", "películas", "映画"):
        assert said(texts.page_label, FRENCH, 1, 3) in buttons(await server.ask("medium", name=name)), name


async def test_commands_are_registered_in_all_languages(server: ServerRig) -> None:
    [body] = [
        one.json or [] for one in server.env.http_requests if one.method == "PUT" and one.path.endswith("/commands")
    ]
    roots = {one["name"]: one for one in body}
    assert NAMES_OF_ROOT & set(roots)
    for root in NAMES_OF_ROOT & set(roots):
        assert set(roots[root]["name_localizations"] or ()) <= {"en-US"}
        for leaf in roots[root]["options"]:
            path = f"{root} {leaf['name']}"
            by_path = {command_context(path): leaf}
            by_path |= {option_context(path, one["name"]): one for one in leaf.get("options", ())}
            for context, one in by_path.items():
                assert one["name_localizations"]["en-US"] == one["name"]
                assert {"de", "fr", "es-ES", "es-419", "pt-BR", "it", "ja"} <= set(one["description_localizations"])
                for key in ("name", "description"):
                    german = said(pgettext, GERMAN, context, one[key])
                    assert one[f"{key}_localizations"].get(GERMAN, one[key]) == german
                assert all(GERMAN in choice["name_localizations"] for choice in one.get("choices", ()))


async def test_a_bot_reads_all_catalogues_when_it_starts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    there = spoken_locales()
    monkeypatch.setattr(language, "_languages", {DEFAULT_LOCALE: ENGLISH})
    async with create_bot(settings) as bot:
        await bot.setup_hook()
    assert spoken_locales() == there
