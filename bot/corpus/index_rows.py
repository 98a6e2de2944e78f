"""The rows of an example in the full-text indexes. No table has them: to delete one, make it again."""

from typing import NamedTuple

from bot.corpus.index_terms import (
    EXAMPLE_ID_BITS,
    SPOILER_FILTER,
    bigram_terms,
    medium_filter,
    strip_filter_prefix,
    trope_filter,
    weight_terms,
    work_filter,
)
from bot.model import Example, hidden_texts, visible_text
from bot.model.names import normalize_words

VisibleRow = tuple[int, str, str, str]
HiddenRow = tuple[int, str, str]


class IndexRow(NamedTuple):
    """What the indexes have of an example."""

    rowid: int
    visible: str
    works: str
    terms: str  # see index_terms.py
    hidden: str | None  # None if nothing is hidden
    filters: str  # those of the terms that limit a search

    @property
    def length(self) -> int:
        """How many words the index of visible text has."""
        return self.rowid >> EXAMPLE_ID_BITS

    @property
    def of_visible(self) -> VisibleRow:
        """The row of the index of visible text."""
        return self.rowid, self.visible, self.works, self.terms

    @property
    def of_hidden(self) -> list[HiddenRow]:
        """The row of the index of hidden text, if there is one."""
        return [] if self.hidden is None else [(self.rowid, self.hidden, self.filters)]


def index_row(example_id: int, trope_id: int, example: Example) -> IndexRow:
    """Return an example's row. A change of what it returns needs another schema version."""
    visible_parts: list[str] = []
    hidden_parts: list[str] = []
    for part in example.parts:
        visible_parts.append(visible_text(part.spans, " "))
        visible_parts += [visible_text(note.spans, " ") for note in part.notes]
        hidden_parts += hidden_texts(part)
    visible = strip_filter_prefix(" \n".join(visible_parts))
    works = strip_filter_prefix(" \n".join([work.title for work in example.works]))
    visible_words, title_words = normalize_words(visible), normalize_words(works)
    filters = sorted(filter_terms(trope_id, example, has_spoilers=bool(hidden_parts)))
    terms = sorted([*filters, *weight_terms(visible_words, title_words), *bigram_terms(visible_words)])
    # FTS5 returns hits in the order of their rowids. Of two examples in which a word weighs the same, bm25 ranks the
    # shorter one higher. So the first hits of a weight are its best, and no search has to score them all.
    length = len(visible_words) + len(title_words) + len(terms)
    rowid = length << EXAMPLE_ID_BITS | example_id
    hidden = strip_filter_prefix(" \n".join(hidden_parts)) if hidden_parts else None
    return IndexRow(rowid, visible, works, " ".join(terms), hidden, " ".join(filters))


def filter_terms(trope_id: int, example: Example, *, has_spoilers: bool) -> set[str]:
    """Return the terms that limit a search."""
    filters = {trope_filter(trope_id), *[work_filter(work.ref) for work in example.works]}
    if example.medium:
        filters.add(medium_filter(example.medium.slug))
    if has_spoilers:
        filters.add(SPOILER_FILTER)
    return filters
