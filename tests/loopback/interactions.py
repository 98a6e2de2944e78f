"""What a loopback Discord keeps of interactions and messages, and the rules it holds a bot to."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.loopback.clock import Clock
from tests.loopback.event_log import WAIT_TIMEOUT_SECONDS
from tests.loopback.fault_injection import (
    ALREADY,
    EXPIRED,
    INVALID_FORM,
    TOO_LATE,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    Fault,
)

FIRST_ANSWER = 3.0  # seconds
TOKEN_LIFE = 15 * 60.0  # seconds
KEPT = 5_000
EPHEMERAL, LOADING = 1 << 6, 1 << 7
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, FORM = 4, 5, 6, 7, 8, 9
COMMAND, COMPONENT, TYPING, SUBMIT = 2, 3, 4, 5
_NEW_COMPONENTS, NEW = 1 << 15, {9, 10, 11, 12, 13, 14, 17}  # have to be announced by a flag
_FITTING = {
    COMMAND: {MESSAGE, DEFERRED, FORM},
    COMPONENT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, FORM},
    TYPING: {CHOICES},
    SUBMIT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE},
}

Json = dict[str, Any]


class Refused(Exception):  # noqa: N818 - what Discord does
    """Discord does not do what it was asked for."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(eq=False)
class SentInteraction:
    """An interaction as Discord keeps it.

    Attributes:
        id: Its snowflake.
        token: What answers are addressed with.
        kind: One of COMMAND, COMPONENT, TYPING, SUBMIT.
        payload: What the bot was told.
        born: When it was made, by Discord's clock.
        first: The type of the first answer, its data, and after how many seconds it came; done when there was one.
        settled: Done when the member sees something else than that the bot is thinking.
        answers: How many first answers took effect, and how many were refused as too many.
        messages: What the bot sent for it, in order; edits change them.
    """

    id: int
    token: str
    kind: int
    payload: Json
    born: float
    first: asyncio.Future[tuple[int, Json, float]]
    settled: asyncio.Future[Json]
    refused: int = 0
    original: Json | None = None
    messages: list[Json] = field(default_factory=list)

    async def answer(self) -> Json:
        """Waits for what the member sees: a message, a form, choices.

        Raises:
            TimeoutError: It took longer than PATIENCE.
        """
        async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
            return await asyncio.shield(self.settled)

    async def first_answer(self) -> tuple[int, Json, float]:
        """Waits for the first answer, if only that the bot is thinking; returns its type, its data and its delay."""
        async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
            return await asyncio.shield(self.first)

    def settle(self, seen: Json) -> None:
        """Lets the member see something."""
        if not self.settled.done():
            self.settled.set_result(seen)


class LoopbackInteractions:
    """Takes interactions and answers to them."""

    def __init__(self, clock: Clock, bot_user: Json) -> None:
        self.clock, self.bot_user = clock, bot_user
        self.messages: OrderedDict[int, Json] = OrderedDict()
        self._by_id: OrderedDict[int, SentInteraction] = OrderedDict()
        self._by_token: dict[str, SentInteraction] = {}
        self._nonces: OrderedDict[tuple[int, str], Json] = OrderedDict()

    def open(self, kind: int, payload: Json) -> SentInteraction:
        """Keeps a new interaction."""
        loop = asyncio.get_running_loop()
        asked = SentInteraction(
            int(payload["id"]),
            payload["token"],
            kind,
            payload,
            self.clock(),
            loop.create_future(),
            loop.create_future(),
        )
        self._by_id[asked.id] = self._by_token[asked.token] = asked
        while len(self._by_id) > KEPT:
            _, old = self._by_id.popitem(last=False)
            del self._by_token[old.token]
        return asked

    def answer(self, interaction: int, token: str, body: Json) -> Json:
        """Takes the first answer to an interaction; returns what `with_response` tells.

        Raises:
            Refused: It is unknown, answered already, or older than three seconds.
        """
        asked = self._by_id.get(interaction)
        if asked is None or asked.token != token:
            raise Refused(TOO_LATE)
        if asked.first.done():
            asked.refused += 1
            raise Refused(ALREADY)
        delay = self.clock() - asked.born
        if delay > FIRST_ANSWER:
            raise Refused(TOO_LATE)
        kind, data = int(body["type"]), body.get("data") or {}
        changes_nothing = kind in (UPDATE, DEFERRED_UPDATE) and "message" not in asked.payload
        if kind not in _FITTING[asked.kind] or changes_nothing or not _announced(data):
            raise Refused(INVALID_FORM)
        asked.first.set_result((kind, data, delay))
        return _told(asked, kind, self._shown(asked, kind, data))

    def _shown(self, asked: SentInteraction, kind: int, data: Json) -> Json | None:
        if kind in (CHOICES, FORM):
            asked.settle(data)
            return None
        if kind in (UPDATE, DEFERRED_UPDATE):
            asked.original = asked.payload.get("message")
            if kind == UPDATE and asked.original:
                self._change(asked, asked.original, data)
            return asked.original
        asked.original = self._new(asked, data, loading=kind == DEFERRED)
        if kind == MESSAGE:
            asked.settle(asked.original)
        return asked.original

    def follow_up(self, token: str, body: Json) -> Json:
        """Takes another message; the first after "thinking" takes its place, and is as private as that was.

        Raises:
            Refused: The token is unknown, older than fifteen minutes, or there was no first answer.
        """
        asked = self._answered(token)
        if not _announced(body):
            raise Refused(INVALID_FORM)
        if asked.original and asked.original["flags"] & LOADING:
            return self._change(asked, asked.original, body)
        message = self._new(asked, body)
        asked.settle(message)
        return message

    def edit_original(self, token: str, body: Json) -> Json:
        """Changes the first answer, or puts it in the place of "thinking".

        Raises:
            Refused: As `follow_up`, or there is no such message.
        """
        asked = self._answered(token)
        if asked.original is None:
            raise Refused(UNKNOWN_MESSAGE)
        if not _announced(body):
            raise Refused(INVALID_FORM)
        return self._change(asked, asked.original, body)

    def original(self, token: str) -> Json:
        """Returns the first answer.

        Raises:
            Refused: As `edit_original`.
        """
        asked = self._answered(token)
        if asked.original is None:
            raise Refused(UNKNOWN_MESSAGE)
        return asked.original

    def delete_original(self, token: str) -> None:
        """Removes the first answer.

        Raises:
            Refused: As `edit_original`.
        """
        message = self.original(token)
        asked = self._by_token[token]
        asked.original = None
        asked.messages = [kept for kept in asked.messages if kept is not message]
        self.messages.pop(int(message["id"]), None)

    def post(self, channel: int, body: Json) -> Json:
        """Takes a message to a channel; one with a nonce that must be its only one is taken once."""
        nonce = str(body.get("nonce")) if body.get("enforce_nonce") else ""
        if (known := self._nonces.get((channel, nonce))) is not None:
            return known
        message = self._keep(self._made(channel, body))
        if nonce:
            self._nonces[channel, nonce] = message
        return message

    def delete(self, message: int) -> None:
        """Removes a message.

        Raises:
            Refused: There is no such message.
        """
        if self.messages.pop(message, None) is None:
            raise Refused(UNKNOWN_MESSAGE)

    def _answered(self, token: str) -> SentInteraction:
        asked = self._by_token.get(token)
        if asked is None or not asked.first.done():
            raise Refused(UNKNOWN_WEBHOOK)
        if self.clock() - asked.born > TOKEN_LIFE:
            raise Refused(EXPIRED)
        return asked

    def _change(self, asked: SentInteraction, message: Json, body: Json) -> Json:
        message |= {key: body[key] for key in ("content", "embeds") if key in body}
        message["flags"] = message["flags"] & ~LOADING | body.get("flags", 0) & ~EPHEMERAL
        if "components" in body:
            message["components"] = numbered(body["components"])
        asked.settle(message)
        return message

    def _new(self, asked: SentInteraction, body: Json, *, loading: bool = False) -> Json:
        message = self._made(int(asked.payload["channel_id"]), body)
        member = asked.payload.get("user") or asked.payload["member"]["user"]
        message["interaction_metadata"] = {
            "id": str(asked.id), "type": asked.kind, "user": member, "authorizing_integration_owners": {},
        }  # fmt: skip
        message["flags"] |= LOADING if loading else 0
        asked.messages.append(message)
        return self._keep(message)

    def _made(self, channel: int, body: Json) -> Json:
        return {
            "id": str(self.clock.snowflake()), "channel_id": str(channel), "type": 0, "author": self.bot_user,
            "content": body.get("content") or "", "embeds": body.get("embeds", []), "attachments": [],
            "components": numbered(body.get("components", [])), "flags": int(body.get("flags", 0)),
            "timestamp": "2026-01-01T00:00:00+00:00", "edited_timestamp": None, "tts": False, "pinned": False,
            "mention_everyone": False, "mentions": [], "mention_roles": [], "nonce": body.get("nonce"),
        }  # fmt: skip

    def _keep(self, message: Json) -> Json:
        self.messages[int(message["id"])] = message
        while len(self.messages) > KEPT:
            self.messages.popitem(last=False)
        return message


def _told(asked: SentInteraction, kind: int, message: Json | None) -> Json:
    told: Json = {"interaction": {"id": str(asked.id), "type": asked.kind}}
    if message is not None:
        flags = message["flags"]
        told["interaction"] |= {
            "response_message_id": message["id"],
            "response_message_loading": bool(flags & LOADING),
            "response_message_ephemeral": bool(flags & EPHEMERAL),
        }
        told["resource"] = {"type": kind, "message": message}
    return told


def _announced(body: Json) -> bool:
    new = any(component["type"] in NEW for component in walk(body.get("components")))
    return not new or bool(int(body.get("flags", 0)) & _NEW_COMPONENTS)


def numbered(components: list[Json]) -> list[Json]:
    """Returns components with an id each, as Discord gives them to those that have none."""
    given = [c["id"] for c in walk(components) if c.get("id")]
    number = max(given, default=0)
    for component in walk(components):
        if not component.get("id"):
            number += 1
            component["id"] = number
    return components


def walk(value: Any) -> Iterator[Json]:
    """Yields every component, however deep."""
    if isinstance(value, list):
        for inner in value:
            yield from walk(inner)
    elif isinstance(value, dict):
        if "type" in value:
            yield value
        for key in ("components", "component", "accessory", "items"):
            yield from walk(value.get(key))
