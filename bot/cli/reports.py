"""What `bigrun load`, `check` and `export` print: a report for an operator, or JSON Lines for a program."""

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import click

from bot.cli.jsonl import json_lines
from bot.cli.tables import format_table
from bot.corpus.reader import open_corpus
from bot.corpus.scope import Scope
from bot.errors import BigRunError, SourceError
from bot.ingest.loader import LoadReport, load_or_rebuild
from bot.ingest.sources import SourceFile, find_sources, read_page_source, read_tables
from bot.model import Page
from bot.settings import Settings


def load_with_progress(paths: Sequence[Path], settings: Settings, *, prune: bool) -> bool:
    """Load page sources, with a progress bar on a terminal, and print a summary; return whether none was rejected.

    Raises:
        SourceError, DatabaseError: See `load`.
    """
    total = sum(1 for _ in find_sources(paths))
    warnings: list[str] = []
    with (
        click.progressbar(length=total, label="Loading", show_pos=True, file=sys.stderr)
        if sys.stderr.isatty()
        else nullcontext()
    ) as bar:
        report = asyncio.run(
            cancel_on_sigterm(
                load_or_rebuild(
                    paths,
                    settings,
                    prune=prune,
                    warn=warnings.append if bar else warn,  # a line printed now would break the bar
                    on_progress=lambda: bar.update(1) if bar else None,
                )
            )
        )
    for warning in warnings:
        warn(warning)
    for name in report.removed_names:
        warn(f"Removed {name}: its source is gone.")
    click.echo(report.summary())
    return not report.rejected


def warn(sentence: str) -> None:
    """Print a sentence to standard error."""
    click.echo(sentence, err=True)


async def cancel_on_sigterm(loading: Coroutine[Any, Any, LoadReport]) -> LoadReport:
    """Return what a load did; SIGTERM ends it like Ctrl-C: what was written stays, and no process is left."""
    task = asyncio.ensure_future(loading)
    with suppress(NotImplementedError):  # on Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def check_sources(paths: Sequence[Path], settings: Settings, *, as_json: bool, page: str | None = None) -> bool:
    """Read page sources and print what is in them; return whether all could be read and have examples.

    Raises:
        SourceError: A path does not exist, or a table is malformed.
    """
    lexicon = read_tables(settings.tables_dir).lexicon
    all_ok = True
    for file in find_sources(paths, page):
        try:
            read = read_page_source(file.read(), lexicon)
            if not read.examples:
                raise SourceError(f"{file}: no examples found.")
        except BigRunError as error:
            warn(str(error))
            all_ok = False
            continue
        if as_json:
            write_lines(json_lines(read.trope, read.examples))
        else:
            print_page_report(file, read)
    return all_ok


async def export_corpus(corpus_path: Path, trope: str | None) -> None:
    """Print the corpus, or one trope of it, as JSON Lines.

    Raises:
        SourceError: The corpus has no trope of that name.
        DatabaseError: The corpus cannot be read.
    """
    async with open_corpus(corpus_path) as corpus:
        names = [each.name for each in corpus.tropes if trope is None or each.name.casefold() == trope.casefold()]
        if trope is not None and not names:
            raise SourceError(f"There is no trope {trope!r} in the corpus. Load its page, or check its exact name.")
        for name in sorted(names):
            overview = await corpus.overview(Scope(name))
            if overview:
                write_lines(json_lines(overview.trope, [entry.example async for entry in corpus.iter_examples(name)]))


def write_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output as UTF-8, whatever the terminal's encoding."""
    for line in lines:
        sys.stdout.buffer.write(line.encode() + b"\n")
    sys.stdout.buffer.flush()


def print_page_report(path: SourceFile, page: Page) -> None:
    """Print a page's examples by medium, and what may be wrong in it."""
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
    click.echo(f"{page.trope.title} ({path})")
    click.echo(format_table(("Medium", "Examples", "Works", "Spoilers"), rows, total))
    for doubt in page.diagnostics:
        click.echo(f"{path}, row {doubt.line}: {doubt.message}: {doubt.interpretation}.")
