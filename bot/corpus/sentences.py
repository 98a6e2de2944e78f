"""Store a sentence as its place in the visible text of its example: written out, it would be most of its row."""

from collections.abc import Sequence

from bot.corpus.codec import visible_text_of_part

ELLIPSIS = "…"  # before and after a sentence that was cut
HIDDEN = "\N{OBJECT REPLACEMENT CHARACTER}"  # in place of a spoiler: no place is in hidden text
PART_BITS, START_BITS, LENGTH_BITS = 20, 20, 10
OPENED, CUT = 2, 1  # whether an ellipsis is before the text, and behind it


def sentence_place(sentence: str, texts: Sequence[str]) -> int | str:
    """Return where in the `texts` of the parts a sentence is. Return the sentence if it is nowhere."""
    for flags in (0, CUT, OPENED, OPENED | CUT):
        opening, end = (f"{ELLIPSIS} " if flags & OPENED else ""), (ELLIPSIS if flags & CUT else "")
        if not (sentence.startswith(opening) and sentence.endswith(end)):
            continue
        text = sentence[len(opening) : len(sentence) - len(end)]
        for part, whole in enumerate(texts):
            start = whole.find(text) if text else -1
            if start >= 0 and not (part >> PART_BITS or start >> START_BITS or len(text) >> LENGTH_BITS):
                return ((part << START_BITS | start) << LENGTH_BITS | len(text)) << 2 | flags
    return sentence


def sentence_at(place: int | str, works_json: str, parts_json: str) -> str:
    """Return the sentence at a place in an example's parts."""
    if isinstance(place, str):
        return place
    flags, length = place & 3, place >> 2 & (1 << LENGTH_BITS) - 1
    start, part = place >> 2 + LENGTH_BITS & (1 << START_BITS) - 1, place >> 2 + LENGTH_BITS + START_BITS
    text = visible_text_of_part(parts_json, works_json, part, HIDDEN)[start : start + length]
    return f"{f'{ELLIPSIS} ' if flags & OPENED else ''}{text}{ELLIPSIS if flags & CUT else ''}"
