"""Page sources to rows, in this process or in several: what can be done to each source apart from all others."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import wait
from pathlib import Path

from bot.errors import SourceError
from bot.sources import Tables, fingerprint, read_source
from bot.store.rows import MAX_EXAMPLES, PageRows, rows_of
from bot.wiki import read_page

# Starting processes takes as long as reading some hundred pages.
FEW = 300
_CHUNK = 50  # sources that are sent to a process at once
_WAITING = 2  # chunks a process has before it


@dataclass(frozen=True, slots=True)
class Job:
    """A source to be read, and the number that stands for its trope."""

    file: Path
    trope_id: int


Parsed = PageRows | SourceError


def parse(job: Job, tables: Tables) -> PageRows:
    """Returns the rows of a source.

    Raises:
        SourceError: It cannot be read, or holds no example, or more than the corpus can number.
    """
    source = read_source(job.file)
    page = read_page(source.name, source.text, tables.lexicon)
    if not page.examples:
        raise SourceError(f"{job.file} holds no example: nothing of it was loaded, what was there before is kept.")
    if len(page.examples) > MAX_EXAMPLES:
        raise SourceError(f"{job.file} holds over {MAX_EXAMPLES:,} examples: split it into pages.")
    return rows_of(page, job.trope_id, fingerprint(source, tables))


async def parse_all(jobs: Sequence[Job], tables: Tables) -> AsyncGenerator[list[Parsed], None]:
    """Yields the rows of sources, or why they have none, some at a time and in any order.

    Many are read by as many processes as there are processors. They end with the block, or when this process ends,
    in whatever way it does.
    """
    if len(jobs) <= FEW:
        for job in jobs:
            yield [_parsed(job, tables)]
            # Here the load can be ended.
            await asyncio.sleep(0)
        return
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
    parent = multiprocessing.parent_process()
    if parent:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _parse_chunk(jobs: Sequence[Job]) -> list[Parsed]:
    return [_parsed(job, _tables) for job in jobs]


def _parsed(job: Job, tables: Tables) -> Parsed:
    try:
        return parse(job, tables)
    except SourceError as error:
        return error


def _chunks(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    remaining = iter(jobs)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk
