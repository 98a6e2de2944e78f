"""Presses keep what they ask for, and take any text that comes back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.components.custom_ids import MAX_QUERY_LENGTH, Action, ExampleRequest, Flag
from bot.components.limits import MAX_CUSTOM_ID, discord_length

TOKENS = st.text("0123456789abcdef", max_size=10)
SLUGS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", max_size=24)
FLAGS = st.sets(st.sampled_from(Flag)).map("".join)
PRESSES = st.builds(
    ExampleRequest,
    st.sampled_from(Action),
    TOKENS,
    SLUGS,
    TOKENS,
    FLAGS,
    st.integers(0, 9_999_999),
    st.text(max_size=60),
)


@given(PRESSES)
def test_a_press_is_read_as_it_was_written_and_its_words_from_their_start(press: ExampleRequest) -> None:
    read = ExampleRequest.from_custom_id(press.custom_id)
    assert read is not None
    assert replace(read, words="") == replace(press, words="")
    assert press.words.startswith(read.words)
    assert discord_length(read.words) <= MAX_QUERY_LENGTH


@given(PRESSES)
def test_words_that_fit_come_back_whole(press: ExampleRequest) -> None:
    room = min(MAX_QUERY_LENGTH, MAX_CUSTOM_ID - discord_length(replace(press, words="").custom_id))
    fitting = replace(press, words=press.words[: room // 2])
    assert ExampleRequest.from_custom_id(fitting.custom_id) == fitting


@given(PRESSES)
def test_a_custom_id_fits_in_both_counts(press: ExampleRequest) -> None:
    assert 1 <= discord_length(press.custom_id) <= MAX_CUSTOM_ID


def test_the_longest_press_fits_and_keeps_the_beginning_of_its_words() -> None:
    longest = ExampleRequest(
        Action.SEARCH, "0123456789", "a-medium-of-24-letters-x", "9876543210", "ch", 9_999_999, "running " * 9
    )
    read = ExampleRequest.from_custom_id(longest.custom_id)
    assert discord_length(longest.custom_id) <= MAX_CUSTOM_ID
    assert read is not None
    assert read.words == "running " * 4
    assert discord_length(ExampleRequest(Action.SEARCH, words="running " * 9).custom_id) <= MAX_CUSTOM_ID


@given(st.text() | st.text("b1:rse0-", max_size=30) | st.from_regex(r"b\d:[a-z]:.*:.*:.*:.*:\d+:", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    press = ExampleRequest.from_custom_id(text)
    assert press is None or press.custom_id.split(":")[:6] == text.split(":")[:6]


@pytest.mark.parametrize(
    "text",
    [
        *("", "b1", "b2:r:::::0:", "b1:x:::::0:", "b1:r:::::-1:", "b1:r:::::0", "c1:r:::::0:", "b1:r:::::12345678:"),
        *("b1:r::::cc:0:", "b1:r::::z:0:"),
        *(f"b1:r:{'a' * 13}::::0:", f"b1:r::{'a' * 33}:::0:", f"b1:r:::{'a' * 13}::0:"),
    ],
)
def test_what_this_version_never_wrote_is_refused(text: str) -> None:
    assert ExampleRequest.from_custom_id("b1:r:::::0:") == ExampleRequest(Action.RANDOM)
    assert ExampleRequest.from_custom_id(text) is None


def test_lists_and_long_examples_are_turned_where_they_stand() -> None:
    assert {action for action in Action if action.edits_in_place} == {
        Action.MEDIUM,
        Action.SEARCH,
        Action.WORK,
        Action.EXAMPLE,
    }
