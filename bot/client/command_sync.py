"""Send the commands to Discord when they changed."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from typing import Any

import discord
from discord import app_commands

from bot.errors import DatabaseError, WriteFailedError
from bot.interactions.response import NETWORK_ERRORS
from bot.settings import Settings
from bot.state.base import State

SYNC_TIMEOUT_SECONDS = 5.0
SYNC_INTERVAL_SECONDS = 60.0  # Discord allows 200 new commands a day
GLOBAL, NOT_SENT = "global", "not sent"  # instead of a guild's id, and instead of a hash
GUILD_SETTINGS = "BIGRUN_ADMIN_GUILD or BIGRUN_DEV_GUILD"
SEND_ERRORS = (discord.DiscordException, *NETWORK_ERRORS)
log = logging.getLogger(__name__)


class CommandSync:
    """Syncs a command tree: globally or with the development server, and with the admin server."""

    def __init__(
        self,
        tree: app_commands.CommandTree[Any],
        settings: Settings,
        get_state: Callable[[], State],
        on_sent: Callable[[Sequence[app_commands.AppCommand]], None] = lambda _: None,
        translations: Callable[[], str] = str,
    ) -> None:
        """`translations` returns the same text as long as the commands are translated in the same way."""
        self._tree, self._get_state = tree, get_state
        self._on_sent, self._translations = on_sent, translations
        self._dev_guild_id, self._admin_guild_id = settings.dev_guild_id, settings.admin_guild_id
        self._requested = asyncio.Event()
        self._syncing: asyncio.Task[None] | None = None

    def request(self) -> None:
        """Sync soon: the first time immediately, then at most once a minute. The latest commands count."""
        self._requested.set()
        self._syncing = self._syncing or asyncio.create_task(self._sync_requested())

    async def aclose(self) -> None:
        """Drop a requested sync. The next start does it."""
        if self._syncing:
            self._syncing.cancel()
            with suppress(asyncio.CancelledError):
                await self._syncing

    async def _sync_requested(self) -> None:
        while True:
            await self._requested.wait()
            self._requested.clear()
            try:
                if not await self.sync():
                    self._requested.set()
            except DatabaseError as error:
                log.warning("%s The commands will be sent at the next start.", error)
            await asyncio.sleep(SYNC_INTERVAL_SECONDS)

    async def sync(self) -> bool:
        """Send what changed to Discord, and empty servers that are no longer set. Return whether Discord has it now."""
        if self._dev_guild_id:
            self._tree.copy_global_to(guild=discord.Object(self._dev_guild_id))
        targets = dict.fromkeys([self._dev_guild_id, *([self._admin_guild_id] if self._admin_guild_id else [])])
        former = await self._other_guilds(targets)
        return all(await asyncio.gather(*map(self._sync_target, targets), *map(self._empty, former)))

    async def _sync_target(self, guild_id: int | None) -> bool:
        """Send the commands of a server, or the global ones, if they changed."""
        guild = discord.Object(guild_id) if guild_id else None
        # In English: translating them takes as long as half a start, and is only needed to send them.
        english = [command.to_dict(self._tree) for command in self._tree.get_commands(guild=guild)]
        hashed = json.dumps([english, self._translations()], sort_keys=True)
        commands_hash = blake2b(hashed.encode(), digest_size=16).hexdigest()
        command_scope = self._scope(guild_id)
        if await self._get_state().synced_commands_hash(command_scope) == commands_hash:
            return True
        if guild_id:
            with log_write_errors():  # before they are sent: they may arrive although sending fails
                await self._get_state().save_synced_commands_hash(command_scope, NOT_SENT)
        try:
            sent = await self._send(guild)
        except SEND_ERRORS as error:
            if guild_id and isinstance(error, discord.Forbidden):
                log.warning(
                    "Discord refused the commands of the server %d. Add the bot to it, or correct %s.",
                    guild_id,
                    GUILD_SETTINGS,
                )
                return True  # asking again would not help
            log.warning("Command sync failed (%s); Discord still has the previous commands.", _cause(error))
            return False
        log.info("The commands changed and were sent to Discord.")
        if guild_id == self._dev_guild_id:
            self._on_sent(sent)
        with log_write_errors():
            await self._get_state().save_synced_commands_hash(command_scope, commands_hash)
        return True

    async def _empty(self, guild_id: int) -> bool:
        """Remove our commands from a server that was set before."""
        guild = discord.Object(guild_id)
        self._tree.clear_commands(guild=guild)
        try:
            await self._send(guild)
        except (discord.Forbidden, discord.NotFound):
            pass  # the bot has left the server, or the server is gone
        except SEND_ERRORS as error:
            log.warning("The commands of the former server %d could not be removed (%s).", guild_id, _cause(error))
            return False
        else:
            log.info("The commands were removed from the server %d, which is no longer set.", guild_id)
        with log_write_errors():
            await self._get_state().forget_synced_commands(self._scope(guild_id))
        return True

    async def _other_guilds(self, targets: Iterable[int | None]) -> list[int]:
        """Return the servers that this application's commands were sent to, but that are no targets now."""
        known = {self._scope(guild_id) for guild_id in targets}
        pairs = [scope.split() for scope in await self._get_state().synced_command_scopes() if scope not in known]
        application = str(self._tree.client.application_id)
        return [int(guild) for own, guild in pairs if own == application and guild != GLOBAL]

    def _scope(self, guild_id: int | None) -> str:
        return f"{self._tree.client.application_id} {guild_id or GLOBAL}"

    async def _send(self, guild: discord.Object | None) -> list[app_commands.AppCommand]:
        # The library retries for half a minute or longer, and members must not wait for it.
        async with asyncio.timeout(SYNC_TIMEOUT_SECONDS):
            return await self._tree.sync(guild=guild)


def command_guild(settings: Settings) -> discord.Object | None:
    """Return the server that has the commands, or None if all have them."""
    return discord.Object(settings.dev_guild_id) if settings.dev_guild_id else None


def _cause(error: BaseException) -> str:
    return str(getattr(error, "status", type(error).__name__))


@contextmanager
def log_write_errors() -> Iterator[None]:
    """Go on if the state cannot be written."""
    try:
        yield
    except WriteFailedError as error:
        log.warning("%s The commands will be sent again at the next start.", error)
