"""End a command between two steps when Ctrl-C or SIGTERM asks for it."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.errors import StoppedError

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
T = TypeVar("T")


async def until_stopped(work: Coroutine[Any, Any, T]) -> T:
    """Do some work, and cancel it at a signal. What it wrote stays. A second signal ends the process at once.

    Raises:
        StoppedError: A signal ended it.
    """
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)
    received: list[int] = []

    # Not the loop's own handlers: those wait for the end of a long step. It would not see that it is cancelled, and a
    # second signal could not end it.
    def stop(number: int, _: object) -> None:
        received.append(number)
        signal.signal(number, signal.SIG_DFL)
        task.cancel()
        loop.call_soon_threadsafe(lambda: None)  # wake the loop

    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:  # as of jobs in the background
            signal.signal(number, stop)
    try:
        return await task
    except asyncio.CancelledError:
        if not received:
            raise
        raise StoppedError(received[0]) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
