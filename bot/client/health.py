"""Local health checks and metrics for an operator's monitoring."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from aiohttp import web

from bot.client.bot import TropeBot
from bot.client.gateway import Shard
from bot.errors import DatabaseError, HealthError
from bot.interactions.library_internals import seconds_since_heartbeat_ack
from bot.settings import IS_CHECKOUT

PROBE_TIMEOUT_SECONDS = 1.0
MAX_MISSED_HEARTBEATS = 2
METRICS_NOT_INSTALLED = (
    f"Metrics need one more package: {'make install' if IS_CHECKOUT else 'install bigrun[metrics] instead of bigrun'}\n"
)
Handler = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def serve_health(bot: TropeBot, address: str, port: int) -> AsyncIterator[int]:
    """Serve ``/healthz`` and ``/metrics``. Yield the port (0 picks one).

    Raises:
        HealthError: The address or port is unavailable.
    """

    async def answer_healthz(_: web.Request) -> web.Response:
        return await healthz(bot)

    with collect_metrics(bot) as answer_metrics:
        application = web.Application()
        application.router.add_get("/healthz", answer_healthz)
        application.router.add_get("/metrics", answer_metrics)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=PROBE_TIMEOUT_SECONDS)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, address, port).start()
            except OSError as error:
                why = os.strerror(error.errno) if error.errno else "unknown cause"
                raise HealthError(
                    f"{address}:{port} for --health-port is not available ({why}). Name another one."
                ) from error
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()


async def healthz(bot: TropeBot) -> web.Response:
    """Return 200 if the gateway and databases work, else 503 with the reason."""
    shards = {str(shard.id): shard_status(shard) for shard in bot.gateway.shards}
    databases = {
        "corpus": await probe(bot, probe_corpus),
        "state": await probe(bot, lambda bot: bot.state.check_usable()),
    }
    connected = bool(shards) and all(shard["status"] == "ok" for shard in shards.values())
    ok = connected and set(databases.values()) == {"ok"}
    body = {
        "status": "ok" if ok else "failing",
        "gateway": {"connected": connected, "shards": shards},
        "databases": databases,
    }
    return web.json_response(body, status=200 if ok else 503, headers={"Cache-Control": "no-store"})


def shard_status(shard: Shard) -> dict[str, Any]:
    """Return a shard's status, the age of its last acknowledgement, and why it has no session, if known."""
    acknowledged = seconds_since_heartbeat_ack(shard.ws)
    connected = shard.ws is not None and shard.ws.open
    status: dict[str, Any] = {"status": "failing", "connected": connected, "heartbeat_seconds": None}
    if acknowledged is not None:
        seconds, interval = acknowledged
        status["heartbeat_seconds"] = round(seconds, 1)
        if shard.is_ready and seconds <= MAX_MISSED_HEARTBEATS * interval:
            status["status"] = "ok"
    return status if shard.is_ready or not shard.problem else {**status, "problem": shard.problem}


async def probe(bot: TropeBot, read: Callable[[TropeBot], Awaitable[object]]) -> str:
    """Return "ok", "timeout", "not_open" or the type of the database's error."""
    if not bot.is_open:
        return "not_open"
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_SECONDS):
            await read(bot)
    except TimeoutError:
        return "timeout"
    except DatabaseError as error:
        return type(error).__name__
    return "ok"


async def probe_corpus(bot: TropeBot) -> None:
    """Read an example, if any."""
    with bot.serving.lease() as services:
        if tropes := await services.corpus.suggest_tropes("", 1):
            await services.corpus.by_number(tropes[0].name, 1)


@contextmanager
def collect_metrics(bot: TropeBot) -> Iterator[Handler]:
    """Collect metrics during the block. Yield the request handler."""
    try:
        from bot.client.metrics import CONTENT_TYPE, Metrics  # noqa: PLC0415 - an extra
    except ImportError:

        async def metrics_unavailable(_: web.Request) -> web.Response:
            return web.Response(status=501, text=METRICS_NOT_INSTALLED)

        yield metrics_unavailable
        return
    metrics, observers = Metrics(bot), bot.dispatcher.observers

    async def answer(_: web.Request) -> web.Response:
        headers = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
        return web.Response(body=await metrics.render(), headers=headers)

    observers.append(metrics.observe)
    logging.getLogger().addHandler(metrics.log_counter)
    try:
        yield answer
    finally:
        logging.getLogger().removeHandler(metrics.log_counter)
        observers.remove(metrics.observe)
