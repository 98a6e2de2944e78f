"""Measures a corpus of the whole wiki: `python -m tests.bench.wiki [--examples N] [--json FILE]` (`make bench-wiki`).

Generates pages as skewed as the wiki's, loads them with `bigrun load`, which is killed on the way and goes on, and
measures every kind of question, the bot and two bots on one corpus. Exits with 1 if a bound is missed.
"""

import argparse
import asyncio
import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import Mock

from bot.components.custom_ids import Action, ExampleRequest
from bot.conversation.answers import Answers
from bot.corpus.reader import Corpus, open_corpus
from bot.ingest.loader import load
from bot.ingest.site_tables import read_tables
from bot.settings import ROOT
from tests.bench import commands, growth, synthetic
from tests.bench.corpus import PAGE, covered_works, measure_latency, measure_searches, other_queries
from tests.bench.loading import corpus_bytes, remove_corpus, run_load, stored
from tests.bench.queries import Drawer, Query
from tests.bench.timing import Spread, machine_info, warm_file, write_json
from tests.loopback.guilds import HERE, Member
from tests.loopback.interactions import EPHEMERAL

EXAMPLES = 10_000_000
# Bytes of the disk for an example, as measured with 100,000 of them.
PAGE_BYTES, CORPUS_BYTES = 330, 2_000
STATE_BYTES = 100_000_000  # of the bots' states and logs, for any number of examples
QUERIES, TIMES, COLD_TIMES = 200, 200, 10  # of each class
CHANGED = "zyxwvutsr"  # a word that only a changed page has
FIRST_LEVEL = b"* ''"  # how each generated example begins
POLL_SECONDS = 0.02

MAX_LOAD_SECONDS_PER_EXAMPLE = 15 * 60 / EXAMPLES
MAX_FLATNESS = 1.25
MAX_CORPUS_BYTES = 1_300.0  # for an example
MAX_SEARCH_MS, MAX_RARE_MS, MAX_COMPLETION_MS, MAX_CARD_MS, MAX_COLD_MS = 25.0, 2.0, 5.0, 50.0, 250.0
MAX_RANDOM_MORE_MS = 0.2  # than with 60 examples
MAX_START_RATIO, MAX_SERVING_MB, MAX_SWAP_SECONDS = 2.0, 200.0, 2.0
COMPLETIONS = ("works, ", "works of a trope, ", "tropes, ", "frequent words, ")
WORKS = ("a work", "the most covered work", "works like another", "two works compared")
MEMORY_FILE_SYSTEMS = ("tmpfs", "ramfs")


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured. Without a value, it could not be, for the reason in `note`."""

    name: str
    value: float | None
    unit: str
    bound: float | None = None
    note: str = ""

    @property
    def is_missed(self) -> bool:
        return self.value is not None and self.bound is not None and self.value > self.bound

    @property
    def verdict(self) -> str:
        if self.value is None or self.bound is None:
            return ""
        return "MISSED" if self.is_missed else "met"


def bytes_needed(examples: int) -> int:
    """Return how much disk the pages, the corpus and the state need."""
    return examples * (PAGE_BYTES + CORPUS_BYTES) + STATE_BYTES


def require_room(examples: int, folder: Path) -> None:
    """Say how much disk is needed, and exit if there is less."""
    needed, free = bytes_needed(examples) / 1e9, shutil.disk_usage(folder).free / 1e9
    print(f"{examples:,} examples need {needed:.1f} GB in {folder}, where {free:.1f} GB are free.", flush=True)
    if needed > free:
        sys.exit(f"{folder} has too little room. Measure fewer examples (--examples) or choose a --folder elsewhere.")


def measure_loads(folder: Path, pages: Path, examples: int) -> Iterator[Figure]:
    """Load pages, with a kill when a third is stored. So the seconds are more than those of an undisturbed load."""
    remove_corpus(folder)
    given = written(pages)
    killed = run_load(folder, pages, kill_at=given[0] // 3)
    kept, _ = stored(folder)
    resumed = run_load(folder, pages)
    note = f"killed after {killed.seconds:.1f} s with {kept:,} of {given[0]:,} pages"
    bound = max(MAX_LOAD_SECONDS_PER_EXAMPLE * examples, 5.0)
    yield Figure("load, with a kill on the way", killed.seconds + resumed.seconds, "s", bound, note)
    yield Figure("load, processor time", killed.processor + resumed.processor, "s", note=f"{os.cpu_count()} cores")
    yield Figure("load, memory of the process", max(killed.peak, resumed.peak), "MB")
    yield Figure("load, memory of all processes", max(killed.peak_of_all, resumed.peak_of_all), "MB")
    yield Figure("load, peak of the last third ÷ first", resumed.peak / killed.peak, "", MAX_FLATNESS)
    yield Figure("corpus", corpus_bytes(folder) / examples, "B/example", MAX_CORPUS_BYTES)
    yield Figure("corpus and journal while loading", max(killed.room, resumed.room) / examples, "B/example")
    yield Figure("loaded pages that it parsed again", max(0, kept - resumed.report["unchanged"]), "", 0)
    missing = sum(abs(there - here) for there, here in zip(given, stored(folder), strict=True))
    yield Figure("pages and examples that it lacks", missing, "", 0, f"of {given[1]:,} examples")


def written(pages: Path) -> tuple[int, int]:
    """Return how many pages there are, and how many examples they have."""
    count, examples = 1, synthetic.REAL_EXAMPLES
    for path in pages.iterdir():
        if path.name != synthetic.REAL.name:
            count += 1
            examples += path.read_bytes().count(FIRST_LEVEL)
    return count, examples


async def measure_queries(corpus_path: Path, small_path: Path) -> list[Figure]:
    """Measure every question with the file in the cache. Draws may take little longer than in a small corpus."""
    drawer = Drawer(corpus_path)
    async with AsyncExitStack() as stack:
        corpus = await stack.enter_async_context(open_corpus(warm_file(corpus_path)))
        small = await stack.enter_async_context(open_corpus(warm_file(small_path)))
        works = covered_works(corpus_path)
        gc.freeze()  # as the bot does
        searches = await measure_searches(corpus, drawer.draw(QUERIES))
        figures = [
            _latency(f"search: {name}", row["p50"], row["p99"], MAX_RARE_MS if name == "rare word" else MAX_SEARCH_MS)
            for name, row in searches.items()
        ]
        in_small = other_queries(small, Drawer(small_path), covered_works(small_path))
        for name, run in other_queries(corpus, drawer, works).items():
            spread = await measure_latency(run, TIMES)
            if name.startswith("random"):
                base = (await measure_latency(in_small[name], TIMES)).p50
                figures.append(Figure(f"{name}, p50", spread.p50, "ms", base + MAX_RANDOM_MORE_MS))
            else:
                figures.append(_latency(name, spread.p50, spread.p99, _bound(name)))
        card = await measure_latency(lambda: _work_card(corpus, next(iter(works))), TIMES)
        return [*figures, _latency("card of the most covered work", card.p50, card.p99, MAX_CARD_MS)]


def _latency(name: str, p50: float, p99: float, bound: float) -> Figure:
    return Figure(f"{name}, p99", p99, "ms", bound, f"p50 {p50:.2f} ms")


def _bound(name: str) -> float:
    """Return how many milliseconds a question of `other_queries` may take."""
    if name.startswith(COMPLETIONS):
        return MAX_COMPLETION_MS
    return MAX_CARD_MS if name.startswith(WORKS) else MAX_SEARCH_MS


async def _work_card(corpus: Corpus, ref: str) -> None:
    corpus._cache.clear()
    await Answers(corpus, Mock()).answer(ExampleRequest(Action.WORK, work_ref=ref, page=1))


async def measure_cold(corpus_path: Path) -> list[Figure]:
    """Measure questions that find nothing of the file in the system's cache."""
    names = "searches, cold", "other questions, cold"
    if on_memory(corpus_path):
        return [Figure(f"{name}, p99", None, "ms", MAX_COLD_MS, "the corpus is on no disk") for name in names]
    drawer, works = Drawer(corpus_path), covered_works(corpus_path)
    async with open_corpus(corpus_path) as corpus:
        others = other_queries(corpus, drawer, works)
        by_kind: tuple[Mapping[str, Sequence[Callable[[], Any]]], ...] = (
            {name: [_search(corpus, each) for each in some] for name, some in drawer.draw(COLD_TIMES).items()},
            {name: [run] * COLD_TIMES for name, run in others.items()},
        )
        return [
            await _measure_cold(f"{name}, p99", corpus_path, each) for name, each in zip(names, by_kind, strict=True)
        ]


def _search(corpus: Corpus, query: Query) -> Callable[[], Any]:
    return lambda: corpus.search(query.words, query.scope, 1, PAGE)


async def _measure_cold(name: str, path: Path, classes: Mapping[str, Sequence[Callable[[], Any]]]) -> Figure:
    seconds: list[tuple[float, str]] = []
    for kind, runs in classes.items():
        for run in runs:
            drop_cache(path)
            began = perf_counter()
            await run()
            seconds.append((perf_counter() - began, kind))
    slowest, kind = max(seconds)
    note = f"at worst {slowest * 1e3:.0f} ms: {kind}"
    return Figure(name, Spread.of([each for each, _ in seconds]).p99, "ms", MAX_COLD_MS, note)


def on_memory(path: Path) -> bool:
    """Return whether a file is in a file system without a disk."""
    mounts = [row.split()[1:3] for row in Path("/proc/mounts").read_text(encoding="utf-8").splitlines()]
    parents = [(len(point), kind) for point, kind in mounts if path.resolve().is_relative_to(point)]
    return max(parents)[1] in MEMORY_FILE_SYSTEMS


def drop_cache(path: Path) -> None:
    """Let the system forget what it has read of a file."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


async def measure_bots(corpus_path: Path, pages: Path, words: Sequence[str]) -> list[Figure]:
    """Measure the starts and the memory of a bot that was asked everything."""
    bots = await growth.measure_bots({corpus_path: pages}, words)
    bot, noop = bots[corpus_path.stem], bots[commands.NOOP]
    bound = MAX_START_RATIO * noop["start"]
    return [
        Figure("start to first answer", bot["start"], "s", bound, f"a bot that only sends: {noop['start']:.2f} s"),
        Figure("the same, with its pages to look at", bot["start with pages"], "s", bound),
        Figure("memory of the bot", bot["memory"], "MB", MAX_SERVING_MB, f"after {growth.INTERACTIONS:,} commands"),
    ]


async def measure_two_bots(folder: Path, pages: Path, words: Sequence[str]) -> list[Figure]:
    """Let two processes serve one corpus, and load a changed trope meanwhile."""
    async with AsyncExitStack() as stack:
        bots = [commands.running(name, words, "trope", folder / "corpus.db") for name in ("one", "two")]
        contenders = [await stack.enter_async_context(bot) for bot in bots]
        await asyncio.gather(*(_search_alone(contender) for contender in contenders))
        latencies = Spread.of([each for bot in contenders for each in bot.results["search"]["alone"]])
        loaded = await asyncio.to_thread(run_load, folder, changed_page(folder, pages))
        ended = perf_counter()
        swaps = await asyncio.gather(*(_swapped(contender, ended) for contender in contenders))
        memory = max(contender.memory() for contender in contenders)
    return [
        Figure("two processes, search, p99", latencies.p99, "ms", MAX_SEARCH_MS, "with Discord's part"),
        Figure("two processes, memory of each", memory, "MB", MAX_SERVING_MB),
        Figure("one changed trope, load", loaded.seconds, "s"),
        Figure("one changed trope, until both serve it", max(swaps), "s", MAX_SWAP_SECONDS, "from the load's end"),
    ]


async def _search_alone(contender: commands.Contender) -> None:
    members = commands.Members(contender)
    await members.prepare()
    for _ in range(3):
        await commands.measure_sequential(contender, "search", members.requests()["search"])


def changed_page(folder: Path, pages: Path) -> Path:
    """Return a copy of a page with one example more."""
    page = next(path for path in sorted(pages.glob("*.txt")) if "\n* ''" in path.read_text(encoding="utf-8"))
    changed = folder / "changed" / page.name
    changed.parent.mkdir(exist_ok=True)
    source = page.read_text(encoding="utf-8")
    changed.write_text(source.replace("\n* ", f"\n* ''Film/{CHANGED.title()}'': {CHANGED}.\n* ", 1), encoding="utf-8")
    return changed


async def _swapped(contender: commands.Contender, began: float) -> float:
    """Return after how many seconds a bot finds what was loaded."""
    for number in range(round(10 * MAX_SWAP_SECONDS / POLL_SECONDS)):
        member = Member(500_000_000_000_000_001 + number, f"waiting{number}")
        _, data, _ = await (await contender.discord.slash("trope search", member, HERE, words=CHANGED)).first_answer()
        if not data.get("flags", 0) & EPHEMERAL:
            return perf_counter() - began
        await asyncio.sleep(POLL_SECONDS)
    return perf_counter() - began


def measure(examples: int, folder: Path, seed: int) -> Iterator[Figure]:
    """Yield all figures."""
    began = perf_counter()
    pages = synthetic.folder(examples, folder, seed, synthetic.WIKI)
    size = sum(path.stat().st_size for path in pages.iterdir())
    yield Figure("pages", size / examples, "B/example", note=f"made or found in {perf_counter() - began:.0f} s")
    yield from measure_loads(folder, pages, examples)
    small, corpus = folder / "corpus-60.db", folder / "corpus.db"
    if not small.exists():
        asyncio.run(load([synthetic.REAL], small, read_tables(ROOT / "data")))
    yield from asyncio.run(measure_queries(corpus, small))
    words = [query.words for some in Drawer(corpus).draw(10).values() for query in some]
    yield from asyncio.run(measure_bots(corpus, pages, words))
    yield from asyncio.run(measure_two_bots(folder, pages, words))
    yield from asyncio.run(measure_cold(corpus))


def row(figure: Figure) -> str:
    """Return a figure's row of the table."""
    value = "—" if figure.value is None else f"{figure.value:,.2f}"
    bound = "" if figure.bound is None else f"{figure.bound:,.2f}"
    return f"{figure.name:42} {value:>10} {figure.unit:9} {bound:>8} {figure.verdict:7} {figure.note}".rstrip()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.wiki", description="Measure the whole wiki.")
    parser.add_argument("--examples", type=int, default=EXAMPLES)
    parser.add_argument("--folder", type=Path, default=synthetic.FOLDER, help="where pages and corpus are put")
    parser.add_argument("--seed", type=int, default=synthetic.SEED)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    folder = options.folder.resolve()
    require_room(options.examples, folder)
    machine, figures = machine_info("discord.py", "aiosqlite"), []
    for figure in measure(options.examples, folder, options.seed):
        figures.append(figure)
        print(f"{figure.name}…", file=sys.stderr, flush=True)
    print("{cpu}, {machine}, Python {python}, SQLite {sqlite}, load {load}".format_map(machine))
    print(f"{'':42} {'measured':>10} {'':9} {'bound':>8}", *map(row, figures), sep="\n")
    every = [{**asdict(figure), "verdict": figure.verdict} for figure in figures]
    write_json(options.json, {**machine, "examples": options.examples, "seed": options.seed, "figures": every})
    missed = sum(figure.is_missed for figure in figures)
    print(f"{missed} of {sum(figure.bound is not None for figure in figures)} bounds are missed.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
