"""Store a sentence as its place in the visible text of its example: written out, it would be most of its row."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate

from bot.corpus.codec import text_of_part
from bot.model import Part

ELLIPSIS = "…"  # before and after a sentence that was cut
HIDDEN = "\N{OBJECT REPLACEMENT CHARACTER}"  # in place of a spoiler: no place is in hidden text
SPAN_BITS, START_BITS, LENGTH_BITS, CUT_BITS = 12, 20, 10, 2
OPENED, CUT = 2, 1  # whether an ellipsis is before the text, and behind it


def sentence_place(sentence: str, parts: Sequence[Part]) -> int | str:
    """Return where in the visible text of some parts a sentence is. Return the sentence if it is nowhere."""
    if HIDDEN in sentence:
        return sentence
    for cut in (0, CUT, OPENED, OPENED | CUT):
        opening, end = _ellipses(cut)
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
            if span >> SPAN_BITS or start >> START_BITS or len(text) >> LENGTH_BITS:
                return None
            return ((part << SPAN_BITS | span) << START_BITS | start) << LENGTH_BITS | len(text)
    return None


def sentence_at(place: int | str, parts_json: str, works_json: str) -> str:
    """Return the sentence at a place in the stored parts of an example."""
    if isinstance(place, str):
        return place
    opening, end = _ellipses(place)
    place, length = divmod(place >> CUT_BITS, 1 << LENGTH_BITS)
    place, start = divmod(place, 1 << START_BITS)
    part, span = divmod(place, 1 << SPAN_BITS)
    return opening + text_of_part(parts_json, works_json, part, span, start, length) + end


def _ellipses(cut: int) -> tuple[str, str]:
    return (f"{ELLIPSIS} " if cut & OPENED else ""), (ELLIPSIS if cut & CUT else "")
