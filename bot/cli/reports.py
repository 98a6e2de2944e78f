"""Print what `bigrun load`, `check` and `export` report."""

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
from bot.ingest.sources import find_sources, read_source, read_tables
from bot.model import Page
from bot.settings import Settings
from bot.wiki.page import read_page


def load_with_progress(paths: Sequence[Path], settings: Settings, *, prune: bool) -> bool:
    """Load page sources and print a summary. Return whether none was rejected."""
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
                    warn=warnings.append if bar else warn,  # printing now would break the bar
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
    """Print to standard error."""
    click.echo(sentence, err=True)


async def cancel_on_sigterm(loading: Coroutine[Any, Any, LoadReport]) -> LoadReport:
    """Let SIGTERM end a load like Ctrl-C. What was written stays."""
    task = asyncio.ensure_future(loading)
    with suppress(NotImplementedError):  # on Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def check_sources(paths: Sequence[Path], settings: Settings, *, as_json: bool) -> bool:
    """Read page sources and print their contents. Return whether all are readable and have examples.

    Raises:
        SourceError: A path does not exist, or a table is malformed.
    """
    lexicon = read_tables(settings.tables_dir).lexicon
    all_ok = True
    for path in find_sources(paths):
        try:
            source = read_source(path)
            page = read_page(source.name, source.text, lexicon)
            if not page.examples:
                raise SourceError(f"{path}: no examples found.")
        except BigRunError as error:
            warn(str(error))
            all_ok = False
            continue
        if as_json:
            write_lines(json_lines(page.trope, page.examples))
        else:
            print_page_report(path, page)
    return all_ok


async def export_corpus(corpus_path: Path, trope: str | None) -> None:
    """Print the corpus, or one trope, as JSON Lines.

    Raises:
        SourceError: There is no such trope.
        DatabaseError: The corpus is unreadable.
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
    """Write lines to standard output as UTF-8 in any terminal encoding."""
    for line in lines:
        sys.stdout.buffer.write(line.encode() + b"\n")
    sys.stdout.buffer.flush()


def print_page_report(path: Path, page: Page) -> None:
    """Print a page's examples by medium, and its doubtful spots."""
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
