"""Pick random shuffle keys of a large scope. They are hashes, so that any range has about its share of them."""

import secrets

from bot.corpus import queries
from bot.corpus.rows import SHUFFLE_KEY_BITS
from bot.corpus.scope import Scope

MAX_KEY = (1 << SHUFFLE_KEY_BITS) - 1
KEYS_AHEAD, MAX_KEYS_AHEAD = 128, 220  # of a range: expected, and eight standard deviations more
MAX_TRIES = 64


def key_span(total: int) -> int:
    """Return the length of a range that has about KEYS_AHEAD of a scope's keys."""
    return KEYS_AHEAD * MAX_KEY // max(total, 1)


def random_range(total: int) -> tuple[int, int]:
    """Return the first and last key of a random range, which contains each key of a scope equally often."""
    span = key_span(total)
    first = secrets.randbelow(MAX_KEY + 1 + span) - span
    return first, min(first + span, MAX_KEY)


def random_place() -> int:
    """Return a place in a range. A range with fewer keys has none there, else its keys were likelier: try again."""
    return secrets.randbelow(MAX_KEYS_AHEAD)


def random_tries(scope: Scope, total: int) -> tuple[str, dict[str, int]]:
    """Return a statement that picks a random example of a scope, and what it needs besides the scope.

    It returns at most one row, and rarely none: try again.
    """
    if scope.work_ref is not None or scope.trope is not None:
        statement = queries.SELECT_RANDOM_OF_TROPE if scope.work_ref is None else queries.SELECT_RANDOM_OF_WORK
        return statement, {"place_0": secrets.randbelow(total)}
    everywhere = scope.media is None and not scope.excluded_media
    tries: dict[str, int] = {}
    for each in range(queries.RANDOM_TRIES):
        tries[f"first_{each}"], tries[f"last_{each}"] = random_range(total)
        tries[f"place_{each}"] = random_place()
    return queries.SELECT_RANDOM if everywhere else queries.SELECT_RANDOM_OF_MEDIA, tries
