"""Runs the preview as an operator does: in a subprocess, stopped with Ctrl-C."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT

TIMEOUT_SECONDS = 15  # to start, and to stop


@dataclass
class Preview:
    """A running preview. `status` and `errors` (its standard error) are set when it has stopped."""

    url: str
    status: int | None = None
    errors: str = ""


@asynccontextmanager
async def running_preview(folder: Path, *paths: Path) -> AsyncIterator[Preview]:
    """Run the command `preview` of some pages during the block, with its databases in `folder`."""
    process = await _start(folder, *paths)
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            preview = Preview(await _address(process))
        yield preview
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(TIMEOUT_SECONDS):
            _, errors = await process.communicate()
        preview.status, preview.errors = process.returncode, errors.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def _address(process: Process) -> str:
    """Return the page's address, which is the first line of standard output."""
    assert process.stdout
    line = (await process.stdout.readline()).decode().strip()
    if not line.startswith("http://127.0.0.1:"):
        _, errors = await process.communicate()
        raise AssertionError(f"no address, but {line!r} and {errors.decode()!r}")
    return line


async def _start(folder: Path, *paths: Path) -> Process:
    # Background jobs inherit an ignored SIGINT, and would pass it on.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("BIGRUN_", "DISCORD_"))}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "preview", *paths, cwd=ROOT, stdout=PIPE, stderr=PIPE,
        env={**environment, "BIGRUN_CORPUS": str(folder / "corpus.db"), "BIGRUN_STATE": str(folder / "state.db")},
    )  # fmt: skip
