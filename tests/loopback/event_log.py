"""What happened at a loopback Discord, in order, and waiting for what is still to happen without sleeping."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

WAIT_TIMEOUT_SECONDS = 20.0  # seconds; a test that waits longer has failed
MAX_ENTRIES = 20_000

_T = TypeVar("_T")


def _any(_: object) -> bool:
    return True


class EventLog(Generic[_T]):
    """Entries in the order in which they were made; the newest 20,000 are kept."""

    def __init__(self) -> None:
        self._entries: deque[_T] = deque(maxlen=MAX_ENTRIES)
        self._added = asyncio.Event()

    def __iter__(self) -> Iterator[_T]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: _T) -> None:
        """Adds an entry and wakes who waits for one."""
        self._entries.append(entry)
        self._added.set()
        self._added = asyncio.Event()

    def all(self, wanted: Callable[[_T], bool] = _any) -> list[_T]:
        """Returns the entries that are wanted."""
        return [entry for entry in self._entries if wanted(entry)]

    async def changed(self) -> None:
        """Waits for the next entry."""
        await self._added.wait()

    async def reach(self, count: int, wanted: Callable[[_T], bool] = _any) -> list[_T]:
        """Waits until so many wanted entries were made, and returns them.

        Raises:
            TimeoutError: It took longer than PATIENCE.
        """
        async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
            while len(found := self.all(wanted)) < count:
                await self.changed()
        return found
