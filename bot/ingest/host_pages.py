"""Check, load and remove the pages of a host beside a running bot. All but `run_apart` blocks."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import BigRunError, SourceError
from bot.ingest.archives import SIGN_BYTES, ZIP_SIGN
from bot.ingest.jobs import PageFiles
from bot.ingest.loader import load_or_rebuild, remove
from bot.ingest.page_names import PAGE_SUFFIXES, page_from_path
from bot.ingest.pages_folder import set_aside, store_page
from bot.ingest.records import may_be_records
from bot.ingest.report import PageReport, missing_examples, page_report, subpage_summary
from bot.ingest.site_tables import read_tables
from bot.ingest.sources import SourceFile, find_sources
from bot.model import MAIN_NAMESPACE
from bot.settings import Settings

MAX_BYTES_IN_THREAD = 64 * 1024  # read in a tenth of a second
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """What is in an uploaded file, and what else there is to say."""

    title: str
    report: PageReport
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadedPage:
    """A page that was stored. `examples` is None if it was loaded before. `problem` says why it could not be loaded."""

    name: str
    stored_as: str
    examples: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RemovedTrope:
    """A removed trope: its pages, the files renamed to ``….before``, and those that the next start will load again."""

    pages: tuple[str, ...]
    files: tuple[str, ...]
    remaining: tuple[str, ...]


class HostPages:
    """The corpus and the folder of page sources."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._folder = settings, settings.own_pages

    def check(self, path: Path) -> CheckedPage:
        """Read the page in an uploaded file.

        Raises:
            SourceError: There is none, or the file is of another kind.
        """
        from bot.ingest.reading import read_file  # noqa: PLC0415 - the readers are slow to import

        refuse_other_kinds(path)
        file = named_file(path)
        read = read_file(file, read_tables(self._settings.tables_dir))
        page = read.page
        if not page.examples and not page.listed_subpages:
            raise SourceError(f"{file}: no examples found.")
        stored_name(page.name, path)
        notes = [subpage_summary([page]), "" if page.examples else missing_examples(page)]
        return CheckedPage(page.trope.title, page_report(str(file), page, read.form), tuple(filter(None, notes)))

    def files_like(self, path: Path) -> tuple[str, list[Path]]:
        """Return the name of a checked page, and its files among the host's, whatever they are called.

        Raises:
            SourceError: See `check`.
        """
        name = named_file(path).read().name
        return name, [found.path for found in self._find([name]) if replaceable(found)]

    def load(self, path: Path) -> LoadedPage:
        """Store a checked page among the host's, and load it. Its former files are kept as ``….before``.

        Raises:
            SourceError: See `check`, or the page cannot be stored.
        """
        name, files = self.files_like(path)
        target = store_page(self._folder, stored_name(name, path), path.read_bytes())
        for former in files:
            if former != target:
                set_aside(former)
        warnings: list[str] = []
        try:
            report = asyncio.run(load_or_rebuild(list(find_sources([target])), self._settings, warn=warnings.append))
        except BigRunError as error:
            return LoadedPage(name, target.name, problem=str(error))
        examples = sum(page.examples for page in report.pages) if report.pages else None
        return LoadedPage(name, target.name, examples, " ".join(warnings) if report.rejected else "")

    def remove(self, trope: str) -> RemovedTrope:
        """Remove a trope from the corpus, and set its files aside, so that no start loads them again.

        Raises:
            SourceError: There is no such trope, or a file cannot be renamed.
            DatabaseError: The corpus cannot be changed.
        """
        tables = read_tables(self._settings.tables_dir)
        pages = asyncio.run(remove(trope, self._settings.corpus_path, tables))
        files = self._find(pages)
        aside = dict.fromkeys(found.path for found in files if replaceable(found))
        for path in aside:
            set_aside(path)
        remaining = dict.fromkeys(found.path.name for found in files if not replaceable(found))
        return RemovedTrope(tuple(pages), tuple(path.name for path in aside), tuple(remaining))

    def _find(self, pages: Iterable[str]) -> list[SourceFile]:
        if not self._folder.is_dir():
            return []
        found = PageFiles.find(list(find_sources([self._folder])), read_tables(self._settings.tables_dir))
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


def named_file(path: Path) -> SourceFile:
    """Return an uploaded file, whose errors name it without its folder."""
    return SourceFile(path, label=path.name)


def stored_name(page: str, path: Path) -> str:
    """Return the name of an uploaded page's file: ActionGirl.html, ActionGirl.AnimeAndManga.html.

    Raises:
        SourceError: No file can be called like it.
    """
    suffix = path.suffix.lower()
    name = page.replace("/", ".") + (suffix if suffix in PAGE_SUFFIXES else PAGE_SUFFIXES[0])
    if page_from_path((name,)) not in (page, MAIN_NAMESPACE + page):
        raise SourceError("The page's name has characters that no page of the wiki has.")
    return name


def run_apart(work: Callable[[Path], Result], path: Path) -> Coroutine[Any, Any, Result]:
    """Work on an uploaded file in a thread, or if it is large in a process: a thread that parses holds up the loop."""
    if path.stat().st_size <= MAX_BYTES_IN_THREAD:
        return asyncio.to_thread(work, path)
    return _run_in_process(work, path)


async def _run_in_process(work: Callable[[Path], Result], path: Path) -> Result:
    process = ProcessPoolExecutor(1, get_context("spawn"))
    try:
        return await asyncio.wrap_future(process.submit(work, path))
    finally:
        process.shutdown(wait=False)
