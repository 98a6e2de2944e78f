"""Stretches of a text: half-open pairs of positions, sorted and disjoint within one list."""

from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def in_both(first: Sequence[Span], second: Sequence[Span]) -> list[Span]:
    """Returns the stretches that lie within both lists."""
    if first == second:
        return list(first)
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


def in_all(readings: Iterable[Sequence[Span]]) -> list[Span]:
    """Returns the stretches that lie within every one of the lists, of which there is at least one."""
    first, *others = readings
    common = list(first)
    for other in others:
        common = in_both(common, other)
    return common


def gaps(spans: Sequence[Span], end: int) -> list[Span]:
    """Returns what the stretches leave free between 0 and `end`."""
    starts = [0, *(span[1] for span in spans)]
    ends = [*(span[0] for span in spans), end]
    return [(start, stop) for start, stop in zip(starts, ends, strict=True) if start < stop]


def outside(text: str, spans: Sequence[Span], mark: str = "") -> str:
    """Returns the text without the stretches, each replaced by `mark`."""
    shown: list[str] = []
    last = 0
    for start, end in spans:
        shown += text[last:start], mark
        last = end
    shown.append(text[last:])
    return "".join(shown)
