"""Loading: page sources into the corpus, only what changed, a trope in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import DamagedStore, NewerSchema, NotWritten, SourceError, StoreError
from bot.settings import Settings
from bot.sources import Tables, find_sources, fingerprint, read_source, read_tables
from bot.store import CorpusWriter, identity, open_writer, set_aside
from bot.wiki import read_page


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
    """Loads page sources into the corpus; one bad source never stops the rest.

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
        StoreError: The corpus cannot be opened or written.
    """
    report = Report()
    files = find_sources(paths)
    async with open_writer(corpus) as writer:
        known = await writer.fingerprints()
        gone = set(known)
        for file in files:
            gone.discard(file.stem.casefold())
            try:
                await _load_one(file, writer, known, tables, report)
            except (DamagedStore, NotWritten):
                raise
            except (SourceError, StoreError) as error:
                report.refused += 1
                complain(str(error))
            advance()
        if prune:
            report.pruned = await _prune(writer, gone, known)
    return report


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


async def _load_one(file: Path, writer: CorpusWriter, known: dict[str, str], tables: Tables, report: Report) -> None:
    source = read_source(file)
    mark = fingerprint(source, tables)
    if known.get(source.name.casefold()) == mark:
        report.unchanged += 1
        return
    page = read_page(source.name, source.text, tables.lexicon)
    if not page.examples:
        raise SourceError(f"{file} holds no example: nothing of it was loaded, what was there before is kept.")
    await writer.replace(page, mark)
    report.tropes += 1
    report.examples += len(page.examples)


async def _prune(writer: CorpusWriter, gone: set[str], known: dict[str, str]) -> list[str]:
    if known and len(gone) == len(known):
        raise SourceError("No source of any loaded trope was found, so nothing was removed: check the paths.")
    for name in sorted(gone):
        await writer.remove(name)
    return sorted(gone)
