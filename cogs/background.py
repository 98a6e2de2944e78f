"""What the bot does by itself: posting daily examples, and forgetting guilds and channels that are no more."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands, tasks

from bot.conversation.daily_posts import DailyPoster
from bot.errors import DatabaseDamagedError, WriteFailedError
from bot.state.processes import Processes
from bot.state.retention import Departed

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

AT_ONCE, REST = 20, 1.0  # questions to Discord, and the seconds between so many
_log = logging.getLogger(__name__)


class BackgroundTasks(commands.Cog):
    """Runs as long as the bot is connected."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot that posts and whose state is kept tidy."""
        self.bot, self.poster = bot, DailyPoster(bot)
        self.departed, self.processes = Departed(bot.state), Processes(bot.state)
        self._trouble = ""

    async def cog_load(self) -> None:
        """Begins."""
        for loop in self._loops:
            loop.start()

    async def cog_unload(self) -> None:
        """Ends, after what is being done has come to its end."""
        running = [task for loop in self._loops if (task := loop.get_task())]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    @tasks.loop(seconds=20)
    async def post_dailies(self) -> None:
        """Posts the daily examples that are due."""
        await self._safely(partial(self.poster.post_due, self.bot.running_shards))

    @tasks.loop(hours=1)
    async def report_to_other_processes(self) -> None:
        """Tells the bot's other processes what this one serves, and the host if they serve something else."""
        await self._safely(self._announce)

    @tasks.loop(hours=24)
    async def delete_departed(self) -> None:
        """Deletes what was kept for guilds and channels that are long gone; one process does it for all."""
        if self.bot.runs_shard_zero:
            await self._safely(self._tidy)

    @post_dailies.before_loop
    @report_to_other_processes.before_loop
    @delete_departed.before_loop
    async def _wait(self) -> None:
        await self.bot.wait_until_ready()

    @property
    def _loops(self) -> Sequence[tasks.Loop[Any]]:
        return self.post_dailies, self.report_to_other_processes, self.delete_departed

    async def _announce(self) -> None:
        shards = str(self.bot.running_shards)
        others = await self.processes.announce(shards, await self.bot.corpus.content_hash(), discord.utils.utcnow())
        for other in others:
            _log.warning("The process of shards %s serves another corpus: load the same pages for both.", other)

    async def _tidy(self) -> None:
        today = discord.utils.utcnow().date()
        await self._ask(await self.departed.guilds(today), self.bot.fetch_guild)
        await self._ask(await self.departed.channels(), self.bot.fetch_channel)
        if forgotten := await self.departed.forget(today):
            _log.info("Forgot %d of the servers and channels, gone for 30 days.", forgotten)

    async def _ask(self, ids: Iterable[int], fetch: Callable[[int], Awaitable[Any]]) -> None:
        """Asks Discord about guilds or channels, and keeps which are known; no answer says nothing."""
        known, unknown = [], []
        for number, one in enumerate(ids, 1):
            if not number % AT_ONCE:
                await asyncio.sleep(REST)
            try:
                await fetch(one)
            except discord.NotFound:
                unknown.append(one)
            except (discord.HTTPException, OSError, discord.InvalidData):
                continue
            else:
                known.append(one)
        await self.departed.note(known, unknown, discord.utils.utcnow().date())

    async def _safely(self, work: Callable[[], Awaitable[None]]) -> None:
        """Does some work; what goes wrong is for the log, and the next turn comes all the same."""
        try:
            await work()
            self._trouble = ""
        except (DatabaseDamagedError, WriteFailedError) as error:
            # It is so at every turn until the host has mended it: told once.
            if self._trouble != str(error):
                self._trouble = str(error)
                _log.error("Upkeep waits. %s", error)
        except Exception:  # noqa: BLE001 - a loop that ends would never post again
            _log.exception("Upkeep failed; it is tried again at its next turn.")


async def setup(bot: "TropeBot") -> None:
    """Adds the cog; called by the library."""
    await bot.add_cog(BackgroundTasks(bot))
