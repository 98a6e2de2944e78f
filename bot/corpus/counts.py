"""Count the examples of a scope."""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from bot.corpus import queries
from bot.corpus.catalogue import counts_from_rows
from bot.corpus.scope import Scope
from bot.corpus.works import WorkCorpus


class CountedCorpus(WorkCorpus):
    """The part of the corpus that counts."""

    async def count(self, scope: Scope) -> int:
        """Count a scope's examples."""
        return sum((await self._count_by_medium(scope)).values())

    async def count_by_medium(self, scope: Scope) -> Mapping[str, int]:
        """Count a scope's examples by slug of their medium, without empty media."""
        return await self._cached(("counts by slug", scope), partial(self._load_counts_by_slug, scope))

    async def _load_counts_by_slug(self, scope: Scope) -> Mapping[str, int]:
        counts = await self._count_by_medium(scope)
        return {self._media[medium_id].slug: count for medium_id, count in counts.items() if medium_id in self._media}

    async def _count_by_medium(self, scope: Scope) -> Mapping[int, int]:
        load = partial(self._load_counts, scope)
        return await self._cached(("counts", scope), load)

    async def _load_counts(self, scope: Scope) -> Mapping[int, int]:
        """Count examples by medium id (0 for none), without empty media."""
        bound, media = self._bind(scope), self._medium_ids(scope)
        wanted = None if media is None else frozenset(media)
        totals: Counter[int] = Counter()
        for (medium_id, has_spoilers), count in (await self._load_cells(scope, bound)).items():
            if (wanted is None or medium_id in wanted) and has_spoilers <= scope.include_spoilers:
                totals[medium_id] += count
        if scope.excluded_works and scope.work_ref is None:
            totals.subtract(dict(await self._fetch_all(queries.COUNT_EXCLUDED_BY_MEDIUM, bound)))
        return +totals

    async def _load_cells(self, scope: Scope, bound: Mapping[str, Any]) -> Mapping[tuple[int, bool], int]:
        """Count the examples of a work, a trope or all tropes, whatever their medium."""
        if scope.work_ref is not None:
            return counts_from_rows(await self._fetch_all(queries.COUNT_BY_MEDIUM_OF_WORK, bound))
        if scope.trope is not None:
            trope_id = self._trope_id(scope.trope)
            if trope_id in self._excluded_trope_ids(scope):
                return {}
            return counts_from_rows(await self._fetch_all(queries.COUNT_BY_MEDIUM_OF_TROPE, (trope_id,)))
        if bound["excluded_tropes"] is None:
            return self._counts
        rows = await self._fetch_all(queries.COUNT_BY_MEDIUM_OF_EXCLUDED_TROPES, bound)
        return Counter(self._counts) - Counter(counts_from_rows(rows))
