"""The HTTP half of a loopback Discord: routes, limits, faults, and a record of every request."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from tests.loopback.clock import Clock
from tests.loopback.event_log import EventLog
from tests.loopback.fault_injection import TOO_OFTEN, UNAUTHORISED, Fault, Faults, Way
from tests.loopback.guilds import LoopbackGuilds
from tests.loopback.interactions import LoopbackInteractions, Refused
from tests.loopback.limits import Limits, Verdict

Json = dict[str, Any]
Handler = Callable[[web.Request, Any], Json | list[Json] | None]
_OPEN = {"callback", "follow up", "read original", "edit original", "delete original"}  # the path holds the token


@dataclass(slots=True)
class Request:
    """A request that came.

    Attributes:
        name: What was asked for: "callback", "follow up", "edit original", "commands", "send", …
        method: Of HTTP.
        path: Without the version's prefix.
        body: What was sent, or None.
        at: When, by the event loop's clock.
        status: How it was answered; None as long as it is not, and if the connection was cut.
    """

    name: str
    method: str
    path: str
    body: Any
    at: float
    status: int | None = None


class Rest:
    """Answers requests."""

    def __init__(
        self, guilds: LoopbackGuilds, interactions: LoopbackInteractions, clock: Clock, faults: Faults
    ) -> None:
        self._guilds, self._interactions, self._faults = guilds, interactions, faults
        self._limits = Limits(clock)
        self._over = asyncio.Event()
        self.shards, self.concurrency = 1, 1
        self.gateway = ""
        self.requests: EventLog[Request] = EventLog()
        self.limited = True

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Adds the routes."""
        routes: list[tuple[str, str, str, Handler]] = [
            ("GET", "/users/@me", "me", lambda *_: self._guilds.bot_user),
            ("GET", "/oauth2/applications/@me", "application", lambda *_: self._guilds.application),
            ("GET", "/applications/@me", "application", lambda *_: self._guilds.application),
            ("GET", "/gateway/bot", "gateway", lambda *_: self._way_in()),
            ("PUT", "/applications/{application}/commands", "commands", self._commands),
            ("PUT", "/applications/{application}/guilds/{guild}/commands", "commands", self._commands),
            ("POST", "/interactions/{interaction}/{token}/callback", "callback", self._callback),
            ("POST", "/webhooks/{webhook}/{token}", "follow up", self._follow_up),
            ("GET", "/webhooks/{webhook}/{token}/messages/@original", "read original", self._read_original),
            ("PATCH", "/webhooks/{webhook}/{token}/messages/@original", "edit original", self._edit_original),
            ("DELETE", "/webhooks/{webhook}/{token}/messages/@original", "delete original", self._delete_original),
            ("POST", "/channels/{channel}/messages", "send", self._send),
            ("DELETE", "/channels/{channel}/messages/{message}", "delete", self._delete),
            ("GET", "/channels/{channel}", "channel", lambda r, _: self._guilds.channel(int(r.match_info["channel"]))),
            ("GET", "/guilds/{guild}", "guild", lambda r, _: self._guilds.guild(int(r.match_info["guild"]))),
        ]
        for method, path, name, handler in routes:
            router.add_route(method, f"/api/v10{path}", self._served(name, handler))

    def end(self) -> None:
        """Lets go of whoever was left waiting."""
        self._over.set()

    def _served(self, name: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            body = await request.json() if request.can_read_body else None
            path = request.path.removeprefix("/api/v10")
            seen = Request(name, request.method, path, body, asyncio.get_running_loop().time())
            self.requests.add(seen)
            answer = await self._answered(request, name, handler, body)
            seen.status = answer.status if answer else None
            # Nobody is there to read what is answered to a connection that was cut.
            return answer or web.Response()

        return serve

    async def _answered(self, request: web.Request, name: str, handler: Handler, body: Any) -> web.Response | None:
        verdict = self._limits.count(name, _major(request)) if self.limited else Verdict({})
        if verdict.retry_after is not None:
            wait = round(verdict.retry_after, 3)
            return _refusal(replace(TOO_OFTEN, retry_after=wait, everywhere=verdict.everywhere), verdict)
        fault = self._faults.take(name, request.path)
        if fault is None:
            return self._done(request, name, handler, body, verdict)
        if fault.lands:
            self._done(request, name, handler, body, verdict)
        return await self._fail(request, fault, verdict)

    def _done(self, request: web.Request, name: str, handler: Handler, body: Any, verdict: Verdict) -> web.Response:
        if name not in _OPEN and request.headers.get("Authorization") != f"Bot {self._guilds.token}":
            return _refusal(UNAUTHORISED, verdict)
        try:
            told = handler(request, body)
        except Refused as refused:
            return _refusal(refused.fault, verdict)
        if told is None:
            return web.Response(status=204, headers=_headers(verdict))
        return _json(told, 200, _headers(verdict))

    async def _fail(self, request: web.Request, fault: Fault, verdict: Verdict) -> web.Response | None:
        if fault.way is Way.HANG:
            await self._over.wait()
        if fault.way is Way.ANSWER:
            return _refusal(fault, verdict)
        if request.transport is not None:
            _reset(request.transport)
        return None

    # --- what is asked for

    def _way_in(self) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": self.concurrency}
        return {"url": self.gateway, "shards": self.shards, "session_start_limit": limit}

    def _commands(self, request: web.Request, body: Any) -> list[Json]:
        return self._guilds.register(body, request.match_info.get("guild"))

    def _callback(self, request: web.Request, body: Any) -> Json | None:
        told = self._interactions.answer(int(request.match_info["interaction"]), request.match_info["token"], body)
        return told if request.query.get("with_response", "").lower() in ("true", "1") else None

    def _follow_up(self, request: web.Request, body: Any) -> Json:
        return self._interactions.follow_up(request.match_info["token"], body)

    def _read_original(self, request: web.Request, _: Any) -> Json:
        return self._interactions.original(request.match_info["token"])

    def _edit_original(self, request: web.Request, body: Any) -> Json:
        return self._interactions.edit_original(request.match_info["token"], body)

    def _delete_original(self, request: web.Request, _: Any) -> None:
        self._interactions.delete_original(request.match_info["token"])

    def _send(self, request: web.Request, body: Any) -> Json:
        return self._interactions.post(int(request.match_info["channel"]), body)

    def _delete(self, request: web.Request, _: Any) -> None:
        self._interactions.delete(int(request.match_info["message"]))


def _major(request: web.Request) -> str:
    named = request.match_info
    return " ".join(named[key] for key in ("channel", "guild", "webhook", "token") if key in named)


def _reset(transport: asyncio.Transport) -> None:
    # Without lingering, what closes a socket resets it.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _headers(verdict: Verdict) -> dict[str, str]:
    return {"Via": "1.1 google", **verdict.headers}


def _refusal(fault: Fault, verdict: Verdict) -> web.Response:
    headers = _headers(verdict)
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    if not fault.via:
        del headers["Via"]
    return _json(fault.body, fault.status, headers)


def _json(value: Any, status: int, headers: dict[str, str]) -> web.Response:
    # Without a charset, as Discord sends it: clients compare the whole of the type.
    headers["Content-Type"] = "application/json"
    return web.Response(body=json.dumps(value).encode(), status=status, headers=headers)
