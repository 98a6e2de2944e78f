"""The query plans of the corpus."""

import sqlite3
from contextlib import closing

import pytest

from bot.corpus import name_search, queries, suggestions
from bot.corpus.schema import CORPUS
from bot.corpus.search import engine

PARAMETERS = {
    "excluded_works": None,
    "excluded_tropes": None,
    "include_spoilers": 1,
    "media": "[1]",
    "ids": "[1]",
    "work_ref": "x",
    **dict.fromkeys(("low", "high", "first", "last", "size", "skip", "medium"), 1),
    **{f"{name}_{each}": 1 for name in ("first", "last", "place") for each in range(queries.RANDOM_TRIES)},
}

EXAMPLES = {"example_count": 1, "limit": 1, "candidates": 1}


@pytest.mark.parametrize(
    ("statement", "search"),
    [
        ("SELECT_KEYS", "example_by_shuffle_key (shuffle_key>? AND shuffle_key<?)"),
        ("SELECT_KEYS_OF_MEDIA", "example_by_medium_and_shuffle_key (medium_id=? AND shuffle_key>? AND shuffle_key<?)"),
        ("SELECT_KEYS_OF_TROPE", "example_by_id (id>? AND id<?)"),
        ("SELECT_KEYS_OF_WORK", "example_work_by_work_ref (work_ref=? AND example_id>? AND example_id<?)"),
        ("SELECT_PAGE_OF_MEDIUM", "example_by_medium (medium_id=? AND id>? AND id<?)"),
        ("SELECT_RANDOM", "example_by_shuffle_key (shuffle_key>? AND shuffle_key<?)"),
        (
            "SELECT_RANDOM_OF_MEDIA",
            "example_by_medium_and_shuffle_key (medium_id=? AND shuffle_key>? AND shuffle_key<?)",
        ),
        ("SELECT_RANDOM_OF_PICKED", "example_by_id (id=?)"),
        ("SELECT_RANDOM_OF_TROPE", "example_by_id (id>? AND id<?)"),
        ("SELECT_RANDOM_OF_WORK", "example_work_by_work_ref (work_ref=? AND example_id>? AND example_id<?)"),
    ],
)
def test_keys_and_pages_are_read_from_an_index_alone(statement: str, search: str) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(CORPUS.schema)
        rows = database.execute(f"EXPLAIN QUERY PLAN {getattr(queries, statement).format(order='DESC')}", PARAMETERS)
        plan = [row[3] for row in rows]
    assert any(f"USING COVERING INDEX {search}" in step for step in plan)
    assert not any("TEMP B-TREE" in step for step in plan)


# What a search without hits, a typo, a few typed letters and a start read: no table whole, however large it is.
BOUNDED = {
    "works by title": name_search.WORKS.completed,
    "works by name": name_search.WORKS.named,
    "works by beginning": name_search.WORKS.begun,
    "keys of works beside": name_search.WORKS.beside,
    "near works": name_search.WORKS.comparable,
    "works of a trope": name_search.WORKS_OF_TROPE.comparable,
    "works of a large trope": name_search.WORKS_OF_LARGE_TROPE.completed,
    "tropes by title": name_search.TROPES.completed,
    "tropes by name": name_search.TROPES.named,
    "tropes by beginning": name_search.TROPES.begun,
    "keys of tropes beside": name_search.TROPES.beside,
    "near tropes": name_search.TROPES.comparable,
    "similar words": suggestions.SELECT_SIMILAR_WORDS,
    "frequent words": suggestions.SELECT_FREQUENT_WORDS_OF_PREFIX,
    "words of a letter": suggestions.SELECT_FREQUENT_WORDS_OF_LETTER,
    "words with a prefix": engine.SELECT_PREFIX_TERMS,
    "counts of words": engine.SELECT_DOCUMENT_COUNTS,
    "blocks of media": queries.SELECT_BLOCKS,
}
TYPED = dict.fromkeys(
    ("keys", "near", "prefix", "prefixes", "words", "kinds", "literal", "canonical", "wanted", "media"), "[]"
)


@pytest.mark.parametrize("statement", BOUNDED.values(), ids=BOUNDED)
def test_what_is_typed_reads_no_table_whole(statement: str) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(CORPUS.schema)
        rows = database.execute(f"EXPLAIN QUERY PLAN {statement}", PARAMETERS | TYPED | EXAMPLES)
        scans = [row[3] for row in rows if row[3].startswith("SCAN")]
    small = "VIRTUAL TABLE", "subquery", "SCAN way_"
    assert [scan for scan in scans if not any(each in scan for each in small)] == []
