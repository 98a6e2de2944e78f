"""What `bigrun load`, `check` and `export` print: a report for a host, or JSON Lines for a program."""

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from bot.cli.jsonl import json_lines
from bot.corpus.reader import open_corpus
from bot.corpus.scope import Scope
from bot.errors import BigRunError, SourceError
from bot.ingest.loader import Report, load_or_rebuild
from bot.ingest.sources import find_sources, read_source, read_tables
from bot.model import Page
from bot.settings import Settings
from bot.wiki.page import read_page


def load_with_progress(paths: Sequence[Path], settings: Settings, *, prune: bool) -> bool:
    """Loads page sources, with a progress bar on a terminal, and prints a report; returns whether none was refused.

    Raises:
        SourceError: A path is not there, or a table is malformed.
        StoreError: The corpus cannot be written.
    """
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("", total=sum(1 for _ in find_sources(paths)))
        report = asyncio.run(
            _until_terminated(
                load_or_rebuild(
                    paths,
                    settings,
                    prune=prune,
                    complain=lambda sentence: console.print(Text(sentence), soft_wrap=True),
                    advance=lambda: progress.advance(task),
                )
            )
        )
    for name in report.pruned:
        console.print(Text(f"Removed {name}: its source is gone."), soft_wrap=True)
    _print_lines([report.sentence])
    return not report.refused


async def _until_terminated(loading: Coroutine[Any, Any, Report]) -> Report:
    """Returns what a load did; SIGTERM ends it as Ctrl-C does: what was written stays, and no process is left."""
    task = asyncio.ensure_future(loading)
    with suppress(NotImplementedError):  # on Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


class _Rate(ProgressColumn):
    """How many sources are read in a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed or 0:,.0f} pages/s")


def check_sources(paths: Sequence[Path], settings: Settings, *, as_json: bool) -> bool:
    """Reads page sources and prints what they say; returns whether all could be read and hold examples.

    Raises:
        SourceError: A path is not there, or a table is malformed.
    """
    lexicon = read_tables(settings.tables).lexicon
    well = True
    for path in find_sources(paths):
        try:
            source = read_source(path)
            page = read_page(source.name, source.text, lexicon)
            if not page.examples:
                raise SourceError(f"{path} holds no example.")
        except BigRunError as error:
            print(error, file=sys.stderr)  # noqa: T201 - a command line's output
            well = False
            continue
        if as_json:
            _print_lines(json_lines(page.trope, page.examples))
        else:
            _report(path, page)
    return well


async def export_corpus(corpus: Path, trope: str | None) -> None:
    """Prints the corpus, or one trope of it, as JSON Lines.

    Raises:
        SourceError: The corpus holds no trope of that name.
        StoreError: The corpus cannot be read.
    """
    async with open_corpus(corpus) as reader:
        names = [t.name for t in reader.tropes if trope is None or t.name.casefold() == trope.casefold()]
        if trope is not None and not names:
            raise SourceError(f"The corpus holds no trope {trope!r}: load its page first, or look for its exact name.")
        for name in sorted(names):
            overview = await reader.overview(Scope(name))
            if overview:
                _print_lines(json_lines(overview.trope, [entry.example async for entry in reader.examples_of(name)]))


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.buffer.write(line.encode() + b"\n")
    sys.stdout.buffer.flush()


def _report(path: Path, page: Page) -> None:
    console = Console()
    table = Table(title=f"{page.trope.title} ({path})", title_justify="left")
    for heading in ("Medium", "Examples", "Works", "Spoilers"):
        table.add_column(heading, justify="left" if heading == "Medium" else "right")
    examples: Counter[str] = Counter()
    spoilers: Counter[str] = Counter()
    works: dict[str, set[str]] = {}
    for example in page.examples:
        medium = example.medium.name if example.medium else "—"
        examples[medium] += 1
        spoilers[medium] += example.spoilers
        works.setdefault(medium, set()).update(work.page or work.title for work in example.works)
    for medium, count in examples.items():
        table.add_row(medium, str(count), str(len(works[medium])), str(spoilers[medium]))
    every = set().union(*works.values())
    table.add_section()
    table.add_row("All", str(examples.total()), str(len(every)), str(spoilers.total()))
    console.print(table)
    for doubt in page.doubts:
        console.print(Text(f"{path}, row {doubt.line}: {doubt.what}: {doubt.reading}."), soft_wrap=True)
