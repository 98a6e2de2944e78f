"""The gateway of a loopback Discord: one socket a shard, compressed, numbered, resumable, and cut on demand."""

import asyncio
import json
import secrets
import sys
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
MAX_REPLAYED_EVENTS = 1_000
MAX_FRAME_BYTES = 512
ZLIB_SUFFIX = b"\x00\x00\xff\xff"
SEEN_OPCODES = {HEARTBEAT: "heartbeat", IDENTIFY: "identify", RESUME: "resume"}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """Something that a client sent or that happened to its socket: "connect", "identify", "close", …"""

    kind: str
    data: Any


@dataclass(eq=False)
class Session:
    """A client's session, which can outlive its socket."""

    id: str
    shard: int
    shards: int
    sequence: int = 0
    events: deque[tuple[int, Json]] = field(default_factory=lambda: deque(maxlen=MAX_REPLAYED_EVENTS))
    socket: "Socket | None" = None

    def record(self, event: str, data: Json) -> Json:
        """Return a numbered event, stored for a while to be replayed."""
        self.sequence += 1
        message = {"op": DISPATCH, "t": event, "s": self.sequence, "d": data}
        self.events.append((self.sequence, message))
        return message

    def events_after(self, sequence: int) -> list[Json]:
        return [message for number, message in self.events if number > sequence]


def stream_compressor(method: str | None) -> Callable[[bytes], bytes] | None:
    """Return what compresses each message of a stream, as a client asked for it."""
    if method == "zlib-stream":
        stream = zlib.compressobj()
        return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)
    if method == "zstd-stream":  # asked for if zstandard is installed, and from Python 3.14 on
        if sys.version_info >= (3, 14):
            from compression import zstd  # noqa: PLC0415

            newer = zstd.ZstdCompressor()
            return lambda data: newer.compress(data, newer.FLUSH_BLOCK)
        import zstandard  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415

        older = zstandard.ZstdCompressor().compressobj()
        return lambda data: older.compress(data) + older.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    return None


class Socket:
    """One client's socket."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self._request = request
        self._lock = asyncio.Lock()
        self.closed: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._compress = stream_compressor(request.query.get("compress"))

    async def send(self, message: Json) -> None:
        """Send a message. It is lost if the socket is closed."""
        await self.send_text(json.dumps(message))

    async def send_text(self, text: str) -> None:
        """Send a text that need not be a message."""
        # One message at a time, so that their frames do not mix.
        async with self._lock:
            with suppress(ConnectionError):
                if self._compress is None:
                    await self.socket.send_str(text)
                    return
                packed = self._compress(text.encode())
                # Clients recognise the end of a zlib message by its suffix, which is never split.
                while packed.endswith(ZLIB_SUFFIX) and len(packed) >= MAX_FRAME_BYTES + len(ZLIB_SUFFIX):
                    await self.socket.send_bytes(packed[:MAX_FRAME_BYTES])
                    packed = packed[MAX_FRAME_BYTES:]
                await self.socket.send_bytes(packed)

    async def send_raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        async with self._lock:
            await self.socket.send_bytes(data)

    def close(self, code: int | None) -> None:
        if not self.closed.done():
            self.closed.set_result(code)

    def drop(self) -> None:
        """Cut the connection without a close frame."""
        self.close(None)
        if self._request.transport is not None:
            self._request.transport.abort()


class Gateway:
    """Accepts clients and sends them events.

    Attributes:
        ignores_clients: If set, a client is ignored after its next message, close frames included.
    """

    def __init__(self, token: str, ready_event: Callable[[Session], Json]) -> None:
        self._token, self._ready_event = token, ready_event
        self.heartbeat_seconds = 41.25
        self.acknowledges_heartbeats = True
        self.ignores_clients = asyncio.Event()
        self.allows_resume = True
        self.seen: EventLog[Frame] = EventLog()
        self.sessions: dict[str, Session] = {}
        self._close_codes: deque[int] = deque()
        self._hellos: deque[Any] = deque()
        self._readies: deque[Any] = deque()
        self._invalid_sessions = 0
        self._sockets: set[Socket] = set()

    # --- for tests

    def close_next(self, *codes: int) -> None:
        """Answer the next identifies by closing with these codes, one each."""
        self._close_codes.extend(codes)

    def refuse_next(self, times: int = 1) -> None:
        """Answer the next identifies or resumes with "invalid session"."""
        self._invalid_sessions += times

    def greet_next(self, *frames: Any) -> None:
        """Begin the next connections with these frames instead of HELLO, one each. None is no frame at all."""
        self._hellos.extend(frames)

    def ready_next(self, *data: Any) -> None:
        """Answer the next identifies with a READY of this data, one each."""
        self._readies.extend(data)

    @property
    def sockets(self) -> list[Socket]:
        return list(self._sockets)

    async def identified(self, count: int = 1) -> list[Frame]:
        """Wait for that many identifies, and return them."""
        return await self.seen.wait_for(count, lambda frame: frame.kind == "identify")

    async def ready(self, shards: int = 1) -> None:
        """Wait until that many sessions are connected."""
        async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
            while sum(session.socket is not None for session in self.sessions.values()) < shards:
                await self.seen.changed()

    def drop(self) -> None:
        """Cut every connection without a close frame."""
        for socket in self._disconnected():
            socket.drop()

    def close(self, code: int) -> None:
        """Close every connection with a code."""
        for socket in self._disconnected():
            socket.close(code)

    async def ask_to_reconnect(self) -> None:
        """Ask every client to connect again and resume."""
        for socket in self._disconnected():
            await socket.send({"op": RECONNECT, "d": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is invalid."""
        if not resumable:
            self.sessions.clear()
        for socket in self._disconnected():
            await socket.send({"op": INVALID, "d": resumable})

    async def dispatch(self, event: str, data: Json, guild: int | None = None, *, times: int = 1) -> None:
        """Send an event to the sessions of a guild. Direct messages belong to shard 0."""
        sessions = [one for one in self.sessions.values() if one.shard == ((guild or 0) >> 22) % one.shards]
        assert sessions, "no session of that guild is connected"
        for session in sessions:
            for _ in range(times):
                message = session.record(event, data)
                if session.socket is not None:
                    await session.socket.send(message)

    # --- for clients

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one socket until it closes."""
        answer = web.WebSocketResponse(max_msg_size=0)
        await answer.prepare(request)
        socket = Socket(answer, request)
        self._note("connect", dict(request.query))
        self._sockets.add(socket)
        reading = asyncio.create_task(self._read(socket))
        ends: set[asyncio.Future[Any]] = {reading, socket.closed}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        reading.cancel()
        await asyncio.wait({reading})
        if socket.closed.done() and (code := socket.closed.result()) is not None:
            # Nobody else reads now, so this can wait for the client's close frame.
            await answer.close(code=code)
        self._detach(socket)
        self._note("close", answer.close_code)
        return answer

    async def _read(self, socket: Socket) -> None:
        hello = {"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat_seconds * 1000)}}
        greeting = self._hellos.popleft() if self._hellos else hello
        if greeting is not None:
            await socket.send(greeting)
        async for message in socket.socket:
            if message.type is WSMsgType.TEXT:
                await self._take(socket, json.loads(message.data))
                if self.ignores_clients.is_set():
                    await socket.closed

    async def _take(self, socket: Socket, message: Json) -> None:
        kind, data = SEEN_OPCODES.get(message["op"], "other"), message["d"]
        if kind == "heartbeat":
            if self.acknowledges_heartbeats:
                await socket.send({"op": ACK, "d": None})
        elif kind == "identify":
            await self._identify(socket, data)
        elif kind == "resume":
            await self._resume(socket, data)
        self._note(kind, data)

    async def _identify(self, socket: Socket, data: Json) -> None:
        if self._close_codes:
            socket.close(self._close_codes.popleft())
        elif data["token"] != self._token:
            socket.close(AUTHENTICATION_FAILED)
        elif not await self._refused(socket):
            shard, shards = data.get("shard", (0, 1))
            session = Session(secrets.token_hex(16), shard, shards, socket=socket)
            self.sessions[session.id] = session
            ready = self._readies.popleft() if self._readies else self._ready_event(session)
            await socket.send(session.record("READY", ready))

    async def _resume(self, socket: Socket, data: Json) -> None:
        session = self.sessions.get(data["session_id"])
        if data["token"] != self._token:
            socket.close(AUTHENTICATION_FAILED)
        elif await self._refused(socket):
            pass
        elif session is None or not self.allows_resume:
            await socket.send({"op": INVALID, "d": False})
        else:
            session.socket = socket
            for message in session.events_after(data["seq"]):
                await socket.send(message)
            await socket.send(session.record("RESUMED", {}))

    async def _refused(self, socket: Socket) -> bool:
        if not self._invalid_sessions:
            return False
        self._invalid_sessions -= 1
        await socket.send({"op": INVALID, "d": False})
        return True

    def _disconnected(self) -> list[Socket]:
        """Return every socket, detached from its session."""
        sockets = list(self._sockets)
        for socket in sockets:
            self._detach(socket)
        return sockets

    def _detach(self, socket: Socket) -> None:
        self._sockets.discard(socket)
        for session in self.sessions.values():
            if session.socket is socket:
                session.socket = None

    def _note(self, kind: str, data: Any) -> None:
        self.seen.add(Frame(kind, data))
