"""The interactions and messages of a loopback Discord, and the rules that it checks."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.loopback.clock import Clock
from tests.loopback.event_log import WAIT_TIMEOUT_SECONDS
from tests.loopback.fault_injection import (
    ALREADY_ACKNOWLEDGED,
    INVALID_FORM,
    INVALID_WEBHOOK_TOKEN,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    Fault,
)

FIRST_ANSWER_SECONDS = 3.0
TOKEN_LIFETIME_SECONDS = 15 * 60.0
MAX_STORED = 5_000
EPHEMERAL, LOADING = 1 << 6, 1 << 7
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
COMMAND, COMPONENT, TYPING, SUBMIT = 2, 3, 4, 5
_COMPONENTS_V2, V2_TYPES = 1 << 15, {9, 10, 11, 12, 13, 14, 17}
_ALLOWED_ANSWERS = {
    COMMAND: {MESSAGE, DEFERRED, MODAL},
    COMPONENT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL},
    TYPING: {CHOICES},
    SUBMIT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE},
}

Json = dict[str, Any]


class Refused(Exception):  # noqa: N818 - Discord refuses, the bot erred
    """Discord refuses a request."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(eq=False)
class SentInteraction:
    """An interaction as Discord stores it.

    Attributes:
        first: The type of the first answer, its data, and its delay in seconds.
        settled: What the member sees, once it is more than "thinking".
        refused: How many first answers were refused because there was one.
        messages: What the bot sent for it, in order. Edits change them.
    """

    id: int
    token: str
    kind: int
    payload: Json
    created: float
    first: asyncio.Future[tuple[int, Json, float]]
    settled: asyncio.Future[Json]
    refused: int = 0
    original: Json | None = None
    messages: list[Json] = field(default_factory=list)

    async def answer(self) -> Json:
        """Wait for what the member sees: a message, a modal, choices."""
        async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
            return await asyncio.shield(self.settled)

    async def first_answer(self) -> tuple[int, Json, float]:
        """Wait for the first answer, which may be "thinking". Return its type, its data and its delay."""
        async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
            return await asyncio.shield(self.first)

    def settle(self, seen: Json) -> None:
        if not self.settled.done():
            self.settled.set_result(seen)


class LoopbackInteractions:
    """Stores interactions, and accepts or refuses the answers to them."""

    def __init__(self, clock: Clock, bot_user: Json) -> None:
        self.clock, self.bot_user = clock, bot_user
        self.messages: OrderedDict[int, Json] = OrderedDict()
        self._by_id: OrderedDict[int, SentInteraction] = OrderedDict()
        self._by_token: dict[str, SentInteraction] = {}
        self._nonces: OrderedDict[tuple[int, str], Json] = OrderedDict()

    def open(self, kind: int, payload: Json) -> SentInteraction:
        """Store a new interaction."""
        first, settled = (asyncio.get_running_loop().create_future() for _ in range(2))
        asked = SentInteraction(int(payload["id"]), payload["token"], kind, payload, self.clock(), first, settled)
        self._by_id[asked.id] = self._by_token[asked.token] = asked
        while len(self._by_id) > MAX_STORED:
            _, old = self._by_id.popitem(last=False)
            del self._by_token[old.token]
        return asked

    def answer(self, interaction: int, token: str, body: Json) -> Json:
        """Accept the first answer to an interaction, and return the body for `with_response`.

        Refuse if it is unknown, already answered, or older than three seconds.
        """
        asked = self._by_id.get(interaction)
        if asked is None or asked.token != token:
            raise Refused(UNKNOWN_INTERACTION)
        if asked.first.done():
            asked.refused += 1
            raise Refused(ALREADY_ACKNOWLEDGED)
        delay = self.clock() - asked.created
        if delay > FIRST_ANSWER_SECONDS:
            raise Refused(UNKNOWN_INTERACTION)
        kind, data = int(body["type"]), body.get("data") or {}
        changes_nothing = kind in (UPDATE, DEFERRED_UPDATE) and "message" not in asked.payload
        if kind not in _ALLOWED_ANSWERS[asked.kind] or changes_nothing or not _has_v2_flag(data):
            raise Refused(INVALID_FORM)
        asked.first.set_result((kind, data, delay))
        return _response_body(asked, kind, self._show(asked, kind, data))

    def _show(self, asked: SentInteraction, kind: int, data: Json) -> Json | None:
        if kind in (CHOICES, MODAL):
            asked.settle(data)
            return None
        if kind in (UPDATE, DEFERRED_UPDATE):
            asked.original = asked.payload.get("message")
            if kind == UPDATE and asked.original:
                self._change(asked, asked.original, data)
            return asked.original
        asked.original = self._reply(asked, data, loading=kind == DEFERRED)
        if kind == MESSAGE:
            asked.settle(asked.original)
        return asked.original

    def follow_up(self, token: str, body: Json) -> Json:
        """Accept another message. After "thinking" it takes its place, and is as private as that was.

        Refuse if the token is unknown or older than fifteen minutes, or if there was no first answer.
        """
        asked = self._answered(token)
        if not _has_v2_flag(body):
            raise Refused(INVALID_FORM)
        if asked.original and asked.original["flags"] & LOADING:
            return self._change(asked, asked.original, body)
        message = self._reply(asked, body)
        asked.settle(message)
        return message

    def edit_original(self, token: str, body: Json) -> Json:
        """Change the first answer, or replace "thinking". Refuse as `original` does."""
        message = self.original(token)
        if not _has_v2_flag(body):
            raise Refused(INVALID_FORM)
        return self._change(self._by_token[token], message, body)

    def original(self, token: str) -> Json:
        """Return the first answer. Refuse as `follow_up` does, or if there is no such message."""
        asked = self._answered(token)
        if asked.original is None:
            raise Refused(UNKNOWN_MESSAGE)
        return asked.original

    def delete_original(self, token: str) -> None:
        """Delete the first answer. Refuse as `original` does."""
        message = self.original(token)
        asked = self._by_token[token]
        asked.original = None
        asked.messages = [one for one in asked.messages if one is not message]
        self.messages.pop(int(message["id"]), None)

    def post(self, channel: int, body: Json) -> Json:
        """Post a message to a channel. A second one with the same enforced nonce is not posted."""
        nonce = str(body.get("nonce")) if body.get("enforce_nonce") else ""
        if (known := self._nonces.get((channel, nonce))) is not None:
            return known
        message = self._store(self._new_message(channel, body))
        if nonce:
            self._nonces[channel, nonce] = message
        return message

    def delete(self, message: int) -> None:
        """Delete a message. Refuse if there is no such message."""
        if self.messages.pop(message, None) is None:
            raise Refused(UNKNOWN_MESSAGE)

    def _answered(self, token: str) -> SentInteraction:
        asked = self._by_token.get(token)
        if asked is None or not asked.first.done():
            raise Refused(UNKNOWN_WEBHOOK)
        if self.clock() - asked.created > TOKEN_LIFETIME_SECONDS:
            raise Refused(INVALID_WEBHOOK_TOKEN)
        return asked

    def _change(self, asked: SentInteraction, message: Json, body: Json) -> Json:
        message |= {key: body[key] for key in ("content", "embeds") if key in body}
        message["flags"] = message["flags"] & ~LOADING | body.get("flags", 0) & ~EPHEMERAL
        if "components" in body:
            message["components"] = numbered(body["components"])
        asked.settle(message)
        return message

    def _reply(self, asked: SentInteraction, body: Json, *, loading: bool = False) -> Json:
        message = self._new_message(int(asked.payload["channel_id"]), body)
        member = asked.payload.get("user") or asked.payload["member"]["user"]
        message["interaction_metadata"] = {
            "id": str(asked.id), "type": asked.kind, "user": member, "authorizing_integration_owners": {},
        }  # fmt: skip
        message["flags"] |= LOADING if loading else 0
        asked.messages.append(message)
        return self._store(message)

    def _new_message(self, channel: int, body: Json) -> Json:
        return {
            "id": str(self.clock.snowflake()), "channel_id": str(channel), "type": 0, "author": self.bot_user,
            "content": body.get("content") or "", "embeds": body.get("embeds", []), "attachments": [],
            "components": numbered(body.get("components", [])), "flags": int(body.get("flags", 0)),
            "timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": None, "tts": False, "pinned": False,
            "mention_everyone": False, "mentions": [], "mention_roles": [], "nonce": body.get("nonce"),
        }  # fmt: skip

    def _store(self, message: Json) -> Json:
        self.messages[int(message["id"])] = message
        while len(self.messages) > MAX_STORED:
            self.messages.popitem(last=False)
        return message


def _response_body(asked: SentInteraction, kind: int, message: Json | None) -> Json:
    response: Json = {"interaction": {"id": str(asked.id), "type": asked.kind}}
    if message is not None:
        flags = message["flags"]
        response["interaction"] |= {
            "response_message_id": message["id"],
            "response_message_loading": bool(flags & LOADING),
            "response_message_ephemeral": bool(flags & EPHEMERAL),
        }
        response["resource"] = {"type": kind, "message": message}
    return response


def _has_v2_flag(body: Json) -> bool:
    uses_v2 = any(component["type"] in V2_TYPES for component in walk(body.get("components")))
    return not uses_v2 or bool(int(body.get("flags", 0)) & _COMPONENTS_V2)


def numbered(components: list[Json]) -> list[Json]:
    """Return components with an id each. Discord numbers those without one."""
    number = max((c["id"] for c in walk(components) if c.get("id")), default=0)
    for component in walk(components):
        if not component.get("id"):
            number += 1
            component["id"] = number
    return components


def walk(value: Any) -> Iterator[Json]:
    """Yield every component, at any depth."""
    if isinstance(value, list):
        for inner in value:
            yield from walk(inner)
    elif isinstance(value, dict):
        if "type" in value:
            yield value
        for key in ("components", "component", "accessory", "items"):
            yield from walk(value.get(key))
