"""Cutting text and spans, by example."""

import pytest

from bot.components.limits import discord_length
from bot.model import Span
from bot.render.truncate import chunk_spans, split_at_boundary, truncate


@pytest.mark.parametrize(
    ("head", "tail", "limit"),
    [
        pytest.param("abc", "", 3, id="all fits"),
        pytest.param("He runs far. ", "She runs too.", 20, id="sentence"),
        pytest.param('He said "run!" ', "And ran on and on.", 20, id="sentence that ends in a quote"),
        pytest.param("Up. He runs far.", " She", 16, id="sentence that just fits"),
        pytest.param("No. He runs ", "far away", 12, id="word, as the sentence ends too early"),
        pytest.param("He runs", " far", 7, id="word that just fits"),
        pytest.param("a    ", "     ", 5, id="a long space"),
        pytest.param("aaa", "e\u0301", 4, id="accent"),
        pytest.param("aa", "🏃🏽‍♀️", 6, id="emoji"),
        pytest.param("🇩🇪", "🇫🇷🇯🇵", 6, id="flags"),
        pytest.param("a", "1️⃣", 3, id="keycap"),
        pytest.param("aa", "\u1100\u1161\u11a8", 4, id="Hangul"),
        pytest.param("a", "b\u0301", 2, id="accent at the limit"),
        pytest.param("`", "\r\n", 2, id="line break"),
        pytest.param("e\u0301\u0301\u0301", "\u0301" * 6, 4, id="a grapheme longer than the limit"),
    ],
)
def test_text_is_split_after_a_sentence_word_or_grapheme(head: str, tail: str, limit: int) -> None:
    assert split_at_boundary(head + tail, limit) == (head, tail)


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [("abc", 3, "abc"), ("Run, Lola, Run, and run", 12, "Run, Lola…"), ("🏃" * 9, 8, "🏃🏃🏃…")],
)
def test_a_truncated_text_ends_at_a_word_with_an_ellipsis(text: str, limit: int, short: str) -> None:
    assert truncate(text, limit) == short


def test_discord_counts_an_emoji_as_two() -> None:
    assert (discord_length("abc"), discord_length("é"), discord_length("🏃a")) == (3, 1, 3)


def test_spans_that_fit_stay_together() -> None:
    spans = (Span("a"), Span("b", spoiler=1))
    assert list(chunk_spans(spans, 100, 5)) == [spans]


def test_a_chunk_has_as_many_spoilers_as_allowed() -> None:
    spans = [Span("a", spoiler=number) for number in range(1, 6)]
    assert [len(chunk) for chunk in chunk_spans(spans, 200, 2)] == [2, 2, 1]


@pytest.mark.parametrize("spans", [[], [Span("")]])
def test_empty_spans_make_no_chunk(spans: list[Span]) -> None:
    assert list(chunk_spans(spans, 40, 1)) == []
