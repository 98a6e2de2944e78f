"""What the bot forgets by itself: guilds and channels that Discord does not know any more."""

import logging
from typing import Any, cast

import pytest

from bot.client.bot import TropeBot
from bot.components.custom_ids import SettingAction, SettingRequest
from cogs.background import BackgroundTasks
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig

DAY = 86400.0


def upkeep(server: ServerRig) -> BackgroundTasks:
    bot = server.env.bot
    assert isinstance(bot, TropeBot)
    # The library loads a cog's module anew, so its class is another one.
    return cast("BackgroundTasks", bot.get_cog("BackgroundTasks"))


async def tidy(server: ServerRig, days: int) -> None:
    """Lets some days pass, with the bot tidying up on each."""
    for _ in range(days):
        server.env.backend.clock.advance(DAY)
        with server.env.time_context():
            await upkeep(server).delete_departed_now()


async def choose(server: ServerRig, change: SettingAction, values: list[Any]) -> Any:
    card = await server.ask("settings", member=server.mod)
    return await server.select(card, SettingRequest(change).custom_id, values, server.mod)


async def kept(server: ServerRig) -> int:
    bot = server.env.bot
    assert isinstance(bot, TropeBot)
    return len(await bot.state.fetch_all("SELECT 1 FROM guild_setting UNION ALL SELECT 1 FROM daily"))


async def test_what_is_known_is_kept(server: ServerRig) -> None:
    await choose(server, SettingAction.GUILD_SPOILERS, ["veil"])
    await choose(server, SettingAction.GUILD_CHANNELS, [server.channel])
    await tidy(server, 40)
    assert await kept(server) == 2


async def test_a_guild_that_sent_the_bot_away_is_forgotten_after_thirty_days(
    server: ServerRig, caplog: pytest.LogCaptureFixture
) -> None:
    await choose(server, SettingAction.GUILD_SPOILERS, ["veil"])
    await choose(server, SettingAction.GUILD_CHANNELS, [server.channel])
    await server.ask("daily", server.mod, at="18:30", zone="UTC")
    server.env.inject_error("GET", f"/guilds/{server.env.guild.id}", status=404, code=10004, times=None)
    await tidy(server, 30)
    assert await kept(server) == 3
    with caplog.at_level(logging.INFO):
        await tidy(server, 1)
    assert await kept(server) == 0
    assert "gone for 30 days: 1." in caplog.text


async def test_a_deleted_channel_is_forgotten_after_thirty_days_and_the_rest_is_kept(server: ServerRig) -> None:
    await choose(server, SettingAction.GUILD_SPOILERS, ["veil"])
    await server.ask("daily", server.mod, at="18:30", zone="UTC")
    server.env.inject_error("GET", f"/channels/{server.channel.id}", status=404, code=10003, times=None)
    await tidy(server, 31)
    card = await server.ask("settings", member=server.mod)
    assert "Daily at" not in message_view.text(card)
    assert "the whole card hidden" in message_view.text(card)


@pytest.mark.parametrize("status", [403, 500])
async def test_an_answer_that_says_nothing_deletes_nothing(server: ServerRig, status: int) -> None:
    await choose(server, SettingAction.GUILD_SPOILERS, ["veil"])
    server.env.inject_error("GET", "/guilds/*", status=status, code=50001, times=None)
    await tidy(server, 40)
    assert await kept(server) == 1
