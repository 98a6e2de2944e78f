"""The check by an OpenAPI description: a small one of our own and, if it is there, Discord's."""

from pathlib import Path
from typing import Any

import pytest

from tests.discord_rules.cases import CASES
from tests.discord_rules.constraints import complaint
from tests.discord_rules.openapi import MISSING, Description, available, schema_errors
from tests.discord_rules.rules import COMPONENTS_V2, Request, violations
from tests.discord_rules.sample_payloads import (
    NOBODY,
    Case,
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
    modal,
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
    return [complaint(error) for error in operation.validator.iter_errors(body)]


@pytest.mark.parametrize(
    ("good", "bad", "expected"),
    [
        pytest.param({"runner": "12"}, {"runner": "x"}, "$.runner breaks pattern", id="digits"),
        pytest.param({"runner": 12}, {"runner": -1}, "$.runner breaks minimum 0", id="number"),
        pytest.param({"pace": 2}, {"pace": 3}, "$.pace breaks enum [1, 2]", id="constants"),
        pytest.param({"goal": None}, {"goal": {}}, "$.goal breaks required ['name']", id="nullable"),
        pytest.param(
            {"way": [{"type": 1, "length": 5}, {"type": 3, "steps": 5}]},
            {"way": [{"type": 1, "length": 5}, {"type": 3, "steps": "many"}]},
            "$.way[1].steps breaks type 'integer'",
            id="type-selects-branch",
        ),
        pytest.param({"way": []}, {"way": [{"type": 4}]}, "$.way[0].type breaks enum [1, 2, 3]: 4", id="unknown-type"),
        pytest.param({"way": []}, {"way": [{"type": True}]}, "$.way[0].type breaks enum", id="true-is-no-type"),
        pytest.param({"way": []}, {"way": ["road"]}, "$.way[0].type breaks enum", id="no-object"),
        pytest.param({"page": "https://a.example/"}, {"page": "page"}, "$.page breaks format 'uri'", id="scheme"),
        pytest.param({"page": "attachment://a"}, {"page": "https://["}, "$.page breaks format", id="address"),
        pytest.param(
            {"start": "1998-08-20T20:00:00+00:00"}, {"start": "soon"}, "$.start breaks format 'date-time'", id="time"
        ),
        pytest.param({"prize": {"a": 1, "b": 2}}, {"prize": "gold"}, "$.prize breaks maxLength 3", id="nearest"),
    ],
)
def test_the_description_is_obeyed(good: Any, bad: Any, expected: str) -> None:
    assert miniature_errors(good) == []
    errors = miniature_errors(bad)
    assert len(errors) == 1, errors
    assert errors[0].startswith(expected)


def test_the_path_with_the_fewest_placeholders_is_used() -> None:
    description = Description(MINIATURE)
    last, other = description.find("PUT", "/runs/last"), description.find("PUT", "/runs/5")
    assert last is not None
    assert other is not None
    assert (last.segments, other.segments) == (("runs", "last"), ("runs", "{}"))
    assert (last.needs_body, other.needs_body) == (False, True)
    assert description.find("PUT", "/runs") is None
    assert description.find("PATCH", "/runs/5") is None
    assert description.find("PUT", "/runs/1") is other


def test_without_the_description_nothing_is_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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


def message(path: str, method: str = "POST", **body: Any) -> Request:
    return Request(method, path, body)


GOOD = [
    callback(7, {"components": [text()], "flags": COMPONENTS_V2}),
    message("/webhooks/1/token", content="x", allowed_mentions=NOBODY, username="Big Run"),
    message("/webhooks/1/token/messages/@original", "PATCH", content=None, components=[text()]),
    message("/webhooks/1/token/messages/2", "PATCH", embeds=[{"title": "x", "timestamp": "1998-08-20T20:00:00Z"}]),
    message("/channels/1/messages", content="x", nonce="1", message_reference={"message_id": 5}),
    message("/channels/1/messages/2", "PATCH", content="x", attachments=[{"id": 0, "filename": "x.txt"}]),
    commands(command(group(subcommand(parameter(4, min_value=1)))), {"type": 3, "name": "Find", "contexts": [0, 1, 2]}),
    Request("PUT", "/applications/1/guilds/2/commands", []),
    Request("GET", "/applications/1/commands"),
    Request("DELETE", "/webhooks/1/token/messages/@original"),
]

BAD = [
    (callback(99), "$.type breaks enum"),
    (callback(4, {"content": "x" * 2001}), "$.data.content breaks"),
    (callback(4, {"embeds": [{"title": "x" * 257}]}), "$.data.embeds[0].title breaks"),
    (callback(4, {"components": [{"type": 99}]}), "$.data.components[0].type breaks enum"),
    (card(container(container(text()))), "$.data.components[0].components[0].type breaks enum"),
    (card(row(button(label="x" * 81))), "$.data.components[0].components[0].label breaks"),
    (card(row(button(style=9))), "$.data.components[0].components[0].style breaks enum"),
    (card(section(accessory=select())), "$.data.components[0].accessory.type breaks enum"),
    (callback(8, {"choices": [choice(str(n), str(n)) for n in range(26)]}), "$.data.choices breaks"),
    (suggestions(choice("", "film")), "$.data.choices[0].name breaks"),
    (modal(label(field()), title="x" * 46), "$.data.title breaks"),
    (modal(field()), "$.data.components[0].type breaks enum"),
    (message("/webhooks/1/token", content=5), "$.content breaks type"),
    (message("/webhooks/1/token/messages/@original", "PATCH", flags="x"), "$.flags breaks"),
    (message("/channels/1/messages", allowed_mentions={"parse": ["all"]}), "$.allowed_mentions.parse[0] breaks enum"),
    (message("/channels/1/messages/2", "PATCH", attachments=[{"id": "x"}]), "$.attachments[0].id breaks pattern"),
    (commands(command(description="x" * 101)), "$[0].description breaks"),
    (commands(command(parameter(99))), "$[0].options[0].type breaks enum"),
    (commands(command(contexts=[7])), "$[0].contexts[0] breaks enum"),
    (Request("PUT", "/applications/1/guilds/2/commands", {}), "$ breaks type"),
    (Request("POST", "/interactions/1/token/callback"), "$ is missing: this request needs a body."),
    (Request("POST", "/nowhere", {}), "$ goes to POST /nowhere, which Discord does not describe."),
]


@needs_discords_own
@pytest.mark.parametrize("request_", GOOD)
def test_discords_description_accepts_valid_requests(request_: Request) -> None:
    assert schema_errors(request_) == []


@needs_discords_own
@pytest.mark.parametrize(("request_", "complaint"), BAD)
def test_discords_description_refuses_invalid_requests(request_: Request, complaint: str) -> None:
    errors = schema_errors(request_)
    assert len(errors) == 1, errors
    assert errors[0].startswith(complaint)


@needs_discords_own
@pytest.mark.parametrize("case", CASES, ids=str)
def test_requests_that_keep_our_rules_fit_discords_description(case: Case) -> None:
    assert schema_errors(case.good) == []


@needs_discords_own
@pytest.mark.parametrize(
    "request_",
    [
        message("/channels/1/messages", content="x" * 2001, allowed_mentions=NOBODY),
        card(text("x" * 2001), text("x" * 2000)),
        commands(command(name="Big Run")),
        commands(command(), command()),
        card(row(button(label=None))),
        suggestions(choice(value="x" * 101)),
    ],
    ids=["content", "text of a card", "name", "command twice", "button without label", "choice"],
)
def test_our_rules_find_more_than_discords_description(request_: Request) -> None:
    assert schema_errors(request_) == []
    assert len(violations(request_)) == 1
