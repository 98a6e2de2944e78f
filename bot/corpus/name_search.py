"""Find works and tropes by name: the ones that a text means, completes or nearly is.

Every statement reads an index in the order of its keys, and stops after some hundred rows.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from bot.corpus.names import canonical_key, distinctive_words, stored_canonical_key, tail_keys, typed_keys
from bot.corpus.queries import FetchAll
from bot.corpus.similarity import compared, most_similar, rank_by_similarity
from bot.model.names import normalize_title

MAX_TYPED_LENGTH = 100
MAX_KEYS_READ, MAX_NEIGHBOURS, MAX_COMPARED = 400, 60, 2000
MAX_ROWS_PER_MATCH = 4  # keys of one name with the same beginning
MAX_TYPED_TAILS = 3
MIN_SIMILARITY = 0.7
KEYS_COMPARED = 40  # with titles, of those beside what was typed
MIN_BEGINNING = 4  # letters that can nearly be the beginning of a name

PREFIX_MATCH = "{0} >= :prefix AND {0} < :prefix || char(0x10ffff)"
_NAMED = "SELECT * FROM {table} WHERE key IN (SELECT value FROM json_each(:keys)) AND is_name"
_BEGINNING = "SELECT * FROM {table} WHERE key >= :{key} AND key < :{key} || char(0x10ffff) ORDER BY key"
# Names found in several ways, in one trip to the database's thread: what a way finds is only read if those before it
# found too few. Each row begins with the place of its way.
_FIND = "way_{place} (title, ref) AS MATERIALIZED (SELECT title, {ref} FROM ({select}) WHERE {needed})"
_TOO_FEW = "(SELECT count(DISTINCT ref) FROM way_{place}) < :wanted"
# The keys from each of some on, and those before it, with what they are of. As JSON, since there are many.
_KEYS = "SELECT json_array(json_group_array(key), json_group_array({{id}})) FROM (SELECT key, {{id}} FROM {{table}} {})"
_AFTER = _KEYS.format(f"WHERE key >= value ORDER BY key LIMIT {MAX_NEIGHBOURS}")
_BEFORE = _KEYS.format(f"WHERE key < value ORDER BY key DESC LIMIT {MAX_NEIGHBOURS}")
_BESIDE = f"SELECT ({_AFTER}), ({_BEFORE}) FROM json_each(:keys)"
_IN_RANGE = "EXISTS (SELECT 1 FROM example_work WHERE work_ref = ref AND example_id BETWEEN :low AND :high)"
_HAS_EXAMPLES = "example_count > 0"
_SELECT_WORKS = f"""
    SELECT title, ref FROM ({{keys}} LIMIT {MAX_KEYS_READ})
    CROSS JOIN work ON ref = work_ref WHERE {_IN_RANGE} LIMIT :limit
"""
_SELECT_TROPES = f"""
    SELECT title, name FROM ({{keys}} LIMIT {MAX_KEYS_READ})
    CROSS JOIN trope ON id = trope_id WHERE {_HAS_EXAMPLES} LIMIT :limit
"""
_SELECT_NEAR_WORKS = f"""
    SELECT title, ref, normalized_title, ref FROM json_each(:near) CROSS JOIN work ON ref = value
    WHERE {_IN_RANGE} LIMIT :limit
"""
_SELECT_NEAR_TROPES = f"""
    SELECT title, name, normalized_title, trope.id FROM json_each(:near) CROSS JOIN trope ON trope.id = value
    WHERE {_HAS_EXAMPLES} LIMIT :limit
"""
# Each is found once by its title.
_SELECT_WORKS_BY_TITLE = f"""
    SELECT title, ref FROM work WHERE {PREFIX_MATCH.format("normalized_title")}
    AND {_IN_RANGE} ORDER BY normalized_title LIMIT :wanted
"""
_SELECT_TROPES_BY_TITLE = f"""
    SELECT title, name FROM trope INDEXED BY trope_by_title WHERE {PREFIX_MATCH.format("normalized_title")}
    AND {_HAS_EXAMPLES} ORDER BY normalized_title LIMIT :wanted
"""
_IN_TITLE = "normalized_title LIKE '% ' || :prefix || '%'"
# A trope has few works: read all of them.
_SELECT_WORKS_OF_TROPE = """
    SELECT DISTINCT title, ref, normalized_title, ref
    FROM example_work CROSS JOIN work ON ref = work_ref
    WHERE example_id BETWEEN :low AND :high AND {condition} ORDER BY normalized_title LIMIT :limit
"""
# A large one has many, but few of them have a word that begins like this.
_SELECT_WORKS_BY_WORD = f"""
    SELECT DISTINCT title, ref FROM work_key CROSS JOIN work ON ref = work_ref
    WHERE key >= :literal AND key < :literal || char(0x10ffff) AND {_IN_TITLE} AND {_IN_RANGE}
    ORDER BY normalized_title LIMIT :limit
"""


Key = tuple[str, Any]  # with the ref or id that it stands for


class NameQueries(NamedTuple):
    """Statements that find titles and refs. Of all works, tropes, or the works of one trope."""

    completed: str  # begins with `prefix`, or a word in it does, else like `begun`
    begun: str  # has a key that begins with `literal`, else with `canonical`
    named: str  # has one of `keys` as a whole name
    comparable: str  # candidates for a typo, with normalized titles and ids: those of `near` ids, or all
    beside: str  # finds keys that may be near, and their ids, if any do
    title_ways: int  # how many of the first ways of `completed` read titles


def _name_queries(select: str, near: str, table: str, *by_title: str) -> NameQueries:
    is_trope = table == "trope_key"
    names = {"table": table, "id": "trope_id" if is_trope else "work_ref"}
    begun = [select.format(keys=_BEGINNING.format(**names, key=key)) for key in ("literal", "canonical")]
    ref = "name" if is_trope else "ref"
    named, completed = select.format(keys=_NAMED.format(**names)), _find(ref, *by_title, *begun)
    return NameQueries(completed, _find(ref, *begun), named, near, _BESIDE.format(**names), len(by_title))


def _find(ref: str, *ways: str) -> str:
    needed = ["true", *[_TOO_FEW.format(place=place) for place in range(len(ways) - 1)]]
    tables = [
        _FIND.format(place=place, ref=ref, select=select, needed=" AND ".join(needed[: place + 1]))
        for place, select in enumerate(ways)
    ]
    rows = [f"SELECT {place}, title, ref FROM way_{place}" for place in range(len(ways))]
    return f"WITH {', '.join(tables)} {' UNION ALL '.join(rows)}"


_works_by = partial(_name_queries, _SELECT_WORKS, _SELECT_NEAR_WORKS, "work_key")
_OF_TROPE_BY_TITLE = [
    _SELECT_WORKS_OF_TROPE.format(condition=condition)
    for condition in (PREFIX_MATCH.format("normalized_title"), _IN_TITLE)
]
WORKS = _works_by(_SELECT_WORKS_BY_TITLE)
WORKS_OF_LARGE_TROPE = _works_by(_SELECT_WORKS_BY_TITLE, _SELECT_WORKS_BY_WORD)
WORKS_OF_TROPE = _works_by(*_OF_TROPE_BY_TITLE)._replace(
    comparable=_SELECT_WORKS_OF_TROPE.format(condition="true"), beside=""
)
TROPES = _name_queries(_SELECT_TROPES, _SELECT_NEAR_TROPES, "trope_key", _SELECT_TROPES_BY_TITLE)


class TitleMatch(NamedTuple):
    """A matching title."""

    title: str
    ref: str  # the ref of its work, or the name of its trope


class NameSearch:
    """Find names with some statements, within a range of example ids."""

    def __init__(self, fetch_all: FetchAll, queries: NameQueries, low: int = 0, high: int = (1 << 63) - 1) -> None:
        self._fetch_all, self._queries = fetch_all, queries
        self._range = {"low": low, "high": high}

    async def named(self, text: str, limit: int) -> list[TitleMatch]:
        """Return those with that name, however it is written. A title counts more than what pages call a work."""
        keys = typed_keys(text)
        if not keys:
            return []
        bound = {**self._range, "keys": json.dumps(keys), "limit": limit * MAX_ROWS_PER_MATCH}
        rows = await self._fetch_all(self._queries.named, bound)
        found = _unique(TitleMatch(*row) for row in rows)[:limit]
        titled = [match for match in found if not set(keys).isdisjoint(typed_keys(match.title))]
        return titled or found

    async def begun(self, text: str, limit: int) -> list[TitleMatch]:
        """Return those that a text begins or is in: from a word on, as initials, or with all its words."""
        found = await self._find(self._queries.begun, limit, typed_keys(text))
        return _unique(match for _, match in found)[:limit] or await self._with_words(distinctive_words(text), limit)

    async def complete(self, text: str, limit: int) -> list[TitleMatch]:
        """Return those that a text begins, by title first, else the nearest."""
        normalized = normalize_title(text)[:MAX_TYPED_LENGTH]
        keys = typed_keys(text) if normalized else []
        found = await self._find(self._queries.completed, limit, keys, prefix=normalized)
        matches = _unique(match for _, match in found)
        by_key = any(way >= self._queries.title_ways for way, _ in found)
        if len(matches) < limit and normalized and not by_key:
            matches = _unique([*matches, *await self._with_words(distinctive_words(text), limit)])
        return matches[:limit] or await self.nearest(text, limit)

    async def _find(
        self, statement: str, limit: int, keys: Sequence[str], **parameters: Any
    ) -> list[tuple[int, TitleMatch]]:
        """Return what begins with keys, or is found in other ways, each with the place of its way."""
        literal, canonical = [*keys, None, None][:2]
        bound = {**self._range, **parameters, "literal": literal, "canonical": canonical}
        rows = await self._fetch_all(statement, {**bound, "limit": limit * MAX_ROWS_PER_MATCH, "wanted": limit})
        return [(way, TitleMatch(title, ref)) for way, title, ref in rows]

    async def nearest(self, text: str, limit: int) -> list[TitleMatch]:
        """Return those that differ from a text by little, best first."""
        typed, keys = canonical_key(text), tail_keys(text, MAX_TYPED_TAILS)
        if not keys:
            return []
        near = await self._near_keys(typed, keys)
        bound = {**self._range, "near": json.dumps(list(dict.fromkeys([each for _, each in near])))}
        rows = await self._fetch_all(self._queries.comparable, {**bound, "limit": MAX_COMPARED})
        if not self._queries.beside:
            near = [(normalized, each) for _, _, normalized, each in rows]
        by_id = {row[-1]: row for row in rows}
        return await compared(partial(_nearest, typed, limit, by_id), near) if rows else []

    async def _near_keys(self, typed: str, keys: Sequence[str]) -> Sequence[Key]:
        """Return the keys beside some others that begin most like what was typed, so that few titles are read."""
        if not self._queries.beside:
            return []
        rows = await self._fetch_all(self._queries.beside, {"keys": json.dumps(keys)})
        beside: list[str] = []
        ids: list[Any] = []
        for cell in chain.from_iterable(rows):
            some_keys, their_ids = json.loads(cell)
            beside += some_keys
            ids += their_ids
        return await compared(partial(_nearest_keys, typed, KEYS_COMPARED, ids), beside)

    async def _with_words(self, words: Sequence[str], limit: int) -> list[TitleMatch]:
        """Return those whose title has words that begin with each of these."""
        if len(words) < 2:
            return []
        longest = max(words, key=len)
        most = MAX_KEYS_READ // MAX_ROWS_PER_MATCH
        found = _unique(match for _, match in await self._find(self._queries.begun, most, [longest]))[:most]
        return [match for match in found if _has_words(match.title, words)][:limit]


def _unique(matches: Iterable[TitleMatch]) -> list[TitleMatch]:
    """Return matches without others of the same work or trope."""
    by_ref: dict[str, TitleMatch] = {}
    for match in matches:
        by_ref.setdefault(match.ref, match)
    return list(by_ref.values())


def _has_words(title: str, words: Iterable[str]) -> bool:
    beginnings = distinctive_words(title)
    return all(any(each.startswith(word) for each in beginnings) for word in words)


def _nearest_keys(typed: str, limit: int, ids: Sequence[Any], keys: Sequence[str]) -> list[Key]:
    places = most_similar(typed, [key[: len(typed)] for key in keys], limit)
    return [(keys[place], ids[place]) for place in sorted(places)]


def _nearest(typed: str, limit: int, rows: Mapping[Any, tuple[Any, ...]], near: Sequence[Key]) -> list[TitleMatch]:
    candidates: dict[str, Any] = {}
    known: set[Any] = set()
    for key, each in near:
        if each not in rows:
            continue
        if each not in known:
            known.add(each)
            title, _, normalized, _ = rows[each]
            candidates.setdefault(stored_canonical_key(title, normalized), each)
        if len(typed) >= MIN_BEGINNING:
            candidates.setdefault(key.replace(" ", "")[: len(typed)], each)
    similar = rank_by_similarity(typed, list(candidates), len(candidates), MIN_SIMILARITY)
    found = dict.fromkeys([candidates[key] for key in similar])
    return [TitleMatch(*rows[each][:2]) for each in found][:limit]
