"""Read the corpus: random examples, lists, searches, suggestions, overviews."""

import json
import secrets
from array import array
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from bot.cache import CORPUS_BYTES, SizedCache
from bot.corpus import name_search, queries, suggestions
from bot.corpus.catalogue import Catalogue, counts_from_rows
from bot.corpus.codec import trope_from_json
from bot.corpus.generation import SELECT_GENERATION, Generation, read_generation
from bot.corpus.name_search import NameSearch, TitleMatch
from bot.corpus.pages import missing_subpages
from bot.corpus.queries import FetchAll
from bot.corpus.rows import EXAMPLE_NUMBER_BITS, MAX_EXAMPLES_PER_TROPE, SHUFFLE_KEY_BITS, example_id, id_range
from bot.corpus.schema import CORPUS
from bot.corpus.scope import ExamplePage, Scope
from bot.corpus.search.engine import SearchEngine, SearchHits
from bot.corpus.stored import decode_example
from bot.corpus.titles import first_titles
from bot.database.batcher import Batcher
from bot.database.connections import open_read_pool
from bot.database.file_identity import file_identity
from bot.database.snapshots import open_snapshot
from bot.model import Entry, Trope, TropeOverview, normalize_title, work_ref

MAX_KEY = (1 << SHUFFLE_KEY_BITS) - 1
KEYS_AHEAD, MAX_KEYS_AHEAD = 128, 220  # of a range: expected, and eight standard deviations more
MAX_TRIES = 64
T = TypeVar("T")


class LoadedTrope(NamedTuple):
    """What an operator wants to know about a trope."""

    name: str
    title: str
    examples: int
    media: int
    pages: int
    loaded_at: datetime


class Corpus(Catalogue):
    """The corpus for reading, opened by `open_corpus`."""

    def __init__(self, fetch_all: FetchAll) -> None:
        super().__init__(fetch_all)
        self._engine = SearchEngine(fetch_all, self._trope_id)
        # Cached: members turn pages, each random example needs a count and the next keys of its shuffle, many type the
        # same first letters, and decoding an example takes longer than the rest of a page.
        self._cache: SizedCache[tuple[Hashable, ...], Any] = SizedCache(CORPUS_BYTES)
        # Concurrent requests share a query: the trip to SQLite's thread is most of its cost.
        self._by_shuffle_key: Batcher[int, Entry | None] = Batcher(self._load_by_shuffle_keys)

    async def reload(self) -> None:
        """Read the catalogue again and clear the cache."""
        await super().reload()
        await self._engine.reload(self.example_count)
        self._cache.clear()

    async def content_hash(self) -> str:
        """Return 32 hexadecimal digits, the same for the same pages, tables and parser."""
        rows = await self._fetch_all(queries.SELECT_FINGERPRINTS)
        return blake2b(json.dumps(rows).encode(), digest_size=16).hexdigest()

    # --- tropes, works and words

    async def overview(self, scope: Scope) -> TropeOverview | None:
        """Return the scope's trope with example counts, or None."""
        trope_id = self._trope_id(scope.trope) if scope.trope is not None else None
        if trope_id is None:
            return None
        [trope] = await self._fetch_all(queries.SELECT_TROPE, (trope_id,))
        names, listed, loaded_at = zip(*await self._fetch_all(queries.SELECT_PAGES, id_range(trope_id)), strict=True)
        counts = await self._count_by_medium(replace(scope, media=None))
        by_medium = [(medium, counts[medium_id]) for medium_id, medium in self._media.items() if medium_id in counts]
        by_medium.sort(key=lambda row: -row[1])
        return TropeOverview(
            trope_from_json(*trope),
            tuple(by_medium),
            await self.count(scope),
            datetime.fromtimestamp(max(loaded_at), UTC),
            subpages=tuple([name for name in names if "/" in name]),
            missing_subpages=missing_subpages(names, [name for row in listed for name in json.loads(row)]),
        )

    async def loaded_tropes(self) -> list[LoadedTrope]:
        """Return all tropes by name, for operators."""
        return [
            LoadedTrope(name, title, examples, media, pages, datetime.fromtimestamp(loaded_at, UTC))
            for name, title, examples, media, pages, loaded_at in await self._fetch_all(queries.SELECT_LOADED)
        ]

    async def learned_titles(self) -> dict[str, str]:
        """Return the titles that pages register, by page."""
        return first_titles(await self._fetch_all(queries.SELECT_LEARNED_TITLES))

    async def suggest_tropes(self, text: str, limit: int) -> list[Trope]:
        """Return tropes for a partly typed title, best first."""
        return self._loaded(await NameSearch(self._fetch_all, name_search.TROPES).complete(text, limit))

    async def match_tropes(self, text: str, limit: int) -> list[Trope]:
        """Return the tropes that a typed name can mean: one if it is clear."""
        if trope := self.find_trope(text):
            return [trope]
        names = NameSearch(self._fetch_all, name_search.TROPES)
        return self._loaded(await names.named(text, limit) or await names.begun(text, limit))

    async def near_tropes(self, text: str, limit: int) -> list[Trope]:
        """Return the tropes whose titles are nearly as typed, best first."""
        return self._loaded(await NameSearch(self._fetch_all, name_search.TROPES).nearest(text, limit))

    async def suggest_works(self, text: str, trope: str | None, limit: int) -> list[TitleMatch]:
        """Return works of one trope or all for a partly typed title, best first."""
        key = "works", normalize_title(text), trope, limit
        return await self._cached(key, partial(self._works(trope).complete, text, limit))

    async def match_works(self, name: str, trope: str | None, limit: int) -> list[TitleMatch]:
        """Return the works that a ref or typed name can mean, one if it is clear. Those of `trope` hide others."""
        refs = name, work_ref(name)
        known = [TitleMatch(title, ref) for ref, title in (await self.titles_by_ref(refs)).items()]
        if as_ref := [work for work in known if work.ref == name]:
            return as_ref
        here = self._works(trope)
        matches = await here.named(name, limit) or await here.begun(name, limit)
        if not matches and trope is not None:
            matches = await self._works(None).named(name, limit)
        return [work for work in matches if work in known] or matches or known

    async def near_works(self, text: str, trope: str | None, limit: int) -> list[TitleMatch]:
        """Return works of one trope or all whose titles are nearly as typed, best first."""
        return await self._works(trope).nearest(text, limit)

    def _works(self, trope: str | None) -> NameSearch:
        queries = name_search.WORKS if trope is None else name_search.WORKS_OF_TROPE
        return NameSearch(self._fetch_all, queries, *self._id_range(trope))

    def _loaded(self, matches: Iterable[TitleMatch]) -> list[Trope]:
        return [self._tropes[self._trope_ids[match.ref.casefold()]] for match in matches]

    async def titles_by_ref(self, refs: Iterable[str]) -> dict[str, str]:
        """Return the titles of works, without unknown refs."""
        return dict(await self._fetch_all(queries.SELECT_WORK_TITLES, (json.dumps(list(refs)),)))

    async def work_title(self, ref: str) -> str | None:
        """Return a work's title, or None."""
        return (await self.titles_by_ref([ref])).get(ref)

    async def find_work(self, name: str) -> TitleMatch | None:
        """Return the only work that a ref or typed name can mean, or None."""
        matches = await self.match_works(name, None, 2)
        return matches[0] if len(matches) == 1 else None

    async def suggest_spellings(self, word: str, limit: int) -> list[str]:
        """Return the words of visible text most similar to `word`, with its first letter."""
        suggest = partial(suggestions.suggest_spellings, self._fetch_all, word, limit)
        return await self._cached(("spellings", word, limit), suggest)

    async def rarest_words(self, text: str, limit: int) -> list[str]:
        """Return the words of `text` in visible text, rarest first, without very common ones."""
        return await suggestions.rarest_words(self._fetch_all, text, self.example_count, limit)

    async def complete_word(self, prefix: str, limit: int) -> list[str]:
        """Return words of visible text with a prefix, most frequent first, without very common ones."""
        complete = partial(suggestions.complete_word, self._fetch_all, prefix, self.example_count, limit)
        return await self._cached(("words", prefix, limit), complete)

    # --- examples

    async def by_number(self, trope: str, number: int) -> Entry | None:
        """Return a trope's example by its number (from 1), or None."""
        trope_id = self._trope_id(trope)
        if trope_id is None or not 0 < number <= MAX_EXAMPLES_PER_TROPE:
            return None
        return next(iter(await self._entries([example_id(trope_id, number)])), None)

    async def by_ref(self, ref: str) -> Entry | None:
        """Return the example with that `Entry.ref`, or None. Any text is allowed."""
        trope_ref, _, number = ref.partition("/")
        trope = self.tropes_by_ref.get(trope_ref)
        valid = number.isascii() and number.isdecimal() and len(number) < 9
        return await self.by_number(trope.name, int(number)) if trope and valid else None

    async def iter_examples(self, trope: str) -> AsyncIterator[Entry]:
        """Yield a trope's examples in page order."""
        for row in await self._fetch_all(queries.SELECT_OF_TROPE, self._id_range(trope)):
            yield self._decode_row(row)

    async def page(self, scope: Scope, number: int, size: int) -> ExamplePage:
        """Return a page of a scope's examples, the nearest if `number` is out of range.

        They are in page order, trope by trope. Those of several media of all tropes are sorted by medium first.
        """
        total = await self.count(scope)
        page_count = max(1, -(-total // size))
        number = min(max(number, 1), page_count)
        load = partial(self._load_page, scope, (number - 1) * size, size)
        ids = await self._cached(("page", scope, number, size), load) if total else []
        return ExamplePage(tuple(await self._entries(ids)), total, number, page_count)

    async def _load_page(self, scope: Scope, skip: int, size: int) -> list[int]:
        parameters = {**self._bind(scope), "skip": skip, "size": size}
        if scope.work_ref is not None or scope.trope is not None or scope.media is None:
            statement = queries.SELECT_PAGE if scope.work_ref is None else queries.SELECT_PAGE_OF_WORK
            return [i for (i,) in await self._fetch_all(statement, parameters)]
        counts = await self._count_by_medium(scope)
        ids: list[int] = []
        for medium_id in self._medium_ids(scope) or ():
            if skip < counts.get(medium_id, 0) and len(ids) < size:
                parameters |= {"medium": medium_id, "skip": skip, "size": size - len(ids)}
                ids += [i for (i,) in await self._fetch_all(queries.SELECT_PAGE_OF_MEDIUM, parameters)]
            skip = max(0, skip - counts.get(medium_id, 0))
        return ids

    async def search(self, query: str, scope: Scope, number: int, size: int, *, hidden: bool = False) -> ExamplePage:
        """Return a page of the examples that match all of `query` in visible text, works or medium, best first.

        If none does, words may be prefixes. At most 1,000 are listed. The nearest page replaces one out of range.
        With `hidden`, search hidden text too: show that answer only to the member who asked.
        """
        hits = await self._hits(query, scope, hidden=hidden)
        page_count = max(1, -(-len(hits.ids) // size))
        number = min(max(number, 1), page_count)
        entries = await self._entries(hits.ids[(number - 1) * size : number * size])
        return ExamplePage(tuple(entries), len(hits.ids), number, page_count, hits.truncated)

    async def _hits(self, query: str, scope: Scope, *, hidden: bool) -> SearchHits:
        search = partial(self._engine.search, query, scope, hidden=hidden)
        return await self._cached(("search", query, scope, hidden), search)

    # --- counts and shuffle keys

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
        if scope.work_ref is not None:
            counts = counts_from_rows(await self._fetch_all(queries.COUNT_BY_MEDIUM_OF_WORK, bound))
        elif scope.trope is not None:
            trope_id = self._trope_id(scope.trope)
            counts = counts_from_rows(await self._fetch_all(queries.COUNT_BY_MEDIUM_OF_TROPE, (trope_id,)))
        else:
            counts = self._counts
        totals: Counter[int] = Counter()
        for (medium_id, has_spoilers), count in counts.items():
            if (media is None or medium_id in media) and has_spoilers <= scope.include_spoilers:
                totals[medium_id] += count
        if scope.excluded_works and scope.work_ref is None:
            totals.subtract(dict(await self._fetch_all(queries.COUNT_EXCLUDED_BY_MEDIUM, bound)))
        return +totals

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
            span = KEYS_AHEAD * MAX_KEY // max(await self.count(scope), 1)
            keys = await self._load_keys(scope, after + 1, after + span)
            if not keys:
                keys = await self._load_keys(scope, after + 1, MAX_KEY)
            if not keys:
                return None
        self._cache["keys after", scope, keys[0]] = keys[1:]
        return keys[0]

    async def random_shuffle_key(self, scope: Scope) -> int | None:
        """Return a uniformly random shuffle key of the scope, or None."""
        total = await self.count(scope)
        if total <= MAX_KEYS_AHEAD:
            keys = await self.shuffle_keys(scope)
            return secrets.choice(keys) if keys else None
        # A random range of keys contains each key equally often. To make the keys of a full range as likely as those of
        # an empty one, pick an index that the range may not have, and try again if so.
        span = KEYS_AHEAD * MAX_KEY // total
        for _ in range(MAX_TRIES):
            first = secrets.randbelow(MAX_KEY + 1 + span) - span
            keys = await self._load_keys(scope, first, first + span)
            index = secrets.randbelow(MAX_KEYS_AHEAD)
            if index < len(keys):
                # A shuffle that starts there needs them.
                self._cache["keys after", scope, keys[index] - 1] = keys[index:]
                return keys[index]
        return None

    async def _load_keys(self, scope: Scope, first: int, last: int) -> "array[int]":
        if scope.work_ref is not None:
            statement = queries.SELECT_KEYS_OF_WORK
        elif scope.trope is not None:
            statement = queries.SELECT_KEYS_OF_TROPE
        else:
            everywhere = scope.media is None and not scope.excluded_media
            statement = queries.SELECT_KEYS if everywhere else queries.SELECT_KEYS_OF_MEDIA
        rows = await self._fetch_all(statement, {**self._bind(scope), "first": first, "last": min(last, MAX_KEY)})
        return array("q", sorted([key for (key,) in rows]))

    async def by_shuffle_key(self, key: int) -> Entry | None:
        """Return the example with that shuffle key, or None."""
        cached: Entry | None = self._cache.get(("shuffle key", key))
        return cached or await self._by_shuffle_key.submit(key)

    async def random(self, scope: Scope) -> Entry | None:
        """Return a uniformly random example of the scope, or None."""
        key = await self.random_shuffle_key(scope)
        return None if key is None else await self.by_shuffle_key(key)

    # --- rows

    async def _cached(self, key: tuple[Hashable, ...], load: Callable[[], Awaitable[T]]) -> T:
        result: T | None = self._cache.get(key)
        if result is None:
            result = self._cache[key] = await load()
        return result

    async def _entries(self, ids: Sequence[int]) -> list[Entry]:
        """Return examples in the order of `ids`, without unknown ones."""
        entries = {i: entry for i in ids if (entry := self._cache.get(("id", i)))}
        if missing := [i for i in ids if i not in entries]:
            for row in await self._fetch_all(queries.SELECT_BY_IDS, (json.dumps(missing),)):
                entries[row[0]] = self._cache["id", row[0]] = self._decode_row(row)
        return [entries[i] for i in ids if i in entries]

    async def _load_by_shuffle_keys(self, keys: list[int]) -> list[Entry | None]:
        rows = await self._fetch_all(queries.SELECT_BY_SHUFFLE_KEYS, (json.dumps(keys),))
        entries = {row[1]: self._decode_row(row) for row in rows}
        for key, entry in entries.items():
            self._cache["shuffle key", key] = entry
        return [entries.get(key) for key in keys]

    def _decode_row(self, row: tuple[Any, ...]) -> Entry:
        return Entry(self._tropes[row[0] >> EXAMPLE_NUMBER_BITS], decode_example(row, self._media), bool(row[6]))


@asynccontextmanager
async def open_corpus(path: Path) -> AsyncIterator[Corpus]:
    """Open the corpus for reading.

    Raises:
        DatabaseError: It is missing or cannot be used.
    """
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
