"""What is loaded: tropes, media and example counts, cached in memory, and what operators ask about them."""

import asyncio
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bot.corpus import queries
from bot.corpus.addresses import trope_name
from bot.corpus.codec import trope_from_json
from bot.corpus.media import MediaIndex
from bot.corpus.pages import missing_subpages
from bot.corpus.queries import FetchAll
from bot.corpus.rows import id_range
from bot.corpus.scope import Scope
from bot.corpus.titles import first_titles
from bot.model import Medium, MediumGroup, Trope, normalize_title

Counts = dict[tuple[int, bool], int]  # examples by medium id and by whether they have spoilers


class LoadedTrope(NamedTuple):
    """What an operator wants to know about a trope."""

    name: str
    title: str
    examples: int
    media: int
    pages: int
    loaded_at: datetime


class TropesById(Mapping[int, Trope]):
    """Tropes without descriptions. Each is made when it is asked for: a start must not make them all."""

    def __init__(self, names: Mapping[int, tuple[str, str]]) -> None:
        self._names = names  # with titles
        self._made: dict[int, Trope] = {}

    def __getitem__(self, trope_id: int) -> Trope:
        trope = self._made.get(trope_id)
        if trope is None:
            trope = self._made[trope_id] = Trope(*self._names[trope_id])
        return trope

    def __iter__(self) -> Iterator[int]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class TropesByKey(Mapping[str, Trope]):
    """The same tropes by another key, such as their refs."""

    def __init__(self, ids: Mapping[str, int], tropes: Mapping[int, Trope]) -> None:
        self._ids, self._tropes = ids, tropes

    def __getitem__(self, key: str) -> Trope:
        return self._tropes[self._ids[key]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


class Catalogue:
    """The tropes by title, without descriptions, and the media that have examples."""

    def __init__(self, fetch_all: FetchAll) -> None:
        self._fetch_all = fetch_all
        self.tropes: Collection[Trope] = ()
        self.media = MediaIndex(())
        self.other_media = MediaIndex(())  # those without examples
        self._tropes: Mapping[int, Trope] = {}
        self.tropes_by_ref: Mapping[str, Trope] = {}
        self._tropes_by_title: Mapping[str, Trope] = {}
        self._trope_ids: dict[str, int] = {}
        self._trope_order: dict[int, int] = {}  # places by title, by id
        self._trope_sizes: dict[int, int] = {}  # examples by id
        self._media: dict[int, Medium] = {}
        self._counts: Counts = {}

    async def reload(self) -> None:
        """Read the catalogue again."""
        rows = await self._fetch_all(queries.SELECT_TROPES)
        self._tropes = TropesById({trope_id: (name, title) for trope_id, name, _, title, *_ in rows})
        self.tropes = self._tropes.values()
        self._trope_order = {trope_id: place for place, trope_id in enumerate(self._tropes)}
        self.tropes_by_ref = TropesByKey({ref: trope_id for trope_id, _, ref, *_ in rows}, self._tropes)
        by_title = {normalized: trope_id for trope_id, *_, normalized, _ in reversed(rows)}
        self._tropes_by_title = TropesByKey(by_title, self._tropes)
        self._trope_ids = {name.casefold(): trope_id for trope_id, name, *_ in rows}
        self._trope_sizes = {row[0]: row[-1] for row in rows}
        # In a thread, since pages can have thousands of folders that name no known medium.
        self._media, self.media = await asyncio.to_thread(_read_media, await self._fetch_all(queries.SELECT_MEDIA))
        _, self.other_media = await asyncio.to_thread(_read_media, await self._fetch_all(queries.SELECT_OTHER_MEDIA))
        self._counts = counts_from_rows(await self._fetch_all(queries.COUNT_BY_MEDIUM))

    @property
    def example_count(self) -> int:
        """The number of examples."""
        return sum(self._counts.values())

    def find_trope(self, name: str) -> Trope | None:
        """Return the trope with that ref, page name, title or address, or None."""
        normalized = normalize_title(trope_name(name))
        trope_id = self._trope_ids.get(normalized)
        by_name = self._tropes_by_title.get(normalized) if trope_id is None else self._tropes[trope_id]
        return self.tropes_by_ref.get(name) or by_name

    async def whole_trope(self, trope: str) -> Trope:
        """Return a trope of the catalogue with its description, for exports."""
        [row] = await self._fetch_all(queries.SELECT_TROPE, (self._trope_id(trope),))
        return trope_from_json(*row)

    async def subpages(self, trope: str) -> list[str]:
        """Return the names of a trope's subpages: those loaded, then those that are listed only."""
        rows = await self._fetch_all(queries.SELECT_LISTED, self._id_range(trope))
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

    def _trope_id(self, trope: str) -> int | None:
        return self._trope_ids.get(trope.casefold())

    def _id_range(self, trope: str | None) -> tuple[int, int]:
        """Return the first and last id of a trope's examples, or of all. An unknown trope has none."""
        if trope is None:
            return 0, (1 << 63) - 1
        trope_id = self._trope_id(trope)
        return (0, -1) if trope_id is None else id_range(trope_id)

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

    def _excluded_trope_ids(self, scope: Scope) -> list[int]:
        """Return the ids of the tropes that a scope leaves out, if they are loaded."""
        loaded = [self.tropes_by_ref[ref] for ref in sorted(scope.excluded_tropes) if ref in self.tropes_by_ref]
        return [self._trope_ids[trope.name.casefold()] for trope in loaded]

    def _bind(self, scope: Scope) -> dict[str, Any]:
        low, high = self._id_range(scope.trope)
        media = self._medium_ids(scope)
        return {
            "low": low,
            "high": high,
            "media": None if media is None else json.dumps(media),
            "work_ref": scope.work_ref,
            "include_spoilers": scope.include_spoilers,
            "excluded_works": json.dumps(sorted(scope.excluded_works)) if scope.excluded_works else None,
            "excluded_tropes": json.dumps(excluded) if (excluded := self._excluded_trope_ids(scope)) else None,
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
