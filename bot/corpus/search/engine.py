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

from bot.cache import Kept
from bot.corpus.index_terms import HIDES_WORD, ID_BITS, medium_word, trope_word, work_word
from bot.corpus.scope import Scope
from bot.corpus.search.bm25 import Collection, Hits, scores, together
from bot.corpus.search.match_plan import FREQUENT, Question, Wanted, Where, asked, asked_by_beginning, asked_by_words
from bot.corpus.search.query_parser import Term, terms_of
from bot.model import folded_words

# Hits of all, and of those in which something weighs more.
MOST, BEST = 1000, 30
# FTS5 gathers what begins with some letters before it gives the first hit: 10,000 take it 1.5 ms. Where there are more,
# the most frequent words with that beginning are asked for one by one: there are over a thousand hits all the same.
GATHERED, EXPANDED = 10_000, 40
# A word weighs more than once in about a tenth of the examples that hold it. Where even those are more than can be
# gathered, only the first of those words are graded.
GATHERED_AT_LEVELS, GRADED = 10 * GATHERED, 10
_KEPT = 200
_ID = (1 << ID_BITS) - 1
_NONE = "[]"

_MEDIA = """
    SELECT slug, name, group_name, sum(examples), sum(length) FROM shelf LEFT JOIN medium ON medium.id = medium_id
    GROUP BY medium_id
"""
_FREQUENT = f"SELECT term, examples FROM word INDEXED BY word_frequent WHERE examples > {FREQUENT}"
_EXAMPLES = "SELECT term, examples FROM word WHERE term IN (SELECT value FROM json_each(:words))"
_BEGINNINGS = """
    SELECT term, examples, (SELECT sum(examples) FROM word WHERE term >= :typed AND term < :typed || char(0x10ffff))
    FROM word WHERE term >= :typed AND term < :typed || char(0x10ffff) ORDER BY examples DESC LIMIT :most
"""
_FIRST = "SELECT json_group_array(hit) FROM (SELECT rowid AS hit FROM {table} WHERE {table} MATCH {query} LIMIT {most})"
# The questions one after another, in one trip to the thread.
_HITS = f"""
    SELECT 0, ({_FIRST.format(table="clear", query=":all", most=":most + 1")})
    UNION ALL
    SELECT key + 1, ({_FIRST.format(table="clear", query="value", most=":best")}) FROM json_each(:graded)
"""
_HIDDEN_HITS = _FIRST.format(table="hidden", query=":all", most=":most + 1")
Rows = Callable[[str, Mapping[str, Any]], Awaitable[list[Any]]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        ids: The examples, best first, at most MOST.
        more: Whether there are more.
    """

    ids: Sequence[int] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """A medium: its word in scopes, the words of its name and its group's, and how many examples it has."""

    word: str
    names: Sequence[Sequence[str]]
    examples: int


class Search:
    """Finds examples; keeps what was found lately, for those who turn pages."""

    def __init__(self, rows: Rows, trope_id: Callable[[str], int | None]) -> None:
        """Takes what runs a statement, and what numbers a trope's name."""
        self._rows, self._trope_id = rows, trope_id
        self._collection = Collection()
        self._frequent: dict[str, int] = {}
        self._media: list[_Named] = []
        self._names: set[str] = set()
        self._kept: Kept[tuple[str, Scope, bool], Found] = Kept(_KEPT)

    async def refresh(self, examples: int) -> None:
        """Forgets what was found; `examples` is how many there are now."""
        self._kept.clear()
        rows = await self._rows(_MEDIA, {})
        self._collection = Collection(examples, sum(row[-1] for row in rows) / max(examples, 1) or 1.0)
        self._media = [
            _Named(medium_word(slug), (folded_words(name), folded_words(group)), count)
            for slug, name, group, count, _ in rows
            if slug
        ]
        self._names = {word for medium in self._media for name in medium.names for word in name}
        self._frequent = dict(await self._rows(_FREQUENT, {}))

    async def find(self, words: str, scope: Scope, *, hidden: bool) -> Found:
        """Returns the examples of a scope that hold all words; see `Corpus.search`."""
        return await self._kept.of((words, scope, hidden), partial(self._find, words, scope, hidden=hidden))

    async def _find(self, words: str, scope: Scope, *, hidden: bool) -> Found:
        where = self._where(scope)
        for prefixes in (False, True):
            terms = terms_of(words, prefixes=prefixes)
            if where is None or not terms:
                break
            question = Question(await self._wanted(terms), where, self._collection)
            hits, more = await self._hits(question)
            if hidden:
                others = await self._hidden_hits(question)
                hits.append(others)
                more = more or len(others[1]) > MOST
            if any(ids for _, ids in hits):
                found = scores(hits, question.rarities, self._collection)
                best = sorted(found, key=lambda hit: (-found[hit], hit))
                return Found(array("q", [hit & _ID for hit in best[:MOST]]), more or len(best) > MOST)
        return Found()

    async def _hits(self, question: Question) -> tuple[list[Hits], bool]:
        """Returns hits by how much everything weighs in them, and whether there are more than MOST."""
        (least, all_of_them), *others = question.grades
        weights = [least, *(each for each, _ in others)]
        graded = json.dumps([query for _, query in others])
        rows = await self._rows(_HITS, {"all": all_of_them, "graded": graded, "most": MOST, "best": BEST})
        hits = [(weights[number], json.loads(ids)) for number, ids in rows if ids != _NONE]
        return hits, any(len(ids) > MOST for _, ids in hits)

    async def _hidden_hits(self, question: Question) -> Hits:
        """Returns hits in what is hidden, where everything is taken to be said once."""
        [(ids,)] = await self._rows(_HIDDEN_HITS, {"all": question.of_hidden, "most": MOST})
        return (1.0,) * len(question.rarities), json.loads(ids)

    async def _wanted(self, terms: Sequence[Term]) -> list[Wanted]:
        known = await self._examples_of(terms) if len(terms) > 1 else self._frequent
        return [await self._beginning(term) if term.begins else self._asked(term, known) for term in terms]

    async def _examples_of(self, terms: Sequence[Term]) -> Mapping[str, int]:
        """Returns in how many examples the words stand; of a single word it is enough whether it is frequent."""
        unknown = {word for term in terms if not term.begins for word in term.words} - self._frequent.keys()
        rows = await self._rows(_EXAMPLES, {"words": json.dumps(sorted(unknown))}) if unknown else ()
        return self._frequent | dict(rows)

    def _asked(self, term: Term, known: Mapping[str, int]) -> Wanted:
        # A phrase is no more frequent than its rarest word.
        said = min([known.get(word, 0) for word in term.words] or [0])
        return asked(term, *self._with_media(term, said))

    async def _beginning(self, term: Term) -> Wanted:
        words = term.words
        rows = await self._rows(_BEGINNINGS, {"typed": words[0], "most": EXPANDED}) if len(words) == 1 else []
        total = rows[0][2] if rows else 0
        examples, media = self._with_media(term, together(total, self._collection))
        if total > GATHERED:
            graded = GRADED if total > GATHERED_AT_LEVELS else 0
            return asked_by_words(term, examples, [word for word, _, _ in rows], media, graded=graded)
        return asked_by_beginning(term, examples, media)

    def _with_media(self, term: Term, said: float) -> tuple[float, tuple[str, ...]]:
        """Returns how many examples hold a term that so many say, and the words of the media whose names hold it."""
        if not term.begins and self._names.isdisjoint(term.words):
            return said, ()  # as of most
        media = [medium for medium in self._media if any(term.stands_in(name) for name in medium.names)]
        return said + sum(medium.examples for medium in media), tuple(medium.word for medium in media)

    def _where(self, scope: Scope) -> Where | None:
        """Returns the scope in the words of scopes; None if it holds nothing."""
        narrow = [work_word(scope.work)] if scope.work else []
        if scope.trope is not None:
            trope_id = self._trope_id(scope.trope)
            if trope_id is None:
                return None
            narrow.append(trope_word(trope_id))
        media = None if scope.media is None else [medium_word(slug) for slug in scope.media]
        but = [*map(medium_word, scope.but_media), *map(work_word, scope.but_works)]
        return None if media == [] else Where(media, narrow, but if scope.spoilers else [*but, HIDES_WORD])
