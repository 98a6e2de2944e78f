"""The call that answers an interaction, without asking for what comes of it.

The library asks Discord for the message that an answer became, and makes objects of it that nobody here looks at: a
fifth of what it costs to send a card.

Source: Discord's documentation of interaction callbacks, as of August 2026.
"""

from collections.abc import Iterable
from typing import Any, Final

import discord
from discord.http import Route
from discord.webhook.async_ import async_context

from bot.interactions.record import Interaction
from bot.render.cards import Card

Choice = discord.app_commands.Choice[Any]

_PATH = "/interactions/{webhook_id}/{webhook_token}/callback"
_PUBLIC: Final = discord.MessageFlags(components_v2=True).value
_PRIVATE: Final = discord.MessageFlags(components_v2=True, ephemeral=True).value


async def send(interaction: Interaction, card: Card, *, private: bool) -> None:
    """Answers with a message, which only the member sees if `private`; it pings nobody.

    Raises:
        HTTPException: Discord does not want it.
        OSError, ClientError: Discord cannot be reached.
    """
    await _call(interaction, discord.InteractionResponseType.channel_message, _message(card, private=private))


async def edit(interaction: Interaction, card: Card) -> None:
    """Answers by changing the message whose control was used; raises what `send` does."""
    await _call(interaction, discord.InteractionResponseType.message_update, _message(card, private=False))


async def offer(interaction: Interaction, choices: Iterable[Choice]) -> None:
    """Answers with choices for what is being typed; raises what `send` does."""
    offered = {"choices": [choice.to_dict() for choice in choices]}
    await _call(interaction, discord.InteractionResponseType.autocomplete_result, offered)


def _message(card: Card, *, private: bool) -> dict[str, Any]:
    flags = _PRIVATE if private else _PUBLIC
    return {"components": card.to_components(), "flags": flags, "allowed_mentions": {"parse": []}}


async def _call(interaction: Interaction, kind: discord.InteractionResponseType, data: dict[str, Any]) -> None:
    http = interaction._state.http  # noqa: SLF001 - as the library's own response does
    route = Route("POST", _PATH, webhook_id=interaction.id, webhook_token=interaction.token)
    await async_context.get().request(
        route,
        session=interaction._session,  # noqa: SLF001 - as above
        proxy=http.proxy,
        proxy_auth=http.proxy_auth,
        payload={"type": kind.value, "data": data},
    )
