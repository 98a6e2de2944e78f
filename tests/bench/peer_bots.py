"""The same searches by tantivy, a search engine of its own, over the same examples: how good it can get."""

import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.bench.queries import Query
from tests.bench.timing import Spread

BEST = 10
MEMORY = 64 << 20


def searched(corpus: Path, queries: Mapping[str, Sequence[Query]]) -> dict[str, float]:
    """Return the p99 of the searches of each class, in milliseconds; those without a scope only."""
    index = _index(corpus)
    searcher = index.searcher()
    results: dict[str, float] = {}
    for name, asked in queries.items():
        seconds: list[float] = []
        for query in asked:
            if query.scope.media or query.scope.trope:
                continue
            begun = perf_counter()
            searcher.search(_asked(index, query.words), BEST)
            seconds.append(perf_counter() - begun)
        if seconds:
            results[name] = Spread.of(seconds).p99
    return results


def _asked(index: Any, words: str) -> Any:
    if words.endswith("*"):
        return tantivy().Query.regex_query(index.schema, "text", f"{words[:-1]}.*")
    typed = words if words.startswith('"') else " AND ".join(words.split())
    return index.parse_query(typed, ["text", "works"], {"works": 4.0})


def tantivy() -> Any:
    """Return the library, which only the bench group installs."""
    return import_module("tantivy")


def _index(corpus: Path) -> Any:
    """Return the index of a corpus, made beside it if it is not there."""
    fields = tantivy().SchemaBuilder()
    for field in ("text", "works"):
        fields.add_text_field(field, stored=False)
    fields.add_integer_field("id", stored=True)
    schema, folder = fields.build(), corpus.with_suffix(".tantivy")
    if folder.exists():
        return tantivy().Index.open(str(folder))
    half = folder.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    writer = tantivy().Index(schema, str(half)).writer(MEMORY, 1)
    with closing(sqlite3.connect(f"file:{corpus}?mode=ro", uri=True)) as database:
        for identity, text, works in database.execute("SELECT example_id, visible, works FROM index_source"):
            writer.add_document(tantivy().Document(id=identity, text=text, works=works))
    writer.commit()
    writer.wait_merging_threads()
    half.rename(folder)
    return tantivy().Index.open(str(folder))
