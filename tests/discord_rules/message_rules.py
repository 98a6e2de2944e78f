"""What a message may be: its text, embeds and components, and whom it may ping."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.discord_rules.component_rules import CHECKS, MOST_TEXT, V2_KINDS, Kind, Node, Place, check_nodes, walk
from tests.discord_rules.constraints import (
    SPOILER,
    Found,
    check_absent,
    check_number,
    check_objects,
    check_plain,
    check_rich,
    check_text,
    check_url,
    is_int,
    objects,
    size,
)

Message = Mapping[str, Any]

EPHEMERAL = 1 << 6
COMPONENTS_V2 = 1 << 15
_MOST_COMPONENTS = 40
_MOST_EMBED_TEXT = 6000
_MOST_SPOILERS = 99
_BODIES = ("content", "embeds", "components", "attachments", "poll", "sticker_ids")


def check_message(message: Any, path: str, *, new: bool, answer: bool) -> Found:
    """Check a message or an edit of one.

    Args:
        message: The JSON body.
        path: Where it stands.
        new: Whether the message is made, not edited; a new one may not be empty.
        answer: Whether it answers an interaction; only such a one may be for one member alone.

    Yields:
        One sentence a violation.
    """
    if not isinstance(message, dict):
        yield f"{path} must be an object, not {message!r:.80}."
        return
    for check in _MESSAGE_CHECKS:
        yield from check(message, path)
    if new and not any(message.get(body) for body in _BODIES):
        yield f"{path} is an empty message."
    if _flags(message) & EPHEMERAL and not answer:
        yield f"{path}.flags ask for a message to one member alone, which only an interaction's answer can be."


def _flags(message: Message) -> int:
    flags = message.get("flags")
    return flags if is_int(flags) else 0


def _nodes(message: Message, path: str) -> list[Node]:
    nodes = list(walk(message.get("components"), f"{path}.components", Place.MESSAGE))
    if _flags(message) & COMPONENTS_V2 or any(node.kind in V2_KINDS for node in nodes):
        return nodes
    return list(walk(message.get("components"), f"{path}.components", Place.OLD_MESSAGE))


def _texts(message: Message, path: str) -> Iterator[str]:
    """Give every text that can hold markdown and be read in the message."""
    embeds = [part for spot, embed in objects(message.get("embeds"), path) for part in _embed_texts(embed, spot)]
    displays = [node.component.get("content") for node in _nodes(message, path) if node.kind == Kind.TEXT_DISPLAY]
    for text in (message.get("content"), *(value for _, value, _, _ in embeds), *displays):
        if isinstance(text, str) and text:
            yield text


def _check_flags(message: Message, path: str) -> Found:
    if message.get("flags") is not None:
        yield from check_number(message["flags"], f"{path}.flags", 0, 2**31 - 1)


def _check_content(message: Message, path: str) -> Found:
    if message.get("content") is not None:
        yield from check_rich(message["content"], f"{path}.content", 2000, least=0)


def _check_components(message: Message, path: str) -> Found:
    if message.get("components") is None:
        return
    nodes = _nodes(message, path)
    first_level = 5 if any(node.place is Place.OLD_MESSAGE for node in nodes) else _MOST_COMPONENTS
    yield from check_objects(message["components"], f"{path}.components", 0, first_level)
    yield from check_nodes(nodes, CHECKS)
    if len(nodes) > _MOST_COMPONENTS:
        yield f"{path}.components are {len(nodes)} with the nested ones, but at most {_MOST_COMPONENTS} are allowed."
    texts = [node.component.get("content") for node in nodes if node.kind == Kind.TEXT_DISPLAY]
    total = sum(size(text) for text in texts if isinstance(text, str))
    if total > MOST_TEXT:
        yield f"{path}.components show {total} characters in all, but at most {MOST_TEXT} fit."


def _check_v2_flag(message: Message, path: str) -> Found:
    flagged = bool(_flags(message) & COMPONENTS_V2)
    used = any(node.kind in V2_KINDS for node in _nodes(message, path))
    if used and not flagged:
        yield f"{path}.flags lack Components V2 (1 << 15), though its components are used."
    if flagged and "components" in message and not message["components"]:
        yield f"{path}.flags announce Components V2 (1 << 15), but there are no components."
    if flagged or used:
        yield from check_absent(message, path, "content", "embeds", "poll", "sticker_ids")


def _check_embeds(message: Message, path: str) -> Found:
    if message.get("embeds") is None:
        return
    yield from check_objects(message["embeds"], f"{path}.embeds", 0, 10)
    total = 0
    for spot, embed in objects(message["embeds"], f"{path}.embeds"):
        yield from _check_embed(embed, spot)
        total += sum(size(value) for _, value, _, _ in _embed_texts(embed, spot) if isinstance(value, str))
    if total > _MOST_EMBED_TEXT:
        yield f"{path}.embeds hold {total} characters in all, but at most {_MOST_EMBED_TEXT} fit."


def _check_embed(embed: Message, path: str) -> Found:
    for spot, value, most, check in _embed_texts(embed, path):
        yield from check(value, spot, most)
    if embed.get("fields") is not None:
        yield from check_objects(embed["fields"], f"{path}.fields", 0, 25)
    if embed.get("url") is not None:
        yield from check_url(embed["url"], f"{path}.url", 2048, {"http", "https"})
    if not any(embed.get(key) for key in ("title", "description", "fields", "author", "footer", "image", "thumbnail")):
        yield f"{path} is an empty embed."


def _embed_texts(embed: Message, path: str) -> Iterator[tuple[str, Any, int, Callable[[Any, str, int], Found]]]:
    """Give each text of an embed: its path, itself, its limit and how to check it."""
    for key, most, check in (("title", 256, check_plain), ("description", 4096, check_rich)):
        if embed.get(key):
            yield f"{path}.{key}", embed[key], most, check
    for part, key, most in (("author", "name", 256), ("footer", "text", 2048)):
        if isinstance(embed.get(part), dict):
            yield f"{path}.{part}.{key}", embed[part].get(key), most, check_plain
    for spot, field in objects(embed.get("fields"), f"{path}.fields"):
        yield f"{spot}.name", field.get("name"), 256, check_plain
        yield f"{spot}.value", field.get("value"), 1024, check_rich


def _check_spoilers(message: Message, path: str) -> Found:
    spoilers = sum(len(SPOILER.findall(text)) for text in _texts(message, path))
    if spoilers > _MOST_SPOILERS:
        yield f"{path} holds {spoilers} spoilers; after {_MOST_SPOILERS} a client may drop the rest."


def _check_mentions(message: Message, path: str) -> Found:
    mentions = message.get("allowed_mentions")
    if not any(_texts(message, path)) and mentions is None:
        return
    if not isinstance(mentions, dict) or mentions.get("parse") != []:
        yield f"{path}.allowed_mentions must hold parse: [], lest a name in the text ping a member."


def _check_nonce(message: Message, path: str) -> Found:
    if isinstance(message.get("nonce"), str):
        yield from check_text(message["nonce"], f"{path}.nonce", 25)


_MESSAGE_CHECKS: tuple[Callable[[Message, str], Found], ...] = (
    _check_flags,
    _check_content,
    _check_embeds,
    _check_components,
    _check_v2_flag,
    _check_spoilers,
    _check_mentions,
    _check_nonce,
)
