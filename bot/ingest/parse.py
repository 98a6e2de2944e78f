"""Parse page sources into rows, in this process or one per core."""

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import wait

from bot.corpus.pages import StoredPage
from bot.corpus.rows import MAX_EXAMPLES_PER_TROPE, NO_TITLES, TropeRows, trope_rows
from bot.errors import SourceError
from bot.ingest.layouts import LAYOUTS
from bot.ingest.reading import read_file
from bot.ingest.records import Refusals
from bot.ingest.report import PageReport, page_report, subpage_summary
from bot.ingest.sources import ParseJob, SiteTables, SourceFile

PARALLEL_MIN_SOURCES = 300  # for fewer, starting processes takes longer than parsing
SOURCES_PER_TASK = 50
TASKS_PER_WORKER = 2  # more would only wait in memory


@dataclass(slots=True)
class ParsedTrope:
    """The result of a job."""

    rows: TropeRows | None  # None if no file can be loaded
    reports: list[PageReport]  # of the files that were read
    errors: list[SourceError]  # of the others
    subpages: str = ""  # which are loaded, as a sentence
    refusals: list[Refusals] = field(default_factory=list)  # rows of the files that were not read


ReadBack = Callable[[Sequence[ParseJob]], Awaitable[Sequence[ParseJob]]]


async def parse_sources(
    jobs: Sequence[ParseJob], tables: SiteTables, read_back: ReadBack, titles: Mapping[str, str] = NO_TITLES
) -> AsyncGenerator[list[ParsedTrope], None]:
    """Yield the results of jobs, some at a time, in any order.

    `read_back` adds stored pages to jobs just before parsing. `titles` replace those on pages, by page in lower case.

    Raises:
        SourceError: A table is malformed.
    """
    tables.validate()
    from_input = any(file.data is not None for job in jobs for file in job.files)  # too large to send to each process
    if from_input or sum(map(weight, jobs)) <= PARALLEL_MIN_SOURCES:
        for job in jobs:
            yield [parse_trope(each, tables, titles) for each in await read_back([job])]
            await asyncio.sleep(0)  # let a cancelled load stop here
        return
    workers = os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")  # this process has threads
    pool = ProcessPoolExecutor(workers, context, _init_worker, (tables, titles))
    chunks = split_jobs(jobs)
    loop = asyncio.get_running_loop()
    try:
        with _block_sigint():
            first_chunks = islice(chunks, workers * TASKS_PER_WORKER)
            running = {loop.run_in_executor(pool, _parse_chunk, await read_back(chunk)) for chunk in first_chunks}
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for chunk in islice(chunks, len(done)):
                running.add(loop.run_in_executor(pool, _parse_chunk, await read_back(chunk)))
            for future in done:
                yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def weight(job: ParseJob) -> int:
    """Return how many pages a job is as long as."""
    return sum([file.weight for file in job.files])


def split_jobs(jobs: Sequence[ParseJob]) -> Iterator[list[ParseJob]]:
    """Yield some jobs at a time."""
    chunk: list[ParseJob] = []
    total = 0
    for job in jobs:
        if chunk and total + weight(job) > SOURCES_PER_TASK:
            yield chunk
            chunk, total = [], 0
        chunk.append(job)
        total += weight(job)
    if chunk:
        yield chunk


def parse_trope(job: ParseJob, tables: SiteTables, titles: Mapping[str, str] = NO_TITLES) -> ParsedTrope:
    """Parse a trope's files and merge them with its stored pages. Skip files with errors."""
    pages = {stored.page.name.casefold(): stored for stored in job.stored}
    parsed = ParsedTrope(None, [], [])
    for file in job.files:
        try:
            stored, refusals = _parse_page(file, tables)
        except SourceError as error:
            parsed.errors.append(error)
            continue
        parsed.refusals += [refusals] if refusals.count else []
        parsed.reports.append(page_report(str(file), stored.page, stored.form))
        pages[stored.page.name.casefold()] = stored
    if not parsed.reports:
        return parsed
    if sum(len(stored.page.examples) for stored in pages.values()) > MAX_EXAMPLES_PER_TROPE:
        message = f"{job.files[0]}: its trope has over {MAX_EXAMPLES_PER_TROPE:,} examples, more than can be numbered."
        return ParsedTrope(None, [], [*parsed.errors, *[SourceError(message) for _ in parsed.reports]])
    parsed.rows = trope_rows(list(pages.values()), job.trope_id, LAYOUTS, titles)
    parsed.subpages = subpage_summary([stored.page for stored in pages.values()])
    return parsed


def _parse_page(file: SourceFile, tables: SiteTables) -> tuple[StoredPage, Refusals]:
    """Return the page in a file, and the rows of it that were refused.

    Raises:
        SourceError: It cannot be read, or has neither examples nor an index of subpages.
    """
    read = read_file(file, tables)
    if not read.page.examples and not read.page.listed_subpages:
        reason = f" {read.refusals.sentences[0]}" if read.refusals.count else ""
        raise SourceError(f"{file}: no examples found.{reason} Skipped; the examples loaded before are unchanged.")
    saved_at = None if read.saved_at is None else int(read.saved_at)
    return StoredPage(read.page, read.fingerprint, read.form, saved_at), read.refusals


@contextmanager
def _block_sigint() -> Iterator[None]:
    """Keep Ctrl-C from processes started in the block."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


worker_tables: SiteTables
worker_titles: Mapping[str, str]


def _init_worker(tables: SiteTables, titles: Mapping[str, str]) -> None:
    """Set up a worker process that ends with its parent."""
    global worker_tables, worker_titles
    worker_tables, worker_titles = tables, titles
    gc.disable()  # parsing leaves no cycles
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_exit_with_parent, args=(parent.sentinel,), daemon=True).start()


def _exit_with_parent(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _parse_chunk(jobs: Sequence[ParseJob]) -> list[ParsedTrope]:
    return [parse_trope(job, worker_tables, worker_titles) for job in jobs]
