"""The real bot at a loopback Discord, in this process or in one of its own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.client.bot import TropeBot, create_bot
from bot.settings import ROOT, Settings
from tests.cli_runner import NO_CERTIFICATES
from tests.loopback.event_log import WAIT_TIMEOUT_SECONDS
from tests.loopback.guilds import TOKEN
from tests.loopback.ports import at
from tests.loopback.server import Discord


@asynccontextmanager
async def started(
    discord: Discord, settings: Settings, *, shards: int = 1, heartbeat_timeout: float = 60.0
) -> AsyncIterator[TropeBot]:
    """Runs a bot in this process, connected, for the time of the block.

    Args:
        discord: Where it connects to.
        settings: What it is made with.
        shards: How many sessions it has when it is connected.
        heartbeat_timeout: For how many seconds it lets the gateway be silent.
    """
    bot = create_bot(settings, rate_limit=(1_000_000, 20.0))
    bot._connection.heartbeat_timeout = heartbeat_timeout
    with at(discord.address):
        async with bot:
            running = asyncio.create_task(bot.start(TOKEN))
            connected = asyncio.create_task(discord.gateway.ready(shards))
            await asyncio.wait({running, connected}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                connected.cancel()
                running.result()
            yield bot
        await asyncio.wait({running})


STARTED: set[asyncio.subprocess.Process] = set()


async def start(
    address: str, folder: Path, *words: str, extra: dict[str, str] | None = None
) -> asyncio.subprocess.Process:
    """Starts `bigrun run`, or what `words` say, in a process of its own with databases in a folder."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DISCORD_TOKEN": TOKEN,
        "BIGRUN_CORPUS": str(folder / "corpus.db"),
        "BIGRUN_STATE": str(folder / "state.db"),
        "BIGRUN_LOG_FORMAT": "human",
        **NO_CERTIFICATES,
        **(extra or {}),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.loopback.start", address, *(words or ("run",)), env=environment, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    STARTED.add(process)
    return process


async def end_of(process: asyncio.subprocess.Process) -> tuple[int, str]:
    """Waits for the end of a process; returns its exit status and what it wrote to standard error."""
    try:
        async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
            _, complaints = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode is not None
    return process.returncode, complaints.decode()


async def end_all() -> None:
    """Kills whatever was started and has not ended, as a test that failed leaves it."""
    for process in STARTED:
        if process.returncode is None:
            process.kill()
            await process.wait()
    STARTED.clear()
