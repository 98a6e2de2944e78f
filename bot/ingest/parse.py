"""Page sources to rows, in this process or in several: what can be done to each source apart from all others."""

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import aclosing, contextmanager
from itertools import islice
from multiprocessing.connection import wait

from bot.corpus.rows import MAX_EXAMPLES, PageRows, rows_of
from bot.errors import SourceError
from bot.ingest.sources import Job, Tables, fingerprint, read_source
from bot.wiki.page import read_page

# Starting processes takes as long as reading some hundred pages.
FEW = 300


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

    Raises:
        SourceError: A table is malformed.
    """
    tables.check()
    if len(jobs) <= FEW:
        for job in jobs:
            yield [parsed(job, tables)]
            # Here the load can be ended.
            await asyncio.sleep(0)
        return
    # A start reads few, and need not load what makes processes.

    async with aclosing(parse_side_by_side(jobs, tables)) as parsing:
        async for some in parsing:
            yield some


def parsed(job: Job, tables: Tables) -> Parsed:
    """Returns the rows of a source, or why it has none."""
    try:
        return parse(job, tables)
    except SourceError as error:
        return error


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
