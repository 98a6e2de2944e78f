"""What a page becomes in the corpus: the rows of every table. Pure, so that other processes can make them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

from bot.model import Example, Medium, Page, Work, clear_text, fold, hidden_text, token_of
from bot.store.codec import encode, encode_parts, encode_trope

MARK_BITS = 60
NUMBER_BITS = 16
ID_BITS = 40
MAX_EXAMPLES = (1 << NUMBER_BITS) - 1
# FTS5 takes signs of private use for letters. Nothing that is typed keeps one, so no search can name these words.
SCOPE_SIGN = "\ue000"

Row = tuple[object, ...]


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
    shelves = Counter((one.slug, one.hides) for one in examples)
    indexed = [_indexed_row(trope_id, one) for one in examples]
    return PageRows(
        trope_id,
        trope.name,
        (trope_id, trope.name, trope.title, fold(trope.title), encode_trope(trope), fingerprint),
        [_medium_row(medium) for medium in media.values()],
        [(token, title, fold(title)) for token, title in titles.items()],
        [(tail, token) for token, title in titles.items() for tail in _tails(fold(title))],
        [(trope_id, slug, hides, count) for (slug, hides), count in shelves.items()],
        [_example_row(one, per_work) for one in examples],
        [(token, one.id, one.slug, one.hides, one.mark) for one in examples for token in set(one.tokens)],
        indexed,
        [(quality, clear, works, medium, scope) for _, quality, clear, works, medium, _, scope in indexed],
        [(quality, hidden, scope) for _, quality, _, _, _, hidden, scope in indexed if hidden is not None],
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
            any(True for part in example.parts for _ in hidden_text(part)),
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


def trope_word(trope_id: int) -> str:
    """Returns the word that the examples of a trope hold in their scope."""
    return f"{SCOPE_SIGN}t{trope_id}"


def medium_word(slug: str) -> str:
    """Returns the word that the examples of a medium hold in their scope."""
    return f"{SCOPE_SIGN}m{slug.replace('-', SCOPE_SIGN)}"


def work_word(token: str) -> str:
    """Returns the word that the examples of a work hold in their scope."""
    return f"{SCOPE_SIGN}w{token}"


def title_word(word: str) -> str:
    """Returns the word that the examples of works hold in their scope whose titles hold a word."""
    return f"{SCOPE_SIGN}{SCOPE_SIGN}{word}"


def pair_words(words: Sequence[str]) -> set[str]:
    """Returns the words that examples hold in their scope which say two words side by side that nearly all texts hold.

    To look for a phrase of such words, FTS5 reads all the places of each: 50 ms and more of a million examples.
    """
    pairs = pairwise(words)
    return {f"{SCOPE_SIGN * 3}{one}{SCOPE_SIGN}{two}" for one, two in pairs if one in EVERYWHERE and two in EVERYWHERE}


HIDES_WORD = f"{SCOPE_SIGN}h"
# The hundred words that stand in most English texts.
EVERYWHERE = frozenset(
    "a about after again all also an and any are as at back be because been before being but by can come could do does "
    "down end even first for from get gets go goes had has have he her here him himself his how if in into is it its "
    "just life like make man more most much my no not now of off on one only or other out over own she so some take "
    "than that the their them then there they this through time to two up very was way we were what when where which "
    "while who will with without would you your".split()
)


def searchable(text: str) -> str:
    """Returns a text without the sign that words of scopes begin with."""
    return text.replace(SCOPE_SIGN, " ")


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


def _indexed_row(trope_id: int, one: _Known) -> Row:
    example = one.example
    clear = searchable(" \n".join(_clear(example)))
    works = searchable(" \n".join(work.title for work in one.works))
    medium = f"{example.medium.name} {example.medium.group.name}" if example.medium else ""
    hidden = searchable(" \n".join(_hidden(example))) if one.hides else None
    # FTS5 gives its hits in the order of their rowids. The shorter a text, the higher bm25 sets what it says: so the
    # first thousand of many hits hold most of the best ten, and no search has to weigh them all.
    quality = (clear.count(" ") + works.count(" ")) << ID_BITS | one.id
    return one.id, quality, clear, works, medium, hidden, _scope(trope_id, one, clear)


def _scope(trope_id: int, one: _Known, clear: str) -> str:
    words = {trope_word(trope_id), *map(work_word, one.tokens)}
    words |= {title_word(word) for work in one.works for word in fold(work.title).split()}
    words |= {medium_word(one.slug)} if one.slug else set()
    words |= pair_words(fold(clear).split())
    return " ".join(sorted(words | {HIDES_WORD} if one.hides else words))


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
