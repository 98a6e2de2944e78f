"""The search: which examples hold the words, best first, in a few milliseconds whatever is asked of a million.

What is asked for and where it is looked for become one question to the index. Up to a thousand hits are ranked exactly,
by bm25. Of more, the first 500 in the order of the index (short ones first) and the first 200 that hold a word in a
title are ranked, five hundred more follow, and "over a thousand" is all that is said of their number.

bm25 reads the whole list of every word it weighs, so words that stand nearly everywhere are not weighed: they must be
there, but say nothing about which example is better.
"""

from array import array
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.store.keeping import Kept
from bot.store.questions import Question, Wanted, Where, asked, asked_by_beginning, asked_by_words
from bot.store.rows import HIDES_WORD, ID_BITS, medium_word, trope_word, work_word
from bot.store.scope import Scope
from bot.store.words import Term, terms_of

MOST, SOME, TITLES = 1000, 500, 200
# FTS5 gathers what begins with some letters before it gives the first hit: 10,000 take it 1.5 ms. Where there are more,
# the most frequent words with that beginning are asked for one by one: there are over a thousand hits all the same.
GATHERED, EXPANDED = 10_000, 40
_KEPT = 200
_ID = (1 << ID_BITS) - 1

# Words that stand in fewer examples cost a search little, however many are asked for.
_FREQUENT = "SELECT term, examples FROM word INDEXED BY word_frequent WHERE examples > 5000"
_BEGINNINGS = """
    SELECT term, examples, (SELECT sum(examples) FROM word WHERE term >= :typed AND term < :typed || char(0x10ffff))
    FROM word WHERE term >= :typed AND term < :typed || char(0x10ffff) ORDER BY examples DESC LIMIT :most
"""
# Weights of what an example says, the works it is about, its medium's name, and its scope.
_WEIGHTS = {"clear": "1.0, 4.0, 0.5, 0.0", "hidden": "1.0, 0.0"}
_HITS = """
    WITH first AS MATERIALIZED (
        SELECT rowid AS hit FROM {table} WHERE {table} MATCH :all LIMIT :most + 1
    ), titled AS MATERIALIZED (
        -- Joined, so that nothing is looked for where the count says so: a condition would be looked at for each hit.
        SELECT {table}.rowid AS hit FROM (SELECT count(*) AS hits FROM first) CROSS JOIN {table}
        WHERE hits > :most AND {table} MATCH :titled LIMIT :titles
    )
"""
_UNWEIGHED = """
    SELECT hit, 0.0, (SELECT count(*) FROM first) FROM (SELECT hit FROM first UNION SELECT hit FROM titled)
    ORDER BY hit NOT IN (SELECT hit FROM titled), hit LIMIT :most
"""
# The words of a scope weigh nothing, so that they may stand in what is weighed. What is not weighed comes last.
_WEIGHED = """
    , some AS MATERIALIZED (
        SELECT hit FROM first LIMIT iif((SELECT count(*) FROM first) > :most, :some, :most)
    )
    SELECT hit, min(weight) AS weight, (SELECT count(*) FROM first) FROM (
        SELECT rowid AS hit, bm25({table}, {weights}) AS weight FROM {table}
        WHERE {table} MATCH :weighed AND rowid BETWEEN (SELECT min(hit) FROM some) AND (SELECT max(hit) FROM some)
        AND +rowid IN (SELECT hit FROM some)
        UNION ALL
        SELECT {table}.rowid, bm25({table}, {weights}) FROM (SELECT count(*) AS hits FROM titled) CROSS JOIN {table}
        WHERE hits > 0 AND {table} MATCH :weighed_titled AND +{table}.rowid IN (SELECT hit FROM titled)
        UNION ALL
        SELECT hit, 0.0 FROM first
    ) GROUP BY hit ORDER BY weight, hit LIMIT :most
"""
_STATEMENTS = {
    table: tuple((_HITS + statement).format(table=table, weights=weights) for statement in (_UNWEIGHED, _WEIGHED))
    for table, weights in _WEIGHTS.items()
}
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


class Search:
    """Finds examples; keeps what was found lately, for those who turn pages."""

    def __init__(self, rows: Rows, trope_id: Callable[[str], int | None]) -> None:
        """Takes what runs a statement, and what numbers a trope's name."""
        self._rows, self._trope_id = rows, trope_id
        self._examples = 0
        self._frequencies: dict[str, int] = {}
        self._kept: Kept[tuple[str, Scope, bool], Found] = Kept(_KEPT)

    async def refresh(self, examples: int) -> None:
        """Forgets what was found; `examples` is how many there are now."""
        self._kept.clear()
        self._examples = examples
        self._frequencies = dict(await self._rows(_FREQUENT, {}))

    async def find(self, words: str, scope: Scope, *, hidden: bool) -> Found:
        """Returns the examples of a scope that hold all words; see `Corpus.search`."""
        key = (words, scope, hidden)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = await self._find(words, scope, hidden=hidden)
        return found

    async def _find(self, words: str, scope: Scope, *, hidden: bool) -> Found:
        where = self._where(scope)
        for prefixes in (False, True):
            terms = terms_of(words, prefixes=prefixes)
            if where is None or not terms:
                break
            question = await self._question(terms, where)
            hits, more = await self._hits("clear", question)
            if hidden:
                others, more_others = await self._hits("hidden", question.of_hidden)
                hits |= {hit: min(weight, hits.get(hit, 0.0)) for hit, weight in others.items()}
                more = more or more_others
            if hits:
                best = sorted(hits, key=lambda hit: (hits[hit], hit))[:MOST] if hidden else hits
                return Found(array("q", [hit & _ID for hit in best]), more or len(hits) > MOST)
        return Found()

    async def _hits(self, table: str, question: Question) -> tuple[dict[int, float], bool]:
        """Returns rowids, best first, with their weights, and whether there are more."""
        parameters = {
            "all": question.all,
            "titled": question.titled,
            "weighed": question.weighed,
            "weighed_titled": question.weighed_titled,
            "most": MOST,
            "some": SOME,
            "titles": TITLES if question.looks_at_titles else 0,
        }
        rows = await self._rows(_STATEMENTS[table][bool(question.weighed)], parameters)
        return {hit: weight for hit, weight, _ in rows}, bool(rows) and rows[0][2] > MOST

    async def _question(self, terms: Sequence[Term], where: Where) -> Question:
        large = self._examples > GATHERED
        wanted = [
            await self._beginning(term) if term.begins and large else asked(term, self._frequencies) for term in terms
        ]
        return Question(wanted, where)

    async def _beginning(self, term: Term) -> Wanted:
        words = term.words
        rows = await self._rows(_BEGINNINGS, {"typed": words[0], "most": EXPANDED}) if len(words) == 1 else []
        total = rows[0][2] if rows else 0
        if total > GATHERED:
            return asked_by_words([word for word, _, _ in rows])
        return asked_by_beginning(term, 2 * total)

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
