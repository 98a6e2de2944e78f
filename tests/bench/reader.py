"""Measures the page reader beside other parsers: `python -m tests.bench.reader [--json PATH] [--rounds N]`.

Each parser reads the same page in its own markup. All take turns in each round, so that a busy machine slows all of
them, and medians are compared. Also checks that pathological pages of eight times the length take linear time.
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from time import process_time
from timeit import repeat, timeit
from typing import Any

from bot.ingest.sources import read_tables
from bot.wiki.blocks import split_blocks
from bot.wiki.inline import read_inline
from bot.wiki.page import read_page
from bot.wiki.source_format import source_lines
from tests.bench.markup import markdown, wikitext
from tests.bench.timing import machine_info, write_json
from tests.wiki.pathological_pages import NASTY, nasty

ROOT = Path(__file__).parents[2]
NAME = "BigHeroicRun"
OURS = "Big Run: whole page"
PEERS = ("mwparserfromhell", "markdown-it-py", "wikitextparser")
RUNS = 5  # per round
SHORT, TIMES = 25_000, 8
MAX_LINEAR_FACTOR = 32.0  # quadratic time would be 64


@dataclass(frozen=True, slots=True)
class Contender:
    """A parser with the size of its source in bytes and a function that parses it."""

    name: str
    size: int
    run: Callable[[], object]


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


def measure(rounds: int) -> list[dict[str, Any]]:
    """Measure all contenders in turns, and return figures of the median time of one run."""
    each = contenders()
    times: dict[str, list[float]] = {contender.name: [] for contender in each}
    for _ in range(rounds):
        for contender in each:
            times[contender.name].append(timeit(contender.run, number=RUNS) / RUNS)
    seconds = {name: statistics.median(measured) for name, measured in times.items()}
    return [
        {
            "name": contender.name,
            "milliseconds": seconds[contender.name] * 1e3,
            "megabytes_per_second": contender.size / seconds[contender.name] / 1e6,
            "times_ours": seconds[contender.name] / seconds[OURS],
        }
        for contender in each
    ]


def growth_factor(name: str) -> float:
    """Return the factor of CPU time for eight times the length of a pathological page."""
    short, long = nasty(name, SHORT), nasty(name, SHORT * TIMES)
    short_times = repeat(lambda: read_page(NAME, short), timer=process_time, number=1, repeat=5)
    return min(repeat(lambda: read_page(NAME, long), timer=process_time, number=1, repeat=3)) / min(short_times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the results as JSON")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    machine, results = machine_info(*PEERS), measure(options.rounds)
    print(f"{machine['cpu']}, {machine['machine']}, Python {machine['python']}")
    peers = ", ".join(f"{peer} {version}" for peer, version in machine["versions"].items())
    print(peers or "no peer is installed")
    for result in results:
        speed = "{milliseconds:8.2f} ms {megabytes_per_second:7.2f} MB/s {times_ours:6.2f}".format_map(result)
        print(f"{result['name']:34} {speed} × the time of the whole page")
    factors = {name: growth_factor(name) for name, (repeated, _, _) in NASTY.items() if repeated}
    slow = {name: factor for name, factor in factors.items() if factor > MAX_LINEAR_FACTOR}
    worst = max(factors, key=factors.__getitem__)
    print(f"{TIMES} × the length, at worst {factors[worst]:.1f} × the time ({worst})")
    write_json(options.json, {**machine, "results": results, "growth": factors})
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


if __name__ == "__main__":
    main()
