"""Estimate how much room a page takes in the corpus, whose rows and indexes cost more than a tiny example's text."""

from collections.abc import Iterable, Sequence
from dataclasses import fields

from bot.corpus.pages import StoredPage
from bot.corpus.rows import Layouts, Row, TropeRows, title_keys, trope_rows
from bot.model import plain_text
from bot.model.names import normalize_words

MAX_GROWTH = 12  # times the source
FREE_BYTES = 2 * 1024 * 1024  # allowed to any page
LARGE_PAGE = 100_000  # characters: no words of a smaller one take FREE_BYTES
EXAMPLE_BYTES, WORK_BYTES, TITLE_BYTES = 160, 80, 60  # with all rows and indexes
EMPTY_BYTES = 450_000  # of a corpus without tropes: each table and index takes at least one page
# Bytes of a row besides its texts, with its entries in all indexes. Of most tables, texts are stored once.
ROW_BYTES = {"examples": 128, "example_works": 80, "works": 30, "counts": 20, "work_mentions": 60}
OTHER_ROW_BYTES, WORD_BYTES, OCCURRENCE_BYTES = 10, 48, 2
TEXT_COPIES = {"works": 2, "visible_index": 0, "hidden_index": 0}


def is_out_of_proportion(stored: StoredPage, source_length: int, layouts: Layouts) -> bool:
    """Return whether a page takes over MAX_GROWTH times its source's room. Slow only if that is in doubt."""
    least, most = least_bytes(stored), max(FREE_BYTES, MAX_GROWTH * source_length)
    if least > most:
        return True
    is_in_doubt = least > most / 4 or (source_length > LARGE_PAGE and distinct_words(stored) * WORD_BYTES > most / 4)
    return is_in_doubt and estimated_bytes(trope_rows([stored], 0, layouts)) > most


def least_bytes(stored: StoredPage) -> int:
    """Return how many bytes a page takes in the corpus without its texts."""
    examples = stored.page.examples
    titles = [work.title for example in examples for work in example.works]
    names = [*titles, *titles, *[example.folder or "" for example in examples]]  # twice with each example
    per_title = sum([TITLE_BYTES + 3 * len(title) for title in set(titles)])
    return len(examples) * EXAMPLE_BYTES + len(titles) * WORK_BYTES + sum(map(len, names)) + per_title


def distinct_words(stored: StoredPage) -> int:
    """Return how many different words the examples of a page have, those of their notes included."""
    parts = [part for example in stored.page.examples for part in example.parts]
    texts = [part.text for part in parts] + [plain_text(note.spans) for part in parts for note in part.notes]
    return len({word for text in texts for word in normalize_words(text)})


def estimated_bytes(rows: TropeRows) -> int:
    """Return about how many bytes a corpus of these rows takes, in which words are indexed several times."""
    total = EMPTY_BYTES + _table_bytes("pages", rows.pages)
    visible_words, hidden_words = set[str](), set[str]()
    for part in rows.slices:
        total += sum([_table_bytes(each.name, getattr(part, each.name)) for each in fields(part)])
        total += _table_bytes("work_keys", title_keys({title: ref for ref, title, _ in part.works}))
        visible = [f"{text} {works} {terms}" for _, text, works, terms in part.visible_index]
        hidden = [f"{text} {filters}" for _, text, filters in part.hidden_index]
        total += _index_bytes(visible, visible_words) + _index_bytes(hidden, hidden_words)
    return total


def _table_bytes(name: str, table: Sequence[Row]) -> int:
    texts = sum([len(value.encode()) for row in table for value in row if isinstance(value, str)])
    return len(table) * ROW_BYTES.get(name, OTHER_ROW_BYTES) + texts * TEXT_COPIES.get(name, 1)


def _index_bytes(texts: Iterable[str], known: set[str]) -> int:
    """Return the bytes that texts add to a full-text index and the counts of its terms. Add its words to `known`."""
    words: set[str] = set()
    occurrences = 0
    for text in texts:
        found = normalize_words(text)
        occurrences += len(found)
        words.update(found)
    new = words - known
    known |= new
    return occurrences * OCCURRENCE_BYTES + sum([WORD_BYTES + 3 * len(word) for word in new])
