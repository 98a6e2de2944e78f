"""Cutting, by example."""

import pytest

from bot.components.limits import discord_length
from bot.model import Span
from bot.render.truncate import chunk_spans, split_at_boundary, truncate


def test_text_that_fits_is_not_cut() -> None:
    assert split_at_boundary("abc", 3) == ("abc", "")
    assert truncate("abc", 3) == "abc"


def test_a_cut_prefers_the_end_of_a_sentence_in_the_second_half() -> None:
    assert split_at_boundary("He runs far. She runs too.", 20) == ("He runs far. ", "She runs too.")
    assert split_at_boundary('He said "run!" And ran on and on.', 20) == ('He said "run!" ', "And ran on and on.")


def test_a_cut_else_takes_the_end_of_a_word() -> None:
    assert split_at_boundary("No. He runs far away", 12) == ("No. He runs ", "far away")
    assert split_at_boundary("He runs far", 7) == ("He runs", " far")


def test_a_sentence_that_just_fits_is_kept_whole() -> None:
    assert split_at_boundary("Up. He runs far. She", 16) == ("Up. He runs far.", " She")


@pytest.mark.parametrize(
    ("text", "most", "head"),
    [
        ("aaae\u0301", 4, "aaa"),
        ("aa🏃🏽‍♀️", 6, "aa"),
        ("🇩🇪🇫🇷🇯🇵", 6, "🇩🇪"),
        ("a1️⃣", 3, "a"),
        ("aa\u1100\u1161\u11a8", 4, "aa"),
        ("ab\u0301", 2, "a"),
        ("`\r\n", 2, "`"),
    ],
)
def test_a_cut_never_parts_a_grapheme(text: str, most: int, head: str) -> None:
    assert split_at_boundary(text, most) == (head, text[len(head) :])


def test_a_grapheme_that_is_longer_than_the_room_is_cut_after_all() -> None:
    head, tail = split_at_boundary("e" + "\u0301" * 9, 4)
    assert (len(head), len(tail)) == (4, 6)


def test_a_long_blank_is_cut_within_the_room() -> None:
    assert split_at_boundary("a" + " " * 9, 5) == ("a    ", "     ")


def test_a_shortened_text_ends_at_a_word_with_an_ellipsis() -> None:
    assert truncate("Run, Lola, Run, and run", 12) == "Run, Lola…"
    assert truncate("🏃" * 9, 8) == "🏃🏃🏃…"


def test_the_larger_of_both_counts_is_the_size() -> None:
    assert (discord_length("abc"), discord_length("é"), discord_length("🏃a")) == (3, 1, 3)


def test_spans_that_fit_stay_together() -> None:
    spans = (Span("a"), Span("b", spoiler=1))
    assert list(chunk_spans(spans, 100, 5)) == [spans]


def test_a_spoiler_that_is_cut_stays_a_spoiler_in_both() -> None:
    portions = list(chunk_spans([Span("Kendra dies. " * 4, spoiler=3)], 40, 5))
    assert len(portions) == 4
    assert {span.spoiler for portion in portions for span in portion} == {3}


def test_a_portion_holds_no_more_spoilers_than_it_may() -> None:
    spans = [Span("a", spoiler=number) for number in range(1, 6)]
    assert [len(portion) for portion in chunk_spans(spans, 200, 2)] == [2, 2, 1]


def test_no_spans_make_no_portion() -> None:
    assert list(chunk_spans([], 40, 1)) == []
    assert list(chunk_spans([Span("")], 40, 1)) == []
