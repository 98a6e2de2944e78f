"""Cutting text of a page: at the end of a sentence or word, never within a grapheme, before it is escaped."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, takewhile

from bot.components.limits import discord_length
from bot.model import Span

ELLIPSIS = "…"
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+")
_WORD_END = re.compile(r"\s+")
_MARKS = 10  # a tag, bold italics and a blank around a span
# What joins the characters beside it (a zero-width joiner) or belongs to the one before (variations, a keycap).
_JOINER = "\u200d"
_FOLLOWERS = frozenset("\u200c\u200d\u20e3\uff9e\uff9f")


def truncate(text: str, most: int) -> str:
    """Returns `text` if its size is at most `most` (3 or more), else its beginning to a word's end and an ellipsis."""
    if discord_length(text) <= most:
        return text
    return split_at_boundary(text, most - 1)[0].rstrip(" ,;:.—-") + ELLIPSIS


def split_at_boundary(text: str, most: int) -> tuple[str, str]:
    """Returns `text` in two: a head whose size is at most `most` (2 or more), cut where it reads best, and the rest.

    A sentence's end in the second half is preferred, then a word's end, then any border of graphemes; a grapheme
    longer than `most` is cut after all, so that the head is never empty.
    """
    if discord_length(text) <= most:
        return text, ""
    end = _fitting(text, most)
    at = _last(_SENTENCE_END, text, end) or _last(_WORD_END, text, end) or end
    at = _grapheme_border(text, at) or at
    return text[:at], text[at:]


def chunk_spans(spans: Iterable[Span], room: int, spoilers: int) -> Iterator[tuple[Span, ...]]:
    """Yields `spans` in portions that fit; a spoiler that is cut stays a spoiler in both.

    Args:
        spans: Text of a page.
        room: The most that the sizes of a portion's spans add up to, 10 added for the marks of each; 40 or more.
        spoilers: The most runs of hidden text in a portion.
    """
    portion: list[Span] = []
    left, tags = room, spoilers
    for piece in chain.from_iterable(_pieces(span, room // 2) for span in spans):
        length = discord_length(piece.text) + _MARKS
        if portion and (length > left or (piece.spoiler and not tags)):
            yield tuple(portion)
            portion, left, tags = [], room, spoilers
        portion.append(piece)
        left, tags = left - length, tags - bool(piece.spoiler)
    if portion:
        yield tuple(portion)


def _pieces(span: Span, most: int) -> Iterator[Span]:
    rest = span.text
    while rest:
        head, rest = split_at_boundary(rest, most)
        yield replace(span, text=head)


def _fitting(text: str, most: int) -> int:
    """Returns how many characters of `text`, at least one, have a size of at most `most`."""
    end = most
    while end > 1 and discord_length(text[:end]) > most:
        end -= max(1, (discord_length(text[:end]) - most) // 2)
    return max(end, 1)


def _last(border: re.Pattern[str], text: str, end: int) -> int:
    """Returns the last place in the second half of `text[:end]` after such a border, or 0."""
    places = (min(found.end(), end) for found in border.finditer(text, end // 2, end + 1))
    return max((at for at in places if not _joined(text, at)), default=0)


def _grapheme_border(text: str, at: int) -> int:
    while at and _joined(text, at):
        at -= 1
    return at


def _joined(text: str, at: int) -> bool:
    """Tells whether the characters before and behind a place are one grapheme to a reader."""
    if not 0 < at < len(text):
        return False
    left, right = text[at - 1], text[at]
    if _is_flag_letter(left) and _is_flag_letter(right):
        return sum(1 for _ in takewhile(_is_flag_letter, reversed(text[:at]))) % 2 == 1
    if left + right == "\r\n":
        return True
    return (left == _JOINER and at > 1) or right in _FOLLOWERS or _follows(right) or _is_syllable(left, right)


def _follows(char: str) -> bool:
    """Tells whether a character is set on the one before it: an accent, a skin tone, a letter of a region's flag."""
    return "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f" or _is_mark(char)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_syllable(left: str, right: str) -> bool:
    """Tells whether two Korean letters belong to one syllable."""
    return "\u1100" <= right <= "\u11ff" and ("\u1100" <= left <= "\u11ff" or "\uac00" <= left <= "\ud7a3")
