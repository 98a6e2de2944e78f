"""The keys by which a name is found, however people write it.

A key has no blanks. The literal key of a name has its words. The canonical one has digits for numerals and number
words, short forms for titles of people, and neither articles nor "and".
"""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from bot.model import MAX_TITLE_LENGTH, Example, Span, Style, has_spoilers, plain_text
from bot.model.names import normalize_title, work_ref

MAX_KEYS, KEY_LENGTH = 16, 100  # of a name
MAX_LABELS, MAX_LABEL_LENGTH = 8, 100  # of a work in a trope
MIN_INITIALS = 3

_ARTICLES = frozenset({"the", "a", "an"})
_DROPPED = _ARTICLES | {"and"}
_SMALL_WORDS = _DROPPED | {"of", "in", "on", "at", "to", "for", "by", "from", "with", "or", "as"}
_SHORT_FORMS = {
    "doctor": "dr", "mister": "mr", "saint": "st", "versus": "vs", "part": "pt", "volume": "vol", "episode": "ep",
}  # fmt: skip
_COUNTED = frozenset({"pt", "vol"})  # "Part II" is "2"
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL_NUMBERS = {word: number for number, word in enumerate(_UNITS)} | {
    word: 10 * number for number, word in enumerate(_TENS, 2)
}
_MULTIPLES = {"hundred": 100, "thousand": 1000}
_ROMAN_ENDINGS = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_ROMAN_NUMERALS = {
    "x" * tens + ending: 10 * tens + ones
    for tens in range(4)
    for ones, ending in enumerate(_ROMAN_ENDINGS)
    if tens or ones
}
_REWRITTEN = frozenset({*_SHORT_FORMS, *_SHORT_FORMS.values(), *_SMALL_NUMBERS, *_MULTIPLES, *_ROMAN_NUMERALS})
# Letters that Unicode does not split into a plain letter and an accent.
_PLAIN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_SUBTITLE = re.compile(r":\s| [-–—] ")
_PAGE_OF = attrgetter("page")
_OPENING_QUOTES = "\"'“”‘’«»([¿¡ "


class NameKey(NamedTuple):
    """A key, and whether it is of the whole name."""

    key: str
    is_name: bool


class Label(NamedTuple):
    """What a page calls a work."""

    work_ref: str
    text: str


def title_key(title: str) -> str:
    """Return as much of a normalized title as is stored: compatibility forms can be longer than the title."""
    return normalize_title(title)[:MAX_TITLE_LENGTH]


def literal_key(text: str) -> str:
    """Return the letters and digits of a name."""
    return "".join(_words(text))[:KEY_LENGTH]


def canonical_key(text: str) -> str:
    """Return a key that is the same for "Twelve Angry Men" and "12 angry men"."""
    return "".join(_canonical_words(_words(text)))[:KEY_LENGTH]


def stored_canonical_key(title: str, normalized: str) -> str:
    """Return the canonical key of a title whose `title_key` is at hand: that is most of the work."""
    if not title.isascii() or len(normalized) >= MAX_TITLE_LENGTH:
        return canonical_key(title)
    return "".join(_canonical_words(normalized.split()))[:KEY_LENGTH]


def typed_keys(text: str) -> list[str]:
    """Return the keys that what a member typed may be the beginning of, without empty ones."""
    return [key for key in dict.fromkeys((literal_key(text), canonical_key(text))) if key]


def tail_keys(text: str, limit: int) -> list[str]:
    """Return canonical keys of a text, and of what follows each of its first words."""
    words = _words(text)[:MAX_KEYS]
    tails = ["".join(_canonical_words(words[start:])) for start in range(len(words)) if words[start] not in _DROPPED]
    return [key[:KEY_LENGTH] for key in dict.fromkeys(tails) if key][:limit]


def distinctive_words(text: str) -> list[str]:
    """Return the canonical words of a text that are neither articles nor prepositions."""
    return [word for word in _canonical_words(_words(text)) if word not in _SMALL_WORDS]


def name_keys(name: str) -> list[NameKey]:
    """Return at most MAX_KEYS keys of a title or label: of all of it, its initials, and from its second word on."""
    words = _words(name)
    keys = {"".join(words)[:KEY_LENGTH]: True, "".join(_canonical_words(words))[:KEY_LENGTH]: True}
    for initials in _initials(name, words):
        keys.setdefault(initials, False)
    for start in range(1, min(len(words), MAX_KEYS)):
        keys.setdefault("".join(words[start:])[:KEY_LENGTH], False)
        if words[start] not in _SMALL_WORDS:
            keys.setdefault("".join(_canonical_words(words[start:]))[:KEY_LENGTH], False)
    return [NameKey(key, is_name) for key, is_name in keys.items() if key][:MAX_KEYS]


def visible_labels(examples: Sequence[Example]) -> list[Label]:
    """Return what the visible text of examples calls the works that they are about, other than by their titles.

    A label is the text of a link. One in lower case is a phrase of its sentence, unless it is in italics.
    """
    works = {work.page.casefold(): work for example in examples for work in example.works if work.page}
    links: dict[tuple[str, str], None] = {}
    for example in examples:
        for part in example.parts:
            links.update(dict.fromkeys(_labelled_links(part.spans, works)))
    labels: dict[str, dict[str, None]] = {}
    for page, label in links:
        work = works[page]
        known = labels.setdefault(work.ref, {})
        if label != work.title and work_ref(label) != work.ref and len(known) < MAX_LABELS:
            known[label] = None
    return [Label(ref, text) for ref, known in labels.items() for text in known]


def _labelled_links(spans: Sequence[Span], pages: Container[str]) -> Iterator[tuple[str, str]]:
    """Yield the pages, in lower case, and texts of links to some pages that hide nothing."""
    for page, run in groupby(spans, key=_PAGE_OF):
        if page is None or (key := page.casefold()) not in pages:
            continue
        linked = list(run)
        label = plain_text(linked).strip()
        first = label.lstrip(_OPENING_QUOTES)[:1]
        is_title = bool(first) and (not first.islower() or bool(linked[0].style & Style.ITALIC))
        if is_title and len(label) <= MAX_LABEL_LENGTH and not has_spoilers(linked):
            yield key, label


def _words(text: str) -> list[str]:
    plain = text[: 2 * MAX_TITLE_LENGTH]
    return normalize_title(plain if plain.isascii() else plain.casefold().translate(_PLAIN_LETTERS)).split()


def _initials(name: str, words: Sequence[str]) -> Iterator[str]:
    """Yield the initials of a name, with and without its article, and those before a subtitle."""
    subtitle = _SUBTITLE.search(name)
    for part in (words, _words(name[: subtitle.start()]) if subtitle else ()):
        for some in (part, part[1:] if part and part[0] in _ARTICLES else ()):
            if len(some) >= MIN_INITIALS:
                yield "".join([word if word in _ROMAN_NUMERALS else word[0] for word in some])[:KEY_LENGTH]
                numerals = [_roman_to_digits(word) for word in some]
                yield "".join([word if word.isdigit() else word[0] for word in numerals])[:KEY_LENGTH]


def _canonical_words(words: Sequence[str]) -> list[str]:
    if _REWRITTEN.isdisjoint(words):  # nearly always, and a load makes millions of keys
        return [word for word in words if word not in _DROPPED]
    kept = [_SHORT_FORMS.get(word, word) for word in words if word not in _DROPPED]
    plain = [*_with_digits([_roman_to_digits(word) for word in kept]), ""]
    return [word for word, after in pairwise(plain) if not (word in _COUNTED and after[:1].isdigit())]


def _roman_to_digits(word: str) -> str:
    return str(_ROMAN_NUMERALS[word]) if word in _ROMAN_NUMERALS else word


def _with_digits(words: Iterable[str]) -> Iterator[str]:
    """Yield words with each number in words as digits: "hundred", "one" is "101"."""
    number: int | None = None
    for word in words:
        value = _SMALL_NUMBERS.get(word)
        factor = _MULTIPLES.get(word)
        if value is None and factor is None:
            if number is not None:
                yield str(number)
                number = None
            yield word
        elif factor is not None:
            if number is not None and not 0 < number < factor:
                yield str(number)
                number = None
            number = (number or 1) * factor
        elif value is not None:
            if number is not None and not _continues(number, value):
                yield str(number)
                number = None
            number = (number or 0) + value
    if number is not None:
        yield str(number)


def _continues(number: int, value: int) -> bool:
    """Return whether a number word can follow a number: "twenty" and "one", "hundred" and "twenty"."""
    if number and not number % 100:
        return value > 0
    return number % 100 >= 20 and not number % 10 and 0 < value < 10
