"""Suggest words for partly typed or misspelled ones."""

import json
from collections.abc import Sequence
from functools import partial

from bot.corpus.name_search import PREFIX_MATCH
from bot.corpus.queries import FetchAll
from bot.corpus.similarity import compared, rank_by_similarity
from bot.model.names import normalize_title

MAX_WORDS_OF_LENGTH, MAX_LENGTH_DIFFERENCE, MIN_WORD_SIMILARITY = 200, 2, 0.7
MAX_WORD_LENGTH = 40

# The most frequent words of each first letter and length, as JSON, since there are many.
SELECT_SIMILAR_WORDS = """
    SELECT (SELECT json_group_array(term) FROM (
        SELECT term FROM term INDEXED BY term_by_length WHERE substr(term, 1, 1) = kind.value ->> 0
        AND length(term) = kind.value ->> 1 ORDER BY document_count DESC LIMIT :candidates
    )) FROM json_each(:kinds) AS kind ORDER BY kind.key
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


async def suggest_spellings(fetch_all: FetchAll, words: Sequence[str], limit: int) -> list[list[str]]:
    """Return for each word the most similar frequent words with the same first letter."""
    normalized = ["".join(filter(str.isalnum, normalize_title(word)))[:MAX_WORD_LENGTH] for word in words]
    kinds = list(dict.fromkeys([kind for word in normalized for kind in _similar_kinds(word)]))
    bound = {"kinds": json.dumps(kinds), "candidates": MAX_WORDS_OF_LENGTH}
    rows = await fetch_all(SELECT_SIMILAR_WORDS, bound) if kinds else []
    terms = {kind: json.loads(terms_json) for kind, (terms_json,) in zip(kinds, rows, strict=True)}
    spellings = []
    for word in normalized:
        rank = partial(rank_by_similarity, word, limit=limit, min_similarity=MIN_WORD_SIMILARITY)
        candidates = [term for kind in _similar_kinds(word) for term in terms[kind]]
        spellings.append(await compared(rank, candidates) if candidates else [])
    return spellings


def _similar_kinds(word: str) -> list[tuple[str, int]]:
    """Return the first letter and the length of the words that can be similar."""
    lengths = range(len(word) - MAX_LENGTH_DIFFERENCE, len(word) + MAX_LENGTH_DIFFERENCE + 1)
    return [(word[0], length) for length in lengths if length > 0] if word else []


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
