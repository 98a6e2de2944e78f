"""Measures queries: `python -m tests.bench.corpus CORPUS... [--queries N] [--agreement N] [--json PATH]`.

Measured are searches of every class, draws, lists and suggestions. The corpora take turns in each round. Agreement is
the fraction of the ten best matches by exact BM25 that are also among ours.
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
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import Mock

from bot.components.custom_ids import Action, ExampleRequest
from bot.conversation.answers import Answers
from bot.corpus.index_terms import medium_filter, trope_filter
from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.scope import Scope
from bot.corpus.search.engine import EXAMPLE_ID_MASK
from tests.bench.queries import Drawer, Query, index_with_lengths
from tests.bench.timing import Spread, machine_info, warm_file, watched_loop, write_json

BEST = 10
PAGE = 5
ROUNDS = 5
HOME = "BigHeroicRun"


async def measure_searches(corpus: Corpus, queries: Mapping[str, Sequence[Query]]) -> dict[str, dict[str, Any]]:
    """Return the latencies of the searches by class, and how long they blocked the event loop."""
    results: dict[str, dict[str, Any]] = {}
    for name, queries_of_class in queries.items():
        seconds: list[float] = []
        async with watched_loop() as blocked:
            for query in queries_of_class:
                start_time = perf_counter()
                await corpus.search(query.words, query.scope, 1, PAGE)
                seconds.append(perf_counter() - start_time)
        results[name] = {**asdict(Spread.of(seconds)), "blocked": round(blocked.worst, 1)}
    return results


async def mean_milliseconds(run: Callable[[], Awaitable[object]], times: int) -> float:
    """Return the mean duration of a query."""
    start_time = perf_counter()
    for _ in range(times):
        await run()
    return (perf_counter() - start_time) / times * 1e3


async def measure_latency(run: Callable[[], Awaitable[object]], times: int) -> Spread:
    """Return the latencies of a query."""
    seconds: list[float] = []
    for _ in range(times):
        start_time = perf_counter()
        await run()
        seconds.append(perf_counter() - start_time)
    return Spread.of(seconds)


Queries = dict[str, Callable[[], Awaitable[object]]]


def other_queries(corpus: Corpus, drawer: Drawer, works: Mapping[str, str]) -> Queries:
    """Return the queries besides searches, by name. `works` are titles by ref, the most covered one first."""
    return {
        **draws(corpus),
        **names(corpus, drawer, list(works.values())),
        **cards_of_works(corpus, list(works)),
        **pages(corpus),
    }


def draws(corpus: Corpus) -> Queries:
    """Return draws of random examples."""
    scopes: dict[str, Callable[[], Scope]] = {
        "of all": Scope,
        "of a trope": lambda: Scope(HOME),
        "of a medium": medium_of(corpus),
        "without spoilers": lambda: Scope(include_spoilers=False),
    }

    async def draw(scope: Callable[[], Scope]) -> None:
        await corpus.random(scope())

    async def draw_uncached(scope: Callable[[], Scope]) -> None:
        corpus._cache.clear()
        await corpus.random(scope())

    uncached: Queries = {f"random {name}, uncached": partial(draw_uncached, scope) for name, scope in scopes.items()}
    return {f"random {name}": partial(draw, scope) for name, scope in scopes.items()} | uncached


def names(corpus: Corpus, drawer: Drawer, titles: Sequence[str]) -> Queries:
    """Return queries for what a member types: completions, typos, and searches that find nothing."""
    pick, tropes, answers = random.Random(5), drawer.trope_titles, Answers(corpus, Mock())
    prefixes = [query.words.rstrip("*") for query in drawer.draw(40)["3 letters*"]]

    async def answer(words: str) -> None:
        corpus._cache.clear()
        await answers.answer(ExampleRequest(Action.SEARCH, query=words, page=1))

    return {
        "works, 3 letters": lambda: corpus.suggest_works(pick.choice(prefixes), None, 25),
        "works, 1 letter": lambda: corpus.suggest_works(pick.choice(prefixes)[:1], None, 25),
        "works of a trope, 3 letters": lambda: corpus.suggest_works(pick.choice(prefixes), HOME, 25),
        "tropes, 3 letters": lambda: corpus.suggest_tropes(pick.choice(prefixes), 25),
        "works, a typo": lambda: corpus.suggest_works(drawer.misspelled(titles), None, 25),
        "near works": lambda: corpus.near_works(drawer.misspelled(titles), None, 3),
        "tropes, 1 letter": lambda: corpus.suggest_tropes(pick.choice(tropes)[:1], 25),
        "tropes, a typo": lambda: corpus.suggest_tropes(drawer.misspelled(tropes), 25),
        "near tropes": lambda: corpus.near_tropes(drawer.misspelled(tropes), 3),
        "answer to nonsense": lambda: answer(drawer.nonsense()),
        "answer to a title with a typo": lambda: answer(drawer.misspelled(titles)),
        "frequent words, 3 letters": lambda: corpus.complete_word(pick.choice(prefixes), 12),
        "frequent words, 1 letter": lambda: corpus.complete_word(pick.choice(prefixes)[:1], 12),
        "spelling suggestions": lambda: corpus.suggest_spellings([pick.choice(prefixes) + "erox"], 3),
    }


def cards_of_works(corpus: Corpus, refs: Sequence[str]) -> Queries:
    """Return queries for the cards of works, the most covered one first."""
    pick = random.Random(5)

    async def uncached(ref: str) -> None:
        corpus._cache.clear()
        await corpus.work_page(Scope(), [ref], 1, PAGE)
        await corpus.franchise(ref)

    return {
        "a work": lambda: uncached(pick.choice(refs)),
        "the most covered work": lambda: uncached(refs[0]),
        "works like another": lambda: corpus.similar_works(Scope(), [pick.choice(refs)], PAGE),
        "two works compared": lambda: corpus.compare_works(Scope(), [pick.choice(refs)], refs[:1], 1, PAGE, named=10),
    }


def pages(corpus: Corpus) -> Queries:
    """Return queries for pages of lists."""
    medium, middle = medium_of(corpus), corpus.example_count // len(corpus.media.media) // PAGE // 2

    async def ids(scope: Scope, number: int) -> None:
        """Read a page, but not what is counted once for all pages."""
        total = await corpus.count(scope)
        skip = min(max(number, 1), -(-total // PAGE) or 1) * PAGE - PAGE
        await corpus._load_page(scope, skip, PAGE, total)

    return {
        "list of a medium, first page": lambda: corpus.page(medium(), 1, PAGE),
        "list of a medium, last page": lambda: corpus.page(medium(), 1_000_000, PAGE),
        "ids of a medium's first page": lambda: ids(medium(), 1),
        "ids of a medium's middle page": lambda: ids(medium(), middle),
        "ids of a medium's last page": lambda: ids(medium(), 1_000_000),
        "ids of the last page of all": lambda: ids(Scope(), 1_000_000),
    }


def medium_of(corpus: Corpus) -> Callable[[], Scope]:
    """Return a function that picks a medium."""
    pick, media = random.Random(5), [medium.slug for medium in corpus.media.media]
    return lambda: Scope(media=(pick.choice(media),))


SELECT_COVERED = """
    SELECT ref, title FROM (
        SELECT work_ref, count(*) AS examples FROM example_work GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 500
    ) JOIN work ON ref = work_ref ORDER BY examples DESC, ref
"""


def covered_works(path: Path) -> dict[str, str]:
    """Return the titles of the works with the most examples, by ref."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return dict(database.execute(SELECT_COVERED).fetchall())


async def measure(paths: Sequence[Path], query_count: int, agreement_count: int) -> dict[str, Any]:
    """Return all results by the names of the corpora."""
    results: dict[str, dict[str, Any]] = {path.stem: {} for path in paths}
    async with AsyncExitStack() as stack:
        corpora = [await stack.enter_async_context(open_corpus(warm_file(path))) for path in paths]
        drawers = [Drawer(path) for path in paths]
        gc.freeze()  # as the bot does
        times: dict[str, dict[str, list[float]]] = {path.stem: {} for path in paths}
        for _ in range(ROUNDS):
            for path, corpus, drawer in zip(paths, corpora, drawers, strict=True):
                for name, run in other_queries(corpus, drawer, covered_works(path)).items():
                    times[path.stem].setdefault(name, []).append(await mean_milliseconds(run, 40))
        for path, corpus, drawer in zip(paths, corpora, drawers, strict=True):
            result = results[path.stem]
            result["other"] = {name: round(statistics.median(each), 3) for name, each in times[path.stem].items()}
            result["search"] = await measure_searches(corpus, drawer.draw(query_count))
            if agreement_count:
                result["agreement"] = await _agreements(path, corpus, Drawer(path, seed=11).draw(agreement_count))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="+", type=Path, metavar="CORPUS")
    parser.add_argument("--queries", type=int, default=200, help="searches of each class")
    parser.add_argument("--agreement", type=int, default=0, help="searches of each class to compare with exact BM25")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the results as JSON")
    options = parser.parse_args()
    machine = machine_info("aiosqlite")
    results = asyncio.run(measure(options.corpora, options.queries, options.agreement))
    print("{cpu}, {machine}, Python {python}, SQLite {sqlite}, load {load}".format_map(machine))
    for name, result in results.items():
        _print(name, result)
    write_json(options.json, {**machine, "results": results})


def _print(name: str, result: Mapping[str, Any]) -> None:
    agreements = result.get("agreement", {})
    print(f"\n{name}\n  {'search (ms)':34} {'p50':>8} {'p95':>8} {'p99':>8} {'worst':>8} {'blocked':>8} {'as bm25':>8}")
    for kind, row in result["search"].items():
        numbers = " ".join(f"{row[key]:8.2f}" for key in ("p50", "p95", "p99", "worst", "blocked"))
        print(f"  {kind:34} {numbers} {agreements.get(kind, '')!s:>8}")
    for kind, milliseconds in result["other"].items():
        print(f"  {kind:34} {milliseconds:8.3f}")


async def _agreements(path: Path, corpus: Corpus, queries: Mapping[str, Sequence[Query]]) -> dict[str, float]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        index_with_lengths(database)
        ratios = {name: await _agreement(database, corpus, each) for name, each in queries.items()}
    return {name: ratio for name, ratio in ratios.items() if ratio is not None}


async def _agreement(database: sqlite3.Connection, corpus: Corpus, queries: Sequence[Query]) -> float | None:
    ratios: list[float] = []
    for query in queries:
        listing = await corpus.search(query.words, query.scope, 1, BEST)
        ours = {(entry.trope.name, entry.example.number) for entry in listing.entries}
        if exact := _exact_matches(database, query):
            ratios.append(len(ours & exact) / len(exact))
    return round(statistics.mean(ratios), 3) if ratios else None


SELECT_EXACT = f"""
    SELECT (SELECT name FROM trope WHERE id = (exact.rowid & {EXAMPLE_ID_MASK}) >> 16), rowid & 0xffff
    FROM temp.exact WHERE exact MATCH ?
    ORDER BY bm25(exact, 1.0, 4.0, 0.0), rowid LIMIT ?
"""


def _exact_matches(database: sqlite3.Connection, query: Query) -> set[tuple[str, int]]:
    """Return the best matches by exact BM25 for a query without works in its scope. Scope terms have no weight."""
    words = query.words if query.words.startswith('"') or query.words.endswith("*") else _all_of(query.words)
    match = f"(- filters : ({words}))"
    if query.scope.media:
        match += f' AND (filters : "{medium_filter(query.scope.media[0])}")'
    if query.scope.trope:
        [(trope_id,)] = database.execute("SELECT id FROM trope WHERE name = ?", (query.scope.trope,))
        match += f' AND (filters : "{trope_filter(trope_id)}")'
    return set(database.execute(SELECT_EXACT, (match, BEST)))


def _all_of(words: str) -> str:
    return " AND ".join(f'"{word}"' for word in words.split())


if __name__ == "__main__":
    main()
