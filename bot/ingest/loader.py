"""Loading page sources into the corpus: only what changed, every trope whole or not at all."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

from bot.corpus.quarantine import contains_table, file_identity, quarantine
from bot.corpus.rows import PageRows
from bot.corpus.writer import CorpusWriter, open_writer
from bot.database.error_translation import translate_errors
from bot.errors import (
    DatabaseDamagedError,
    DatabaseError,
    NewerSchemaError,
    OlderSchemaError,
    SourceError,
    WriteFailedError,
    WrongDatabaseError,
)
from bot.ingest.sources import ParseJob, SiteTables, SourceFile, find_sources, fingerprint, read_tables
from bot.settings import Settings
from bot.state.schema import STATE_SPEC

# Written in one transaction. More would need more memory, fewer more time.
EXAMPLES_PER_BATCH = 9_000

Warn = Callable[[str], None]
OnProgress = Callable[[], None]


def ignore(*_: object) -> None:
    """Do nothing with a warning or with progress."""


@dataclass(slots=True)
class LoadReport:
    """What a load did.

    Attributes:
        unchanged: How many sources the corpus had already.
        rejected: How many sources were not loaded; their examples in the corpus are as before.
        removed_names: Names of the tropes whose source is gone.
    """

    tropes: int = 0
    examples: int = 0
    unchanged: int = 0
    rejected: int = 0
    removed_names: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return the whole in one sentence."""
        tropes = "1 trope" if self.tropes == 1 else f"{self.tropes:,} tropes"
        removed = f", {len(self.removed_names):,} removed" if self.removed_names else ""
        return (
            f"Loaded {tropes} ({self.examples:,} examples), {self.unchanged:,} unchanged, "
            f"{self.rejected:,} rejected{removed}."
        )


async def load_or_rebuild(
    paths: Sequence[Path],
    settings: Settings,
    *,
    prune: bool = False,
    warn: Warn = ignore,
    on_progress: OnProgress = ignore,
) -> LoadReport:
    """Do what `load` does; move a damaged, newer or older corpus out of the way and rebuild it from all page sources.

    Raises:
        SourceError, DatabaseError: See `load`; an unusable corpus stays where it is if there is no source.
    """
    tables, before = read_tables(settings.tables_dir), file_identity(settings.corpus_path)
    try:
        return await load(paths, settings.corpus_path, tables, prune=prune, warn=warn, on_progress=on_progress)
    except (DatabaseDamagedError, NewerSchemaError, OlderSchemaError) as error:
        folder = settings.sources_dir.resolve()
        others = [path for path in paths if folder not in (path.resolve(), path.resolve().parent)]
        sources = [settings.sources_dir, *others] if settings.sources_dir.exists() else others
        if not any(True for _ in find_sources(sources)):
            raise
        warn(move_away(settings.corpus_path, before, error))
    return await load(sources, settings.corpus_path, tables, warn=warn, on_progress=on_progress)


def move_away(corpus: Path, identity: tuple[int, int] | None, error: DatabaseError) -> str:
    """Move an unusable corpus out of the way; return a sentence that says so.

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
    """Load page sources into the corpus: only what changed, each trope whole or not at all.

    A source that cannot be read is reported and skipped. A stopped load keeps what it wrote; the next one goes on.

    Args:
        paths: Files, and folders of them.
        corpus_path: The database; created if it does not exist.
        tables: What the reader knows besides the pages.
        prune: Whether to remove the tropes whose source is not among the files.
        warn: Called with a sentence for each rejected source.
        on_progress: Called after each source.

    Raises:
        SourceError: A path does not exist, or there is no source and all tropes would be removed.
        DatabaseError: The corpus cannot be used; each kind says why.
    """
    files = list(find_sources(paths))
    async with open_writer(corpus_path) as writer:
        loader = Loader(writer, tables, warn, on_progress)
        await loader.load(files)
        if prune:
            await loader.prune(files)
        await writer.finish_bulk_load()
    return loader.report


class Loader:
    """One load, while it runs."""

    def __init__(self, writer: CorpusWriter, tables: SiteTables, warn: Warn, on_progress: OnProgress) -> None:
        self.report = LoadReport()
        self._writer, self._tables, self._warn, self._on_progress = writer, tables, warn, on_progress
        self._names: set[str] = set()

    async def load(self, files: Iterable[SourceFile]) -> None:
        """Parse and write the files that changed; while one batch is written, the next is parsed."""
        jobs = await self._changed_jobs(files)
        if not jobs:
            return
        # The reader is slow to import, and most starts find nothing new to read.
        from bot.ingest.parse import parse_sources  # noqa: PLC0415

        await self._writer.begin_bulk_load(len(jobs))
        batch: list[PageRows] = []
        writing = asyncio.ensure_future(self._write_batch([]))
        try:
            async with aclosing(parse_sources(jobs, self._tables)) as results:
                async for some in results:
                    for result in some:
                        if isinstance(result, SourceError):
                            self._reject(result)
                        else:
                            batch.append(result)
                    if sum(len(page.examples) for page in batch) >= EXAMPLES_PER_BATCH:
                        await writing
                        writing, batch = asyncio.ensure_future(self._write_batch(batch)), []
        finally:
            # Also if the load is stopped now: what was parsed is written.
            await writing
            await self._write_batch(batch)

    async def prune(self, files: Iterable[SourceFile]) -> None:
        """Remove the tropes whose source is not among the files.

        Raises:
            SourceError: That would be all.
        """
        loaded = await self._writer.loaded_tropes()
        missing = (
            loaded.keys() - self._names - {(file.page_by_path or "").rpartition("/")[2].casefold() for file in files}
        )
        if loaded and len(missing) == len(loaded):
            raise SourceError("None of the loaded tropes has a source there, so nothing was removed. Check the paths.")
        for name in sorted(missing):
            await self._writer.remove(loaded[name][0])
        self.report.removed_names = sorted(missing)

    async def _changed_jobs(self, files: Iterable[SourceFile]) -> list[ParseJob]:
        """Return what must be parsed, each with its trope's id; a new trope gets the next free one."""
        loaded = await self._writer.loaded_tropes()
        next_trope_id = max((trope_id for trope_id, _ in loaded.values()), default=0) + 1
        jobs: dict[str, ParseJob] = {}
        for file in files:
            try:
                source = file.read()
            except SourceError as error:
                self._reject(error)
                continue
            name = source.trope.casefold()
            self._names.add(name)
            trope_id, loaded_fingerprint = loaded.setdefault(name, (next_trope_id, ""))
            next_trope_id = max(next_trope_id, trope_id + 1)
            changed = fingerprint(source, self._tables) != loaded_fingerprint
            if changed:
                jobs[name] = ParseJob(file, trope_id)
            else:
                self.report.unchanged += 1
                self._on_progress()
        return list(jobs.values())

    async def _write_batch(self, batch: Sequence[PageRows]) -> None:
        """Write pages in one transaction; if one of them cannot be written, write the others alone."""
        if not batch:
            return
        try:
            await self._writer.replace(batch)
        except (DatabaseDamagedError, WriteFailedError):
            raise
        except DatabaseError as error:
            if len(batch) == 1:
                self._reject(error)
                return
            for page in batch:
                await self._write_batch([page])
            return
        self.report.tropes += len(batch)
        self.report.examples += sum(len(page.examples) for page in batch)
        for _ in batch:
            self._on_progress()

    def _reject(self, error: Exception) -> None:
        self.report.rejected += 1
        self._warn(str(error))
        self._on_progress()
