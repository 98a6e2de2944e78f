"""The corpus as the bot reads it: a random example, a list, a search, one by its number, what a trope is."""

import json
import random
from array import array
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from math import isqrt
from pathlib import Path
from typing import Any

from bot.cache import Kept
from bot.corpus import queries, suggestions
from bot.corpus.media import MediaDirectory
from bot.corpus.rows import MARK_BITS, MAX_EXAMPLES, NUMBER_BITS, decode, decode_parts, decode_trope, example_id
from bot.corpus.schema import DAMAGED
from bot.corpus.scope import Listing, Scope
from bot.corpus.search.engine import Search
from bot.corpus.suggestions import Title
from bot.database.batcher import Together
from bot.database.connections import Readers, open_readers, refuse_older
from bot.model import Entry, Example, Group, Medium, Overview, Trope, Work, fold, token_of

_MARKS_KEPT = 500_000  # 4 MB
_EXAMPLES_KEPT = 1_000  # some MB
_COUNTS_KEPT = 2_000
_OFFERS_KEPT = 1_000
_LISTINGS_KEPT = 1_000
_WINDOW_BITS = 7
_TRIES = 64
_NO_MEDIUM = 0

_Counts = dict[tuple[int, int], int]  # examples by medium and whether they hide something


class Corpus:
    """Reads the corpus; made by `open_corpus`. What is small (tropes' titles, media, counts) is kept in memory."""

    def __init__(self, readers: Readers) -> None:
        """Takes what reads the database."""
        self._rows = readers.rows
        self._tropes: dict[int, Trope] = {}
        self._by_title: tuple[Trope, ...] = ()
        self._tokens: dict[str, Trope] = {}
        self._ids: dict[str, int] = {}
        self._titles: dict[str, Trope] = {}
        self._media: dict[int, Medium] = {}
        self._counts: _Counts = {}
        self._counts_of_trope: Kept[int, _Counts] = Kept(_COUNTS_KEPT)
        self._totals: Kept[Scope, int] = Kept(_COUNTS_KEPT)
        self._marks: Kept[tuple[Scope, int, int], array[int]] = Kept(_MARKS_KEPT, lambda marks: len(marks) + 64)
        # Examples never change while a corpus is served: those drawn by their marks, others by their ids.
        self._drawn: Kept[int, Entry] = Kept(_EXAMPLES_KEPT)
        self._examples: Kept[int, Entry] = Kept(_EXAMPLES_KEPT)
        self._by_mark: Together[int, Entry | None] = Together(self._read_by_mark)
        self._listings: Kept[tuple[Scope, int, int], list[int]] = Kept(_LISTINGS_KEPT)
        # What is offered while members type: the same beginnings come again and again.
        self._offers: Kept[tuple[str, str, str | None, int], list[Any]] = Kept(_OFFERS_KEPT)
        self._search = Search(self._rows, self._id)
        self.media = MediaDirectory(())

    async def refresh(self) -> None:
        """Reads anew what is kept in memory."""
        rows = await self._rows(queries.TROPES)
        self._tropes = {i: Trope(name, title) for i, name, title, _ in rows}
        self._by_title = tuple(self._tropes.values())
        self._tokens = {trope.token: trope for trope in self._tropes.values()}
        self._ids = {name.casefold(): i for i, name, _, _ in rows}
        self._titles = {folded: self._tropes[i] for i, _, _, folded in reversed(rows)}
        self._media = {row[0]: _medium(row) for row in await self._rows(queries.MEDIA)}
        self._counts = {(medium, hides): count for medium, hides, count in await self._rows(queries.SHELVES)}
        self.media = MediaDirectory(self._media.values())
        await self._search.refresh(self.size)
        for kept in (
            self._counts_of_trope,
            self._totals,
            self._marks,
            self._drawn,
            self._examples,
            self._offers,
            self._listings,
        ):
            kept.clear()

    async def digest(self) -> str:
        """Returns 32 hexadecimal digits made from what was loaded: the same for the same pages, tables and reader."""
        rows = await self._rows(queries.FINGERPRINTS)
        return blake2b(json.dumps(rows).encode(), digest_size=16).hexdigest()

    @property
    def size(self) -> int:
        """How many examples it holds."""
        return sum(self._counts.values())

    # --- tropes and works

    @property
    def tropes(self) -> Sequence[Trope]:
        """All tropes by title, without their descriptions."""
        return self._by_title

    def trope_of(self, token: str) -> Trope | None:
        """Returns the trope of a token without its description, or None."""
        return self._tokens.get(token)

    def trope_called(self, typed: str) -> Trope | None:
        """Returns the trope that a token, a page's name or a title names, without its description, or None."""
        folded = fold(typed)
        by_name = self._ids.get(folded)
        return self.trope_of(typed) or (self._tropes[by_name] if by_name else self._titles.get(folded))

    async def overview(self, scope: Scope) -> Overview | None:
        """Returns a scope's trope, and the scope's examples counted by medium, the largest first; or None."""
        trope_id = self._id(scope.trope) if scope.trope is not None else None
        if trope_id is None:
            return None
        [(*trope, loaded_at)] = await self._rows(queries.TROPE, (trope_id,))
        counts = [(m, await self.total(replace(scope, media=(m.slug,)))) for m in self._media.values()]
        counted = tuple(sorted(((m, count) for m, count in counts if count), key=lambda row: -row[1]))
        total = await self.total(scope)
        return Overview(decode_trope(*trope), counted, total, datetime.fromtimestamp(loaded_at, UTC))

    async def tropes_like(self, typed: str, most: int) -> list[Trope]:
        """Returns the tropes to offer for a title that is being typed, best first."""
        found = await suggestions.matching(self._rows, suggestions.TROPES, typed, {}, most)
        named = [self._id(title.token) for title in found]
        return [self._tropes[i] for i in named if i is not None]

    async def works_like(self, typed: str, trope: str | None, most: int) -> list[Title]:
        """Returns the works to offer for a title that is being typed, best first, from one trope's page or all."""
        statements = suggestions.WORKS if trope is None else suggestions.WORKS_OF_TROPE
        scope = dict(zip(("low", "high"), self._range(trope), strict=True))
        find = partial(suggestions.matching, self._rows, statements, typed, scope, most)
        return await self._offers.of(("works", fold(typed), trope, most), find)

    async def work_titles(self, tokens: Iterable[str]) -> dict[str, str]:
        """Returns the titles of works by the tokens that stand for them; an unknown token has none."""
        return dict(await self._rows(queries.WORK_TITLES, (json.dumps(list(tokens)),)))

    async def work_title(self, token: str) -> str | None:
        """Returns the title of the works that a token stands for, or None."""
        return (await self.work_titles([token])).get(token)

    async def work_called(self, typed: str) -> Title | None:
        """Returns the work that a token or a title names, also one without its article; or None."""
        tokens = typed, token_of(typed), token_of(f"the {typed}"), token_of(f"a {typed}")
        known = await self.work_titles(tokens)
        return next((Title(known[token], token) for token in tokens if token in known), None)

    # --- examples

    async def total(self, scope: Scope) -> int:
        """Returns how many examples a scope holds."""
        return await self._totals.of(scope, partial(self._counted, scope))

    async def random(self, scope: Scope) -> Entry | None:
        """Returns an example of the scope, each as likely as any other; None if there is none."""
        total = await self.total(scope)
        bits = max(0, total.bit_length() - 1 - _WINDOW_BITS)
        expected = total >> bits
        # Of a random part a random place: places that the part does not have are drawn again, so that an example of a
        # large part is as likely as one of a small part. Marks are hashes: parts differ by little.
        places = expected + 8 * isqrt(expected) if bits else total
        for _ in range(_TRIES if total else 0):
            marks = await self.marks(scope, bits, random.getrandbits(bits))
            place = random.randrange(places)  # noqa: S311
            if place < len(marks):
                return await self.by_mark(marks[place])
        return None

    async def by_number(self, trope: str, number: int) -> Entry | None:
        """Returns the example of that number (1…n) on a trope's page, or None."""
        trope_id = self._id(trope)
        if trope_id is None or not 0 < number <= MAX_EXAMPLES:
            return None
        entries = await self._entries([example_id(trope_id, number)])
        return entries[0] if entries else None

    async def by_reference(self, reference: str) -> Entry | None:
        """Returns the example that `Entry.reference` names, or None; any text may be given."""
        token, _, number = reference.partition("/")
        trope = self.trope_of(token)
        valid = number.isascii() and number.isdecimal() and len(number) < 9
        return await self.by_number(trope.name, int(number)) if trope and valid else None

    async def by_mark(self, mark: int) -> Entry | None:
        """Returns the example that `mark_of` gives that mark, or None."""
        return self._drawn.get(mark) or await self._by_mark.ask(mark)

    async def marks(self, scope: Scope, bits: int = 0, part: int = 0) -> Sequence[int]:
        """Returns the marks of a scope's examples, or of one of the 2^bits parts that the marks' first bits make.

        What was asked for lately is kept in memory.
        """
        return await self._marks.of((scope, bits, part), partial(self._read_marks, scope, bits, part))

    async def examples_of(self, trope: str) -> AsyncIterator[Entry]:
        """Yields a trope's examples in page order."""
        for row in await self._rows(queries.OF_TROPE, self._range(trope)):
            yield self._entry(row)

    async def listing(self, scope: Scope, page: int, size: int) -> Listing:
        """Returns a page of a scope's examples; a page out of range is the nearest one.

        They come in page order, trope by trope; those of several media of all tropes medium by medium.
        """
        total = await self.total(scope)
        pages = max(1, -(-total // size))
        page = min(max(page, 1), pages)
        find = partial(self._listed, scope, (page - 1) * size, size)
        ids = await self._listings.of((scope, page, size), find) if total else []
        return Listing(tuple(await self._entries(ids)), total, page, pages)

    async def search(self, words: str, scope: Scope, page: int, size: int, *, hidden: bool = False) -> Listing:
        """Returns a page of the examples that hold all words in clear, in their works or medium, best first.

        Where no example holds them as typed, words may be beginnings of longer ones. Nothing in `words` raises.
        More than a thousand are not counted and not listed.

        Args:
            words: What a member typed.
            scope: Where to look.
            page: From 1; one out of range is the nearest.
            size: How many on a page.
            hidden: Whether hidden text is searched too; then only the member who asked may see the answer.
        """
        found = await self._search.find(words, scope, hidden=hidden)
        pages = max(1, -(-len(found.ids) // size))
        page = min(max(page, 1), pages)
        entries = await self._entries(found.ids[(page - 1) * size : page * size])
        return Listing(tuple(entries), len(found.ids), page, pages, found.more)

    async def near_words(self, word: str, most: int) -> list[str]:
        """Returns words that stand in clear text and look most like `word`, with the same first letter."""
        asked = ("near", fold(word), None, most)
        return await self._offers.of(asked, partial(suggestions.near_words, self._rows, word, most))

    async def rare_words(self, text: str, most: int) -> list[str]:
        """Returns words of a text that stand in clear text, the rarest first, without those of every fifth example."""
        return await suggestions.rare_words(self._rows, text, self.size, most)

    async def frequent_words(self, typed: str, most: int) -> list[str]:
        """Returns frequent words of clear text that begin with what is typed."""
        asked = ("words", fold(typed), None, most)
        return await self._offers.of(asked, partial(suggestions.frequent_words, self._rows, typed, self.size, most))

    # --- inside

    async def _read_marks(self, scope: Scope, bits: int, part: int) -> "array[int]":
        bounds = {"first": part << MARK_BITS - bits, "last": (part + 1 << MARK_BITS - bits) - 1}
        rows = await self._rows(_marks_query(scope), {**self._parameters(scope), **bounds})
        return array("q", [mark for (mark,) in rows])

    async def _read_by_mark(self, take: Callable[[], list[int]]) -> list[Entry | None]:
        marks = take()
        rows = await self._rows(queries.BY_MARKS, (json.dumps(marks),))
        entries = {row[4]: self._entry(row) for row in rows}
        if self.size <= _EXAMPLES_KEPT:  # of more, none is drawn again soon
            for mark, entry in entries.items():
                self._drawn[mark] = entry
        return [entries.get(mark) for mark in marks]

    async def _entries(self, ids: Sequence[int]) -> list[Entry]:
        """Returns the examples of those ids, in their order; one that is there no more is left out."""
        found = {i: kept for i in ids if (kept := self._examples.get(i))}
        missing = [i for i in ids if i not in found]
        if missing:
            for row in await self._rows(queries.BY_IDS, (json.dumps(missing),)):
                found[row[0]] = self._examples[row[0]] = self._entry(row)
        return [found[i] for i in ids if i in found]

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        identity, key, folder, medium_id, _, works, more, parts = row
        named = tuple([Work(page, title) for page, title in decode(works)])
        number = identity & MAX_EXAMPLES
        example = Example(number, key, folder, self._media.get(medium_id), named, decode_parts(parts))
        return Entry(self._tropes[identity >> NUMBER_BITS], example, bool(more))

    async def _counted(self, scope: Scope) -> int:
        low, high = self._range(scope.trope)
        if high < low:
            return 0
        if scope.work is not None:
            [(total,)] = await self._rows(queries.COUNT_OF_WORK, self._parameters(scope))
        else:
            total = sum(self._in(await self._counts_of(scope.trope), scope))
        if scope.but_works:
            [(other,)] = await self._rows(queries.COUNT_OF_OTHER_WORKS, self._parameters(scope))
            total -= other
        return int(total)

    async def _counts_of(self, trope: str | None) -> _Counts:
        if trope is None:
            return self._counts
        trope_id = self._ids[trope.casefold()]
        return await self._counts_of_trope.of(trope_id, partial(self._read_counts, trope_id))

    async def _read_counts(self, trope_id: int) -> _Counts:
        rows = await self._rows(queries.SHELVES_OF_TROPE, (trope_id,))
        return {(medium, hides): count for medium, hides, count in rows}

    def _in(self, counts: _Counts, scope: Scope) -> Iterable[int]:
        media, but = self._medium_ids(scope.media), self._medium_ids(scope.but_media) or []
        for (medium, hides), count in counts.items():
            if (media is None or medium in media) and medium not in but and hides <= scope.spoilers:
                yield count

    async def _listed(self, scope: Scope, skip: int, size: int) -> list[int]:
        parameters = self._parameters(scope)
        media = self._medium_ids(scope.media)
        if scope.work is not None or scope.trope is not None or media is None:
            statement = queries.LISTED if scope.work is None else queries.LISTED_OF_WORK
            return [i for (i,) in await self._rows(statement, {**parameters, "skip": skip, "size": size})]
        ids: list[int] = []
        for medium in media:
            total = await self.total(replace(scope, media=(self._media[medium].slug,)))
            if skip < total and len(ids) < size:
                page = {"medium": medium, "skip": skip, "size": size - len(ids)}
                ids += [i for (i,) in await self._rows(queries.LISTED_OF_MEDIUM, {**parameters, **page})]
            skip = max(0, skip - total)
        return ids

    def _id(self, trope: str) -> int | None:
        return self._ids.get(trope.casefold())

    def _range(self, trope: str | None) -> tuple[int, int]:
        """Returns the first and the last id of a trope's examples, or of all; of a trope that is not there, none."""
        if trope is None:
            return 0, (1 << 63) - 1
        trope_id = self._id(trope)
        return (0, -1) if trope_id is None else (example_id(trope_id, 0), example_id(trope_id, MAX_EXAMPLES))

    def _medium_ids(self, slugs: Collection[str] | None) -> list[int] | None:
        return None if slugs is None else [i for i, medium in self._media.items() if medium.slug in slugs]

    def _parameters(self, scope: Scope) -> dict[str, Any]:
        low, high = self._range(scope.trope)
        return {
            "low": low,
            "high": high,
            "media": _list(self._medium_ids(scope.media)),
            "work": scope.work,
            "hides": int(scope.spoilers),
            "but_media": _list(self._medium_ids(scope.but_media) or None),
            "but_works": _list(sorted(scope.but_works) or None),
        }


@asynccontextmanager
async def open_corpus(path: Path) -> AsyncIterator[Corpus]:
    """Opens the corpus for reading, for the time of the block.

    Raises:
        StoreError: It is missing, cannot be used, or an older version made it; `bigrun load` makes it.
    """
    async with open_readers(path, damaged=DAMAGED) as readers:
        [(version,)] = await readers.rows("PRAGMA user_version")
        refuse_older(version, path, "corpus")
        corpus = Corpus(readers)
        await corpus.refresh()
        yield corpus


def _list(values: Sequence[int] | Sequence[str] | None) -> str | None:
    return None if values is None else json.dumps(values)


def _marks_query(scope: Scope) -> str:
    if scope.work is not None:
        return queries.MARKS_OF_WORK
    if scope.trope is not None:
        return queries.MARKS_OF_TROPE
    if scope.but_media or scope.but_works:
        return queries.MARKS_OF_SOME
    return queries.MARKS if scope.media is None else queries.MARKS_OF_MEDIA


def _medium(row: tuple[Any, ...]) -> Medium:
    _, slug, name, emoji, colour, words, group_slug, group_name, group_words, *group_look = row
    group = Group(group_slug, group_name, tuple(json.loads(group_words)), *group_look)
    return Medium(slug, name, group, tuple(json.loads(words)), emoji, colour)
