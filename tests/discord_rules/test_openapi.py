"""The second judge, by a description of our own and, where it is there, by Discord's."""

from pathlib import Path
from typing import Any

import pytest

from tests.discord_rules.cases import CASES
from tests.discord_rules.message_rules import COMPONENTS_V2
from tests.discord_rules.openapi import MISSING, Description, available, schema_errors
from tests.discord_rules.rules import Request, violations
from tests.discord_rules.sample_payloads import (
    NOBODY,
    Case,
    answer,
    button,
    callback,
    card,
    choice,
    command,
    commands,
    container,
    field,
    group,
    label,
    link,
    modal,
    option,
    parameter,
    row,
    section,
    select,
    subcommand,
    suggestions,
    text,
)

needs_discords_own = pytest.mark.skipif(not available(), reason=MISSING)

_REF = "#/components/schemas/"
MINIATURE = {
    "paths": {
        "/runs/{id}": {
            "parameters": [],
            "put": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": f"{_REF}Run"}}},
                },
            },
            "get": {},
        },
        "/runs/last": {"put": {"requestBody": {"content": {"multipart/form-data": {"schema": {}}}}}},
    },
    "components": {
        "schemas": {
            "Run": {
                "type": "object",
                "properties": {
                    "runner": {"$ref": f"{_REF}Snowflake"},
                    "pace": {"oneOf": [{"const": 1, "title": "SLOW"}, {"const": 2, "title": "FAST"}]},
                    "goal": {"oneOf": [{"type": "null"}, {"$ref": f"{_REF}Place"}]},
                    "way": {"type": "array", "items": {"oneOf": [{"$ref": f"{_REF}Road"}, {"$ref": f"{_REF}Stairs"}]}},
                    "page": {"type": "string", "format": "uri"},
                    "start": {"type": "string", "format": "date-time"},
                    "prize": {
                        "anyOf": [{"type": "string", "maxLength": 3}, {"type": "object", "required": ["a", "b"]}]
                    },
                },
            },
            "Snowflake": {"type": "string", "pattern": "^[0-9]+$", "format": "snowflake"},
            "Place": {"type": "object", "required": ["name"]},
            "Road": {"properties": {"type": {"enum": [1]}, "length": {"type": "integer"}}, "required": ["type"]},
            "Stairs": {"properties": {"type": {"enum": [2, 3]}, "steps": {"type": "integer"}}, "required": ["type"]},
        }
    },
}


def miniature_errors(body: Any) -> list[str]:
    operation = Description(MINIATURE).find("PUT", "/runs/1")
    assert operation is not None
    return [f"{error.json_path}: {error.message}" for error in operation.errors(body)]


OBEYED = [
    ("a snowflake is digits", {"runner": "12"}, {"runner": "x"}, "$.runner: 'x' does not match"),
    ("a snowflake may be a number", {"runner": 12}, {"runner": -1}, "$.runner: -1 is less than the minimum"),
    ("a constant is one of those listed", {"pace": 2}, {"pace": 3}, "$.pace: 3 is not one of [1, 2]"),
    ("what may be null is judged when it is not", {"goal": None}, {"goal": {}}, "$.goal: 'name' is a required"),
    (
        "the type picks the branch",
        {"way": [{"type": 1, "length": 5}, {"type": 3, "steps": 5}]},
        {"way": [{"type": 1, "length": 5}, {"type": 3, "steps": "many"}]},
        "$.way[1].steps: 'many' is not of type 'integer'",
    ),
    ("the type is known", {"way": []}, {"way": [{"type": 4}]}, "$.way[0]: type is 4, but must be one of [1, 2, 3]"),
    ("true is no type", {"way": []}, {"way": [{"type": True}]}, "$.way[0]: type is True, but must be"),
    ("a branch is an object", {"way": []}, {"way": ["road"]}, "$.way[0]: type is None, but must be"),
    ("an address has a scheme", {"page": "https://a.example/"}, {"page": "page"}, "$.page: 'page' is not a 'uri'"),
    ("an address can be read", {"page": "attachment://a"}, {"page": "https://["}, "$.page: 'https://[' is not a"),
    ("a time is a time", {"start": "1998-08-20T20:00:00+00:00"}, {"start": "soon"}, "$.start: 'soon' is not a"),
    ("one of several branches will do", {"prize": {"a": 1, "b": 2}}, {"prize": "gold"}, "$.prize: 'gold' is too"),
]


@pytest.mark.parametrize(("rule", "good", "bad", "complaint"), OBEYED, ids=[rule for rule, *_ in OBEYED])
def test_the_description_is_obeyed(rule: str, good: Any, bad: Any, complaint: str) -> None:
    assert miniature_errors(good) == []
    errors = miniature_errors(bad)
    assert len(errors) == 1, (rule, errors)
    assert errors[0].startswith(complaint)


def test_the_path_with_the_fewest_blanks_is_meant() -> None:
    description = Description(MINIATURE)
    last, other = description.find("PUT", "/runs/last"), description.find("PUT", "/runs/5")
    assert last is not None
    assert other is not None
    assert (last.segments, other.segments) == (("runs", "last"), ("runs", "{}"))
    assert (last.needs_body, other.needs_body) == (False, True)
    assert description.find("PUT", "/runs") is None
    assert description.find("PATCH", "/runs/5") is None


def test_a_validator_is_compiled_once() -> None:
    description = Description(MINIATURE)
    assert description.find("PUT", "/runs/1") is description.find("PUT", "/runs/2")


def test_without_the_description_nothing_is_judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISCORD_OPENAPI", str(tmp_path / "missing.json"))
    assert not available()
    assert schema_errors(callback(99)) == []


def test_the_description_may_lie_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    elsewhere = tmp_path / "openapi.json"
    elsewhere.write_text('{"paths": {}, "components": {"schemas": {}}}', encoding="utf-8")
    monkeypatch.setenv("DISCORD_OPENAPI", str(elsewhere))
    assert available()
    assert schema_errors(callback(5)) == [
        "$ goes to POST /interactions/1/token/callback, which Discord does not describe."
    ]


def _message(path: str, method: str = "POST", **body: Any) -> Request:
    return Request(method, path, body)


GOOD = [
    answer(content="x"),
    card(
        container(
            text(), {"type": 14}, section(), row(button(), link(), button(custom_id="b", emoji={"id": 1, "name": "x"}))
        ),
        row(select(option(), placeholder="Open")),
    ),
    callback(5, {"flags": 64}),
    callback(6),
    callback(7, {"components": [text()], "flags": COMPONENTS_V2}),
    suggestions(choice()),
    suggestions(choice(value=1)),
    suggestions(),
    modal(label(field()), label(select())),
    _message("/webhooks/1/token", content="x", allowed_mentions=NOBODY, username="Big Run"),
    _message("/webhooks/1/token/messages/@original", "PATCH", content=None, components=[text()]),
    _message("/webhooks/1/token/messages/2", "PATCH", embeds=[{"title": "x", "timestamp": "1998-08-20T20:00:00Z"}]),
    _message("/channels/1/messages", content="x", nonce="1", message_reference={"message_id": 5}),
    _message("/channels/1/messages/2", "PATCH", content="x", attachments=[{"id": 0, "filename": "x.txt"}]),
    commands(command(group(subcommand(parameter(4, min_value=1)))), {"type": 3, "name": "Find", "contexts": [0, 1, 2]}),
    Request("PUT", "/applications/1/guilds/2/commands", []),
    Request("GET", "/applications/1/commands"),
    Request("DELETE", "/webhooks/1/token/messages/@original"),
]

BAD = [
    (callback(99), "$: type is 99, but must be one of"),
    (callback(4, {"content": "x" * 2001}), "$.data.content: "),
    (callback(4, {"embeds": [{"title": "x" * 257}]}), "$.data.embeds[0].title: "),
    (callback(4, {"components": [{"type": 99}]}), "$.data.components[0]: type is 99, but must be one of"),
    (card(container(container(text()))), "$.data.components[0].components[0]: type is 17, but must be one of"),
    (card(row(button(label="x" * 81))), "$.data.components[0].components[0].label: "),
    (card(row(button(style=9))), "$.data.components[0].components[0].style: 9 is not one of"),
    (card(section(accessory=select())), "$.data.components[0].accessory: type is 3, but must be one of"),
    (callback(8, {"choices": [choice(str(n), str(n)) for n in range(26)]}), "$.data.choices: "),
    (suggestions(choice("", "film")), "$.data.choices[0].name: "),
    (modal(label(field()), title="x" * 46), "$.data.title: "),
    (modal(field()), "$.data.components[0]: type is 4, but must be one of"),
    (_message("/webhooks/1/token", content=5), "$.content: 5 is not of type 'string', 'null'"),
    (_message("/webhooks/1/token/messages/@original", "PATCH", flags="x"), "$.flags: "),
    (_message("/channels/1/messages", allowed_mentions={"parse": ["all"]}), "$.allowed_mentions.parse[0]: 'all' is"),
    (_message("/channels/1/messages/2", "PATCH", attachments=[{"id": "x"}]), "$.attachments[0].id: 'x' does not match"),
    (commands(command(description="x" * 101)), "$[0].description: "),
    (commands(command(parameter(99))), "$[0].options[0]: type is 99, but must be one of"),
    (commands(command(contexts=[7])), "$[0].contexts[0]: 7 is not one of"),
    (Request("PUT", "/applications/1/guilds/2/commands", {}), "$: {} is not of type 'array', 'null'"),
    (Request("POST", "/interactions/1/token/callback"), "$ is missing: this request needs a body."),
    (Request("POST", "/nowhere", {}), "$ goes to POST /nowhere, which Discord does not describe."),
]


@needs_discords_own
@pytest.mark.parametrize("request_", GOOD)
def test_discords_description_accepts_what_is_right(request_: Request) -> None:
    assert schema_errors(request_) == []


@needs_discords_own
@pytest.mark.parametrize(("request_", "complaint"), BAD)
def test_discords_description_refuses_what_is_wrong(request_: Request, complaint: str) -> None:
    errors = schema_errors(request_)
    assert len(errors) == 1, errors
    assert errors[0].startswith(complaint)


@needs_discords_own
@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_keeps_our_rules_fits_discords_description(case: Case) -> None:
    assert schema_errors(case.good) == []


@needs_discords_own
@pytest.mark.parametrize(
    "request_",
    [
        _message("/channels/1/messages", content="x" * 2001, allowed_mentions=NOBODY),
        card(text("x" * 2001), text("x" * 2000)),
        commands(command(name="Big Run")),
        commands(command(), command()),
        card(row(button(label=None))),
        suggestions(choice(value="x" * 101)),
    ],
    ids=["content", "text of a card", "name", "command twice", "button without label", "choice"],
)
def test_our_rules_see_what_discords_description_misses(request_: Request) -> None:
    assert schema_errors(request_) == []
    assert len(violations(request_)) == 1
