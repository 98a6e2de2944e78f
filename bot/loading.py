"""Loading: page sources into the corpus, only what changed, a trope in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import SourceError, StoreError
from bot.sources import Tables, find_sources, fingerprint, read_source
from bot.store import CorpusWriter, open_writer
from bot.wiki import read_page


@dataclass(slots=True)
class Report:
    """What a load did.

    Attributes:
        loaded: Name and number of examples of each trope that was written.
        unchanged: How many sources the corpus held already.
        refused: One sentence for each source that was not loaded; what the corpus held of it is as before.
    """

    loaded: list[tuple[str, int]] = field(default_factory=list)
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The whole in one sentence."""
        examples = sum(count for _, count in self.loaded)
        return (
            f"Loaded {len(self.loaded)} {'trope' if len(self.loaded) == 1 else 'tropes'} "
            f"({examples} examples), {self.unchanged} unchanged, {len(self.refused)} refused."
        )


async def load(paths: Iterable[Path], corpus: Path, tables: Tables) -> Report:
    """Loads page sources into the corpus; one bad source never stops the rest.

    Args:
        paths: Files, and folders of them.
        corpus: The database; made if it is not there.
        tables: What the reader knows besides the pages.

    Raises:
        SourceError: A path is not there at all.
        StoreError: The corpus cannot be opened.
    """
    files = list(find_sources(paths))
    report = Report()
    async with open_writer(corpus) as writer:
        known = await writer.fingerprints()
        for file in files:
            try:
                await _load_one(file, writer, known, tables, report)
            except (SourceError, StoreError) as error:
                report.refused.append(str(error))
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
    report.loaded.append((source.name, len(page.examples)))
