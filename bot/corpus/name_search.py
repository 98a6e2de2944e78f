"""Find works and tropes by name: the ones that a text means, completes or nearly is.

Every statement reads an index in the order of its keys, and stops after some hundred rows.
"""

import json
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from bot.corpus.names import canonical_key, distinctive_words, stored_canonical_key, tail_keys, typed_keys
from bot.corpus.queries import FetchAll
from bot.corpus.similarity import compared, most_similar, rank_by_similarity
from bot.model import normalize_title

MAX_TYPED_LENGTH = 100
MAX_KEYS_READ, MAX_NEIGHBOURS, MAX_COMPARED = 400, 60, 2000
MAX_ROWS_PER_MATCH = 4  # keys of one name with the same beginning
MAX_TYPED_TAILS = 3
MIN_SIMILARITY = 0.7
KEYS_COMPARED = 60  # with titles, of those beside what was typed
MIN_BEGINNING = 4  # letters that can nearly be the beginning of a name

PREFIX_MATCH = "{0} >= :prefix AND {0} < :prefix || char(0x10ffff)"
_NAMED = "SELECT * FROM {table} WHERE key IN (SELECT value FROM json_each(:keys)) AND is_name"
_BEGINNING = f"SELECT * FROM {{table}} WHERE {PREFIX_MATCH.format('key')} ORDER BY key"
# The keys beside each of some. As JSON, since there are many.
_BESIDE = f"""
    SELECT (SELECT json_group_array(json_array(key, {{id}})) FROM (
        SELECT * FROM (SELECT * FROM {{table}} WHERE key >= typed.value ORDER BY key LIMIT {MAX_NEIGHBOURS})
        UNION ALL
        SELECT * FROM (SELECT * FROM {{table}} WHERE key < typed.value ORDER BY key DESC LIMIT {MAX_NEIGHBOURS})
    )) FROM json_each(:keys) AS typed
"""
_NEAR = "SELECT value AS {id}, NULL AS key FROM json_each(:near)"
_SELECT_WORKS = f"""
    SELECT title, ref, key, normalized_title, ref AS id FROM ({{keys}} LIMIT {MAX_KEYS_READ})
    CROSS JOIN work ON ref = work_ref
    WHERE EXISTS (
        SELECT 1 FROM example_work WHERE example_work.work_ref = ref AND example_id BETWEEN :low AND :high
    ) LIMIT :limit
"""
_SELECT_TROPES = f"""
    SELECT title, name, key, normalized_title, id FROM ({{keys}} LIMIT {MAX_KEYS_READ})
    CROSS JOIN trope ON id = trope_id
    WHERE EXISTS (SELECT 1 FROM example_count WHERE example_count.trope_id = id) LIMIT :limit
"""
_SELECT_WORKS_BY_TITLE = f"""
    SELECT title, ref, normalized_title FROM work WHERE {PREFIX_MATCH.format("normalized_title")}
    AND EXISTS (SELECT 1 FROM example_work WHERE work_ref = ref) ORDER BY normalized_title LIMIT :limit
"""
_SELECT_TROPES_BY_TITLE = f"""
    SELECT title, name, normalized_title FROM trope INDEXED BY trope_by_title
    WHERE {PREFIX_MATCH.format("normalized_title")}
    AND EXISTS (SELECT 1 FROM example_count WHERE trope_id = trope.id) ORDER BY normalized_title LIMIT :limit
"""
# A trope has few works: read all of them.
_SELECT_WORKS_OF_TROPE = """
    SELECT DISTINCT title, ref, normalized_title AS key, normalized_title
    FROM example_work INDEXED BY example_work_by_example
    CROSS JOIN work ON ref = work_ref
    WHERE example_id BETWEEN :low AND :high AND {condition} ORDER BY normalized_title LIMIT :limit
"""


Key = tuple[str, Any]  # with the ref or id that it stands for


class NameQueries(NamedTuple):
    """Statements that find title, ref and key. Of all works, tropes, or the works of one trope."""

    by_title: Sequence[str]  # begins with `prefix`, or a word in it does
    named: str  # has one of `keys` as a whole name
    beginning: str  # has a key that begins with `prefix`
    comparable: str  # candidates for a typo, with normalized titles: those of `near` ids, or all
    beside: str = ""  # finds keys that may be near


def _name_queries(by_title: str, select: str, table: str) -> NameQueries:
    names = {"table": table, "id": "trope_id" if table == "trope_key" else "work_ref"}
    named, beginning, near = (select.format(keys=keys.format(**names)) for keys in (_NAMED, _BEGINNING, _NEAR))
    return NameQueries((by_title,), named, beginning, near, _BESIDE.format(**names))


WORKS = _name_queries(_SELECT_WORKS_BY_TITLE, _SELECT_WORKS, "work_key")
WORKS_OF_TROPE = WORKS._replace(
    by_title=tuple(
        _SELECT_WORKS_OF_TROPE.format(condition=condition)
        for condition in (PREFIX_MATCH.format("normalized_title"), "normalized_title LIKE '% ' || :prefix || '%'")
    ),
    comparable=_SELECT_WORKS_OF_TROPE.format(condition="true"),
    beside="",
)
TROPES = _name_queries(_SELECT_TROPES_BY_TITLE, _SELECT_TROPES, "trope_key")


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
        found = await self._fetch(self._queries.named, limit, keys=json.dumps(keys)) if keys else []
        titled = [match for match in found if not set(keys).isdisjoint(typed_keys(match.title))]
        return titled or found

    async def begun(self, text: str, limit: int) -> list[TitleMatch]:
        """Return those that a text begins or is in: from a word on, as initials, or with all its words."""
        found: dict[str, TitleMatch] = {}
        for key in typed_keys(text):
            if len(found) < limit:
                _add(found, await self._fetch(self._queries.beginning, limit, prefix=key))
        return list(found.values())[:limit] or await self._with_words(distinctive_words(text), limit)

    async def complete(self, text: str, limit: int) -> list[TitleMatch]:
        """Return those that a text begins, by title first, else the nearest."""
        normalized = normalize_title(text)[:MAX_TYPED_LENGTH]
        found: dict[str, TitleMatch] = {}
        for statement in self._queries.by_title:
            if len(found) < limit:
                _add(found, await self._fetch(statement, limit, prefix=normalized))
        if len(found) < limit and normalized:
            _add(found, await self.begun(text, limit))
        return list(found.values())[:limit] or await self.nearest(text, limit)

    async def nearest(self, text: str, limit: int) -> list[TitleMatch]:
        """Return those that differ from a text by little, best first."""
        typed, keys = canonical_key(text), tail_keys(text, MAX_TYPED_TAILS)
        if not keys:
            return []
        near = await self._near_keys(typed, keys)
        bound = {**self._range, "near": json.dumps(list(dict.fromkeys([each for _, each in near])))}
        rows = await self._fetch_all(self._queries.comparable, {**bound, "limit": MAX_COMPARED})
        if self._queries.beside:
            by_id = {row[-1]: row for row in rows}
            rows = [(*by_id[each][:2], key, *by_id[each][3:]) for key, each in near if each in by_id]
        return await compared(partial(_nearest, typed, limit), rows) if rows else []

    async def _near_keys(self, typed: str, keys: Sequence[str]) -> Sequence[Key]:
        """Return the keys beside some others that begin most like what was typed, so that few titles are read."""
        if not self._queries.beside:
            return []
        rows = await self._fetch_all(self._queries.beside, {"keys": json.dumps(keys)})
        beside = [key for (rows_json,) in rows for key in json.loads(rows_json)]
        return await compared(partial(_nearest_keys, typed, KEYS_COMPARED), beside)

    async def _with_words(self, words: Sequence[str], limit: int) -> list[TitleMatch]:
        """Return those whose title has words that begin with each of these."""
        if len(words) < 2:
            return []
        longest = max(words, key=len)
        found = await self._fetch(self._queries.beginning, MAX_KEYS_READ // MAX_ROWS_PER_MATCH, prefix=longest)
        return [match for match in found if _has_words(match.title, words)][:limit]

    async def _fetch(self, statement: str, limit: int, **parameters: Any) -> list[TitleMatch]:
        rows = await self._fetch_all(statement, {**self._range, **parameters, "limit": limit * MAX_ROWS_PER_MATCH})
        return list({ref: TitleMatch(title, ref) for title, ref, *_ in rows}.values())[:limit]


def _add(found: dict[str, TitleMatch], matches: Iterable[TitleMatch]) -> None:
    for match in matches:
        found.setdefault(match.ref, match)


def _has_words(title: str, words: Iterable[str]) -> bool:
    beginnings = distinctive_words(title)
    return all(any(each.startswith(word) for each in beginnings) for word in words)


def _nearest_keys(typed: str, limit: int, keys: Sequence[Key]) -> list[Key]:
    places = most_similar(typed, [key[: len(typed)] for key, _ in keys], limit)
    return [keys[place] for place in sorted(places)]


def _nearest(typed: str, limit: int, rows: Sequence[tuple[str, ...]]) -> list[TitleMatch]:
    candidates: dict[str, TitleMatch] = {}
    known: dict[str, TitleMatch] = {}
    for title, ref, key, normalized, *_ in rows:
        match = known.get(ref)
        if match is None:
            match = known[ref] = TitleMatch(title, ref)
            candidates.setdefault(stored_canonical_key(title, normalized), match)
        if len(typed) >= MIN_BEGINNING:
            candidates.setdefault(key.replace(" ", "")[: len(typed)], match)
    similar = rank_by_similarity(typed, list(candidates), len(candidates), MIN_SIMILARITY)
    return list(dict.fromkeys([candidates[key] for key in similar]))[:limit]
