"""Page sources to rows by as many processes as there are processors, which end with the one that began them."""

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import wait

from bot.parsing import Parsed, parsed
from bot.sources import Job, Tables

_CHUNK = 50  # sources that are sent to a process at once
_WAITING = 2  # chunks a process has before it


async def parse_side_by_side(jobs: Sequence[Job], tables: Tables) -> AsyncGenerator[list[Parsed], None]:
    """Yields the rows of sources, or why they have none, some at a time and in any order."""
    with _processes(tables) as pool:
        loop = asyncio.get_running_loop()
        chunks = _chunks(jobs)
        workers = os.cpu_count() or 1
        with _uninterrupted():
            running = {loop.run_in_executor(pool, _parse_chunk, chunk) for chunk in islice(chunks, workers * _WAITING)}
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            running |= {loop.run_in_executor(pool, _parse_chunk, chunk) for chunk in islice(chunks, len(done))}
            for future in done:
                yield future.result()


@contextmanager
def _processes(tables: Tables) -> Iterator[ProcessPoolExecutor]:
    # Spawned, not forked: this process has threads.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(os.cpu_count(), context, _begin, (tables,))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Keeps Ctrl-C from the processes that are begun in the block: it is for this one to end them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_tables: Tables


def _begin(tables: Tables) -> None:
    """Prepares a process: it never outlives the one that began it."""
    global _tables  # noqa: PLW0603 - sent once to each process, not with each chunk
    _tables = tables
    # Reading leaves no cycles: looking for them took 4 % of the time and found none.
    gc.disable()
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _parse_chunk(jobs: Sequence[Job]) -> list[Parsed]:
    return [parsed(job, _tables) for job in jobs]


def _chunks(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    remaining = iter(jobs)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk
