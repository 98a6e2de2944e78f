"""Coordinate shard logins with the bot's other processes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

import discord

from bot.cli.logs import safe_error_text
from bot.errors import DatabaseError
from bot.interactions.response import NETWORK_ERRORS
from bot.state.processes import ProcessRegistry

IDENTIFY_INTERVAL_SECONDS = 5.0
log = logging.getLogger(__name__)


class SessionStartLimit(Protocol):
    """Discord's limit on logins."""

    max_concurrency: int


class IdentifyLimiter:
    """Space the identifies of a bucket (shard id modulo ``max_concurrency``) five seconds apart, across processes."""

    def __init__(self, processes: ProcessRegistry, fetch_limit: Callable[[], Awaitable[SessionStartLimit]]) -> None:
        self._processes, self._fetch_limit = processes, fetch_limit
        self._buckets: int | None = None

    async def acquire(self, shard_id: int) -> None:
        """Wait until a shard can identify, and claim its slot."""
        try:
            if self._buckets is None:
                self._buckets = max(1, (await self._fetch_limit()).max_concurrency)
            while True:
                bucket = shard_id % self._buckets
                seconds = await self._processes.claim_identify_slot(bucket, discord.utils.utcnow())
                if not seconds:
                    return
                await asyncio.sleep(seconds)
        except (DatabaseError, discord.DiscordException, *NETWORK_ERRORS) as error:
            log.warning("Shard %d logs in without asking the other processes: %s", shard_id, safe_error_text(error))
            await asyncio.sleep(IDENTIFY_INTERVAL_SECONDS)
