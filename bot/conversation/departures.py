"""Delete the data of servers and channels that are gone."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import discord

from bot.interactions.response import NETWORK_ERRORS
from bot.state.retention import ClockWitness, Place, RetentionStore

PLACES_PER_BATCH, BATCH_INTERVAL_SECONDS = 20, 1.0  # requests to Discord
log = logging.getLogger(__name__)


class Departures:
    """Ask Discord which guilds and channels exist. Delete the data of those gone for 30 days.

    `fetch_guild` and `fetch_channel` are the client's. A clock that was wrong at one look deletes nothing.
    """

    def __init__(
        self,
        store: RetentionStore,
        fetch_guild: Callable[[int], Awaitable[discord.Guild]],
        fetch_channel: Callable[[int], Awaitable[Any]],
    ) -> None:
        self._store, self._fetch_guild, self._fetch_channel = store, fetch_guild, fetch_channel
        self.clock_witness = ClockWitness()

    async def delete_gone(self) -> None:
        """Check all guilds and channels, with pauses, then delete."""
        now = discord.utils.utcnow()
        today = now.date()
        if not self.clock_witness.confirms(now) and not await self._store.is_witnessed(today):
            return
        await self._check(await self._store.guilds_to_check(today))
        await self._check(await self._store.channels_to_check())
        await self._store.delete_unused_shuffles(today)
        if count := await self._store.delete_expired(today):
            log.info("Deleted data of servers and channels gone for 30 days: %d.", count)

    async def _check(self, places: Iterable[Place]) -> None:
        """Store what exists. Only "not found" counts as gone. Drop channels that are another guild's."""
        present, missing = [], []
        for number, place in enumerate(places, 1):
            if not number % PLACES_PER_BATCH:
                await asyncio.sleep(BATCH_INTERVAL_SECONDS)
            try:
                found = await self._fetch(place)
            except discord.NotFound:
                missing.append(place)
            except (discord.HTTPException, discord.InvalidData, *NETWORK_ERRORS):
                continue
            else:
                if found:
                    present.append(place)
                else:
                    await self._store.delete(place)
        await self._store.record_presence(present, missing, discord.utils.utcnow().date())

    async def _fetch(self, place: Place) -> bool:
        """Ask Discord for a guild or channel. Return whether the channel is the guild's."""
        if not place.channel_id:
            await self._fetch_guild(place.guild_id)
            return True
        channel = await self._fetch_channel(place.channel_id)
        return not isinstance(channel, discord.abc.PrivateChannel) and channel.guild.id == place.guild_id
