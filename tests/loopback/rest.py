"""The HTTP API of a loopback Discord: routes, limits, faults, and a log of every request."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web

from tests.loopback.clock import Clock
from tests.loopback.event_log import EventLog
from tests.loopback.fault_injection import RATE_LIMIT, UNAUTHORIZED, Connection, Fault, Faults
from tests.loopback.guilds import LoopbackGuilds
from tests.loopback.interactions import LoopbackInteractions, Refused
from tests.loopback.limits import NOT_GLOBALLY_LIMITED, Limits, Verdict

Json = dict[str, Any]
Handler = Callable[[web.Request, Any], Json | list[Json] | None]


@dataclass(slots=True)
class Request:
    """A request to a named route, its path without the version.

    Attributes:
        status: None while it is not answered, and if the connection was cut.
    """

    name: str
    method: str
    path: str
    body: Any
    status: int | None = None
    query: Mapping[str, str] = field(default_factory=dict)


class Rest:
    def __init__(
        self, guilds: LoopbackGuilds, interactions: LoopbackInteractions, clock: Clock, faults: Faults
    ) -> None:
        self._guilds, self._interactions, self._faults = guilds, interactions, faults
        self._limits = Limits(clock)
        self._ended = asyncio.Event()
        self.shards, self.max_concurrency = 1, 1
        self.gateway = ""
        self.requests: EventLog[Request] = EventLog()
        self.limited = True

    def add_to(self, router: web.UrlDispatcher) -> None:
        routes: list[tuple[str, str, str, Handler]] = [
            ("GET", "/users/@me", "me", lambda *_: self._guilds.bot_user),
            ("GET", "/oauth2/applications/@me", "application", lambda *_: self._guilds.application),
            ("GET", "/applications/@me", "application", lambda *_: self._guilds.application),
            ("GET", "/gateway/bot", "gateway", lambda *_: self._gateway_bot()),
            ("PUT", "/applications/{application}/commands", "commands", self._commands),
            ("PUT", "/applications/{application}/guilds/{guild}/commands", "commands", self._commands),
            ("POST", "/interactions/{interaction}/{token}/callback", "callback", self._callback),
            ("POST", "/webhooks/{webhook}/{token}", "follow up", self._follow_up),
            ("GET", "/webhooks/{webhook}/{token}/messages/@original", "read original", self._read_original),
            ("PATCH", "/webhooks/{webhook}/{token}/messages/@original", "edit original", self._edit_original),
            ("DELETE", "/webhooks/{webhook}/{token}/messages/@original", "delete original", self._delete_original),
            ("POST", "/channels/{channel}/messages", "send", self._send),
            ("POST", "/channels/{channel}/threads", "start post", self._start_post),
            ("DELETE", "/channels/{channel}/messages/{message}", "delete", self._delete),
            ("GET", "/channels/{channel}", "channel", lambda r, _: self._guilds.channel(int(r.match_info["channel"]))),
            ("GET", "/guilds/{guild}", "guild", lambda r, _: self._guilds.guild(int(r.match_info["guild"]))),
        ]
        for method, path, name, handler in routes:
            router.add_route(method, f"/api/v10{path}", self._log_requests(name, handler))

    def end(self) -> None:
        """Release the requests that hang."""
        self._ended.set()

    def _log_requests(self, name: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            body = await _body(request) if request.can_read_body else None
            path = request.path.removeprefix("/api/v10")
            seen = Request(name, request.method, path, body, query=request.query)
            self.requests.add(seen)
            answer = await self._answer(request, name, handler, body)
            seen.status = answer.status if answer else None
            # aiohttp wants a response even for a connection that was cut.
            return answer or web.Response()

        return serve

    async def _answer(self, request: web.Request, name: str, handler: Handler, body: Any) -> web.Response | None:
        verdict = self._limits.count(name, _major_parameters(request)) if self.limited else Verdict({})
        if verdict.retry_after is not None:
            wait = round(verdict.retry_after, 3)
            return _refusal(replace(RATE_LIMIT, retry_after=wait, is_global=verdict.is_global), verdict)
        fault = self._faults.take(name, request.path)
        if fault is None:
            return self._handle(request, name, handler, body, verdict)
        if fault.applied:
            self._handle(request, name, handler, body, verdict)
        return await self._fail(request, fault, verdict)

    def _handle(self, request: web.Request, name: str, handler: Handler, body: Any, verdict: Verdict) -> web.Response:
        # Interaction tokens are in the path and need no header.
        if name not in NOT_GLOBALLY_LIMITED and request.headers.get("Authorization") != f"Bot {self._guilds.token}":
            return _refusal(UNAUTHORIZED, verdict)
        try:
            answer = handler(request, body)
        except Refused as refused:
            return _refusal(refused.fault, verdict)
        if answer is None:
            return web.Response(status=204, headers=_headers(verdict))
        return _json(answer, 200, _headers(verdict))

    async def _fail(self, request: web.Request, fault: Fault, verdict: Verdict) -> web.Response | None:
        if fault.connection is Connection.HANGING:
            await self._ended.wait()
        if fault.connection is Connection.ANSWERED:
            return _refusal(fault, verdict)
        if request.transport is not None:
            _reset(request.transport)
        return None

    # --- handlers

    def _gateway_bot(self) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": self.max_concurrency}
        return {"url": self.gateway, "shards": self.shards, "session_start_limit": limit}

    def _commands(self, request: web.Request, body: Any) -> list[Json]:
        return self._guilds.register(body, request.match_info.get("guild"))

    def _callback(self, request: web.Request, body: Any) -> Json | None:
        response = self._interactions.answer(int(request.match_info["interaction"]), request.match_info["token"], body)
        return response if request.query.get("with_response", "").lower() in ("true", "1") else None

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

    def _start_post(self, request: web.Request, body: Any) -> Json:
        return self._interactions.post(int(request.match_info["channel"]), body["message"])

    def _delete(self, request: web.Request, _: Any) -> None:
        self._interactions.delete(int(request.match_info["message"]))


async def _body(request: web.Request) -> Any:
    if request.content_type == "multipart/form-data":
        form: Mapping[str, Any] = await request.post()
        return json.loads(form["payload_json"])
    return await request.json()


def _major_parameters(request: web.Request) -> str:
    named = request.match_info
    return " ".join(named[key] for key in ("channel", "guild", "webhook", "token") if key in named)


def _reset(transport: asyncio.Transport) -> None:
    # Without lingering, closing a socket resets it.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _headers(verdict: Verdict) -> dict[str, str]:
    return {"Via": "1.1 google", **verdict.headers}


def _refusal(fault: Fault, verdict: Verdict) -> web.Response:
    headers = _headers(verdict)
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    if not fault.from_discord:
        del headers["Via"]
    if fault.text is not None:
        headers["Content-Type"] = "application/json"
        return web.Response(body=fault.text.encode(), status=fault.status, headers=headers)
    return _json(fault.body, fault.status, headers)


def _json(value: Any, status: int, headers: dict[str, str]) -> web.Response:
    # Without a charset, as from Discord: clients compare the whole content type.
    headers["Content-Type"] = "application/json"
    return web.Response(body=json.dumps(value).encode(), status=status, headers=headers)
