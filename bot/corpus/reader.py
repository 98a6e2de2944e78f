"""Read the corpus: random examples, lists, searches, suggestions, overviews."""

import json
import secrets
from array import array
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from sys import getsizeof
from typing import Any

from bot.cache import RecentKeys
from bot.corpus import example_pages, queries
from bot.corpus.codec import layout_from_json
from bot.corpus.generation import SELECT_GENERATION, Generation, read_generation
from bot.corpus.paging import Blocks, read_ids
from bot.corpus.queries import FetchAll
from bot.corpus.rows import EXAMPLE_NUMBER_BITS, MAX_EXAMPLES_PER_TROPE, example_id, id_range
from bot.corpus.sampling import (
    MAX_KEY,
    MAX_KEYS_AHEAD,
    MAX_TRIES,
    key_span,
    random_places,
    random_tries,
)
from bot.corpus.schema import CORPUS, require_corpus
from bot.corpus.scope import ExamplePage, Scope
from bot.corpus.search.engine import SearchEngine, SearchHits
from bot.corpus.stored import decode_entry, decode_whole
from bot.corpus.works import WorkCorpus
from bot.database.batcher import Batcher
from bot.database.connections import open_read_pool
from bot.database.file_identity import file_identity
from bot.database.snapshots import open_snapshot
from bot.model import Entry, Example, TropeOverview

READ_AHEAD = 2  # examples
FEW_SKIPPED = 1_000  # examples, which are skipped faster than counted


class Corpus(WorkCorpus):
    """The corpus for reading, opened by `open_corpus`."""

    def __init__(self, fetch_all: FetchAll) -> None:
        super().__init__(fetch_all)
        self._engine = SearchEngine(fetch_all, self._trope_id, self._excluded_trope_ids)
        # Concurrent requests share a query: the trip to SQLite's thread is most of its cost.
        self._by_shuffle_key: Batcher[int, Entry | None] = Batcher(self._load_by_shuffle_keys)
        self._reads_alone = False
        self._recent = RecentKeys()

    async def reload(self) -> None:
        """Read the catalogue and the statistics of search again, and clear the cache."""
        await super().reload()
        await self._engine.reload(self.example_count)

    async def content_hash(self) -> str:
        """Return 32 hexadecimal digits, the same for the same pages, tables and parser."""
        [(fingerprints,)] = await self._fetch_all(queries.SELECT_FINGERPRINTS)
        return blake2b(fingerprints.encode(), digest_size=16).hexdigest()

    async def overview(self, scope: Scope) -> TropeOverview | None:
        """Return the scope's trope with example counts, or None."""
        known = await self._trope(scope.trope) if scope.trope is not None else None
        if known is None:
            return None
        trope_id, trope, _ = known
        [(lines_json, missing_json)] = await self._fetch_all(queries.SELECT_SUMMARY, (trope_id,))
        names, loaded_at = zip(*await self._fetch_all(queries.SELECT_PAGES, id_range(trope_id)), strict=True)
        counts = await self._count_by_medium(replace(scope, media=None))
        by_medium = [(self._media[medium_id], count) for medium_id, count in counts.items() if medium_id in self._media]
        by_medium.sort(key=lambda row: (-row[1], row[0].name))
        missing_count, missing = json.loads(missing_json)
        return TropeOverview(
            trope,
            layout_from_json(lines_json),
            tuple(by_medium),
            await self.count(scope),
            datetime.fromtimestamp(max(loaded_at), UTC),
            subpages=tuple([name for name in names if "/" in name]),
            missing_subpages=tuple(missing),
            missing_count=missing_count,
        )

    # --- examples

    async def by_number(self, trope: str, number: int) -> Entry | None:
        """Return a trope's example by its number (from 1), or None."""
        trope_id = await self._trope_id(trope)
        if trope_id is None or not 0 < number <= MAX_EXAMPLES_PER_TROPE:
            return None
        return next(iter(await self._entries([example_id(trope_id, number)])), None)

    async def by_ref(self, ref: str) -> Entry | None:
        """Return the example with that `Entry.ref`, or None. Any text is allowed."""
        trope_ref, _, number = ref.partition("/")
        trope = await self.trope_by_ref(trope_ref)
        valid = number.isascii() and number.isdecimal() and len(number) < 9
        return await self.by_number(trope.name, int(number)) if trope and valid else None

    async def turn_to_page(self, entry: Entry, number: int) -> Entry:
        """Return an example at one of its pages, the nearest if `number` is out of range."""
        return await example_pages.turn_to_page(self._fetch_all, await self._example_id(entry), entry, number)

    async def turn_to_notes(self, entry: Entry) -> Entry:
        """Return an example whose lines, if it is long, are its notes."""
        return await example_pages.turn_to_notes(self._fetch_all, await self._example_id(entry), entry)

    async def turn_to_words(self, entry: Entry, words: Sequence[str]) -> Entry:
        """Return an example at the page that has most of some words in its visible text."""
        return await example_pages.turn_to_words(self._fetch_all, await self._example_id(entry), entry, words)

    async def source_line(self, entry: Entry) -> int:
        """Return where an example starts in its page's source, from 1, or 0 if another form of it was read."""
        return await example_pages.source_line(self._fetch_all, await self._example_id(entry), entry)

    async def is_about(self, entry: Entry, work_refs: Iterable[str]) -> bool:
        """Return whether an example is about one of some works."""
        parameters = await self._example_id(entry), json.dumps(list(work_refs))
        [(is_about,)] = await self._fetch_all(queries.IS_ABOUT_WORK, parameters)
        return bool(is_about)

    async def _example_id(self, entry: Entry) -> int:
        return example_id(await self._trope_id(entry.trope.name) or 0, entry.example.number)

    async def iter_examples(self, trope: str) -> AsyncIterator[Example]:
        """Yield a trope's examples in page order, whole."""
        for row in await self._fetch_all(queries.SELECT_WHOLE, await self._id_range(trope)):
            yield decode_whole(row, self._media)

    async def page(self, scope: Scope, number: int, size: int) -> ExamplePage:
        """Return a page of a scope's examples, the nearest if `number` is out of range.

        They are in page order, trope by trope. Those of several media of all tropes are sorted by medium first.
        """
        total = await self.count(scope)
        page_count = max(1, -(-total // size))
        number = min(max(number, 1), page_count)
        load = partial(self._load_page, scope, (number - 1) * size, size, total)
        ids = await self._cached(("page", scope, number, size), load) if total else []
        tropes = await self._cached(("tropes", scope), partial(self._count_tropes, scope)) if total else 0
        return ExamplePage(tuple(await self._entries(ids)), total, number, page_count, trope_count=tropes)

    async def _count_tropes(self, scope: Scope) -> int:
        if scope.trope is not None:
            return 1
        if scope.work_ref is not None:
            [(count,)] = await self._fetch_all(queries.COUNT_TROPES_OF_WORK, await self._bind(scope))
            return int(count)
        everywhere = self._medium_ids(scope) is None and scope.include_spoilers
        count = self.trope_count if everywhere else (await self._blocks(scope)).trope_count
        if scope.excluded_works or scope.excluded_tropes:
            [(left_out,)] = await self._fetch_all(queries.COUNT_TROPES_LEFT_OUT, await self._bind(scope))
            count -= int(left_out)
        return count

    async def _blocks(self, scope: Scope) -> Blocks:
        return await self._cached(("blocks", scope), partial(self._load_blocks, scope))

    async def _load_blocks(self, scope: Scope) -> Blocks:
        bound, media = await self._bind(scope), self._medium_ids(scope)
        media_json = json.dumps([*self._media, 0] if media is None else media)
        rows = await self._fetch_all(queries.SELECT_BLOCKS, bound | {"media": media_json})
        if not (scope.excluded_works or scope.excluded_tropes):
            return Blocks.of(rows)
        return Blocks.of(rows, await self._fetch_all(queries.SELECT_LEFT_OUT, bound))

    async def _load_page(self, scope: Scope, skip: int, size: int, total: int) -> list[int]:
        if scope.work_ref is not None or scope.trope is not None:
            statement = queries.SELECT_PAGE if scope.work_ref is None else queries.SELECT_PAGE_OF_WORK
            return await read_ids(self._fetch_all, statement, await self._bind(scope), skip, size, total)
        if scope.media is None:
            return await self._load_ids(queries.SELECT_PAGE, scope, None, skip, size, total)
        counts = await self._count_by_medium(scope)
        ids: list[int] = []
        for medium_id in self._medium_ids(scope) or ():
            if skip < (count := counts.get(medium_id, 0)) and len(ids) < size:
                statement = queries.SELECT_PAGE_OF_MEDIUM
                ids += await self._load_ids(statement, scope, medium_id, skip, size - len(ids), count)
            skip = max(0, skip - count)
        return ids

    async def _load_ids(
        self, statement: str, scope: Scope, medium_id: int | None, skip: int, size: int, count: int
    ) -> list[int]:
        """Return ids of one medium of a scope, or of all, which has `count`."""
        bound = {**await self._bind(scope), "medium": medium_id}
        if min(skip, count - skip) > FEW_SKIPPED:
            bound["low"], skipped = (await self._blocks(scope)).start(medium_id, skip)
            count, skip = count - skip + skipped, skipped
        return await read_ids(self._fetch_all, statement, bound, skip, size, count)

    async def search(self, query: str, scope: Scope, number: int, size: int, *, hidden: bool = False) -> ExamplePage:
        """Return a page of the examples that match all of `query` in visible text, works or medium, best first.

        If none does, words may be prefixes. At most 1,000 are listed. The nearest page replaces one out of range.
        With `hidden`, search hidden text too: show that answer only to the member who asked.
        """
        hits = await self._hits(query, scope, hidden=hidden)
        page_count = max(1, -(-len(hits.ids) // size))
        number = min(max(number, 1), page_count)
        entries = await self._entries(hits.ids[(number - 1) * size : number * size])
        tropes = len({each >> EXAMPLE_NUMBER_BITS for each in hits.ids})
        return ExamplePage(tuple(entries), len(hits.ids), number, page_count, hits.truncated, tropes)

    async def finding(self, queries: Sequence[str], scope: Scope, min_hits: int, limit: int) -> dict[str, Entry]:
        """Return the first queries, up to `limit`, that find enough examples in visible text, each with one of them."""
        find = partial(self._find_enough, queries, scope, min_hits)
        found = (await self._cached(("finding", *queries, scope, min_hits), find))[:limit] if queries else []
        entries = await self._entries([row_id for _, row_id in found])
        return {query: entry for (query, _), entry in zip(found, entries, strict=True)}

    async def _find_enough(self, queries: Sequence[str], scope: Scope, min_hits: int) -> list[tuple[str, int]]:
        hits = await self._engine.some_hits(queries, scope, min_hits)
        return [(query, ids[0]) for query, ids in zip(queries, hits, strict=True) if len(ids) >= min_hits]

    async def _hits(self, query: str, scope: Scope, *, hidden: bool) -> SearchHits:
        search = partial(self._engine.search, query, scope, hidden=hidden)
        return await self._cached(("search", query, scope, hidden), search)

    async def opened_page(self, scope: Scope, seen: Iterable[str], number: int, size: int) -> tuple[ExamplePage, int]:
        """Return a page of the examples whose spoilers are about the scope's work and else about works in `seen`.

        Then how many need other works, too.
        """
        ids, waiting = await self.spoiled_ids(scope, seen)
        page_count = max(1, -(-len(ids) // size))
        number = min(max(number, 1), page_count)
        entries = await self._entries(ids[(number - 1) * size : number * size])
        tropes = len({each >> EXAMPLE_NUMBER_BITS for each in ids})
        return ExamplePage(tuple(entries), len(ids), number, page_count, trope_count=tropes), waiting

    # --- shuffle keys

    async def shuffle_keys(self, scope: Scope) -> Sequence[int]:
        """Return all shuffle keys of a scope, which should be small."""
        load = partial(self._load_keys, scope, 0, MAX_KEY)
        return await self._cached(("keys", scope), load)

    async def shuffle_keys_of_hits(self, query: str, scope: Scope, *, hidden: bool = False) -> Sequence[int]:
        """Return the shuffle keys of the examples that a search lists."""
        hits = await self._hits(query, scope, hidden=hidden)
        load = partial(self._load_keys_of, hits.ids)
        return await self._cached(("keys of hits", query, scope, hidden), load) if hits.ids else ()

    async def _load_keys_of(self, ids: Sequence[int]) -> "array[int]":
        rows = await self._fetch_all(queries.SELECT_KEYS_BY_IDS, (json.dumps(list(ids)),))
        return array("q", [key for (key,) in rows])

    async def next_shuffle_key(self, scope: Scope, after: int) -> int | None:
        """Return the scope's smallest shuffle key above `after`, or None."""
        keys: array[int] | None = self._cache.pop(("keys after", scope, after))
        if not keys:
            # Read some keys ahead: this audience's next examples need them.
            keys = await self._load_keys(scope, after + 1, after + key_span(await self.count(scope)))
            if not keys:
                keys = await self._load_keys(scope, after + 1, MAX_KEY)
            if not keys:
                return None
        self._keep_ahead(scope, keys[0], keys[1:])
        return keys[0]

    async def random_shuffle_key(self, scope: Scope) -> int | None:
        """Return a uniformly random shuffle key of the scope, or None."""
        total = await self.count(scope)
        if total <= MAX_KEYS_AHEAD:
            keys = await self.shuffle_keys(scope)
            return secrets.choice(keys) if keys else None
        for _ in range(MAX_TRIES):
            [(first, last, index)] = random_places(total, 1)
            keys = await self._load_keys(scope, first, last)
            if index < len(keys):
                # A shuffle that starts there needs them.
                self._keep_ahead(scope, keys[index] - 1, keys[index:])
                return keys[index]
        return None

    def _keep_ahead(self, scope: Scope, after: int, keys: "array[int]") -> None:
        # Measured here, since every example that is drawn changes it.
        self._cache.put(("keys after", scope, after), keys, getsizeof(keys), scope.memory)

    async def _load_keys(self, scope: Scope, first: int, last: int) -> "array[int]":
        if scope.work_ref is not None:
            statement = queries.SELECT_KEYS_OF_WORK
        elif scope.trope is not None:
            statement = queries.SELECT_KEYS_OF_TROPE
        else:
            everywhere = scope.media is None and not scope.excluded_media
            statement = queries.SELECT_KEYS if everywhere else queries.SELECT_KEYS_OF_MEDIA
        rows = await self._fetch_all(statement, {**await self._bind(scope), "first": first, "last": min(last, MAX_KEY)})
        return array("q", sorted([key for (key,) in rows]))

    async def by_shuffle_key(self, key: int) -> Entry | None:
        """Return the example with that shuffle key, or None."""
        cached: Entry | None = self._cache.get(("shuffle key", key))
        if cached:
            return cached
        if self._reads_alone or not self._by_shuffle_key.is_idle:
            return await self._by_shuffle_key.submit(key)
        # Alone, an example is read at once: a batch takes turns of the event loop.
        self._reads_alone = True
        try:
            [entry] = await self._load_by_shuffle_keys([key])
        finally:
            self._reads_alone = False
        return entry

    async def read_ahead(self, scope: Scope, key: int) -> Entry | None:
        """Return what `by_shuffle_key` does, and read what the next keys of the scope are likely to be asked for."""
        cached: Entry | None = self._cache.get(("shuffle key", key))
        if cached:
            return cached
        following: array[int] = self._cache.get(("keys after", scope, key)) or array("q")
        entries = await self._load_by_shuffle_keys(keys := [key, *following[:READ_AHEAD]])
        for each, entry in zip(keys, entries, strict=True):
            if entry:
                self._cache["shuffle key", each] = entry
        return entries[0]

    async def random(self, scope: Scope) -> Entry | None:
        """Return a uniformly random example of the scope, or None."""
        total = await self.count(scope)
        if total <= MAX_KEYS_AHEAD:
            key = await self.random_shuffle_key(scope)
            return None if key is None else await self.by_shuffle_key(key)
        bound, order = await self._bind(scope), await self._trope_order()
        trope_id = None if scope.trope is None else await self._trope_id(scope.trope)
        for _ in range(MAX_TRIES):
            statement, tries = random_tries(scope, total, order, trope_id)
            for row in await self._fetch_all(statement, bound | tries):
                return self._decode_row(row)
        return None

    # --- rows

    async def _entries(self, ids: Sequence[int]) -> list[Entry]:
        """Return examples in the order of `ids`, without unknown ones."""
        entries = {i: entry for i in ids if (entry := self._cache.get(("id", i)))}
        if missing := [i for i in ids if i not in entries]:
            for row in await self._fetch_all(queries.SELECT_BY_IDS, (json.dumps(missing),)):
                entries[row[0]] = self._cache["id", row[0]] = self._decode_row(row)
        return [entries[i] for i in ids if i in entries]

    async def _load_by_shuffle_keys(self, keys: list[int]) -> list[Entry | None]:
        if len(keys) == 1:
            rows = await self._fetch_all(queries.SELECT_BY_SHUFFLE_KEY, keys)
        else:
            rows = await self._fetch_all(queries.SELECT_BY_SHUFFLE_KEYS, (json.dumps(keys),))
        entries = {row[1]: self._decode_row(row) for row in rows}
        for key, entry in entries.items():
            if self._recent.add(key):
                self._cache["shuffle key", key] = entry
        return [entries.get(key) for key in keys]

    def _decode_row(self, row: tuple[Any, ...]) -> Entry:
        return decode_entry(row, self._media)


@asynccontextmanager
async def open_corpus(path: Path) -> AsyncIterator[Corpus]:
    """Open the corpus for reading.

    Raises:
        DatabaseError: It is missing or cannot be used.
    """
    require_corpus(path)
    async with open_read_pool(path, CORPUS) as pool:
        corpus = Corpus(pool.fetch_all)
        await corpus.reload()
        yield corpus


@asynccontextmanager
async def open_corpus_snapshot(path: Path) -> AsyncIterator[tuple[Corpus, Generation]]:
    """Open the corpus in its state of this moment, whatever is loaded meanwhile.

    Raises:
        DatabaseError: It is missing or cannot be used.
    """
    file = file_identity(path)
    async with open_snapshot(path, CORPUS, SELECT_GENERATION) as pool:
        corpus = Corpus(pool.fetch_all)
        await corpus.reload()
        yield corpus, (await read_generation(pool.fetch_all, path))._replace(file=file)
