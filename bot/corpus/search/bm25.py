"""How good a hit is, as FTS5's bm25 has it, from what the index tells without reading the lists of all words.

bm25 of an example is a sum over what is looked for: how rare that is, times a share of 2.2 that goes up with its weight
in the example and down with the example's length. So of all examples in which it weighs the same the shortest are the
best, and that is the order of the index.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from bot.corpus.index_terms import EXAMPLE_ID_BITS

# FTS5's own: https://sqlite.org/fts5.html#the_bm25_function
K1, B, MIN_IDF = 1.2, 0.75, 1e-6

WeightedHits = tuple[Sequence[float], Sequence[int]]
"""How much each thing that is looked for weighs in some hits, and their rowids in the index, in its order."""


@dataclass(frozen=True, slots=True)
class CollectionStats:
    """All examples.

    Attributes:
        document_count: How many there are.
        average_length: How long they are on average: words, as the index counts them.
    """

    document_count: int = 0
    average_length: float = 1.0


def inverse_document_frequency(document_count: float, stats: CollectionStats) -> float:
    """Returns how much it says that an example holds something that so many examples hold; never less than 1e-6."""
    odds = (stats.document_count - document_count + 0.5) / (document_count + 0.5)
    return math.log(odds) if odds > 1 + MIN_IDF else MIN_IDF


def estimated_union(summed_count: int, stats: CollectionStats) -> float:
    """Returns about how many examples hold one of several words, which so many hold if they are added up."""
    total = stats.document_count or 1
    return total * (1 - math.exp(-summed_count / total))


def bm25_scores(hits: Iterable[WeightedHits], idfs: Sequence[float], stats: CollectionStats) -> dict[int, float]:
    """Returns hits with their scores; one that came several times has the highest."""

    @cache
    def score(weights: Sequence[float], length: int) -> float:
        length_norm = K1 * (1 - B + B * length / stats.average_length)
        return sum(idf * weight * (K1 + 1) / (weight + length_norm) for idf, weight in zip(idfs, weights, strict=True))

    best: dict[int, float] = {}
    for weights, ids in hits:
        for hit in ids:
            value = score(weights, hit >> EXAMPLE_ID_BITS)
            if value > best.get(hit, 0.0):
                best[hit] = value
    return best
