"""Measures the page reader beside other parsers: `python -m tests.bench.reader [--json PATH] [--rounds N]`.

Each parser reads the same page in its own markup. All take turns in each round, so that a busy machine slows all of
them, and medians are compared. Also checks that pathological pages of eight times the length take linear time.
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bot.ingest.site_tables import read_tables
from bot.wiki.blocks import split_blocks
from bot.wiki.inline import read_inline
from bot.wiki.page import read_page
from bot.wiki.saved_page import read_saved_page
from bot.wiki.source_format import source_lines
from tests.bench.markup import markdown, saved_page, wikitext
from tests.bench.timing import machine_info, write_json
from tests.wiki.pathological_pages import NASTY, NASTY_HTML, nasty, nasty_html
from tests.wiki.saved_cases import FOLDER

ROOT = Path(__file__).parents[2]
NAME = "BigHeroicRun"
OURS = "Big Run: whole page"
PEERS = ("mwparserfromhell", "markdown-it-py", "wikitextparser", "beautifulsoup4", "lxml")
SAVED_BYTES = 300_000
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
    """The median time of one run, and derived figures; `times_ours` compares the time for each byte."""

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
    saved = saved_page(page, (FOLDER / "Page2024.html").read_text(encoding="utf-8"), SAVED_BYTES)
    return [
        Contender(OURS, _size(source), lambda: read_page(NAME, source, lexicon)),
        Contender("Big Run: inline alone", _size("".join(rows)), lambda: [read_inline(row, lexicon) for row in rows]),
        Contender("Big Run: saved page", _size(saved), lambda: read_saved_page(saved, lexicon)),
        *_peer("BeautifulSoup, lxml: saved page", saved, lambda module: lambda: _saved_facts(module, saved), "bs4"),
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
    ours = statistics.median(times[OURS]) / each[0].size
    return [_result(contender, statistics.median(times[contender.name]), ours) for contender in each]


def growth_factor(name: str) -> float:
    """Return the factor of time for eight times the length of a pathological page."""
    return _growth(lambda length: nasty(name, length), lambda source: read_page(NAME, source))


def html_growth_factor(name: str) -> float:
    """Return the factor of time for eight times the length of a pathological article."""
    return _growth(lambda length: nasty_html(name, length), read_saved_page)


def _growth(source: Callable[[int], str], read: Callable[[str], object]) -> float:
    short, long = source(SHORT), source(SHORT * TIMES)
    return min(_once(read, long) for _ in range(3)) / min(_once(read, short) for _ in range(5))


def main() -> None:
    """Measure, print, and write the results as JSON on request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the results as JSON")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    machine, results = machine_info(*PEERS), measure(options.rounds)
    print(f"{machine['cpu']}, {machine['machine']}, Python {machine['python']}")
    peers = ", ".join(f"{peer} {version}" for peer, version in machine["versions"].items())
    print(peers or "no peer is installed")
    for result in results:
        speed = f"{result.milliseconds:8.2f} ms {result.megabytes_per_second:7.2f} MB/s"
        print(f"{result.name:34} {speed} {result.times_ours:6.2f} × the time of the whole page for a byte")
    factors = {name: growth_factor(name) for name, (repeated, _, _) in NASTY.items() if repeated}
    factors |= {f"HTML: {name}": html_growth_factor(name) for name in NASTY_HTML}
    slow = {name: factor for name, factor in factors.items() if factor > MAX_LINEAR_FACTOR}
    worst = max(factors, key=factors.__getitem__)
    print(f"{TIMES} × the length, at worst {factors[worst]:.1f} × the time ({worst})")
    write_json(options.json, {**machine, "results": [asdict(result) for result in results], "growth": factors})
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


def _saved_facts(module: Any, saved: str) -> list[Any]:
    """Return what the reader finds out about each bullet: its text, links, emphasis and what is hidden."""
    article = module.BeautifulSoup(saved, "lxml").find(id="main-article")
    return [
        (
            item.get_text(),
            [(link.get_text(), link.get("title")) for link in item.find_all("a")],
            [style.get_text() for style in item.find_all(["em", "strong"])],
            [hidden.get_text() for hidden in item.find_all("span", class_="spoiler")],
        )
        for item in article.find_all("li")
    ]


def _timed(run: Callable[[], object]) -> float:
    start_time = perf_counter()
    for _ in range(RUNS):
        run()
    return (perf_counter() - start_time) / RUNS


def _once(read: Callable[[str], object], source: str) -> float:
    start_time = process_time()  # a busy machine does not distort it
    read(source)
    return process_time() - start_time


def _result(contender: Contender, seconds: float, ours: float) -> Result:
    return Result(contender.name, seconds * 1e3, contender.size / seconds / 1e6, seconds / contender.size / ours)


if __name__ == "__main__":
    main()
