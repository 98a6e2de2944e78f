"""Doing together what many ask for at once: one transaction, one query, one trip to SQLite's thread for all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.errors import DatabaseError

# Seconds between two goes while several wait at a time. One that is alone never waits.
REST = 0.004

_Asked = TypeVar("_Asked")
_Given = TypeVar("_Given")


class Together(Generic[_Asked, _Given]):
    """Collects what is asked for while it is busy, and then does it in one go, in the order in which it was asked for.

    What is asked for may build on what was asked for before it. So where a go fails, all that waited fails with it.
    """

    def __init__(self, do: Callable[[Callable[[], list[_Asked]]], Awaitable[Sequence[_Given]]]) -> None:
        """Takes what does it.

        Args:
            do: Waits for its turn, calls what it is given for all that is asked for by then, and does that; returns
                what to give for each. It may raise DatabaseError.
        """
        self._do = do
        self._waiting: list[tuple[_Asked, asyncio.Future[_Given]]] = []
        self._going: asyncio.Task[None] | None = None

    async def ask(self, asked: _Asked) -> _Given:
        """Returns what is given for what is asked; where the caller is cancelled, it may be done all the same.

        Raises:
            DatabaseError: It was not done, nor anything that waited with it.
        """
        given: asyncio.Future[_Given] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, given))
        if self._going is None:
            self._going = asyncio.create_task(self._go_on())
        return await given

    def refuse(self, given: _Given) -> None:
        """Gives the same for all that waits, and does nothing of it."""
        for _, waiting in self._taken():
            _give(waiting, given)

    async def finish(self) -> None:
        """Returns when nothing is being done."""
        if self._going:
            await asyncio.wait([self._going])

    def _taken(self) -> list[tuple[_Asked, asyncio.Future[_Given]]]:
        waiting, self._waiting = self._waiting, []
        return waiting

    async def _go_on(self) -> None:
        try:
            while self._waiting:
                if await self._go() > 1:
                    await asyncio.sleep(REST)
        finally:
            self._going = None

    async def _go(self) -> int:
        """Does what waits; returns how much that was."""
        taken: list[tuple[_Asked, asyncio.Future[_Given]]] = []

        def take() -> list[_Asked]:
            taken.extend(self._taken())
            return [asked for asked, _ in taken]

        try:
            given = await self._do(take)
        except BaseException as error:
            failed = error if isinstance(error, DatabaseError) else DatabaseError("What was under way was given up.")
            for _, waiting in taken + self._taken():
                if not waiting.cancelled():
                    waiting.set_exception(failed)
            if failed is not error:
                raise
        else:
            for (_, waiting), one in zip(taken, given, strict=True):
                _give(waiting, one)
        return len(taken)


def _give(waiting: asyncio.Future[_Given], given: _Given) -> None:
    # Nobody waits any more for one that was cancelled.
    if not waiting.cancelled():
        waiting.set_result(given)
