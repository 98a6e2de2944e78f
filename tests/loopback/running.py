"""The real bot at a loopback Discord, in this process or in one of its own."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.client.bot import TropeBot, create_bot
from bot.settings import ROOT, Settings
from tests.cli_runner import Cli
from tests.loopback.event_log import WAIT_TIMEOUT_SECONDS
from tests.loopback.guilds import TOKEN
from tests.loopback.ports import at
from tests.loopback.server import Discord
from tests.translated_commands import translate_once

_PROCESSES: set[Process] = set()


@asynccontextmanager
async def started(
    discord: Discord, settings: Settings, *, shards: int = 1, heartbeat_timeout: float = 60.0
) -> AsyncIterator[TropeBot]:
    """Run a bot in this process, connected with that many sessions, for the time of the block."""
    bot = create_bot(settings, rate_limit=(1_000_000, 20.0))
    bot._connection.heartbeat_timeout = heartbeat_timeout
    with at(discord.address), pytest.MonkeyPatch.context() as patch:
        translate_once(patch)
        async with bot:
            running = asyncio.create_task(bot.start(TOKEN))
            connected = asyncio.create_task(discord.gateway.ready(shards))
            await asyncio.wait({running, connected}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                connected.cancel()
                running.result()
            yield bot
        await asyncio.wait({running})


async def start(address: str, folder: Path, *words: str, extra: dict[str, str] | None = None) -> Process:
    """Start `bigrun run`, or another command line, in a process with its databases in a folder."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.loopback.start", address, *(words or ("run",))),
        env={**Cli(folder).environment, "DISCORD_TOKEN": TOKEN, "BIGRUN_LOG_FORMAT": "human", **(extra or {})},
        cwd=ROOT,
        stdout=PIPE,
        stderr=PIPE,
    )
    _PROCESSES.add(process)
    return process


async def end_of(process: Process) -> tuple[int, str]:
    """Wait for the end of a process, and return its exit status and standard error."""
    try:
        async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
            _, stderr = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode is not None
    return process.returncode, stderr.decode()


async def kill_all() -> None:
    """Kill the processes that a failed test left behind."""
    for process in _PROCESSES:
        if process.returncode is None:
            process.kill()
            await process.wait()
    _PROCESSES.clear()
