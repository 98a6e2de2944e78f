"""What `bigrun load`, `remove`, `check` and `export` print."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.cli.jsonl import json_lines, title_line
from bot.cli.output import show, write_json_lines
from bot.cli.page_table import doubt_line, doubts, page_table, report_lines
from bot.cli.progress import Progress, show_progress
from bot.cli.stopping import until_stopped
from bot.cli.tables import format_table
from bot.corpus.reader import open_corpus
from bot.corpus.schema import require_corpus
from bot.errors import BigRunError, SourceError, StoppedError
from bot.ingest.jobs import KnownPages, PageFiles
from bot.ingest.loader import load_found, load_or_rebuild, remove, until_cancelled
from bot.ingest.records import Refusals
from bot.ingest.report import LoadReport, PageReport, missing_examples, page_report, subpage_summary
from bot.ingest.site_tables import SiteTables, read_tables
from bot.ingest.sources import NOTHING, Given, SourceFile, ignore, pages_in, require_sources
from bot.ingest.watching import Watch
from bot.model import Page
from bot.settings import Settings


def load_with_progress(
    paths: Sequence[Path],
    settings: Settings,
    *,
    given: Given = NOTHING,
    prune: bool = False,
    as_json: bool = False,
) -> bool:
    """Load pages and print a report. Return whether everything was loaded.

    Raises:
        SourceError, DatabaseError: See `require_sources` and `load_or_rebuild`.
        StoppedError: A signal ended it.
    """

    async def load(progress: Progress) -> LoadReport:
        files = require_sources(paths, given)
        return await load_or_rebuild(files, settings, prune=prune, warn=progress.warn, on_progress=progress.show)

    with show_progress("Loading") as progress:
        report = asyncio.run(until_stopped(load(progress)))
    _print_report(report, as_json=as_json)
    return report.ok


def watch_with_progress(paths: Sequence[Path], settings: Settings, *, given: Given, as_json: bool) -> None:
    """Load the pages in folders, then what changes in them, until a signal ends it. Print a report of each load.

    Raises:
        SourceError: A path is no folder, or a table is malformed.
    """
    tables, known = read_tables(settings.tables_dir), KnownPages()

    async def load_changed(files: Sequence[SourceFile]) -> None:
        files = [replace(file, columns=given.columns) for file in files]
        found = PageFiles.find(files, tables, known, until_cancelled(ignore))
        with show_progress("Loading") as progress:
            report = await load_found(
                found, settings.corpus_path, tables, warn=progress.warn, on_progress=progress.show
            )
        _print_report(report, as_json=as_json)

    watch = Watch(paths, load_changed, known.forget, partial(show, err=True))
    show(f"Watching {', '.join(map(str, paths))}. Press Ctrl-C to stop.", err=True)
    with suppress(StoppedError):
        asyncio.run(until_stopped(watch.run()))


def _print_report(report: LoadReport, *, as_json: bool) -> None:
    for name in report.removed_names:
        show(f"Removed {name}: its source is gone.", err=True)
    report.pages.sort(key=lambda page: page.page.casefold())
    if as_json:
        write_json_lines(report_lines(report))
        return
    if report.pages:
        for line in (*page_table(report.pages), *doubts(report.pages), *report.subpages):
            show(line)
    show(report.summary())


async def remove_pages(name: str, settings: Settings) -> None:
    """Remove a trope or one subpage, and print what was removed.

    Raises:
        SourceError, DatabaseError: There is no corpus, or see `remove`.
    """
    require_corpus(settings.corpus_path)
    for removed in await remove(name, settings.corpus_path, read_tables(settings.tables_dir), partial(show, err=True)):
        show(f"Removed {removed}.")


async def list_tropes(corpus_path: Path) -> None:
    """Print a table of the tropes in the corpus.

    Raises:
        DatabaseError: The corpus cannot be read.
    """
    async with open_corpus(corpus_path) as corpus:
        tropes = await corpus.loaded_tropes()
    rows = [
        (
            trope.name,
            f"{trope.loaded_at:%Y-%m-%d %H:%M}",
            *map("{:,}".format, (trope.examples, trope.media, trope.pages)),
        )
        for trope in tropes
    ]
    examples, pages = sum(trope.examples for trope in tropes), sum(trope.pages for trope in tropes)
    total = (f"{len(tropes):,} trope{'' if len(tropes) == 1 else 's'}", "", f"{examples:,}", "", f"{pages:,}")
    headings = ("Trope", "Loaded (UTC)", "Examples", "Media", "Pages")
    for line in format_table(headings, rows, total, text_columns=2):
        show(line)


def check_sources(
    paths: Sequence[Path],
    settings: Settings,
    *,
    as_json: bool,
    given: Given = NOTHING,
) -> bool:
    """Read page sources and print their contents. Return whether all are readable and have examples.

    Raises:
        SourceError: A path does not exist or has no page, or a table is malformed.
    """
    tables = read_tables(settings.tables_dir)
    tables.validate()
    files = require_sources(paths, given)
    with show_progress("Reading") as progress:
        checker = _Checker(tables, progress, as_json=as_json)
        for number, file in enumerate(files, 1):
            checker.check(file)
            progress.show(number / len(files))
        checker.finish()
    return checker.all_ok


class _Checker:
    def __init__(self, tables: SiteTables, progress: Progress, *, as_json: bool) -> None:
        self.all_ok = True
        self._tables, self._progress, self._as_json = tables, progress, as_json
        self._reports: list[PageReport] = []
        self._indexes: list[Page] = []
        self._tropes: dict[str, list[Page]] = {}

    def check(self, file: SourceFile) -> None:
        """Read a file and print what is in it."""
        refusals = Refusals()
        try:
            for page_file in pages_in(file, refusals):
                self._check_page(page_file)
        except BigRunError as error:
            self._fail(str(error))
        for sentence in refusals.lines():
            self._fail(sentence)

    def _check_page(self, file: SourceFile) -> None:
        """Read a page and print what is in it.

        Raises:
            SourceError: It cannot be read.
        """
        from bot.ingest.reading import read_file  # noqa: PLC0415 - the readers are slow to import

        read = read_file(file, self._tables)
        page = read.page
        for sentence in read.refusals.lines():
            self._fail(sentence)
        if not page.examples and not page.listed_subpages:
            raise SourceError(f"{file}: no examples found.")
        report = page_report(str(file), page, read.form)
        self._reports.append(report)
        # Drop nearly all examples: those of many pages would need much memory.
        self._tropes.setdefault(page.trope.name.casefold(), []).append(replace(page, examples=page.examples[:1]))
        if not page.examples:
            self._indexes.append(page)  # reported in `finish`, if no other page of the trope has examples
        elif self._as_json:
            self._print(json_lines(page.trope, page.examples, page.listed_subpages))
        else:
            self._print(_page_lines(report, page))

    def finish(self) -> None:
        """Print what concerns all files."""
        for index in self._indexes:
            if not any(page.examples for page in self._tropes[index.trope.name.casefold()]):
                self._fail(missing_examples(index))
            elif self._as_json:
                self._print(json_lines(index.trope, (), index.listed_subpages))
        if self._reports and not self._as_json:
            self._print(page_table(self._reports))
            self._print(filter(None, map(subpage_summary, self._tropes.values())))

    def _fail(self, sentence: str) -> None:
        self._progress.warn(sentence)
        self.all_ok = False

    def _print(self, lines: Iterable[str]) -> None:
        if self._as_json:
            write_json_lines(lines)
        else:
            for line in lines:
                self._progress.print(line)


async def export_corpus(corpus_path: Path, trope: str | None) -> None:
    """Print the corpus or one trope as JSON Lines.

    Raises:
        SourceError: There is no such trope.
        DatabaseError: The corpus is unreadable.
    """
    async with open_corpus(corpus_path) as corpus:
        every = [each.name for each in await corpus.tropes()]
        names = [name for name in every if trope is None or name.casefold() == trope.casefold()]
        if trope is not None and not names:
            raise SourceError(f"There is no trope {trope!r} in the corpus. Load its page, or check its exact name.")
        for name in sorted(names):
            examples = [example async for example in corpus.iter_examples(name)]
            write_json_lines(json_lines(await corpus.whole_trope(name), examples, await corpus.subpages(name)))
        if trope is None:
            write_json_lines(title_line(page, title) for page, title in sorted((await corpus.learned_titles()).items()))


def _page_lines(report: PageReport, page: Page) -> Iterator[str]:
    """Yield a page's examples by medium, then its doubtful places."""
    examples: Counter[str] = Counter()
    spoilers: Counter[str] = Counter()
    works: dict[str, set[str]] = {}
    for example in page.examples:
        medium = example.medium.name if example.medium else "—"
        examples[medium] += 1
        spoilers[medium] += example.spoiler_count
        works.setdefault(medium, set()).update(work.page or work.title for work in example.works)
    rows = [(name, str(count), str(len(works[name])), str(spoilers[name])) for name, count in examples.items()]
    all_works = set().union(*works.values())
    total = ("All", str(examples.total()), str(len(all_works)), str(spoilers.total()))
    yield f"{page.trope.title} ({report.file})"
    yield from format_table(("Medium", "Examples", "Works", "Spoilers"), rows, total)
    yield from (doubt_line(report, number) for number in range(len(report.doubts)))
