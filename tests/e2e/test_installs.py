"""A bot that only the member installed: in servers that never asked for it, and in direct messages."""

from typing import Any

import discord
import pytest

from bot.model.preferences import PrivacyReason
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from tests.e2e.conftest import ServerRig, shared_env
from tests.e2e.message_view import text, titles, walk
from tests.e2e.test_private import COMMANDS

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env

HOME = Markdown("Big Heroic Run")


@pytest.fixture
def user_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every interaction one of a member who installed the bot."""
    monkeypatch.setattr(discord.Interaction, "is_user_integration", lambda _: True)
    monkeypatch.setattr(discord.Interaction, "is_guild_integration", lambda _: False)
    monkeypatch.setattr(discord.Interaction, "permissions", discord.Permissions(use_external_apps=True))


async def test_where_apps_cannot_post_the_answer_is_private_and_says_so(
    server: ServerRig, user_install: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.Interaction, "permissions", discord.Permissions())
    card = await server.ask("random")
    assert card.ephemeral
    assert text(card).endswith(texts.why_private(PrivacyReason.NO_APPS))
    assert await shuffles(server, server.channel.id, -server.ann.id) == [(-server.ann.id, 0)]


async def shuffles(server: ServerRig, *audience_ids: int) -> list[tuple[int, int]]:
    sql = "SELECT audience_id, guild_id FROM shuffle WHERE audience_id = ?"
    return [tuple(row) for audience in audience_ids for row in await server.bot.state.fetch_all(sql, (audience,))]


async def test_a_user_install_works_in_any_server(server: ServerRig, user_install: None) -> None:
    card = await server.ask("random")
    assert texts.shuffle_position(1, 60, HOME) in text(card)
    again = await server.press(card, texts.ANOTHER_EXAMPLE(), server.ben)
    assert texts.shuffle_position(2, 60, HOME) in text(again)
    assert titles(await server.ask("medium", name="film"))
    assert setting_texts.PREFERENCES_TITLE() in text(await server.ask("preferences"))


@pytest.mark.parametrize(
    ("command", "options"), [("settings", {}), ("guess", {}), ("scores", {}), ("daily", {"at": "18:30", "zone": "UTC"})]
)
async def test_a_user_install_neither_manages_nor_plays(
    server: ServerRig, user_install: None, command: str, options: dict[str, str]
) -> None:
    assert text(await server.ask(command, server.mod, **options)) == setting_texts.NOT_A_MEMBER()


async def test_a_user_install_does_not_store_the_server(server: ServerRig, user_install: None) -> None:
    await server.ask("random")
    assert await shuffles(server, server.channel.id) == [(server.channel.id, 0)]


async def test_a_guild_install_stores_the_server_of_a_channel(server: ServerRig) -> None:
    await server.ask("random")
    await server.ask("random", private=True)
    stored = await shuffles(server, server.channel.id, -server.ann.id)
    assert stored == [(server.channel.id, server.guild.id), (-server.ann.id, 0)]


@pytest.mark.parametrize(("command", "options"), [*COMMANDS, ("preferences", {})])
async def test_commands_of_members_work_in_direct_messages(
    server: ServerRig, command: str, options: dict[str, Any]
) -> None:
    answer = (await server.env.create_user("cleo").slash(f"bigrun {command}", **options)).response
    assert answer is not None
    assert [c for c in walk(answer.components) if "custom_id" in c]


async def test_a_shuffle_in_direct_messages_belongs_to_the_member(server: ServerRig) -> None:
    cleo = server.env.create_user("cleo")
    card = (await cleo.slash("bigrun random", medium="real life")).response
    assert "Real Life" in text(card)
    assert await shuffles(server, -cleo.id) == [(-cleo.id, 0)]
