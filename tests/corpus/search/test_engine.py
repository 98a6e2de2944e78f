"""Searches with many hits, and the queries sent to the index."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.corpus.index_terms import FILTER_PREFIX
from bot.corpus.reader import Corpus
from bot.corpus.scope import Scope
from bot.corpus.search.bm25 import CollectionStats
from bot.corpus.search.engine import MAX_HITS, MAX_PREFIX_DOCUMENTS
from bot.corpus.search.match_plan import (
    Condition,
    MatchFilter,
    MatchPlan,
    conjunction,
    plan_expanded_prefix,
    plan_prefix,
    plan_word,
)
from bot.corpus.search.query_parser import Term, parse_query
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from tests.conftest import IN_MODULE_LOOP, shared_corpus

corpus = shared_corpus

ALL = Scope()
MANY = MAX_HITS + 200
# Two terms in six bands each, and hidden text.
MAX_QUERIES = 37
FILMS = Scope(media=("film-live-action",))


@pytest.fixture(scope="module")
def corpus_path(tmp_path_factory: pytest.TempPathFactory, tables: SiteTables) -> Path:
    """Return a corpus with more examples than a search counts, all with the word "dash"."""
    folder = tmp_path_factory.mktemp("many")
    rows = [f"* ''Film/RunnerOf{'ABCDEFG'[n % 7]}'': They dash {'on ' * (n % 40)}to number{n}." for n in range(MANY)]
    rows += ["* ''Film/DashNow'': " + "Very long it is before anybody does it. " * 4 + "They dash to the end of it."]
    rows += ["* ''Film/Other'': With his dash he ends it [[spoiler:not without the knife]]."]
    (folder / "SomeTrope.txt").write_text("----\n[[folder:Films -- Live-Action]]\n" + "\n".join(rows) + "\n[[/folder]]")
    asyncio.run(load([folder], folder / "corpus.db", tables))
    return folder / "corpus.db"


@pytest.fixture(autouse=True)
def as_a_large_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.corpus.search.engine.MAX_PREFIX_DOCUMENTS", 0)


@IN_MODULE_LOOP
async def test_more_than_a_thousand_hits_are_not_counted(corpus: Corpus) -> None:
    first = await corpus.search("dash", ALL, 1, 5)
    assert (first.total, first.truncated, first.page_count) == (MAX_HITS, True, MAX_HITS // 5)
    last = await corpus.search("dash", ALL, 10_000, 5)
    assert (last.number, len(last.entries)) == (first.page_count, 5)
    one = await corpus.search("dash number7", ALL, 1, 5)
    assert (one.total, one.truncated) == (1, False)


@IN_MODULE_LOOP
async def test_a_hit_in_a_title_comes_before_many_others(corpus: Corpus) -> None:
    [entry] = (await corpus.search("dash", ALL, 1, 1)).entries
    assert entry.example.works[0].title == "Dash Now"


@IN_MODULE_LOOP
async def test_the_pages_of_a_search_list_every_hit_once(corpus: Corpus) -> None:
    listed = [entry.ref for page in range(1, 201) for entry in (await corpus.search("dash", ALL, page, 5)).entries]
    assert len(set(listed)) == len(listed) == MAX_HITS


@IN_MODULE_LOOP
async def test_a_frequent_prefix_finds_enough(corpus: Corpus) -> None:
    assert (await corpus.search("numb*", ALL, 1, 5)).total >= 40
    assert (await corpus.search("dash numb", Scope("SomeTrope"), 1, 5)).total >= 40


@pytest.mark.parametrize(
    ("phrase", "found"), [('"to the end of it"', 1), ('"to the of it"', 0), ('"with his"', 1), ('"not without"', 0)]
)
@IN_MODULE_LOOP
async def test_phrases_of_frequent_words_are_found(corpus: Corpus, phrase: str, found: int) -> None:
    assert (await corpus.search(phrase, ALL, 1, 5)).total == found
    assert (await corpus.search(phrase, ALL, 1, 5, hidden=True)).total == max(found, phrase == '"not without"')


@pytest.mark.parametrize(
    ("words", "scope", "hidden", "total"),
    [
        pytest.param("number7", FILMS, False, 1, id="a medium"),
        pytest.param("number7", Scope("NoTrope"), False, 0, id="another trope"),
        pytest.param("number7", Scope(media=("music",)), False, 0, id="another medium"),
        pytest.param("number7", Scope(excluded_media=frozenset(FILMS.media or ())), False, 0, id="other media"),
        pytest.param("number7", Scope(media=()), False, 0, id="no medium"),
        pytest.param("ends", Scope(include_spoilers=False), False, 0, id="no spoilers"),
        pytest.param("knife", Scope(include_spoilers=False), True, 0, id="hidden, no spoilers"),
        pytest.param("knife", ALL, True, 1, id="hidden"),
    ],
)
@IN_MODULE_LOOP
async def test_a_search_stays_in_its_scope(corpus: Corpus, words: str, scope: Scope, hidden: bool, total: int) -> None:
    assert (await corpus.search(words, scope, 1, 5, hidden=hidden)).total == total


@pytest.mark.slow
@IN_MODULE_LOOP
async def test_filter_terms_are_neither_found_nor_suggested(corpus: Corpus, corpus_path: Path) -> None:
    with closing(sqlite3.connect(corpus_path)) as database:
        filters = "SELECT term FROM visible_vocabulary WHERE term >= ?"
        words = [word for (word,) in database.execute(filters, (FILTER_PREFIX,))]
        suggested = [word for (word,) in database.execute("SELECT term FROM term")]
    assert len(words) > 5
    assert not [word for word in suggested if FILTER_PREFIX in word]
    for word in words:
        for typed in (word, f'"{word}"', f"{word[:2]}*", f"filters:{word}"):
            for hidden in (False, True):
                found = await corpus.search(typed, ALL, 1, 5, hidden=hidden)
                plain = await corpus.search(typed.replace(FILTER_PREFIX, " "), ALL, 1, 5, hidden=hidden)
                assert found.total == plain.total


SCOPES = [MatchFilter(None, (), ()), MatchFilter(["m1", "m2"], ["t1"], ["h"])]


@settings(max_examples=4 * settings().max_examples)
@given(st.text(), st.booleans(), st.booleans(), st.sampled_from(SCOPES))
def test_any_text_makes_queries_that_fts5_accepts(text: str, large: bool, prefixes: bool, scope: MatchFilter) -> None:
    terms = parse_query(text, prefixes=prefixes)
    planned = [plan_prefix(term, 7) if term.is_prefix else plan_word(term, 7, ("m1",) * large) for term in terms]
    if large:
        planned += [plan_expanded_prefix(Term("one"), 7, ["one", "ones"], ("m2",), weighted_count=n) for n in (0, 1)]
    plan = MatchPlan(planned, scope, CollectionStats(100, 10.0))
    queries = [plan.hidden_query(), *(band.query for band in plan.bands())] if planned else []
    assert len(queries) <= MAX_QUERIES
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE visible USING fts5 (text, works, filters)")
        for query in queries:
            database.execute("SELECT * FROM visible WHERE visible MATCH ?", (query,)).fetchall()


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abcdefgh")), min_size=1, max_size=12))
def test_nested_conditions_match_as_if_side_by_side(counted: list[tuple[int, str]]) -> None:
    texts = [" ".join([letter for bit, letter in enumerate("abcdefgh") if number >> bit & 1]) for number in range(256)]
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE visible USING fts5 (text)")
        database.executemany("INSERT INTO visible (rowid, text) VALUES (?, ?)", enumerate(texts))
        nested, flat = conjunction([Condition(*each) for each in counted]), " AND ".join([each for _, each in counted])
        select = "SELECT rowid FROM visible WHERE visible MATCH ? ORDER BY rowid"
        assert database.execute(select, (nested,)).fetchall() == database.execute(select, (flat,)).fetchall() != []


def test_a_frequent_prefix_has_more_documents_than_hits() -> None:
    assert MAX_PREFIX_DOCUMENTS > MAX_HITS


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("dash now", True, id="nothing left out"),
        pytest.param("dash -now -number7", False, id="a word"),
        pytest.param('dash now -"the end of"', False, id="a phrase"),
        pytest.param("dash now −“the end of”", False, id="a pasted phrase after a typographic minus"),
        pytest.param('dash now -"end the of"', True, id="a phrase in another order"),
        pytest.param("dash now -do*", False, id="the start of a word"),
        pytest.param("“dash to the end”", True, id="a pasted phrase"),
        pytest.param("„end dash“", False, id="a pasted phrase in another order"),
    ],
)
@IN_MODULE_LOOP
async def test_a_minus_leaves_out(corpus: Corpus, query: str, found: bool) -> None:
    titles = [entry.example.works[0].title for entry in (await corpus.search(query, ALL, 1, 5)).entries]
    assert ("Dash Now" in titles) is found


@pytest.mark.parametrize(
    ("query", "hidden", "total"),
    [
        pytest.param("his dash -knife", False, 1, id="hidden text leaves nothing out of a visible search"),
        pytest.param("his dash -knife", True, 0, id="hidden text"),
        pytest.param("knife -dash", True, 0, id="visible text of a hidden hit"),
        pytest.param("knife -horse", True, 1, id="another word"),
        pytest.param("-knife", True, 0, id="only words to leave out"),
    ],
)
@IN_MODULE_LOOP
async def test_hidden_text_leaves_out_only_if_it_is_searched(
    corpus: Corpus, query: str, hidden: bool, total: int
) -> None:
    assert (await corpus.search(query, ALL, 1, 5, hidden=hidden)).total == total
