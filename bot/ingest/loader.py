"""Load page sources into the corpus."""

import asyncio
import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.corpus.pages import merge_pages
from bot.corpus.quarantine import contains_table, quarantine
from bot.corpus.rows import TropeRows, trope_rows
from bot.corpus.writer import CorpusWriter, LoadedPage, open_writer
from bot.database.connections import lock_for_writing
from bot.database.error_translation import translate_errors
from bot.database.file_identity import file_identity
from bot.errors import (
    DatabaseDamagedError,
    DatabaseError,
    NewerSchemaError,
    OlderSchemaError,
    SourceError,
    WriteFailedError,
    WrongDatabaseError,
)
from bot.ingest.jobs import PageFiles, parse_jobs
from bot.ingest.layouts import LAYOUTS
from bot.ingest.records import Refusals
from bot.ingest.report import LoadReport, missing_examples
from bot.ingest.site_tables import SiteTables, read_tables
from bot.ingest.sources import OnProgress, ParseJob, SourceFile, find_sources, ignore
from bot.settings import Settings
from bot.state.schema import STATE_SPEC

if TYPE_CHECKING:
    from bot.ingest.parse import ParsedTrope

# Per transaction: more need more memory, fewer take longer.
EXAMPLES_PER_BATCH = 9_000

# Of the time of a load: to find which pages there are, as measured with large tables, and to rebuild indexes.
FINDING_SHARE, FINISHING_SHARE = 0.05, 0.1

OBJECTS_PER_COLLECTION = 200_000

# Two at a time would give one id to different tropes.
ANOTHER_LOAD = "Another load is running. Waiting for its end."

Warn = Callable[[str], None]


async def load_or_rebuild(
    files: Sequence[SourceFile],
    settings: Settings,
    *,
    prune: bool = False,
    warn: Warn = ignore,
    on_progress: OnProgress = ignore,
) -> LoadReport:
    """Load the pages in files. Move an unusable corpus out of the way and rebuild it from all sources.

    Raises:
        SourceError, DatabaseError: See `load_files`. Without sources, an unusable corpus stays.
    """
    tables, before = read_tables(settings.tables_dir), file_identity(settings.corpus_path)
    try:
        return await load_files(files, settings.corpus_path, tables, prune=prune, warn=warn, on_progress=on_progress)
    except (DatabaseDamagedError, NewerSchemaError, OlderSchemaError) as error:
        folders = {folder.resolve() for folder in settings.page_folders if folder.exists()}
        all_files = list(find_sources(sorted(folders)))
        all_files += [file for file in files if folders.isdisjoint(file.path.resolve().parents)]
        if not all_files:
            raise
        warn(_move_away(settings.corpus_path, before, error))
    return await load_files(all_files, settings.corpus_path, tables, warn=warn, on_progress=on_progress)


def _move_away(corpus: Path, identity: tuple[int, int] | None, error: DatabaseError) -> str:
    """Move an unusable corpus out of the way, and return a sentence about it.

    Raises:
        WrongDatabaseError: It looks like a damaged state, so it was not moved.
    """
    match error:
        case NewerSchemaError():
            reason, problem = "newer", "was made by a newer version of Big Run"
        case OlderSchemaError():
            reason, problem = "older", "was made by an older version of Big Run"
        case _:
            reason, problem = "damaged", "is damaged"
    with translate_errors(corpus):
        if file_identity(corpus) == identity and contains_table(corpus, STATE_SPEC.marker_table):
            raise WrongDatabaseError(
                f"{corpus} is damaged and looks like a Big Run state, not a corpus, so it was not touched. "
                "Set BIGRUN_CORPUS to another file."
            )
    moved_to = quarantine(corpus, identity, reason)
    moved = f"It was moved to {moved_to.name}" if moved_to else "Another process has moved it out of the way"
    return f"The corpus {corpus} {problem}. {moved} and is rebuilt from the page sources."


async def load(
    paths: Sequence[Path],
    corpus_path: Path,
    tables: SiteTables,
    *,
    prune: bool = False,
    warn: Warn = ignore,
    on_progress: OnProgress = ignore,
) -> LoadReport:
    """Load the pages in files and folders.

    Raises:
        SourceError, DatabaseError: See `find_sources` and `load_files`.
    """
    files = list(find_sources(paths))
    return await load_files(files, corpus_path, tables, prune=prune, warn=warn, on_progress=on_progress)


async def load_files(
    files: Sequence[SourceFile],
    corpus_path: Path,
    tables: SiteTables,
    *,
    prune: bool = False,
    warn: Warn = ignore,
    on_progress: OnProgress = ignore,
) -> LoadReport:
    """Load the pages that changed, each trope whole or not at all. Create a missing corpus.

    Of several files with one page, use the newest. Skip unreadable files. A cancelled load keeps what it wrote.
    With `prune`, also remove pages without a file. `warn` gets a sentence for each problem. `on_progress` gets the
    fraction that is done.

    Raises:
        SourceError: Pruning would remove all pages.
        DatabaseError: The corpus cannot be used.
    """
    on_found = until_cancelled(lambda done: on_progress(FINDING_SHARE * done))
    found = PageFiles.find(files, tables, on_progress=on_found)
    return await load_found(found, corpus_path, tables, prune=prune, warn=warn, on_progress=on_progress)


def until_cancelled(on_progress: OnProgress) -> OnProgress:
    """Let a long step of the current task end where it reports its progress, once the task is cancelled."""
    task = asyncio.current_task()

    def report(done: float) -> None:
        if task and task.cancelling():
            raise asyncio.CancelledError
        on_progress(done)

    return report


async def load_found(
    found: PageFiles,
    corpus_path: Path,
    tables: SiteTables,
    *,
    prune: bool = False,
    warn: Warn = ignore,
    on_progress: OnProgress = ignore,
) -> LoadReport:
    """Load pages that were found in files, like `load_files`."""
    async with lock_for_writing(corpus_path, partial(warn, ANOTHER_LOAD)), open_writer(corpus_path) as writer:
        loader = _Loader(writer, tables, warn, on_progress)
        with _rare_collections():
            await loader.load(found)
        if prune:
            await loader.prune()
        await loader.finish()
    return loader.report


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let Python look for garbage less often in the block. Rows are none, and each look would scan a whole batch."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_PER_COLLECTION, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


async def remove(name: str, corpus_path: Path, tables: SiteTables, warn: Warn = ignore) -> list[str]:
    """Remove a trope or one subpage, and return the names of removed pages.

    Raises:
        SourceError: There is no such page.
        DatabaseError: The corpus cannot be used.
    """
    unknown = SourceError(f"There is no page {name!r} in the corpus. To see what it has: bigrun list")
    if file_identity(corpus_path) is None:
        raise unknown
    async with lock_for_writing(corpus_path, partial(warn, ANOTHER_LOAD)), open_writer(corpus_path) as writer:
        key = name.casefold()
        pages = [page for each, page in (await writer.loaded_pages()).items() if key in (each, each.partition("/")[0])]
        if not pages:
            raise unknown
        loader = _Loader(writer, tables)
        await loader.remove(pages)
        await loader.retitle()
    return sorted(page.name for page in pages)


class _Loader:
    def __init__(
        self, writer: CorpusWriter, tables: SiteTables, warn: Warn = ignore, on_progress: OnProgress = ignore
    ) -> None:
        self.report = LoadReport()
        self._writer, self._tables, self._warn, self._on_progress = writer, tables, warn, on_progress
        self._names: set[str] = set()
        self._total, self._done = 0, 0  # pages

    async def load(self, found: PageFiles) -> None:
        """Parse the next batch while one is written."""
        jobs = await self._changed_jobs(found)
        if not jobs:
            return
        # Slow to import, and most starts find nothing new.
        from bot.ingest.parse import parse_sources  # noqa: PLC0415

        await self._writer.begin_bulk_load(len(jobs), sum(job.rows for job in jobs))
        await self._writer.add_media(self._tables.lexicon.media)
        batch: list[ParsedTrope] = []
        writing = asyncio.ensure_future(self._write_batch([]))
        titles = await self._titles()
        try:
            async with aclosing(parse_sources(jobs, self._tables, self._read_back, titles)) as results:
                async for some in results:
                    batch += self._take(some)
                    if sum(parsed.rows.example_count for parsed in batch if parsed.rows) >= EXAMPLES_PER_BATCH:
                        await writing
                        has_large = any(parsed.rows.is_large for parsed in batch if parsed.rows)
                        writing, batch = asyncio.ensure_future(self._write_batch(batch)), []
                        if has_large:  # two at a time would need too much memory
                            await writing
        except asyncio.CancelledError:
            if not writing.done():
                batch = []  # one batch is enough to wait for. The next load parses this one again.
            raise
        finally:
            # Even a stopped load writes what it parsed.
            await writing
            await self._write_batch(batch)

    def _take(self, results: list["ParsedTrope"]) -> list["ParsedTrope"]:
        """Report what was refused, and return the others. Empty the list, or it stays in memory with the next one."""
        for parsed in results:
            for error in parsed.errors:
                self._reject(error)
            for refusals in parsed.refusals:
                self._refuse(refusals)
        taken = [parsed for parsed in results if parsed.rows]
        results.clear()
        return taken

    async def prune(self) -> None:
        """Remove the pages without a file.

        Raises:
            SourceError: All would be removed.
        """
        loaded = await self._writer.loaded_pages()
        missing = loaded.keys() - self._names
        if loaded and len(missing) == len(loaded):
            raise SourceError("None of the loaded pages has a source there, so nothing was removed. Check the paths.")
        await self.remove([loaded[name] for name in missing])
        self.report.removed_names = sorted(missing)

    async def remove(self, pages: Iterable[LoadedPage]) -> None:
        """Remove pages, and tropes without any other page."""
        names: dict[int, set[str]] = {}
        for page in pages:
            names.setdefault(page.trope_id, set()).add(page.name)
        titles = await self._titles()
        for trope_id, removed in sorted(names.items()):
            rest = [stored for stored in await self._writer.read_pages(trope_id) if stored.page.name not in removed]
            if rest:
                await self._writer.replace([trope_rows(rest, trope_id, LAYOUTS, titles)])
            else:
                await self._writer.remove(trope_id)

    async def retitle(self) -> None:
        """Update all tropes to the titles that pages register now."""
        stale = await self._writer.stale_titles()
        if not stale:
            return
        lexicon = self._tables.lexicon
        titles = await self._titles()
        for page, _ in stale:
            titles.setdefault(page.casefold(), lexicon.title(page))
        candidates = {*stale, *[(page, lexicon.title(page)) for page, _ in stale]}
        trope_ids = await self._writer.find_mistitled(titles, candidates)
        await self._writer.begin_bulk_load(len(trope_ids))
        batch: list[TropeRows] = []
        for trope_id in trope_ids:
            batch.append(trope_rows(await self._writer.read_pages(trope_id), trope_id, LAYOUTS, titles))
            if sum(rows.example_count for rows in batch) >= EXAMPLES_PER_BATCH:
                await self._writer.replace(batch)
                batch = []
        if batch:
            await self._writer.replace(batch)
        await self._writer.finish_bulk_load()
        await self._writer.clear_stale_titles()

    async def finish(self) -> None:
        """Rebuild what the load dropped, and bring titles up to date."""
        await self._writer.finish_bulk_load(lambda done: self._on_progress(1 - FINISHING_SHARE * (1 - done)))
        await self.retitle()
        await self.report_empty_tropes()
        self._on_progress(1)

    async def report_empty_tropes(self) -> None:
        for trope_id in await self._writer.tropes_without_examples():
            index = merge_pages([stored.page for stored in await self._writer.read_pages(trope_id)])
            if index.trope.name.casefold() in self._names:
                self.report.without_examples += 1
                self._warn(missing_examples(index))

    async def _titles(self) -> dict[str, str]:
        """Return learned titles that the tables lack, by page in lower case."""
        titles = await self._writer.learned_titles()
        known = self._tables.lexicon.titles if titles else {}
        return {page: title for page, title in titles.items() if page not in known}

    async def _changed_jobs(self, found: PageFiles) -> list[ParseJob]:
        self._names, self._total = found.names, found.total
        self._refuse(found.refusals)
        for error in found.errors:
            self._reject(error)
        for note in found.notes:
            self._warn(note)
        loaded = await self._writer.loaded_pages({name.partition("/")[0] for name in found.copies})
        jobs = parse_jobs(found.pages, loaded, await self._writer.next_trope_id())
        changed = sum(len(job.files) for job in jobs)
        self.report.unchanged = len(found.copies) - changed
        self._advance(found.total - len(found.errors) - changed)
        return jobs

    async def _read_back(self, jobs: Sequence[ParseJob]) -> list[ParseJob]:
        return [
            replace(job, stored=tuple(await self._writer.read_pages(job.trope_id))) if job.read_back else job
            for job in jobs
        ]

    async def _write_batch(self, batch: Sequence["ParsedTrope"]) -> None:
        """Write tropes in one transaction. If it fails, write each alone."""
        if not batch:
            return
        try:
            await self._writer.replace([parsed.rows for parsed in batch if parsed.rows])
        except (DatabaseDamagedError, WriteFailedError):
            raise
        except DatabaseError as error:
            if len(batch) == 1:
                self._reject(error, len(batch[0].reports))
                return
            for parsed in batch:
                await self._write_batch([parsed])
            return
        for parsed in batch:
            self._count(parsed)

    def _count(self, parsed: "ParsedTrope") -> None:
        self.report.add_trope(parsed.reports, parsed.subpages)
        self._advance(len(parsed.reports))

    def _refuse(self, refusals: Refusals) -> None:
        """Report rows of a file that were not read."""
        self.report.rejected += refusals.count
        for sentence in refusals.lines():
            self._warn(sentence)

    def _reject(self, error: Exception, sources: int = 1) -> None:
        self.report.rejected += sources
        self._warn(str(error))
        self._advance(sources)

    def _advance(self, pages: int) -> None:
        self._done += pages
        if self._total:
            share = 1 - FINDING_SHARE - FINISHING_SHARE
            self._on_progress(FINDING_SHARE + share * self._done / self._total)
