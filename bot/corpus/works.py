"""Read what the corpus knows of works: where they appear, what they share, which belong together."""

import json
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from heapq import nsmallest
from itertools import accumulate
from math import log2, sqrt
from typing import Any

from bot.corpus import work_queries as queries
from bot.corpus.franchises import Franchise, find_franchise, title_stem
from bot.corpus.named import NamedCorpus
from bot.corpus.rows import EXAMPLE_NUMBER_BITS, MAX_EXAMPLES_PER_TROPE
from bot.corpus.scope import Scope
from bot.corpus.sentences import sentence_at
from bot.corpus.tropes import TropeOrder
from bot.model import Relation, Trope, WorkEntry

MAX_WORKS_OF_FRANCHISE, MAX_KEYS_OF_FRANCHISE = 300, 5_000
# To find similar works, so many of the rarest tropes are read, with at most so many examples.
MAX_TROPES_READ, MAX_EXAMPLES_READ, MAX_CANDIDATES = 60, 5_000, 100
ID_MASK, TROPE_BITS = (1 << queries.PLACE_ID_BITS) - 1, queries.PLACE_ID_BITS - EXAMPLE_NUMBER_BITS


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A page of the tropes in which a work appears, or of a trope's examples.

    Attributes:
        about: Tropes or examples that are about the work, on all pages.
        mentions: Others, that only mention it.
        hidden: Those of both that are not among the entries, because hardly more than names is visible there.
    """

    entries: tuple[WorkEntry, ...]
    about: int
    mentions: int
    hidden: int
    number: int
    page_count: int

    @property
    def total(self) -> int:
        """All tropes or examples."""
        return self.about + self.mentions


@dataclass(frozen=True, slots=True)
class Comparison:
    """The tropes of two works, rarest first, without those where hardly more than names is visible."""

    shared: tuple[tuple[WorkEntry, WorkEntry], ...]  # of the page
    shared_count: int
    only: tuple[Sequence[Trope], Sequence[Trope]]  # the first of those that only one has
    only_counts: tuple[int, int]
    hidden: int  # tropes that are not named
    left_out: int  # tropes that the scope leaves out because they have spoilers
    number: int
    page_count: int


@dataclass(frozen=True, slots=True)
class SimilarWork:
    """A work that shares tropes with another."""

    ref: str
    title: str
    tropes: tuple[Trope, ...]  # rarest first


@dataclass(frozen=True, slots=True)
class Places:
    """Where a work appears: the ids of examples by rank, sorted by rank, then by the title of their trope."""

    packed: "array[int]"  # rank and id

    @property
    def visible(self) -> "array[int]":
        """Those where more than names is visible."""
        return self.packed[: self._end(queries.HIDDEN_RANK)]

    @property
    def mention_count(self) -> int:
        """How many only mention the work."""
        visible = self._end(queries.HIDDEN_RANK) - self._end(Relation.MENTION)
        return visible + len(self.packed) - self._end(queries.HIDDEN_RANK + Relation.MENTION)

    def tropes(self, *, hidden: bool = False) -> dict[int, int]:
        """Return the ids of the tropes that are about the work, with an example of each. Maybe the hidden ones, too."""
        about = self.packed[: self._end(Relation.MENTION)]
        if hidden:
            first, last = queries.HIDDEN_RANK, queries.HIDDEN_RANK + Relation.MENTION
            about += self.packed[self._end(first) : self._end(last)]
        return {(place & ID_MASK) >> EXAMPLE_NUMBER_BITS: place & ID_MASK for place in about}

    def _end(self, rank: int) -> int:
        """Return how many have a lower rank."""
        return bisect_left(self.packed, rank, key=lambda place: place >> queries.PLACE_ID_BITS)


class WorkCorpus(NamedCorpus):
    """The works with what examples say about them."""

    async def work_page(self, scope: Scope, refs: Iterable[str], number: int, size: int) -> WorkPage:
        """Return a page of the tropes in which works appear, or of the examples of the scope's trope.

        The nearest page replaces one out of range. Those about the works come first.
        """
        refs = tuple(sorted(refs))
        places = await self._places(scope, refs)
        total, mentions = len(places.packed), places.mention_count
        # In one trope, an example says nothing by being there.
        shown = places.visible if scope.trope is None else places.packed
        page_count = max(1, -(-len(shown) // size))
        number = min(max(number, 1), page_count)
        ids = [place & ID_MASK for place in shown[(number - 1) * size : number * size]]
        entries = await self._work_entries(ids, refs)
        hidden = total - len(shown)
        return WorkPage(tuple(entries), total - mentions, mentions, hidden, number, page_count)

    async def compare_works(
        self, scope: Scope, first: Iterable[str], second: Iterable[str], number: int, size: int, *, named: int
    ) -> Comparison:
        """Return what two works, or all of a franchise, share, and what only one has: so many tropes `named`."""
        works = tuple(sorted(first)), tuple(sorted(second))
        places = [await self._places(scope, refs) for refs in works]
        visible, shown = [[each.tropes(hidden=hidden) for each in places] for hidden in (False, True)]
        everything = shown
        if not scope.include_spoilers:
            with_spoilers = replace(scope, include_spoilers=True)
            everything = [(await self._places(with_spoilers, refs)).tropes(hidden=True) for refs in works]
        tropes = by_rarity(await self._trope_order(), visible[0].keys() | visible[1].keys())
        shared = [trope for trope in tropes if trope in visible[0] and trope in visible[1]]
        alone = [visible[one].keys() - everything[1 - one].keys() for one in (0, 1)]
        only = [[trope for trope in tropes if trope in some][:named] for some in alone]
        titled = await self._tropes_by_id({*only[0], *only[1]})
        shown_count = len(shown[0].keys() | shown[1].keys())
        hidden = shown_count - len(shared) - len(alone[0]) - len(alone[1])
        left_out = len(everything[0].keys() | everything[1].keys()) - shown_count
        page_count = max(1, -(-len(shared) // size))
        number = min(max(number, 1), page_count)
        on_page = shared[(number - 1) * size : number * size]
        rows = [await self._work_entries([visible[one][trope] for trope in on_page], works[one]) for one in (0, 1)]
        pairs = tuple(zip(*rows, strict=True))
        first_only, second_only = ([titled[trope] for trope in some] for some in only)
        counts = len(alone[0]), len(alone[1])
        return Comparison(pairs, len(shared), (first_only, second_only), counts, hidden, left_out, number, page_count)

    async def similar_works(self, scope: Scope, refs: Iterable[str], limit: int) -> Sequence[SimilarWork]:
        """Return the works that share the most tropes with one, or with a franchise, rare tropes counting more."""
        refs = tuple(sorted(refs))
        return await self._cached(("similar", scope, refs, limit), partial(self._find_similar, scope, refs, limit))

    async def franchise(self, ref: str) -> Franchise | None:
        """Return the franchise of a work, or None."""
        return await self._cached(("franchise", ref), partial(self._find_franchise, ref))

    async def shuffle_keys_of_works(self, scope: Scope, refs: Iterable[str]) -> Sequence[int]:
        """Return the shuffle keys of the examples of several works, at most MAX_KEYS_OF_FRANCHISE."""
        refs = tuple(sorted(refs))
        return await self._cached(("keys of works", scope, refs), partial(self._load_keys_of_works, scope, refs))

    async def _load_keys_of_works(self, scope: Scope, refs: tuple[str, ...]) -> "array[int]":
        bound = {**await self._bind(scope), "refs": json.dumps(refs), "limit": MAX_KEYS_OF_FRANCHISE}
        return array("q", [key for (key,) in await self._fetch_all(queries.SELECT_KEYS_OF_WORKS, bound)])

    async def spoiled_ids(self, scope: Scope, seen: Iterable[str]) -> tuple[Sequence[int], int]:
        """Return the examples whose spoilers are about the scope's work and else only about works in `seen`.

        Then how many need other works, too.
        """
        bound = {**await self._bind(scope), "seen": json.dumps(sorted(seen))}
        rows = await self._fetch_all(queries.SELECT_SPOILED, bound)
        opened = [example_id for example_id, is_opened in rows if is_opened]
        return opened, len(rows) - len(opened)

    async def _places(self, scope: Scope, refs: tuple[str, ...]) -> Places:
        return await self._cached(("places", scope, refs), partial(self._load_places, scope, refs))

    async def _load_places(self, scope: Scope, refs: tuple[str, ...]) -> Places:
        statement = queries.SELECT_PLACES_BY_TROPE if scope.trope is None else queries.SELECT_PLACES_BY_EXAMPLE
        rows = await self._fetch_all(statement, {**await self._bind(scope), "refs": json.dumps(refs)})
        order = await self._trope_order()

        def rank_and_title(place: int) -> int:  # one number sorts faster than several
            title = order.place((place & ID_MASK) >> EXAMPLE_NUMBER_BITS)
            return place >> queries.PLACE_ID_BITS << TROPE_BITS | title

        return Places(array("q", sorted(sorted([place for (place,) in rows]), key=rank_and_title)))

    async def _work_entries(self, ids: Sequence[int], refs: Iterable[str]) -> list[WorkEntry]:
        parameters = {"ids": json.dumps(ids), "refs": json.dumps(list(refs))}
        found: dict[int, tuple[Any, ...]] = {}
        for row in sorted(await self._fetch_all(queries.SELECT_SENTENCES, parameters), key=lambda row: row[:3]):
            found.setdefault(row[0], row)
        entries = []
        for example_id in ids:
            _, relation, ref, medium_id, name, title, *place = found[example_id]
            trope, number = Trope(name, title), example_id & MAX_EXAMPLES_PER_TROPE
            shown = self._media.get(medium_id), Relation(relation), sentence_at(*place), ref
            entries.append(WorkEntry(f"{trope.ref}/{number}", trope, number, *shown))
        return entries

    async def _find_similar(self, scope: Scope, refs: tuple[str, ...], limit: int) -> Sequence[SimilarWork]:
        order = await self._trope_order()
        tropes = readable(order, by_rarity(order, (await self._places(scope, refs)).tropes()))
        bound = await self._bind(scope) | {"refs": json.dumps(refs), "tropes": json.dumps(tropes)}
        [columns] = await self._fetch_all(queries.SELECT_SHARING, bound | {"limit": MAX_EXAMPLES_READ})
        pairs = dict.fromkeys(zip(*map(json.loads, columns), strict=True))  # of a work and a trope
        weights = {trope_id: 1 / log2(1 + order.size(trope_id)) for trope_id in tropes}
        sums: defaultdict[str, float] = defaultdict(float)
        for work, trope_id in pairs:
            sums[work] += weights[trope_id]
        candidates = nsmallest(MAX_CANDIDATES, [(-weight, work) for work, weight in sums.items()])
        shared: dict[str, set[int]] = {work: set() for _, work in candidates}
        for work, trope_id in pairs:
            if work in shared:
                shared[work].add(trope_id)
        bound["refs"] = json.dumps([work for _, work in candidates])
        rows = await self._fetch_all(queries.SELECT_TROPE_COUNTS, bound)
        # A work of very many tropes shares some with every other: what else it has counts against it.
        scores = {work: sums[work] * sqrt(len(shared[work]) / count) for work, _, count in rows}
        best = sorted(rows, key=lambda row: (-scores[row[0]], row[0]))[:limit]
        titled = await self._tropes_by_id(tropes)
        named = [tuple([titled[trope_id] for trope_id in tropes if trope_id in shared[work]]) for work, *_ in best]
        return [SimilarWork(work, title, some) for (work, title, _), some in zip(best, named, strict=True)]

    async def _find_franchise(self, ref: str) -> Franchise | None:
        stem = title_stem(await self.work_title(ref) or "")
        if not stem:
            return None
        parameters = {"stem": stem, "limit": MAX_WORKS_OF_FRANCHISE}
        titles = dict(await self._fetch_all(queries.SELECT_TITLES_WITH_STEM, parameters))
        pages: defaultdict[str, list[str]] = defaultdict(list)
        for work, page in await self._fetch_all(queries.SELECT_PAGES_OF_WORKS, {"refs": json.dumps(list(titles))}):
            pages[work].append(page)
        return find_franchise(ref, titles, pages)


def by_rarity(order: TropeOrder, trope_ids: Iterable[int]) -> Sequence[int]:
    """Return tropes in the order of how many examples they have, the rarest first."""
    return sorted(trope_ids, key=lambda trope_id: order.size(trope_id) << TROPE_BITS | order.place(trope_id))


def readable(order: TropeOrder, tropes: Sequence[int]) -> Sequence[int]:
    """Return the first tropes, as many as can be read in time."""
    some = tropes[:MAX_TROPES_READ]
    read = accumulate([order.size(trope_id) for trope_id in some])
    within = [trope_id for trope_id, total in zip(some, read, strict=True) if total <= MAX_EXAMPLES_READ]
    return within or some[:1]
