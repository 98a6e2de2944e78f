"""Loading: page sources into the corpus, only what changed, every trope whole or not at all."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.corpus.quarantine import identity, set_aside
from bot.corpus.rows import PageRows
from bot.corpus.writer import CorpusWriter, open_writer
from bot.errors import DamagedStore, NewerSchema, NotWritten, SourceError, StoreError
from bot.ingest.sources import Job, Tables, find_sources, fingerprint, read_source, read_tables
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.ingest.parse import Parsed

# Examples that are written together, where there are so many. More need more memory, fewer more time.
BATCH = 9_000


@dataclass(slots=True)
class Report:
    """What a load did.

    Attributes:
        tropes: How many tropes were written.
        examples: How many examples they hold.
        unchanged: How many sources the corpus held already.
        refused: How many sources were not loaded; what the corpus held of them is as before.
        pruned: Names of the tropes that were removed because their source is gone.
    """

    tropes: int = 0
    examples: int = 0
    unchanged: int = 0
    refused: int = 0
    pruned: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The whole in one sentence."""
        tropes = "1 trope" if self.tropes == 1 else f"{self.tropes:,} tropes"
        pruned = f", {len(self.pruned):,} removed" if self.pruned else ""
        return (
            f"Loaded {tropes} ({self.examples:,} examples), {self.unchanged:,} unchanged, "
            f"{self.refused:,} refused{pruned}."
        )


async def load(
    paths: Sequence[Path],
    corpus: Path,
    tables: Tables,
    *,
    prune: bool = False,
    complain: Callable[[str], None] = lambda _: None,
    advance: Callable[[], None] = lambda: None,
) -> Report:
    """Loads page sources into the corpus; one bad source never stops the rest, and a load cut short can go on later.

    Args:
        paths: Files, and folders of them.
        corpus: The database; made if it is not there.
        tables: What the reader knows besides the pages.
        prune: Whether to remove the tropes that none of the sources is named by.
        complain: Is given one sentence for each source that is refused.
        advance: Is called after each source.

    Raises:
        SourceError: A path is not there at all, or there is no source and all would be pruned.
        DamagedStore, NewerSchema: The corpus cannot be used as it is; see `load_or_rebuild`.
        StoreError: The corpus cannot be opened or written, or is an older one and there is no source.
    """
    files = list(find_sources(paths))
    # To make an older corpus anew is to empty it first, and it may be all that is left of its pages.
    async with open_writer(corpus, anew=bool(files)) as writer:
        loading = _Loading(writer, tables, complain, advance)
        await loading.load(files)
        if prune:
            await loading.prune(files)
        await writer.finish()
    return loading.report


async def load_or_rebuild(
    paths: Sequence[Path],
    settings: Settings,
    *,
    prune: bool = False,
    complain: Callable[[str], None] = lambda _: None,
    advance: Callable[[], None] = lambda: None,
) -> Report:
    """Does what `load` does; a corpus that is damaged or newer is set aside and made anew from all page sources.

    Args:
        paths: Files, and folders of them.
        settings: Where the corpus, the tables and all page sources are.
        prune: Whether to remove the tropes that none of the sources is named by.
        complain: Is given one sentence for each source that is refused, and one if the corpus is set aside.
        advance: Is called after each source.

    Raises:
        SourceError: A path is not there at all, or there is no source and all would be pruned.
        DamagedStore, NewerSchema: The corpus cannot be used, and there is no source to make one from.
        StoreError: The corpus cannot be opened or written.
    """
    tables, known = read_tables(settings.tables), identity(settings.corpus)
    try:
        return await load(paths, settings.corpus, tables, prune=prune, complain=complain, advance=advance)
    except (DamagedStore, NewerSchema) as error:
        sources = _whole(paths, settings.pages)
        if not any(True for _ in find_sources(sources)):
            raise
        complain(_set_aside(settings.corpus, known, error))
    return await load(sources, settings.corpus, tables, complain=complain, advance=advance)


def _whole(paths: Sequence[Path], pages: Path) -> list[Path]:
    """Returns where all page sources are, none of them twice."""
    home = pages.resolve()
    others = [path for path in paths if home not in (path.resolve(), path.resolve().parent)]
    return [pages, *others] if pages.exists() else others


def _set_aside(corpus: Path, known: tuple[int, int] | None, error: StoreError) -> str:
    newer = isinstance(error, NewerSchema)
    aside = set_aside(corpus, known, "newer" if newer else "damaged")
    what = "was made by a newer version of Big Run" if newer else "is damaged"
    where = f"it was set aside as {aside.name}" if aside else "another process has set it aside"
    return f"The corpus {corpus} {what}: {where}, and is made anew from the page sources."


class _Loading:
    """One load, while it goes on."""

    def __init__(
        self, writer: CorpusWriter, tables: Tables, complain: Callable[[str], None], advance: Callable[[], None]
    ) -> None:
        self.report = Report()
        self._writer, self._tables = writer, tables
        self._complain, self._advance = complain, advance

    async def load(self, files: Iterable[Path]) -> None:
        """Reads the files, and writes those that changed."""
        batch: list[PageRows] = []
        writing = asyncio.ensure_future(self._write(batch))
        try:
            jobs = await self._changed(files)
            if not jobs:
                return
            # The reader of pages takes a tenth of a start to load, which mostly finds nothing new.
            from bot.ingest.parse import parse_all  # noqa: PLC0415

            await self._writer.begin(len(jobs))
            async with aclosing(parse_all(jobs, self._tables)) as parsing:
                async for parsed in parsing:
                    batch += self._readable(parsed)
                    if sum(len(page.examples) for page in batch) >= BATCH:
                        # While one batch is written the next is read.
                        await writing
                        writing = asyncio.ensure_future(self._write(batch))
                        batch = []
        finally:
            # What was read is written, also where the load is ended now.
            await writing
            await self._write(batch)

    async def prune(self, files: Iterable[Path]) -> None:
        """Removes the tropes that none of the files is named by.

        Raises:
            SourceError: That would be all.
        """
        known = await self._writer.known()
        gone = known.keys() - {file.stem.casefold() for file in files}
        if known and len(gone) == len(known):
            raise SourceError("No source of any loaded trope was found, so nothing was removed: check the paths.")
        for name in sorted(gone):
            await self._writer.remove(known[name][0])
        self.report.pruned = sorted(gone)

    async def _changed(self, files: Iterable[Path]) -> list[Job]:
        """Returns what is to be read anew, each with the number of its trope, a new one if it is new."""
        known = await self._writer.known()
        free = max((trope_id for trope_id, _ in known.values()), default=0) + 1
        jobs: dict[str, Job] = {}
        for file in files:
            name = file.stem.casefold()
            trope_id, mark = known.setdefault(name, (free, ""))
            free = max(free, trope_id + 1)
            try:
                if fingerprint(read_source(file), self._tables) == mark:
                    self.report.unchanged += 1
                    self._advance()
                else:
                    jobs[name] = Job(file, trope_id)
            except SourceError as error:
                self._refuse(error)
        return list(jobs.values())

    def _readable(self, parsed: "Iterable[Parsed]") -> Iterator[PageRows]:
        for page in parsed:
            if isinstance(page, SourceError):
                self._refuse(page)
            else:
                yield page

    async def _write(self, batch: Sequence[PageRows]) -> None:
        if not batch:
            return
        try:
            await self._writer.replace(batch)
        except (DamagedStore, NotWritten):
            raise
        except StoreError as error:
            if len(batch) > 1:
                for page in batch:
                    await self._write([page])
            else:
                self._refuse(error)
            return
        self.report.tropes += len(batch)
        self.report.examples += sum(len(page.examples) for page in batch)
        for _ in batch:
            self._advance()

    def _refuse(self, error: Exception) -> None:
        self.report.refused += 1
        self._complain(str(error))
        self._advance()
