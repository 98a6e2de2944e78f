"""`/bigrun help`, and the one hint to it."""

from typing import Any

import discord
import pytest

from bot.conversation import help as help_module
from bot.errors import DatabaseError
from bot.language import speaking, spoken_locales
from bot.render.texts import examples as example_texts
from bot.render.texts import help as texts
from bot.render.texts import settings as setting_texts
from bot.state.hints import HintStore
from tests.e2e.conftest import ServerRig, shared_env
from tests.e2e.message_view import buttons, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env

HINT = "shows what I can do."
STORED = "SELECT guild_id, user_id FROM help_hint WHERE guild_id = ? OR user_id = ?"


@pytest.fixture(autouse=True)
def without_hints() -> None:
    """Give hints, in the place of the fixture that leaves them out."""


@pytest.fixture
def user_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.Interaction, "is_user_integration", lambda _: True)
    monkeypatch.setattr(discord.Interaction, "is_guild_integration", lambda _: False)


async def stored(server: ServerRig, member: Any) -> list[tuple[int, int]]:
    return [tuple(row) for row in await server.bot.state.fetch_all(STORED, (server.guild.id, member.id))]


async def test_help_links_to_commands(server: ServerRig) -> None:
    card = await server.ask("help")
    command_id = server.bot.command_links._ids["bigrun"]
    assert f"</bigrun random:{command_id}>" in text(card)
    assert (card.ephemeral, "Set me up" in text(card)) == (True, False)
    invite = f"https://discord.com/oauth2/authorize?client_id={server.bot.application_id}"
    assert buttons(card)[texts.ADD_ME()]["url"].startswith(invite)
    assert "on the page" in text(await server.press(card, example_texts.RANDOM_BUTTON()))


@pytest.mark.parametrize("installed", [True, False])
async def test_only_moderators_of_its_servers_are_told_how_to_set_up(
    server: ServerRig, installed: bool, request: pytest.FixtureRequest
) -> None:
    if not installed:
        request.getfixturevalue("user_install")
    assert ("Set me up" in text(await server.ask("help", server.mod))) is installed


async def test_help_names_commands_whose_ids_are_unknown(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse() -> Any:
        raise discord.DiscordServerError(type("Response", (), {"status": 500, "reason": ""})(), "")

    links = server.bot.command_links
    monkeypatch.setattr(links, "_ids", {})
    monkeypatch.setattr(links, "_fetch", refuse)
    assert "`/bigrun random`" in text(await server.ask("help"))
    monkeypatch.setattr(links, "_fetch", server.bot.tree.fetch_commands)
    assert "`/bigrun random`" in text(await server.ask("help"))  # asked again after a minute
    monkeypatch.setattr(links, "_retry_at", 0.0)
    assert "</bigrun random:" in text(await server.ask("help"))


async def test_the_projects_own_links_have_buttons(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> None:
    class Project(dict[str, str]):
        def get_all(self, _: str) -> list[str]:
            return ["Source, https://git.example/bigrun", "Privacy, https://git.example/privacy", "Other, https://x"]

    monkeypatch.setattr(help_module, "metadata", lambda _: Project(Version="1.2.3"))
    card = await server.ask("help")
    assert list(buttons(card)) == [
        example_texts.RANDOM_BUTTON(),
        texts.ADD_ME(),
        texts.SOURCE(),
        texts.PRIVACY_POLICY(),
    ]
    assert "Big Run 1.2.3" in text(card)


async def test_the_first_answer_in_a_server_has_a_hint(server: ServerRig) -> None:
    first = await server.ask("medium", name="film")
    assert HINT in text(first).splitlines()[-1]
    assert await stored(server, server.ann) == [(server.guild.id, 0)]
    for later in (await server.press(first, example_texts.NEXT_PAGE()), await server.ask("random", server.ben)):
        assert HINT not in text(later)


async def test_a_hint_is_known_in_each_language_with_and_without_a_link() -> None:
    for locale in spoken_locales():
        with speaking(locale):
            assert help_module.is_hint(texts.hint(texts.command_link("help", 7)))
            assert help_module.is_hint(texts.hint(texts.command_link("help", None)))
    assert not help_module.is_hint(texts.command_link("daily", 7))


async def test_a_user_install_in_a_server_gets_no_hint(server: ServerRig, user_install: None) -> None:
    assert HINT not in text(await server.ask("random"))
    assert await stored(server, server.ann) == []


async def test_the_hint_in_direct_messages_is_forgotten_with_the_member(server: ServerRig) -> None:
    cleo = server.env.create_user("cleo")
    answers = [(await cleo.slash("bigrun about")).response for _ in range(2)]
    assert [HINT in text(answer) for answer in answers] == [True, False]
    assert await stored(server, cleo) == [(0, cleo.id)]
    preferences = (await cleo.slash("bigrun preferences")).response
    assert preferences
    asked = (await cleo.click(preferences.message, label=setting_texts.FORGET_ME())).response
    assert asked
    deleted = (await cleo.click(asked.message, label=setting_texts.FORGET_NOW())).response
    assert "1 hint I gave you" in text(deleted)
    assert await stored(server, cleo) == []


async def test_an_answer_does_not_wait_for_a_hint_that_cannot_be_stored(
    server: ServerRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: int) -> bool:
        raise DatabaseError("gone")

    monkeypatch.setattr(HintStore, "claim", fail)
    assert HINT not in text(await server.ask("random"))
