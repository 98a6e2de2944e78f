"""The corpus as the bot reads it: a random example, a list, a search, one by its number, what a trope is."""

import json
import random
from array import array
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bot.cache import LruCache
from bot.corpus import queries, suggestions
from bot.corpus.media import MediaIndex
from bot.corpus.rows import (
    EXAMPLE_NUMBER_BITS,
    MAX_EXAMPLES_PER_PAGE,
    SHUFFLE_KEY_BITS,
    example_id,
    from_json,
    parts_from_json,
    trope_from_json,
)
from bot.corpus.schema import CORPUS
from bot.corpus.scope import ExamplePage, Scope
from bot.corpus.search.engine import SearchEngine
from bot.corpus.suggestions import TitleMatch
from bot.database.batcher import Batcher
from bot.database.connections import ReadPool, open_read_pool
from bot.model import Entry, Example, Medium, MediumGroup, Trope, TropeOverview, Work, normalize_title, work_ref

MAX_CACHED_KEYS = 500_000  # 4 MB
MAX_CACHED_EXAMPLES = 1_000  # some MB
MAX_CACHED_COUNTS = 2_000
MAX_CACHED_SUGGESTIONS = 1_000
MAX_CACHED_PAGES = 1_000
KEYS_AHEAD, MAX_KEYS_AHEAD = 128, 220  # of a range: expected, and eight standard deviations more
_MAX_KEY = (1 << SHUFFLE_KEY_BITS) - 1
_MAX_TRIES = 64
_NO_MEDIUM = 0

Counts = dict[tuple[int, int], int]  # examples by medium and whether they hide something


class Corpus:
    """Reads the corpus; made by `open_corpus`. What is small (tropes' titles, media, counts) is kept in memory."""

    def __init__(self, readers: ReadPool) -> None:
        """Takes what reads the database."""
        self._fetch_all = readers.fetch_all
        self._tropes: dict[int, Trope] = {}
        self._sorted_tropes: tuple[Trope, ...] = ()
        self._tropes_by_ref: dict[str, Trope] = {}
        self._trope_ids: dict[str, int] = {}
        self._tropes_by_title: dict[str, Trope] = {}
        self._media: dict[int, Medium] = {}
        self._counts_by_medium: Counts = {}
        self._counts_by_trope: LruCache[int, Counts] = LruCache(MAX_CACHED_COUNTS)
        self._counts_by_scope: LruCache[Scope, int] = LruCache(MAX_CACHED_COUNTS)
        # All keys of a scope that is not large, or the next keys after one of them.
        self._keys_by_scope: LruCache[tuple[Scope, int | None], array[int]] = LruCache(
            MAX_CACHED_KEYS, lambda keys: len(keys) + 64
        )
        # Examples never change while a corpus is served: those drawn by their marks, others by their ids.
        self._examples_by_key: LruCache[int, Entry] = LruCache(MAX_CACHED_EXAMPLES)
        self._examples_by_id: LruCache[int, Entry] = LruCache(MAX_CACHED_EXAMPLES)
        self._key_batcher: Batcher[int, Entry | None] = Batcher(self._load_by_key)
        self._page_ids: LruCache[tuple[Scope, int, int], list[int]] = LruCache(MAX_CACHED_PAGES)
        # What is offered while members type: the same beginnings come again and again.
        self._suggestions: LruCache[tuple[str, str, str | None, int], list[Any]] = LruCache(MAX_CACHED_SUGGESTIONS)
        self._engine = SearchEngine(self._fetch_all, self._trope_id)
        self.media = MediaIndex(())

    async def reload(self) -> None:
        """Reads anew what is kept in memory."""
        rows = await self._fetch_all(queries.SELECT_TROPES)
        self._tropes = {i: Trope(name, title) for i, name, title, _ in rows}
        self._sorted_tropes = tuple(self._tropes.values())
        self._tropes_by_ref = {trope.ref: trope for trope in self._tropes.values()}
        self._trope_ids = {name.casefold(): i for i, name, _, _ in rows}
        self._tropes_by_title = {normalized_title: self._tropes[i] for i, _, _, normalized_title in reversed(rows)}
        self._media = {row[0]: _medium_from_row(row) for row in await self._fetch_all(queries.SELECT_MEDIA)}
        self._counts_by_medium = {
            (medium, has_spoilers): count
            for medium, has_spoilers, count in await self._fetch_all(queries.COUNT_BY_MEDIUM)
        }
        self.media = MediaIndex(self._media.values())
        await self._engine.reload(self.example_count)
        for cache in (
            self._counts_by_trope,
            self._counts_by_scope,
            self._keys_by_scope,
            self._examples_by_key,
            self._examples_by_id,
            self._suggestions,
            self._page_ids,
        ):
            cache.clear()

    async def content_hash(self) -> str:
        """Returns 32 hexadecimal digits made from what was loaded: the same for the same pages, tables and reader."""
        rows = await self._fetch_all(queries.SELECT_FINGERPRINTS)
        return blake2b(json.dumps(rows).encode(), digest_size=16).hexdigest()

    @property
    def example_count(self) -> int:
        """How many examples it holds."""
        return sum(self._counts_by_medium.values())

    # --- tropes and works

    @property
    def tropes(self) -> Sequence[Trope]:
        """All tropes by title, without their descriptions."""
        return self._sorted_tropes

    def trope_by_ref(self, ref: str) -> Trope | None:
        """Returns the trope of a token without its description, or None."""
        return self._tropes_by_ref.get(ref)

    def find_trope(self, name: str) -> Trope | None:
        """Returns the trope that a token, a page's name or a title names, without its description, or None."""
        normalized = normalize_title(name)
        trope_id = self._trope_ids.get(normalized)
        return self.trope_by_ref(name) or (
            self._tropes[trope_id] if trope_id else self._tropes_by_title.get(normalized)
        )

    async def overview(self, scope: Scope) -> TropeOverview | None:
        """Returns a scope's trope, and the scope's examples counted by medium, the largest first; or None."""
        trope_id = self._trope_id(scope.trope) if scope.trope is not None else None
        if trope_id is None:
            return None
        [(*trope, loaded_at)] = await self._fetch_all(queries.SELECT_TROPE, (trope_id,))
        counts = [(m, await self.count(replace(scope, media=(m.slug,)))) for m in self._media.values()]
        medium_counts = tuple(sorted(((m, count) for m, count in counts if count), key=lambda row: -row[1]))
        total = await self.count(scope)
        return TropeOverview(trope_from_json(*trope), medium_counts, total, datetime.fromtimestamp(loaded_at, UTC))

    async def suggest_tropes(self, text: str, limit: int) -> list[Trope]:
        """Returns the tropes to offer for a title that is being typed, best first."""
        matches = await suggestions.suggest_titles(self._fetch_all, suggestions.TROPE_QUERIES, text, {}, limit)
        trope_ids = [self._trope_id(title.ref) for title in matches]
        return [self._tropes[i] for i in trope_ids if i is not None]

    async def suggest_works(self, text: str, trope: str | None, limit: int) -> list[TitleMatch]:
        """Returns the works to offer for a title that is being typed, best first, from one trope's page or all."""
        statements = suggestions.WORK_QUERIES if trope is None else suggestions.TROPE_WORK_QUERIES
        scope = dict(zip(("low", "high"), self._id_range(trope), strict=True))
        find = partial(suggestions.suggest_titles, self._fetch_all, statements, text, scope, limit)
        return await self._suggestions.get_or_load(("works", normalize_title(text), trope, limit), find)

    async def titles_by_ref(self, refs: Iterable[str]) -> dict[str, str]:
        """Returns the titles of works by the tokens that stand for them; an unknown token has none."""
        return dict(await self._fetch_all(queries.SELECT_WORK_TITLES, (json.dumps(list(refs)),)))

    async def work_title(self, token: str) -> str | None:
        """Returns the title of the works that a token stands for, or None."""
        return (await self.titles_by_ref([token])).get(token)

    async def find_work(self, name: str) -> TitleMatch | None:
        """Returns the work that a token or a title names, also one without its article; or None."""
        refs = name, work_ref(name), work_ref(f"the {name}"), work_ref(f"a {name}")
        titles_by_ref = await self.titles_by_ref(refs)
        return next((TitleMatch(titles_by_ref[ref], ref) for ref in refs if ref in titles_by_ref), None)

    # --- examples

    async def count(self, scope: Scope) -> int:
        """Returns how many examples a scope holds."""
        return await self._counts_by_scope.get_or_load(scope, partial(self._count, scope))

    async def random(self, scope: Scope) -> Entry | None:
        """Return an example of the scope, each as likely as any other; None if there is none."""
        key = await self.random_shuffle_key(scope)
        return None if key is None else await self.by_shuffle_key(key)

    async def by_number(self, trope: str, number: int) -> Entry | None:
        """Returns the example of that number (1…n) on a trope's page, or None."""
        trope_id = self._trope_id(trope)
        if trope_id is None or not 0 < number <= MAX_EXAMPLES_PER_PAGE:
            return None
        entries = await self._load_examples([example_id(trope_id, number)])
        return entries[0] if entries else None

    async def by_ref(self, ref: str) -> Entry | None:
        """Returns the example that `Entry.ref` names, or None; any text may be given."""
        trope_ref, _, number = ref.partition("/")
        trope = self.trope_by_ref(trope_ref)
        valid = number.isascii() and number.isdecimal() and len(number) < 9
        return await self.by_number(trope.name, int(number)) if trope and valid else None

    async def by_shuffle_key(self, key: int) -> Entry | None:
        """Returns the example that `shuffle_key` gives that mark, or None."""
        return self._examples_by_key.get(key) or await self._key_batcher.submit(key)

    async def shuffle_keys(self, scope: Scope) -> Sequence[int]:
        """Return the shuffle keys of all examples of a scope, for scopes that are not large."""
        return await self._keys_by_scope.get_or_load((scope, None), partial(self._load_keys, scope, 0, _MAX_KEY))

    async def next_shuffle_key(self, scope: Scope, after: int) -> int | None:
        """Return the scope's smallest shuffle key above `after`, or None if there is none."""
        keys = self._keys_by_scope.get((scope, after))
        if not keys:
            # Read some keys at once: the next draws of this audience need them.
            span = KEYS_AHEAD * _MAX_KEY // max(await self.count(scope), 1)
            for last in (after + span, _MAX_KEY):
                if keys := await self._load_keys(scope, after + 1, last):
                    break
        if not keys:
            return None
        self._keys_by_scope[scope, keys[0]] = keys[1:]
        return keys[0]

    async def random_shuffle_key(self, scope: Scope) -> int | None:
        """Return the shuffle key of an example of the scope, each as likely as any other; None if there is none."""
        total = await self.count(scope)
        if total <= MAX_KEYS_AHEAD:
            all_keys = await self.shuffle_keys(scope)
            return random.choice(all_keys) if all_keys else None  # noqa: S311
        # Each key is in a random range of keys equally often. Picking an index that the range may not have, and trying
        # again, makes a key of a full range as likely as one of an empty range.
        span = KEYS_AHEAD * _MAX_KEY // total
        for _ in range(_MAX_TRIES):
            first = random.randrange(-span, _MAX_KEY + 1)  # noqa: S311
            keys = await self._load_keys(scope, first, first + span)
            index = random.randrange(MAX_KEYS_AHEAD)  # noqa: S311
            if index < len(keys):
                self._keys_by_scope[scope, keys[index] - 1] = keys[index:]  # a shuffle that starts there needs them
                return keys[index]
        return None

    async def iter_examples(self, trope: str) -> AsyncIterator[Entry]:
        """Yields a trope's examples in page order."""
        for row in await self._fetch_all(queries.SELECT_OF_TROPE, self._id_range(trope)):
            yield self._decode_row(row)

    async def page(self, scope: Scope, number: int, size: int) -> ExamplePage:
        """Returns a page of a scope's examples; a page out of range is the nearest one.

        They come in page order, trope by trope; those of several media of all tropes medium by medium.
        """
        total = await self.count(scope)
        page_count = max(1, -(-total // size))
        number = min(max(number, 1), page_count)
        find = partial(self._list_ids, scope, (number - 1) * size, size)
        ids = await self._page_ids.get_or_load((scope, number, size), find) if total else []
        return ExamplePage(tuple(await self._load_examples(ids)), total, number, page_count)

    async def search(self, query: str, scope: Scope, number: int, size: int, *, hidden: bool = False) -> ExamplePage:
        """Returns a page of the examples that hold all words in clear, in their works or medium, best first.

        Where no example holds them as typed, words may be beginnings of longer ones. Nothing in `query` raises.
        More than a thousand are not counted and not listed.

        Args:
            query: What a member typed.
            scope: Where to look.
            number: From 1; one out of range is the nearest.
            size: How many on a page.
            hidden: Whether hidden text is searched too; then only the member who asked may see the answer.
        """
        hits = await self._engine.find(query, scope, hidden=hidden)
        page_count = max(1, -(-len(hits.ids) // size))
        number = min(max(number, 1), page_count)
        entries = await self._load_examples(hits.ids[(number - 1) * size : number * size])
        return ExamplePage(tuple(entries), len(hits.ids), number, page_count, hits.truncated)

    async def suggest_spellings(self, word: str, limit: int) -> list[str]:
        """Returns words that stand in clear text and look most like `word`, with the same first letter."""
        cache_key = ("near", normalize_title(word), None, limit)
        return await self._suggestions.get_or_load(
            cache_key, partial(suggestions.suggest_spellings, self._fetch_all, word, limit)
        )

    async def rarest_words(self, text: str, limit: int) -> list[str]:
        """Returns words of a text that stand in clear text, the rarest first, without those of every fifth example."""
        return await suggestions.rarest_words(self._fetch_all, text, self.example_count, limit)

    async def complete_word(self, prefix: str, limit: int) -> list[str]:
        """Returns frequent words of clear text that begin with what is typed."""
        cache_key = ("words", normalize_title(prefix), None, limit)
        return await self._suggestions.get_or_load(
            cache_key, partial(suggestions.complete_word, self._fetch_all, prefix, self.example_count, limit)
        )

    # --- inside

    async def _load_keys(self, scope: Scope, first: int, last: int) -> "array[int]":
        bounds = {"first": first, "last": min(last, _MAX_KEY)}
        rows = await self._fetch_all(_keys_query(scope), {**self._bind(scope), **bounds})
        return array("q", sorted([key for (key,) in rows]))

    async def _load_by_key(self, keys: list[int]) -> list[Entry | None]:
        rows = await self._fetch_all(queries.SELECT_BY_KEYS, (json.dumps(keys),))
        entries = {row[4]: self._decode_row(row) for row in rows}
        if self.example_count <= MAX_CACHED_EXAMPLES:  # of more, none is drawn again soon
            for key, entry in entries.items():
                self._examples_by_key[key] = entry
        return [entries.get(key) for key in keys]

    async def _load_examples(self, ids: Sequence[int]) -> list[Entry]:
        """Returns the examples of those ids, in their order; one that is there no more is left out."""
        found = {i: cached for i in ids if (cached := self._examples_by_id.get(i))}
        missing = [i for i in ids if i not in found]
        if missing:
            for row in await self._fetch_all(queries.SELECT_BY_IDS, (json.dumps(missing),)):
                found[row[0]] = self._examples_by_id[row[0]] = self._decode_row(row)
        return [found[i] for i in ids if i in found]

    def _decode_row(self, row: tuple[Any, ...]) -> Entry:
        row_id, key, folder, medium_id, _, works, work_has_more, parts = row
        work_list = tuple([Work(page, title) for page, title in from_json(works)])
        number = row_id & MAX_EXAMPLES_PER_PAGE
        example = Example(number, key, folder, self._media.get(medium_id), work_list, parts_from_json(parts))
        return Entry(self._tropes[row_id >> EXAMPLE_NUMBER_BITS], example, bool(work_has_more))

    async def _count(self, scope: Scope) -> int:
        low, high = self._id_range(scope.trope)
        if high < low:
            return 0
        if scope.work_ref is not None:
            [(total,)] = await self._fetch_all(queries.COUNT_OF_WORK, self._bind(scope))
        else:
            total = sum(self._counts_in_scope(await self._medium_counts(scope.trope), scope))
        if scope.excluded_works:
            [(excluded,)] = await self._fetch_all(queries.COUNT_EXCLUDED_WORKS, self._bind(scope))
            total -= excluded
        return int(total)

    async def _medium_counts(self, trope: str | None) -> Counts:
        if trope is None:
            return self._counts_by_medium
        trope_id = self._trope_ids[trope.casefold()]
        return await self._counts_by_trope.get_or_load(trope_id, partial(self._load_counts, trope_id))

    async def _load_counts(self, trope_id: int) -> Counts:
        rows = await self._fetch_all(queries.COUNT_BY_MEDIUM_OF_TROPE, (trope_id,))
        return {(medium, has_spoilers): count for medium, has_spoilers, count in rows}

    def _counts_in_scope(self, counts: Counts, scope: Scope) -> Iterable[int]:
        media, excluded = self._medium_ids(scope.media), self._medium_ids(scope.excluded_media) or []
        for (medium, has_spoilers), count in counts.items():
            if (media is None or medium in media) and medium not in excluded and has_spoilers <= scope.include_spoilers:
                yield count

    async def _list_ids(self, scope: Scope, skip: int, size: int) -> list[int]:
        parameters = self._bind(scope)
        media = self._medium_ids(scope.media)
        if scope.work_ref is not None or scope.trope is not None or media is None:
            statement = queries.SELECT_PAGE if scope.work_ref is None else queries.SELECT_PAGE_OF_WORK
            return [i for (i,) in await self._fetch_all(statement, {**parameters, "skip": skip, "size": size})]
        ids: list[int] = []
        for medium in media:
            total = await self.count(replace(scope, media=(self._media[medium].slug,)))
            if skip < total and len(ids) < size:
                bounds = {"medium": medium, "skip": skip, "size": size - len(ids)}
                ids += [i for (i,) in await self._fetch_all(queries.SELECT_PAGE_OF_MEDIUM, {**parameters, **bounds})]
            skip = max(0, skip - total)
        return ids

    def _trope_id(self, trope: str) -> int | None:
        return self._trope_ids.get(trope.casefold())

    def _id_range(self, trope: str | None) -> tuple[int, int]:
        """Returns the first and the last id of a trope's examples, or of all; of a trope that is not there, none."""
        if trope is None:
            return 0, (1 << 63) - 1
        trope_id = self._trope_id(trope)
        return (0, -1) if trope_id is None else (example_id(trope_id, 0), example_id(trope_id, MAX_EXAMPLES_PER_PAGE))

    def _medium_ids(self, slugs: Collection[str] | None) -> list[int] | None:
        return None if slugs is None else [i for i, medium in self._media.items() if medium.slug in slugs]

    def _bind(self, scope: Scope) -> dict[str, Any]:
        low, high = self._id_range(scope.trope)
        return {
            "low": low,
            "high": high,
            "media": _optional_json(self._medium_ids(scope.media)),
            "work": scope.work_ref,
            "hides": int(scope.include_spoilers),
            "but_media": _optional_json(self._medium_ids(scope.excluded_media) or None),
            "but_works": _optional_json(sorted(scope.excluded_works) or None),
        }


@asynccontextmanager
async def open_corpus(path: Path) -> AsyncIterator[Corpus]:
    """Opens the corpus for reading, for the time of the block.

    Raises:
        DatabaseError: It is missing, cannot be used, or an older version made it; `bigrun load` makes it.
    """
    async with open_read_pool(path, CORPUS) as readers:
        corpus = Corpus(readers)
        await corpus.reload()
        yield corpus


def _optional_json(values: Sequence[int] | Sequence[str] | None) -> str | None:
    return None if values is None else json.dumps(values)


def _keys_query(scope: Scope) -> str:
    if scope.work_ref is not None:
        return queries.SELECT_KEYS_OF_WORK
    if scope.trope is not None:
        return queries.SELECT_KEYS_OF_TROPE
    if scope.excluded_media or scope.excluded_works:
        return queries.SELECT_KEYS_IN_SCOPE
    return queries.SELECT_KEYS if scope.media is None else queries.SELECT_KEYS_OF_MEDIA


def _medium_from_row(row: tuple[Any, ...]) -> Medium:
    _, slug, name, emoji, colour, words, group_slug, group_name, group_words, *group_look = row
    group = MediumGroup(group_slug, group_name, tuple(json.loads(group_words)), *group_look)
    return Medium(slug, name, group, tuple(json.loads(words)), emoji, colour)
