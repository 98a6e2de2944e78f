"""Titles as people type them: how they are compared, and which are offered while one is being typed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from bot.model import fold

# The three ways to be near: by the beginning, by a word within, by the first letter (for closeness to choose from).
# Each statement gives titles with their tokens, the works or tropes of one scope only.
_WORKS = """
    SELECT DISTINCT title, token FROM work
    WHERE {condition} AND EXISTS (
        SELECT 1 FROM example_work JOIN example ON example.id = example_id
        WHERE work_id = work.id AND trope_id IN (SELECT value FROM json_each(:tropes))
    )
    ORDER BY folded LIMIT :most
"""
_TROPES = "SELECT title, name FROM trope WHERE {condition} ORDER BY folded LIMIT :most"
_CONDITIONS = (
    "folded >= :typed AND folded < :typed || char(0x10ffff)",
    "folded LIKE '% ' || :typed || '%'",
    "folded >= substr(:typed, 1, 1) AND folded < substr(:typed, 1, 1) || char(0x10ffff)",
)
WORKS = tuple(_WORKS.format(condition=condition) for condition in _CONDITIONS)
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
        statements: WORKS or TROPES.
        typed: What was typed, anything at all.
        parameters: What the statements need besides.
        most: How many titles at most.
    """
    folded = fold(typed)[:100]
    found: dict[str, Title] = {}
    for statement in statements[:2]:
        for title, token in await rows(statement, {**parameters, "typed": folded, "most": most}):
            found.setdefault(token, Title(title, token))
    if not found and folded:
        candidates = await rows(statements[2], {**parameters, "typed": folded, "most": _NEAR})
        near = {fold(title): Title(title, token) for title, token in candidates}
        found = {near[name].token: near[name] for name in get_close_matches(folded, near, most, 0.5)}
    return list(found.values())[:most]
