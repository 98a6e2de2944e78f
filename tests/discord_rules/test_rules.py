"""Each of Discord's rules, with a body that keeps it and one that breaks it alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.discord_rules.cases import CASES
from tests.discord_rules.command_rules import weight
from tests.discord_rules.message_cases import cell, embed
from tests.discord_rules.message_rules import COMPONENTS_V2
from tests.discord_rules.rules import Request, violations
from tests.discord_rules.sample_payloads import (
    CALLBACK,
    NOBODY,
    Case,
    answer,
    card,
    choice,
    command,
    commands,
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
def test_a_body_that_keeps_the_rule_passes(case: Case) -> None:
    assert violations(case.good) == []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_body_that_breaks_one_rule_gets_one_complaint(case: Case) -> None:
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
def test_every_way_to_send_a_message_is_judged(method: str, path: str) -> None:
    assert violations(Request(method, path, {"content": "x", "allowed_mentions": NOBODY})) == []
    assert violations(Request(method, path, {"content": "x"})) == [
        "$.allowed_mentions must hold parse: [], lest a name in the text ping a member."
    ]


def test_a_request_without_rules_breaks_none() -> None:
    assert violations(Request("PUT", "/channels/1/messages/2/reactions/x/@me")) == []
    assert violations(Request("GET", CALLBACK, {"type": 99})) == []


def test_a_logged_request_loses_its_version_and_query() -> None:
    logged = Request("post", "/api/v10/webhooks/1/token?wait=true", {"content": "x"})
    assert Request.from_log(logged) == Request("POST", "/webhooks/1/token", {"content": "x"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 20) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "components", "component", "accessory", "options", "choices", "name", "flags"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
BODIES = [
    answer(content="x", embeds=[embed(fields=[cell()], author={"name": "x"})]),
    card(section(), row(select()), text()),
    modal(label(select()), row()),
    suggestions(choice()),
    commands({"type": 1, "name": "x", "description": "x", "options": [parameter(choices=[choice()])]}),
]


def _spoiled(body: Any, spots: list[int], junk: Any) -> Any:
    """Put ``junk`` in place of what ``spots`` lead to."""
    if not spots or not isinstance(body, (dict, list)) or not body:
        return junk
    keys = list(body) if isinstance(body, dict) else list(range(len(body)))
    spot = keys[spots[0] % len(keys)]
    changed: Any = dict(body) if isinstance(body, dict) else list(body)
    changed[spot] = _spoiled(body[spot], spots[1:], junk)
    return changed


@given(st.sampled_from(BODIES), st.lists(st.integers(0, 5), max_size=8), JSON)
def test_no_body_makes_the_judge_raise(request_: Request, spots: list[int], junk: Any) -> None:
    found = violations(Request(request_.method, request_.path, _spoiled(request_.json, spots, junk)))
    assert all(complaint.startswith("$") and complaint.endswith(".") for complaint in found)


def test_the_flag_is_the_one_discord_documents() -> None:
    assert COMPONENTS_V2 == 1 << 15


def test_commands_of_one_server_are_judged_alike() -> None:
    body = [command(name="BigRun")]
    assert violations(Request("PUT", "/applications/1/guilds/2/commands", body)) == violations(commands(*body)) != []


def test_a_command_weighs_its_longest_translations() -> None:
    plain = command(parameter(name="ab", choices=[choice("abc", "abcd")]), name="run", description="Heroic")
    own = len("run") + len("Heroic") + len("ab") + len("What to find") + len("abc") + len("abcd")
    assert weight(plain) == own
    assert weight({**plain, "name_localizations": {"de": "lauf", "fr": "c"}}) == own + 1
