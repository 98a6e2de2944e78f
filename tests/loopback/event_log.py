"""What happened at a loopback Discord, in order. Tests wait for entries instead of sleeping."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

WAIT_TIMEOUT_SECONDS = 20.0
MAX_ENTRIES = 20_000

_T = TypeVar("_T")


class EventLog(Generic[_T]):
    """The newest 20,000 entries, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[_T] = deque(maxlen=MAX_ENTRIES)
        self._added = asyncio.Event()

    def __iter__(self) -> Iterator[_T]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: _T) -> None:
        self._entries.append(entry)
        self._added.set()
        self._added = asyncio.Event()

    def all(self, matches: Callable[[_T], bool]) -> list[_T]:
        return [entry for entry in self._entries if matches(entry)]

    async def changed(self) -> None:
        """Wait for the next entry."""
        await self._added.wait()

    async def wait_for(self, count: int, matches: Callable[[_T], bool] = lambda _: True) -> list[_T]:
        """Wait for at least `count` entries that match, and return them."""
        async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
            while len(found := self.all(matches)) < count:
                await self.changed()
        return found
