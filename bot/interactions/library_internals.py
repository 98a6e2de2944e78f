"""Every use of discord.py's private names, and why public ones do not suffice.

After an update, tests/interactions/test_library_internals.py names the missing ones.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import aiohttp
import discord
from discord import app_commands, utils
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from bot.interactions.callback_client import CallbackClient

Interaction = discord.Interaction[Any]
ClientT = TypeVar("ClientT", bound=discord.Client)

FORUM_POSTS_PATH = "/channels/{channel_id}/threads"
CALLBACK_PATH = "/interactions/{webhook_id}/{webhook_token}/callback"
# What discord.py's Interaction wants, for payloads without it.
INTERACTION_DEFAULTS = {"version": 1, "attachment_size_limit": 0}
CLOSE_TIMEOUT_SECONDS = 1.0  # for Discord's close frame. The library waits 30 seconds.
MIN_HEARTBEAT_MS, MAX_HEARTBEAT_MS = 10, 10 * 60_000  # Discord's is 41,250
SESSION_EVENTS = ("READY", "RESUMED")


class WrappedCommandTree(app_commands.CommandTree[ClientT]):
    """A command tree that passes all work to `dispatch`, which keeps the deadline."""

    dispatch: Callable[[discord.Interaction[ClientT], Callable[[], Awaitable[object]]], Awaitable[None]]

    async def _call(self, interaction: discord.Interaction[ClientT]) -> None:
        await self.dispatch(interaction, partial(super()._call, interaction))


def set_response(interaction: Interaction, response: discord.InteractionResponse[Any]) -> None:
    """Replace `interaction.response`, a property without a setter."""
    interaction._cs_response = response  # type: ignore[attr-defined]  # noqa: SLF001


def drop_response(interaction: Interaction) -> None:
    """Break the interaction's reference cycle, to spare the garbage collector."""
    del interaction._cs_response  # type: ignore[attr-defined]  # noqa: SLF001


to_json: Callable[[Any], str] = utils._to_json  # noqa: SLF001 - by orjson if it is installed


async def post_callback(
    client: CallbackClient, interaction: Interaction, kind: discord.InteractionResponseType, data: dict[str, Any]
) -> None:
    """Answer an interaction without fetching the resulting message, as the library would.

    Raises:
        RateLimited: Discord said how long to wait. The library would wait for longer than an answer is good for.
        HTTPException: Discord refused the answer.
        OSError: Discord is unreachable.
    """
    route = Route("POST", CALLBACK_PATH, webhook_id=interaction.id, webhook_token=interaction.token)
    payload: dict[str, Any] = {"type": kind.value, "data": data} if data else {"type": kind.value}
    adapter = async_context.get()
    if isinstance(adapter, AsyncWebhookAdapter):
        await client.post(f"{route.url}?with_response=false", payload)
    else:  # a simulated Discord, as in the preview
        session = interaction._session  # noqa: SLF001
        await adapter.request(route, session, payload=payload, params={"with_response": "false"})


async def create_forum_post(client: discord.Client, forum_id: int, payload: dict[str, Any]) -> None:
    """Start a post in a forum with one request only, because Discord cannot tell a second one from another post.

    Raises:
        HTTPException: Discord refused the post.
        OSError, ClientError: Discord is unreachable, or asks to repeat the request. The post may be there.
    """
    # The type makes it a multipart form, the only one that Discord reads.
    form = _SingleUse({"name": "payload_json", "value": json.dumps(payload), "content_type": "application/json"})
    await client.http.request(Route("POST", FORUM_POSTS_PATH, channel_id=forum_id), form=form)


class _SingleUse:
    """A form that the library can send once. It would repeat a request that Discord may have carried out."""

    def __init__(self, field: dict[str, Any]) -> None:
        self._fields = [field]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        if not self._fields:
            raise ConnectionError("The first attempt failed, and a second one may post twice.")
        yield self._fields.pop()


def minimal_interaction(client: discord.Client, data: Any) -> Interaction | None:
    """Return what is left of an interaction that cannot be read, or None if it cannot be answered."""
    try:
        kept = {"id": int(data["id"]), "token": str(data["token"]), "application_id": int(data["application_id"])}
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    kind = data.get("type")
    kept |= {"type": kind if type(kind) is int else 0, **INTERACTION_DEFAULTS}
    return discord.Interaction(data=kept, state=client._connection)  # type: ignore[arg-type] # noqa: SLF001


class UnreadableFrameError(Exception):
    """A frame from Discord cannot be read. Its message contains no member data."""


class GatewaySocket(DiscordWebSocket):
    """A gateway connection that is dropped at the first frame it cannot read.

    Attributes:
        ready_since: The loop's time of READY or RESUMED, or None.
    """

    ready_since: float | None = None

    async def received_message(self, msg: Any, /) -> None:
        """Read a frame.

        Raises:
            UnreadableFrameError: It cannot be read.
        """
        event = None
        try:
            text = self._decompressor.decompress(msg) if type(msg) is bytes else msg
            if text is None:  # the first part of a frame
                return
            frame = from_json(text)
            event = checked_event(frame)
            if event is None or event in SESSION_EVENTS:
                await super().received_message(text)
            else:
                self._dispatch_event(event, frame)
        except (discord.DiscordException, ReconnectWebSocket, aiohttp.ClientError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - Discord may send anything
            what = event if event in SESSION_EVENTS else "a frame"
            raise UnreadableFrameError(f"{what} could not be read: {type(error).__name__}") from None
        if event in SESSION_EVENTS:
            self.ready_since = self.loop.time()

    def _dispatch_event(self, event: str, frame: dict[str, Any]) -> None:
        """Do for an event what the library does, without parsing the frame a second time."""
        if (sequence := frame.get("s")) is not None:
            self.sequence = sequence
        if self._keep_alive:
            self._keep_alive.tick()
        if parse := self._discord_parsers.get(event):
            parse(frame["d"])

    async def poll_event(self) -> None:
        """Read the next frame. Close the connection if that fails, or if it is cancelled before the first frame."""
        try:
            await super().poll_event()
        except BaseException as error:
            if isinstance(error, Exception) or self._keep_alive is None:
                await self.close()
            raise

    async def identify(self) -> None:
        """Log in, if Discord has begun the connection as it should."""
        await self._send_first(super().identify)

    async def resume(self) -> None:
        """Resume the session, if Discord has begun the connection as it should."""
        await self._send_first(super().resume)

    async def _send_first(self, send: Callable[[], Awaitable[None]]) -> None:
        try:
            self._check_began()
            await send()
        except BaseException:
            await self.close()
            raise

    def _check_began(self) -> None:
        if self._keep_alive is None:
            raise UnreadableFrameError("the first frame is not HELLO")

    async def close(self, code: int = 4000) -> None:
        """Close the connection, even if Discord does not answer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT_SECONDS):
                await super().close(code)


def from_json(text: str | bytes) -> Any:
    """Read JSON as the library does, and what orjson refuses: members can type lone surrogates."""
    try:
        return utils._from_json(text)  # noqa: SLF001
    except ValueError:
        return json.loads(text)


def checked_event(frame: Any) -> str | None:
    """Return the name of a frame's event, if it is one.

    Raises:
        ValueError: discord.py would fail on the frame, or misread it.
    """
    op, event, sequence = frame["op"], frame.get("t"), frame.get("s")
    if type(op) is not int or not (sequence is None or type(sequence) is int):
        raise ValueError
    if op == DiscordWebSocket.DISPATCH and not (type(event) is str and "d" in frame):
        raise ValueError
    if op == DiscordWebSocket.HELLO and not MIN_HEARTBEAT_MS <= frame["d"]["heartbeat_interval"] <= MAX_HEARTBEAT_MS:
        raise ValueError
    return event if op == DiscordWebSocket.DISPATCH else None


def wrap_event_parsers(
    client: discord.Client, wrap: Callable[[str, Callable[[Any], None]], Callable[[Any], None]]
) -> None:
    """Wrap the parser of each gateway event, because an error in one ends the session."""
    parsers = client._connection.parsers  # noqa: SLF001
    parsers.update({event: wrap(event, parse) for event, parse in parsers.items()})


def add_shard(client: discord.AutoShardedClient, shard_id: int, shard: Any) -> None:
    """Give the library a connected shard that it did not connect itself."""
    client._AutoShardedClient__shards[shard_id] = shard  # type: ignore[attr-defined] # noqa: SLF001


def set_shards(client: discord.AutoShardedClient, shard_ids: Sequence[int], shard_count: int) -> None:
    """Set which shards there are, as `AutoShardedClient.launch_shards` does."""
    client.shard_count = client._connection.shard_count = shard_count  # noqa: SLF001
    client._connection.shard_ids = list(shard_ids)  # noqa: SLF001


def seconds_since_heartbeat_ack(socket: GatewaySocket | None) -> tuple[float, float] | None:
    """Return the age of a connection's last acknowledged heartbeat and the interval, or None."""
    keep_alive = socket._keep_alive if socket and socket.open else None  # noqa: SLF001
    if keep_alive is None or not keep_alive.interval:
        return None
    return time.perf_counter() - keep_alive._last_ack, keep_alive.interval  # noqa: SLF001
