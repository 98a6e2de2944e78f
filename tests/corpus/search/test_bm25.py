"""What comes first in a search: what FTS5's own bm25 sets first, though it is never asked."""

import asyncio
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.index_terms import EXAMPLE_ID_BITS, medium_filter
from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.rows import example_id
from bot.corpus.scope import Scope
from bot.corpus.search.bm25 import CollectionStats, bm25_scores, estimated_union, inverse_document_frequency
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from tests.bench.queries import index_with_lengths
from tests.conftest import IN_MODULE_LOOP, shared_corpus

corpus = shared_corpus

BEST = 10
EVERYWHERE = Scope()
WORDS = "the of run runner running runs rune heroic hero door car stairs burning towards into danger sword".split()
VIDEO_GAMES = Scope(media=("video-games",))
VIDEO_GAMES_ONLY = f'(filters : "{medium_filter("video-games")}")'
EXACTLY = "SELECT rowid, -bm25(exact, 1.0, 4.0, 0.0) FROM temp.exact WHERE exact MATCH ?"
DOCUMENTS = st.lists(st.lists(st.sampled_from("abcde"), min_size=1, max_size=12), min_size=1, max_size=12)


def write_pages(folder: Path) -> None:
    """Write page sources that repeat a few words."""
    pick = random.Random(3)
    words = [*WORDS, *(f"filler{number}" for number in range(60))]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    for number in range(12):
        rows: list[str] = []
        for medium in ("Film", "Video Games", "Music"):
            rows.append(f"[[folder:{medium}]]")
            for _ in range(50):
                title = "".join(word.title() for word in pick.choices(words, weights, k=pick.choice((1, 2, 2, 3))))
                said = " ".join(pick.choices(words, weights, k=pick.choice((3, 4, 5, 8, 12, 20, 40))))
                rows.append(f"* ''Film/{title}{pick.choice(('', 'Door', 'Sword'))}'': {said}.")
            rows.append("[[/folder]]")
        (folder / f"Trope{number}.txt").write_text("\n".join(["----", *rows]))


@pytest.fixture(scope="module")
def corpus_path(tmp_path_factory: pytest.TempPathFactory, tables: SiteTables) -> Path:
    """Return a corpus with more examples than a search counts."""
    folder = tmp_path_factory.mktemp("ranked")
    write_pages(folder)
    report = asyncio.run(load([folder], folder / "corpus.db", tables))
    assert (report.examples, report.rejected) == (1_800, 0)
    return folder / "corpus.db"


@pytest.fixture(scope="module")
def database(corpus_path: Path) -> Iterator[sqlite3.Connection]:
    """Return a connection to the corpus, with an index that can rank hits."""
    with closing(sqlite3.connect(corpus_path)) as connection:
        index_with_lengths(connection)
        yield connection


async def agreement(
    corpus: Corpus, database: sqlite3.Connection, typed: str, query: str, scope: Scope = EVERYWHERE
) -> float:
    """Return the share of our ten hits that FTS5's own bm25 also ranks among the best ten."""
    exact = {rowid & ((1 << EXAMPLE_ID_BITS) - 1): score for rowid, score in database.execute(EXACTLY, (query,))}
    tropes = dict(database.execute("SELECT name, id FROM trope"))
    listing = await corpus.search(typed, scope, 1, BEST)
    ours = [exact[example_id(tropes[entry.trope.name], entry.example.number)] for entry in listing.entries]
    best = sorted(exact.values(), reverse=True)[:BEST]
    assert len(ours) == len(best)
    return sum(1 for score in ours if score >= best[-1] * (1 - 1e-9)) / len(best)


@pytest.mark.parametrize(
    ("typed", "query", "scope"),
    [
        *(pytest.param(word, f"- filters : {word}", EVERYWHERE, id=word) for word in WORDS),
        *(
            pytest.param(word, f"(- filters : {word}) AND {VIDEO_GAMES_ONLY}", VIDEO_GAMES, id=f"{word} in a medium")
            for word in WORDS
        ),
        *(
            pytest.param(f"{letters}*", f"- filters : {letters}*", EVERYWHERE, id=f"{letters}*")
            for letters in ("run", "her", "dan", "the")
        ),
    ],
)
@IN_MODULE_LOOP
async def test_the_best_hits_of_one_word_are_those_of_bm25(
    corpus: Corpus, database: sqlite3.Connection, typed: str, query: str, scope: Scope
) -> None:
    assert await agreement(corpus, database, typed, query, scope) == 1.0


@pytest.mark.parametrize("max_weighted", [0, 100_000], ids=["very many", "many"])
@IN_MODULE_LOOP
async def test_a_frequent_prefix_ranks_hits_as_bm25_does(
    corpus: Corpus, database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, max_weighted: int
) -> None:
    monkeypatch.setattr("bot.corpus.search.engine.MAX_PREFIX_DOCUMENTS", 0)
    monkeypatch.setattr("bot.corpus.search.engine.MAX_WEIGHTED_PREFIX_DOCUMENTS", max_weighted)
    assert await agreement(corpus, database, "run*", "- filters : run*") == 1.0


@pytest.mark.parametrize(("count", "candidates", "min_share"), [(2, WORDS[2:], 0.9), (3, WORDS[2:9], 0.75)])
@pytest.mark.slow
@IN_MODULE_LOOP
async def test_most_best_hits_of_several_words_are_those_of_bm25(
    corpus: Corpus, database: sqlite3.Connection, count: int, candidates: Sequence[str], min_share: float
) -> None:
    shares = [
        await agreement(corpus, database, " ".join(words), f"- filters : ({' AND '.join(words)})")
        for words in combinations(candidates, count)
    ]
    assert sum(shares) / len(shares) > min_share


async def test_a_word_finds_texts_and_media_named_by_it(tmp_path: Path, tables: SiteTables) -> None:
    rows = ["----", "[[folder:Video Games]]", "* ''A'': short", "* ''B'': with a game of video to it", "[[/folder]]"]
    rows += ["[[folder:Music]]", "* ''C'': the video is long, very long, longer than all others", "* ''D'': none"]
    (tmp_path / "SomeTrope.txt").write_text("\n".join([*rows, "[[/folder]]"]))
    await load([tmp_path], tmp_path / "corpus.db", tables)
    async with open_corpus(tmp_path / "corpus.db") as corpus:

        async def found(typed: str, scope: Scope = EVERYWHERE) -> list[int]:
            return [entry.example.number for entry in (await corpus.search(typed, scope, 1, 5)).entries]

        first, *others = await found("video")
        assert (first, sorted(others)) == (2, [1, 3])
        assert sorted(await found('"video games"')) == sorted(await found("vid* gam*", VIDEO_GAMES)) == [1, 2]
        assert await found("video long") == await found("video music") == [3]
        assert await found("games music") == []


@given(DOCUMENTS, st.lists(st.sampled_from("abcde"), min_size=1, max_size=3, unique=True))
def test_scores_equal_those_of_bm25(documents: Sequence[Sequence[str]], query: Sequence[str]) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE visible USING fts5 (text)")
        database.executemany("INSERT INTO visible (text) VALUES (?)", [(" ".join(words),) for words in documents])
        rows = "SELECT rowid, -bm25(visible) FROM visible WHERE visible MATCH ?"
        exact = dict(database.execute(rows, (" AND ".join(query),)))
    collection = CollectionStats(len(documents), sum(map(len, documents)) / len(documents))
    idfs = [inverse_document_frequency(sum(word in words for words in documents), collection) for word in query]
    hits = [
        ([words.count(word) for word in query], [len(words) << EXAMPLE_ID_BITS | number])
        for number, words in enumerate(documents, 1)
        if set(query) <= set(words)
    ]
    ours = {
        hit & ((1 << EXAMPLE_ID_BITS) - 1): score
        for weights, ids in hits
        for hit, score in bm25_scores([(tuple(weights), ids)], idfs, collection).items()
    }
    assert ours == pytest.approx(exact, rel=1e-9)


def test_a_hit_of_several_queries_has_its_best_score() -> None:
    collection = CollectionStats(10, 5.0)
    found = bm25_scores([((1.0,), [7, 8]), ((3.0,), [8])], [1.0], collection)
    assert found == bm25_scores([((3.0,), [8])], [1.0], collection) | bm25_scores([((1.0,), [7])], [1.0], collection)


def test_an_estimated_union_never_exceeds_the_corpus() -> None:
    collection = CollectionStats(1_000, 5.0)
    assert estimated_union(10, collection) == pytest.approx(10, rel=0.01)
    assert estimated_union(100_000, collection) <= 1_000
    assert estimated_union(0, CollectionStats()) == 0
