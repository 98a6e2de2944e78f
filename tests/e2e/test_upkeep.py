"""What the bot forgets by itself: guilds and channels that Discord does not know any more."""

import logging
from typing import Any, cast

import pytest

from bot.client.bot import TropeBot
from bot.components.custom_ids import SettingAction, SettingRequest
from cogs.background import BackgroundTasks
from tests.e2e import message_view
from tests.e2e.conftest import Club

DAY = 86400.0


def upkeep(club: Club) -> BackgroundTasks:
    bot = club.env.bot
    assert isinstance(bot, TropeBot)
    # The library loads a cog's module anew, so its class is another one.
    return cast("BackgroundTasks", bot.get_cog("BackgroundTasks"))


async def tidy(club: Club, days: int) -> None:
    """Lets some days pass, with the bot tidying up on each."""
    for _ in range(days):
        club.env.backend.clock.advance(DAY)
        with club.env.time_context():
            await upkeep(club).delete_departed_now()


async def choose(club: Club, change: SettingAction, values: list[Any]) -> Any:
    card = await club.ask("settings", member=club.mod)
    return await club.select(card, SettingRequest(change).custom_id, values, club.mod)


async def kept(club: Club) -> int:
    bot = club.env.bot
    assert isinstance(bot, TropeBot)
    return len(await bot.state.rows("SELECT 1 FROM guild_setting UNION ALL SELECT 1 FROM daily"))


async def test_what_is_known_is_kept(club: Club) -> None:
    await choose(club, SettingAction.GUILD_SPOILERS, ["veil"])
    await choose(club, SettingAction.GUILD_CHANNELS, [club.channel])
    await tidy(club, 40)
    assert await kept(club) == 2


async def test_a_guild_that_sent_the_bot_away_is_forgotten_after_thirty_days(
    club: Club, caplog: pytest.LogCaptureFixture
) -> None:
    await choose(club, SettingAction.GUILD_SPOILERS, ["veil"])
    await choose(club, SettingAction.GUILD_CHANNELS, [club.channel])
    await club.ask("daily", club.mod, at="18:30", zone="UTC")
    club.env.inject_error("GET", f"/guilds/{club.env.guild.id}", status=404, code=10004, times=None)
    await tidy(club, 30)
    assert await kept(club) == 3
    with caplog.at_level(logging.INFO):
        await tidy(club, 1)
    assert await kept(club) == 0
    assert "Forgot 1 of the servers and channels" in caplog.text


async def test_a_deleted_channel_is_forgotten_after_thirty_days_and_the_rest_is_kept(club: Club) -> None:
    await choose(club, SettingAction.GUILD_SPOILERS, ["veil"])
    await club.ask("daily", club.mod, at="18:30", zone="UTC")
    club.env.inject_error("GET", f"/channels/{club.channel.id}", status=404, code=10003, times=None)
    await tidy(club, 31)
    card = await club.ask("settings", member=club.mod)
    assert "Daily at" not in message_view.text(card)
    assert "the whole card hidden" in message_view.text(card)


@pytest.mark.parametrize("status", [403, 500])
async def test_an_answer_that_says_nothing_deletes_nothing(club: Club, status: int) -> None:
    await choose(club, SettingAction.GUILD_SPOILERS, ["veil"])
    club.env.inject_error("GET", "/guilds/*", status=status, code=50001, times=None)
    await tidy(club, 40)
    assert await kept(club) == 1
