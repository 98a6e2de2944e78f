"""Store a sentence as its place in the visible text of its example: written out, it would be most of its row."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate

from bot.corpus.codec import text_of_part
from bot.model import Part

ELLIPSES = (("", ""), ("", "…"), ("… ", ""), ("… ", "…"))  # before and after a sentence that may be cut
HIDDEN = "\N{OBJECT REPLACEMENT CHARACTER}"  # in place of a spoiler: no place is in hidden text
SPAN_BITS, START_BITS, LENGTH_BITS, CUT_BITS = 12, 20, 10, 2  # the last is the position in ELLIPSES
MAX_SPAN, MAX_START, MAX_LENGTH = (1 << SPAN_BITS) - 1, (1 << START_BITS) - 1, (1 << LENGTH_BITS) - 1


def sentence_place(sentence: str, parts: Sequence[Part]) -> int | str:
    """Return where in the visible text of some parts a sentence is. Return the sentence if it is nowhere."""
    if HIDDEN in sentence:
        return sentence
    for cut, (opening, end) in enumerate(ELLIPSES):
        if sentence.startswith(opening) and sentence.endswith(end):
            text = sentence[len(opening) : len(sentence) - len(end)]
            place = _find(text, parts) if text else None
            if place is not None:
                return place << CUT_BITS | cut
    return sentence


def _find(text: str, parts: Iterable[Part]) -> int | None:
    """Return the place of a text as one number: its part, the span in it, where it starts there, and its length."""
    for part, each in enumerate(parts):
        visible = [HIDDEN if span.spoiler else span.text for span in each.spans]
        at = "".join(visible).find(text)
        if at >= 0:
            ends = list(accumulate(map(len, visible)))
            span = bisect(ends, at)
            start = at - ends[span] + len(visible[span])
            if span > MAX_SPAN or start > MAX_START or len(text) > MAX_LENGTH:
                return None
            return ((part << SPAN_BITS | span) << START_BITS | start) << LENGTH_BITS | len(text)
    return None


def sentence_at(place: int | str, parts_json: str, works_json: str) -> str:
    """Return the sentence at a place in the stored parts of an example."""
    if isinstance(place, str):
        return place
    opening, end = ELLIPSES[place & (1 << CUT_BITS) - 1]
    length, start = place >> CUT_BITS & MAX_LENGTH, place >> CUT_BITS + LENGTH_BITS & MAX_START
    place >>= CUT_BITS + LENGTH_BITS + START_BITS
    text = text_of_part(parts_json, works_json, place >> SPAN_BITS, place & MAX_SPAN, start, length)
    return f"{opening}{text}{end}"
