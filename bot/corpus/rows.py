"""What a page becomes in the corpus: the rows of every table. Pure, so that other processes can make them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from bot.corpus.index_terms import (
    HIDES_WORD,
    ID_BITS,
    _level_words,
    medium_word,
    pair_words,
    searchable,
    trope_word,
    work_word,
)
from bot.model import (
    Example,
    Kind,
    Medium,
    Note,
    Page,
    Part,
    Span,
    Style,
    Trope,
    Work,
    clear_text,
    fold,
    folded_words,
    hidden_text,
    token_of,
)

MARK_BITS = 60
NUMBER_BITS = 16
MAX_EXAMPLES = (1 << NUMBER_BITS) - 1

Row = tuple[object, ...]
_Indexed = tuple[int, int, str, str, str | None, str]


@dataclass(frozen=True, slots=True)
class PageRows:
    """All rows of a page, each list for one table; made by `rows_of`."""

    trope_id: int
    name: str
    trope: Row
    media: Sequence[Row]
    works: Sequence[Row]
    tails: Sequence[Row]
    shelves: Sequence[Row]
    examples: Sequence[Row]
    example_works: Sequence[Row]
    indexed: Sequence[Row]
    clear: Sequence[Row]
    hidden: Sequence[Row]


def rows_of(page: Page, trope_id: int, fingerprint: str) -> PageRows:
    """Returns the rows of a page.

    Args:
        page: At most MAX_EXAMPLES examples.
        trope_id: The number that stands for its trope, below 2^24.
        fingerprint: Changes whenever the rows could.
    """
    trope, examples = page.trope, [_Known.of(trope_id, page.trope.name, example) for example in page.examples]
    titles = {token: work.title for one in examples for token, work in zip(one.tokens, one.works, strict=True)}
    per_work = Counter(token for one in examples for token in set(one.tokens))
    media = {example.medium.slug: example.medium for example in page.examples if example.medium}
    indexed = [_indexed_row(trope_id, one) for one in examples]
    return PageRows(
        trope_id,
        trope.name,
        (trope_id, trope.name, trope.title, fold(trope.title), encode_trope(trope), fingerprint),
        [_medium_row(medium) for medium in media.values()],
        [(token, title, fold(title)) for token, title in titles.items()],
        [(tail, token) for token, title in titles.items() for tail in _tails(fold(title))],
        [(trope_id, slug, hides, *shelf) for (slug, hides), shelf in _shelves(examples, indexed).items()],
        [_example_row(one, per_work) for one in examples],
        [(token, one.id, one.slug, one.hides, one.mark) for one in examples for token in set(one.tokens)],
        indexed,
        [(quality, clear, works, scope) for _, quality, clear, works, _, scope in indexed],
        [(quality, hidden, scope) for _, quality, _, _, hidden, scope in indexed if hidden is not None],
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """An example, and what several of its rows hold."""

    example: Example
    id: int
    mark: int
    tokens: list[str]
    slug: str | None
    hides: bool

    @classmethod
    def of(cls, trope_id: int, trope: str, example: Example) -> "_Known":
        return cls(
            example,
            example_id(trope_id, example.number),
            mark_of(trope, example.key),
            [token_of(work.title) for work in example.works],
            example.medium.slug if example.medium else None,
            any(hidden_text(part) for part in example.parts),
        )

    @property
    def works(self) -> tuple[Work, ...]:
        return self.example.works


def example_id(trope_id: int, number: int) -> int:
    """Returns what stands for an example in the corpus."""
    return trope_id << NUMBER_BITS | number


def mark_of(trope: str, key: str) -> int:
    """Returns 60 bits that stand for the example of that key on a trope's page, the same in every corpus."""
    name = f"{trope.casefold()} {key}".encode("utf-8", "replace")
    return int.from_bytes(blake2b(name, digest_size=8).digest()) >> 64 - MARK_BITS


def _medium_row(medium: Medium) -> Row:
    group = medium.group
    return (
        medium.slug, medium.name, medium.emoji, medium.colour, json.dumps(medium.words),
        group.slug, group.name, json.dumps(group.words), group.emoji, group.colour,
    )  # fmt: skip


def _example_row(one: _Known, per_work: Counter[str]) -> Row:
    more = bool(one.tokens) and per_work[one.tokens[0]] > 1
    works = encode([[work.page, work.title] for work in one.works])
    example = one.example
    return (
        one.id, example.key, example.folder, one.slug, one.hides, one.mark, works, more, encode_parts(example.parts),
    )  # fmt: skip


def _shelves(examples: Sequence[_Known], indexed: Sequence[_Indexed]) -> dict[tuple[str | None, bool], tuple[int, int]]:
    """Returns how many examples there are of each medium and kind, and how long they are together."""
    shelves: dict[tuple[str | None, bool], tuple[int, int]] = {}
    for one, (_, quality, *_) in zip(examples, indexed, strict=True):
        count, length = shelves.get((one.slug, one.hides), (0, 0))
        shelves[one.slug, one.hides] = count + 1, length + (quality >> ID_BITS)
    return shelves


def _indexed_row(trope_id: int, one: _Known) -> _Indexed:
    example = one.example
    clear = searchable(" \n".join(_clear(example)))
    works = searchable(" \n".join(work.title for work in one.works))
    hidden = searchable(" \n".join(_hidden(example))) if one.hides else None
    said, titles = folded_words(clear), folded_words(works)
    scope = sorted(_scope(trope_id, one) | _level_words(said, titles) | pair_words(said))
    # FTS5 gives its hits in the order of their rowids. Of two examples in which a word weighs the same, bm25 sets the
    # shorter one higher: so the first hits of a level are its best, and no search has to weigh them all.
    quality = len(said) + len(titles) + len(scope) << ID_BITS | one.id
    return one.id, quality, clear, works, hidden, " ".join(scope)


def _scope(trope_id: int, one: _Known) -> set[str]:
    words = {trope_word(trope_id), *map(work_word, one.tokens)}
    words |= {medium_word(one.slug)} if one.slug else set()
    return words | {HIDES_WORD} if one.hides else words


def _tails(folded: str) -> Iterator[str]:
    place = folded.find(" ")
    while place >= 0:
        yield folded[place + 1 :]
        place = folded.find(" ", place + 1)


def _clear(example: Example) -> Iterable[str]:
    for part in example.parts:
        yield clear_text(part.spans, " ")
        yield from (clear_text(note.spans, " ") for note in part.notes)


def _hidden(example: Example) -> Iterable[str]:
    return (text for part in example.parts for text in hidden_text(part))


# Made once: `json.dumps` makes one for every call that is not usual.
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_read = json.JSONDecoder().raw_decode
_STYLES = tuple(Style(bits) for bits in range(16))
_KINDS = {kind.value: kind for kind in Kind}


def decode(text: str) -> Any:
    """Returns what `encode` wrote: no blanks around it have to be looked for, which takes as long as reading it."""
    return _read(text)[0]


def encode_parts(parts: tuple[Part, ...]) -> str:
    """Returns parts as one line of JSON."""
    return encode([_part(part) for part in parts])


def decode_parts(text: str) -> tuple[Part, ...]:
    """Returns the parts that `encode_parts` wrote."""
    return tuple([_read_part(row) for row in decode(text)])


def encode_trope(trope: Trope) -> str:
    """Returns what of a trope has no column of its own as one line of JSON."""
    return encode([[_part(part) for part in trope.description], _spans(trope.caption), trope.related])


def decode_trope(name: str, title: str, text: str) -> Trope:
    """Returns the trope whose remaining fields `encode_trope` wrote."""
    description, caption, related = decode(text)
    parts = tuple([_read_part(row) for row in description])
    return Trope(name, title, parts, _read_spans(caption), tuple(related))


def _part(part: Part) -> list[Any]:
    notes = [[note.at, note.label, _spans(note.spans), note.spoiler] for note in part.notes]
    return [part.kind.value, part.depth, part.line, _spans(part.spans), *([notes] if notes else [])]


def _spans(spans: tuple[Span, ...]) -> list[Any]:
    # Most runs are plain: a bare string stands for one.
    return [[s.text, int(s.style), s.page, s.spoiler] if s.style or s.page or s.spoiler else s.text for s in spans]


def _read_part(row: list[Any]) -> Part:
    notes = tuple([_read_note(note) for note in row[4]]) if len(row) > 4 else ()
    return Part(_KINDS[row[0]], row[1], _read_spans(row[3]), notes, row[2])


def _read_note(row: list[Any]) -> Note:
    at, label, words, spoiler = row
    return Note(at, label, _read_spans(words), spoiler)


def _read_spans(rows: list[Any]) -> tuple[Span, ...]:
    return tuple([Span(row) if isinstance(row, str) else Span(row[0], _STYLES[row[1]], *row[2:]) for row in rows])
