"""Read any page of a long list without reading all that is before it."""

import json
from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any, NamedTuple

from bot.corpus.queries import FetchAll
from bot.corpus.rows import EXAMPLE_NUMBER_BITS

TROPES_PER_BLOCK = 60  # as in schema.sql


class Blocks(NamedTuple):
    """Where the examples of some media are: the first trope of each block, and the examples before it.

    By medium, and for None of all these media.
    """

    first_tropes: Mapping[int | None, "array[int]"]
    before: Mapping[int | None, "array[int]"]
    trope_count: int  # how many tropes have examples of any of these media, left out or not

    @classmethod
    def of(cls, rows: Iterable[tuple[int, str]], left_out: Iterable[tuple[int, int, int]] = ()) -> "Blocks":
        """Read the rows of SELECT_BLOCKS, without the examples of those of SELECT_LEFT_OUT."""
        counts: defaultdict[int | None, Counter[int]] = defaultdict(Counter)
        tropes: defaultdict[int, int] = defaultdict(int)
        for medium_id, blocks_json in rows:
            for block, examples, bits in json.loads(blocks_json):
                counts[medium_id][block] += examples
                counts[None][block] += examples
                tropes[block] |= bits
        for trope_id, medium_id, examples in left_out:
            counts[medium_id][trope_id // TROPES_PER_BLOCK] -= examples
            counts[None][trope_id // TROPES_PER_BLOCK] -= examples
        first_tropes: dict[int | None, array[int]] = {}
        before: dict[int | None, array[int]] = {}
        for one_or_all, by_block in counts.items():
            blocks = sorted(by_block)
            first_tropes[one_or_all] = array("q", [block * TROPES_PER_BLOCK for block in blocks])
            before[one_or_all] = array("q", accumulate([by_block[block] for block in blocks[:-1]], initial=0))
        return cls(first_tropes, before, sum(bits.bit_count() for bits in tropes.values()))

    def start(self, medium_id: int | None, skip: int) -> tuple[int, int]:
        """Return an id shortly before the example after `skip` others, and how many to skip from there on.

        They are those of a medium, or with None of all.
        """
        before = self.before[medium_id]
        at = bisect_right(before, skip) - 1
        return self.first_tropes[medium_id][at] << EXAMPLE_NUMBER_BITS, skip - before[at]


async def read_ids(
    fetch_all: FetchAll, statement: str, bound: Mapping[str, Any], skip: int, size: int, total: int
) -> list[int]:
    """Return the ids after `skip` others of `total`, read from the nearer end. `statement` has an order to fill in."""
    size = min(size, total - skip)
    after = total - skip - size
    order, skipped = ("ASC", skip) if skip <= after else ("DESC", after)
    rows = await fetch_all(statement.format(order=order), {**bound, "skip": skipped, "size": size})
    ids = [example_id for (example_id,) in rows]
    return ids if skip <= after else ids[::-1]
