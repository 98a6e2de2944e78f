"""How long the corpus takes to answer, at any size: searches of every class, draws, lists, suggestions.

Run as ``python -m tests.bench.corpus CORPUS... [--queries N] [--agreement N] [--json PATH]``. The corpora take turns in
every round. Agreement is how many of our ten best are among the ten best by exact bm25, in a corpus that was loaded.
"""

import argparse
import asyncio
import gc
import random
import sqlite3
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.scope import Scope
from tests.bench.queries import Drawer, Query
from tests.bench.timing import Spread, at_hand, keep, machine, watched_loop

BEST = 10
PAGE = 5
ROUNDS = 5
HOME = "BigHeroicRun"


async def searched(corpus: Corpus, queries: Mapping[str, Sequence[Query]]) -> dict[str, dict[str, Any]]:
    """Return how long the searches of each class took, and for how long the event loop was blocked at worst."""
    results: dict[str, dict[str, Any]] = {}
    for name, asked in queries.items():
        seconds: list[float] = []
        async with watched_loop() as blocked:
            for query in asked:
                begun = perf_counter()
                await corpus.search(query.words, query.scope, 1, PAGE)
                seconds.append(perf_counter() - begun)
        results[name] = {**asdict(Spread.of(seconds)), "blocked": round(blocked.worst, 1)}
    return results


async def timed(run: Callable[[], Awaitable[object]], times: int) -> float:
    """Return the mean time of a run, in milliseconds."""
    begun = perf_counter()
    for _ in range(times):
        await run()
    return (perf_counter() - begun) / times * 1e3


def errands(corpus: Corpus, drawer: Drawer) -> dict[str, Callable[[], Awaitable[object]]]:
    """Return what else is asked of a corpus, by name."""
    media = [medium.slug for medium in corpus.media.media]
    pick = random.Random(5)
    beginnings = [query.words.rstrip("*") for query in drawer.draw(40)["3 letters*"]]

    def medium() -> Scope:
        return Scope(media=(pick.choice(media),))

    async def afresh(scope: Scope) -> None:
        for kept in (corpus._results, corpus._examples):
            kept.clear()
        await corpus.random(scope)

    return {
        "random of all": lambda: corpus.random(Scope()),
        "random of all, nothing kept": lambda: afresh(Scope()),
        "random of a trope": lambda: corpus.random(Scope(HOME)),
        "random of a medium": lambda: corpus.random(medium()),
        "random of a medium, nothing kept": lambda: afresh(medium()),
        "random without spoilers": lambda: corpus.random(Scope(include_spoilers=False)),
        "random without spoilers, nothing kept": lambda: afresh(Scope(include_spoilers=False)),
        "works, 3 letters": lambda: corpus.suggest_works(pick.choice(beginnings), None, 25),
        "works, 1 letter": lambda: corpus.suggest_works(pick.choice(beginnings)[:1], None, 25),
        "works of a trope, 3 letters": lambda: corpus.suggest_works(pick.choice(beginnings), HOME, 25),
        "tropes, 3 letters": lambda: corpus.suggest_tropes(pick.choice(beginnings), 25),
        "frequent words, 3 letters": lambda: corpus.complete_word(pick.choice(beginnings), 12),
        "frequent words, 1 letter": lambda: corpus.complete_word(pick.choice(beginnings)[:1], 12),
        "near words": lambda: corpus.suggest_spellings(pick.choice(beginnings) + "erox", 3),
        "list of a medium, first page": lambda: corpus.page(medium(), 1, PAGE),
        "list of a medium, last page": lambda: corpus.page(medium(), 1_000_000, PAGE),
    }


async def measure(paths: Sequence[Path], most: int, agreeing: int) -> dict[str, Any]:
    """Return all results, by the corpora's names."""
    results: dict[str, dict[str, Any]] = {path.stem: {} for path in paths}
    async with AsyncExitStack() as stack:
        corpora = [await stack.enter_async_context(open_corpus(at_hand(path))) for path in paths]
        drawers = [Drawer(path) for path in paths]
        gc.freeze()  # as the bot does
        times: dict[str, dict[str, list[float]]] = {path.stem: {} for path in paths}
        for _ in range(ROUNDS):
            for path, corpus, drawer in zip(paths, corpora, drawers, strict=True):
                for name, run in errands(corpus, drawer).items():
                    times[path.stem].setdefault(name, []).append(await timed(run, 40))
        for path, corpus, drawer in zip(paths, corpora, drawers, strict=True):
            result = results[path.stem]
            result["errands"] = {name: round(statistics.median(each), 3) for name, each in times[path.stem].items()}
            result["search"] = await searched(corpus, drawer.draw(most))
            if agreeing:
                asked = Drawer(path, seed=11).draw(agreeing)
                result["agreement"] = {
                    name: share for name, queries in asked.items() if (share := await _agreement(path, corpus, queries))
                }
    return results


def main() -> None:
    """Measures, prints, and writes the results as JSON where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="+", type=Path, metavar="CORPUS")
    parser.add_argument("--queries", type=int, default=200, help="searches of each class")
    parser.add_argument("--agreement", type=int, default=0, help="searches of each class to hold against exact bm25")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the results there")
    options = parser.parse_args()
    about = machine("aiosqlite")
    results = asyncio.run(measure(options.corpora, options.queries, options.agreement))
    print(
        f"{about['cpu']}, {about['machine']}, Python {about['python']}, SQLite {about['sqlite']}, load {about['load']}"
    )
    for name, result in results.items():
        _print(name, result)
    keep(options.json, {**about, "results": results})


def _print(name: str, result: Mapping[str, Any]) -> None:
    agreements = result.get("agreement", {})
    print(f"\n{name}\n  {'search (ms)':34} {'p50':>8} {'p95':>8} {'p99':>8} {'worst':>8} {'blocked':>8} {'as bm25':>8}")
    for kind, row in result["search"].items():
        numbers = " ".join(f"{row[key]:8.2f}" for key in ("p50", "p95", "p99", "worst", "blocked"))
        print(f"  {kind:34} {numbers} {agreements.get(kind, '')!s:>8}")
    for kind, milliseconds in result["errands"].items():
        print(f"  {kind:34} {milliseconds:8.3f}")


async def _agreement(path: Path, corpus: Corpus, queries: Sequence[Query]) -> float | None:
    shares: list[float] = []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        for query in queries:
            listing = await corpus.search(query.words, query.scope, 1, BEST)
            ours = {(entry.trope.name, entry.example.number) for entry in listing.entries}
            exact = _exactly(database, query)
            if exact:
                shares.append(len(ours & exact) / len(exact))
    return round(statistics.mean(shares), 3) if shares else None


_EXACT = """
    SELECT (SELECT name FROM trope WHERE id = (visible_fts.rowid & 0xffffffffff) >> 16), rowid & 0xffff FROM visible_fts
    WHERE visible_fts MATCH ? ORDER BY bm25(visible_fts, 1.0, 4.0, 0.0), rowid LIMIT ?
"""


def _exactly(database: sqlite3.Connection, query: Query) -> set[tuple[str, int]]:
    """Return the best by exact bm25 of a search without a scope of works; the scope's words weigh nothing."""
    words = query.words if query.words.startswith('"') or query.words.endswith("*") else _quoted(query.words)
    match = f"(- filters : ({words}))"
    if query.scope.media:
        match += f' AND (filters : "\ue000m{query.scope.media[0].replace("-", chr(0xE000))}")'
    if query.scope.trope:
        [(trope_id,)] = database.execute("SELECT id FROM trope WHERE name = ?", (query.scope.trope,))
        match += f' AND (filters : "\ue000t{trope_id}")'
    return set(database.execute(_EXACT, (match, BEST)))


def _quoted(words: str) -> str:
    return " AND ".join(f'"{word}"' for word in words.split())


if __name__ == "__main__":
    main()
