"""Estimate how much room a page takes in the corpus, whose rows and indexes cost more than a tiny example's text."""

from collections.abc import Iterable, Sequence
from dataclasses import fields

from bot.corpus.pages import StoredPage
from bot.corpus.rows import Row, TropeRows, trope_rows
from bot.model import normalize_words

MAX_GROWTH = 12  # times the source
FREE_BYTES = 2 * 1024 * 1024  # allowed to any page
# Bytes of a row besides its texts, with its entries in all indexes. Of most tables, texts are stored once.
ROW_BYTES = {"examples": 145, "example_works": 91, "works": 30, "index_sources": 50, "counts": 20}
OTHER_ROW_BYTES, WORD_BYTES, OCCURRENCE_BYTES = 10, 24, 2
TEXT_COPIES = {"works": 2, "visible_index": 0, "hidden_index": 0, "title_votes": 0}


def is_out_of_proportion(stored: StoredPage, source_length: int) -> bool:
    """Return whether a page takes over MAX_GROWTH times its source's room. Slow only for unusual pages."""
    examples = stored.page.examples
    works = [work for example in examples for work in example.works]
    folders = sum([len(example.folder) for example in examples if example.folder])
    titles = sum([len(work.title) for work in works])
    least = len(examples) * ROW_BYTES["examples"] + len(works) * ROW_BYTES["example_works"] + folders + 3 * titles
    if least < FREE_BYTES // 4 or least < 2 * source_length:
        return False
    return estimated_bytes(trope_rows([stored], 0)) > max(FREE_BYTES, MAX_GROWTH * source_length)


def estimated_bytes(rows: TropeRows) -> int:
    """Return about how many bytes rows take in the corpus."""
    tables = {each.name: getattr(rows, each.name) for each in fields(rows)}
    total = sum([_table_bytes(name, table) for name, table in tables.items() if isinstance(table, list)])
    visible = [f"{text} {works} {terms}" for _, text, works, terms in rows.visible_index]
    hidden = [f"{text} {terms}" for _, text, terms in rows.hidden_index]
    return total + _index_bytes(visible) + _index_bytes(hidden)


def _table_bytes(name: str, table: Sequence[Row]) -> int:
    texts = sum([len(value.encode()) for row in table for value in row if isinstance(value, str)])
    return len(table) * ROW_BYTES.get(name, OTHER_ROW_BYTES) + texts * TEXT_COPIES.get(name, 1)


def _index_bytes(texts: Iterable[str]) -> int:
    """Return the bytes of a full-text index with the counts of its terms."""
    words: set[str] = set()
    occurrences = 0
    for text in texts:
        found = normalize_words(text)
        occurrences += len(found)
        words.update(found)
    return occurrences * OCCURRENCE_BYTES + sum([WORD_BYTES + 3 * len(word) for word in words])
