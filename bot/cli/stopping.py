"""End a command between two steps when Ctrl-C or SIGTERM asks for it."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from bot.errors import StoppedError

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
T = TypeVar("T")


async def until_stopped(work: Coroutine[Any, Any, T]) -> T:
    """Do some work, and cancel it at a signal. What it wrote stays.

    Raises:
        StoppedError: A signal ended it.
    """
    task = asyncio.ensure_future(work)
    received: list[int] = []

    def stop(number: int) -> None:
        received.append(number)
        task.cancel()

    for number in STOP_SIGNALS:
        with suppress(NotImplementedError):  # on Windows
            asyncio.get_running_loop().add_signal_handler(number, stop, number)
    try:
        return await task
    except asyncio.CancelledError:
        if not received:
            raise
        raise StoppedError(received[0]) from None
