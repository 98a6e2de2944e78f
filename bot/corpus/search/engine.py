"""Find the examples that match a query, best first.

One query finds a thousand hits, others those in which a term weighs more. Each returns its shortest hits first, which
bm25 ranks best.
"""

import asyncio
import json
from array import array
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.corpus.index_terms import EXAMPLE_ID_BITS, SPOILER_FILTER, medium_filter, trope_filter, work_filter
from bot.corpus.queries import FetchAll
from bot.corpus.scope import Scope
from bot.corpus.search.bm25 import CollectionStats, WeightedHits, bm25_scores, estimated_union
from bot.corpus.search.match_plan import (
    FREQUENT_TERM_THRESHOLD,
    MatchFilter,
    MatchPlan,
    PlannedTerm,
    phrase_guards,
    plan_expanded_prefix,
    plan_prefix,
    plan_word,
)
from bot.corpus.search.media_names import MediaNames
from bot.corpus.search.query_parser import Term, parse_exclusions, parse_query

MAX_HITS, HITS_PER_WEIGHT = 1000, 30
# FTS5 collects all hits of a prefix before it returns the first. Beyond this, match only its most frequent words, which
# still have over a thousand hits.
MAX_PREFIX_DOCUMENTS, MAX_PREFIX_TERMS = 10_000, 40
# A tenth of a word's examples have it with a higher weight. If even those are too many, weight only the first words.
MAX_WEIGHTED_PREFIX_DOCUMENTS, MAX_WEIGHTED_TERMS = 10 * MAX_PREFIX_DOCUMENTS, 10
EXAMPLE_ID_MASK = (1 << EXAMPLE_ID_BITS) - 1

SELECT_MEDIA_STATS = """
    SELECT slug, name, group_name, sum(examples), sum(total_words)
    FROM example_block LEFT JOIN medium ON medium.id = medium_id GROUP BY medium_id ORDER BY sum(examples) DESC
"""
SELECT_FREQUENT_TERMS = f"""
    SELECT term, document_count FROM term INDEXED BY frequent_term WHERE document_count > {FREQUENT_TERM_THRESHOLD}
"""
SELECT_DOCUMENT_COUNTS = "SELECT term, document_count FROM term WHERE term IN (SELECT value FROM json_each(:words))"
_HAS_PREFIX = "term >= value AND term < value || char(0x10ffff)"
# How many examples the words with each prefix have, in sum, and the most frequent of these words.
SELECT_PREFIX_TERMS = f"""
    SELECT value, (SELECT coalesce(sum(document_count), 0) FROM term WHERE {_HAS_PREFIX}), (
        SELECT json_group_array(term) FROM (
            SELECT term FROM term WHERE {_HAS_PREFIX} ORDER BY document_count DESC LIMIT :limit
        )
    ) FROM json_each(:prefixes)
"""
HITS = "SELECT rowid AS hit FROM {table} WHERE {table} MATCH {query} LIMIT {limit}"
# All queries of a plan in one trip to the database's thread. The others find nothing that the first lacks.
SELECT_HITS = f"""
    WITH first AS MATERIALIZED ({HITS.format(table="visible_fts", query=":query", limit=":max_hits + 1")})
    SELECT 0, (SELECT json_group_array(hit) FROM first)
    UNION ALL
    SELECT key + 1, (SELECT json_group_array(hit) FROM (
        {HITS.format(table="visible_fts", query="value", limit=":hits_per_weight")}
    )) FROM json_each(:band_queries) WHERE EXISTS (SELECT 1 FROM first)
"""
SELECT_SOME_HITS = f"""
    SELECT key, (SELECT json_group_array(hit) FROM ({HITS.format(table="visible_fts", query="value", limit=":most")}))
    FROM json_each(:queries)
"""
SELECT_MATCHING = (
    "SELECT rowid FROM {table} WHERE {table} MATCH :query AND rowid IN (SELECT value FROM json_each(:rowids))"
)
SELECT_HIDDEN_HITS = f"""
    SELECT json_group_array(hit) FROM ({HITS.format(table="hidden_fts", query=":query", limit=":max_hits + 1")})
"""


@dataclass(frozen=True, slots=True)
class SearchHits:
    """At most MAX_HITS example ids, best first, and whether there are more."""

    ids: Sequence[int] = ()
    truncated: bool = False

    def __len__(self) -> int:
        return len(self.ids)


class PrefixWords(NamedTuple):
    """The words with a prefix: how many examples they have in sum, and the most frequent ones."""

    total: int
    frequent: Sequence[str]


class IndexedWords(NamedTuple):
    """What the index has of the words of some terms."""

    document_counts: Mapping[str, int]
    prefixes: Mapping[str, PrefixWords]


NO_WORDS = PrefixWords(0, ())


class SearchEngine:
    """Full-text search over a corpus."""

    def __init__(
        self,
        fetch_all: FetchAll,
        trope_id: Callable[[str], Awaitable[int | None]],
        excluded_trope_ids: Callable[[Scope], Awaitable[Iterable[int]]],
    ) -> None:
        self._fetch_all, self._trope_id, self._excluded_trope_ids = fetch_all, trope_id, excluded_trope_ids
        self._stats = CollectionStats()
        self._frequent_terms: dict[str, int] = {}
        self._media_names = MediaNames()

    async def reload(self, example_count: int) -> None:
        """Reload the statistics."""
        rows = await self._fetch_all(SELECT_MEDIA_STATS)
        self._stats = CollectionStats(example_count, sum(row[-1] for row in rows) / max(example_count, 1) or 1.0)
        names = [row[:4] for row in rows if row[0]]
        self._media_names = await asyncio.to_thread(MediaNames, names)  # pages can have thousands of folders
        self._frequent_terms = dict(await self._fetch_all(SELECT_FREQUENT_TERMS))

    async def search(self, query: str, scope: Scope, *, hidden: bool = False) -> SearchHits:
        """Return the examples that match every term of `query`, best first.

        If nothing matches as typed, each word may be a prefix.
        """
        match_filter = await self._build_filter(scope)
        if match_filter is None:
            return SearchHits()
        match_filter = replace(match_filter, excluded=await self._plan_terms(parse_exclusions(query)))
        for prefixes in (False, True):
            terms = parse_query(query, prefixes=prefixes)
            if not terms:
                break
            plan = MatchPlan(await self._plan_terms(terms), match_filter, self._stats)
            if plan.finds_nothing and not hidden:
                continue
            hits, truncated = await self._fetch_hits(plan, hidden=hidden)
            if hits:
                scores = bm25_scores(hits, plan.idfs, self._stats)
                best = sorted(sorted(scores), key=scores.__getitem__, reverse=True)  # of equal ones, the shortest first
                if hidden and match_filter.excluded:
                    best = await self._without_excluded(best, match_filter)
                ids = array("q", [rowid & EXAMPLE_ID_MASK for rowid in best[:MAX_HITS]])
                return SearchHits(ids, truncated or len(best) > MAX_HITS)
        return SearchHits()

    async def some_hits(self, queries: Sequence[str], scope: Scope, most: int) -> list[list[int]]:
        """Return the shortest of the examples that each query finds in visible text as `search` does: `most` ids."""
        hits: list[list[int]] = [[] for _ in queries]
        match_filter = await self._build_filter(scope)
        if match_filter is None:
            return hits
        for prefixes in (False, True):
            rest = [(place, queries[place]) for place, found in enumerate(hits) if not found]
            terms = [(place, parse_query(query, prefixes=prefixes), parse_exclusions(query)) for place, query in rest]
            every = {term for _, wanted, excluded in terms for term in (*wanted, *excluded)}
            indexed = await self._look_up(every)
            planned = {term: self._plan(term, indexed) for term in every}
            matches: dict[int, str] = {}
            for place, wanted, excluded in terms:
                limits = replace(match_filter, excluded=[planned[term] for term in excluded])
                plan = MatchPlan([planned[term] for term in wanted], limits, self._stats)
                if wanted and not plan.finds_nothing:
                    matches[place] = plan.query
            if matches:
                bound = {"queries": json.dumps(matches), "most": most}
                for place, ids in await self._fetch_all(SELECT_SOME_HITS, bound):
                    hits[int(place)] = [rowid & EXAMPLE_ID_MASK for rowid in json.loads(ids)]
        return hits

    async def _without_excluded(self, rowids: Sequence[int], match_filter: MatchFilter) -> list[int]:
        """Return the hits that have an excluded term neither in visible nor in hidden text."""
        excluded: set[int] = set()
        for table, hidden in (("visible_fts", False), ("hidden_fts", True)):
            parameters = {"query": match_filter.excluded_query(hidden=hidden), "rowids": json.dumps(rowids)}
            excluded |= {rowid for (rowid,) in await self._fetch_all(SELECT_MATCHING.format(table=table), parameters)}
        return [rowid for rowid in rowids if rowid not in excluded]

    async def _build_filter(self, scope: Scope) -> MatchFilter | None:
        trope_id = None if scope.trope is None else await self._trope_id(scope.trope)
        if scope.media == () or (scope.trope is not None and trope_id is None):
            return None
        media = None if scope.media is None else [medium_filter(slug) for slug in scope.media]
        must = [work_filter(scope.work_ref)] if scope.work_ref else []
        must += [] if trope_id is None else [trope_filter(trope_id)]
        must_not = [*map(medium_filter, scope.excluded_media), *map(work_filter, scope.excluded_works)]
        must_not += map(trope_filter, await self._excluded_trope_ids(scope))
        must_not += [] if scope.include_spoilers else [SPOILER_FILTER]
        return MatchFilter(media, must, must_not)

    async def _plan_terms(self, terms: Sequence[Term]) -> list[PlannedTerm]:
        # Of a single word it only matters whether it is frequent.
        found = await self._look_up(terms if len(terms) > 1 else [term for term in terms if term.is_prefix])
        return [self._plan(term, found) for term in terms]

    async def _look_up(self, terms: Iterable[Term]) -> IndexedWords:
        """Ask the index about all words of some terms together."""
        words = {word for term in terms if not term.is_prefix for word in term.words}
        prefixes = {term.words[0] for term in terms if term.is_prefix and len(term.words) == 1}
        document_counts: Mapping[str, int] = self._frequent_terms
        if rarer := sorted(words - self._frequent_terms.keys()):
            rows = await self._fetch_all(SELECT_DOCUMENT_COUNTS, {"words": json.dumps(rarer)})
            document_counts = self._frequent_terms | dict.fromkeys(rarer, 0) | dict(rows)
        found: dict[str, PrefixWords] = {}
        if prefixes:
            bound = {"prefixes": json.dumps(sorted(prefixes)), "limit": MAX_PREFIX_TERMS}
            for prefix, total, frequent in await self._fetch_all(SELECT_PREFIX_TERMS, bound):
                found[prefix] = PrefixWords(total, json.loads(frequent))
        return IndexedWords(document_counts, found)

    def _plan(self, term: Term, found: IndexedWords) -> PlannedTerm:
        planned, is_absent = self._plan_prefix(term, found) if term.is_prefix else self._plan_word(term, found)
        # Of other letters, the index may split a text otherwise.
        return replace(planned, is_absent=is_absent and term.text.isascii() and not planned.medium_filters)

    def _plan_word(self, term: Term, found: IndexedWords) -> tuple[PlannedTerm, bool]:
        """Return the plan for a word or phrase, and whether a word of it is in no visible text."""
        counts = found.document_counts
        # A phrase is no more frequent than its rarest word.
        rarest = min([counts.get(word, 0) for word in term.words], default=0)
        is_absent = any(counts.get(word) == 0 for word in term.words)
        guards = phrase_guards(term, counts, self._stats)
        return plan_word(term, *self._add_media(term, rarest), guards), is_absent

    def _plan_prefix(self, term: Term, found: IndexedWords) -> tuple[PlannedTerm, bool]:
        """Return the plan for a prefix, and whether it is known that no word has it."""
        is_single = len(term.words) == 1
        total, frequent = found.prefixes.get(term.words[0], NO_WORDS) if is_single else NO_WORDS
        document_count, medium_filters = self._add_media(term, estimated_union(total, self._stats))
        if total <= MAX_PREFIX_DOCUMENTS:
            planned = plan_prefix(term, document_count, medium_filters)
        else:
            weighted = MAX_WEIGHTED_TERMS if total > MAX_WEIGHTED_PREFIX_DOCUMENTS else 0
            planned = plan_expanded_prefix(term, document_count, frequent, medium_filters, weighted_count=weighted)
        return planned, is_single and not total

    def _add_media(self, term: Term, document_count: float) -> tuple[float, tuple[str, ...]]:
        """Return a term's document count with the media it names, and their filters."""
        media = self._media_names.matching(term)
        document_count += sum(medium.example_count for medium in media)
        return document_count, tuple([medium.filter_term for medium in media])

    async def _fetch_hits(self, plan: MatchPlan, *, hidden: bool) -> tuple[list[WeightedHits], bool]:
        bands = plan.bands()
        parameters = {
            "query": bands[0].query,
            "band_queries": json.dumps([band.query for band in bands[1:]]),
            "max_hits": MAX_HITS,
            "hits_per_weight": HITS_PER_WEIGHT,
        }
        rows = await self._fetch_all(SELECT_HITS, parameters)
        hits: list[WeightedHits] = [(bands[number].weights, json.loads(ids)) for number, ids in rows if ids != "[]"]
        if hidden:  # no weights are stored for hidden text: each term counts once
            parameters = {"query": plan.hidden_query(), "max_hits": MAX_HITS}
            [(ids,)] = await self._fetch_all(SELECT_HIDDEN_HITS, parameters)
            hits += [((1.0,) * len(plan.idfs), json.loads(ids))] if ids != "[]" else []
        return hits, any(len(rowids) > MAX_HITS for _, rowids in hits)
