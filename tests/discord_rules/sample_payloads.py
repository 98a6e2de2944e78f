"""Small bodies to judge: each is right until a test changes it."""

from dataclasses import dataclass
from typing import Any

from tests.discord_rules.message_rules import COMPONENTS_V2
from tests.discord_rules.rules import Request

Json = dict[str, Any]

CALLBACK = "/interactions/1/token/callback"
NOBODY: Json = {"parse": []}


@dataclass(frozen=True, slots=True)
class Case:
    """A rule, a request that just keeps it, one that breaks it alone, and the complaint (or its beginning)."""

    rule: str
    good: Request
    bad: Request
    complaint: str

    def __str__(self) -> str:
        return self.rule


def callback(kind: Any, data: Any = None) -> Request:
    """Answer an interaction in one of the ways Discord numbers."""
    return Request("POST", CALLBACK, {"type": kind, "data": data})


def answer(**data: Any) -> Request:
    """Answer with a message that pings nobody."""
    return callback(4, {"allowed_mentions": NOBODY, **data})


def edit(**data: Any) -> Request:
    """Edit the first answer."""
    return Request("PATCH", "/webhooks/1/token/messages/@original", {"allowed_mentions": NOBODY, **data})


def card(*components: Any, **data: Any) -> Request:
    """Answer with Components V2."""
    return answer(**{"flags": COMPONENTS_V2, "components": list(components), **data})


def text(content: Any = "Lola runs.") -> Json:
    """Make a text display."""
    return {"type": 10, "content": content}


def row(*components: Any) -> Json:
    """Make an action row."""
    return {"type": 1, "components": list(components)}


def button(**changes: Any) -> Json:
    """Make a button; a field changed to None is left out."""
    return _without_none({"type": 2, "style": 2, "label": "Another", "custom_id": "another", **changes})


def link(**changes: Any) -> Json:
    """Make a link button; a field changed to None is left out."""
    return _without_none({"type": 2, "style": 5, "label": "Page", "url": "https://example.org/page", **changes})


def option(value: Any = "1", **changes: Any) -> Json:
    """Make an option of a select menu."""
    return {"label": "Film", "value": value, **changes}


def options(count: int) -> list[Json]:
    """Make so many options."""
    return [option(str(index)) for index in range(count)]


def select(*choices: Any, **changes: Any) -> Json:
    """Make a select menu of texts."""
    return {"type": 3, "custom_id": "menu", "options": list(choices or [option()]), **changes}


def thumbnail(**changes: Any) -> Json:
    """Make a thumbnail."""
    return {"type": 11, "media": {"url": "https://example.org/run.png"}, **changes}


def section(*components: Any, **changes: Any) -> Json:
    """Make a section with a button beside its texts."""
    return {"type": 9, "components": list(components or [text()]), "accessory": button(), **changes}


def container(*components: Any, **changes: Any) -> Json:
    """Make a container."""
    return {"type": 17, "components": list(components), **changes}


def modal(*components: Any, **changes: Any) -> Request:
    """Answer with a modal."""
    return callback(9, {"title": "Find", "custom_id": "find", "components": list(components), **changes})


def label(component: Any, **changes: Any) -> Json:
    """Make a label around something to fill in."""
    return {"type": 18, "label": "Words", "component": component, **changes}


def field(**changes: Any) -> Json:
    """Make a text input."""
    return {"type": 4, "custom_id": "words", "style": 1, **changes}


def choice(name: Any = "Film", value: Any = "film", **changes: Any) -> Json:
    """Make a choice of an option."""
    return {"name": name, "value": value, **changes}


def suggestions(*choices: Any) -> Request:
    """Answer a request for autocompletion."""
    return callback(8, {"choices": list(choices)})


def commands(*registered: Any) -> Request:
    """Register all commands."""
    return Request("PUT", "/applications/1/commands", list(registered))


def command(*parameters: Any, **changes: Any) -> Json:
    """Make a slash command; a field changed to None is left out."""
    base = {"type": 1, "name": "bigrun", "description": "Heroic runs", "options": list(parameters)}
    return _without_none({**base, **changes})


def parameter(kind: Any = 3, name: Any = "words", **changes: Any) -> Json:
    """Make an option of a command, by default one for a text."""
    return {"type": kind, "name": name, "description": "What to find", **changes}


def subcommand(*parameters: Any, name: Any = "show") -> Json:
    """Make a subcommand."""
    return parameter(1, name, options=list(parameters))


def group(*subcommands: Any, name: Any = "daily") -> Json:
    """Make a group of subcommands."""
    return parameter(2, name, options=list(subcommands))


def _without_none(body: Json) -> Json:
    return {key: value for key, value in body.items() if value is not None}
