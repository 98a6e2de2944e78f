"""Send the cards of rounds and bring them up to date, so that a kill at any point leaves no round behind."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import discord

from bot.components.guess_ids import GuessRequest
from bot.conversation.guess_board import GuessBoard
from bot.conversation.services import Services, Serving
from bot.errors import DatabaseDamagedError, WriteFailedError
from bot.interactions.response import NETWORK_ERRORS, CardView
from bot.render.cards import Card
from bot.settings import ShardRange
from bot.state.guesses import GuessRound, Outcome, Phase

NONCE_LIFETIME = timedelta(minutes=2)  # Discord remembers a nonce "for a few minutes"
RETRY_DELAY, MAX_RETRY_TIME = timedelta(seconds=20), timedelta(minutes=5)
REFUSALS = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
DELIVERY_ERRORS = (discord.HTTPException, *NETWORK_ERRORS)
log = logging.getLogger(__name__)


def is_refusal(error: Exception) -> bool:
    """Return whether Discord refused a message, so that it is certainly not there."""
    return getattr(error, "status", None) in REFUSALS


def is_game_card(message: Any) -> bool:
    """Return whether a message has a button of a game."""
    rows = message.components
    ids = [getattr(one, "custom_id", None) for row in rows for one in getattr(row, "children", ())]
    return any(GuessRequest.is_custom_id(custom_id) for custom_id in ids if custom_id)


async def post_card(services: Services, played: GuessRound, card: Card) -> int:
    """Send a round's card and return its id. Repeated within two minutes, it is the same message.

    Raises:
        DELIVERY_ERRORS: Discord refused it, or it may have arrived.
    """
    channel = services.partial_channel(played.channel_id, played.guild_id)
    nonce = int(played.round_id, 16)
    message = await channel.send(view=CardView(card), nonce=nonce, allowed_mentions=discord.AllowedMentions.none())
    return message.id


class RoundKeeper:
    """Take the next step of rounds that wait for one: send, end, show the end, delete."""

    def __init__(self, serving: Serving, now: Callable[[], datetime] = discord.utils.utcnow) -> None:
        self._serving, self._now = serving, now

    async def advance_due(self, shards: ShardRange) -> None:
        """Take the steps that are due, each round's on its own."""
        with self._serving.lease() as services:
            for played in await services.guesses.due(self._now(), shards.ids, shards.total):
                try:
                    await self._advance(services, played)
                except (DatabaseDamagedError, WriteFailedError):
                    raise  # the state is unusable, so the failure cannot be stored either
                except Exception:  # the other rounds go on
                    log.exception("Round in channel %d: failed.", played.channel_id)
                    await services.guesses.postpone(played, self._now() + RETRY_DELAY)

    async def _advance(self, services: Services, played: GuessRound) -> None:
        store, now = services.guesses, self._now()
        match played.phase:
            case Phase.STARTING:
                await self._send_again(services, played)
                return
            case Phase.OPEN:
                if not await store.end(played.round_id, Outcome.TIMED_OUT, now):
                    return
            case Phase.WON:
                await store.settle(played.round_id, now)
            case Phase.CLOSED:
                await store.delete_closed(now)
                return
        if ended := await store.find(played.round_id):
            await self._show_end(services, ended)

    async def _send_again(self, services: Services, played: GuessRound) -> None:
        """Send a card that may have been sent, while Discord drops duplicates. After that, forget the round."""
        store, board = services.guesses, GuessBoard(services)
        riddle, age = await board.load(played), self._now().timestamp() - played.started_at
        if riddle is None or not 0 <= age < NONCE_LIFETIME.total_seconds():
            await store.abandon(played.round_id)
            return
        try:
            message_id = await post_card(services, played, await board.round_card(played, riddle))
        except DELIVERY_ERRORS as error:
            if is_refusal(error):
                await store.abandon(played.round_id)
            else:
                await store.postpone(played, self._now() + RETRY_DELAY)
        else:
            await store.opened(played.round_id, message_id)

    async def _show_end(self, services: Services, ended: GuessRound) -> None:
        """Bring the card up to date. If that fails for minutes, leave it as it is."""
        store, now = services.guesses, self._now()
        card = await GuessBoard(services).ended_card(ended)
        channel = services.partial_channel(ended.channel_id, ended.guild_id)
        try:
            await channel.get_partial_message(ended.message_id).edit(
                view=CardView(card), allowed_mentions=discord.AllowedMentions.none()
            )
        except DELIVERY_ERRORS as error:
            if not is_refusal(error) and now.timestamp() < ended.ends_at + MAX_RETRY_TIME.total_seconds():
                await store.postpone(ended, now + RETRY_DELAY)
                return
            log.info("Round in channel %d: its card could not be closed.", ended.channel_id)
        await store.close(ended.round_id, now)
