"""Ranges of a text: half-open pairs of positions, sorted and disjoint within one list."""

from collections.abc import Iterable, Sequence
from functools import reduce

Span = tuple[int, int]


def in_both(first: Sequence[Span], second: Sequence[Span]) -> Sequence[Span]:
    """Return the ranges that are in both lists."""
    if first == second:
        return first
    both: list[Span] = []
    one = two = 0
    while one < len(first) and two < len(second):
        start, end = max(first[one][0], second[two][0]), min(first[one][1], second[two][1])
        if start < end:
            both.append((start, end))
        if first[one][1] < second[two][1]:
            one += 1
        else:
            two += 1
    return both


def in_all(lists: Iterable[Sequence[Span]]) -> Sequence[Span]:
    """Return the ranges that are in every list, of which there is at least one."""
    return reduce(in_both, lists)


def between(spans: Sequence[Span], end: int) -> Iterable[Span]:
    """Return the ranges before, between and after the others, up to `end`. They can be empty."""
    return zip([0, *(span[1] for span in spans)], [*(span[0] for span in spans), end], strict=True)


def gaps(spans: Sequence[Span], end: int) -> list[Span]:
    """Return the ranges between 0 and `end` that the others leave free."""
    return [(start, stop) for start, stop in between(spans, end) if start < stop]


def outside(text: str, spans: Sequence[Span], mark: str = "") -> str:
    """Return the text with each range replaced by `mark`."""
    return mark.join(text[start:end] for start, end in between(spans, len(text)))
