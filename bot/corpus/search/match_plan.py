"""The FTS5 queries of a search: one for all hits, others for bands of higher weights."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from bot.corpus.index_terms import FILTER_PREFIX, MAX_WEIGHT, PREFIX_LENGTH, WEIGHT_PREFIXES, bigram_terms
from bot.corpus.search.bm25 import CollectionStats, inverse_document_frequency
from bot.corpus.search.query_parser import Term

Band = tuple[int, int]

FREQUENT_TERM_THRESHOLD = 5_000  # documents, as in the index `frequent_term`
FEW_DOCUMENTS_THRESHOLD = 1_000
LARGE_CORPUS_THRESHOLD = 200_000
# A term that is less telling than this fraction of the most telling one is never weighted.
MIN_IDF_FRACTION = 0.1
# Of all examples, about those of a medium, and those of a word that is too frequent to guard a phrase.
MEDIUM_FRACTION, GUARD_FRACTION = 0.1, 0.1
MIN_GUARDED_WORDS, MAX_GUARDS, MAX_NESTED = 3, 2, 8
WEIGHTED_FRACTION = 0.1  # of a word's examples, those that have it with a higher weight

# Weights that are queried together, first and last. The more terms and examples there are, the more each query costs.
EVERY_WEIGHT: Sequence[Band] = tuple((weight, weight) for weight in range(2, MAX_WEIGHT + 1))
LOW_WEIGHTS_APART: Sequence[Band] = (*EVERY_WEIGHT[:4], (6, MAX_WEIGHT))
REPEATED_OR_IN_TITLE: Sequence[Band] = ((2, 4), (5, MAX_WEIGHT))
HIGH_WEIGHTS: Sequence[Band] = ((4, MAX_WEIGHT),)


class Condition(NamedTuple):
    """A query that all hits match, and about how many examples do."""

    document_count: float
    query: str


@dataclass(frozen=True, slots=True)
class WeightBand:
    """A query, and the minimum weight of each term in its hits."""

    weights: tuple[float, ...]
    query: str


@dataclass(frozen=True, slots=True)
class PlannedTerm:
    """A search term, and what the index has about it."""

    query: str  # in FTS5's syntax
    document_count: float = 0.0  # about how many examples contain it
    weighted_terms: tuple[Term, ...] = ()  # the words whose weights the index has, none for a phrase
    weighted_prefix: str = ""  # the prefix whose weight the index has
    medium_filters: tuple[str, ...] = ()  # of the media whose names contain the term
    bigrams: tuple[str, ...] = ()  # filter terms of all examples that contain the term
    guards: tuple[Condition, ...] = ()  # rarer words of a phrase
    is_bigram: bool = False  # whether the bigrams alone match the term exactly
    is_absent: bool = False  # whether it is known that no visible text contains it

    @property
    def hidden_query(self) -> str:
        """The query for hidden text, without bigrams."""
        return _text_query(self.query)

    @property
    def conditions(self) -> list[Condition]:
        """What is true of all examples whose visible text contains the term."""
        conditions = [Condition(0, _filter_query([bigram])) for bigram in self.bigrams]
        if not self.is_bigram:
            last = Condition(math.inf if self.guards else self.document_count, _text_query(self.query))
            conditions += [*self.guards, last]
        return conditions

    def bands(self, bands: Sequence[Band]) -> list[tuple[float, list[Condition]]]:
        """Return minimum weights and conditions: for all hits, then for each band."""
        queries = [(1.0, self.conditions)]
        if self.medium_filters:  # only in the name of its medium: half a weight
            either = f"({conjunction(self.conditions)} OR {_filter_query(self.medium_filters)})"
            queries.insert(0, (0.5, [Condition(self.document_count, either)]))
        for low, high in bands:
            prefixes = WEIGHT_PREFIXES[low : high + 1]
            terms = [
                f'"{prefix}{term.text}"{"*" * term.is_prefix}' for prefix in prefixes for term in self.weighted_terms
            ]
            if self.weighted_prefix:
                terms += [f'"{prefix}{FILTER_PREFIX}{self.weighted_prefix}"' for prefix in prefixes]
            weighted = Condition(self.document_count * WEIGHTED_FRACTION, f"(filters : ({' OR '.join(terms)}))")
            queries.append((low, [weighted]))
        return queries


@dataclass(frozen=True, slots=True)
class MatchFilter:
    """A scope as filter terms: any of `media_filters`, all of `must`, none of `must_not`. And terms to leave out."""

    media_filters: Sequence[str] | None  # None is all media
    must: Sequence[str]
    must_not: Sequence[str]
    excluded: Sequence[PlannedTerm] = ()

    def apply(self, conditions: Sequence[Condition], document_count: int, *, hidden: bool = False) -> str:
        """Return the query of visible or `hidden` text for conditions in this scope, without excluded terms."""
        limits = [Condition(0, _filter_query([term])) for term in self.must]
        if self.media_filters is not None:
            limits.append(Condition(MEDIUM_FRACTION * document_count, _filter_query(self.media_filters)))
        exclusions = [_filter_query(self.must_not)] if self.must_not else []
        exclusions += [self.excluded_query(hidden=hidden)] if self.excluded else []
        query = conjunction([*conditions, *limits])
        return f"({query}) NOT ({' OR '.join(exclusions)})" if exclusions else query

    def excluded_query(self, *, hidden: bool) -> str:
        """Return the query for examples to leave out because their visible or `hidden` text has an excluded term."""
        excluded = [term.hidden_query if hidden else f"({conjunction(term.bands(())[0][1])})" for term in self.excluded]
        return " OR ".join(excluded)


class MatchPlan:
    """The FTS5 queries of a search, and how telling its terms are."""

    def __init__(self, terms: Sequence[PlannedTerm], match_filter: MatchFilter, stats: CollectionStats) -> None:
        self._terms, self._filter = terms, match_filter
        self._document_count = stats.document_count
        self._is_large = stats.document_count > LARGE_CORPUS_THRESHOLD
        self.idfs = tuple([inverse_document_frequency(term.document_count, stats) for term in terms])

    @property
    def finds_nothing(self) -> bool:
        """Whether it is known that no visible text has all terms."""
        return any(term.is_absent for term in self._terms)

    @property
    def query(self) -> str:
        """The query for visible text that matches all hits."""
        return self._query([term.bands(())[0][1] for term in self._terms])

    def hidden_query(self) -> str:
        """Return the query for hidden text, without bigrams and weights."""
        return self._query([[Condition(term.document_count, term.hidden_query)] for term in self._terms], hidden=True)

    def bands(self) -> list[WeightBand]:
        """Return the queries for visible text. The first matches all hits."""
        weighted, bands = self._terms_to_weight(), self._bands_of_weights()
        per_term = [
            term.bands(bands) if index in weighted else term.bands(())[:1] for index, term in enumerate(self._terms)
        ]
        return [
            WeightBand(tuple([weight for weight, _ in each]), self._query([conditions for _, conditions in each]))
            for each in product(*per_term)
        ]

    def _query(self, per_term: Iterable[Iterable[Condition]], *, hidden: bool = False) -> str:
        conditions = [condition for each in per_term for condition in each]
        return self._filter.apply(conditions, self._document_count, hidden=hidden)

    def _bands_of_weights(self) -> Sequence[Band]:
        if len(self._terms) > 1:
            return HIGH_WEIGHTS if self._is_large and len(self._terms) > 2 else REPEATED_OR_IN_TITLE
        rare = self._terms[0].document_count <= FREQUENT_TERM_THRESHOLD
        return LOW_WEIGHTS_APART if self._is_large and rare else EVERY_WEIGHT

    def _terms_to_weight(self) -> set[int]:
        """Return the indices of one or two most telling terms. Each multiplies the queries."""
        idfs = self.idfs
        candidates = [index for index, term in enumerate(self._terms) if term.weighted_terms or term.weighted_prefix]
        if not candidates:
            return set()
        candidates.sort(key=lambda index: idfs[index], reverse=True)
        first = candidates[0]
        few = self._terms[first].document_count <= FEW_DOCUMENTS_THRESHOLD
        max_weighted = 2 if len(self._terms) == 2 or few else 1
        return {index for index in candidates[:max_weighted] if idfs[index] > idfs[first] * MIN_IDF_FRACTION}


def conjunction(conditions: Sequence[Condition]) -> str:
    """Return the query for what matches all conditions.

    FTS5 reads the list of each part of an AND, however long, as far as any other part goes. So that it looks into a
    long list only where all shorter ones agree, these are an expression of their own. FTS5 would join it with the AND
    around it, but not one with NOT: `NOT ""` leaves out nothing.
    """
    if len(conditions) <= 2:
        return " AND ".join([query for _, query in conditions])
    first, second, *rest = [query for _, query in sorted(conditions)]
    query = f"{first} AND {second}"
    for longer in rest[:MAX_NESTED]:
        query = f'(({query}) NOT "") AND {longer}'
    return " AND ".join([query, *rest[MAX_NESTED:]])


def phrase_guards(term: Term, document_counts: Mapping[str, int], stats: CollectionStats) -> tuple[Condition, ...]:
    """Return the rarer words of a phrase if looking for these first saves time. Unknown words are rare."""
    words = sorted(set(term.words))
    # Of other letters, the index may split a text otherwise.
    if len(words) < MIN_GUARDED_WORDS or not term.text.isascii():
        return ()
    counts = [document_counts.get(word, 0) for word in words]
    guards = [Condition(count, _text_query(Term(word).to_fts())) for word, count in zip(words, counts, strict=True)]
    rare = [guard for guard in guards if guard.document_count < GUARD_FRACTION * stats.document_count]
    return tuple(sorted(rare)[:MAX_GUARDS]) if len(rare) + len(bigram_terms(term.words)) > 1 else ()


def plan_word(
    term: Term, document_count: float, medium_filters: tuple[str, ...] = (), guards: tuple[Condition, ...] = ()
) -> PlannedTerm:
    """Plan a word, or a phrase with its guards."""
    words = term.words
    bigrams = tuple(sorted(bigram_terms(words)))
    return PlannedTerm(
        term.to_fts(),
        document_count,
        (Term(words[0]),) if len(words) == 1 else (),
        medium_filters=medium_filters,
        bigrams=bigrams,
        guards=guards,
        is_bigram=len(words) == 2 and bool(bigrams),
    )


def plan_prefix(term: Term, document_count: float, medium_filters: tuple[str, ...] = ()) -> PlannedTerm:
    """Plan a prefix, or a phrase that may end in one."""
    words = term.words
    weighted_terms = (Term(words[0], is_prefix=True),) if len(words) == 1 else ()
    return PlannedTerm(term.to_fts(), document_count, weighted_terms, _exact_prefix(words), medium_filters)


def plan_expanded_prefix(
    term: Term,
    document_count: float,
    words: Sequence[str],
    medium_filters: tuple[str, ...] = (),
    *,
    weighted_count: int = 0,
) -> PlannedTerm:
    """Plan a prefix of too many words: match only `words`, most frequent first.

    Weight `weighted_count` of them, or with 0 all with the prefix. `document_count` and `medium_filters` are of all.
    """
    weighted_terms = tuple(map(Term, words[:weighted_count])) or (Term(term.words[0], is_prefix=True),)
    query = f"({' OR '.join([Term(word).to_fts() for word in words])})"
    return PlannedTerm(query, document_count, weighted_terms, _exact_prefix(term.words), medium_filters)


def _text_query(query: str) -> str:
    return f"(- filters : ({query}))"


def _filter_query(terms: Iterable[str]) -> str:
    quoted = [f'"{term}"' for term in terms]
    return f"(filters : ({' OR '.join(quoted)}))"


def _exact_prefix(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 and len(words[0]) == PREFIX_LENGTH else ""
