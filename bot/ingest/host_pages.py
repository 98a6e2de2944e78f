"""Check, load and remove the pages of a host beside a running bot. Everything here blocks: call it in a thread."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BigRunError, SourceError
from bot.ingest.archives import SIGN_BYTES, ZIP_SIGN
from bot.ingest.jobs import PageFiles
from bot.ingest.loader import load_or_rebuild, remove
from bot.ingest.page_names import PAGE_SUFFIXES, page_from_path
from bot.ingest.pages_folder import replace_file, set_aside
from bot.ingest.records import may_be_records
from bot.ingest.report import PageReport, missing_examples, page_report, subpage_summary
from bot.ingest.sources import SourceFile, find_sources, read_tables
from bot.model import MAIN_NAMESPACE
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """What is in an uploaded file."""

    title: str
    trope: str
    report: PageReport
    notes: tuple[str, ...]
    stored_as: str  # the name of its file among the host's pages


@dataclass(frozen=True, slots=True)
class LoadedPage:
    """A page that was stored. `problem` is empty if it was loaded too."""

    page: CheckedPage
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RemovedTrope:
    """What was removed: names of pages, files that were set aside, and files that the next start loads again."""

    pages: tuple[str, ...]
    files: tuple[str, ...]
    remaining: tuple[str, ...]


class HostPages:
    """The corpus and the folder of page sources."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._folder = settings, settings.sources_dir

    def check(self, path: Path) -> CheckedPage:
        """Read the page in an uploaded file.

        Raises:
            SourceError: There is none, or several.
        """
        from bot.ingest.reading import read_file  # noqa: PLC0415 - the readers are slow to import

        file, tables = SourceFile(path, label=path.name), read_tables(self._settings.tables_dir)
        refuse_other_kinds(path)
        read = read_file(file, tables)
        page = read.page
        if not page.examples and not page.listed_subpages:
            raise SourceError(f"{file}: no examples found.")
        notes = [subpage_summary([page]), "" if page.examples else missing_examples(page)]
        return CheckedPage(
            page.trope.title,
            page.trope.name,
            page_report(str(file), page, read.form),
            tuple(filter(None, notes)),
            stored_name(page.name, path.suffix),
        )

    def files_of(self, page: str) -> list[Path]:
        """Return the files of one page among the host's, whatever they are called."""
        return [found.path for found in self._find([page]) if replaceable(found)]

    def load(self, path: Path) -> LoadedPage:
        """Store an uploaded page among the host's pages, and load it. Its former files are kept as ``….before``.

        Raises:
            SourceError: See `check`.
            WriteFailedError: The page cannot be stored.
        """
        checked = self.check(path)
        target, files = self._folder / checked.stored_as, self.files_of(checked.report.page)
        replace_file(target, path.read_bytes())
        for former in files:
            if former != target:
                set_aside(former)
        warnings: list[str] = []
        try:
            report = asyncio.run(load_or_rebuild([target], self._settings, warn=warnings.append))
        except BigRunError as error:
            return LoadedPage(checked, str(error))
        return LoadedPage(checked, " ".join(warnings) if report.rejected else "")

    def remove(self, trope: str) -> RemovedTrope:
        """Remove a trope from the corpus, and set its files aside, so that no start loads them again.

        Raises:
            SourceError: There is no such trope.
            DatabaseError: The corpus or a file cannot be changed.
        """
        tables = read_tables(self._settings.tables_dir)
        pages = asyncio.run(remove(trope, self._settings.corpus_path, tables))
        files = self._find(pages)
        aside = dict.fromkeys(found.path for found in files if replaceable(found))
        for path in aside:
            set_aside(path)
        remaining = dict.fromkeys(str(found.path.name) for found in files if not replaceable(found))
        return RemovedTrope(tuple(pages), tuple(path.name for path in aside), tuple(remaining))

    def _find(self, pages: Iterable[str]) -> list[SourceFile]:
        if not self._folder.is_dir():
            return []
        found = PageFiles.find(find_sources([self._folder]), read_tables(self._settings.tables_dir))
        return [copy.file for page in pages for copy in found.copies.get(page.casefold(), [])]


def replaceable(file: SourceFile) -> bool:
    """Return whether a file is one page, not a zip, an export or a table of several."""
    return file.member is None and file.excerpt is None


def refuse_other_kinds(path: Path) -> None:
    """Refuse files of several pages.

    Raises:
        SourceError: It is one.
    """
    with path.open("rb") as file:
        start = file.read(SIGN_BYTES)
    if start.startswith(ZIP_SIGN):
        raise SourceError(f"{path.name} is a zip. Unpack it, and upload one page from it.")
    if may_be_records(start):
        raise SourceError(f"{path.name} is an export or a table. Load it where I run: bigrun load {path.name}")


def stored_name(page: str, suffix: str) -> str:
    """Return the file name of a page: ActionGirl.html, ActionGirl.AnimeAndManga.html.

    Raises:
        SourceError: The page has no name that a file can have.
    """
    suffix = suffix.lower()
    name = page.replace("/", ".") + (suffix if suffix in PAGE_SUFFIXES else PAGE_SUFFIXES[0])
    if page_from_path((name,)) not in (page, MAIN_NAMESPACE + page):
        raise SourceError("The page's name has characters that no page of the wiki has.")
    return name
