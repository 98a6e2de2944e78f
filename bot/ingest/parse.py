"""Parse page sources into rows, in this process or one per core."""

import asyncio
import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import wait
from multiprocessing.synchronize import Event

from bot.corpus.footprint import MAX_GROWTH, is_out_of_proportion
from bot.corpus.pages import StoredPage
from bot.corpus.rows import MAX_EXAMPLES_PER_TROPE, NO_TITLES, TropeRows, trope_rows
from bot.errors import SourceError
from bot.ingest.layouts import LAYOUTS
from bot.ingest.reading import read_file
from bot.ingest.records import Refusals
from bot.ingest.report import PageReport, page_report, subpage_summary
from bot.ingest.site_tables import SiteTables
from bot.ingest.sources import ParseJob, SourceFile

PARALLEL_MIN_SOURCES = 300  # for fewer, starting processes takes longer than parsing
SOURCES_PER_TASK = 50
LARGE_WEIGHT = 250  # 5,000 rows of a table
TASKS_PER_WORKER = 2  # more would only wait in memory
MAX_WORKERS = 61  # Windows can wait for no more


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
    here = [job for job in jobs if _stays_here(job)]
    others = [job for job in jobs if not _stays_here(job)]
    parse_others = _parse_in_parallel if sum(map(weight, others)) > PARALLEL_MIN_SOURCES else _parse_here
    for parse, some_jobs in ((parse_others, others), (_parse_here, here)):
        async with aclosing(parse(some_jobs, tables, read_back, titles)) as results:
            async for some in results:
                yield some


def _stays_here(job: ParseJob) -> bool:
    """Return whether to parse a job alone and in this process: another one would fill the memory again."""
    return weight(job) > LARGE_WEIGHT or any(file.is_in_this_process for file in job.files)


async def _parse_here(
    jobs: Sequence[ParseJob], tables: SiteTables, read_back: ReadBack, titles: Mapping[str, str]
) -> AsyncGenerator[list[ParsedTrope], None]:
    for job in jobs:
        [whole] = await read_back([job])
        if weight(job) > LARGE_WEIGHT:
            yield [await asyncio.to_thread(parse_trope, whole, tables, titles)]
        else:
            yield [parse_trope(whole, tables, titles)]
            await asyncio.sleep(0)  # let a cancelled load stop here


async def _parse_in_parallel(
    jobs: Sequence[ParseJob], tables: SiteTables, read_back: ReadBack, titles: Mapping[str, str]
) -> AsyncGenerator[list[ParsedTrope], None]:
    workers = min(os.cpu_count() or 1, MAX_WORKERS)
    context = multiprocessing.get_context("spawn")  # this process has threads
    stopped = context.Event()
    pool = ProcessPoolExecutor(workers, context, _init_worker, (tables, titles, stopped))
    chunks = split_jobs(jobs)
    loop = asyncio.get_running_loop()
    try:
        with _block_signals():
            first_chunks = islice(chunks, workers * TASKS_PER_WORKER)
            running = {loop.run_in_executor(pool, _parse_chunk, await read_back(chunk)) for chunk in first_chunks}
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for chunk in islice(chunks, len(done)):
                running.add(loop.run_in_executor(pool, _parse_chunk, await read_back(chunk)))
            for future in done:
                yield future.result()
    except BrokenProcessPool as error:
        raise SourceError(
            "A process that reads pages was killed, perhaps for want of memory. What was loaded so far stays. To load "
            "the rest, run it again."
        ) from error
    finally:
        stopped.set()
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
    """Parse a trope's files and merge them with its stored pages. Skip files with errors, whatever errors they are."""
    try:
        return _parse_trope(job, tables, titles)
    except Exception as error:  # noqa: BLE001 - no page may stop a load or a start
        kind = type(error).__name__
        reason = f"it could not be read because of a bug ({kind}). Skipped; please report it with the file."
        return ParsedTrope(None, [], [SourceError(f"{file}: {reason}") for file in job.files])


def _parse_trope(job: ParseJob, tables: SiteTables, titles: Mapping[str, str]) -> ParsedTrope:
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
        SourceError: It cannot be read, has neither examples nor an index of subpages, or would need too much room.
    """
    read = read_file(file, tables)
    if not read.page.examples and not read.page.listed_subpages:
        reason = f" {read.refusals.sentences[0]}" if read.refusals.count else ""
        raise SourceError(f"{file}: no examples found.{reason} Skipped; the examples loaded before are unchanged.")
    stored = StoredPage(read.page, read.fingerprint, read.form, None if read.saved_at is None else int(read.saved_at))
    if read.length is not None and is_out_of_proportion(stored, read.length, LAYOUTS):
        raise SourceError(
            f"{file} has too many tiny examples, works or different words: it needs over {MAX_GROWTH} times its size "
            "in the corpus. No page is like that."
        )
    return stored, read.refusals


@contextmanager
def _block_signals() -> Iterator[None]:
    """Keep what ends this process from those started in the block: they end with it, when it has read their results."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


worker_tables: SiteTables
worker_titles: Mapping[str, str]
worker_stopped: Event


def _init_worker(tables: SiteTables, titles: Mapping[str, str], stopped: Event) -> None:
    """Set up a worker process that ends with its parent."""
    global worker_tables, worker_titles, worker_stopped
    worker_tables, worker_titles, worker_stopped = tables, titles, stopped
    gc.disable()  # parsing leaves no cycles
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_exit_with_parent, args=(parent.sentinel,), daemon=True).start()


def _exit_with_parent(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _parse_chunk(jobs: Sequence[ParseJob]) -> list[ParsedTrope]:
    # A cancelled load waits for the workers, so they stop after the trope they are at.
    return [parse_trope(job, worker_tables, worker_titles) for job in jobs if not worker_stopped.is_set()]
