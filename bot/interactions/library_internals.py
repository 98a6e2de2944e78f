"""Every use of a name that discord.py keeps to itself, with the reason why the public one will not do.

tests/interactions/test_library_internals.py says which one is missing after an update of the library.
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
    """A command tree whose every call goes through `call`, so that all of it counts toward the deadline."""

    async def call(self, interaction: discord.Interaction[ClientT], run: Callable[[], Awaitable[None]]) -> None:
        """Run a command or an autocompletion; override this."""
        raise NotImplementedError

    async def _call(self, interaction: discord.Interaction[ClientT]) -> None:
        await self.call(interaction, partial(super()._call, interaction))


def set_response(interaction: Interaction, response: discord.InteractionResponse[Any]) -> None:
    """Make `response` what `interaction.response` returns; the property has no setter."""
    interaction._cs_response = response  # type: ignore[attr-defined]  # noqa: SLF001


def drop_response(interaction: Interaction) -> None:
    """Break the cycle of an interaction and its response, which only the garbage collector could free."""
    del interaction._cs_response  # type: ignore[attr-defined]  # noqa: SLF001


async def post_callback(interaction: Interaction, kind: discord.InteractionResponseType, data: dict[str, Any]) -> None:
    """Answer an interaction, without asking Discord for the message that the answer became, as the library always does.

    Raises:
        HTTPException: Discord refused the answer.
        OSError, ClientError: Discord cannot be reached.
    """
    http = interaction._state.http  # noqa: SLF001
    await async_context.get().request(
        Route("POST", CALLBACK_PATH, webhook_id=interaction.id, webhook_token=interaction.token),
        session=interaction._session,  # noqa: SLF001
        proxy=http.proxy,
        proxy_auth=http.proxy_auth,
        payload={"type": kind.value, "data": data},
    )


def wrap_event_parsers(
    client: discord.Client, wrap: Callable[[str, Callable[[Any], None]], Callable[[Any], None]]
) -> None:
    """Wrap what reads each gateway event; an error in one would end the process."""
    parsers = client._connection.parsers  # noqa: SLF001
    parsers.update({event: wrap(event, parse) for event, parse in parsers.items()})


def seconds_since_heartbeat_ack(shard: discord.ShardInfo) -> tuple[float, float] | None:
    """Return how long ago a shard's last heartbeat was acknowledged and how long it waits between two, or None."""
    keep_alive = getattr(shard._parent.ws, "_keep_alive", None)  # noqa: SLF001
    if shard.is_closed() or keep_alive is None or not keep_alive.interval:
        return None
    return time.perf_counter() - keep_alive._last_ack, keep_alive.interval  # noqa: SLF001
