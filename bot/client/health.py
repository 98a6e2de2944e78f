"""What a host's watchdog asks, on this machine only: is the bot well, and how much does it do?"""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from aiohttp import web
from discord.shard import ShardInfo

from bot.client.bot import TropeBot
from bot.corpus.reader import Corpus
from bot.errors import HealthError, StoreError
from bot.state.base import State

LOOPBACK = "127.0.0.1"
PATIENCE = 1.0  # seconds that a store may take to answer
MISSED = 2  # heartbeats that may go unacknowledged
NO_METRICS = "Metrics need one more package: install bigrun[metrics] (uv sync --extra metrics).\n"
_Store = TypeVar("_Store")
_Handler = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def serving_health(bot: TropeBot, port: int) -> AsyncIterator[int]:
    """Answers ``/healthz`` and ``/metrics`` on the loopback during the block; yields the port.

    Args:
        bot: Whose health is told; it may start and end during the block.
        port: Where to listen; 0 for any free port.

    Raises:
        HealthError: The port cannot be had.
    """
    with _counting(bot) as metrics:
        application = web.Application()
        application.router.add_get("/healthz", Healthz(bot).answer)
        application.router.add_get("/metrics", metrics)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=PATIENCE)
        await runner.setup()
        try:
            await _listen(runner, port)
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else "unknown cause"
        raise HealthError(f"Port {port} cannot be had for --health ({why}): name another.") from error


class Healthz:
    """Tells whether the bot is well."""

    def __init__(self, bot: TropeBot) -> None:
        """Takes the bot."""
        self._bot = bot

    async def answer(self, _: web.Request) -> web.Response:
        """Answers 200 if members are being answered and the stores can be read, else 503; the body says why."""
        shards = {str(number): _shard(shard) for number, shard in self._bot.shards.items()}
        # A bot that has not started has neither.
        corpus, state = getattr(self._bot, "corpus", None), getattr(self._bot, "state", None)
        stores = {"corpus": await _readable(corpus, _look_into), "state": await _readable(state, _look_up)}
        expected = len(self._bot.running_shards.ids) if self._bot.shard_count else 1
        connected = len(shards) >= expected and all(shard["well"] for shard in shards.values())
        well = connected and set(stores.values()) == {"readable"}
        body = {"well": well, "gateway": {"connected": connected, "shards": shards}, "stores": stores}
        return web.json_response(body, status=200 if well else 503, headers={"Cache-Control": "no-store"})


def _shard(shard: ShardInfo) -> dict[str, Any]:
    """Returns how a shard is: connected, and since how many seconds its last heartbeat is acknowledged."""
    # The library tells the latency of the last heartbeat, but not when that was.
    alive = getattr(shard._parent.ws, "_keep_alive", None)  # noqa: SLF001 - as above
    if shard.is_closed() or alive is None or not alive.interval:
        return {"well": False, "connected": not shard.is_closed(), "heartbeat_seconds": None}
    since = time.perf_counter() - alive._last_ack  # noqa: SLF001 - as above
    return {"well": since <= MISSED * alive.interval, "connected": True, "heartbeat_seconds": round(since, 1)}


async def _readable(store: _Store | None, read: Callable[[_Store], Awaitable[object]]) -> str:
    if store is None:
        return "not open"
    try:
        async with asyncio.timeout(PATIENCE):
            await read(store)
    except TimeoutError:
        return "does not answer"
    except StoreError as error:
        return type(error).__name__
    return "readable"


async def _look_into(corpus: Corpus) -> None:
    if corpus.tropes:
        await corpus.by_number(corpus.tropes[0].name, 1)


async def _look_up(state: State) -> None:
    await state.synced_commands("")


@contextmanager
def _counting(bot: TropeBot) -> Iterator[_Handler]:
    """Counts what the bot does during the block; yields what tells the numbers."""
    try:
        from bot.client.metrics import CONTENT_TYPE, Metrics  # noqa: PLC0415 - an extra
    except ImportError:
        yield _no_metrics
        return
    metrics, observers = Metrics(bot), bot.answering.observers

    async def answer(_: web.Request) -> web.Response:
        return web.Response(
            body=await metrics.text(), headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
        )

    observers.append(metrics.observe)
    logging.getLogger().addHandler(metrics.lines)
    try:
        yield answer
    finally:
        logging.getLogger().removeHandler(metrics.lines)
        observers.remove(metrics.observe)


async def _no_metrics(_: web.Request) -> web.Response:
    return web.Response(status=501, text=NO_METRICS)
