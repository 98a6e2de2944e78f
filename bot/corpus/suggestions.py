"""Titles as people type them: how they are compared, and which are offered while one is being typed."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from bot.model import fold

# The three ways to be near: by the beginning, by a word within, by the first letter (for closeness to choose from).
# Each statement gives titles with their tokens, the works or tropes of one scope only.
_BEGINS = "{0} >= :typed AND {0} < :typed || char(0x10ffff)"
_BEGINS_WITHIN = "folded LIKE '% ' || :typed || '%'"
_SAME_LETTER = "folded >= substr(:typed, 1, 1) AND folded < substr(:typed, 1, 1) || char(0x10ffff)"
_WORKS = """
    SELECT title, token FROM work WHERE {condition}
    AND EXISTS (SELECT 1 FROM example_work WHERE example_work.token = work.token) ORDER BY folded LIMIT :most
"""
_WORKS_WITHIN = f"""
    SELECT title, token FROM work_tail CROSS JOIN work USING (token) WHERE {_BEGINS.format("tail")}
    AND EXISTS (SELECT 1 FROM example_work WHERE example_work.token = work.token) ORDER BY tail LIMIT :most
"""
# A trope has few works: all are looked at.
_WORKS_OF_TROPE = """
    SELECT DISTINCT title, token FROM example_work INDEXED BY example_work_by_example CROSS JOIN work USING (token)
    WHERE example_id BETWEEN :low AND :high AND {condition} ORDER BY folded LIMIT :most
"""
_TROPES = "SELECT title, name FROM trope INDEXED BY trope_by_title WHERE {condition} ORDER BY folded LIMIT :most"
_CONDITIONS = (_BEGINS.format("folded"), _BEGINS_WITHIN, _SAME_LETTER)
WORKS = (_WORKS.format(condition=_CONDITIONS[0]), _WORKS_WITHIN, _WORKS.format(condition=_SAME_LETTER))
WORKS_OF_TROPE = tuple(_WORKS_OF_TROPE.format(condition=condition) for condition in _CONDITIONS)
TROPES = tuple(_TROPES.format(condition=condition) for condition in _CONDITIONS)
_NEAR = 500

Rows = Callable[[str, dict[str, Any]], Awaitable[list[Any]]]


@dataclass(frozen=True, slots=True)
class Title:
    """A title that can be asked for, and the token (of a work) or name (of a trope) that stands for it."""

    title: str
    token: str


async def matching(
    rows: Rows, statements: Sequence[str], typed: str, parameters: dict[str, Any], most: int
) -> list[Title]:
    """Returns the titles to offer for what is typed so far, best first: beginnings, words within, the closest.

    Args:
        rows: Runs a statement.
        statements: WORKS, WORKS_OF_TROPE or TROPES.
        typed: What was typed, anything at all.
        parameters: What the statements need besides.
        most: How many titles at most.
    """
    folded = fold(typed)[:100]
    found: dict[str, Title] = {}
    for statement in statements[:2]:
        if len(found) >= most:
            break
        for title, token in await rows(statement, {**parameters, "typed": folded, "most": most}):
            found.setdefault(token, Title(title, token))
    if not found and folded:
        candidates = await rows(statements[2], {**parameters, "typed": folded, "most": _NEAR})
        near = {fold(title): Title(title, token) for title, token in candidates}
        found = {near[name].token: near[name] for name in get_close_matches(folded, near, most, 0.5)}
    return list(found.values())[:most]


MAX_TEXT = 4000
_CLOSE = 0.7
_CANDIDATES = 1000

_NEAR_WORDS = """
    SELECT term FROM word WHERE substr(term, 1, 1) = :first AND length(term) BETWEEN :shortest AND :longest
    ORDER BY examples DESC LIMIT :candidates
"""
_RARE = """
    SELECT term FROM word
    WHERE term IN (SELECT value FROM json_each(:words)) AND examples * 5 <= :total
    ORDER BY examples, length(term) DESC LIMIT :most
"""
_FREQUENT = """
    SELECT term FROM word {index}
    WHERE term >= :typed AND term < :typed || char(0x10ffff) AND length(term) > 3 AND examples * 5 <= :total
    ORDER BY examples DESC LIMIT :most
"""
# Of a letter there are many words, and frequent ones are met first; of three letters so few that sorting is quicker.
_FREQUENT_OF_LETTER = _FREQUENT.format(index="INDEXED BY word_by_letter").replace(
    "WHERE", "WHERE substr(term, 1, 1) = substr(:typed, 1, 1) AND"
)
_FREQUENT_OF_MORE = _FREQUENT.format(index="")


async def near_words(rows: Rows, word: str, most: int) -> list[str]:
    """Returns words that look most like `word`, with the same first letter, of the thousand most frequent ones."""
    folded = "".join(filter(str.isalnum, fold(word)))[:40]
    if not folded:
        return []
    bounds = {"first": folded[0], "shortest": len(folded) - 2, "longest": len(folded) + 2, "candidates": _CANDIDATES}
    terms = [term for (term,) in await rows(_NEAR_WORDS, bounds)]
    # Comparing takes some milliseconds: in a thread, so that others are answered meanwhile.
    return await asyncio.to_thread(get_close_matches, folded, terms, most, _CLOSE)


async def rare_words(rows: Rows, text: str, total: int, most: int) -> list[str]:
    """Returns words of a text, the rarest first, without those of every fifth of `total` examples."""
    words = json.dumps(fold(text[:MAX_TEXT]).split())
    return [term for (term,) in await rows(_RARE, {"words": words, "total": total, "most": most})]


async def frequent_words(rows: Rows, typed: str, total: int, most: int) -> list[str]:
    """Returns frequent words that begin with what is typed, without those of every fifth of `total` examples."""
    folded = fold(typed)
    statement = _FREQUENT_OF_LETTER if len(folded) < 3 else _FREQUENT_OF_MORE
    return [term for (term,) in await rows(statement, {"typed": folded, "total": total, "most": most})]
