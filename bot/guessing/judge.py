"""Judge a guess: a title however it is written, with a typo, or only its franchise."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto

from bot.corpus.names import NameKey, canonical_key, distinctive_words, literal_key, name_keys
from bot.model.names import normalize_title

MIN_SIMILARITY, MIN_LENGTH = 84, 5  # of keys that differ by a typo
MIN_FRANCHISE = 3  # letters
_SUBTITLE = re.compile(r":\s|\s[-–—]\s|\s\(")
_SEQUEL = re.compile(r"[\s,]+(?:part\s+|vol(?:ume|\.)?\s+|season\s+)?(?:[0-9]+|[ivx]+|the sequel)$", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]+")


class Verdict(Enum):
    """How near a guess is. CLOSE: the right franchise, or another work of it."""

    RIGHT = auto()
    CLOSE = auto()
    WRONG = auto()


def judge(guess: str, names: Sequence[str], *, is_other_work: bool = False) -> Verdict:
    """Judge a guess at a work that goes by some names. `is_other_work`: it is exactly the title of another one."""
    keys = _keys(guess)
    if any(keys & _keys(name) for name in names) or (not is_other_work and any(keys & set(_parts(n)) for n in names)):
        return Verdict.RIGHT
    if not is_other_work and any(_is_typo(guess, name) for name in names):
        return Verdict.RIGHT
    franchises = {key for name in names for key in _franchises(name)}
    if franchises & ({canonical_key(guess)} | set(_franchises(guess))):
        return Verdict.CLOSE
    if any(_differ_by_number(guess, name) for name in names):
        return Verdict.CLOSE
    return Verdict.WRONG


def _keys(name: str) -> set[str]:
    return {key for key in (literal_key(name), canonical_key(name)) if key}


def _parts(name: str) -> Iterator[str]:
    """Yield keys that name a title in short: its initials, and its subtitle."""
    subtitle = _SUBTITLE.search(name)
    if subtitle and len(distinctive_words(name[subtitle.end() :])) > 1:
        yield canonical_key(name[subtitle.end() :])
    initials = "".join([word[0] for word in normalize_title(name).split()])
    yield from (one for one in (initials, initials[1:]) if NameKey(one, is_name=False) in name_keys(name))


def _is_typo(guess: str, name: str) -> bool:
    typed, key = canonical_key(guess), canonical_key(name)
    if min(len(typed), len(key)) < MIN_LENGTH or _DIGITS.findall(typed) != _DIGITS.findall(key):
        return False
    from rapidfuzz import fuzz  # noqa: PLC0415 - only a typo needs it, and a start should not wait for it

    return fuzz.ratio(typed, key) >= MIN_SIMILARITY


def _franchises(name: str) -> Iterator[str]:
    """Yield the keys of what a title has before its subtitle, and without the number of a sequel."""
    subtitle = _SUBTITLE.search(name)
    short = name[: subtitle.start()] if subtitle else name
    for text in (short, _SEQUEL.sub("", short)):
        if text != name and len(key := canonical_key(text)) >= MIN_FRANCHISE:
            yield key


def _differ_by_number(guess: str, name: str) -> bool:
    typed, key = canonical_key(guess), canonical_key(name)
    without = [_DIGITS.sub("", one) for one in (typed, key)]
    return typed != key and without[0] == without[1] and len(without[0]) >= MIN_FRANCHISE
