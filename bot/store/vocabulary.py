"""The words that stand in clear, by how many examples hold them: which to offer, which were meant, which are rare."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from typing import Any

from bot.model import fold

MAX_TEXT = 4000
_CLOSE = 0.7
_CANDIDATES = 1000

_NEAR = """
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

Rows = Callable[[str, dict[str, Any]], Awaitable[list[Any]]]


async def near_words(rows: Rows, word: str, most: int) -> list[str]:
    """Returns words that look most like `word`, with the same first letter, of the thousand most frequent ones."""
    folded = "".join(filter(str.isalnum, fold(word)))[:40]
    if not folded:
        return []
    bounds = {"first": folded[0], "shortest": len(folded) - 2, "longest": len(folded) + 2, "candidates": _CANDIDATES}
    terms = [term for (term,) in await rows(_NEAR, bounds)]
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
