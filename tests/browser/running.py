"""The preview as a host runs it: a process of its own, ended with Ctrl-C."""

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

DEADLINE = 15  # seconds, to start and to end


@dataclass
class Preview:
    """A running preview and, once it has ended, how.

    Attributes:
        url: The address of its page.
        status: Its exit status.
        complaints: All it wrote to standard error.
    """

    url: str
    status: int | None = None
    complaints: str = ""


@asynccontextmanager
async def running_preview(folder: Path) -> AsyncIterator[Preview]:
    """Run the command `preview` with its corpus in `folder`; its end is written into what was yielded.

    Raises:
        AssertionError: It said no address.
        TimeoutError: It neither started nor ended in time.
    """
    process = await _start(folder)
    try:
        async with asyncio.timeout(DEADLINE):
            preview = Preview(await _address(process))
        yield preview
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(DEADLINE):
            _, complaints = await process.communicate()
        preview.status, preview.complaints = process.returncode, complaints.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def _address(process: Process) -> str:
    """Return the first line of standard output, which is the page's address."""
    assert process.stdout
    line = (await process.stdout.readline()).decode().strip()
    if not line.startswith("http://127.0.0.1:"):
        _, complaints = await process.communicate()
        raise AssertionError(f"no address, but {line!r} and {complaints.decode()!r}")
    return line


async def _start(folder: Path) -> Process:
    # A test run in the background may have been told to ignore Ctrl-C, and would hand that down.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith(("BIGRUN_", "DISCORD_"))}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "preview", cwd=ROOT, stdout=PIPE, stderr=PIPE,
        env={**surroundings, "BIGRUN_CORPUS": str(folder / "corpus.db"), "BIGRUN_STATE": str(folder / "state.db")},
    )  # fmt: skip
