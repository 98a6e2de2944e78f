"""The gateway of a loopback Discord: one socket a shard, compressed, numbered, resumable, and cut off at will."""

import asyncio
import json
import secrets
import zlib
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.loopback.event_log import WAIT_TIMEOUT_SECONDS, EventLog

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
AUTHENTICATION_FAILED, NOT_AUTHENTICATED = 4004, 4003
KEPT = 1_000  # events a session can catch up on
FRAME = 512  # bytes; larger messages come in pieces
END = b"\x00\x00\xff\xff"
SEEN_OPCODES = {HEARTBEAT: "heartbeat", IDENTIFY: "identify", RESUME: "resume"}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """Something a client sent, or that happened to its socket.

    Attributes:
        what: "connect", "heartbeat", "identify", "resume", "other" or "close".
        data: What it said.
        at: When, by the event loop's clock.
    """

    what: str
    data: Any
    at: float


@dataclass(eq=False)
class Session:
    """What the gateway remembers of a client, longer than its socket lasts."""

    id: str
    shard: int
    shards: int
    sequence: int = 0
    events: deque[tuple[int, Json]] = field(default_factory=lambda: deque(maxlen=KEPT))
    socket: "Socket | None" = None

    def keep(self, event: str, data: Json) -> Json:
        """Numbers an event, and keeps it until it is too old to be asked for again."""
        self.sequence += 1
        message = {"op": DISPATCH, "t": event, "s": self.sequence, "d": data}
        self.events.append((self.sequence, message))
        return message

    def after(self, sequence: int) -> list[Json]:
        """Returns what came after an event."""
        return [message for number, message in self.events if number > sequence]


class Socket:
    """One client's socket."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self._request = request
        self._turn = asyncio.Lock()
        self.left: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._zlib = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None

    async def send(self, message: Json) -> None:
        """Sends a message; one that finds the socket closed is lost, as in life."""
        text = json.dumps(message)
        # One at a time: the pieces of one message are not to be parted by another's.
        async with self._turn:
            await self._send(text)

    async def _send(self, text: str) -> None:
        with suppress(ConnectionError):
            if self._zlib is None:
                await self.socket.send_str(text)
                return
            packed = self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
            # Clients know the end of a message by the four bytes that end it, which never are parted.
            while len(packed) >= FRAME + len(END):
                await self.socket.send_bytes(packed[:FRAME])
                packed = packed[FRAME:]
            await self.socket.send_bytes(packed)

    def close(self, code: int) -> None:
        """Closes the socket with a code."""
        if not self.left.done():
            self.left.set_result(code)

    def drop(self) -> None:
        """Cuts the connection without a word, as a broken line does."""
        if not self.left.done():
            self.left.set_result(None)
        if self._request.transport is not None:
            self._request.transport.abort()


class Gateway:
    """Takes clients in and tells them what happens.

    Attributes:
        heartbeat: How often clients shall send heartbeats, in seconds.
        acknowledges: Whether heartbeats are answered.
        deaf: Set, once a client says something it is listened to no more, not even to its goodbye.
        resumes: Whether sessions can be resumed.
        seen: What clients sent.
        sessions: By id.
    """

    def __init__(self, token: str, welcome: Callable[[Session], Json]) -> None:
        """Takes the token that lets a bot in, and what makes the READY of a session."""
        self._token, self._welcome = token, welcome
        self.heartbeat = 41.25
        self.acknowledges = True
        self.deaf = asyncio.Event()
        self.resumes = True
        self.seen: EventLog[Frame] = EventLog()
        self.sessions: dict[str, Session] = {}
        self._closing: deque[int] = deque()
        self._invalid = 0
        self._sockets: set[Socket] = set()

    # --- what a test does

    def close_next(self, *codes: int) -> None:
        """Answers the next identifications by closing with these codes, one each."""
        self._closing.extend(codes)

    def refuse_next(self, times: int = 1) -> None:
        """Answers the next identifications or resumptions with "invalid session"."""
        self._invalid += times

    async def identified(self, count: int = 1) -> list[Frame]:
        """Waits until so many identifications came, and returns them."""
        return await self.seen.reach(count, lambda frame: frame.what == "identify")

    async def ready(self, shards: int = 1) -> None:
        """Waits until so many sessions are connected."""
        async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
            while sum(session.socket is not None for session in self.sessions.values()) < shards:
                await self.seen.changed()

    def drop(self) -> None:
        """Cuts every connection without a word."""
        for socket in tuple(self._sockets):
            self._forget(socket)
            socket.drop()

    def close(self, code: int) -> None:
        """Closes every connection with a code."""
        for socket in tuple(self._sockets):
            self._forget(socket)
            socket.close(code)

    async def ask_to_reconnect(self) -> None:
        """Asks every client to connect again and resume."""
        for socket in tuple(self._sockets):
            self._forget(socket)
            await socket.send({"op": RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tells every client that its session is over."""
        if not resumable:
            self.sessions.clear()
        for socket in tuple(self._sockets):
            self._forget(socket)
            await socket.send({"op": INVALID, "d": resumable})

    async def tell(self, event: str, data: Json, guild: int | None = None, *, times: int = 1) -> None:
        """Tells every session that the guild belongs to; direct messages belong to shard 0."""
        told = [one for one in self.sessions.values() if one.shard == ((guild or 0) >> 22) % one.shards]
        if not told:
            raise RuntimeError("No session is there to be told.")
        for session in told:
            for _ in range(times):
                message = session.keep(event, data)
                if session.socket is not None:
                    await session.socket.send(message)

    # --- what a client meets

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Serves one socket until it closes."""
        answer = web.WebSocketResponse(max_msg_size=0)
        await answer.prepare(request)
        socket = Socket(answer, request)
        self._note("connect", dict(request.query))
        self._sockets.add(socket)
        reading = asyncio.create_task(self._read(socket))
        ends: set[asyncio.Future[Any]] = {reading, socket.left}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        reading.cancel()
        await asyncio.wait({reading})
        if socket.left.done() and (code := socket.left.result()) is not None:
            # Nobody else reads now, so that this can wait until the client has heard why.
            await answer.close(code=code)
        self._forget(socket)
        self._note("close", answer.close_code)
        return answer

    async def _read(self, socket: Socket) -> None:
        await socket.send({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat * 1000)}})
        async for message in socket.socket:
            if message.type is WSMsgType.TEXT:
                await self._take(socket, json.loads(message.data))
                if self.deaf.is_set():
                    await socket.left

    async def _take(self, socket: Socket, message: Json) -> None:
        what, data = SEEN_OPCODES.get(message["op"], "other"), message["d"]
        if what == "heartbeat":
            if self.acknowledges:
                await socket.send({"op": ACK, "d": None})
        elif what == "identify":
            await self._identify(socket, data)
        elif what == "resume":
            await self._resume(socket, data)
        self._note(what, data)

    async def _identify(self, socket: Socket, data: Json) -> None:
        if self._closing:
            socket.close(self._closing.popleft())
        elif data["token"] != self._token:
            socket.close(AUTHENTICATION_FAILED)
        elif not await self._refused(socket):
            shard, shards = data.get("shard", (0, 1))
            session = Session(secrets.token_hex(16), shard, shards, socket=socket)
            self.sessions[session.id] = session
            await socket.send(session.keep("READY", self._welcome(session)))

    async def _resume(self, socket: Socket, data: Json) -> None:
        session = self.sessions.get(data["session_id"])
        if data["token"] != self._token:
            socket.close(AUTHENTICATION_FAILED)
        elif await self._refused(socket):
            pass
        elif session is None or not self.resumes:
            await socket.send({"op": INVALID, "d": False})
        else:
            session.socket = socket
            for message in session.after(data["seq"]):
                await socket.send(message)
            await socket.send(session.keep("RESUMED", {}))

    async def _refused(self, socket: Socket) -> bool:
        if not self._invalid:
            return False
        self._invalid -= 1
        await socket.send({"op": INVALID, "d": False})
        return True

    def _forget(self, socket: Socket) -> None:
        self._sockets.discard(socket)
        for session in self.sessions.values():
            if session.socket is socket:
                session.socket = None

    def _note(self, what: str, data: Any) -> None:
        self.seen.add(Frame(what, data, asyncio.get_running_loop().time()))
