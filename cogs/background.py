"""Background tasks: daily examples, rounds of games, and deleting the data of departed servers and channels."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands, tasks

from bot.conversation.daily_posts import DailyPoster
from bot.conversation.departures import Departures
from bot.conversation.guess_delivery import RoundKeeper
from bot.errors import DatabaseDamagedError, DatabaseMovedError, WriteFailedError

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

log = logging.getLogger(__name__)


class BackgroundTasks(commands.Cog):
    """Loops that run while the bot is connected."""

    def __init__(self, bot: "TropeBot") -> None:
        services = bot.services
        self.bot, self.poster, self.keeper = bot, DailyPoster(bot.serving), RoundKeeper(bot.serving)
        self.departures = Departures(services.retention, bot.fetch_guild, bot.fetch_channel)
        self.processes = services.processes
        self._last_error = ""

    async def cog_load(self) -> None:
        """Start the loops."""
        for loop in self._loops:
            loop.start()

    async def cog_unload(self) -> None:
        """Stop the loops, and wait for them to end."""
        running = [task for loop in self._loops if (task := loop.get_task())]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    @property
    def _loops(self) -> Sequence[tasks.Loop[Any]]:
        return (
            self.watch_state,
            self.post_dailies,
            self.keep_rounds,
            self.report_to_other_processes,
            self.delete_departed,
        )

    @tasks.loop(seconds=0.5)
    async def watch_state(self) -> None:
        """Notice that the state's file is gone, even if nobody saves anything."""
        with suppress(DatabaseMovedError):  # logged already
            self.bot.state.check_in_place()

    @tasks.loop(seconds=20)
    async def post_dailies(self) -> None:
        """Post the daily examples that are due."""
        await self._run_logged(partial(self.poster.post_due, self.bot.shard_range))

    @tasks.loop(seconds=3)
    async def keep_rounds(self) -> None:
        """End the rounds of games whose time is over, and bring their cards up to date."""
        await self._run_logged(partial(self.keeper.advance_due, self.bot.shard_range))

    @tasks.loop(hours=1)
    async def report_to_other_processes(self) -> None:
        """Report this process's corpus, and log processes with another one."""

        async def report() -> None:
            with self.bot.serving.lease() as serving:
                content_hash, now = await serving.corpus.content_hash(), discord.utils.utcnow()
            for shards in await self.processes.heartbeat(str(self.bot.shard_range), content_hash, now):
                log.warning("Shards %s serve a different corpus. Load the same pages for every process.", shards)

        await self._run_logged(report)

    @tasks.loop(hours=24)
    async def delete_departed(self) -> None:
        """Delete the data of departed guilds and channels, in one process only."""
        if self.bot.runs_shard_zero:
            await self._run_logged(self.departures.delete_gone)

    @post_dailies.before_loop
    @keep_rounds.before_loop
    @report_to_other_processes.before_loop
    @delete_departed.before_loop
    async def _wait_until_ready(self) -> None:
        await self.bot.wait_until_ready()

    async def _run_logged(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
            self._last_error = ""
        except (DatabaseDamagedError, WriteFailedError) as error:
            # It recurs every turn until the operator fixes it, so log it once.
            if self._last_error != str(error):
                self._last_error = str(error)
                log.error("Upkeep waits. %s", error)  # noqa: TRY400 - a traceback would add nothing
        except Exception:  # an error would end the loop for good
            log.exception("Upkeep failed; retrying at its next turn.")


async def setup(bot: "TropeBot") -> None:
    """Add the cog. Called by discord.py."""
    await bot.add_cog(BackgroundTasks(bot))
