"""What is wrong with a request to Discord: its limits, and our own rules for spoilers and mentions.

`schemas` has the limits of single fields. Here are the rules across several components.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol, Self

from discord import ComponentType

from tests.discord_rules import schemas
from tests.discord_rules.constraints import FORMATS, SPOILER, Schema, Validator, complaint, is_int, objects, size

Json = Mapping[str, Any]
Check = Callable[[Any, str], list[str]]
Rule = Callable[[Any], Iterator[str]]

EPHEMERAL = 1 << 6
COMPONENTS_V2 = 1 << 15
MAX_COMPONENTS = 40
MAX_EMBED_TEXT = 6000
MAX_COMMAND_TEXT = 8000
MAX_SPOILERS = 99  # a client may show the others
VERSION = re.compile(r"^/api(/v\d+)?(?=/)")
BODIES = ("content", "embeds", "components", "attachments", "poll", "sticker_ids")


class LogEntry(Protocol):
    """A logged request, as in ``env.http_requests``."""

    @property
    def method(self) -> str: ...

    @property
    def path(self) -> str: ...

    @property
    def json(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Request:
    """A request to Discord: method, path below the version of the API, JSON body or None."""

    method: str
    path: str
    json: Any = None

    @classmethod
    def from_log(cls, entry: LogEntry) -> Self:
        """Convert a logged request, without the API's version and a query in its path."""
        return cls(entry.method.upper(), VERSION.sub("", entry.path.partition("?")[0]), entry.json)


def violations(request: Request) -> list[str]:
    """Return every rule that a request breaks, a line each, led by the JSON path. Accepts any body."""
    try:
        json.dumps(request.json, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        return [f"$ contains half a character: {error.object[error.start]!r}"]
    for method, pattern, check in ENDPOINTS:
        if request.method == method and re.fullmatch(pattern, request.path):
            return check(request.json, "$")
    return []


def checker(schema: Schema, *rules: Rule) -> Check:
    """Return a check by a schema, and by rules that rely on it."""
    validator = Validator(schema, format_checker=FORMATS)

    def check(value: Any, path: str) -> list[str]:
        errors = [complaint(error, path) for error in validator.iter_errors(value)]
        return errors or [f"{path}{found}" for rule in rules for found in rule(value)]

    return check


def nodes(components: Any) -> Iterator[Json]:
    """Yield every component of a list, nested ones included, in reading order."""
    for _, component in objects(components):
        yield component
        yield from nodes(component.get("components"))
        yield from nodes([component.get("accessory"), component.get("component")])


def displayed_texts(message: Json) -> list[str]:
    found = nodes(message.get("components"))
    contents = [node.get("content") for node in found if node.get("type") == ComponentType.text_display.value]
    return [content for content in contents if isinstance(content, str)]


def unique_ids(body: Json) -> Iterator[str]:
    for key in ("custom_id", "id"):
        values = Counter(repr(node[key]) for node in nodes(body.get("components")) if node.get(key))
        yield from (f" repeats the {key} {value:.80}" for value, count in values.items() if count > 1)


def component_totals(message: Json) -> Iterator[str]:
    count = len(list(nodes(message.get("components"))))
    characters = sum(map(size, displayed_texts(message)))
    if count > MAX_COMPONENTS:
        yield f" has {count} components, {MAX_COMPONENTS} fit"
    if characters > schemas.MAX_TEXT:
        yield f" has {characters} characters in components, {schemas.MAX_TEXT} fit"


def embed_text(embed: Json) -> list[str]:
    fields = [(field, key) for field in embed.get("fields") or () for key in ("name", "value")]
    parts = [(embed, "title"), (embed, "description"), (embed.get("author"), "name"), (embed.get("footer"), "text")]
    return [part[key] for part, key in [*parts, *fields] if part and part.get(key)]


def embed_totals(message: Json) -> Iterator[str]:
    characters = sum(size(text) for embed in message.get("embeds") or () for text in embed_text(embed))
    if characters > MAX_EMBED_TEXT:
        yield f" has {characters} characters in embeds, {MAX_EMBED_TEXT} fit"


def texts(message: Json) -> list[str]:
    """Return every text of a message that can contain markdown."""
    embedded = chain.from_iterable(embed_text(embed) for embed in message.get("embeds") or ())
    return [text for text in (message.get("content"), *embedded, *displayed_texts(message)) if text]


def few_spoilers(message: Json) -> Iterator[str]:
    spoilers = sum(len(SPOILER.findall(text)) for text in texts(message))
    if spoilers > MAX_SPOILERS:
        yield f" has {spoilers} spoilers, {MAX_SPOILERS} are hidden"


def no_pings(message: Json) -> Iterator[str]:
    mentions = message.get("allowed_mentions")
    silent = isinstance(mentions, dict) and mentions.get("parse") == []
    if (texts(message) or mentions is not None) and not silent:
        yield ".allowed_mentions must have parse: [], or a name in the text pings a member"


def v2_flag(message: Json) -> Iterator[str]:
    flagged = bool((message.get("flags") or 0) & COMPONENTS_V2)
    if not flagged and uses_v2(message):
        yield ".flags lack Components V2"
    if flagged and not message.get("components", True):
        yield ".flags announce Components V2 without components"


def not_empty(message: Json) -> Iterator[str]:
    if not any(message.get(body) for body in BODIES):
        yield " is an empty message"


def not_ephemeral(message: Json) -> Iterator[str]:
    if (message.get("flags") or 0) & EPHEMERAL:
        yield ".flags are ephemeral, which only an interaction's answer can be"


def uses_v2(message: Any) -> bool:
    found = objects(message.get("components")) if isinstance(message, dict) else []
    return any(component.get("type") in schemas.V2_KINDS for _, component in found if is_int(component.get("type")))


def message_checker(*rules: Rule) -> Check:
    rules = (component_totals, unique_ids, embed_totals, v2_flag, few_spoilers, no_pings, *rules)
    message, card = checker(schemas.MESSAGE, *rules), checker(schemas.CARD, *rules)

    def check(value: Any, path: str) -> list[str]:
        flags = value.get("flags") if isinstance(value, dict) else None
        is_card = uses_v2(value) or (is_int(flags) and bool(flags & COMPONENTS_V2))
        return (card if is_card else message)(value, path)

    return check


def command_totals(commands: Sequence[Json]) -> Iterator[str]:
    for kind, most in schemas.MAX_COMMANDS.items():
        names = Counter(command["name"] for command in commands if command.get("type", 1) == kind)
        if names.total() > most:
            yield f" has {names.total()} commands of type {kind}, {most} fit"
        yield from (f" repeats the command {name!r}" for name, count in names.items() if count > 1)
    for index, command in enumerate(commands):
        if weight(command) > MAX_COMMAND_TEXT:
            yield f"[{index}] has {weight(command)} characters, {MAX_COMMAND_TEXT} fit"


def weight(part: Json) -> int:
    """Count a command's characters as Discord does: names, descriptions and values, in the longest translation."""
    own = size(str(part.get("value", "")))
    for key in ("name", "description"):
        translations = part.get(f"{key}_localizations")
        translated = translations.values() if isinstance(translations, dict) else ()
        own += max((size(text) for text in (part.get(key), *translated) if isinstance(text, str)), default=0)
    return own + sum(weight(child) for key in ("options", "choices") for _, child in objects(part.get(key)))


def callback(body: Any, path: str) -> list[str]:
    kind = body.get("type") if isinstance(body, dict) else None
    if not is_int(kind) or kind not in CALLBACKS:
        return [f"{path}.type is {kind!r:.80}, which cannot answer an interaction"]
    return CALLBACKS[kind](body.get("data"), f"{path}.data")


NEW_ANSWER, EDITED_ANSWER = message_checker(not_empty), message_checker()
DEFERRAL, COMMANDS = checker(schemas.DEFERRAL), checker(schemas.COMMANDS, command_totals)
CALLBACKS: Mapping[int, Check] = {
    4: NEW_ANSWER,
    5: DEFERRAL,
    6: DEFERRAL,
    7: EDITED_ANSWER,
    8: checker(schemas.SUGGESTIONS),
    9: checker(schemas.MODAL, unique_ids),
}
ENDPOINTS: tuple[tuple[str, str, Check], ...] = (
    ("POST", "/interactions/[^/]+/[^/]+/callback", callback),
    ("POST", "/webhooks/[^/]+/[^/]+", NEW_ANSWER),
    ("PATCH", "/webhooks/[^/]+/[^/]+/messages/[^/]+", EDITED_ANSWER),
    ("POST", "/channels/[^/]+/messages", message_checker(not_empty, not_ephemeral)),
    ("PATCH", "/channels/[^/]+/messages/[^/]+", message_checker(not_ephemeral)),
    ("PUT", "/applications/[^/]+/commands", COMMANDS),
    ("PUT", "/applications/[^/]+/guilds/[^/]+/commands", COMMANDS),
)
