"""Pick random examples of a large scope.

Where many examples are of the scope, pick any until one is. Else pick a range of shuffle keys. They are hashes, so that
any range has about its share of them.
"""

import json
import secrets
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from bot.corpus import queries
from bot.corpus.rows import SHUFFLE_KEY_BITS, example_id
from bot.corpus.scope import Scope

MAX_KEY = (1 << SHUFFLE_KEY_BITS) - 1
KEYS_AHEAD, MAX_KEYS_AHEAD = 128, 220  # of a range: expected, and eight standard deviations more
MAX_TRIES = 64
MAX_PICKED = 8  # examples, to find one of the scope, on average


def key_span(total: int) -> int:
    """Return the length of a range that has about KEYS_AHEAD of a scope's keys."""
    return KEYS_AHEAD * MAX_KEY // max(total, 1)


def random_places(total: int, count: int) -> list[tuple[int, int, int]]:
    """Return random ranges, each with its first and last key and a random place in it.

    They contain each key of a scope equally often. A range with fewer keys has none at its place, else its keys were
    likelier: try again.
    """
    span = key_span(total)
    numbers = _random_below([MAX_KEY + 1 + span, MAX_KEYS_AHEAD] * count)
    return [(last - span, min(last, MAX_KEY), place) for last, place in zip(numbers[::2], numbers[1::2], strict=True)]


class NumberedExamples:
    """The examples of all tropes, numbered through, so that picking one reads nothing else."""

    def __init__(self, trope_sizes: Mapping[int, int]) -> None:
        self._trope_ids, self._sizes = array("q", trope_sizes), trope_sizes
        self._ends = array("q", accumulate(trope_sizes.values()))

    def count(self, trope_id: int | None) -> int:
        """Return how many examples a trope has, or all tropes have."""
        return self._sizes[trope_id] if trope_id is not None else self._ends[-1]

    def pick(self, trope_id: int | None, count: int) -> list[int]:
        """Return the ids of so many random examples of a trope, or of all."""
        places = _random_below([self.count(trope_id)] * count)
        return [example_id(trope_id, place + 1) if trope_id is not None else self._id(place) for place in places]

    def _id(self, place: int) -> int:
        at = bisect_right(self._ends, place)
        return example_id(self._trope_ids[at], place + 1 - (self._ends[at - 1] if at else 0))


def _random_below(limits: Sequence[int]) -> list[int]:
    """Return a random number below each limit of at most 2 ** 61. Faster than one by one."""
    numbers = array("Q", secrets.token_bytes(8 * len(limits)))
    return [number * limit >> 64 for number, limit in zip(numbers, limits, strict=True)]


def random_tries(
    scope: Scope, total: int, examples: NumberedExamples, trope_id: int | None
) -> tuple[str, dict[str, Any]]:
    """Return a statement that picks a random example of a scope, and what it needs besides the scope.

    It returns at most one row, and rarely none: try again.
    """
    if scope.work_ref is not None:
        return queries.SELECT_RANDOM_OF_WORK, {"place_0": secrets.randbelow(total)}
    everything = examples.count(trope_id)
    if everything <= MAX_PICKED * total:
        count = 1 if everything == total else -(-3 * everything // total)
        return queries.SELECT_RANDOM_OF_PICKED, {"ids": json.dumps(examples.pick(trope_id, count))}
    if scope.trope is not None:
        return queries.SELECT_RANDOM_OF_TROPE, {"place_0": secrets.randbelow(total)}
    everywhere = scope.media is None and not scope.excluded_media
    tries: dict[str, int] = {}
    for each, (first, last, place) in enumerate(random_places(total, queries.RANDOM_TRIES)):
        tries |= {f"first_{each}": first, f"last_{each}": last, f"place_{each}": place}
    return queries.SELECT_RANDOM if everywhere else queries.SELECT_RANDOM_OF_MEDIA, tries
