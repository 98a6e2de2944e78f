"""Running the bot for real: signals, and what can go wrong with the connection in words for a host."""

import asyncio
import gc
import logging
import signal
from contextlib import AsyncExitStack

import aiohttp
import discord

from bot.client.bot import TropeBot, create_bot
from bot.errors import BigRunError, ConnectionFailed
from bot.logs import HUMAN, loop_failed, start_log
from bot.settings import ENV_FILE, Settings, exposed

REFUSED = (
    "Discord refuses DISCORD_TOKEN: copy the bot's token anew from the developer portal "
    "(page Bot, button Reset Token) into .env."
)
NO_INTENTS = (
    "Discord refuses what the bot asks for (code 4014): see in the developer portal, on the page Bot, "
    "whether the application is in good standing; no privileged intent is needed."
)
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# After how many new objects Python looks for those that nobody can reach, and how often among older ones. Answers leave
# nothing to be found, so what counts is that a few dozen under way are fewer: by Python's own measure (700, 10, 10) an
# answer takes 8 % longer.
_COLLECTED = 10_000, 5, 5
_CLOSE_CODE_REFUSED = 4004
_log = logging.getLogger(__name__)


def run_bot(settings: Settings, health: int | None = None) -> None:
    """Runs the bot until SIGINT or SIGTERM, or until Discord sends it away.

    Args:
        settings: What the host set.
        health: The port of this machine where its health is told; None tells it nobody.

    Raises:
        HealthError: The port cannot be had.
        ConnectionFailed: Discord refused the token or cannot be reached.
        BigRunError: Tables or databases cannot be used.
        SystemExit: It failed, and the log says of what: a fault of its own, or one of the above where the log is JSON.
    """
    form = start_log(settings.log_level, settings.log_format, secrets=[settings.token] if settings.token else [])
    if what := exposed(ENV_FILE):
        _log.warning("%s Mend it: chmod 600 %s", what, ENV_FILE)
    try:
        asyncio.run(_watched(create_bot(settings), settings.token or "", health))
    except BigRunError as error:
        if form == HUMAN:
            raise
        # Who reads JSON reads nothing else.
        _log.critical("%s", error)
        raise SystemExit(1) from None
    except Exception as error:  # noqa: BLE001 - the last guard before a terminal, which would show its words
        _log.critical("Big Run ended by a fault of its own.", exc_info=error)
        raise SystemExit(1) from None


async def _watched(bot: TropeBot, token: str, health: int | None) -> None:
    async with AsyncExitStack() as stack:
        if health is not None:
            # A web server takes a tenth of the time of a start to load.
            from bot.client.health import serving_health  # noqa: PLC0415

            port = await stack.enter_async_context(serving_health(bot, health))
            _log.info("Health is told at http://127.0.0.1:%d/healthz.", port)
        await _run(bot, token)


async def _run(bot: TropeBot, token: str) -> None:
    asyncio.get_running_loop().set_exception_handler(loop_failed)
    async with bot:
        running = asyncio.ensure_future(_started(bot, token))
        _on_signals(running)
        try:
            await running
        except asyncio.CancelledError:
            return
        except discord.LoginFailure as error:
            raise ConnectionFailed(REFUSED) from error
        except discord.ConnectionClosed as error:
            refused = error.code == _CLOSE_CODE_REFUSED
            sentence = REFUSED if refused else f"Discord closed the connection for good (code {error.code})."
            raise ConnectionFailed(sentence) from error
        except discord.PrivilegedIntentsRequired as error:
            raise ConnectionFailed(NO_INTENTS) from error
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            raise ConnectionFailed("Discord cannot be reached: check this machine's connection.") from error
        except discord.HTTPException as error:
            raise ConnectionFailed(f"Discord does not let the bot in now (HTTP {error.status}): try later.") from error
        except discord.GatewayNotFound as error:
            raise ConnectionFailed("Discord does not say now where to connect to: try later.") from error


async def _started(bot: TropeBot, token: str) -> None:
    await bot.login(token)
    collect_seldom()
    await bot.connect()


def collect_seldom() -> None:
    """Lets Python look for unreachable objects as seldom as suits a bot, and none of what there is by now."""
    gc.freeze()
    gc.set_threshold(*_COLLECTED)


def _on_signals(running: asyncio.Future[None]) -> None:
    """Ends the bot cleanly at the first signal; a second one ends the process as it would any other."""
    loop = asyncio.get_running_loop()

    def end(number: int) -> None:
        running.cancel()
        loop.remove_signal_handler(number)

    for number in _SIGNALS:
        try:
            loop.add_signal_handler(number, end, number)
        except NotImplementedError:
            # Windows: Ctrl-C cancels the main task by itself.
            return
