"""Send the commands to Discord when they changed."""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from typing import Any

import discord
from discord import app_commands

from bot.errors import DatabaseError, WriteFailedError
from bot.interactions.response import NETWORK_ERRORS
from bot.state.base import State

SYNC_TIMEOUT_SECONDS = 5.0
SYNC_INTERVAL_SECONDS = 60.0  # Discord allows 200 new commands a day
log = logging.getLogger(__name__)


class CommandSync:
    """Syncs a command tree, globally or with the development server."""

    def __init__(
        self, tree: app_commands.CommandTree[Any], dev_guild_id: int | None, get_state: Callable[[], State]
    ) -> None:
        self._tree, self._dev_guild_id, self._get_state = tree, dev_guild_id, get_state
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
        """Send the commands to Discord if they changed. Return whether Discord has them now."""
        guild = discord.Object(self._dev_guild_id) if self._dev_guild_id else None
        if guild:
            self._tree.copy_global_to(guild=guild)
        payload = [command.to_dict(self._tree) for command in self._tree.get_commands(guild=guild)]
        commands_hash = blake2b(json.dumps(payload, sort_keys=True).encode(), digest_size=16).hexdigest()
        command_scope = f"{self._tree.client.application_id} {self._dev_guild_id or 'global'}"
        if await self._get_state().synced_commands_hash(command_scope) == commands_hash:
            return True
        try:
            # The library retries for half a minute or longer, and members must not wait for it.
            async with asyncio.timeout(SYNC_TIMEOUT_SECONDS):
                await self._tree.sync(guild=guild)
        except (discord.DiscordException, *NETWORK_ERRORS) as error:
            cause = getattr(error, "status", type(error).__name__)
            log.warning("Command sync failed (%s); Discord still has the previous commands.", cause)
            return False
        log.info("The commands changed and were sent to Discord.")
        try:
            await self._get_state().save_synced_commands_hash(command_scope, commands_hash)
        except WriteFailedError as error:
            log.warning("%s The commands will be sent again at the next start.", error)
        return True
