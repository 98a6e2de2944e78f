"""Posting the daily examples that are due: each once, whatever crashes in between.

A post is claimed in the state before it is sent and confirmed after. What was claimed and not confirmed was sent or
not: for some minutes it is sent again with the same nonce, which Discord drops if it has the first; later the channel
itself is asked. Where it may not be asked, the post counts as sent: rather one too few than one too many.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

import discord

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.conversation.answers import Answer, Answers
from bot.conversation.local_time import next_occurrence
from bot.errors import DatabaseDamagedError, WriteFailedError
from bot.interactions.response import CardView
from bot.preferences import DailySchedule, MemberPreferences, PauseReason, policy_of
from bot.render.texts import daily as daily_texts
from bot.settings import ShardRange
from bot.state.dailies import Dailies, Post
from bot.state.preferences import Choosing

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

MAX_DELAY = timedelta(hours=12)
# Discord remembers a nonce "for a few minutes".
NONCE_LIFETIME = timedelta(minutes=2)
TOO_MANY = 429
RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))  # between one refusal and the next try
UNSURE, SOON = timedelta(minutes=1), timedelta(seconds=5)
# Discord takes 50 requests a second from a bot, whatever they are for and from however many processes.
MOST, AT_ONCE, REST = 500, 10, 0.5
ALONE = ShardRange((0,), 1)
_log = logging.getLogger(__name__)


class DailyPoster:
    """Posts daily examples."""

    def __init__(self, bot: "TropeBot", now: Callable[[], datetime] = discord.utils.utcnow) -> None:
        """Takes the bot that posts, and the clock."""
        self._bot, self._now = bot, now
        self._answers, self._choosing = Answers(bot.corpus, bot.rounds), Choosing(bot.state)
        self._dailies = Dailies(bot.state)

    async def post_due(self, shards: ShardRange = ALONE) -> None:
        """Posts all that is due in the guilds of some shards; what fails is tried later and holds up nothing else."""
        posts = await self._dailies.due(self._now(), MOST, shards.ids, shards.total)
        for first in range(0, len(posts), AT_ONCE):
            if first:
                await asyncio.sleep(REST)
            await asyncio.gather(*map(self._post_safely, posts[first : first + AT_ONCE]))

    async def _post_safely(self, post: Post) -> None:
        try:
            await self._post(post)
        except (DatabaseDamagedError, WriteFailedError):
            # Not this post's fault, and it cannot be noted either.
            raise
        except Exception:  # noqa: BLE001 - one post that fails must not keep the others from being sent
            _log.exception("The daily example of channel %d failed.", post.daily.channel)
            await self._dailies.postpone(post, self._now() + UNSURE)

    async def _post(self, post: Post) -> None:
        now = self._now()
        if now - post.daily.due >= MAX_DELAY:
            _log.info("The daily example of channel %d was missed and is left out.", post.daily.channel)
            await self._finish(post)
        elif post.claimed is None:
            if await self._dailies.claim(post, now):
                await self._send(post)
        elif now - post.claimed > NONCE_LIFETIME and await self._was_sent(post, post.claimed):
            await self._finish(post)
        else:
            await self._send(post)

    async def _send(self, post: Post) -> None:
        answer = await self._answer(post)
        if answer is None:
            await self._pause(post, PauseReason.EMPTY)
            return
        try:
            card = answer.card.add_footer(daily_texts.FOOTER)
            await self._channel(post.daily).send(view=CardView(card), nonce=_nonce(post.daily))
        except discord.Forbidden:
            await self._refused(post, PauseReason.FORBIDDEN)
        except discord.NotFound:
            await self._refused(post, PauseReason.GONE)
        except (discord.HTTPException, OSError) as error:
            status = getattr(error, "status", None)
            cause = status or type(error).__name__
            _log.warning("The daily example of channel %d is not known to be sent (%s).", post.daily.channel, cause)
            await self._dailies.postpone(post, self._now() + (SOON if status == TOO_MANY else UNSURE))
        else:
            await self._finish(post)

    async def _answer(self, post: Post) -> Answer | None:
        """Returns the card of the example chosen for a post before, else of the next one; None if none is left."""
        daily = post.daily
        policy = policy_of(await self._choosing.of_guild(daily.guild), MemberPreferences(), (), private=False)
        policy = replace(policy, private=False, audience_id=daily.channel, guild_id=daily.guild)
        flags = "" if daily.spoilers else Flag.NO_SPOILERS.value
        draw = ExampleRequest(Action.RANDOM, daily.trope, daily.medium, daily.work, flags)
        if post.example:
            answer = await self._answers.answer(replace(draw, action=Action.EXAMPLE, example_ref=post.example), policy)
            if answer.share_request:
                return answer
        answer = await self._answers.answer(draw, policy)
        if answer.share_request is None:
            return None
        await self._dailies.choose(post, answer.share_request.example_ref)
        return answer

    async def _was_sent(self, post: Post, claimed: datetime) -> bool:
        """Tells whether the channel holds a post of the bot's own since it was claimed, or may not be looked at."""
        me, since = self._bot.user, claimed - UNSURE
        channel = self._channel(post.daily)
        try:
            if await self._latest(post.daily) < since:
                return False
            history = [message async for message in channel.history(after=since, limit=100)]
        except (discord.Forbidden, discord.NotFound):
            return True
        # Who may not read a channel's history is not refused, but shown an empty one.
        return not history or any(me is not None and _is_own(message, me.id) for message in history)

    async def _latest(self, daily: DailySchedule) -> datetime:
        """Returns when the channel's latest message was written, whoever may read it; 2015 if there is none."""
        channel = await self._bot.fetch_channel(daily.channel)
        return discord.utils.snowflake_time(getattr(channel, "last_message_id", None) or 0)

    async def _refused(self, post: Post, why: PauseReason) -> None:
        if post.failures < len(RETRY_DELAYS):
            await self._dailies.release(post, self._now() + RETRY_DELAYS[post.failures])
        else:
            await self._pause(post, why)

    async def _pause(self, post: Post, why: PauseReason) -> None:
        _log.warning("The daily example of channel %d is paused: %s.", post.daily.channel, why)
        await self._dailies.pause(post, why)

    async def _finish(self, post: Post) -> None:
        await self._dailies.finish(post, next_occurrence(post.daily.minute, post.daily.zone, self._now()))

    def _channel(self, daily: DailySchedule) -> discord.PartialMessageable:
        return self._bot.get_partial_messageable(daily.channel, guild_id=daily.guild)


def _is_own(message: discord.Message, me: int) -> bool:
    """Tells whether a message was posted by the bot of itself; an answer to a command was not."""
    return message.author.id == me and message.interaction_metadata is None


def _nonce(daily: DailySchedule) -> int:
    """Returns the same number for every try of one post."""
    name = f"{daily.channel} {daily.due.timestamp()}".encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest())
