"""Searches where very much is found, and what is asked of the index."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.index_terms import FILTER_PREFIX
from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.scope import Scope
from bot.corpus.search.bm25 import CollectionStats
from bot.corpus.search.engine import MAX_HITS, MAX_PREFIX_DOCUMENTS
from bot.corpus.search.match_plan import MatchFilter, MatchPlan, plan_expanded_prefix, plan_prefix, plan_word
from bot.corpus.search.query_parser import Term, parse_query
from bot.ingest.loader import load
from bot.ingest.sources import SiteTables

EVERYWHERE = Scope()
MANY = MAX_HITS + 200
# Two things that media's names may hold, each at six levels, and what is hidden.
MOST_QUESTIONS = 37


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, tables: SiteTables) -> Path:
    """A corpus of more examples than are counted, all of which hold "dash"."""
    folder = tmp_path_factory.mktemp("many")
    rows = [f"* ''Film/RunnerOf{'ABCDEFG'[n % 7]}'': They dash {'on ' * (n % 40)}to number{n}." for n in range(MANY)]
    rows += ["* ''Film/DashNow'': " + "Very long it is before anybody does it. " * 4 + "They dash to the end of it."]
    rows += ["* ''Film/Other'': With his dash he ends it [[spoiler:not without the knife]]."]
    (folder / "SomeTrope.txt").write_text("----\n[[folder:Films -- Live-Action]]\n" + "\n".join(rows) + "\n[[/folder]]")
    asyncio.run(load([folder], folder / "corpus.db", tables))
    return folder / "corpus.db"


@pytest.fixture
async def corpus(path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Corpus]:
    """That corpus, searched as if it were a large one."""
    monkeypatch.setattr("bot.corpus.search.engine.MAX_PREFIX_DOCUMENTS", 0)
    async with open_corpus(path) as reader:
        yield reader


async def test_more_than_a_thousand_hits_are_not_counted(corpus: Corpus) -> None:
    first = await corpus.search("dash", EVERYWHERE, 1, 5)
    assert (first.total, first.truncated, first.page_count) == (MAX_HITS, True, MAX_HITS // 5)
    last = await corpus.search("dash", EVERYWHERE, 10_000, 5)
    assert (last.number, len(last.entries)) == (first.page_count, 5)
    one = await corpus.search("dash number7", EVERYWHERE, 1, 5)
    assert (one.total, one.truncated) == (1, False)


async def test_of_very_many_hits_those_with_the_word_in_a_title_come_first_however_long(corpus: Corpus) -> None:
    [entry] = (await corpus.search("dash", EVERYWHERE, 1, 1)).entries
    assert entry.example.works[0].title == "Dash Now"


async def test_pages_of_a_search_hold_every_hit_once(corpus: Corpus) -> None:
    listed = [
        entry.ref for page in range(1, 201) for entry in (await corpus.search("dash", EVERYWHERE, page, 5)).entries
    ]
    assert len(set(listed)) == len(listed) == MAX_HITS


async def test_beginnings_of_many_words_find_as_much(corpus: Corpus) -> None:
    assert (await corpus.search("numb*", EVERYWHERE, 1, 5)).total >= 40
    assert (await corpus.search("dash numb", Scope("SomeTrope"), 1, 5)).total >= 40


@pytest.mark.parametrize(
    ("phrase", "found"), [('"to the end of it"', 1), ('"to the of it"', 0), ('"with his"', 1), ('"not without"', 0)]
)
async def test_phrases_of_words_that_are_everywhere(corpus: Corpus, phrase: str, found: int) -> None:
    assert (await corpus.search(phrase, EVERYWHERE, 1, 5)).total == found
    assert (await corpus.search(phrase, EVERYWHERE, 1, 5, hidden=True)).total == max(found, phrase == '"not without"')


async def test_scopes_take_part_in_the_question(corpus: Corpus) -> None:
    film = Scope(media=("film-live-action",))
    assert (await corpus.search("number7", film, 1, 5)).total == 1
    for empty in (
        Scope("NoTrope"),
        Scope(media=("music",)),
        Scope(excluded_media=frozenset({"film-live-action"})),
        Scope(media=()),
    ):
        assert (await corpus.search("number7", empty, 1, 5)).total == 0
    assert (await corpus.search("knife", Scope(include_spoilers=False), 1, 5, hidden=True)).total == 0
    assert (await corpus.search("knife", EVERYWHERE, 1, 5, hidden=True)).total == 1
    assert (await corpus.search("ends", Scope(include_spoilers=False), 1, 5)).total == 0


async def test_words_of_scopes_are_found_by_no_search_and_offered_nowhere(corpus: Corpus, path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        words = [
            word
            for (word,) in database.execute("SELECT term FROM visible_vocabulary WHERE term >= ?", (FILTER_PREFIX,))
        ]
        known = [word for (word,) in database.execute("SELECT term FROM term")]
    assert len(words) > 5
    assert not [word for word in known if FILTER_PREFIX in word]
    for word in words:
        for typed in (word, f'"{word}"', f"{word[:2]}*", f"filters:{word}"):
            for hidden in (False, True):
                found = await corpus.search(typed, EVERYWHERE, 1, 5, hidden=hidden)
                plain = await corpus.search(typed.replace(FILTER_PREFIX, " "), EVERYWHERE, 1, 5, hidden=hidden)
                assert found.total == plain.total


@given(st.text(), st.booleans())
def test_any_text_makes_a_question_that_the_index_takes(words: str, large: bool) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE visible USING fts5 (text, works, filters)")
        for prefixes in (False, True):
            terms = parse_query(words, prefixes=prefixes)
            if not terms:
                continue
            wanted = [plan_prefix(term, 7) if term.is_prefix else plan_word(term, 7, ("m1",) * large) for term in terms]
            wanted += [
                plan_expanded_prefix(Term("one"), 7, ["one", "ones"], ("m2",), weighted_count=graded)
                for graded in (0, 1)
                if large
            ]
            for where in (MatchFilter(None, (), ()), MatchFilter(["m1", "m2"], ["t1"], ["h"])):
                question = MatchPlan(wanted, where, CollectionStats(100, 10.0))
                queries = [question.hidden_query(), *(band.query for band in question.bands())]
                assert len(queries) <= MOST_QUESTIONS
                for query in queries:
                    database.execute("SELECT * FROM visible WHERE visible MATCH ?", (query,)).fetchall()


def test_what_is_gathered_is_less_than_what_is_large() -> None:
    assert MAX_PREFIX_DOCUMENTS > MAX_HITS
