"""The tropes of the corpus. Each is read when it is asked for, so that a start reads none of them."""

import asyncio
import json
import secrets
from array import array
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from functools import partial
from itertools import accumulate
from typing import Any, NamedTuple, TypeVar

from bot.cache import CORPUS_BYTES, SizedCache, memory_of
from bot.corpus import queries
from bot.corpus.addresses import trope_name
from bot.corpus.queries import FetchAll
from bot.corpus.rows import example_id, id_range
from bot.corpus.scope import Scope
from bot.model import Trope
from bot.model.names import normalize_title

T = TypeVar("T")


class KnownTrope(NamedTuple):
    """A trope without descriptions."""

    trope_id: int
    trope: Trope
    example_count: int

    @classmethod
    def of(cls, row: tuple[int, str, str, int]) -> "KnownTrope":
        """Read a row."""
        trope_id, name, title, example_count = row
        return cls(trope_id, Trope(name, title), example_count)


class TropeOrder:
    """The places of all tropes by title, and their examples, numbered through, so that picking one reads nothing."""

    def __init__(self, by_title: Sequence[int], sizes: Sequence[int]) -> None:
        self._by_title, self._ends = array("q", by_title), array("q", accumulate(sizes))
        count = max(by_title, default=-1) + 1
        self._places, self._sizes = array("i", bytes(4 * count)), array("i", bytes(4 * count))
        for place, (trope_id, size) in enumerate(zip(by_title, sizes, strict=True)):
            self._places[trope_id], self._sizes[trope_id] = place, size

    def place(self, trope_id: int) -> int:
        """Return the place of a trope by title."""
        return self._places[trope_id]

    def size(self, trope_id: int | None) -> int:
        """Return how many examples a trope has, or all tropes have."""
        return self._sizes[trope_id] if trope_id is not None else self._ends[-1]

    def pick(self, trope_id: int | None, count: int) -> list[int]:
        """Return the ids of so many random examples of a trope, or of all."""
        places = random_below([self.size(trope_id)] * count)
        return [example_id(trope_id, place + 1) if trope_id is not None else self._id(place) for place in places]

    def _id(self, place: int) -> int:
        at = bisect_right(self._ends, place)
        return example_id(self._by_title[at], place + 1 - (self._ends[at - 1] if at else 0))


def random_below(limits: Sequence[int]) -> list[int]:
    """Return a random number below each limit of at most 2 ** 61. Faster than one by one."""
    numbers = array("Q", secrets.token_bytes(8 * len(limits)))
    return [number * limit >> 64 for number, limit in zip(numbers, limits, strict=True)]


class TropeCatalogue:
    """The tropes by ref, name and title, without descriptions."""

    def __init__(self, fetch_all: FetchAll) -> None:
        self._fetch_all = fetch_all
        # Cached: members turn pages, each random example needs a count and the next keys of its shuffle, many type the
        # same first letters, and decoding an example takes longer than the rest of a page.
        self._cache: SizedCache[tuple[Hashable, ...], Any] = SizedCache(CORPUS_BYTES)
        self.trope_count = 0
        self._order: TropeOrder | None = None

    async def reload(self) -> None:
        """Count the tropes again and clear the cache."""
        [(self.trope_count,)] = await self._fetch_all(queries.COUNT_TROPES)
        self._order = None
        self._cache.clear()

    async def count_tropes(self, excluded: frozenset[str]) -> int:
        """Return how many tropes there are without some refs."""
        return self.trope_count - len(await self._excluded_trope_ids(Scope(excluded_tropes=excluded)))

    async def tropes(self) -> list[Trope]:
        """Return all tropes by title, for operators."""
        return [Trope(*row) for row in await self._fetch_all(queries.SELECT_TROPES)]

    async def find_trope(self, name: str) -> Trope | None:
        """Return the trope with that ref, page name, title or address, or None."""
        bound = {"ref": name, "normalized": normalize_title(trope_name(name))}
        found = await self._known(("found", name), queries.FIND_TROPE, bound)
        return found.trope if found else None

    async def trope_by_ref(self, ref: str) -> Trope | None:
        """Return the trope with that ref, or None."""
        if not ref:  # as requests about all tropes have it
            return None
        found = await self._known(("ref", ref), queries.SELECT_TROPE_BY_REF, (ref,))
        return found.trope if found else None

    async def tropes_by_ref(self, refs: Collection[str]) -> dict[str, Trope]:
        """Return the tropes with some refs, without unknown ones."""
        rows = await self._fetch_all(queries.SELECT_TROPES_BY_REF, (json.dumps([*refs]),)) if refs else []
        return {ref: Trope(name, title) for ref, name, title in rows}

    async def _trope(self, name: str) -> KnownTrope | None:
        return await self._known(("name", name), queries.SELECT_TROPE_BY_NAME, (name,))

    async def _trope_id(self, name: str) -> int | None:
        found = await self._trope(name)
        return found.trope_id if found else None

    async def _known(self, key: tuple[str, str], statement: str, bound: Any) -> KnownTrope | None:
        return await self._cached(("trope", *key), partial(self._load_trope, statement, bound))

    async def _load_trope(self, statement: str, bound: Any) -> KnownTrope | None:
        known = next(map(KnownTrope.of, await self._fetch_all(statement, bound)), None)
        if known:  # an answer looks for the same trope as typed, by ref and by name
            self._cache["trope", "ref", known.trope.ref] = self._cache["trope", "name", known.trope.name] = known
        return known

    async def _tropes_by_id(self, trope_ids: Collection[int]) -> dict[int, Trope]:
        rows = await self._fetch_all(queries.SELECT_TROPES_BY_ID, (json.dumps([*trope_ids]),)) if trope_ids else []
        return {trope_id: Trope(name, title) for trope_id, name, title in rows}

    async def _trope_order(self) -> TropeOrder:
        """Return the order of all tropes. It is read when it is first needed."""
        if self._order is None:
            [columns] = await self._fetch_all(queries.SELECT_TROPE_ORDER)
            self._order = await asyncio.to_thread(lambda: TropeOrder(*map(json.loads, columns)))
        return self._order

    async def _id_range(self, trope: str | None) -> tuple[int, int]:
        """Return the first and last id of a trope's examples, or of all. An unknown trope has none."""
        if trope is None:
            return 0, (1 << 63) - 1
        trope_id = await self._trope_id(trope)
        return (0, -1) if trope_id is None else id_range(trope_id)

    async def _excluded_trope_ids(self, scope: Scope) -> list[int]:
        """Return the ids of the tropes that a scope leaves out, if they are loaded."""
        if not scope.excluded_tropes:
            return []
        key = "excluded tropes", scope.excluded_tropes
        return await self._cached(key, partial(self._load_trope_ids, sorted(scope.excluded_tropes)))

    async def _load_trope_ids(self, refs: Sequence[str]) -> list[int]:
        return [trope_id for (trope_id,) in await self._fetch_all(queries.SELECT_IDS_BY_REF, (json.dumps(refs),))]

    async def _cached(
        self, key: tuple[Hashable, ...], load: Callable[[], Awaitable[T]], measure: Callable[[T], int] = memory_of
    ) -> T:
        result: T | None = self._cache.get(key)
        if result is None:
            result = await load()
            self._cache.put(key, result, measure(result))
        return result
