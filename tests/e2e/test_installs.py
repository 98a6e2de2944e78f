"""Where only the member has the bot: in servers that never asked for it, and in direct messages."""

from typing import Any

import discord
import pytest

from bot.client.bot import TropeBot
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig
from tests.e2e.test_private import COMMANDS


@pytest.fixture
def only_the_member(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every interaction one of a member who brought the bot along."""
    monkeypatch.setattr(discord.Interaction, "is_user_integration", lambda _: True)
    monkeypatch.setattr(discord.Interaction, "is_guild_integration", lambda _: False)


async def rounds(server: ServerRig) -> list[tuple[int, int]]:
    bot = server.env.bot
    assert isinstance(bot, TropeBot)
    return [tuple(row) for row in await bot.state.fetch_all("SELECT audience_id, guild_id FROM shuffle")]


async def test_everything_but_managing_works_in_a_server_without_the_bot(
    server: ServerRig, only_the_member: None
) -> None:
    card = await server.ask("random")
    assert "1\u00a0of\u00a060" in message_view.text(card)
    again = await server.press(card, message_view.buttons(card)["Another"]["custom_id"], server.ben)
    assert "2\u00a0of\u00a060" in message_view.text(again)
    assert message_view.titles(await server.ask("medium", name="film"))
    assert "Your preferences" in message_view.text(await server.ask("preferences"))
    for command, options in (("settings", {}), ("daily", {"at": "18:30", "zone": "UTC"})):
        assert "I’m not in this server yet" in message_view.text(await server.ask(command, server.mod, **options))


async def test_a_server_that_the_bot_cannot_ask_about_is_not_kept(server: ServerRig, only_the_member: None) -> None:
    await server.ask("random")
    assert await rounds(server) == [(server.channel.id, 0)]


async def test_a_server_with_the_bot_is_kept_with_its_channels(server: ServerRig) -> None:
    await server.ask("random")
    await server.ask("random", private=True)
    assert set(await rounds(server)) == {(server.channel.id, server.env.guild.id), (-server.ann.id, 0)}


@pytest.mark.parametrize(("command", "options"), [*COMMANDS, ("preferences", {})])
async def test_every_command_of_members_works_in_a_direct_message(
    server: ServerRig, command: str, options: dict[str, Any]
) -> None:
    user = server.env.create_user("cleo")
    answer = (await user.slash(f"bigrun {command}", **options)).response
    assert answer is not None
    assert [c for c in message_view.walk(answer.components) if "custom_id" in c]


async def test_lists_are_turned_and_examples_opened_in_a_direct_message(server: ServerRig) -> None:
    user = server.env.create_user("cleo")
    listed = (await user.slash("bigrun medium", name="film")).response
    assert listed is not None
    turned = (await user.click(listed.message, custom_id=message_view.buttons(listed)["Next ▸"]["custom_id"])).response
    assert turned is not None
    assert turned.id == listed.id
    menu = message_view.menu(turned)
    opened = (await user.select(turned.message, [menu["options"][0]["value"]], custom_id=menu["custom_id"])).response
    assert opened is not None
    assert "No.\u00a014" in message_view.text(opened)


async def test_what_was_drawn_in_a_direct_message_is_kept_for_the_member(server: ServerRig) -> None:
    user = server.env.create_user("cleo")
    await user.slash("bigrun random")
    assert await rounds(server) == [(-user.id, 0)]
