"""Which files have to be parsed: one for each page, and only those that changed."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from bot.corpus.writer import LoadedPage
from bot.errors import SourceError
from bot.ingest.sources import ParseJob, SiteTables, Source, fingerprint, name_from_path, read_source


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page in a file; `saved_at` is in Unix seconds, or None if the page does not say."""

    file: Path
    name: str
    fingerprint: str
    content_hash: str
    saved_at: float | None

    @property
    def date(self) -> float:
        """When the page was saved, or else when its file was last changed."""
        if self.saved_at is not None:
            return self.saved_at
        try:
            return self.file.stat().st_mtime
        except OSError:
            return 0.0


@dataclass(slots=True)
class PageFiles:
    """The pages among some files.

    Attributes:
        pages: One file for each page, by the page's name in lower case.
        superseded: How many files have an older copy of a page in another file.
        notes: A sentence for each page that different files have.
        errors: Why files cannot be read.
    """

    pages: dict[str, FoundPage] = field(default_factory=dict)
    superseded: int = 0
    notes: list[str] = field(default_factory=list)
    errors: list[SourceError] = field(default_factory=list)
    unreadable_names: set[str] = field(default_factory=set)

    @classmethod
    def find(cls, files: Iterable[Path], tables: SiteTables) -> "PageFiles":
        """Read files. Of several with the same page, the newest one counts."""
        found = cls()
        for file in files:
            try:
                source = read_source(file)
            except SourceError as error:
                found.errors.append(error)
                found.unreadable_names.add(name_from_path(file).casefold())
            else:
                found.add(file, source, fingerprint(source, tables))
        return found

    def add(self, file: Path, source: Source, source_fingerprint: str) -> None:
        """Add a file, unless a newer one has the same page."""
        page = FoundPage(file, source.name, source_fingerprint, source.content_hash, source.saved_at)
        other = self.pages.setdefault(page.name.casefold(), page)
        if other is page:
            return
        self.superseded += 1
        older, newer = sorted((other, page), key=lambda each: (each.date, each.content_hash))
        self.pages[page.name.casefold()] = newer
        if older.content_hash != newer.content_hash:
            self.notes.append(f"{newer.name} is in two files: {newer.file} is newer than {older.file}, so it is used.")

    @property
    def names(self) -> set[str]:
        """The names of all pages, in lower case; an unreadable file's page is guessed from its name."""
        return self.pages.keys() | self.unreadable_names


def parse_jobs(pages: Iterable[FoundPage], loaded: Mapping[str, LoadedPage]) -> list[ParseJob]:
    """Return a job for each trope whose pages changed; a new trope gets the next free id."""
    loaded_names: dict[str, set[str]] = {}
    trope_ids: dict[str, int] = {}
    for name, page in loaded.items():
        trope = name.partition("/")[0]
        trope_ids[trope] = page.trope_id
        loaded_names.setdefault(trope, set()).add(name)
    next_id = max(trope_ids.values(), default=0) + 1
    files: dict[str, dict[str, Path]] = {}
    for found in pages:
        name = found.name.casefold()
        trope = name.partition("/")[0]
        if name in loaded and loaded[name].fingerprint == found.fingerprint:
            continue
        if trope not in trope_ids:
            trope_ids[trope] = next_id
            next_id += 1
        files.setdefault(trope, {})[name] = found.file
    return [
        ParseJob(trope_ids[trope], tuple(its.values()), _needs_stored_pages(its.keys(), loaded_names.get(trope, set())))
        for trope, its in files.items()
    ]


def _needs_stored_pages(changed: AbstractSet[str], loaded: AbstractSet[str]) -> bool:
    """Return whether a trope cannot be written from its changed pages alone.

    Of several changed pages each may be rejected, and then keeps its old examples. If the only one is, nothing changes.
    """
    return bool(loaded) if len(changed) > 1 else bool(loaded - changed)
