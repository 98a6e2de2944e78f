"""What FTS5 is asked: what is looked for and where, in one expression, and what of it is weighed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.store.rows import title_word
from bot.store.words import Term

# What bm25 may read of lists, in examples: 100,000 take it 4 ms. Where not all hits of what is weighed are hits of all
# that is asked, they have to be gone through: 30,000 take 4 ms.
WEIGHED, SIFTED = 100_000, 30_000
# A phrase of words that each stand in more examples may take 100 ms to be looked for everywhere.
LONG = 50_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that is looked for.

    Attributes:
        query: In what is said, as FTS5 takes it.
        titled: In the titles of works, in the words of scopes.
        lists: How many examples the lists hold that weighing it reads.
        long: Whether it may take long to be looked for everywhere.
    """

    query: str
    titled: str
    lists: int = 0
    long: bool = False


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

    @property
    def everywhere(self) -> bool:
        """Whether it leaves nothing out."""
        return self.media is None and not self.narrow and not self.but

    def limit(self, query: str) -> str:
        """Returns a query within this scope."""
        groups = [[word] for word in self.narrow] + ([self.media] if self.media is not None else [])
        limited = " AND ".join([query, *map(_scope, groups)])
        return f"({limited}) NOT {_scope(self.but)}" if self.but else limited


class Question:
    """A search as FTS5 is asked."""

    def __init__(self, wanted: Sequence[Wanted], where: Where) -> None:
        """Takes all that is looked for, and where."""
        self._wanted, self._where = wanted, where

    @cached_property
    def all(self) -> str:
        """Asks for the hits."""
        return self._where.limit(_said(self._wanted))

    @cached_property
    def titled(self) -> str:
        """Asks for the hits that hold, in a title, what is weighed, or anything if nothing is."""
        return f"{_titled(self._weighed or self._wanted)} AND {self.all}"

    @cached_property
    def weighed(self) -> str:
        """Asks for all hits and for others, with nothing in it that bm25 would take long to weigh; "" for none."""
        return Where(None, self._where.narrow, ()).limit(_said(self._weighed)) if self._weighed else ""

    @cached_property
    def weighed_titled(self) -> str:
        """Asks for all hits that `titled` asks for and for others, to be weighed like those of `weighed`."""
        return f"{_titled(self._weighed)} AND {self.weighed}" if self._weighed else ""

    @property
    def long(self) -> bool:
        """Whether it may take long to be looked for everywhere."""
        return not self._where.narrow and any(one.long for one in self._wanted)

    @cached_property
    def _weighed(self) -> list[Wanted]:
        read, weighed = 0, []
        for one in sorted(self._wanted, key=lambda one: one.lists):
            read += one.lists
            if read > WEIGHED:
                break
            weighed.append(one)
        exact = len(weighed) == len(self._wanted) and self._where.everywhere
        return weighed if exact or self._where.narrow or (weighed and weighed[0].lists <= SIFTED) else []


def asked(term: Term, frequencies: Mapping[str, int]) -> Wanted:
    """Returns a term as it is looked for, by how many examples hold its words."""
    counts = [frequencies.get(word, 0) for word in term.words]
    return Wanted(term.query, _in_title(term), sum(counts), len(counts) > 1 and min(counts) > LONG)


def asked_by_beginning(term: Term, words: Sequence[str] | None, lists: int) -> Wanted:
    """Returns a term that may be a beginning: as it is, or as the words that it may be the beginning of."""
    query = f"({_any(words)})" if words else term.query
    return Wanted(query, _in_title(term), lists)


def _said(wanted: Iterable[Wanted]) -> str:
    return f"(- scope : ({' AND '.join(one.query for one in wanted)}))"


def _titled(wanted: Iterable[Wanted]) -> str:
    return f"(scope : ({' OR '.join(one.titled for one in wanted)}))"


def _in_title(term: Term) -> str:
    words = [Term(title_word(word)).query for word in term.words] or [term.query]
    return f"({' AND '.join(words)}{'*' * term.begins})"


def _scope(words: Sequence[str]) -> str:
    return f"(scope : ({_any(words)}))"


def _any(words: Iterable[str]) -> str:
    return " OR ".join(Term(word).query for word in words)
