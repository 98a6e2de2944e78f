"""How good a hit is, as FTS5's bm25 has it, from what the index tells without reading the lists of all words.

bm25 of an example is a sum over what is looked for: how rare that is, times a share of 2.2 that goes up with its weight
in the example and down with the example's length. So of all examples in which it weighs the same the shortest are the
best, and that is the order of the index.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from bot.corpus.index_terms import ID_BITS

# FTS5's own: https://sqlite.org/fts5.html#the_bm25_function
_K1, _B, _LEAST = 1.2, 0.75, 1e-6

Hits = tuple[Sequence[float], Sequence[int]]
"""How much each thing that is looked for weighs in some hits, and their rowids in the index, in its order."""


@dataclass(frozen=True, slots=True)
class Collection:
    """All examples.

    Attributes:
        examples: How many there are.
        length: How long they are on average: words, as the index counts them.
    """

    examples: int = 0
    length: float = 1.0


def rarity(examples: float, collection: Collection) -> float:
    """Returns how much it says that an example holds something that so many examples hold; never less than 1e-6."""
    odds = (collection.examples - examples + 0.5) / (examples + 0.5)
    return math.log(odds) if odds > 1 + _LEAST else _LEAST


def together(examples: int, collection: Collection) -> float:
    """Returns about how many examples hold one of several words, which so many hold if they are added up."""
    total = collection.examples or 1
    return total * (1 - math.exp(-examples / total))


def scores(hits: Iterable[Hits], rarities: Sequence[float], collection: Collection) -> dict[int, float]:
    """Returns hits with their scores; one that came several times has the highest."""

    @cache
    def score(weights: Sequence[float], length: int) -> float:
        long = _K1 * (1 - _B + _B * length / collection.length)
        return sum(rare * weight * (_K1 + 1) / (weight + long) for rare, weight in zip(rarities, weights, strict=True))

    best: dict[int, float] = {}
    for weights, ids in hits:
        for hit in ids:
            found = score(weights, hit >> ID_BITS)
            if found > best.get(hit, 0.0):
                best[hit] = found
    return best
