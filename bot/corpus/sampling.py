"""Pick random examples of a large scope.

Where many examples are of the scope, pick any until one is. Else pick a range of shuffle keys. They are hashes, so that
any range has about its share of them.
"""

import json
import secrets
from typing import Any

from bot.corpus import queries
from bot.corpus.rows import SHUFFLE_KEY_BITS
from bot.corpus.scope import Scope
from bot.corpus.tropes import TropeOrder, random_below

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
    numbers = random_below([MAX_KEY + 1 + span, MAX_KEYS_AHEAD] * count)
    return [(last - span, min(last, MAX_KEY), place) for last, place in zip(numbers[::2], numbers[1::2], strict=True)]


def random_tries(scope: Scope, total: int, order: TropeOrder, trope_id: int | None) -> tuple[str, dict[str, Any]]:
    """Return a statement that picks a random example of a scope, and what it needs besides the scope.

    It returns at most one row, and rarely none: try again.
    """
    if scope.work_ref is not None:
        return queries.SELECT_RANDOM_OF_WORK, {"place_0": secrets.randbelow(total)}
    everything = order.size(trope_id)
    if everything <= MAX_PICKED * total:
        count = 1 if everything == total else -(-3 * everything // total)
        return queries.SELECT_RANDOM_OF_PICKED, {"ids": json.dumps(order.pick(trope_id, count))}
    if scope.trope is not None:
        return queries.SELECT_RANDOM_OF_TROPE, {"place_0": secrets.randbelow(total)}
    everywhere = scope.media is None and not scope.excluded_media
    tries: dict[str, int] = {}
    for each, (first, last, place) in enumerate(random_places(total, queries.RANDOM_TRIES)):
        tries |= {f"first_{each}": first, f"last_{each}": last, f"place_{each}": place}
    return queries.SELECT_RANDOM if everywhere else queries.SELECT_RANDOM_OF_MEDIA, tries
