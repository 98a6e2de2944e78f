"""Run the bot: signals, and connection errors in an operator's words."""

import asyncio
import gc
import logging
import signal
from collections.abc import Iterable
from contextlib import AsyncExitStack
from json import JSONDecodeError

import aiohttp
import discord

from bot.cli.logs import configure_logging, log_loop_exception
from bot.client.bot import TropeBot, create_bot
from bot.database.sqlite_features import require_sqlite
from bot.errors import BigRunError, DiscordConnectionError
from bot.settings import COPY_IT_AGAIN, Home, LogFormat, Settings, world_readable_warning

LOGIN_REFUSED = f"Discord refused DISCORD_TOKEN. {COPY_IT_AGAIN}"
INTENTS_REFUSED = (
    "Discord refused the bot's intents (code 4014). The bot needs no privileged intent: check in the developer portal, "
    "on the page Bot, that the application is in good standing."
)
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
CLOSE_AUTHENTICATION_FAILED = 4004
YOUNG_OBJECTS = 10_000  # before a collection. An answer makes hundreds, and nearly all end without one.
log = logging.getLogger(__name__)


def run_bot(settings: Settings, health: tuple[str, int] | None = None, warnings: Iterable[str] = ()) -> None:
    """Run the bot until SIGINT or SIGTERM, or until Discord ends the connection.

    Args:
        settings: The operator's settings.
        health: Address and port of /healthz and /metrics, or None.
        warnings: Sentences to log.

    Raises:
        HealthError, DiscordConnectionError, BigRunError: The bot cannot run.
        SystemExit: The log says why.
    """
    as_json = None if settings.log_format is None else settings.log_format is LogFormat.JSON
    secrets = [settings.token] if settings.token else []
    is_json = configure_logging(settings.log_level, as_json=as_json, secrets=secrets)
    for sentence in warnings:
        log.warning("%s", sentence)
    env_file = Home.at(settings.home).env_file
    if warning := world_readable_warning(env_file):
        log.warning("%s To fix it: chmod 600 %s", warning, env_file)
    try:
        require_sqlite()  # before Discord is asked
        asyncio.run(run(create_bot(settings), settings.token or "", health))
    except BigRunError as error:
        if not is_json:
            raise
        log.critical("%s", error)  # log readers expect only JSON
        raise SystemExit(1) from None
    except Exception as error:  # a traceback on the terminal would show page text
        log.critical("Big Run stopped because of a bug.", exc_info=error)
        raise SystemExit(1) from None


async def run(bot: TropeBot, token: str, health: tuple[str, int] | None = None) -> None:
    """Connect the bot and serve until it is stopped.

    Raises:
        HealthError: The port is unavailable.
        DiscordConnectionError: Discord refused the token or is unreachable.
    """
    asyncio.get_running_loop().set_exception_handler(log_loop_exception)

    async def login_and_connect() -> None:
        await bot.login(token)
        gc.freeze()  # what is loaded now stays loaded, so never scan it again
        gc.set_threshold(YOUNG_OBJECTS)
        await bot.connect()

    async with AsyncExitStack() as stack:
        if health is not None:
            from bot.client.health import serve_health  # noqa: PLC0415 - a web server is slow to import

            port = await stack.enter_async_context(serve_health(bot, *health))
            log.info("Serving health at http://127.0.0.1:%d/healthz.", port)
        await stack.enter_async_context(bot)
        running = asyncio.ensure_future(login_and_connect())
        cancel_on_signal(running)
        try:
            await running
        except asyncio.CancelledError:
            return
        except discord.DiscordException as error:
            raise DiscordConnectionError(connection_failure(error)) from error
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            raise DiscordConnectionError("Discord cannot be reached. Check this machine's connection.") from error
        except (JSONDecodeError, UnicodeDecodeError) as error:
            raise DiscordConnectionError("Discord's answer cannot be read. Try again later.") from error


def connection_failure(error: discord.DiscordException) -> str:
    """Explain a connection error to the operator."""
    match error:
        case discord.LoginFailure():
            return LOGIN_REFUSED
        case discord.ConnectionClosed(code=code):
            refused = code == CLOSE_AUTHENTICATION_FAILED
            return LOGIN_REFUSED if refused else f"Discord closed the connection for good (code {code})."
        case discord.PrivilegedIntentsRequired():
            return INTENTS_REFUSED
        case discord.HTTPException(status=status):
            return f"Discord refused the connection (HTTP {status}). Try again later."
        case discord.GatewayNotFound():
            return "Discord does not say where to connect. Try again later."
    raise error


def cancel_on_signal(running: asyncio.Future[None]) -> None:
    """Stop cleanly at the first signal. A second one ends the process: what was saved is on disk."""
    loop = asyncio.get_running_loop()

    def cancel() -> None:
        running.cancel()
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)  # for SIGINT, Python would clean up at length

    for number in STOP_SIGNALS:
        try:
            loop.add_signal_handler(number, cancel)
        except NotImplementedError:  # on Windows, Ctrl-C cancels the main task
            return
