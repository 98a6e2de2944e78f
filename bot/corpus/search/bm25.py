"""Score hits as FTS5's bm25 does, from stored weights.

A term's factor grows with its weight and falls with the example's length. So of equal weights, the shortest examples
are best.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.corpus.index_terms import EXAMPLE_ID_BITS

# FTS5's own: https://sqlite.org/fts5.html#the_bm25_function
K1, B, MIN_IDF = 1.2, 0.75, 1e-6

# The weight of each term in some hits, and the rowids of those hits in ascending order.
WeightedHits = tuple[Sequence[float], Sequence[int]]


@dataclass(frozen=True, slots=True)
class CollectionStats:
    """The number of indexed examples, and their average length in words."""

    document_count: int = 0
    average_length: float = 1.0


def inverse_document_frequency(document_count: float, stats: CollectionStats) -> float:
    """Return how telling a term in so many examples is, at least MIN_IDF."""
    odds = (stats.document_count - document_count + 0.5) / (document_count + 0.5)
    return math.log(odds) if odds > 1 + MIN_IDF else MIN_IDF


def estimated_union(summed_count: int, stats: CollectionStats) -> float:
    """Estimate how many examples contain any of several words, from their summed counts."""
    total = stats.document_count or 1
    return total * (1 - math.exp(-summed_count / total))


def bm25_scores(hits: Iterable[WeightedHits], idfs: Sequence[float], stats: CollectionStats) -> dict[int, float]:
    """Return each rowid's score, the highest if it has several weights."""
    best: dict[int, float] = {}
    for weights, rowids in hits:
        weighted_terms = list(zip(idfs, weights, strict=True))
        score, length = 0.0, -1
        for rowid in rowids:
            if rowid >> EXAMPLE_ID_BITS != length:  # neighbours often have the same length
                length = rowid >> EXAMPLE_ID_BITS
                length_norm = K1 * (1 - B + B * length / stats.average_length)
                score = sum([idf * weight * (K1 + 1) / (weight + length_norm) for idf, weight in weighted_terms])
            if score > best.get(rowid, 0.0):
                best[rowid] = score
    return best
