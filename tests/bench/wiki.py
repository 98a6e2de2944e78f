"""Measures a whole wiki: `python -m tests.bench.wiki [--examples N] [--json PATH]`.

Generates its pages in `.bench/`, loads them with one interruption, and measures the corpus: searches, suggestions, the
card of the most covered work, cold pages, two processes at once, a changed trope, and bots. Prints each figure with its
bound. Exits with 1 if one is missed, and with 2 if the disk is too small. Delete `.bench/wiki-*` afterwards.
"""

import argparse
import asyncio
import gc
import itertools
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from bot.cli.progress import show_progress
from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.scope import Scope
from bot.ingest.loader import load
from bot.ingest.site_tables import read_tables
from bot.settings import ROOT
from tests.bench.commands import (
    CONCURRENT,
    NOOP,
    WORDS,
    Contender,
    Members,
    Request,
    bots_at,
    measure_concurrent,
    measure_starts,
    running,
    warm_up,
)
from tests.bench.corpus import PAGE, covered_works, measure_searches
from tests.bench.growth import INTERACTIONS, load_synthetic
from tests.bench.queries import Drawer
from tests.bench.state import DURABLE
from tests.bench.synthetic import FOLDER, REAL
from tests.bench.timing import Spread, machine_info, warm_file, write_json
from tests.bench.wiki_pages import WHOLE, Shape, write_pages
from tests.postgres_server import programs, running_server

# Of an example: its source, the corpus, and what a load needs for a while.
PAGE_BYTES, CORPUS_BYTES, WORKING_BYTES = 400, 1_400, 700
QUERIES, TIMES, COLD_TIMES, ROUNDS = 100, 200, 40, 5
INTERRUPTED_AFTER = 0.3  # of the corpus
LOAD_SECONDS, LOAD_MB, GB_PER_MILLION = 900, 300, 1.3
SEARCH_MS, RARE_MS, SUGGESTION_MS, CARD_MS, COLD_MS = 25, 2, 5, 50, 250
RANDOM_ABOVE_SMALL, START_OF_NOOP, BOT_MB, SWAP_SECONDS = 0.2, 2, 200, 2

Run = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and the most that it may be."""

    name: str
    value: float
    unit: str
    bound: float | None = None

    @property
    def is_met(self) -> bool:
        return self.bound is None or self.value <= self.bound

    def __str__(self) -> str:
        verdict = "" if self.bound is None else f"<= {self.bound:<8,g} {'met' if self.is_met else 'MISSED'}"
        return f"{self.name:44} {self.value:12,.2f} {self.unit:6} {verdict}"


def required_bytes(examples: int) -> int:
    """Return how much free disk the whole run needs."""
    return examples * (PAGE_BYTES + CORPUS_BYTES + WORKING_BYTES)


def generate(shape: Shape) -> Path:
    """Return the folder of the pages. Generate it if missing."""
    folder = FOLDER / f"wiki-{shape.examples}.pages"
    if not folder.exists():
        partial = folder.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        shutil.copy(REAL, partial)
        with show_progress("Generating pages") as progress:
            write_pages(shape, partial, progress.show)
        partial.rename(folder)
    return folder


# --- the load


def measure_load(shape: Shape, pages: Path, corpus: Path) -> Iterator[Figure]:
    """Load all pages, interrupted once, and yield the figures."""
    started = perf_counter()
    stop_at = int(INTERRUPTED_AFTER * CORPUS_BYTES * shape.examples)
    first = _Load(pages, corpus, lambda: corpus.exists() and corpus.stat().st_size > stop_at)
    second = _Load(pages, corpus, lambda: False)
    seconds = perf_counter() - started
    [unchanged] = re.findall(r"([\d,]+) unchanged", second.report)
    yield Figure("load, interrupted once", seconds, "s", LOAD_SECONDS * shape.examples / WHOLE)
    yield Figure("examples loaded a second", shape.examples / seconds, "")
    yield Figure("pages not read again", int(unchanged.replace(",", "")), "")
    yield Figure("memory of the load, all processes", max(first.memory + second.memory), "MB", LOAD_MB)
    late = second.memory[len(second.memory) // 2 :]
    yield Figure("memory of its second half ÷ all", max(late) / max(second.memory), "")
    yield Figure("corpus of a million examples", corpus.stat().st_size / shape.examples / 1e3, "GB", GB_PER_MILLION)


class _Load:
    """A run of `bigrun load`, interrupted as soon as `is_enough`."""

    def __init__(self, pages: Path, corpus: Path, is_enough: Callable[[], bool]) -> None:
        self.memory: list[float] = []
        command = [sys.executable, "-m", "bot", "load", str(pages)]
        with subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"BIGRUN_CORPUS": str(corpus)}, stdout=subprocess.PIPE, text=True
        ) as process:
            while process.returncode is None:
                self.memory.append(_memory_of_tree(process.pid))
                if is_enough():
                    process.terminate()
                    is_enough = bool  # once
                with suppress(subprocess.TimeoutExpired):
                    self.report = process.communicate(timeout=1)[0]


def _memory_of_tree(pid: int) -> float:
    """Return the memory of a process and those that it started, in MB. Shared memory counts once."""
    pids = [str(pid)]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        pids += task.read_text(encoding="ascii").split()
    rollups = [Path(f"/proc/{each}/smaps_rollup") for each in pids]
    try:
        rows = [row for rollup in rollups for row in rollup.read_text(encoding="ascii").splitlines()]
    except OSError:
        return 0.0  # one has just ended
    return sum([int(row.split()[1]) for row in rows if row.startswith("Pss:")]) / 1000


# --- the corpus


async def measure_corpus(path: Path) -> list[Figure]:
    """Return the figures of an opened corpus, warm, then cold."""
    drawer, works = Drawer(path), covered_works(path)
    async with open_corpus(warm_file(path)) as corpus:
        gc.freeze()  # as the bot does
        figures = [
            Figure(f"search: {name}, p99", row["p99"], "ms", RARE_MS if name == "rare word" else SEARCH_MS)
            for name, row in (await measure_searches(corpus, drawer.draw(QUERIES))).items()
        ]
        for name, run in _suggestions(corpus, drawer).items():
            figures.append(Figure(f"{name}, p99", (await _spread(run, TIMES)).p99, "ms", SUGGESTION_MS))
        card = await _spread(lambda: _card(corpus, works[0]), COLD_TIMES)
        figures.append(Figure("card of the most covered work, p99", card.p99, "ms", CARD_MS))
        words = itertools.cycle([each for queries in drawer.draw(COLD_TIMES).values() for each in queries[:5]])

        async def search() -> None:
            query = next(words)
            await corpus.search(query.words, query.scope, 1, PAGE)

        cold: dict[str, Run] = {
            "search": search,
            "random": lambda: corpus.random(Scope()),
            "card of a work": lambda: _card(corpus, random.choice(works)),
        }
        for name, run in cold.items():
            spread = await _spread(run, COLD_TIMES, lambda: _drop_cache(path))
            figures.append(Figure(f"cold: {name}, p99", spread.p99, "ms", COLD_MS))
    return figures


def _suggestions(corpus: Corpus, drawer: Drawer) -> dict[str, Run]:
    pick = random.Random(5)
    prefixes = [query.words.rstrip("*") for query in drawer.draw(40)["3 letters*"]]
    return {
        "works, 3 letters": lambda: corpus.suggest_works(pick.choice(prefixes), None, 25),
        "works, 1 letter": lambda: corpus.suggest_works(pick.choice(prefixes)[:1], None, 25),
        "tropes, 3 letters": lambda: corpus.suggest_tropes(pick.choice(prefixes), 25),
        "words, 3 letters": lambda: corpus.complete_word(pick.choice(prefixes), 12),
        "words, 1 letter": lambda: corpus.complete_word(pick.choice(prefixes)[:1], 12),
    }


async def _card(corpus: Corpus, ref: str) -> None:
    corpus._cache.clear()
    await corpus.work_page(Scope(), [ref], 1, PAGE)
    await corpus.franchise(ref)


async def _spread(run: Run, times: int, before: Callable[[], object] = lambda: None) -> Spread:
    seconds = []
    for _ in range(times):
        before()
        started = perf_counter()
        await run()
        seconds.append(perf_counter() - started)
    return Spread.of(seconds)


def _drop_cache(path: Path) -> None:
    """Forget the file in the system's cache, so that the disk is read."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def measure_two_processes(path: Path) -> Iterator[Figure]:
    """Search from two processes at once, and yield the worst figure of each."""
    command = [sys.executable, "-m", "tests.bench.wiki", "--search", str(path)]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    worst = [json.loads(process.communicate()[0]) for process in processes]
    yield Figure("two processes at once, slowest class, p99", max(worst), "ms")


async def worst_search(path: Path) -> float:
    """Return the p99 of the slowest class of searches, in milliseconds."""
    async with open_corpus(path) as corpus:
        found = await measure_searches(corpus, Drawer(path).draw(QUERIES))
    return max([float(row["p99"]) for row in found.values()])


async def measure_swap(page: Path, corpus: Path) -> Figure:
    """Load one page beside a reader, and return how long it takes until the reader has it."""
    async with open_corpus(corpus) as reader:
        started = perf_counter()
        report = await load([page], corpus, read_tables(ROOT / "data"))
        await reader.reload()
        seconds = perf_counter() - started
    if report.tropes != 1:
        raise AssertionError(f"{page} was not loaded.")
    return Figure("hot swap of one trope", seconds, "s", SWAP_SECONDS)


@contextmanager
def _changed_page(pages: Path) -> Iterator[Path]:
    """Change a page of the usual size during the block."""
    by_size = sorted(pages.glob("*.txt"), key=lambda path: path.stat().st_size)
    page = by_size[len(by_size) // 2]
    before = page.read_text(encoding="utf-8")
    page.write_text(before.replace("----", f"Words {random.random()}.\n----", 1), encoding="utf-8")
    try:
        yield page
    finally:
        page.write_text(before, encoding="utf-8")


# --- bots


async def measure_bots(small: Path, path: Path) -> list[Figure]:
    """Return the figures of a bot with the corpus, beside one with 60 examples and one that only sends."""
    bots = [*bots_at([small, path])]
    ready = {name: statistics.median(seconds) for name, seconds in (await measure_starts(bots)).items()}
    async with AsyncExitStack() as stack:
        contenders = [await stack.enter_async_context(bot()) for bot in bots]
        requests = []
        for contender in contenders:
            members = Members(contender)
            await members.prepare()
            requests.append(members.requests()["random"])
        for _ in range(ROUNDS):
            for contender, request in zip(contenders, requests, strict=True):
                await measure_concurrent(contender, "random", request)
        noop, few, many = ([*contender.results["random"]["cpu"]] for contender in contenders)
        ratios = [statistics.median([a / b for a, b in zip(each, noop, strict=True)]) for each in (few, many)]
        await warm_up(contenders[-1], INTERACTIONS)
        memory = contenders[-1].memory()
    return [
        Figure("random, CPU ÷ no-op", ratios[1], "", ratios[0] + RANDOM_ABOVE_SMALL),
        Figure("start to first answer ÷ no-op", ready[path.stem] / ready[NOOP], "", START_OF_NOOP),
        Figure(f"memory after {INTERACTIONS:,} requests", memory, "MB", BOT_MB),
    ]


async def measure_two_bots(path: Path, state: str) -> list[Figure]:
    """Return how many examples two bots draw together from one corpus and one state, and one of them alone."""
    settings = {"BIGRUN_STATE": state}
    async with AsyncExitStack() as stack:
        requests = []
        for name in ("first", "second"):
            contender = await stack.enter_async_context(running(name, WORDS, "trope", path, settings=settings))
            members = Members(contender)
            await members.prepare()
            requests.append((contender, members.requests()["random"]))
        alone = [await _draws_a_second(requests[:1]) for _ in range(ROUNDS)]
        together = [await _draws_a_second(requests) for _ in range(ROUNDS)]
    return [
        Figure("a bot with PostgreSQL, random a second", statistics.median(alone), ""),
        Figure("two bots with PostgreSQL, random a second", statistics.median(together), ""),
    ]


async def _draws_a_second(requests: Sequence[tuple[Contender, Request]]) -> float:
    started = perf_counter()
    await asyncio.gather(*[measure_concurrent(contender, "random", request) for contender, request in requests])
    return CONCURRENT * len(requests) / (perf_counter() - started)


def measure(shape: Shape) -> list[Figure]:
    """Generate, load and measure a wiki. Print the figures as they come."""
    pages, corpus = generate(shape), FOLDER / f"wiki-{shape.examples}.db"
    figures: list[Figure] = []

    def add(more: Iterator[Figure] | Sequence[Figure]) -> None:
        for figure in more:
            figures.append(figure)
            print(figure, flush=True)

    if not corpus.exists():
        partial = corpus.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        add(measure_load(shape, pages, partial))
        partial.rename(corpus)
        sleep(1)  # let the disk come to rest
    add(asyncio.run(measure_corpus(corpus)))
    add(measure_two_processes(corpus))
    with _changed_page(pages) as page:
        add([asyncio.run(measure_swap(page, corpus))])
    add(asyncio.run(measure_bots(load_synthetic(60), corpus)))
    if postgres := programs():
        with running_server(postgres, DURABLE) as state:
            add(asyncio.run(measure_two_bots(corpus, state)))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=WHOLE)
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the results as JSON")
    parser.add_argument("--search", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.search:
        print(asyncio.run(worst_search(options.search)))
        return
    _require_disk(options.examples)
    machine = machine_info("aiosqlite")
    print("{cpu}, {machine}, Python {python}, SQLite {sqlite}, load {load}".format_map(machine))
    figures = measure(Shape(options.examples))
    rows: Mapping[str, Any] = {figure.name: asdict(figure) | {"met": figure.is_met} for figure in figures}
    write_json(options.json, {**machine, "examples": options.examples, "results": rows})
    if missed := [figure.name for figure in figures if not figure.is_met]:
        sys.exit(f"Missed: {', '.join(missed)}.")


def _require_disk(examples: int) -> None:
    FOLDER.mkdir(exist_ok=True)
    needed, free = required_bytes(examples), shutil.disk_usage(FOLDER).free
    print(f"{examples:,} examples need {needed / 1e9:,.1f} GB in {FOLDER}. {free / 1e9:,.1f} GB are free.")
    if free < needed:
        print("That is too little. For fewer examples: make bench-wiki N=1000000", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
