"""Run the real bot, and say how long its event loop was held: `python -m tests.bench.watched_bot ADDRESS CORPUS PAGES`.

Each row on standard input is an order, answered by a row of JSON on standard output:

    fresh   empty every cache, and forget the holds before: {}
    held    the longest hold since, in milliseconds, and how much of it was processor time
    daily   post the daily examples as if the next day had come, then answer as `held` does

A hold is what one callback, or one step of a task, takes: from its beginning to its end by the clock, so to some
microseconds, with garbage collections and waits for other threads. Left out is the time in which another process had
the core, as Linux counts it.
"""

import asyncio
import functools
import gc
import json
import os
import sys
import threading
from asyncio.events import Handle
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, thread_time

import discord

from bot.cache import SizedCache
from bot.client.bot import TropeBot, create_bot
from bot.client.run import run
from bot.conversation.daily_posts import DailyPoster
from bot.settings import Settings
from tests.loopback.guilds import TOKEN
from tests.loopback.ports import at

DAY = timedelta(days=1)


class Holds:
    """Measures every callback of the event loop."""

    def __init__(self) -> None:
        self.worst = self.processor = 0.0
        self._schedule = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        run_handle = Handle._run

        def measure(handle: Handle) -> None:
            began, used, waited = perf_counter(), thread_time(), self._waited()
            run_handle(handle)
            if (held := perf_counter() - began - (self._waited() - waited)) > self.worst:
                self.worst, self.processor = held, thread_time() - used

        Handle._run = measure  # type: ignore[method-assign, assignment]

    def _waited(self) -> float:
        """Return the seconds in which this thread could have run but had no core."""
        return int(os.pread(self._schedule, 100, 0).split()[1]) / 1e9

    def take(self) -> dict[str, float]:
        """Return the worst hold since the last time."""
        taken = {"held": round(self.worst * 1e3, 1), "processor": round(self.processor * 1e3, 1)}
        self.worst = self.processor = 0.0
        return taken


def find_caches() -> list[Callable[[], None]]:
    """Return what empties each cache of a function or an object, so that a question costs as much as the first."""
    caches: list[Callable[[], None]] = []
    gc.unfreeze()  # what is frozen is not listed
    for found in gc.get_objects():
        kind = type(found)
        if kind is functools._lru_cache_wrapper:
            caches.append(found.cache_clear)
        elif kind is SizedCache:
            caches.append(found.clear)
    gc.freeze()
    return caches


def when_due() -> datetime:
    """Return when daily examples set for 18:30 in UTC are due next: hours later they would be skipped."""
    now = discord.utils.utcnow()
    today = now.replace(hour=18, minute=31)
    return today if today > now else today + DAY


async def obey(order: str, bot: TropeBot, holds: Holds) -> dict[str, float]:
    """Carry out an order, and return the answer."""
    if order == "fresh":
        for empty in find_caches():
            empty()
        await asyncio.sleep(0)  # end this hold before the holds are forgotten
        holds.take()
        return {}
    if order == "daily":
        await DailyPoster(bot.serving, when_due).post_due()
        await asyncio.sleep(0)
    return holds.take()


def listen(loop: asyncio.AbstractEventLoop, bot: TropeBot, holds: Holds) -> None:
    """Carry out the orders on standard input, one after another."""
    for order in sys.stdin:
        answer = asyncio.run_coroutine_threadsafe(obey(order.strip(), bot, holds), loop).result()
        print(json.dumps(answer), flush=True)


async def main(corpus: str, pages: str) -> None:
    """Serve until the process is stopped."""
    holds = Holds()
    settings = Settings(
        corpus_path=Path(corpus), state_location=Path(corpus).with_name("state.db"), page_folders=(Path(pages),)
    )
    bot = create_bot(settings, rate_limit=(1_000_000, 20.0))
    threading.Thread(target=listen, args=(asyncio.get_running_loop(), bot, holds), daemon=True).start()
    await run(bot, TOKEN)


if __name__ == "__main__":
    address, *paths = sys.argv[1:]
    with at(address):
        asyncio.run(main(*paths))
