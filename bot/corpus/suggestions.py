"""Titles as people type them: how they are compared, and which are offered while one is being typed."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from bot.model import normalize_title

# The three ways to be near: by the beginning, by a word within, by the first letter (for closeness to choose from).
# Each statement gives titles with their tokens, the works or tropes of one scope only.
PREFIX_MATCH = "{0} >= :typed AND {0} < :typed || char(0x10ffff)"
WORD_PREFIX_MATCH = "folded LIKE '% ' || :typed || '%'"
SAME_FIRST_LETTER = "folded >= substr(:typed, 1, 1) AND folded < substr(:typed, 1, 1) || char(0x10ffff)"
SELECT_WORKS = """
    SELECT title, token FROM work WHERE {condition}
    AND EXISTS (SELECT 1 FROM example_work WHERE example_work.token = work.token) ORDER BY folded LIMIT :most
"""
SELECT_WORKS_BY_WORD_PREFIX = f"""
    SELECT title, token FROM work_tail CROSS JOIN work USING (token) WHERE {PREFIX_MATCH.format("tail")}
    AND EXISTS (SELECT 1 FROM example_work WHERE example_work.token = work.token) ORDER BY tail LIMIT :most
"""
# A trope has few works: all are looked at.
SELECT_WORKS_OF_TROPE = """
    SELECT DISTINCT title, token FROM example_work INDEXED BY example_work_by_example CROSS JOIN work USING (token)
    WHERE example_id BETWEEN :low AND :high AND {condition} ORDER BY folded LIMIT :most
"""
SELECT_TROPES = "SELECT title, name FROM trope INDEXED BY trope_by_title WHERE {condition} ORDER BY folded LIMIT :most"
TITLE_CONDITIONS = (PREFIX_MATCH.format("folded"), WORD_PREFIX_MATCH, SAME_FIRST_LETTER)
WORK_QUERIES = (
    SELECT_WORKS.format(condition=TITLE_CONDITIONS[0]),
    SELECT_WORKS_BY_WORD_PREFIX,
    SELECT_WORKS.format(condition=SAME_FIRST_LETTER),
)
TROPE_WORK_QUERIES = tuple(SELECT_WORKS_OF_TROPE.format(condition=condition) for condition in TITLE_CONDITIONS)
TROPE_QUERIES = tuple(SELECT_TROPES.format(condition=condition) for condition in TITLE_CONDITIONS)
MAX_TITLE_CANDIDATES = 500

FetchAll = Callable[[str, dict[str, Any]], Awaitable[list[Any]]]


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """A title that can be asked for, and the token (of a work) or name (of a trope) that stands for it."""

    title: str
    ref: str


async def suggest_titles(
    fetch_all: FetchAll, statements: Sequence[str], text: str, parameters: dict[str, Any], limit: int
) -> list[TitleMatch]:
    """Returns the titles to offer for what is typed so far, best first: beginnings, words within, the closest.

    Args:
        fetch_all: Runs a statement.
        statements: WORKS, TROPE_WORK_QUERIES or TROPES.
        text: What was typed, anything at all.
        parameters: What the statements need besides.
        limit: How many titles at most.
    """
    normalized = normalize_title(text)[:100]
    matches: dict[str, TitleMatch] = {}
    for statement in statements[:2]:
        if len(matches) >= limit:
            break
        for title, ref in await fetch_all(statement, {**parameters, "typed": normalized, "most": limit}):
            matches.setdefault(ref, TitleMatch(title, ref))
    if not matches and normalized:
        candidates = await fetch_all(statements[2], {**parameters, "typed": normalized, "most": MAX_TITLE_CANDIDATES})
        by_normalized_title = {normalize_title(title): TitleMatch(title, ref) for title, ref in candidates}
        matches = {
            by_normalized_title[name].ref: by_normalized_title[name]
            for name in get_close_matches(normalized, by_normalized_title, limit, 0.5)
        }
    return list(matches.values())[:limit]


MAX_MESSAGE_LENGTH = 4000
MIN_SIMILARITY = 0.7
MAX_WORD_CANDIDATES = 1000

_NEAR_WORDS = """
    SELECT term FROM word WHERE substr(term, 1, 1) = :first AND length(term) BETWEEN :shortest AND :longest
    ORDER BY examples DESC LIMIT :candidates
"""
SELECT_RAREST_WORDS = """
    SELECT term FROM word
    WHERE term IN (SELECT value FROM json_each(:words)) AND examples * 5 <= :total
    ORDER BY examples, length(term) DESC LIMIT :most
"""
SELECT_FREQUENT_WORDS = """
    SELECT term FROM word {index}
    WHERE term >= :typed AND term < :typed || char(0x10ffff) AND length(term) > 3 AND examples * 5 <= :total
    ORDER BY examples DESC LIMIT :most
"""
# Of a letter there are many words, and frequent ones are met first; of three letters so few that sorting is quicker.
SELECT_FREQUENT_WORDS_OF_LETTER = SELECT_FREQUENT_WORDS.format(index="INDEXED BY word_by_letter").replace(
    "WHERE", "WHERE substr(term, 1, 1) = substr(:typed, 1, 1) AND"
)
SELECT_FREQUENT_WORDS_OF_PREFIX = SELECT_FREQUENT_WORDS.format(index="")


async def suggest_spellings(fetch_all: FetchAll, word: str, limit: int) -> list[str]:
    """Returns words that look most like `word`, with the same first letter, of the thousand most frequent ones."""
    normalized = "".join(filter(str.isalnum, normalize_title(word)))[:40]
    if not normalized:
        return []
    bounds = {
        "first": normalized[0],
        "shortest": len(normalized) - 2,
        "longest": len(normalized) + 2,
        "candidates": MAX_WORD_CANDIDATES,
    }
    terms = [term for (term,) in await fetch_all(_NEAR_WORDS, bounds)]
    # Comparing takes some milliseconds: in a thread, so that others are answered meanwhile.
    return await asyncio.to_thread(get_close_matches, normalized, terms, limit, MIN_SIMILARITY)


async def rarest_words(fetch_all: FetchAll, text: str, example_count: int, limit: int) -> list[str]:
    """Returns words of a text, the rarest first, without those of every fifth of `example_count` examples."""
    words = json.dumps(normalize_title(text[:MAX_MESSAGE_LENGTH]).split())
    return [
        term
        for (term,) in await fetch_all(SELECT_RAREST_WORDS, {"words": words, "total": example_count, "most": limit})
    ]


async def complete_word(fetch_all: FetchAll, prefix: str, example_count: int, limit: int) -> list[str]:
    """Returns frequent words that begin with what is typed, without those of every fifth of `example_count` examples."""
    normalized = normalize_title(prefix)
    statement = SELECT_FREQUENT_WORDS_OF_LETTER if len(normalized) < 3 else SELECT_FREQUENT_WORDS_OF_PREFIX
    return [
        term for (term,) in await fetch_all(statement, {"typed": normalized, "total": example_count, "most": limit})
    ]
