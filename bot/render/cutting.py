"""Cutting text of a page: at the end of a sentence or word, never within a grapheme, before it is escaped."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.model import Span
from bot.render.limits import size

ELLIPSIS = "…"
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+")
_WORD_END = re.compile(r"\s+")
_MARKS = 10  # a tag, bold italics and a blank around a span
_JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")


def shorten(text: str, most: int) -> str:
    """Returns `text` if its size is at most `most`, else its beginning up to a word's end, and an ellipsis."""
    if size(text) <= most:
        return text
    return cut(text, most - 1)[0].rstrip(" ,;:.—-") + ELLIPSIS


def cut(text: str, most: int) -> tuple[str, str]:
    """Returns `text` in two: a head whose size is at most `most`, cut where it reads best, and the rest.

    A sentence's end in the second half is preferred, then a word's end, then any border of graphemes; a grapheme
    longer than `most` is cut after all, so that the head is never empty.
    """
    if size(text) <= most:
        return text, ""
    end = _fitting(text, most)
    for border in (_SENTENCE_END, _WORD_END):
        ends = [found.end() for found in border.finditer(text, end // 2, end + 1) if found.start() <= end]
        if ends and ends[-1] <= end:
            return text[: ends[-1]], text[ends[-1] :]
    at = _grapheme_border(text, end) or end
    return text[:at], text[at:]


def split_spans(spans: Iterable[Span], room: int, spoilers: int) -> Iterator[tuple[Span, ...]]:
    """Yields `spans` in portions that fit; a spoiler that is cut stays a spoiler in both.

    Args:
        spans: Text of a page.
        room: The most that the sizes of a portion's spans add up to, 10 added for the marks of each.
        spoilers: The most runs of hidden text in a portion.
    """
    portion: list[Span] = []
    left, tags = room, spoilers
    for whole in spans:
        span = whole
        while span.text and (size(span.text) + _MARKS > left or (span.spoiler and not tags)):
            head, tail = cut(span.text, left - _MARKS) if left > room // 4 and tags else ("", span.text)
            portion += [replace(span, text=head)] if head else []
            if portion:
                yield tuple(portion)
            portion, left, tags, span = [], room, spoilers, replace(span, text=tail)
        if span.text:
            portion.append(span)
            left -= size(span.text) + _MARKS
            tags -= bool(span.spoiler)
    if portion:
        yield tuple(portion)


def _fitting(text: str, most: int) -> int:
    """Returns how many characters of `text`, at least one, have a size of at most `most`."""
    end = most
    while end > 1 and size(text[:end]) > most:
        end -= max(1, (size(text[:end]) - most) // 2)
    return max(end, 1)


def _grapheme_border(text: str, at: int) -> int:
    while 0 < at < len(text) and _belongs_together(text[at - 1], text[at]):
        at -= 1
    return at


def _belongs_together(left: str, right: str) -> bool:
    flags = "\U0001f1e6" <= left <= "\U0001f1ff" and "\U0001f1e6" <= right <= "\U0001f1ff"
    tone = "\U0001f3fb" <= right <= "\U0001f3ff"
    return left == "\u200d" or right in _JOINERS or flags or tone or unicodedata.category(right).startswith("M")
