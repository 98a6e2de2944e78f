"""Group commit: concurrent calls share a transaction or a query."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.errors import DatabaseError

BATCH_INTERVAL_SECONDS = 0.004  # after a batch of several calls: a single call never waits

T = TypeVar("T")
R = TypeVar("R")


class Batcher(Generic[T, R]):
    """Batch concurrent calls: everything submitted while one batch runs goes into the next, in order.

    If a batch fails, so does everything queued behind it: later items may depend on earlier ones.
    """

    def __init__(self, execute: Callable[[list[T]], Awaitable[Sequence[R]]]) -> None:
        self._execute = execute  # returns a result for each item, or raises DatabaseError
        self._queue: list[tuple[T, asyncio.Future[R]]] = []
        self._task: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no batch runs or is queued."""
        return self._task is None

    async def submit(self, item: T) -> R:
        """Return the result for an item, which may be executed even if the caller is cancelled.

        Raises:
            DatabaseError: Neither this item nor any behind it was executed.
        """
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._queue.append((item, future))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return await future

    async def drain(self) -> None:
        """Wait until nothing is queued."""
        if self._task:
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        batch: list[tuple[T, asyncio.Future[R]]] = []
        try:
            while self._queue:
                batch, self._queue = self._queue, []
                results = await self._execute([item for item, _ in batch])
                for (_, future), result in zip(batch, results, strict=True):
                    if not future.done():  # its caller was cancelled
                        future.set_result(result)
                if len(batch) > 1:
                    await asyncio.sleep(BATCH_INTERVAL_SECONDS)
        except BaseException as error:
            failure = error if isinstance(error, DatabaseError) else DatabaseError("The change was cancelled.")
            for _, future in batch + self._queue:
                if not future.done():
                    future.set_exception(failure)
            self._queue = []
            if failure is not error:
                raise
        finally:
            self._task = None
