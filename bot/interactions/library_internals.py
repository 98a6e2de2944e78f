"""Every use of discord.py's private names, and why public ones do not suffice.

After an update, tests/interactions/test_library_internals.py names the missing ones.
"""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import discord
from discord import app_commands
from discord.http import Route
from discord.webhook.async_ import async_context

Interaction = discord.Interaction[Any]
ClientT = TypeVar("ClientT", bound=discord.Client)

CALLBACK_PATH = "/interactions/{webhook_id}/{webhook_token}/callback"


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


async def post_callback(interaction: Interaction, kind: discord.InteractionResponseType, data: dict[str, Any]) -> None:
    """Answer an interaction without fetching the resulting message, as the library would.

    Raises:
        HTTPException: Discord refused the answer.
        OSError, ClientError: Discord is unreachable.
    """
    http = interaction._state.http  # noqa: SLF001
    await async_context.get().request(
        Route("POST", CALLBACK_PATH, webhook_id=interaction.id, webhook_token=interaction.token),
        session=interaction._session,  # noqa: SLF001
        proxy=http.proxy,
        proxy_auth=http.proxy_auth,
        payload={"type": kind.value, "data": data} if data else {"type": kind.value},
    )


def wrap_event_parsers(
    client: discord.Client, wrap: Callable[[str, Callable[[Any], None]], Callable[[Any], None]]
) -> None:
    """Wrap the parser of each gateway event, because an error in one ends the process."""
    parsers = client._connection.parsers  # noqa: SLF001
    parsers.update({event: wrap(event, parse) for event, parse in parsers.items()})


def seconds_since_heartbeat_ack(shard: discord.ShardInfo) -> tuple[float, float] | None:
    """Return the age of a shard's last acknowledged heartbeat and the interval, or None."""
    keep_alive = getattr(shard._parent.ws, "_keep_alive", None)  # noqa: SLF001
    if shard.is_closed() or keep_alive is None or not keep_alive.interval:
        return None
    return time.perf_counter() - keep_alive._last_ack, keep_alive.interval  # noqa: SLF001
