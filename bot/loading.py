"""Loading: page sources into the corpus, only what changed, a trope in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import DamagedStore, NotWritten, SourceError, StoreError
from bot.sources import Tables, find_sources, fingerprint, read_source
from bot.store import CorpusWriter, open_writer
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
