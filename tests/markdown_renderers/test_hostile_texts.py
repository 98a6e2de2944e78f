"""The hostile texts are hostile, and their secrets are recognized."""

from functools import cache
from itertools import islice, pairwise

import pytest

from tests.markdown_renderers.hostile_texts import (
    FRAGMENTS,
    PAIRS,
    SECRET_LETTERS,
    HostileCase,
    hostile_case,
    hostile_texts,
    pieces_of_secrets,
)


@cache
def cases() -> list[HostileCase]:
    return list(islice(hostile_texts(7), 3000))


def hidden(case: HostileCase) -> str:
    return "\n".join(run.text for run in case.runs if run.hidden)


def clear(case: HostileCase) -> str:
    return "".join(run.text for run in case.runs if not run.hidden)


def test_equal_seeds_and_numbers_make_equal_cases() -> None:
    assert [hostile_case(7, number) for number in range(50)] == cases()[:50]
    assert cases()[:50] != list(islice(hostile_texts(8), 50))
    assert len({case.runs for case in cases()}) > 2900


def test_only_secrets_contain_their_letters() -> None:
    signs = "".join(FRAGMENTS) + "".join(map("".join, PAIRS))
    assert not set(signs.lower()) & set(SECRET_LETTERS)
    assert not any(pieces_of_secrets(clear(case)) for case in cases())


def test_secrets_are_hidden_and_all_different() -> None:
    for case in cases():
        assert all(secret in hidden(case) for secret in case.secrets)
        assert len(set(case.secrets)) == len(case.secrets)


@pytest.mark.parametrize("text", ["zq7x", "a zq7 b", "ZQ7XJ", "zq7**xj7**", "_jxq_"])
def test_a_piece_of_a_secret_is_recognized(text: str) -> None:
    assert pieces_of_secrets(text)


def test_every_sign_is_inside_and_outside_of_hidden_text() -> None:
    together = ["\n".join(texts) for texts in (map(hidden, cases()), map(clear, cases()))]
    assert [sign for sign in FRAGMENTS for text in together if sign not in text] == []


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_hidden_runs_can_be_empty_or_blank(blank: str) -> None:
    assert any(run.hidden and run.text == blank for case in cases() for run in case.runs)


def test_cases_have_up_to_150_spoilers() -> None:
    numbers = {sum(run.hidden for run in case.runs) for case in cases()}
    assert {0, 1, 2, 3, 4, 5} <= numbers
    assert 100 < max(numbers) <= 150


def test_some_runs_are_longer_than_any_message() -> None:
    lengths = [len(run.text) for case in cases() for run in case.runs if run.hidden]
    words = [len(secret) for case in cases() for secret in case.secrets]
    assert max(lengths) > 4000
    assert max(words) > 4000
    assert sum(length < 100 for length in lengths) > 0.9 * len(lengths)


def test_hidden_runs_are_adjacent_and_have_every_style() -> None:
    assert {run.style for case in cases() for run in case.runs if run.hidden} == set(range(16))
    neighbours = (pair for case in cases() for pair in pairwise(case.runs))
    assert any(one.hidden and two.hidden for one, two in neighbours)
