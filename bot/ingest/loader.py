"""Load page sources into the corpus."""

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
from bot.ingest.sources import ParseJob, SiteTables, find_sources, fingerprint, read_source, read_tables
from bot.settings import Settings
from bot.state.schema import STATE_SPEC

# Per transaction. A larger batch needs more memory, a smaller one more time.
EXAMPLES_PER_BATCH = 9_000

Warn = Callable[[str], None]
OnProgress = Callable[[], None]


def ignore(*_: object) -> None:
    """Do nothing."""


@dataclass(slots=True)
class LoadReport:
    """What a load did."""

    tropes: int = 0
    examples: int = 0
    unchanged: int = 0  # sources that the corpus had already
    rejected: int = 0  # sources that were not loaded: their examples in the corpus are as before
    removed_names: list[str] = field(default_factory=list)  # tropes whose source is gone

    def summary(self) -> str:
        """Return the report as one sentence."""
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
    """Load as `load` does, but move an unusable corpus out of the way and rebuild it from all page sources.

    Raises:
        SourceError, DatabaseError: See `load`. Without any source, an unusable corpus stays where it is.
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
    """Move an unusable corpus out of the way. Return a sentence that says so.

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
    """Load the page sources that changed, each trope whole or not at all.

    Skip a source that cannot be read, after a sentence to `warn`. `prune` also removes the tropes whose source is not
    among `paths`. A stopped load keeps what it wrote, and the next one continues.

    Raises:
        SourceError: A path does not exist, or pruning would remove all tropes.
        DatabaseError: The corpus cannot be used.
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
    """A running load."""

    def __init__(self, writer: CorpusWriter, tables: SiteTables, warn: Warn, on_progress: OnProgress) -> None:
        self.report = LoadReport()
        self._writer, self._tables, self._warn, self._on_progress = writer, tables, warn, on_progress

    async def load(self, files: Iterable[Path]) -> None:
        """Parse and write the files that changed. Parse the next batch while one is written."""
        jobs = await self._changed_jobs(files)
        if not jobs:
            return
        # Imported here: it is slow to import, and most starts find nothing new.
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
            # Even a stopped load writes what it parsed.
            await writing
            await self._write_batch(batch)

    async def prune(self, files: Iterable[Path]) -> None:
        """Remove the tropes whose source is not among the files.

        Raises:
            SourceError: All would be removed.
        """
        loaded = await self._writer.loaded_tropes()
        missing = loaded.keys() - {file.stem.casefold() for file in files}
        if loaded and len(missing) == len(loaded):
            raise SourceError("None of the loaded tropes has a source there, so nothing was removed. Check the paths.")
        for name in sorted(missing):
            await self._writer.remove(loaded[name][0])
        self.report.removed_names = sorted(missing)

    async def _changed_jobs(self, files: Iterable[Path]) -> list[ParseJob]:
        """Return a job for each changed source. A new trope gets the next free id."""
        loaded = await self._writer.loaded_tropes()
        next_trope_id = max((trope_id for trope_id, _ in loaded.values()), default=0) + 1
        jobs: dict[str, ParseJob] = {}
        for file in files:
            name = file.stem.casefold()
            trope_id, loaded_fingerprint = loaded.setdefault(name, (next_trope_id, ""))
            next_trope_id = max(next_trope_id, trope_id + 1)
            try:
                changed = fingerprint(read_source(file), self._tables) != loaded_fingerprint
            except SourceError as error:
                self._reject(error)
                continue
            if changed:
                jobs[name] = ParseJob(file, trope_id)
            else:
                self.report.unchanged += 1
                self._on_progress()
        return list(jobs.values())

    async def _write_batch(self, batch: Sequence[PageRows]) -> None:
        """Write pages in one transaction. If it fails, write each page alone."""
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
