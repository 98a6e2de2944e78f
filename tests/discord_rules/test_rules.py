"""Every rule of Discord, with a request that keeps it and one that breaks only it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.discord_rules.cases import CASES
from tests.discord_rules.rules import COMPONENTS_V2, Request, violations, weight
from tests.discord_rules.sample_payloads import (
    CALLBACK,
    NOBODY,
    Case,
    answer,
    card,
    choice,
    command,
    commands,
    embed,
    embed_field,
    label,
    modal,
    parameter,
    row,
    section,
    select,
    suggestions,
    text,
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_only_the_broken_rule_is_reported(case: Case) -> None:
    assert violations(case.good) == []
    complaints = violations(case.bad)
    assert len(complaints) == 1, complaints
    assert complaints[0].startswith(case.complaint)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/webhooks/1/token"),
        ("PATCH", "/webhooks/1/token/messages/@original"),
        ("PATCH", "/webhooks/1/token/messages/2"),
        ("POST", "/channels/1/messages"),
        ("PATCH", "/channels/1/messages/2"),
    ],
)
def test_every_endpoint_for_messages_is_checked(method: str, path: str) -> None:
    assert violations(Request(method, path, {"content": "x", "allowed_mentions": NOBODY})) == []
    assert violations(Request(method, path, {"content": "x"})) == [
        "$.allowed_mentions must have parse: [], or a name in the text pings a member"
    ]


def test_commands_of_one_server_are_checked_too() -> None:
    body = [command(name="BigRun")]
    assert violations(Request("PUT", "/applications/1/guilds/2/commands", body)) == violations(commands(*body)) != []


def test_a_request_without_rules_breaks_none() -> None:
    assert violations(Request("PUT", "/channels/1/messages/2/reactions/x/@me")) == []
    assert violations(Request("GET", CALLBACK, {"type": 99})) == []


def test_a_logged_request_loses_its_version_and_query() -> None:
    logged = Request("post", "/api/v10/webhooks/1/token?wait=true", {"content": "x"})
    assert Request.from_log(logged) == Request("POST", "/webhooks/1/token", {"content": "x"})


KEYS = "type components component accessory options choices name description value content flags custom_id".split()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 20) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)
REQUESTS = [
    answer(content="x", embeds=[embed(fields=[embed_field()], author={"name": "x"})]),
    card(section(), row(select()), text()),
    modal(label(select()), row()),
    suggestions(choice()),
    commands(command(parameter(choices=[choice()]))),
]


def replaced(body: Any, path: list[int], junk: Any) -> Any:
    """Put `junk` in place of what `path` leads to, or add it there."""
    if not path or not isinstance(body, (dict, list)) or not body:
        return {**body, **junk} if isinstance(body, dict) and isinstance(junk, dict) else junk
    keys = list(body) if isinstance(body, dict) else list(range(len(body)))
    key = keys[path[0] % len(keys)]
    changed: Any = dict(body) if isinstance(body, dict) else list(body)
    changed[key] = replaced(body[key], path[1:], junk)
    return changed


@given(st.sampled_from(REQUESTS), st.lists(st.integers(0, 5), max_size=8), JSON)
def test_no_body_raises_an_error(request_: Request, path: list[int], junk: Any) -> None:
    found = violations(Request(request_.method, request_.path, replaced(request_.json, path, junk)))
    assert all(complaint.startswith("$") for complaint in found)


def test_the_flag_is_the_one_discord_documents() -> None:
    assert COMPONENTS_V2 == 1 << 15


def test_a_command_weighs_its_longest_translations() -> None:
    plain = command(parameter(name="ab", choices=[choice("abc", "abcd")]), name="run", description="Heroic")
    own = sum(map(len, ("run", "Heroic", "ab", "What to find", "abc", "abcd")))
    assert weight(plain) == own
    assert weight({**plain, "name_localizations": {"de": "lauf", "fr": "c"}}) == own + 1
