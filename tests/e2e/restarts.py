"""A bot that is started again."""

import simcord

from bot.app import TropeBot


async def restart(env: simcord.Env, bot: TropeBot) -> None:
    """Ends the bot and starts another in its place, as a host does; the simulated Discord does not end it by itself."""
    assert isinstance(env.bot, TropeBot)
    await env.bot.close()
    await env.restart_bot(bot)
