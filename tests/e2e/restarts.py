"""A bot that is started again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import simcord

from bot.client.bot import TropeBot, create_bot
from bot.settings import Settings


async def restart(env: simcord.Env, bot: TropeBot) -> None:
    """Ends the bot and starts another in its place, as a host does; the simulated Discord does not end it by itself."""
    assert isinstance(env.bot, TropeBot)
    await env.bot.close()
    await env.restart_bot(bot)


@asynccontextmanager
async def restarted(env: simcord.Env, settings: Settings) -> AsyncIterator[TropeBot]:
    """Starts a bot with other settings in the place of the one that is there, for the time of the block."""
    bot = create_bot(settings, rate_limit=(10_000, 20.0))
    try:
        await restart(env, bot)
        yield bot
    finally:
        await bot.close()
