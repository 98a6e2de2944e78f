"""Find the names that are most similar to a typed one, among a bounded number of candidates."""

import asyncio
import sys
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

MAX_CANDIDATES = 2_000
MAX_COMPARED_AT_ONCE = 1_200  # less than a millisecond

N = TypeVar("N")
T = TypeVar("T")


class NearNames:
    """Many names in the order of their first letters, and in that of their last."""

    def __init__(self, names: Collection[str]) -> None:
        self._forward = sorted(names)
        # So that a typo in the first letters leaves a name among its neighbours, too.
        self._backward = sorted([name[::-1] for name in names]) if len(names) > MAX_CANDIDATES else []

    def has_prefix(self, prefix: str) -> bool:
        """Return whether a name begins with a text."""
        at = bisect_left(self._forward, prefix)
        return at < len(self._forward) and self._forward[at].startswith(prefix)

    def candidates(self, text: str) -> Sequence[str]:
        """Return the names that are worth comparing with a text: all if they are few."""
        if not self._backward:
            return self._forward
        backward = [name[::-1] for name in _neighbours(self._backward, text[::-1])]
        return [*dict.fromkeys([*_neighbours(self._forward, text), *backward])]


def _neighbours(names: Sequence[str], text: str) -> Sequence[str]:
    count = MAX_CANDIDATES // 2
    first = min(max(bisect_left(names, text) - count // 2, 0), len(names) - count)
    return names[first : first + count]


async def compared(compare: Callable[[Sequence[N]], T], names: Sequence[N]) -> T:
    """Return what a function finds that compares names by similarity. Use a thread where it takes long.

    Few names are compared faster than a thread is reached, except for the first ones, which import rapidfuzz.
    """
    if len(names) <= MAX_COMPARED_AT_ONCE and "rapidfuzz.process" in sys.modules:
        return compare(names)
    return await asyncio.to_thread(compare, names)


def rank_by_similarity(text: str, candidates: Sequence[str], limit: int, min_similarity: float) -> list[str]:
    """Return the candidates that are most similar, best first. Of equal ones, the last in the alphabet is first.

    Slow at the first call: see `compared`.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only a typo needs it

    similar = process.extract(text, candidates, scorer=fuzz.ratio, score_cutoff=100 * min_similarity, limit=None)
    ranked = sorted([(score, candidate) for candidate, score, _ in similar], reverse=True)
    return [candidate for _, candidate in ranked[:limit]]


def most_similar(text: str, candidates: Sequence[str], limit: int) -> list[int]:
    """Return the places of the candidates that are most similar, best first. Slow at the first call, as above."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only a typo needs it

    return [place for _, _, place in process.extract(text, candidates, scorer=fuzz.ratio, limit=limit)]
