"""Read what the corpus knows of works: where they appear, what they share, which belong together."""

import json
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from math import log2, sqrt
from typing import Any

from bot.corpus import work_queries as queries
from bot.corpus.franchises import Franchise, find_franchise, title_stem
from bot.corpus.named import NamedCorpus
from bot.corpus.rows import EXAMPLE_NUMBER_BITS, MAX_EXAMPLES_PER_TROPE
from bot.corpus.scope import Scope
from bot.model import Relation, Trope, WorkEntry

MAX_WORKS_OF_FRANCHISE = 300
# To find similar works, so many of the rarest tropes are read, with at most so many examples.
MAX_TROPES_READ, MAX_EXAMPLES_READ, MAX_CANDIDATES = 60, 30_000, 100
ID_MASK = (1 << queries.PLACE_ID_BITS) - 1


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
    only_first: tuple[Trope, ...]
    only_second: tuple[Trope, ...]
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
    def visible(self) -> Sequence[int]:
        """Those where more than names is visible."""
        return [place for place in self.packed if place >> queries.PLACE_ID_BITS < queries.HIDDEN_RANK]

    def tropes(self, *, hidden: bool = False) -> dict[int, int]:
        """Return the ids of the tropes that are about the work, with an example of each. Maybe the hidden ones, too."""
        places = self.packed if hidden else self.visible
        ranked = [(place >> queries.PLACE_ID_BITS, place & ID_MASK) for place in places]
        ids = [example_id for rank, example_id in ranked if rank % queries.HIDDEN_RANK < Relation.MENTION]
        return {each >> EXAMPLE_NUMBER_BITS: each for each in ids}


class WorkCorpus(NamedCorpus):
    """The works with what examples say about them."""

    async def work_page(self, scope: Scope, refs: Iterable[str], number: int, size: int) -> WorkPage:
        """Return a page of the tropes in which works appear, or of the examples of the scope's trope.

        The nearest page replaces one out of range. Those about the works come first.
        """
        refs = tuple(sorted(refs))
        places = await self._places(scope, refs)
        ranks = [place >> queries.PLACE_ID_BITS for place in places.packed]
        mentions = sum(1 for rank in ranks if rank % queries.HIDDEN_RANK == Relation.MENTION)
        # In one trope, an example says nothing by being there.
        shown = places.visible if scope.trope is None else places.packed
        page_count = max(1, -(-len(shown) // size))
        number = min(max(number, 1), page_count)
        ids = [place & ID_MASK for place in shown[(number - 1) * size : number * size]]
        entries = await self._work_entries(ids, refs)
        hidden = len(ranks) - len(shown)
        return WorkPage(tuple(entries), len(ranks) - mentions, mentions, hidden, number, page_count)

    async def compare_works(self, scope: Scope, first: str, second: str, number: int, size: int) -> Comparison:
        """Return what two works share, and what only one has."""
        works = first, second
        places = [await self._places(scope, (ref,)) for ref in works]
        visible, shown = ([each.tropes(hidden=hidden) for each in places] for hidden in (False, True))
        with_spoilers = replace(scope, include_spoilers=True)
        everything = [(await self._places(with_spoilers, (ref,))).tropes(hidden=True) for ref in works]
        counts = await self._by_rarity(visible[0].keys() | visible[1].keys())
        shared = [trope for trope in counts if trope in visible[0] and trope in visible[1]]
        only = [self._named(counts, visible[one].keys() - everything[1 - one].keys()) for one in (0, 1)]
        shown_count = len(shown[0].keys() | shown[1].keys())
        hidden = shown_count - len(shared) - len(only[0]) - len(only[1])
        left_out = len(everything[0].keys() | everything[1].keys()) - shown_count
        page_count = max(1, -(-len(shared) // size))
        number = min(max(number, 1), page_count)
        on_page = shared[(number - 1) * size : number * size]
        rows = [
            await self._work_entries([visible[one][trope] for trope in on_page], works[one : one + 1]) for one in (0, 1)
        ]
        pairs = tuple(zip(*rows, strict=True))
        return Comparison(pairs, len(shared), only[0], only[1], hidden, left_out, number, page_count)

    async def similar_works(self, scope: Scope, ref: str, limit: int) -> Sequence[SimilarWork]:
        """Return the works that share the most tropes with one, rare tropes counting more."""
        return await self._cached(("similar", scope, ref, limit), partial(self._find_similar, scope, ref, limit))

    async def franchise(self, ref: str) -> Franchise | None:
        """Return the franchise of a work, or None."""
        return await self._cached(("franchise", ref), partial(self._find_franchise, ref))

    async def spoiled_ids(self, scope: Scope, seen: Iterable[str]) -> tuple[Sequence[int], int]:
        """Return the examples whose spoilers are about the scope's work and else only about works in `seen`.

        Then how many need other works, too.
        """
        bound = {**self._bind(scope), "seen": json.dumps(sorted(seen))}
        rows = await self._fetch_all(queries.SELECT_SPOILED, bound)
        opened = [example_id for example_id, is_opened in rows if is_opened]
        return opened, len(rows) - len(opened)

    async def _places(self, scope: Scope, refs: tuple[str, ...]) -> Places:
        return await self._cached(("places", scope, refs), partial(self._load_places, scope, refs))

    async def _load_places(self, scope: Scope, refs: tuple[str, ...]) -> Places:
        statement = queries.SELECT_PLACES_BY_TROPE if scope.trope is None else queries.SELECT_PLACES_BY_EXAMPLE
        rows = await self._fetch_all(statement, {**self._bind(scope), "refs": json.dumps(refs)})
        order = self._trope_order

        def rank_and_title(place: int) -> tuple[int, int, int]:
            return place >> queries.PLACE_ID_BITS, order[(place & ID_MASK) >> EXAMPLE_NUMBER_BITS], place

        return Places(array("q", sorted([place for (place,) in rows], key=rank_and_title)))

    async def _work_entries(self, ids: Sequence[int], refs: Iterable[str]) -> list[WorkEntry]:
        parameters = {"ids": json.dumps(ids), "refs": json.dumps(list(refs))}
        found: dict[int, tuple[Any, ...]] = {}
        for row in sorted(await self._fetch_all(queries.SELECT_SENTENCES, parameters), key=lambda row: row[:3]):
            found.setdefault(row[0], row)
        entries = []
        for example_id in ids:
            _, relation, ref, medium_id, sentence = found[example_id]
            trope, number = self._tropes[example_id >> EXAMPLE_NUMBER_BITS], example_id & MAX_EXAMPLES_PER_TROPE
            shown = self._media.get(medium_id), Relation(relation), sentence, ref
            entries.append(WorkEntry(f"{trope.ref}/{number}", trope, number, *shown))
        return entries

    async def _by_rarity(self, trope_ids: Iterable[int]) -> Mapping[int, int]:
        """Return how many examples tropes have, the rarest first."""
        parameters = {"tropes": json.dumps(sorted(trope_ids))}
        counts = await self._fetch_all(queries.COUNT_EXAMPLES_OF_TROPES, parameters)
        return dict(sorted(counts, key=lambda row: (row[1], self._trope_order[row[0]])))

    async def _find_similar(self, scope: Scope, ref: str, limit: int) -> Sequence[SimilarWork]:
        counts = await self._by_rarity((await self._places(scope, (ref,))).tropes())
        bound = {**self._bind(scope), "work_ref": ref, "limit": MAX_CANDIDATES, "tropes": json.dumps(_rarest(counts))}
        rows = await self._fetch_all(queries.SELECT_SHARING, bound)
        bound["refs"] = json.dumps([work for work, *_ in rows])
        totals = dict(await self._fetch_all(queries.COUNT_TROPES_OF_WORKS, bound))
        shared = {work: json.loads(trope_ids) for work, _, trope_ids in rows}
        # A work of very many tropes shares some with every other: what else it has counts against it.
        scores = {work: weight * sqrt(len(shared[work]) / totals[work]) for work, weight, _ in rows}
        best = sorted(scores, key=lambda work: (-scores[work], work))[:limit]
        titles = await self.titles_by_ref(best)
        return [SimilarWork(work, titles[work], self._named(counts, shared[work])) for work in best]

    def _named(self, counts: Mapping[int, int], trope_ids: Collection[int]) -> tuple[Trope, ...]:
        """Return tropes in the order of `counts`."""
        wanted = set(trope_ids)
        return tuple([self._tropes[trope_id] for trope_id in counts if trope_id in wanted])

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


def _rarest(counts: Mapping[int, int]) -> list[tuple[int, float]]:
    """Return the first tropes, as many as can be read in time, with how much it says to share each."""
    some = list(counts.items())[:MAX_TROPES_READ]
    read = accumulate(count for _, count in some)
    within = [each for each, total in zip(some, read, strict=True) if total <= MAX_EXAMPLES_READ] or some[:1]
    return [(trope_id, 1 / log2(1 + count)) for trope_id, count in within]
