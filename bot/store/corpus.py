"""The corpus as the bot reads it: a random example, a list, a search, one by its number, what a trope is."""

import json
import random
from array import array
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple, overload

from bot.model import Entry, Example, Group, Medium, Overview, Trope, Work, fold, token_of
from bot.store import queries, titles
from bot.store.codec import decode_parts, decode_trope
from bot.store.media import MediaDirectory
from bot.store.readers import Readers, open_readers
from bot.store.titles import Title
from bot.store.words import fts_query

MARK_BITS = 60
_MARKS_KEPT = 250_000  # 2 MB
_PARTS_KEPT = 500

MAX_TEXT = 4000
DAMAGED = "Nothing in it is lost: remove it and start again, and it is made anew from the page sources."


@dataclass(frozen=True, slots=True)
class Scope:
    """Which examples are meant.

    Attributes:
        trope: The trope's name, or None for all tropes.
        media: Slugs of media, or None for all, those of no medium included.
        work: The token of a work's title, or None for all.
        spoilers: Whether examples that hide something are among them.
        but_media: Slugs of media whose examples are left out.
        but_works: Tokens of works whose examples are left out.
    """

    trope: str | None = None
    media: tuple[str, ...] | None = None
    work: str | None = None
    spoilers: bool = True
    but_media: frozenset[str] = frozenset()
    but_works: frozenset[str] = frozenset()

    @property
    def by_work(self) -> bool:
        """Whether it takes a look at each example's works to tell what is in it."""
        return self.work is not None or bool(self.but_works)


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

    def __init__(self, readers: Readers) -> None:
        """Takes what reads the database."""
        self._rows = readers.rows
        self._tropes: dict[int, Trope] = {}
        self._tokens: dict[str, Trope] = {}
        self._media: dict[int, Medium] = {}
        self._shelves: list[_Shelf] = []
        self._marks: dict[tuple[Scope, int, int], array[int]] = {}
        self.media = MediaDirectory(())

    async def refresh(self) -> None:
        """Reads anew what is kept in memory."""
        self._tropes = {i: Trope(name, title) for i, name, title in await self._rows(queries.TROPES)}
        self._tokens = {trope.token: trope for trope in self._tropes.values()}
        self._media = {row[0]: _medium(row) for row in await self._rows(queries.MEDIA)}
        self._shelves = [_Shelf(*row) for row in await self._rows(queries.SHELVES)]
        self.media = MediaDirectory(self._media.values())
        self._marks.clear()

    async def digest(self) -> str:
        """Returns 32 hexadecimal digits made from what was loaded: the same for the same pages, tables and reader."""
        rows = await self._rows(queries.FINGERPRINTS)
        return blake2b(json.dumps(rows).encode(), digest_size=16).hexdigest()

    # --- tropes and works

    @property
    def tropes(self) -> Sequence[Trope]:
        """All tropes by title, without their descriptions."""
        return tuple(self._tropes.values())

    def trope_of(self, token: str) -> Trope | None:
        """Returns the trope of a token without its description, or None."""
        return self._tokens.get(token)

    def trope_called(self, typed: str) -> Trope | None:
        """Returns the trope that a token, a page's name or a title names, without its description, or None."""
        folded = fold(typed)
        named = (trope for trope in self.tropes if folded in (trope.name.casefold(), fold(trope.title)))
        return self.trope_of(typed) or next(named, None)

    async def overview(self, scope: Scope) -> Overview | None:
        """Returns a scope's trope, and the scope's examples counted by medium, the largest first; or None."""
        rows = [row for i in self._ids(scope.trope) for row in await self._rows(queries.TROPE, (i,))]
        if scope.trope is None or not rows:
            return None
        *trope, loaded_at = rows[0]
        counts = [(m, await self.total(replace(scope, media=(m.slug,)))) for m in self._media.values()]
        counted = tuple(sorted(((m, count) for m, count in counts if count), key=lambda row: -row[1]))
        total = await self.total(scope)
        return Overview(decode_trope(*trope), counted, total, datetime.fromtimestamp(loaded_at, UTC))

    async def tropes_like(self, typed: str, most: int) -> list[Trope]:
        """Returns the tropes to offer for a title that is being typed, best first."""
        found = await titles.matching(self._rows, titles.TROPES, typed, {}, most)
        named = {trope.name: trope for trope in self._tropes.values()}
        return [named[title.token] for title in found if title.token in named]

    async def works_like(self, typed: str, trope: str | None, most: int) -> list[Title]:
        """Returns the works to offer for a title that is being typed, best first, from one trope's page or all."""
        return await titles.matching(self._rows, titles.WORKS, typed, {"tropes": json.dumps(self._ids(trope))}, most)

    async def work_titles(self, tokens: Iterable[str]) -> dict[str, str]:
        """Returns the titles of works by the tokens that stand for them; an unknown token has none."""
        return dict(await self._rows(queries.WORK_TITLES, (json.dumps(list(tokens)),)))

    async def work_title(self, token: str) -> str | None:
        """Returns the title of the works that a token stands for, or None."""
        return (await self.work_titles([token])).get(token)

    async def work_called(self, typed: str) -> Title | None:
        """Returns the work that a token or a title names, or None."""
        tokens = typed, token_of(typed)
        known = await self.work_titles(tokens)
        return next((Title(known[token], token) for token in tokens if token in known), None)

    # --- examples

    def count(self, scope: Scope) -> int:
        """Returns how many examples a scope holds; works are left out of account."""
        return sum(shelf.examples for shelf in self._in(scope))

    async def total(self, scope: Scope) -> int:
        """Returns how many examples a scope holds, works taken into account."""
        if not scope.by_work:
            return self.count(scope)
        [(total,)] = await self._rows(queries.COUNT, self._parameters(scope))
        return int(total)

    async def random(self, scope: Scope) -> Entry | None:
        """Returns an example of the scope, each as likely as any other; None if there is none."""
        total = await self.total(scope)
        return await self.at(scope, random.randrange(total)) if total else None  # noqa: S311 - a pastime, no secret

    async def at(self, scope: Scope, position: int) -> Entry | None:
        """Returns the example at a position (0…count - 1) of the scope; the same one as long as the corpus is."""
        if scope.by_work:
            entries = (await self.listing(scope, position + 1, 1)).entries
            return entries[0] if entries else None
        for shelf in self._in(scope):
            if position < shelf.examples:
                rows = await self._rows(queries.AT_PLACE, (*shelf[:3], position))
                return self._entry(rows[0]) if rows else None
            position -= shelf.examples
        return None

    async def by_number(self, trope: str, number: int) -> Entry | None:
        """Returns the example of that number (1…n) on a trope's page, or None."""
        rows = [row for i in self._ids(trope) for row in await self._rows(queries.BY_NUMBER, (i, number))]
        return self._entry(rows[0]) if rows else None

    async def by_reference(self, reference: str) -> Entry | None:
        """Returns the example that `Entry.reference` names, or None; any text may be given."""
        token, _, number = reference.partition("/")
        trope = self.trope_of(token)
        valid = number.isascii() and number.isdecimal() and len(number) < 9
        return await self.by_number(trope.name, int(number)) if trope and valid else None

    async def by_mark(self, mark: int) -> Entry | None:
        """Returns the example that `mark_of` gives that mark, or None."""
        rows = await self._rows(queries.BY_MARK, (mark,))
        return self._entry(rows[0]) if rows else None

    async def marks(self, scope: Scope, bits: int = 0, part: int = 0) -> Sequence[int]:
        """Returns the marks of a scope's examples, or of one of the 2^bits parts that the marks' first bits make.

        What was asked for lately is kept in memory.
        """
        asked = (scope, bits, part)
        marks = self._marks.pop(asked, None)
        if marks is None:
            bounds = {"low": part << MARK_BITS - bits, "high": (part + 1 << MARK_BITS - bits) - 1}
            rows = await self._rows(_marks_query(scope), {**self._parameters(scope), **bounds})
            marks = array("q", [mark for (mark,) in rows])
            self._make_room(len(marks))
        self._marks[asked] = marks
        return marks

    async def examples_of(self, trope: str) -> AsyncIterator[Entry]:
        """Yields a trope's examples in page order."""
        for i in self._ids(trope):
            for row in await self._rows(queries.OF_TROPE, (i,)):
                yield self._entry(row)

    async def listing(self, scope: Scope, page: int, size: int) -> Listing:
        """Returns a page of a scope's examples in page order; a page out of range is the nearest one."""
        return await self._page(queries.LISTED, self._parameters(scope), await self.total(scope), page, size)

    async def search(self, words: str, scope: Scope, page: int, size: int, *, hidden: bool = False) -> Listing:
        """Returns a page of the examples that hold all words in clear, in their works or medium, best first.

        Where no example holds them as typed, words may be beginnings of longer ones. Nothing in `words` raises.

        Args:
            words: What a member typed.
            scope: Where to look.
            page: From 1; one out of range is the nearest.
            size: How many on a page.
            hidden: Whether hidden text is searched too; then only the member who asked may see the answer.
        """
        find, count = queries.SEARCH[hidden]
        for prefixes in (False, True):
            query = fts_query(words, prefixes=prefixes)
            if not query:
                break
            parameters = {**self._parameters(scope), "query": query}
            [(total,)] = await self._rows(count, parameters)
            if total:
                return await self._page(find, parameters, total, page, size)
        return Listing((), 0, 1, 1)

    async def near_words(self, word: str, most: int) -> list[str]:
        """Returns words that stand in clear text and look most like `word`, with the same first letter."""
        folded = "".join(filter(str.isalnum, word.casefold()))[:40]
        if not folded:
            return []
        bounds = {"first": folded[0], "shortest": len(folded) - 2, "longest": len(folded) + 2}
        terms = [term for (term,) in await self._rows(queries.NEAR_WORDS, bounds)]
        return get_close_matches(folded, terms, most, 0.7)

    async def rare_words(self, text: str, most: int) -> list[str]:
        """Returns words of a text that stand in clear text, the rarest first, without those of every fifth example."""
        words = json.dumps(fold(text[:MAX_TEXT]).split())
        parameters = {"words": words, "examples": self.count(Scope()), "most": most}
        return [term for (term,) in await self._rows(queries.RARE_WORDS, parameters)]

    async def frequent_words(self, typed: str, most: int) -> list[str]:
        """Returns frequent words of clear text that begin with what is typed."""
        parameters = {"typed": fold(typed), "examples": self.count(Scope()), "most": most}
        return [term for (term,) in await self._rows(queries.FREQUENT_WORDS, parameters)]

    # --- inside

    async def _page(self, statement: str, parameters: dict[str, Any], total: int, page: int, size: int) -> Listing:
        pages = max(1, -(-total // size))
        page = min(max(page, 1), pages)
        rows = await self._rows(statement, {**parameters, "size": size, "skip": (page - 1) * size})
        return Listing(tuple(self._entry(row) for row in rows), total, page, pages)

    def _make_room(self, wanted: int) -> None:
        kept = sum(map(len, self._marks.values()))
        while self._marks and (kept + wanted > _MARKS_KEPT or len(self._marks) >= _PARTS_KEPT):
            # The first is the one asked for longest ago: whatever is asked for goes to the end.
            kept -= len(self._marks.pop(next(iter(self._marks))))

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        trope_id, number, key, folder, medium_id, parts, works, more = row
        medium = self._media.get(medium_id)
        named = tuple([Work(page, title) for page, title in json.loads(works)])
        example = Example(number, key, folder, medium, named, decode_parts(parts))
        return Entry(self._tropes[trope_id], example, bool(more))

    def _ids(self, trope: str | None) -> list[int]:
        return [i for i, t in self._tropes.items() if trope is None or t.name.casefold() == trope.casefold()]

    @overload
    def _medium_ids(self, slugs: Collection[str]) -> list[int]: ...
    @overload
    def _medium_ids(self, slugs: Collection[str] | None) -> list[int] | None: ...
    def _medium_ids(self, slugs: Collection[str] | None) -> list[int] | None:
        return None if slugs is None else [i for i, medium in self._media.items() if medium.slug in slugs]

    def _in(self, scope: Scope) -> list[_Shelf]:
        tropes, media, but = (
            set(self._ids(scope.trope)),
            self._medium_ids(scope.media),
            self._medium_ids(scope.but_media),
        )
        return [
            shelf
            for shelf in self._shelves
            if shelf.trope_id in tropes
            and (media is None or shelf.medium_id in media)
            and shelf.medium_id not in but
            and shelf.hides <= scope.spoilers
        ]

    def _parameters(self, scope: Scope) -> dict[str, Any]:
        return {
            "tropes": json.dumps(self._ids(scope.trope)),
            "media": _list(self._medium_ids(scope.media)),
            "work": scope.work,
            "hides": int(scope.spoilers),
            "but_media": _list(self._medium_ids(scope.but_media) or None),
            "but_works": _list(sorted(scope.but_works) or None),
        }


def mark_of(trope: str, key: str) -> int:
    """Returns 60 bits that stand for the example of that key on a trope's page, the same in every corpus."""
    name = f"{trope.casefold()} {key}".encode("utf-8", "replace")
    return int.from_bytes(blake2b(name, digest_size=8).digest()) >> 64 - MARK_BITS


@asynccontextmanager
async def open_corpus(path: Path) -> AsyncIterator[Corpus]:
    """Opens the corpus for reading, for the time of the block.

    Raises:
        StoreError: It is missing or cannot be used; `bigrun load` makes it.
    """
    async with open_readers(path, damaged=DAMAGED) as readers:
        corpus = Corpus(readers)
        await corpus.refresh()
        yield corpus


def _list(values: Sequence[int] | Sequence[str] | None) -> str | None:
    return None if values is None else json.dumps(values)


def _marks_query(scope: Scope) -> str:
    if scope.by_work or scope.but_media:
        return queries.MARKS_OF_SOME
    if scope.trope is None:
        return queries.MARKS_OF_ALL if scope.media is None else queries.MARKS_OF_MEDIA
    return queries.MARKS_OF_TROPE if scope.media is None else queries.MARKS_OF_BOTH


def _medium(row: tuple[Any, ...]) -> Medium:
    _, slug, name, emoji, colour, words, group_slug, group_name, group_words, *group_look = row
    group = Group(group_slug, group_name, tuple(json.loads(group_words)), *group_look)
    return Medium(slug, name, group, tuple(json.loads(words)), emoji, colour)
