"""The corpus as the bot reads it: a random example, a medium's examples, a search, one by its number."""

import json
import random
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import aiosqlite

from bot.model import Entry, Example, Group, Medium, Trope, Work
from bot.store.codec import decode_parts, decode_trope
from bot.store.database import reading, translated
from bot.store.media import MediaDirectory
from bot.store.words import fts_query

_EXAMPLE = """
    SELECT example.trope_id, example.number, example.key, example.folder, example.medium_id, example.parts,
        (SELECT json_group_array(json_array(page, title)) FROM (
            SELECT work.page, work.title FROM example_work JOIN work ON work.id = work_id
            WHERE example_id = example.id ORDER BY place
        )) AS works
    FROM example
"""
_AT_PLACE = _EXAMPLE + "WHERE trope_id = ? AND medium_id IS ? AND hides = ? AND place = ?"
_BY_NUMBER = _EXAMPLE + "WHERE trope_id = ? AND number = ?"
_OF_TROPE = _EXAMPLE + "WHERE trope_id = ? ORDER BY number"
_IN_SCOPE = """
    example.trope_id IN (SELECT value FROM json_each(:tropes))
    AND (:media IS NULL OR example.medium_id IN (SELECT value FROM json_each(:media)))
    AND example.hides <= :hides
"""
_LISTED = _EXAMPLE + f"WHERE {_IN_SCOPE} ORDER BY trope_id, number LIMIT :size OFFSET :skip"
# Weights of what an example says, the works it is about, and its medium's name.
_HITS = """
    WITH hit AS MATERIALIZED (
        SELECT rowid AS id, bm25(clear, 1.0, 4.0, 0.5) AS score FROM clear WHERE clear MATCH :query
    )
"""
_FOUND = _HITS + _EXAMPLE + f"JOIN hit USING (id) WHERE {_IN_SCOPE} ORDER BY score, id LIMIT :size OFFSET :skip"
_FOUND_COUNT = _HITS + f"SELECT count(*) FROM example JOIN hit USING (id) WHERE {_IN_SCOPE}"
_NEAR_WORDS = """
    SELECT term FROM clear_words
    WHERE term >= :first AND term < :first || char(0x10ffff) AND length(term) BETWEEN :shortest AND :longest
    ORDER BY doc DESC LIMIT 5000
"""
_TROPES = "SELECT id, name, title FROM trope ORDER BY title"
_TROPE = "SELECT name, title, page FROM trope WHERE id = ?"
_MEDIA = """
    SELECT id, slug, name, emoji, colour, words, group_slug, group_name, group_words FROM medium
    WHERE id IN (SELECT medium_id FROM example) ORDER BY name
"""
_SHELVES = "SELECT trope_id, medium_id, hides, count(*) FROM example GROUP BY trope_id, medium_id, hides"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which examples are meant.

    Attributes:
        trope: The trope's name, or None for all tropes.
        media: Slugs of media, or None for all, those of no medium included.
        spoilers: Whether examples that hide something are among them.
    """

    trope: str | None = None
    media: tuple[str, ...] | None = None
    spoilers: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a longer list.

    Attributes:
        entries: The examples on this page.
        total: How many there are on all pages.
        page: This page's number, from 1.
        pages: How many pages there are, at least 1.
    """

    entries: tuple[Entry, ...]
    total: int
    page: int
    pages: int


class _Shelf(NamedTuple):
    trope_id: int
    medium_id: int | None
    hides: int
    examples: int


class Corpus:
    """Reads the corpus; made by `open_corpus`. What is small (tropes' titles, media, counts) is kept in memory."""

    def __init__(self, connection: aiosqlite.Connection, path: Path) -> None:
        """Takes an open read-only connection; `path` is named in errors."""
        self._connection, self._path = connection, path
        self._tropes: dict[int, Trope] = {}
        self._tokens: dict[str, Trope] = {}
        self._media: dict[int, Medium] = {}
        self._shelves: list[_Shelf] = []
        self.media = MediaDirectory(())

    async def refresh(self) -> None:
        """Reads anew what is kept in memory."""
        self._tropes = {i: Trope(name, title) for i, name, title in await self._rows(_TROPES)}
        self._tokens = {trope.token: trope for trope in self._tropes.values()}
        self._media = {row[0]: _medium(row) for row in await self._rows(_MEDIA)}
        self._shelves = [_Shelf(*row) for row in await self._rows(_SHELVES)]
        self.media = MediaDirectory(self._media.values())

    @property
    def tropes(self) -> Sequence[Trope]:
        """All tropes by title, without their descriptions."""
        return tuple(self._tropes.values())

    def count(self, scope: Scope) -> int:
        """Returns how many examples a scope holds."""
        return sum(shelf.examples for shelf in self._in(scope))

    def trope_named(self, name: str) -> Trope | None:
        """Returns the trope of that name without its description, or None."""
        return next((trope for trope in self._tropes.values() if trope.name.casefold() == name.casefold()), None)

    async def describe(self, name: str) -> Trope | None:
        """Returns a trope with its description, or None."""
        rows = [row for i in self._ids(name) for row in await self._rows(_TROPE, (i,))]
        return decode_trope(*rows[0]) if rows else None

    async def random(self, scope: Scope) -> Entry | None:
        """Returns an example of the scope, each as likely as any other; None if there is none."""
        total = self.count(scope)
        return await self.at(scope, random.randrange(total)) if total else None  # noqa: S311 - a pastime, no secret

    async def at(self, scope: Scope, position: int) -> Entry | None:
        """Returns the example at a position (0…count - 1) of the scope; the same one as long as the corpus is."""
        for shelf in self._in(scope):
            if position < shelf.examples:
                rows = await self._rows(_AT_PLACE, (*shelf[:3], position))
                return self._entry(rows[0]) if rows else None
            position -= shelf.examples
        return None

    async def by_number(self, trope: str, number: int) -> Entry | None:
        """Returns the example of that number (1…n) on a trope's page, or None."""
        rows = [row for i in self._ids(trope) for row in await self._rows(_BY_NUMBER, (i, number))]
        return self._entry(rows[0]) if rows else None

    async def by_reference(self, reference: str) -> Entry | None:
        """Returns the example that `Entry.reference` names, or None; any text may be given."""
        token, _, number = reference.partition("/")
        trope = self.trope_of(token)
        valid = trope is not None and number.isascii() and number.isdecimal() and len(number) < 9
        return await self.by_number(trope.name, int(number)) if trope and valid else None

    def trope_of(self, token: str) -> Trope | None:
        """Returns the trope of a token without its description, or None."""
        return self._tokens.get(token)

    async def listing(self, scope: Scope, page: int, size: int) -> Listing:
        """Returns a page of a scope's examples in page order; a page out of range is the nearest one."""
        return await self._page(_LISTED, self._parameters(scope), self.count(scope), page, size)

    async def search(self, words: str, scope: Scope, page: int, size: int) -> Listing:
        """Returns a page of the examples whose clear text, works or medium hold all words, best first.

        Where no example holds them as typed, words may be beginnings of longer ones. Nothing in `words` raises.
        """
        for prefixes in (False, True):
            query = fts_query(words, prefixes=prefixes)
            if not query:
                break
            parameters = {**self._parameters(scope), "query": query}
            [(total,)] = await self._rows(_FOUND_COUNT, parameters)
            if total:
                return await self._page(_FOUND, parameters, total, page, size)
        return Listing((), 0, 1, 1)

    async def near_words(self, word: str, most: int) -> list[str]:
        """Returns words that stand in clear text and look most like `word`, with the same first letter."""
        folded = "".join(filter(str.isalnum, word.casefold()))[:40]
        if not folded:
            return []
        bounds = {"first": folded[0], "shortest": len(folded) - 2, "longest": len(folded) + 2}
        return get_close_matches(folded, [term for (term,) in await self._rows(_NEAR_WORDS, bounds)], most, 0.7)

    async def examples_of(self, trope: str) -> AsyncIterator[Entry]:
        """Yields a trope's examples in page order."""
        for i in self._ids(trope):
            for row in await self._rows(_OF_TROPE, (i,)):
                yield self._entry(row)

    async def _page(self, statement: str, parameters: dict[str, Any], total: int, page: int, size: int) -> Listing:
        pages = max(1, -(-total // size))
        page = min(max(page, 1), pages)
        rows = await self._rows(statement, {**parameters, "size": size, "skip": (page - 1) * size})
        return Listing(tuple(self._entry(row) for row in rows), total, page, pages)

    async def _rows(self, statement: str, parameters: Any = ()) -> list[Any]:
        with translated(self._path):
            return list(await self._connection.execute_fetchall(statement, parameters))

    def _entry(self, row: sqlite3.Row | tuple[Any, ...]) -> Entry:
        trope_id, number, key, folder, medium_id, parts, works = row
        medium = self._media.get(medium_id)
        named = tuple([Work(page, title) for page, title in json.loads(works)])
        return Entry(self._tropes[trope_id], Example(number, key, folder, medium, named, decode_parts(parts)))

    def _ids(self, trope: str | None) -> list[int]:
        return [i for i, t in self._tropes.items() if trope is None or t.name.casefold() == trope.casefold()]

    def _medium_ids(self, scope: Scope) -> list[int] | None:
        return None if scope.media is None else [i for i, medium in self._media.items() if medium.slug in scope.media]

    def _in(self, scope: Scope) -> list[_Shelf]:
        tropes, media = set(self._ids(scope.trope)), self._medium_ids(scope)
        return [
            shelf
            for shelf in self._shelves
            if shelf.trope_id in tropes
            and (media is None or shelf.medium_id in media)
            and shelf.hides <= scope.spoilers
        ]

    def _parameters(self, scope: Scope) -> dict[str, Any]:
        media = self._medium_ids(scope)
        return {
            "tropes": json.dumps(self._ids(scope.trope)),
            "media": None if media is None else json.dumps(media),
            "hides": int(scope.spoilers),
        }


@asynccontextmanager
async def open_corpus(path: Path) -> AsyncIterator[Corpus]:
    """Opens the corpus for reading, for the time of the block.

    Raises:
        StoreError: It is missing or cannot be used; `bigrun load` makes it.
    """
    async with reading(path) as connection:
        corpus = Corpus(connection, path)
        await corpus.refresh()
        yield corpus


def _medium(row: tuple[Any, ...]) -> Medium:
    _, slug, name, emoji, colour, words, group_slug, group_name, group_words = row
    group = Group(group_slug, group_name, tuple(json.loads(group_words)))
    return Medium(slug, name, group, tuple(json.loads(words)), emoji, colour)
