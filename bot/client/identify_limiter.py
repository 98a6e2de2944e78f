"""Logging in to the gateway beside other processes of the same bot, and knowing whose guild is whose."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

import discord

from bot.errors import StoreError
from bot.logs import described
from bot.state.processes import Processes

PAUSE = 5.0  # seconds between two logins where the others cannot be asked
_log = logging.getLogger(__name__)


class Limits(Protocol):
    """What Discord allows of logins."""

    max_concurrency: int


class LoginTurns:
    """Sees to it that no two shards of a bucket log in within five seconds, whichever process they are of.

    A bucket is a shard's number modulo ``max_concurrency``; Discord's rule.
    """

    def __init__(self, processes: Processes, limits: Callable[[], Awaitable[Limits]]) -> None:
        """Takes what the processes share, and what asks Discord for the limits of logins."""
        self._processes, self._limits = processes, limits
        self._buckets: int | None = None

    async def wait(self, shard: int) -> None:
        """Waits for a shard's turn, and takes it."""
        try:
            if self._buckets is None:
                self._buckets = max(1, (await self._limits()).max_concurrency)
            await self._take(shard % self._buckets)
        except (StoreError, discord.HTTPException, OSError) as error:
            _log.warning("Shard %d logs in without asking the other processes: %s", shard, described(error))
            await asyncio.sleep(PAUSE)

    async def _take(self, bucket: int) -> None:
        while True:
            seconds = await self._processes.login_turn(bucket, discord.utils.utcnow())
            if not seconds:
                return
            await asyncio.sleep(seconds)
