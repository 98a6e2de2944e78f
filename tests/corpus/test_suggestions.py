"""Suggestions for typos, and the titles' suffixes by which they are found."""

import asyncio
from difflib import get_close_matches

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.rows import MAX_SUFFIX_WORDS, title_suffixes
from bot.corpus.suggestions import most_similar

WORDS = st.text("abcd", min_size=1, max_size=9)


@given(WORDS, st.lists(WORDS, max_size=30, unique=True), st.sampled_from([0.5, 0.7]))
def test_similar_words_are_ranked_as_by_difflib(word: str, candidates: list[str], min_similarity: float) -> None:
    similar = asyncio.run(most_similar(word, candidates, 5, min_similarity))
    assert similar == get_close_matches(word, candidates, 5, min_similarity)


@pytest.mark.parametrize(
    ("title", "suffixes"),
    [
        pytest.param("Serenity", [], id="one word"),
        pytest.param("The Lord of the Rings", ["lord of the rings", "of the rings", "the rings", "rings"], id="words"),
    ],
)
def test_a_title_is_found_by_each_of_its_words(title: str, suffixes: list[str]) -> None:
    assert title_suffixes(title) == suffixes


def test_suffixes_of_a_long_title_are_bounded() -> None:
    suffixes = title_suffixes(" ".join(f"word{number}" for number in range(1000)))
    assert len(suffixes) == 999
    assert max(len(suffix.split()) for suffix in suffixes) == MAX_SUFFIX_WORDS
