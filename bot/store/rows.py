"""What a page becomes in the corpus: the rows of every table. Pure, so that other processes can make them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

from bot.model import Example, Medium, Page, Work, clear_text, fold, folded_words, hidden_text, token_of
from bot.store.codec import encode, encode_parts, encode_trope

MARK_BITS = 60
NUMBER_BITS = 16
ID_BITS = 40
MAX_EXAMPLES = (1 << NUMBER_BITS) - 1
# FTS5 takes signs of private use for letters. Nothing that is typed keeps one, so no search can name these words.
SCOPE_SIGN = "\ue000"

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


def trope_word(trope_id: int) -> str:
    """Returns the word that the examples of a trope hold in their scope."""
    return f"{SCOPE_SIGN}t{trope_id}"


def medium_word(slug: str) -> str:
    """Returns the word that the examples of a medium hold in their scope."""
    return f"{SCOPE_SIGN}m{slug.replace('-', SCOPE_SIGN)}"


def work_word(token: str) -> str:
    """Returns the word that the examples of a work hold in their scope."""
    return f"{SCOPE_SIGN}w{token}"


def level_word(level: int, word: str) -> str:
    """Returns the word that examples hold in their scope in which a word weighs so much, from 2 to TOP_LEVEL."""
    return _LEVEL_SIGNS[level] + word


def beginning_level_word(level: int, letters: str) -> str:
    """Returns the word that examples hold in their scope in which several words with a beginning weigh so much."""
    return level_word(level, SCOPE_SIGN + letters)


def pair_words(words: Sequence[str]) -> set[str]:
    """Returns the words that examples hold in their scope which say two words side by side that nearly all texts hold.

    To look for a phrase of such words, FTS5 reads all the places of each: 50 ms and more of a million examples.
    """
    pairs = pairwise(words)
    return {f"{SCOPE_SIGN * 3}{one}{SCOPE_SIGN}{two}" for one, two in pairs if one in EVERYWHERE and two in EVERYWHERE}


# What a word in a title weighs, where one in what is said weighs 1; higher weights than the top level are one level.
TITLE_WEIGHT, TOP_LEVEL = 4, 15
_LEVEL_SIGNS = [f"{SCOPE_SIGN * 2}{level:x}" for level in range(TOP_LEVEL + 1)]
# Letters. Beginnings of three are what many words share, and what is typed first.
BEGINNING = 3
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


def _level_words(said: Iterable[str], titles: Iterable[str]) -> set[str]:
    weights = Counter(said)
    for word in titles:
        weights[word] += TITLE_WEIGHT
    first: dict[str, int] = {}
    shared: dict[str, int] = {}
    for word, weight in weights.items():
        letters = word[:BEGINNING]
        if letters in first:
            shared[letters] = shared.get(letters, first[letters]) + weight
        else:
            first[letters] = weight
    levels = {level_word(min(weight, TOP_LEVEL), word) for word, weight in weights.items() if weight > 1}
    levels.update([beginning_level_word(min(weight, TOP_LEVEL), letters) for letters, weight in shared.items()])
    return levels


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
