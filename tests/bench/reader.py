"""How fast the reader is, beside parsers of other wiki markup on the same page in their own markup.

Run as ``python -m tests.bench.reader [--json PATH] [--rounds N]``. Contenders take turns in every round, so that a busy
machine slows them all alike; the medians of the rounds are compared. What long runs of one sign cost is measured too:
eight times the length must cost about eight times the time.
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
RUNS = 5  # in a round
SHORT, TIMES = 25_000, 8
LINEAR = 32.0  # a machine may be busy: looking twice would cost 64 times the time for eight times the length


@dataclass(frozen=True, slots=True)
class Contender:
    """What is measured: a name, the size of what it reads in bytes, and how to run it once."""

    name: str
    size: int
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Result:
    """The median time of one run, and what it means."""

    name: str
    milliseconds: float
    megabytes_per_second: float
    times_ours: float


def contenders() -> list[Contender]:
    """Return the reader, its inline half, and the peers that are installed."""
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
    """Return the results of all contenders, taking turns."""
    each = contenders()
    times: dict[str, list[float]] = {contender.name: [] for contender in each}
    for _ in range(rounds):
        for contender in each:
            times[contender.name].append(_timed(contender.run))
    ours = statistics.median(times[OURS])
    return [_result(contender, statistics.median(times[contender.name]), ours) for contender in each]


def growth(name: str) -> float:
    """Return how many times as long the nasty source `name` takes at eight times its length, the best of three."""
    short, long = nasty(name, SHORT), nasty(name, SHORT * TIMES)
    return min(_once(long) for _ in range(3)) / min(_once(short) for _ in range(5))


def machine() -> dict[str, Any]:
    """Return what was measured on, and which versions."""
    versions = {peer: found for peer in PEERS if (found := _version(peer))}
    return {"python": sys.version.split()[0], "machine": platform.platform(), "cpu": _cpu(), "versions": versions}


def main() -> None:
    """Measures, prints, and writes the results as JSON where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the results there")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    about, results = machine(), measure(options.rounds)
    say = sys.stdout.write
    say(f"{about['cpu']}, {about['machine']}, Python {about['python']}\n")
    peers = ", ".join(f"{peer} {found}" for peer, found in about["versions"].items())
    say(f"{peers or 'no peer is installed'}\n")
    for result in results:
        say(f"{result.name:34} {result.milliseconds:8.2f} ms {result.megabytes_per_second:7.2f} MB/s")
        say(f" {result.times_ours:6.2f} × the time of the whole page\n")
    grown = {name: growth(name) for name, (repeated, _, _) in NASTY.items() if repeated}
    slow = {name: factor for name, factor in grown.items() if factor > LINEAR}
    worst = max(grown, key=grown.__getitem__)
    say(f"{TIMES} × the length, at worst {grown[worst]:.1f} × the time ({worst})\n")
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
    """Ask a lazy parser for what the reader has to find out: sections, lists, links, emphasis, templates."""
    return [parsed.sections, parsed.get_lists(), parsed.wikilinks, parsed.get_bolds_and_italics(), parsed.templates]


def _timed(run: Callable[[], object]) -> float:
    begun = perf_counter()
    for _ in range(RUNS):
        run()
    return (perf_counter() - begun) / RUNS


def _once(source: str) -> float:
    begun = perf_counter()
    read_page(NAME, source)
    return perf_counter() - begun


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
