"""What FTS5 is asked: what is looked for and where, and which of that weighs how much, each in one expression."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from bot.corpus.index_terms import BEGINNING, TOP_LEVEL, beginning_level_word, level_word, pair_words
from bot.corpus.search.bm25 import Collection, rarity
from bot.corpus.search.query_parser import Term

# A word in more examples is frequent.
FREQUENT = 5_000
# Levels that are asked for together, first and last, where one thing is looked for and where there are more.
_OF_ONE = tuple((level, level) for level in range(2, TOP_LEVEL + 1))
_OF_SEVERAL = ((2, 4), (5, TOP_LEVEL))  # said again; in a title too
# The same where there are so many examples that each question about three frequent words takes FTS5 2 ms, and that one
# question more about a word that is not frequent is a fiftieth of its search.
_LARGE = 200_000
_RARE_OF_LARGE, _OF_LARGE = (*_OF_ONE[:4], (6, TOP_LEVEL)), ((4, TOP_LEVEL),)
# Each level of one is asked for with each of the other's, of two things. Of more things that are frequent a question
# takes FTS5 3 ms at a million examples, so that only the one that says most is graded, unless it stands in so few
# examples. What says less than a tenth of that is never graded.
_FEW = 1000
_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Grade:
    """How much a thing weighs in an example at least, and what is asked for the examples in which it does."""

    weight: float
    query: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that is looked for.

    Attributes:
        query: In what is said, as FTS5 takes it.
        examples: How many examples hold it, about.
        levels: The words that it is, or some of them, of which the scope tells what they weigh; nothing for a phrase.
        letters: The beginning of words that it is, of which the scope tells what they weigh together, or nothing.
        media: The words of the media whose names hold it, in the words of scopes.
        pairs: What must be in the scope if it is in what is said.
        paired: Whether that is all that there is to it.
    """

    query: str
    examples: float = 0.0
    levels: tuple[Term, ...] = ()
    letters: str = ""
    media: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    paired: bool = False

    @property
    def least(self) -> Grade:
        """The least that it may weigh: half, where it stands in the name of a medium."""
        return Grade(0.5, f"({self._said} OR {_scope(self.media)})") if self.media else Grade(1.0, self._said)

    def grades(self, steps: Iterable[tuple[int, int]]) -> list[Grade]:
        """Returns what it may weigh, the least first, in such steps of levels."""
        once = [Grade(1.0, self._said)] if self.media else []
        return [self.least, *once, *(Grade(low, self._at(low, high)) for low, high in steps)]

    @property
    def _said(self) -> str:
        rest = [] if self.paired else [f"(- scope : ({self.query}))"]
        return f"({' AND '.join([*(_scope([pair]) for pair in self.pairs), *rest])})"

    def _at(self, low: int, high: int) -> str:
        levels = range(low, high + 1)
        words = [Term(level_word(level, term.text), term.begins).query for level in levels for term in self.levels]
        letters = [Term(beginning_level_word(level, self.letters)).query for level in levels if self.letters]
        return f"(scope : ({' OR '.join([*words, *letters])}))"


@dataclass(frozen=True, slots=True)
class Where:
    """A scope in the words of scopes.

    Attributes:
        media: Words of media, one of which an example must hold, or None.
        narrow: Words that it must hold, each standing in few examples: a trope's, a work's.
        but: Words that it must not hold.
    """

    media: Sequence[str] | None
    narrow: Sequence[str]
    but: Sequence[str]

    def limit(self, query: str) -> str:
        """Returns a query within this scope."""
        groups: list[Sequence[str]] = [[word] for word in self.narrow]
        groups += [self.media] if self.media is not None else []
        limited = " AND ".join([query, *map(_scope, groups)])
        return f"({limited}) NOT {_scope(self.but)}" if self.but else limited


class Question:
    """A search as FTS5 is asked."""

    def __init__(self, wanted: Sequence[Wanted], where: Where, collection: Collection) -> None:
        """Takes all that is looked for, and where, and of how many examples that is a part."""
        self._wanted, self._where, self._large = wanted, where, collection.examples > _LARGE
        self.rarities = tuple(rarity(one.examples, collection) for one in wanted)

    @property
    def of_hidden(self) -> str:
        """Asks for the hits in what is hidden: no scope tells which words stand side by side there."""
        return self._where.limit(f"(- scope : ({' AND '.join(one.query for one in self._wanted)}))")

    @cached_property
    def grades(self) -> list[tuple[tuple[float, ...], str]]:
        """What everything weighs at least, and what asks for the hits in which it does; the first is for all hits."""
        graded, steps = self._graded(), self._steps()
        each = [one.grades(steps) if place in graded else [one.least] for place, one in enumerate(self._wanted)]
        return [
            (tuple(grade.weight for grade in grades), self._where.limit(" AND ".join(grade.query for grade in grades)))
            for grades in product(*each)
        ]

    def _steps(self) -> Sequence[tuple[int, int]]:
        if len(self._wanted) == 1:
            return _RARE_OF_LARGE if self._large and self._wanted[0].examples <= FREQUENT else _OF_ONE
        return _OF_LARGE if self._large and len(self._wanted) > 2 else _OF_SEVERAL

    def _graded(self) -> set[int]:
        """Returns the places of what is graded."""
        told = [place for place, one in enumerate(self._wanted) if one.levels or one.letters]
        told.sort(key=lambda place: self.rarities[place], reverse=True)
        most = 2 if len(self._wanted) == 2 or (told and self._wanted[told[0]].examples <= _FEW) else 1
        return {place for place in told[:most] if self.rarities[place] > self.rarities[told[0]] * _SHARE}


def asked(term: Term, examples: float, media: tuple[str, ...] = ()) -> Wanted:
    """Returns a word or a phrase as it is looked for."""
    words = term.words
    pairs = tuple(sorted(pair_words(words)))
    levels = (Term(words[0]),) if len(words) == 1 else ()
    paired = len(words) == 2 and bool(pairs)
    return Wanted(term.query, examples, levels, media=media, pairs=pairs, paired=paired)


def asked_by_beginning(term: Term, examples: float, media: tuple[str, ...] = ()) -> Wanted:
    """Returns what may be the beginning of a word."""
    words = term.words
    levels = (Term(words[0], begins=True),) if len(words) == 1 else ()
    return Wanted(term.query, examples, levels, _letters(words), media)


def asked_by_words(
    term: Term, examples: float, words: Sequence[str], media: tuple[str, ...] = (), *, graded: int = 0
) -> Wanted:
    """Returns words one of which is looked for, all with that beginning.

    Args:
        term: The beginning.
        examples: How many examples hold such words.
        words: The most frequent ones first.
        media: The words of the media whose names hold it.
        graded: How many of them are told apart by weight; 0 for all words with that beginning.
    """
    levels = tuple(Term(word) for word in words[:graded]) or (Term(term.words[0], begins=True),)
    return Wanted(f"({_any(words)})", examples, levels, _letters(term.words), media)


def _letters(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 and len(words[0]) == BEGINNING else ""


def _scope(words: Sequence[str]) -> str:
    return f"(scope : ({_any(words)}))"


def _any(words: Iterable[str]) -> str:
    return " OR ".join(Term(word).query for word in words)
