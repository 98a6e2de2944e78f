"""The real process at Discord's door: turned away, unanswered, or with nobody there."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from bot.client.run import LOGIN_REFUSED
from tests.loopback.guilds import TOKEN
from tests.loopback.running import end_of, start


class Door:
    """A server that answers every request in one way, and tells when it was asked."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.status: int | None = 401
        self.address = ""
        self.closing = asyncio.Event()
        self.close: Callable[[], Awaitable[None]]

    async def answer(self, _: web.Request) -> web.Response:
        self.asked.set()
        if self.status is None:
            await self.closing.wait()
        return web.json_response({"message": "401: Unauthorized", "code": 0}, status=self.status or 500)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", door.answer)
    runner = web.AppRunner(application, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    door.address = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10"
    door.close = runner.cleanup
    yield door
    door.closing.set()
    await runner.cleanup()


async def test_a_refused_token_is_one_sentence_and_exit_1(door: Door, tmp_path: Path) -> None:
    status, complaints = await end_of(await start(door.address, tmp_path))
    assert status == 1
    assert complaints.strip() == LOGIN_REFUSED
    assert TOKEN not in complaints


async def test_nobody_there_is_one_sentence_and_exit_1(door: Door, tmp_path: Path) -> None:
    await door.close()
    status, complaints = await end_of(await start(door.address, tmp_path))
    assert status == 1
    assert complaints.strip() == "Discord cannot be reached. Check this machine's connection."


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_bot_cleanly_while_it_waits_for_discord(
    door: Door, tmp_path: Path, number: signal.Signals
) -> None:
    door.status = None
    process = await start(door.address, tmp_path)
    async with asyncio.timeout(20):
        await door.asked.wait()
    process.send_signal(number)
    assert await end_of(process) == (0, "")
