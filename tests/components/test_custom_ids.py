"""Requests are written into custom_ids and read back; any other text is refused."""

import re
from collections.abc import Collection
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.components.custom_ids import (
    GRAMMAR,
    MAX_QUERY_LENGTH,
    MAX_SNOWFLAKE,
    SEEN_ACTIONS,
    SETTING_VALUES,
    WORK_ACTIONS,
    Action,
    ExampleRequest,
    Flag,
    SettingAction,
    SettingRequest,
)
from bot.components.limits import MAX_CUSTOM_ID, discord_length
from bot.components.saved_ids import SAVED_VALUES, SavedAction, SavedRequest

REFS = st.text("0123456789abcdef", min_size=1, max_size=10)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "trope_ref": REFS,
    "medium": st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=24),
    "work_ref": st.text("0123456789abcdef", min_size=1, max_size=12),
    "page": st.integers(1, 9_999_999),
    "query": st.text(min_size=1, max_size=60) | st.text("🏃a", min_size=1),
    "example_ref": st.from_regex(r"[0-9a-f]{10}/[0-9]{1,6}", fullmatch=True),
    "seen_ref": st.text("0123456789abcdef", min_size=1, max_size=12),
    "with_ref": st.text("0123456789abcdef", min_size=1, max_size=12),
}
FLAG_SETS = ["".join(sorted(flags)) for size in range(4) for flags in combinations(Flag, size)]


@st.composite
def requests(draw: st.DrawFn, actions: Collection[Action] = tuple(Action)) -> ExampleRequest:
    """Return any request that the table allows."""
    action = draw(st.sampled_from(sorted(actions)))
    grammar = GRAMMAR[action]
    carried: dict[str, Any] = {"flags": draw(st.sampled_from(grammar.flags))}
    for field in grammar.fields:
        name = field.rstrip("?")
        if name == field or draw(st.booleans()):
            carried[name] = draw(VALUES[name])
    return ExampleRequest(action, **carried)


SEARCHES = requests([Action.SEARCH])
OTHERS = requests(set(Action) - {Action.SEARCH})


@given(SEARCHES)
def test_a_search_fits_and_keeps_its_querys_start(request: ExampleRequest) -> None:
    assert discord_length(request.custom_id) <= MAX_CUSTOM_ID
    read = ExampleRequest.from_custom_id(request.custom_id)
    assert read is not None
    assert replace(read, query="") == replace(request, query="")
    assert request.query.startswith(read.query)
    assert discord_length(read.query) <= MAX_QUERY_LENGTH


@given(SEARCHES)
def test_a_query_that_fits_is_read_back_whole(request: ExampleRequest) -> None:
    size = min(MAX_QUERY_LENGTH, MAX_CUSTOM_ID - discord_length(replace(request, query="").custom_id))
    fitting = replace(request, query=request.query[: size // 2])
    assert ExampleRequest.from_custom_id(fitting.custom_id) == fitting


@given(OTHERS)
def test_every_other_request_fits_and_is_read_back(request: ExampleRequest) -> None:
    assert discord_length(request.custom_id) <= MAX_CUSTOM_ID
    assert ExampleRequest.from_custom_id(request.custom_id) == request


def test_a_query_fills_the_rest_of_a_custom_id() -> None:
    longest = ExampleRequest(
        Action.SEARCH, "0123456789", "a-medium-of-24-letters-x", "", "hj", 9_999_999, "running " * 9
    )
    read = ExampleRequest.from_custom_id(longest.custom_id)
    assert discord_length(longest.custom_id) == MAX_CUSTOM_ID
    assert read
    assert read.query == ("running " * 9)[:47]
    assert ExampleRequest(Action.SEARCH, query="running " * 9).custom_id.endswith(f":{('running ' * 9)[:50]}")


def test_half_a_character_is_cut_from_a_query() -> None:
    assert ExampleRequest(Action.SEARCH, query="a\ud83db").custom_id.endswith(":ab")
    assert ExampleRequest(Action.SEARCH, query="🏃" * 30).custom_id.endswith(":" + "🏃" * 25)


@given(st.text() | st.text("b1:rse0-", max_size=30) | st.from_regex(r"b\d:[a-z]:.*:.*:.*:.*:\d+:", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    request = ExampleRequest.from_custom_id(text)
    assert request is None or request.custom_id == text
    setting = SettingRequest.from_custom_id(text)
    assert setting is None or setting.custom_id == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "b1", "b2:r:::::0:", "b1:x:::::0:", "b1:r:::::-1:", "b1:r:::::0", "c1:r:::::0:", "b1:r:::::12345678:"),
        *("b1:r::::cc:0:", "b1:r::::z:0:", "b1:s::::jh:1:run", "b1:s:::::01:run", f"b1:s:::::1:{'a' * 51}"),
        *("b1:m:::::1:", "b1:e:::::1:", "b1:e:::::1:ab", "b1:a:::::0:", "b1:k:::::1:ab/1", "b1:v:::::0:ab/1"),
        *(f"b1:r:{'a' * 13}::::0:", f"b1:r::{'a' * 33}:::0:", f"b1:r:::{'a' * 13}::0:"),
    ],
)
def test_a_malformed_request_is_refused(text: str) -> None:
    assert ExampleRequest.from_custom_id("b1:r:::::0:") == ExampleRequest(Action.RANDOM)
    assert ExampleRequest.from_custom_id(text) is None


@pytest.mark.parametrize("action", Action)
def test_an_action_carries_its_own_flags_only(action: Action) -> None:
    fields: dict[str, Any] = {"trope_ref": "ab", "medium": "film", "work_ref": "cd", "page": 2, "query": "run"}
    fields |= {"example_ref": "ab/1", "seen_ref": "ef", "with_ref": "12"}
    carried = {name: fields[name] for name in fields if {name, f"{name}?"} & set(GRAMMAR[action].fields)}
    plain = ExampleRequest(action, **carried).custom_id.split(":")
    for flags in FLAG_SETS:
        request = ExampleRequest(action, flags=flags, **carried)
        read = ExampleRequest.from_custom_id(":".join([*plain[:5], flags, *plain[6:]]))
        assert read == (request if flags in GRAMMAR[action].flags else None)
        if read is None:
            with pytest.raises(ValueError, match="No control"):
                _ = request.custom_id


@given(requests(), st.sampled_from(sorted(Action)))
def test_a_request_takes_over_only_what_another_action_may_carry(request: ExampleRequest, action: Action) -> None:
    missing = {"medium": "film", "work_ref": "cd", "example_ref": "ab/1", "trope_ref": "ab"}
    missing |= {"seen_ref": "ef", "with_ref": "12"}
    needed = {name: value for name, value in missing.items() if name in GRAMMAR[action].fields}
    taken = request.to(action, **needed)
    assert ExampleRequest.from_custom_id(taken.custom_id) is not None
    assert taken.is_private <= (request.is_private or action in (Action.OPENED, *SEEN_ACTIONS))


@pytest.mark.parametrize("action", SettingAction)
def test_a_setting_carries_its_own_values_only(action: SettingAction) -> None:
    values = [
        "",
        "yes",
        "maybe",
        "0123456789ab",
        "film-live-action",
        "5",
        "0",
        str(MAX_SNOWFLAKE),
        str(2**63),
        "9" * 19,
    ]
    for value in values:
        request = SettingRequest(action, value)
        if SETTING_VALUES[action](value):
            assert SettingRequest.from_custom_id(request.custom_id) == request
            assert SettingRequest.is_custom_id(request.custom_id)
            assert ExampleRequest.from_custom_id(request.custom_id) is None
        else:
            with pytest.raises(ValueError, match="No control"):
                _ = request.custom_id
            assert SettingRequest.from_custom_id(f"c1:{action}:{value}") is None


@pytest.mark.parametrize("text", ["c1:xx:", "c2:ms:yes", "c1:ms", "c1:ms:a b", f"c1:ms:{'a' * 41}"])
def test_a_malformed_setting_is_refused(text: str) -> None:
    assert SettingRequest.from_custom_id(text) is None
    assert SettingRequest.is_custom_id(text)
    assert not SettingRequest.is_custom_id("b1:r:::::0:")


@pytest.mark.parametrize("action", SavedAction)
def test_a_saved_request_carries_its_own_values_only(action: SavedAction) -> None:
    for value in ("", "1", "9999", "10000", "0", "9" * 16, "9" * 17, "ab/1:cd", "ab/1", "ab/1:cd\n", "x"):
        request = SavedRequest(action, value)
        if re.fullmatch(SAVED_VALUES[action], value):
            assert SavedRequest.from_custom_id(request.custom_id) == request
            assert SavedRequest.is_custom_id(request.custom_id)
            assert ExampleRequest.from_custom_id(request.custom_id) is None
            assert not SettingRequest.is_custom_id(request.custom_id)
        else:
            with pytest.raises(ValueError, match="No control"):
                _ = request.custom_id


@pytest.mark.parametrize("text", ["e1:x:", "e2:p:1", "e1:o", "e1:", "e1:o:a", "e1:p:1:2"])
def test_a_malformed_saved_request_is_refused(text: str) -> None:
    assert SavedRequest.from_custom_id(text) is None
    assert SavedRequest.is_custom_id(text)


def test_lists_and_long_examples_are_edited_in_place() -> None:
    edited = {action for action in Action if action.edits_in_place}
    assert edited == {Action.MEDIUM, Action.SEARCH, Action.EXAMPLE, *WORK_ACTIONS, *SEEN_ACTIONS}
