"""What a page becomes in the corpus: the rows of every table. Pure, so that other processes can make them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

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
from bot.model import (
    Example,
    Medium,
    Note,
    Page,
    Part,
    PartKind,
    Span,
    Style,
    Trope,
    Work,
    hidden_texts,
    normalize_title,
    normalize_words,
    visible_text,
    work_ref,
)

SHUFFLE_KEY_BITS = 60
EXAMPLE_NUMBER_BITS = 16
MAX_EXAMPLES_PER_PAGE = (1 << EXAMPLE_NUMBER_BITS) - 1

Row = tuple[object, ...]
_IndexRow = tuple[int, int, str, str, str | None, str]


@dataclass(frozen=True, slots=True)
class PageRows:
    """All rows of a page, each list for one table; made by `render_lines`."""

    trope_id: int
    name: str
    trope: Row
    media: Sequence[Row]
    works: Sequence[Row]
    title_suffixes: Sequence[Row]
    counts: Sequence[Row]
    examples: Sequence[Row]
    example_works: Sequence[Row]
    index_sources: Sequence[Row]
    visible_index: Sequence[Row]
    hidden_index: Sequence[Row]


def page_rows(page: Page, trope_id: int, fingerprint: str) -> PageRows:
    """Returns the rows of a page.

    Args:
        page: At most MAX_EXAMPLES_PER_PAGE examples.
        trope_id: The number that stands for its trope, below 2^24.
        fingerprint: Changes whenever the rows could.
    """
    trope, examples = (
        page.trope,
        [_ExampleFacts.from_example(trope_id, page.trope.name, example) for example in page.examples],
    )
    titles = {
        work_ref: work.title for facts in examples for work_ref, work in zip(facts.work_refs, facts.works, strict=True)
    }
    examples_per_work = Counter(work_ref for facts in examples for work_ref in set(facts.work_refs))
    media = {example.medium.slug: example.medium for example in page.examples if example.medium}
    index_rows = [_index_row(trope_id, facts) for facts in examples]
    return PageRows(
        trope_id,
        trope.name,
        (trope_id, trope.name, trope.title, normalize_title(trope.title), trope_to_json(trope), fingerprint),
        [_medium_row(medium) for medium in media.values()],
        [(work_ref, title, normalize_title(title)) for work_ref, title in titles.items()],
        [
            (suffix, work_ref)
            for work_ref, title in titles.items()
            for suffix in _title_suffixes(normalize_title(title))
        ],
        [
            (trope_id, slug, has_spoilers, *counts)
            for (slug, has_spoilers), counts in _count_by_medium(examples, index_rows).items()
        ],
        [_example_row(facts, examples_per_work) for facts in examples],
        [
            (work_ref, facts.id, facts.medium_slug, facts.has_spoilers, facts.shuffle_key)
            for facts in examples
            for work_ref in set(facts.work_refs)
        ],
        index_rows,
        [(fts_rowid, visible, works, filters) for _, fts_rowid, visible, works, _, filters in index_rows],
        [(fts_rowid, hidden, filters) for _, fts_rowid, _, _, hidden, filters in index_rows if hidden is not None],
    )


@dataclass(frozen=True, slots=True)
class _ExampleFacts:
    """An example, and what several of its rows hold."""

    example: Example
    id: int
    shuffle_key: int
    work_refs: list[str]
    medium_slug: str | None
    has_spoilers: bool

    @classmethod
    def from_example(cls, trope_id: int, trope: str, example: Example) -> "_ExampleFacts":
        return cls(
            example,
            example_id(trope_id, example.number),
            shuffle_key(trope, example.key),
            [work_ref(work.title) for work in example.works],
            example.medium.slug if example.medium else None,
            any(hidden_texts(part) for part in example.parts),
        )

    @property
    def works(self) -> tuple[Work, ...]:
        return self.example.works


def example_id(trope_id: int, number: int) -> int:
    """Returns what stands for an example in the corpus."""
    return trope_id << EXAMPLE_NUMBER_BITS | number


def shuffle_key(trope: str, key: str) -> int:
    """Returns 60 bits that stand for the example of that key on a trope's page, the same in every corpus."""
    name = f"{trope.casefold()} {key}".encode("utf-8", "replace")
    return int.from_bytes(blake2b(name, digest_size=8).digest()) >> 64 - SHUFFLE_KEY_BITS


def _medium_row(medium: Medium) -> Row:
    group = medium.group
    return (
        medium.slug, medium.name, medium.emoji, medium.colour, json.dumps(medium.aliases),
        group.slug, group.name, json.dumps(group.aliases), group.emoji, group.colour,
    )  # fmt: skip


def _example_row(facts: _ExampleFacts, examples_per_work: Counter[str]) -> Row:
    work_has_more = bool(facts.work_refs) and examples_per_work[facts.work_refs[0]] > 1
    works = to_json([[work.page, work.title] for work in facts.works])
    example = facts.example
    return (
        facts.id, example.key, example.folder, facts.medium_slug, facts.has_spoilers, facts.shuffle_key, works, work_has_more, parts_to_json(example.parts),
    )  # fmt: skip


def _count_by_medium(
    examples: Sequence[_ExampleFacts], index_rows: Sequence[_IndexRow]
) -> dict[tuple[str | None, bool], tuple[int, int]]:
    """Returns how many examples there are of each medium and kind, and how long they are together."""
    counts: dict[tuple[str | None, bool], tuple[int, int]] = {}
    for facts, (_, fts_rowid, *_) in zip(examples, index_rows, strict=True):
        count, length = counts.get((facts.medium_slug, facts.has_spoilers), (0, 0))
        counts[facts.medium_slug, facts.has_spoilers] = count + 1, length + (fts_rowid >> EXAMPLE_ID_BITS)
    return counts


def _index_row(trope_id: int, facts: _ExampleFacts) -> _IndexRow:
    example = facts.example
    visible = strip_filter_prefix(" \n".join(_visible_texts(example)))
    works = strip_filter_prefix(" \n".join(work.title for work in facts.works))
    hidden = strip_filter_prefix(" \n".join(_hidden_texts(example))) if facts.has_spoilers else None
    visible_words, title_words = normalize_words(visible), normalize_words(works)
    filters = sorted(
        _filter_terms(trope_id, facts) | weight_terms(visible_words, title_words) | bigram_terms(visible_words)
    )
    # FTS5 gives its hits in the order of their rowids. Of two examples in which a word weighs the same, bm25 sets the
    # shorter one higher: so the first hits of a level are its best, and no search has to weigh them all.
    fts_rowid = len(visible_words) + len(title_words) + len(filters) << EXAMPLE_ID_BITS | facts.id
    return facts.id, fts_rowid, visible, works, hidden, " ".join(filters)


def _filter_terms(trope_id: int, facts: _ExampleFacts) -> set[str]:
    terms = {trope_filter(trope_id), *map(work_filter, facts.work_refs)}
    terms |= {medium_filter(facts.medium_slug)} if facts.medium_slug else set()
    return terms | {SPOILER_FILTER} if facts.has_spoilers else terms


def _title_suffixes(normalized_title: str) -> Iterator[str]:
    position = normalized_title.find(" ")
    while position >= 0:
        yield normalized_title[position + 1 :]
        position = normalized_title.find(" ", position + 1)


def _visible_texts(example: Example) -> Iterable[str]:
    for part in example.parts:
        yield visible_text(part.spans, " ")
        yield from (visible_text(note.spans, " ") for note in part.notes)


def _hidden_texts(example: Example) -> Iterable[str]:
    return (text for part in example.parts for text in hidden_texts(part))


# Made once: `json.dumps` makes one for every call that is not usual.
to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_raw_decode = json.JSONDecoder().raw_decode
STYLE_BY_BITS = tuple(Style(bits) for bits in range(16))
KIND_BY_VALUE = {kind.value: kind for kind in PartKind}


def from_json(text: str) -> Any:
    """Returns what `encode` wrote: no blanks around it have to be looked for, which takes as long as reading it."""
    return _raw_decode(text)[0]


def parts_to_json(parts: tuple[Part, ...]) -> str:
    """Returns parts as one line of JSON."""
    return to_json([_part_to_list(part) for part in parts])


def parts_from_json(text: str) -> tuple[Part, ...]:
    """Returns the parts that `parts_to_json` wrote."""
    return tuple([_part_from_list(row) for row in from_json(text)])


def trope_to_json(trope: Trope) -> str:
    """Returns what of a trope has no column of its own as one line of JSON."""
    return to_json(
        [[_part_to_list(part) for part in trope.description], _spans_to_list(trope.caption), trope.related_tropes]
    )


def trope_from_json(name: str, title: str, text: str) -> Trope:
    """Returns the trope whose remaining fields `trope_to_json` wrote."""
    description, caption, related = from_json(text)
    parts = tuple([_part_from_list(row) for row in description])
    return Trope(name, title, parts, _spans_from_list(caption), tuple(related))


def _part_to_list(part: Part) -> list[Any]:
    notes = [[note.offset, note.label, _spans_to_list(note.spans), note.spoiler] for note in part.notes]
    return [part.kind.value, part.depth, part.source_line, _spans_to_list(part.spans), *([notes] if notes else [])]


def _spans_to_list(spans: tuple[Span, ...]) -> list[Any]:
    # Most runs are plain: a bare string stands for one.
    return [[s.text, int(s.style), s.page, s.spoiler] if s.style or s.page or s.spoiler else s.text for s in spans]


def _part_from_list(row: list[Any]) -> Part:
    notes = tuple([_note_from_list(note) for note in row[4]]) if len(row) > 4 else ()
    return Part(KIND_BY_VALUE[row[0]], row[1], _spans_from_list(row[3]), notes, row[2])


def _note_from_list(row: list[Any]) -> Note:
    at, label, words, spoiler = row
    return Note(at, label, _spans_from_list(words), spoiler)


def _spans_from_list(rows: list[Any]) -> tuple[Span, ...]:
    return tuple([Span(row) if isinstance(row, str) else Span(row[0], STYLE_BY_BITS[row[1]], *row[2:]) for row in rows])
