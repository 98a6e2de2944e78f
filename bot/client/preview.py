"""The preview: the same bot before a simulated Discord, in a local web page. No token, no account, nothing kept."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord

from bot.client.bot import create_bot
from bot.errors import PreviewError
from bot.settings import Settings

if TYPE_CHECKING:
    import simcord

NAME = "Big Run"
WHAT_IT_IS = (
    "The real bot before a simulated Discord: nothing is sent to Discord or kept. Try /bigrun random. Ctrl-C ends."
)
FIRST_WORDS = "Welcome! Try `/bigrun random`, `/bigrun medium film` or `/bigrun search bridge`."
TICK = 1.0


async def preview(settings: Settings, tell: Callable[[str], None], port: int | None = None) -> None:
    """Shows the bot in a page on 127.0.0.1 until the page is closed or the task is cancelled.

    Args:
        settings: The host's settings; the state is a passing one, so that nothing of the real bot's is touched.
        tell: Is given the lines for the host: the page's address, and what the page is.
        port: The page's port, or None for any free one.

    Raises:
        PreviewError: The packages of the preview are not installed, or the port is taken.
    """
    async with _world(settings) as env:
        channel = env.guild.create_text_channel("general")
        guide = env.guild.add_member(env.create_user("Guide"))
        member = env.guild.add_member(env.create_user("You"), roles=[_moderator(env.guild)])
        try:
            async with env.preview(channel, viewers=[member], layout="channel", port=port) as page, _clock(env, page):
                await guide.send(channel, FIRST_WORDS)
                tell(page.url)
                tell(WHAT_IT_IS)
                await page.wait_closed()
        except OSError as error:
            raise PreviewError(f"The page cannot be shown on port {port}: {error.strerror}.") from error


@asynccontextmanager
async def _world(settings: Settings) -> AsyncIterator["simcord.Env"]:
    """Starts the bot in a simulated Discord of one server."""
    try:
        import simcord  # noqa: PLC0415 - only the preview needs it
    except ImportError as error:
        raise PreviewError("The preview needs more packages: run `make preview`.") from error
    with tempfile.TemporaryDirectory() as folder:
        bot = create_bot(replace(settings, state=Path(folder) / "state.db", guild=None, shard_count=1))
        try:
            async with simcord.run(bot, check_errors=False) as env:
                env.backend.bot_user.name = NAME
                env.create_guild("Trope Club")
                yield env
        finally:
            await bot.close()


def _moderator(guild: "simcord.GuildHandle") -> "simcord.RoleHandle":
    """Makes a role that may do what moderators do, so that whoever tries the bot can try all of it."""
    return guild.create_role("Moderator", permissions=discord.Permissions(manage_guild=True, manage_messages=True))


@asynccontextmanager
async def _clock(env: "simcord.Env", page: Any) -> AsyncIterator[None]:
    """Lets the simulated clock, which stands still by itself, move with the real one during the block."""
    turn = asyncio.Lock()
    act = page._action  # noqa: SLF001 - a press that falls on a tick is refused otherwise, and there is no public way

    async def act_in_turn(*arguments: Any, **options: Any) -> Any:
        async with turn:
            return await act(*arguments, **options)

    page._action = act_in_turn  # noqa: SLF001 - as above
    ticking = asyncio.create_task(_tick(env, turn))
    try:
        yield
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking


async def _tick(env: "simcord.Env", turn: asyncio.Lock) -> None:
    loop = asyncio.get_running_loop()
    last = loop.time()
    while True:
        await asyncio.sleep(TICK)
        async with turn:
            now = loop.time()
            await env.advance_time(now - last)
            last = now
