"""Requests are written into custom_ids and read back; any other text is refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.components.custom_ids import (
    MAX_QUERY_LENGTH,
    Action,
    ExampleRequest,
    Flag,
    SettingAction,
    SettingRequest,
    is_setting_id,
)
from bot.components.limits import MAX_CUSTOM_ID, discord_length

REFS = st.text("0123456789abcdef", max_size=10)
SLUGS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", max_size=24)
FIELDS = (REFS, SLUGS, REFS, st.sets(st.sampled_from(Flag)).map("".join), st.integers(0, 9_999_999))
SEARCHES = st.builds(ExampleRequest, st.just(Action.SEARCH), *FIELDS, st.text(max_size=60) | st.text("🏃a"))
OTHERS = st.builds(
    ExampleRequest,
    st.sampled_from([action for action in Action if action is not Action.SEARCH]),
    *FIELDS,
    example_ref=st.just("") | st.from_regex(r"[0-9a-f]{10}/[0-9]{1,6}", fullmatch=True),
)


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
        Action.SEARCH, "0123456789", "a-medium-of-24-letters-x", "9876543210", "ch", 9_999_999, "running " * 9
    )
    read = ExampleRequest.from_custom_id(longest.custom_id)
    assert discord_length(longest.custom_id) == MAX_CUSTOM_ID
    assert read
    assert read.query == "running running running running runni"
    assert ExampleRequest(Action.SEARCH, query="running " * 9).custom_id.endswith(f":{('running ' * 9)[:50]}")


def test_half_a_character_is_cut_from_a_query() -> None:
    assert ExampleRequest(Action.SEARCH, query="a\ud83db").custom_id.endswith(":ab")
    assert ExampleRequest(Action.SEARCH, query="🏃" * 30).custom_id.endswith(":" + "🏃" * 25)


@given(st.text() | st.text("b1:rse0-", max_size=30) | st.from_regex(r"b\d:[a-z]:.*:.*:.*:.*:\d+:", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    request = ExampleRequest.from_custom_id(text)
    assert request is None or request.custom_id.split(":")[:6] == text.split(":")[:6]
    setting = SettingRequest.from_custom_id(text)
    assert setting is None or setting.custom_id == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "b1", "b2:r:::::0:", "b1:x:::::0:", "b1:r:::::-1:", "b1:r:::::0", "c1:r:::::0:", "b1:r:::::12345678:"),
        *("b1:r::::cc:0:", "b1:r::::z:0:"),
        *(f"b1:r:{'a' * 13}::::0:", f"b1:r::{'a' * 33}:::0:", f"b1:r:::{'a' * 13}::0:"),
    ],
)
def test_a_malformed_request_is_refused(text: str) -> None:
    assert ExampleRequest.from_custom_id("b1:r:::::0:") == ExampleRequest(Action.RANDOM)
    assert ExampleRequest.from_custom_id(text) is None


@pytest.mark.parametrize("action", SettingAction)
def test_a_setting_is_read_back(action: SettingAction) -> None:
    request = SettingRequest(action, "film-live-action")
    assert SettingRequest.from_custom_id(request.custom_id) == request
    assert is_setting_id(request.custom_id)
    assert ExampleRequest.from_custom_id(request.custom_id) is None


@pytest.mark.parametrize("text", ["c1:xx:", "c2:ms:yes", "c1:ms", "c1:ms:a b", f"c1:ms:{'a' * 41}"])
def test_a_malformed_setting_is_refused(text: str) -> None:
    assert SettingRequest.from_custom_id(text) is None
    assert is_setting_id(text)
    assert not is_setting_id("b1:r:::::0:")


def test_lists_and_long_examples_are_edited_in_place() -> None:
    edited = {action for action in Action if action.edits_in_place}
    assert edited == {Action.MEDIUM, Action.SEARCH, Action.WORK, Action.EXAMPLE}
