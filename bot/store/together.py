"""Writing together: what many want written at once is one transaction, and one trip to the disk."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.errors import NotWritten, StoreError

# Seconds between two writes while several rows wait at a time. One row alone never waits.
REST = 0.004

_Row = TypeVar("_Row")


class Together(Generic[_Row]):
    """Collects rows while others are being written, and writes them in the order in which they came.

    A row may say how another that came before it goes on. So where a write fails, all that waited fails with it.
    """

    def __init__(self, write: Callable[[Callable[[], list[_Row]]], Awaitable[Sequence[bool]]]) -> None:
        """Takes what writes.

        Args:
            write: Waits for its turn, calls what it is given for the rows that wait by then, and writes those, all or
                none; returns of each whether it was written. It may raise StoreError.
        """
        self._write = write
        self._waiting: list[tuple[_Row, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def put(self, row: _Row) -> bool:
        """Returns when a row is on the disk, True, or when it was not to be written, False.

        A row whose caller is cancelled may be written all the same.

        Raises:
            StoreError: It was not written, nor any that waited with it.
        """
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((row, done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return bool(await done)

    def refuse(self) -> None:
        """Lets nothing be written that waits: what it goes on from is no longer there."""
        for _, done in self._taken():
            _settle(done, written=False)

    async def finish(self) -> None:
        """Returns when nothing is being written."""
        if self._writing:
            await asyncio.wait([self._writing])

    def _taken(self) -> list[tuple[_Row, asyncio.Future[bool]]]:
        waiting, self._waiting = self._waiting, []
        return waiting

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                if await self._write_some() > 1:
                    await asyncio.sleep(REST)
        finally:
            self._writing = None

    async def _write_some(self) -> int:
        """Writes what waits; returns how much that was."""
        taken: list[tuple[_Row, asyncio.Future[bool]]] = []

        def take() -> list[_Row]:
            taken.extend(self._taken())
            return [row for row, _ in taken]

        try:
            written = await self._write(take)
        except BaseException as error:
            failed = error if isinstance(error, StoreError) else NotWritten("The writing was given up.")
            for _, done in taken + self._taken():
                _settle(done, failed)
            if failed is not error:
                raise
        else:
            for (_, done), one in zip(taken, written, strict=True):
                _settle(done, written=one)
        return len(taken)


def _settle(done: asyncio.Future[bool], error: StoreError | None = None, *, written: bool = False) -> None:
    # Nobody waits any more for one that was cancelled.
    if done.cancelled():
        return
    if error:
        done.set_exception(error)
    else:
        done.set_result(written)
