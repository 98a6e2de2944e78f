"""Small valid requests, which the tests change."""

from dataclasses import dataclass
from typing import Any

from tests.discord_rules.rules import COMPONENTS_V2, Request

Json = dict[str, Any]

CALLBACK = "/interactions/1/token/callback"
NOBODY: Json = {"parse": []}
PAGE = "https://example.org/"


@dataclass(frozen=True, slots=True)
class Case:
    """A rule, a request that just keeps it, one that breaks only it, and how the complaint begins."""

    rule: str
    good: Request
    bad: Request
    complaint: str

    def __str__(self) -> str:
        return self.rule


def callback(kind: Any, data: Any = None) -> Request:
    return Request("POST", CALLBACK, {"type": kind, "data": data})


def answer(**data: Any) -> Request:
    return callback(4, {"allowed_mentions": NOBODY, **data})


def edit(**data: Any) -> Request:
    return Request("PATCH", "/webhooks/1/token/messages/@original", {"allowed_mentions": NOBODY, **data})


def post(**message: Any) -> Request:
    return Request("POST", "/channels/1/messages", {"content": "x", "allowed_mentions": NOBODY, **message})


def card(*components: Any, **data: Any) -> Request:
    return answer(**{"flags": COMPONENTS_V2, "components": list(components), **data})


def embed(**changes: Any) -> Json:
    return {"title": "Run Lola Run", "description": "Lola runs.", **changes}


def embed_field(name: Any = "Medium", value: Any = "Film") -> Json:
    return {"name": name, "value": value}


def text(content: Any = "Lola runs.", **changes: Any) -> Json:
    return {"type": 10, "content": content, **changes}


def row(*components: Any) -> Json:
    return {"type": 1, "components": list(components)}


def button(**changes: Any) -> Json:
    return _without_none({"type": 2, "style": 2, "label": "Another", "custom_id": "another", **changes})


def buttons(count: int) -> list[Json]:
    return [button(custom_id=str(index)) for index in range(count)]


def link(**changes: Any) -> Json:
    return _without_none({"type": 2, "style": 5, "label": "Page", "url": f"{PAGE}page", **changes})


def premium(**changes: Any) -> Json:
    return _without_none({"type": 2, "style": 6, "sku_id": "1", **changes})


def option(value: Any = "1", **changes: Any) -> Json:
    return {"label": "Film", "value": value, **changes}


def options(count: int) -> list[Json]:
    return [option(str(index)) for index in range(count)]


def select(*choices: Any, **changes: Any) -> Json:
    return _without_none({"type": 3, "custom_id": "menu", "options": list(choices or [option()]), **changes})


def user_select(**changes: Any) -> Json:
    return _without_none({"type": 5, "custom_id": "who", **changes})


def picture(**changes: Any) -> Json:
    return {"media": {"url": f"{PAGE}run.png"}, **changes}


def gallery(*pictures: Any) -> Json:
    return {"type": 12, "items": list(pictures)}


def thumbnail(**changes: Any) -> Json:
    return {"type": 11, **picture(), **changes}


def section(*components: Any, **changes: Any) -> Json:
    return {"type": 9, "components": list(components or [text()]), "accessory": button(), **changes}


def container(*components: Any, **changes: Any) -> Json:
    return {"type": 17, "components": list(components), **changes}


def modal(*components: Any, **changes: Any) -> Request:
    return callback(9, {"title": "Find", "custom_id": "find", "components": list(components), **changes})


def label(component: Any, **changes: Any) -> Json:
    return {"type": 18, "label": "Words", "component": component, **changes}


def field(**changes: Any) -> Json:
    return {"type": 4, "custom_id": "words", "style": 1, **changes}


def choice(name: Any = "Film", value: Any = "film", **changes: Any) -> Json:
    return {"name": name, "value": value, **changes}


def choices(count: int) -> list[Json]:
    return [choice(str(index), str(index)) for index in range(count)]


def suggestions(*offered: Any) -> Request:
    return callback(8, {"choices": list(offered)})


def commands(*registered: Any) -> Request:
    return Request("PUT", "/applications/1/commands", list(registered))


def command(*parameters: Any, **changes: Any) -> Json:
    base = {"type": 1, "name": "bigrun", "description": "Heroic runs", "options": list(parameters)}
    return _without_none({**base, **changes})


def menu(**changes: Any) -> Json:
    return {"type": 3, "name": "Find examples like this", **changes}


def parameter(kind: Any = 3, name: Any = "words", **changes: Any) -> Json:
    return {"type": kind, "name": name, "description": "What to find", **changes}


def parameters(count: int) -> list[Json]:
    return [parameter(name=f"p{index}") for index in range(count)]


def subcommand(*parameters: Any, name: Any = "show", **changes: Any) -> Json:
    return {**parameter(1, name, options=list(parameters)), **changes}


def group(*subcommands: Any, name: Any = "daily") -> Json:
    return parameter(2, name, options=list(subcommands))


def _without_none(body: Json) -> Json:
    return {key: value for key, value in body.items() if value is not None}
