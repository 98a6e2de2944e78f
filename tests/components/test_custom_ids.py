"""Presses keep what they ask for, and take any text that comes back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.components.custom_ids import MAX_WORDS, Action, Flag, Press
from bot.components.limits import CUSTOM_ID, size

TOKENS = st.text("0123456789abcdef", max_size=10)
SLUGS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", max_size=24)
FLAGS = st.sets(st.sampled_from(Flag)).map("".join)
PRESSES = st.builds(
    Press, st.sampled_from(Action), TOKENS, SLUGS, TOKENS, FLAGS, st.integers(0, 9_999_999), st.text(max_size=60)
)


@given(PRESSES)
def test_a_press_is_read_as_it_was_written_and_its_words_from_their_start(press: Press) -> None:
    read = Press.read(press.custom_id)
    assert read is not None
    assert replace(read, words="") == replace(press, words="")
    assert press.words.startswith(read.words)
    assert size(read.words) <= MAX_WORDS


@given(PRESSES)
def test_words_that_fit_come_back_whole(press: Press) -> None:
    room = min(MAX_WORDS, CUSTOM_ID - size(replace(press, words="").custom_id))
    fitting = replace(press, words=press.words[: room // 2])
    assert Press.read(fitting.custom_id) == fitting


@given(PRESSES)
def test_a_custom_id_fits_in_both_counts(press: Press) -> None:
    assert 1 <= size(press.custom_id) <= CUSTOM_ID


def test_the_longest_press_fits_and_keeps_the_beginning_of_its_words() -> None:
    longest = Press(
        Action.SEARCH, "0123456789", "a-medium-of-24-letters-x", "9876543210", "ch", 9_999_999, "running " * 9
    )
    read = Press.read(longest.custom_id)
    assert size(longest.custom_id) <= CUSTOM_ID
    assert read is not None
    assert read.words == "running " * 4
    assert size(Press(Action.SEARCH, words="running " * 9).custom_id) <= CUSTOM_ID


@given(st.text() | st.text("b1:rse0-", max_size=30) | st.from_regex(r"b\d:[a-z]:.*:.*:.*:.*:\d+:", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    press = Press.read(text)
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
    assert Press.read("b1:r:::::0:") == Press(Action.RANDOM)
    assert Press.read(text) is None


def test_lists_and_long_examples_are_turned_where_they_stand() -> None:
    assert {action for action in Action if action.turns} == {
        Action.MEDIUM,
        Action.SEARCH,
        Action.WORK,
        Action.EXAMPLE,
    }
