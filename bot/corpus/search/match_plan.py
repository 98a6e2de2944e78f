"""What FTS5 is asked: what is looked for and where, and which of that weighs how much, each in one expression."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from bot.corpus.index_terms import MAX_WEIGHT, PREFIX_LENGTH, bigram_terms, prefix_weight_term, weight_term
from bot.corpus.search.bm25 import CollectionStats, inverse_document_frequency
from bot.corpus.search.query_parser import Term

# A word in more examples is frequent.
FREQUENT_TERM_THRESHOLD = 5_000
# Levels that are asked for together, first and last, where one thing is looked for and where there are more.
_OF_ONE = tuple((level, level) for level in range(2, MAX_WEIGHT + 1))
_OF_SEVERAL = ((2, 4), (5, MAX_WEIGHT))  # said again; in a title too
# The same where there are so many examples that each question about three frequent words takes FTS5 2 ms, and that one
# question more about a word that is not frequent is a fiftieth of its search.
LARGE_CORPUS_THRESHOLD = 200_000
_RARE_OF_LARGE, _OF_LARGE = (*_OF_ONE[:4], (6, MAX_WEIGHT)), ((4, MAX_WEIGHT),)
# Each level of one is asked for with each of the other's, of two things. Of more things that are frequent a question
# takes FTS5 3 ms at a million examples, so that only the one that says most is graded, unless it stands in so few
# examples. What says less than a tenth of that is never graded.
FEW_DOCUMENTS_THRESHOLD = 1000
MIN_IDF_FRACTION = 0.1


@dataclass(frozen=True, slots=True)
class WeightBand:
    """How much a thing weighs in an example at least, and what is asked for the examples in which it does."""

    weight: float
    query: str


@dataclass(frozen=True, slots=True)
class PlannedTerm:
    """One thing that is looked for.

    Attributes:
        query: In what is said, as FTS5 takes it.
        document_count: How many examples hold it, about.
        weighted_terms: The words that it is, or some of them, of which the scope tells what they weigh; nothing for a phrase.
        weighted_prefix: The beginning of words that it is, of which the scope tells what they weigh together, or nothing.
        medium_filters: The words of the media whose names hold it, in the words of scopes.
        bigrams: What must be in the scope if it is in what is said.
        is_bigram: Whether that is all that there is to it.
    """

    query: str
    document_count: float = 0.0
    weighted_terms: tuple[Term, ...] = ()
    weighted_prefix: str = ""
    medium_filters: tuple[str, ...] = ()
    bigrams: tuple[str, ...] = ()
    is_bigram: bool = False

    @property
    def lowest_band(self) -> WeightBand:
        """The least that it may weigh: half, where it stands in the name of a medium."""
        return (
            WeightBand(0.5, f"({self._visible_query} OR {_filter_query(self.medium_filters)})")
            if self.medium_filters
            else WeightBand(1.0, self._visible_query)
        )

    def bands(self, steps: Iterable[tuple[int, int]]) -> list[WeightBand]:
        """Returns what it may weigh, the least first, in such steps of levels."""
        once = [WeightBand(1.0, self._visible_query)] if self.medium_filters else []
        return [self.lowest_band, *once, *(WeightBand(low, self._query_at(low, high)) for low, high in steps)]

    @property
    def _visible_query(self) -> str:
        rest = [] if self.is_bigram else [f"(- scope : ({self.query}))"]
        return f"({' AND '.join([*(_filter_query([bigram]) for bigram in self.bigrams), *rest])})"

    def _query_at(self, low: int, high: int) -> str:
        weights = range(low, high + 1)
        words = [
            Term(weight_term(weight, term.text), term.is_prefix).to_fts
            for weight in weights
            for term in self.weighted_terms
        ]
        prefixes = [
            Term(prefix_weight_term(weight, self.weighted_prefix)).to_fts for weight in weights if self.weighted_prefix
        ]
        return f"(scope : ({' OR '.join([*words, *prefixes])}))"


@dataclass(frozen=True, slots=True)
class MatchFilter:
    """A scope in the words of scopes.

    Attributes:
        media_filters: Words of media, one of which an example must hold, or None.
        must: Words that it must hold, each standing in few examples: a trope's, a work's.
        must_not: Words that it must not hold.
    """

    media_filters: Sequence[str] | None
    must: Sequence[str]
    must_not: Sequence[str]

    def apply(self, query: str) -> str:
        """Returns a query within this scope."""
        groups: list[Sequence[str]] = [[word] for word in self.must]
        groups += [self.media_filters] if self.media_filters is not None else []
        limited = " AND ".join([query, *map(_filter_query, groups)])
        return f"({limited}) NOT {_filter_query(self.must_not)}" if self.must_not else limited


class MatchPlan:
    """A search as FTS5 is asked."""

    def __init__(self, terms: Sequence[PlannedTerm], match_filter: MatchFilter, stats: CollectionStats) -> None:
        """Takes all that is looked for, and where, and of how many examples that is a part."""
        self._terms, self._filter, self._is_large = terms, match_filter, stats.document_count > LARGE_CORPUS_THRESHOLD
        self.idfs = tuple(inverse_document_frequency(one.document_count, stats) for one in terms)

    @property
    def hidden_query(self) -> str:
        """Asks for the hits in what is hidden: no scope tells which words stand side by side there."""
        return self._filter.apply(f"(- scope : ({' AND '.join(one.query for one in self._terms)}))")

    @cached_property
    def bands(self) -> list[tuple[tuple[float, ...], str]]:
        """What everything weighs at least, and what asks for the hits in which it does; the first is for all hits."""
        indices, steps = self._terms_to_weight(), self._weight_steps()
        each = [one.bands(steps) if index in indices else [one.lowest_band] for index, one in enumerate(self._terms)]
        return [
            (tuple(band.weight for band in bands), self._filter.apply(" AND ".join(band.query for band in bands)))
            for bands in product(*each)
        ]

    def _weight_steps(self) -> Sequence[tuple[int, int]]:
        if len(self._terms) == 1:
            return (
                _RARE_OF_LARGE
                if self._is_large and self._terms[0].document_count <= FREQUENT_TERM_THRESHOLD
                else _OF_ONE
            )
        return _OF_LARGE if self._is_large and len(self._terms) > 2 else _OF_SEVERAL

    def _terms_to_weight(self) -> set[int]:
        """Returns the places of what is graded."""
        candidates = [index for index, one in enumerate(self._terms) if one.weighted_terms or one.weighted_prefix]
        candidates.sort(key=lambda place: self.idfs[place], reverse=True)
        max_weighted = (
            2
            if len(self._terms) == 2
            or (candidates and self._terms[candidates[0]].document_count <= FEW_DOCUMENTS_THRESHOLD)
            else 1
        )
        return {
            index
            for index in candidates[:max_weighted]
            if self.idfs[index] > self.idfs[candidates[0]] * MIN_IDF_FRACTION
        }


def plan_word(term: Term, document_count: float, medium_filters: tuple[str, ...] = ()) -> PlannedTerm:
    """Returns a word or a phrase as it is looked for."""
    words = term.words
    bigrams = tuple(sorted(bigram_terms(words)))
    weighted_terms = (Term(words[0]),) if len(words) == 1 else ()
    is_bigram = len(words) == 2 and bool(bigrams)
    return PlannedTerm(
        term.to_fts, document_count, weighted_terms, medium_filters=medium_filters, bigrams=bigrams, is_bigram=is_bigram
    )


def plan_prefix(term: Term, document_count: float, medium_filters: tuple[str, ...] = ()) -> PlannedTerm:
    """Returns what may be the beginning of a word."""
    words = term.words
    weighted_terms = (Term(words[0], is_prefix=True),) if len(words) == 1 else ()
    return PlannedTerm(term.to_fts, document_count, weighted_terms, _exact_prefix(words), medium_filters)


def plan_expanded_prefix(
    term: Term,
    document_count: float,
    words: Sequence[str],
    medium_filters: tuple[str, ...] = (),
    *,
    weighted_count: int = 0,
) -> PlannedTerm:
    """Returns words one of which is looked for, all with that beginning.

    Args:
        term: The beginning.
        document_count: How many examples hold such words.
        words: The most frequent ones first.
        medium_filters: The words of the media whose names hold it.
        weighted_count: How many of them are told apart by weight; 0 for all words with that beginning.
    """
    weighted_terms = tuple(Term(word) for word in words[:weighted_count]) or (Term(term.words[0], is_prefix=True),)
    return PlannedTerm(f"({_any_of(words)})", document_count, weighted_terms, _exact_prefix(term.words), medium_filters)


def _exact_prefix(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 and len(words[0]) == PREFIX_LENGTH else ""


def _filter_query(words: Sequence[str]) -> str:
    return f"(scope : ({_any_of(words)}))"


def _any_of(words: Iterable[str]) -> str:
    return " OR ".join(Term(word).to_fts for word in words)
