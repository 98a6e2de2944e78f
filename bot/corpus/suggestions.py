"""Suggest titles and words for partly typed or misspelled ones."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.corpus.addresses import title_of
from bot.corpus.queries import FetchAll
from bot.corpus.rows import TAIL_LENGTH
from bot.corpus.similarity import rank_by_similarity
from bot.model import MAX_TITLE_LENGTH, normalize_title

MAX_TITLE_CANDIDATES, MAX_WORD_CANDIDATES = 500, 1000
MIN_TITLE_SIMILARITY, MIN_WORD_SIMILARITY = 0.5, 0.7
MAX_TYPED_LENGTH, MAX_WORD_LENGTH = 100, 40

PREFIX_MATCH = "{0} >= :prefix AND {0} < :prefix || char(0x10ffff)"
TITLE_PREFIX_MATCH = PREFIX_MATCH.format("normalized_title")
WORD_PREFIX_MATCH = "normalized_title LIKE '% ' || :prefix || '%'"
SAME_FIRST_LETTER = """
    normalized_title >= substr(:prefix, 1, 1) AND normalized_title < substr(:prefix, 1, 1) || char(0x10ffff)
"""
SELECT_WORKS = """
    SELECT title, ref, normalized_title FROM work WHERE {condition}
    AND EXISTS (SELECT 1 FROM example_work WHERE work_ref = ref) ORDER BY normalized_title LIMIT :limit
"""
SELECT_WORKS_BY_WORD_PREFIX = f"""
    SELECT title, ref, normalized_title FROM work_title_tail CROSS JOIN work ON ref = work_ref
    WHERE {PREFIX_MATCH.format("tail").replace(":prefix", ":tail")}
    AND EXISTS (SELECT 1 FROM example_work WHERE example_work.work_ref = ref) ORDER BY tail LIMIT :limit
"""
# A trope has few works: read all of them.
SELECT_WORKS_OF_TROPE = """
    SELECT DISTINCT title, ref, normalized_title FROM example_work INDEXED BY example_work_by_example
    CROSS JOIN work ON ref = work_ref
    WHERE example_id BETWEEN :low AND :high AND {condition} ORDER BY normalized_title LIMIT :limit
"""
SELECT_TROPES = """
    SELECT title, name, normalized_title FROM trope INDEXED BY trope_by_title WHERE {condition}
    AND EXISTS (SELECT 1 FROM example_count WHERE trope_id = trope.id) ORDER BY normalized_title LIMIT :limit
"""


class TitleQueries(NamedTuple):
    """Statements that find title, ref and normalized title: by prefix, by the prefix of a word, by first letter."""

    prefix: str
    word_prefix: str
    same_letter: str


WORK_QUERIES = TitleQueries(
    SELECT_WORKS.format(condition=TITLE_PREFIX_MATCH),
    SELECT_WORKS_BY_WORD_PREFIX,
    SELECT_WORKS.format(condition=SAME_FIRST_LETTER),
)
TROPE_WORK_QUERIES, TROPE_QUERIES = (
    TitleQueries(
        statement.format(condition=TITLE_PREFIX_MATCH),
        statement.format(condition=WORD_PREFIX_MATCH),
        statement.format(condition=SAME_FIRST_LETTER),
    )
    for statement in (SELECT_WORKS_OF_TROPE, SELECT_TROPES)
)

SELECT_SIMILAR_WORDS = """
    SELECT term FROM term WHERE substr(term, 1, 1) = :first_letter AND length(term) BETWEEN :shortest AND :longest
    ORDER BY document_count DESC LIMIT :candidates
"""
# Words in a fifth of all examples say too little to be suggested.
SELECT_RAREST_WORDS = """
    SELECT term FROM term
    WHERE term IN (SELECT value FROM json_each(:words))
    AND document_count >= :min_examples AND document_count * 5 <= :example_count
    ORDER BY document_count, length(term) DESC LIMIT :limit
"""
SELECT_FREQUENT_WORDS = f"""
    SELECT term FROM term {{hint}} {PREFIX_MATCH.format("term")} AND length(term) > 3
    AND document_count * 5 <= :example_count ORDER BY document_count DESC LIMIT :limit
"""
# A letter has many words, and this index has the frequent ones first. A longer prefix has few, so sorting is fast.
SELECT_FREQUENT_WORDS_OF_LETTER = SELECT_FREQUENT_WORDS.format(
    hint="INDEXED BY term_by_letter WHERE substr(term, 1, 1) = substr(:prefix, 1, 1) AND"
)
SELECT_FREQUENT_WORDS_OF_PREFIX = SELECT_FREQUENT_WORDS.format(hint="WHERE")


class TitleMatch(NamedTuple):
    """A matching title."""

    title: str
    ref: str  # the ref of its work, or the name of its trope


async def suggest_titles(
    fetch_all: FetchAll, queries: TitleQueries, text: str, parameters: dict[str, Any], limit: int
) -> list[TitleMatch]:
    """Return titles for a partly typed text or an address: by prefix, by the prefix of a word, else by similarity."""
    normalized = normalize_title(title_of(text))[:MAX_TYPED_LENGTH]
    parameters = {**parameters, "prefix": normalized, "tail": normalized[:TAIL_LENGTH], "limit": limit}
    matches: dict[str, TitleMatch] = {}
    for statement in (queries.prefix, queries.word_prefix):
        if len(matches) < limit:
            for title, ref, _ in await fetch_all(statement, parameters):
                matches.setdefault(ref, TitleMatch(title, ref))
    if matches or not normalized:
        return list(matches.values())[:limit]
    candidates = await fetch_all(queries.same_letter, {**parameters, "limit": MAX_TITLE_CANDIDATES})
    by_title = {key[:MAX_TITLE_LENGTH]: TitleMatch(title, ref) for title, ref, key in candidates}
    similar = await most_similar(normalized, list(by_title), limit, MIN_TITLE_SIMILARITY)
    return [by_title[title] for title in similar]


async def suggest_spellings(fetch_all: FetchAll, word: str, limit: int) -> list[str]:
    """Return the most similar frequent words with the same first letter."""
    normalized = "".join(filter(str.isalnum, normalize_title(word)))[:MAX_WORD_LENGTH]
    if not normalized:
        return []
    length = len(normalized)
    bounds = {"first_letter": normalized[0], "shortest": length - 2, "longest": length + 2}
    rows = await fetch_all(SELECT_SIMILAR_WORDS, {**bounds, "candidates": MAX_WORD_CANDIDATES})
    return await most_similar(normalized, [term for (term,) in rows], limit, MIN_WORD_SIMILARITY)


async def rarest_words(
    fetch_all: FetchAll, words: Sequence[str], example_count: int, limit: int, min_examples: int
) -> list[str]:
    """Return those of some words that at least `min_examples` have, rarest first."""
    parameters = {
        "words": json.dumps(list(words)), "example_count": example_count, "limit": limit, "min_examples": min_examples,
    }  # fmt: skip
    return [term for (term,) in await fetch_all(SELECT_RAREST_WORDS, parameters)]


async def complete_word(fetch_all: FetchAll, prefix: str, example_count: int, limit: int) -> list[str]:
    """Return words with a prefix, most frequent first."""
    normalized = normalize_title(prefix)
    statement = SELECT_FREQUENT_WORDS_OF_LETTER if len(normalized) < 3 else SELECT_FREQUENT_WORDS_OF_PREFIX
    parameters = {"prefix": normalized, "example_count": example_count, "limit": limit}
    return [term for (term,) in await fetch_all(statement, parameters)]


async def most_similar(text: str, candidates: Sequence[str], limit: int, min_similarity: float) -> list[str]:
    """Return the most similar of at most some thousand short candidates, best first."""
    return await asyncio.to_thread(rank_by_similarity, text, candidates, limit, min_similarity)
