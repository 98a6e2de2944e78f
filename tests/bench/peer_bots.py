"""Runs the same searches with the search engine tantivy, for comparison."""

import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.corpus.index_terms import EXAMPLE_ID_BITS
from tests.bench.queries import Query, indexed_rows
from tests.bench.timing import Spread

BEST = 10
MEMORY = 64 << 20
MAX_ID = (1 << EXAMPLE_ID_BITS) - 1


def measure_searches(corpus: Path, queries: Mapping[str, Sequence[Query]]) -> dict[str, float]:
    """Return the p99 by class in milliseconds, of searches without a scope."""
    index = _index(corpus)
    searcher = index.searcher()
    results: dict[str, float] = {}
    for name, queries_of_class in queries.items():
        seconds: list[float] = []
        for query in queries_of_class:
            if query.scope.media or query.scope.trope:
                continue
            start_time = perf_counter()
            searcher.search(_parse(index, query.words), BEST)
            seconds.append(perf_counter() - start_time)
        if seconds:
            results[name] = Spread.of(seconds).p99
    return results


def _parse(index: Any, words: str) -> Any:
    if words.endswith("*"):
        return tantivy().Query.regex_query(index.schema, "text", f"{words[:-1]}.*")
    query = words if words.startswith('"') else " AND ".join(words.split())
    return index.parse_query(query, ["text", "works"], {"works": 4.0})


def tantivy() -> Any:
    """Import tantivy, which only the bench group installs."""
    return import_module("tantivy")


def _index(corpus: Path) -> Any:
    """Return the index beside a corpus. Create it if missing."""
    fields = tantivy().SchemaBuilder()
    for field in ("text", "works"):
        fields.add_text_field(field, stored=False)
    fields.add_integer_field("id", stored=True)
    schema, folder = fields.build(), corpus.with_suffix(".tantivy")
    if folder.exists():
        return tantivy().Index.open(str(folder))
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    writer = tantivy().Index(schema, str(partial)).writer(MEMORY, 1)
    with closing(sqlite3.connect(f"file:{corpus}?mode=ro", uri=True)) as database:
        for row in indexed_rows(database, 0, MAX_ID):
            writer.add_document(tantivy().Document(id=row.rowid & MAX_ID, text=row.visible, works=row.works))
    writer.commit()
    writer.wait_merging_threads()
    partial.rename(folder)
    return tantivy().Index.open(str(folder))
