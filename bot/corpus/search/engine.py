"""The search: which examples hold the words, best first, in a few milliseconds whatever is asked of a million.

What is asked for and where it is looked for become questions to the index. The first asks for all hits, of which a
thousand are taken; "over a thousand" is all that is said of more. The others ask for the hits in which a word weighs 2,
3 and so on, or two words weigh so much each. The first hits of each, the shortest, are its best: so the best of all
questions together are the best by bm25, and no list of a frequent word has to be read to its end.
"""

import json
from array import array
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.cache import LruCache
from bot.corpus.index_terms import EXAMPLE_ID_BITS, SPOILER_FILTER, medium_filter, trope_filter, work_filter
from bot.corpus.scope import Scope
from bot.corpus.search.bm25 import CollectionStats, WeightedHits, bm25_scores, estimated_union
from bot.corpus.search.match_plan import (
    FREQUENT_TERM_THRESHOLD,
    MatchFilter,
    MatchPlan,
    PlannedTerm,
    plan_expanded_prefix,
    plan_prefix,
    plan_word,
)
from bot.corpus.search.query_parser import Term, parse_query
from bot.model import normalize_words

# Hits of all, and of those in which something weighs more.
MAX_HITS, HITS_PER_WEIGHT = 1000, 30
# FTS5 gathers what begins with some letters before it gives the first hit: 10,000 take it 1.5 ms. Where there are more,
# the most frequent words with that beginning are asked for one by one: there are over a thousand hits all the same.
MAX_PREFIX_DOCUMENTS, MAX_PREFIX_TERMS = 10_000, 40
# A word weighs more than once in about a tenth of the examples that hold it. Where even those are more than can be
# gathered, only the first of those words are graded.
MAX_WEIGHTED_PREFIX_DOCUMENTS, MAX_WEIGHTED_TERMS = 10 * MAX_PREFIX_DOCUMENTS, 10
MAX_CACHED_SEARCHES = 200
EXAMPLE_ID_MASK = (1 << EXAMPLE_ID_BITS) - 1
EMPTY_JSON_ARRAY = "[]"

SELECT_MEDIA_STATS = """
    SELECT slug, name, group_name, sum(examples), sum(length) FROM shelf LEFT JOIN medium ON medium.id = medium_id
    GROUP BY medium_id
"""
SELECT_FREQUENT_TERMS = (
    f"SELECT term, examples FROM word INDEXED BY word_frequent WHERE examples > {FREQUENT_TERM_THRESHOLD}"
)
SELECT_DOCUMENT_COUNTS = "SELECT term, examples FROM word WHERE term IN (SELECT value FROM json_each(:words))"
SELECT_PREFIX_TERMS = """
    SELECT term, examples, (SELECT sum(examples) FROM word WHERE term >= :typed AND term < :typed || char(0x10ffff))
    FROM word WHERE term >= :typed AND term < :typed || char(0x10ffff) ORDER BY examples DESC LIMIT :most
"""
FIRST_HITS = (
    "SELECT json_group_array(hit) FROM (SELECT rowid AS hit FROM {table} WHERE {table} MATCH {query} LIMIT {most})"
)
# The questions one after another, in one trip to the thread.
SELECT_HITS = f"""
    SELECT 0, ({FIRST_HITS.format(table="clear", query=":all", most=":most + 1")})
    UNION ALL
    SELECT key + 1, ({FIRST_HITS.format(table="clear", query="value", most=":best")}) FROM json_each(:graded)
"""
SELECT_HIDDEN_HITS = FIRST_HITS.format(table="hidden", query=":all", most=":most + 1")
FetchAll = Callable[[str, Mapping[str, Any]], Awaitable[list[Any]]]


@dataclass(frozen=True, slots=True)
class SearchHits:
    """What a search found.

    Attributes:
        ids: The examples, best first, at most MOST.
        truncated: Whether there are more.
    """

    ids: Sequence[int] = ()
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class _MediumStats:
    """A medium: its word in scopes, the words of its name and its group's, and how many examples it has."""

    filter_term: str
    name_words: Sequence[Sequence[str]]
    example_count: int


class SearchEngine:
    """Finds examples; keeps what was found lately, for those who turn pages."""

    def __init__(self, fetch_all: FetchAll, trope_id: Callable[[str], int | None]) -> None:
        """Takes what runs a statement, and what numbers a trope's name."""
        self._fetch_all, self._trope_id = fetch_all, trope_id
        self._stats = CollectionStats()
        self._frequent_terms: dict[str, int] = {}
        self._media_stats: list[_MediumStats] = []
        self._medium_name_words: set[str] = set()
        self._cache: LruCache[tuple[str, Scope, bool], SearchHits] = LruCache(MAX_CACHED_SEARCHES)

    async def reload(self, example_count: int) -> None:
        """Forgets what was found; `example_count` is how many there are now."""
        self._cache.clear()
        rows = await self._fetch_all(SELECT_MEDIA_STATS, {})
        self._stats = CollectionStats(example_count, sum(row[-1] for row in rows) / max(example_count, 1) or 1.0)
        self._media_stats = [
            _MediumStats(medium_filter(slug), (normalize_words(name), normalize_words(group)), count)
            for slug, name, group, count, _ in rows
            if slug
        ]
        self._medium_name_words = {word for medium in self._media_stats for name in medium.name_words for word in name}
        self._frequent_terms = dict(await self._fetch_all(SELECT_FREQUENT_TERMS, {}))

    async def find(self, query: str, scope: Scope, *, hidden: bool) -> SearchHits:
        """Returns the examples of a scope that hold all words; see `Corpus.search`."""
        return await self._cache.get_or_load((query, scope, hidden), partial(self._find, query, scope, hidden=hidden))

    async def _find(self, query: str, scope: Scope, *, hidden: bool) -> SearchHits:
        match_filter = self._build_filter(scope)
        for prefixes in (False, True):
            terms = parse_query(query, prefixes=prefixes)
            if match_filter is None or not terms:
                break
            plan = MatchPlan(await self._query_terms(terms), match_filter, self._stats)
            hits, truncated = await self._fetch_hits(plan)
            if hidden:
                hidden_hits = await self._fetch_hidden_hits(plan)
                hits.append(hidden_hits)
                truncated = truncated or len(hidden_hits[1]) > MAX_HITS
            if any(ids for _, ids in hits):
                score_by_hit = bm25_scores(hits, plan.idfs, self._stats)
                best = sorted(score_by_hit, key=lambda hit: (-score_by_hit[hit], hit))
                return SearchHits(
                    array("q", [hit & EXAMPLE_ID_MASK for hit in best[:MAX_HITS]]), truncated or len(best) > MAX_HITS
                )
        return SearchHits()

    async def _fetch_hits(self, plan: MatchPlan) -> tuple[list[WeightedHits], bool]:
        """Returns hits by how much everything weighs in them, and whether there are more than MOST."""
        (lowest_weights, all_query), *bands = plan.bands
        weights = [lowest_weights, *(each for each, _ in bands)]
        band_queries = json.dumps([query for _, query in bands])
        rows = await self._fetch_all(
            SELECT_HITS, {"all": all_query, "graded": band_queries, "most": MAX_HITS, "best": HITS_PER_WEIGHT}
        )
        hits = [(weights[number], json.loads(ids)) for number, ids in rows if ids != EMPTY_JSON_ARRAY]
        return hits, any(len(ids) > MAX_HITS for _, ids in hits)

    async def _fetch_hidden_hits(self, plan: MatchPlan) -> WeightedHits:
        """Returns hits in what is hidden, where everything is taken to be said once."""
        [(ids,)] = await self._fetch_all(SELECT_HIDDEN_HITS, {"all": plan.hidden_query, "most": MAX_HITS})
        return (1.0,) * len(plan.idfs), json.loads(ids)

    async def _query_terms(self, terms: Sequence[Term]) -> list[PlannedTerm]:
        document_counts = await self._document_counts(terms) if len(terms) > 1 else self._frequent_terms
        return [
            await self._expand_prefix(term) if term.is_prefix else self._plan_term(term, document_counts)
            for term in terms
        ]

    async def _document_counts(self, terms: Sequence[Term]) -> Mapping[str, int]:
        """Returns in how many examples the words stand; of a single word it is enough whether it is frequent."""
        unknown = {word for term in terms if not term.is_prefix for word in term.words} - self._frequent_terms.keys()
        rows = await self._fetch_all(SELECT_DOCUMENT_COUNTS, {"words": json.dumps(sorted(unknown))}) if unknown else ()
        return self._frequent_terms | dict(rows)

    def _plan_term(self, term: Term, document_counts: Mapping[str, int]) -> PlannedTerm:
        # A phrase is no more frequent than its rarest word.
        document_count = min([document_counts.get(word, 0) for word in term.words] or [0])
        return plan_word(term, *self._add_media(term, document_count))

    async def _expand_prefix(self, term: Term) -> PlannedTerm:
        words = term.words
        rows = (
            await self._fetch_all(SELECT_PREFIX_TERMS, {"typed": words[0], "most": MAX_PREFIX_TERMS})
            if len(words) == 1
            else []
        )
        total = rows[0][2] if rows else 0
        document_count, medium_filters = self._add_media(term, estimated_union(total, self._stats))
        if total > MAX_PREFIX_DOCUMENTS:
            weighted_count = MAX_WEIGHTED_TERMS if total > MAX_WEIGHTED_PREFIX_DOCUMENTS else 0
            return plan_expanded_prefix(
                term, document_count, [word for word, _, _ in rows], medium_filters, weighted_count=weighted_count
            )
        return plan_prefix(term, document_count, medium_filters)

    def _add_media(self, term: Term, document_count: float) -> tuple[float, tuple[str, ...]]:
        """Returns how many examples hold a term that so many say, and the words of the media whose names hold it."""
        if not term.is_prefix and self._medium_name_words.isdisjoint(term.words):
            return document_count, ()  # as of most
        media = [medium for medium in self._media_stats if any(term.matches(name) for name in medium.name_words)]
        return document_count + sum(medium.example_count for medium in media), tuple(
            medium.filter_term for medium in media
        )

    def _build_filter(self, scope: Scope) -> MatchFilter | None:
        """Returns the scope in the words of scopes; None if it holds nothing."""
        must = [work_filter(scope.work_ref)] if scope.work_ref else []
        if scope.trope is not None:
            trope_id = self._trope_id(scope.trope)
            if trope_id is None:
                return None
            must.append(trope_filter(trope_id))
        media_filters = None if scope.media is None else [medium_filter(slug) for slug in scope.media]
        must_not = [*map(medium_filter, scope.excluded_media), *map(work_filter, scope.excluded_works)]
        return (
            None
            if media_filters == []
            else MatchFilter(media_filters, must, must_not if scope.include_spoilers else [*must_not, SPOILER_FILTER])
        )
