"""What FTS5 is asked: what is looked for and where, in one expression, and what of it is weighed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.store.rows import pair_words, title_word
from bot.store.words import Term

# What bm25 may read of lists, in examples: 40,000 take it 2 ms. Where not all hits of what is weighed are hits of all
# that is asked, they have to be gone through: 10,000 take 1.5 ms.
WEIGHED, SIFTED = 40_000, 10_000
_EVERY = 1 << 62


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that is looked for.

    Attributes:
        query: In what is said, as FTS5 takes it.
        titled: In the titles of works, in the words of scopes.
        lists: How many examples the lists hold that weighing it reads.
        pairs: What must be in the scope if it is in what is said.
        paired: Whether that is all that there is to it.
    """

    query: str
    titled: str
    lists: int = 0
    pairs: tuple[str, ...] = ()
    paired: bool = False


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
        groups: list[Sequence[str]] = [[word] for word in self.narrow]
        groups += [self.media] if self.media is not None else []
        limited = " AND ".join([query, *map(_scope, groups)])
        return f"({limited}) NOT {_scope(self.but)}" if self.but else limited


class Question:
    """A search as FTS5 is asked."""

    def __init__(self, wanted: Sequence[Wanted], where: Where) -> None:
        """Takes all that is looked for, and where."""
        self._wanted, self._where = wanted, where

    @property
    def of_hidden(self) -> "Question":
        """The same for what is hidden: no scope tells which words stand side by side there."""
        return Question([replace(one, pairs=(), paired=False) for one in self._wanted], self._where)

    @cached_property
    def all(self) -> str:
        """Asks for the hits."""
        pairs = [_scope([pair]) for one in self._wanted for pair in one.pairs]
        rest = [one for one in self._wanted if not one.paired]
        return self._where.limit(" AND ".join([*pairs, *([_said(rest)] if rest else [])]))

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
    def looks_at_titles(self) -> bool:
        """Whether titles are looked at where very much is found; for several frequent words that takes long."""
        return bool(self._weighed) or len(self._wanted) == 1

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
    words = term.words
    pairs = () if term.begins else tuple(sorted(pair_words(words)))
    lists = sum(frequencies.get(word, 0) for word in words)
    return Wanted(term.query, _in_title(words), lists, pairs, paired=len(words) == 2 and bool(pairs))


def asked_by_beginning(term: Term, lists: int) -> Wanted:
    """Returns a term that may be the beginning of a word, where so many examples hold such words."""
    *before, last = [Term(title_word(word)).query for word in term.words] or [term.query]
    return Wanted(term.query, f"({' AND '.join([*before, f'{last}*'])})", lists)


def asked_by_words(words: Sequence[str]) -> Wanted:
    """Returns words one of which is looked for."""
    # Each would be weighed apart, and reading their lists takes long: they are not weighed.
    return Wanted(f"({_any(words)})", f"({_any(map(title_word, words))})", _EVERY)


def _said(wanted: Iterable[Wanted]) -> str:
    return f"(- scope : ({' AND '.join(one.query for one in wanted)}))"


def _titled(wanted: Iterable[Wanted]) -> str:
    return f"(scope : ({' OR '.join(one.titled for one in wanted)}))"


def _in_title(words: Sequence[str]) -> str:
    return f"({' AND '.join(Term(title_word(word)).query for word in words)})" if words else '""'


def _scope(words: Sequence[str]) -> str:
    return f"(scope : ({_any(words)}))"


def _any(words: Iterable[str]) -> str:
    return " OR ".join(Term(word).query for word in words)
