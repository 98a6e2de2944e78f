"""The query plans of the corpus."""

import sqlite3
from contextlib import closing

import pytest

from bot.corpus import queries
from bot.corpus.schema import CORPUS

PARAMETERS = {
    "excluded_works": None,
    "excluded_tropes": None,
    "include_spoilers": 1,
    "media": "[1]",
    "work_ref": "x",
    **dict.fromkeys(("low", "high", "first", "last", "size", "skip", "medium"), 1),
}


@pytest.mark.parametrize(
    ("statement", "search"),
    [
        ("SELECT_KEYS", "example_by_shuffle_key (shuffle_key>? AND shuffle_key<?)"),
        ("SELECT_KEYS_OF_MEDIA", "example_by_medium_and_shuffle_key (medium_id=? AND shuffle_key>? AND shuffle_key<?)"),
        ("SELECT_KEYS_OF_TROPE", "example_by_id (id>? AND id<?)"),
        ("SELECT_KEYS_OF_WORK", "example_work_by_work_ref (work_ref=? AND example_id>? AND example_id<?)"),
        ("SELECT_PAGE_OF_MEDIUM", "example_by_medium (medium_id=? AND id>? AND id<?)"),
    ],
)
def test_keys_and_pages_are_read_from_an_index_alone(statement: str, search: str) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(CORPUS.schema)
        rows = database.execute(f"EXPLAIN QUERY PLAN {getattr(queries, statement).format(order='DESC')}", PARAMETERS)
        plan = [row[3] for row in rows]
    assert any(f"USING COVERING INDEX {search}" in step for step in plan)
    assert not any("TEMP B-TREE" in step for step in plan)
