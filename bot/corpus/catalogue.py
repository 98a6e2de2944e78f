"""What is loaded: tropes, media and example counts, and what operators ask about them."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from bot.corpus import queries
from bot.corpus.codec import trope_from_json
from bot.corpus.media import MediaIndex
from bot.corpus.pages import missing_subpages
from bot.corpus.queries import FetchAll
from bot.corpus.scope import Scope
from bot.corpus.titles import first_titles
from bot.corpus.tropes import TropeCatalogue
from bot.model import Medium, MediumGroup, Trope

Counts = dict[tuple[int, bool], int]  # examples by medium id and by whether they have spoilers


class LoadedTrope(NamedTuple):
    """What an operator wants to know about a trope."""

    name: str
    title: str
    examples: int
    media: int
    pages: int
    loaded_at: datetime


class Catalogue(TropeCatalogue):
    """The tropes, the media that have examples, and how many each scope has."""

    def __init__(self, fetch_all: FetchAll) -> None:
        super().__init__(fetch_all)
        self.media = MediaIndex(())
        self.other_media = MediaIndex(())  # those without examples
        self._media: dict[int, Medium] = {}
        self._counts: Counts = {}

    async def reload(self) -> None:
        """Read the catalogue again and clear the cache."""
        # In a thread, since pages can have thousands of folders that name no known medium.
        self._media, self.media = await asyncio.to_thread(_read_media, await self._fetch_all(queries.SELECT_MEDIA))
        _, self.other_media = await asyncio.to_thread(_read_media, await self._fetch_all(queries.SELECT_OTHER_MEDIA))
        self._counts = counts_from_rows(await self._fetch_all(queries.COUNT_BY_MEDIUM))
        await super().reload()

    @property
    def example_count(self) -> int:
        """The number of examples."""
        return sum(self._counts.values())

    async def whole_trope(self, trope: str) -> Trope:
        """Return a trope of the catalogue with its description, for exports."""
        [row] = await self._fetch_all(queries.SELECT_TROPE, (await self._trope_id(trope),))
        return trope_from_json(*row)

    async def subpages(self, trope: str) -> list[str]:
        """Return the names of a trope's subpages: those loaded, then those that are listed only."""
        rows = await self._fetch_all(queries.SELECT_LISTED, await self._id_range(trope))
        names = [name for name, _ in rows]
        listed = [each for _, listed_json in rows for each in json.loads(listed_json)]
        return [*[name for name in names if "/" in name], *missing_subpages(names, listed)]

    async def loaded_tropes(self) -> list[LoadedTrope]:
        """Return all tropes by name, for operators."""
        return [
            LoadedTrope(name, title, examples, media, pages, datetime.fromtimestamp(loaded_at, UTC))
            for name, title, examples, media, pages, loaded_at in await self._fetch_all(queries.SELECT_LOADED)
        ]

    async def learned_titles(self) -> dict[str, str]:
        """Return the titles that pages register, by page."""
        return first_titles(await self._fetch_all(queries.SELECT_LEARNED_TITLES))

    # --- counts

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
        return await self._cached(("counts", scope), partial(self._load_counts, scope))

    async def _load_counts(self, scope: Scope) -> Mapping[int, int]:
        """Count examples by medium id (0 for none), without empty media."""
        bound, media = await self._bind(scope), self._medium_ids(scope)
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
            trope_id = await self._trope_id(scope.trope)
            if trope_id in await self._excluded_trope_ids(scope):
                return {}
            return counts_from_rows(await self._fetch_all(queries.COUNT_BY_MEDIUM_OF_TROPE, (trope_id,)))
        if bound["excluded_tropes"] is None:
            return self._counts
        rows = await self._fetch_all(queries.COUNT_BY_MEDIUM_OF_EXCLUDED_TROPES, bound)
        return Counter(self._counts) - Counter(counts_from_rows(rows))

    # --- what statements are bound to

    def _medium_ids(self, scope: Scope) -> list[int] | None:
        """Return the ids of the scope's media, with 0 for no medium, or None for all."""
        if scope.media is None and not scope.excluded_media:
            return None
        wanted = None if scope.media is None else frozenset(scope.media)
        ids = [
            medium_id
            for medium_id, medium in self._media.items()
            if medium.slug not in scope.excluded_media and (wanted is None or medium.slug in wanted)
        ]
        return [*ids, 0] if scope.media is None else ids

    async def _bind(self, scope: Scope) -> dict[str, Any]:
        low, high = await self._id_range(scope.trope)
        excluded = await self._excluded_trope_ids(scope)
        media = self._medium_ids(scope)
        return {
            "low": low,
            "high": high,
            "media": None if media is None else json.dumps(media),
            "work_ref": scope.work_ref,
            "include_spoilers": scope.include_spoilers,
            "excluded_works": json.dumps(sorted(scope.excluded_works)) if scope.excluded_works else None,
            "excluded_tropes": json.dumps(excluded) if excluded else None,
        }


def _read_media(rows: Sequence[tuple[Any, ...]]) -> tuple[dict[int, Medium], MediaIndex]:
    media = {row[0]: medium_from_row(row) for row in rows}
    return media, MediaIndex(media.values())


def counts_from_rows(rows: Sequence[tuple[int, int, int]]) -> Counts:
    """Return counts from rows of medium id, spoiler flag and count."""
    return {(medium_id, bool(has_spoilers)): count for medium_id, has_spoilers, count in rows}


def medium_from_row(row: tuple[Any, ...]) -> Medium:
    """Return the medium of a row of SELECT_MEDIA."""
    _, slug, name, emoji, colour, aliases, group_slug, group_name, group_aliases, *group_look = row
    group = MediumGroup(group_slug, group_name, tuple(json.loads(group_aliases)), *group_look)
    return Medium(slug, name, group, tuple(json.loads(aliases)), emoji, colour)
