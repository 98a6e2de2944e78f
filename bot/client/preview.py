"""The bot with a simulated Discord, in a local web page."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import discord

from bot.client.bot import create_bot
from bot.errors import PreviewError, SourceError
from bot.ingest.loader import load, load_files
from bot.ingest.site_tables import read_tables
from bot.ingest.sources import SourceFile
from bot.interactions.response import CardView
from bot.render.welcome_card import welcome_card
from bot.settings import IS_CHECKOUT, PACKAGED_PAGES, ROOT, Settings

if TYPE_CHECKING:
    import simcord

BOT_NAME = "Big Run"
BANNER = "The real bot in a simulated Discord. Nothing is sent or stored. Try /bigrun random. Press Ctrl-C to stop."
AVATAR, AVATAR_HASH = ROOT / "docs" / "images" / "avatar.png", "0" * 32
RATE_LIMIT = 100, 20.0  # a visitor tries many commands in a row
MAX_MESSAGES = 20  # the page projects all of them again for each answer
TICK_SECONDS = 1.0


async def preview_pages(
    files: Sequence[SourceFile],
    settings: Settings,
    print_line: Callable[[str], None],
    warn: Callable[[str], None],
    port: int | None = None,
) -> None:
    """Show the bot with pages in files, beside the shipped ones, in a temporary corpus.

    Raises:
        SourceError: None of them is a page.
        PreviewError: See `run_preview`.
    """
    with tempfile.TemporaryDirectory() as folder:
        corpus, no_pages, tables = Path(folder) / "corpus.db", Path(folder) / "pages", read_tables(settings.tables_dir)
        no_pages.mkdir()
        await load([PACKAGED_PAGES], corpus, tables)
        # Not together with the shipped ones, which may be newer.
        report = await load_files(files, corpus, tables, warn=warn)
        if not report.tropes and not report.unchanged:
            raise SourceError("None of these files is a page that can be shown. Save a trope's page in your browser.")
        own = replace(settings, corpus_path=corpus, page_folders=(no_pages,))
        await run_preview(own, print_line, port, f"{report.summary()} Try /trope random.")


async def run_preview(
    settings: Settings, print_line: Callable[[str], None], port: int | None = None, note: str = ""
) -> None:
    """Show the bot on 127.0.0.1, with a temporary state, until the page closes.

    Raises:
        PreviewError: Its packages are missing, or the port is taken.
    """
    async with simulated_guild(settings) as env:
        channel = env.guild.create_text_channel("general")
        # A moderator can try every command.
        permissions = discord.Permissions(manage_guild=True, manage_messages=True)
        moderator_role = env.guild.create_role("Moderator", permissions=permissions)
        member = env.guild.add_member(env.create_user("You"), roles=[moderator_role])
        friend = env.guild.add_member(env.create_user("Friend"))
        try:
            welcome = await env.bot.get_partial_messageable(channel.id).send(view=CardView(welcome_card()))
            shown = env.preview(
                channel, viewers=[member, friend], layout="channel", port=port, assets=avatar_assets(env)
            )
            async with (
                shown as page,
                advance_clock(env, page, partial(forget_old_messages, env, channel.id, welcome.id)),
            ):
                print_line(page.url)
                print_line(BANNER)
                if note:
                    print_line(note)
                await page.wait_closed()
        except OSError as error:
            raise PreviewError(f"The page cannot be shown on port {port}: {error.strerror}.") from error


def forget_old_messages(env: "simcord.Env", channel_id: int, kept_id: int) -> None:
    """Delete all but the newest messages and the kept one, so that answers stay fast."""
    messages = env.backend.messages[channel_id]
    for message_id in sorted(messages.keys() - {kept_id})[:-MAX_MESSAGES]:
        env.backend.delete_message(channel_id, message_id)


def avatar_assets(env: "simcord.Env") -> dict[str, tuple[str, bytes]]:
    """Give the bot its picture, if it is here, and return it by its address."""
    if not AVATAR.exists():
        return {}
    from simcord.backend.cdn import CDN_BASE  # noqa: PLC0415 - only the preview needs it

    env.backend.bot_user.avatar = AVATAR_HASH
    address = f"{CDN_BASE}/avatars/{env.backend.bot_user.id}/{AVATAR_HASH}.png"
    return {address: (AVATAR.name, AVATAR.read_bytes())}


def start_command() -> str:
    """Return the command that installs the preview's packages and starts it, from the wheel that this one is from."""
    if IS_CHECKOUT:
        return "make preview"
    origin = metadata.distribution("bigrun").read_text("direct_url.json")
    wheel = url2pathname(urlsplit(json.loads(origin)["url"]).path) if origin else "bigrun"
    return f'uvx --from "{wheel}[preview]" bigrun preview'


@asynccontextmanager
async def simulated_guild(settings: Settings) -> AsyncIterator["simcord.Env"]:
    """Start the bot in a simulated server."""
    try:
        import simcord  # noqa: PLC0415 - only the preview needs it
    except ImportError as error:
        raise PreviewError(
            f"The preview needs more packages. To install them and start it: {start_command()}"
        ) from error
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state.db"
        own = replace(settings, state_location=state, dev_guild_id=None, admin_guild_id=None, shard_count=1)
        bot = create_bot(own, rate_limit=RATE_LIMIT)
        try:
            async with simcord.run(bot, check_errors=False) as env:
                env.backend.bot_user.name = BOT_NAME
                env.create_guild("Trope Club")
                yield env
        finally:
            await bot.close()


@asynccontextmanager
async def advance_clock(env: "simcord.Env", page: Any, tidy: Callable[[], None]) -> AsyncIterator[None]:
    """Advance the simulated clock with the real one during the block, and `tidy` each time."""
    lock = asyncio.Lock()
    act = page._action  # noqa: SLF001 - the page refuses a press during a tick, and there is no public way

    async def act_between_ticks(*args: Any, **kwargs: Any) -> Any:
        async with lock:
            return await act(*args, **kwargs)

    async def tick() -> None:
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(TICK_SECONDS)
            async with lock:
                now = loop.time()
                tidy()
                await env.advance_time(now - last)
                last = now

    page._action = act_between_ticks  # noqa: SLF001 - as above
    ticking = asyncio.create_task(tick())
    try:
        yield
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
