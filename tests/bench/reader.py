"""Measures the page reader beside other parsers: `python -m tests.bench.reader [--json PATH] [--rounds N]`.

Each parser reads the same page in its own markup. All take turns in each round, so that a busy machine slows all of
them, and medians are compared. Also checks that pathological pages of eight times the length take linear time.
"""

import argparse
import json
import platform
import statistics
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.ingest.sources import read_tables
from bot.wiki.blocks import split_blocks
from bot.wiki.inline import read_inline
from bot.wiki.page import read_page
from bot.wiki.source_format import source_lines
from tests.bench.markup import markdown, wikitext
from tests.wiki.pathological_pages import NASTY, nasty

ROOT = Path(__file__).parents[2]
NAME = "BigHeroicRun"
OURS = "Big Run: whole page"
PEERS = ("mwparserfromhell", "markdown-it-py", "wikitextparser")
RUNS = 5  # per round
SHORT, TIMES = 25_000, 8
MAX_LINEAR_FACTOR = 32.0  # quadratic time would be 64, and a busy machine may slow one run


@dataclass(frozen=True, slots=True)
class Contender:
    """A parser with the size of its source in bytes and a function that parses it."""

    name: str
    size: int
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Result:
    """The median time of one run, and derived figures."""

    name: str
    milliseconds: float
    megabytes_per_second: float
    times_ours: float


def contenders() -> list[Contender]:
    """Return the reader, its inline part, and the installed peers."""
    lexicon = read_tables(ROOT / "data").lexicon
    source = (ROOT / "data" / "tropes" / f"{NAME}.txt").read_text(encoding="utf-8")
    page = read_page(NAME, source, lexicon)
    rows = [block.text for block in split_blocks(source_lines(source)) if block.text]
    wiki, marked = wikitext(page), markdown(page)
    return [
        Contender(OURS, _size(source), lambda: read_page(NAME, source, lexicon)),
        Contender("Big Run: inline alone", _size("".join(rows)), lambda: [read_inline(row, lexicon) for row in rows]),
        *_peer("mwparserfromhell: parse", wiki, lambda module: lambda: module.parse(wiki)),
        *_peer("markdown-it-py: parse", marked, lambda module: _markdown_parser(module, marked), "markdown_it"),
        *_peer("wikitextparser: the same facts", wiki, lambda module: lambda: _facts(module.parse(wiki))),
    ]


def measure(rounds: int) -> list[Result]:
    """Measure all contenders in turns."""
    each = contenders()
    times: dict[str, list[float]] = {contender.name: [] for contender in each}
    for _ in range(rounds):
        for contender in each:
            times[contender.name].append(_timed(contender.run))
    ours = statistics.median(times[OURS])
    return [_result(contender, statistics.median(times[contender.name]), ours) for contender in each]


def growth(name: str) -> float:
    """Return the factor of time for eight times the length of a pathological page."""
    short, long = nasty(name, SHORT), nasty(name, SHORT * TIMES)
    return min(_once(long) for _ in range(3)) / min(_once(short) for _ in range(5))


def machine() -> dict[str, Any]:
    """Return the machine and the versions."""
    versions = {peer: found for peer in PEERS if (found := _version(peer))}
    return {"python": sys.version.split()[0], "machine": platform.platform(), "cpu": _cpu(), "versions": versions}


def main() -> None:
    """Measure, print, and write the results as JSON on request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the results as JSON")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    about, results = machine(), measure(options.rounds)
    write = sys.stdout.write
    write(f"{about['cpu']}, {about['machine']}, Python {about['python']}\n")
    peers = ", ".join(f"{peer} {found}" for peer, found in about["versions"].items())
    write(f"{peers or 'no peer is installed'}\n")
    for result in results:
        write(f"{result.name:34} {result.milliseconds:8.2f} ms {result.megabytes_per_second:7.2f} MB/s")
        write(f" {result.times_ours:6.2f} × the time of the whole page\n")
    grown = {name: growth(name) for name, (repeated, _, _) in NASTY.items() if repeated}
    slow = {name: factor for name, factor in grown.items() if factor > MAX_LINEAR_FACTOR}
    worst = max(grown, key=grown.__getitem__)
    write(f"{TIMES} × the length, at worst {grown[worst]:.1f} × the time ({worst})\n")
    if options.json:
        body = {**about, "results": [asdict(result) for result in results], "growth": grown}
        options.json.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
    if slow:
        sys.exit(f"Not linear: {slow}")


def _size(text: str) -> int:
    return len(text.encode("utf-8"))


def _peer(
    name: str, source: str, run: Callable[[Any], Callable[[], object]], module: str | None = None
) -> list[Contender]:
    try:
        return [Contender(name, _size(source), run(import_module(module or name.partition(":")[0])))]
    except ImportError:
        return []


def _markdown_parser(module: Any, source: str) -> Callable[[], object]:
    parser = module.MarkdownIt("commonmark")
    return lambda: parser.parse(source)


def _facts(parsed: Any) -> list[Any]:
    """Make a lazy parser compute what the reader does: sections, lists, links, emphasis, templates."""
    return [parsed.sections, parsed.get_lists(), parsed.wikilinks, parsed.get_bolds_and_italics(), parsed.templates]


def _timed(run: Callable[[], object]) -> float:
    start_time = perf_counter()
    for _ in range(RUNS):
        run()
    return (perf_counter() - start_time) / RUNS


def _once(source: str) -> float:
    start_time = perf_counter()
    read_page(NAME, source)
    return perf_counter() - start_time


def _result(contender: Contender, seconds: float, ours: float) -> Result:
    return Result(contender.name, seconds * 1e3, contender.size / seconds / 1e6, seconds / ours)


def _version(peer: str) -> str | None:
    try:
        return version(peer)
    except ImportError:
        return None


def _cpu() -> str:
    cpus = Path("/proc/cpuinfo")
    rows = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    return next((row.partition(":")[2].strip() for row in rows if row.startswith("model name")), platform.processor())


if __name__ == "__main__":
    main()
