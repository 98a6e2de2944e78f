"""Mask the escapes and double brackets of a line, so that signs inside them do not count.

Escapes come before all other markup. Masked text keeps its length, so that its offsets stay valid.
"""

import re
from collections.abc import Iterator

MASK = "\0"
_ESCAPE_OPENING = re.compile(r"\[[=@]")
# The last two of an odd run of brackets are the sign, as in the inline tokens.
_BRACKET_SIGN = re.compile(r"\[\[(?P<pair>/?)spoiler\]\]|(?P<open>\[\[(?!\[(?!\[)))|\]\]", re.IGNORECASE)


def mask_escapes(text: str) -> str:
    """Return `text` with each ``[=x=]`` and ``[@x@]`` masked."""
    if "[=" not in text and "[@" not in text:
        return text
    return _mask_ranges(text, _escape_ranges(text))


def mask_brackets(text: str) -> str:
    """Return `text` with its escapes and everything in double brackets masked."""
    text = mask_escapes(text)
    return _mask_ranges(text, outermost_brackets(text))


def outermost_brackets(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of outermost ``[[…]]`` and ``[[spoiler]]…[[/spoiler]]``. An unclosed one runs to the end."""
    start = depth = pairs = 0
    for sign in _BRACKET_SIGN.finditer(mask_escapes(text)):
        start = start if depth or pairs else sign.start()
        if sign["pair"] is not None:
            pairs = max(0, pairs - 1) if sign["pair"] else pairs + 1
        elif sign["open"]:
            depth += 1
        elif depth:
            depth -= 1
        else:
            continue
        if not depth and not pairs:
            yield start, sign.end()
    if depth or pairs:
        yield start, len(text)


def _escape_ranges(text: str) -> Iterator[tuple[int, int]]:
    at, absent = 0, set()
    while sign := _ESCAPE_OPENING.search(text, at):
        at = sign.end()
        closer = sign[0][1] + "]"
        end = -1 if closer in absent else text.find(closer, at)
        if end < 0:
            absent.add(closer)  # searching again for each opening would take quadratic time
        else:
            at = end + len(closer)
            yield sign.start(), at


def _mask_ranges(text: str, ranges: Iterator[tuple[int, int]]) -> str:
    masked, position = [], 0
    for start, end in ranges:
        masked += [text[position:start], MASK * (end - start)]
        position = end
    return "".join([*masked, text[position:]])
