"""Choose what to parse: the newest file of each page, if it changed."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.corpus.rows import MAX_TROPES
from bot.corpus.writer import LoadedPage
from bot.errors import SourceError
from bot.ingest.records import Refusals
from bot.ingest.site_tables import SiteTables
from bot.ingest.sources import OnProgress, ParseJob, SourceFile, fingerprint, ignore, pages_in
from bot.model import MAIN_NAMESPACE

MAX_FILES_NAMED = 5


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page in a file."""

    file: SourceFile
    name: str
    fingerprint: str
    content_hash: str
    date: float  # when it was saved or else changed, in Unix seconds


@dataclass(slots=True)
class PageFiles:
    """The pages in some files."""

    copies: dict[str, list[FoundPage]] = field(default_factory=dict)  # newest first, by page name in lower case
    errors: list[SourceError] = field(default_factory=list)
    refusals: Refusals = field(default_factory=Refusals)  # rows of files that were not read
    unreadable_names: set[str] = field(default_factory=set)  # of pages, from paths of unreadable files

    @classmethod
    def find(
        cls,
        files: Sequence[SourceFile],
        tables: SiteTables,
        known: "KnownPages | None" = None,
        on_progress: OnProgress = ignore,
    ) -> "PageFiles":
        """Read the files, and add the `known` copies of their pages in others."""
        found = cls()
        for number, file in enumerate(files):

            def on_read(fraction: float, number: int = number) -> None:
                on_progress((number + fraction) / len(files))

            on_read(0)
            try:
                for page_file in pages_in(file, found.refusals, on_read):
                    page = _found_page(page_file, tables)
                    found.copies.setdefault(page.name.casefold(), []).append(page)
            except SourceError as error:
                found.errors.append(error)
                found.unreadable_names.add((file.page_by_path or "").removeprefix(MAIN_NAMESPACE).casefold())
        if known is not None:
            known.update({file.path for file in files}, found.copies)
        for copies in found.copies.values():
            copies.sort(key=lambda page: (page.date, page.content_hash), reverse=True)
        return found

    @property
    def total(self) -> int:
        """How many pages there are to load, those that cannot be read included."""
        return sum(map(len, self.copies.values())) + len(self.errors)

    @property
    def pages(self) -> list[FoundPage]:
        """The newest file of each page."""
        return [copies[0] for copies in self.copies.values()]

    @property
    def notes(self) -> list[str]:
        """A sentence for each page with several different files."""
        return [_note(copies) for copies in self.copies.values() if len({page.content_hash for page in copies}) > 1]

    @property
    def names(self) -> set[str]:
        """The names of all pages in lower case. An unreadable file has that of its path."""
        return self.copies.keys() | self.unreadable_names


class KnownPages:
    """Which pages are in which files, so that of a changed file it is known whether another one is newer."""

    def __init__(self) -> None:
        self._by_path: dict[Path, list[FoundPage]] = {}
        self._by_name: dict[str, dict[Path, FoundPage]] = {}

    def update(self, paths: Iterable[Path], copies: dict[str, list[FoundPage]]) -> None:
        """Know what files have now, and add to `copies` those of the same pages in other files."""
        for path in paths:
            self.forget(path)
        for name, found in copies.items():
            others = self._by_name.setdefault(name, {})
            new = {page.file.path: page for page in found}
            found.extend(others.values())
            others.update(new)
            for path, page in new.items():
                self._by_path.setdefault(path, []).append(page)

    def forget(self, path: Path) -> list[str]:
        """Forget a file, and return the names of its pages."""
        pages = self._by_path.pop(path, [])
        for page in pages:
            self._by_name[page.name.casefold()].pop(path, None)
        return [page.name for page in pages]


def _found_page(file: SourceFile, tables: SiteTables) -> FoundPage:
    source = file.read()
    date = source.saved_at if source.saved_at is not None else source.changed_at
    file = replace(file, length=len(source.text))
    return FoundPage(file, source.name, fingerprint(source, tables), source.content_hash, date or 0.0)


def _note(copies: Sequence[FoundPage]) -> str:
    newest, *older = copies
    more = f" and {len(older) - MAX_FILES_NAMED} more" if len(older) > MAX_FILES_NAMED else ""
    others = ", ".join(str(page.file) for page in older[:MAX_FILES_NAMED])
    is_in = f"{newest.name} is in {len(copies)} files"
    return f"{is_in}: {newest.file} is the newest, so it is used instead of {others}{more}."


def parse_jobs(pages: Iterable[FoundPage], loaded: Mapping[str, LoadedPage], next_id: int) -> list[ParseJob]:
    """Return a job for each trope with changed pages. New tropes get ids from `next_id` on.

    Raises:
        SourceError: There are more tropes than ids.
    """
    loaded_names: dict[str, set[str]] = {}
    trope_ids: dict[str, int] = {}
    for name, page in loaded.items():
        trope = name.partition("/")[0]
        trope_ids[trope] = page.trope_id
        loaded_names.setdefault(trope, set()).add(name)
    files: dict[str, dict[str, SourceFile]] = {}
    for found in pages:
        name = found.name.casefold()
        trope = name.partition("/")[0]
        if name in loaded and loaded[name].fingerprint == found.fingerprint:
            continue
        if trope not in trope_ids:
            if next_id > MAX_TROPES:
                raise SourceError(f"Over {MAX_TROPES:,} tropes are more than a corpus can number. Load fewer pages.")
            trope_ids[trope] = next_id
            next_id += 1
        files.setdefault(trope, {})[name] = found.file
    return [
        ParseJob(trope_ids[trope], tuple(its.values()), _needs_stored_pages(its.keys(), loaded_names.get(trope, set())))
        for trope, its in files.items()
    ]


def _needs_stored_pages(changed: AbstractSet[str], loaded: AbstractSet[str]) -> bool:
    # A trope is written whole. If one of several changed pages is rejected, its stored examples are needed.
    return bool(loaded) if len(changed) > 1 else bool(loaded - changed)
