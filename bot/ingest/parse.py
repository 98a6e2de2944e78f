"""Page sources to rows, in this process or in one per core."""

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncGenerator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import wait

from bot.corpus.rows import MAX_EXAMPLES_PER_PAGE, PageRows, page_rows
from bot.errors import SourceError
from bot.ingest.sources import ParseJob, SiteTables, fingerprint, read_page_source

PARALLEL_MIN_SOURCES = 300  # starting processes takes as long as reading so many
SOURCES_PER_TASK = 50
TASKS_PER_WORKER = 2  # more would only wait in memory

ParseResult = PageRows | SourceError


async def parse_sources(jobs: Sequence[ParseJob], tables: SiteTables) -> AsyncGenerator[list[ParseResult], None]:
    """Yield the rows of each source, or the error that stopped it, some at a time and in any order.

    Worker processes end with the block, or when this process ends, however that happens.

    Raises:
        SourceError: A table is malformed.
    """
    tables.validate()
    if len(jobs) <= PARALLEL_MIN_SOURCES:
        for job in jobs:
            yield [try_parse(job, tables)]
            await asyncio.sleep(0)  # let a cancelled load stop here
        return
    workers = os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")  # this process has threads
    pool = ProcessPoolExecutor(workers, context, init_worker, (tables,))
    chunks = (jobs[first : first + SOURCES_PER_TASK] for first in range(0, len(jobs), SOURCES_PER_TASK))
    loop = asyncio.get_running_loop()
    try:
        with block_sigint():
            first_chunks = islice(chunks, workers * TASKS_PER_WORKER)
            running = {loop.run_in_executor(pool, parse_chunk, chunk) for chunk in first_chunks}
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            running |= {loop.run_in_executor(pool, parse_chunk, chunk) for chunk in islice(chunks, len(done))}
            for future in done:
                yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def parse_source(job: ParseJob, tables: SiteTables) -> PageRows:
    """Return the rows of a source.

    Raises:
        SourceError: It cannot be read, or has no examples, or more than the corpus can number.
    """
    source = job.file.read()
    page = read_page_source(source, tables.lexicon)
    if not page.examples:
        raise SourceError(f"{job.file}: no examples found. Skipped; the examples loaded before are unchanged.")
    if len(page.examples) > MAX_EXAMPLES_PER_PAGE:
        raise SourceError(f"{job.file}: over {MAX_EXAMPLES_PER_PAGE:,} examples. Split it into pages.")
    return page_rows(page, job.trope_id, fingerprint(source, tables))


def try_parse(job: ParseJob, tables: SiteTables) -> ParseResult:
    """Return the rows of a source, or the error that stopped it."""
    try:
        return parse_source(job, tables)
    except SourceError as error:
        return error


@contextmanager
def block_sigint() -> Iterator[None]:
    """Keep Ctrl-C from the processes that start in the block: this one ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


worker_tables: SiteTables


def init_worker(tables: SiteTables) -> None:
    """Prepare a worker process; it never outlives the one that started it."""
    global worker_tables  # noqa: PLW0603 - sent once to each process, not with each chunk
    worker_tables = tables
    gc.disable()  # parsing leaves no cycles
    if parent := multiprocessing.parent_process():
        threading.Thread(target=exit_with_parent, args=(parent.sentinel,), daemon=True).start()


def exit_with_parent(sentinel: int) -> None:
    """End this process when its parent has ended."""
    wait([sentinel])
    os._exit(1)


def parse_chunk(jobs: Sequence[ParseJob]) -> list[ParseResult]:
    """Parse some sources in a worker process."""
    return [try_parse(job, worker_tables) for job in jobs]
