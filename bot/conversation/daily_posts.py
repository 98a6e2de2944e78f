"""Post each due daily example once, even across crashes.

A post is claimed in the state, sent, then completed. A claimed post is retried for two minutes with the same nonce, so
Discord drops duplicates. After that, the channel's history decides. If it is unreadable, the post counts as sent.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from http import HTTPStatus

import discord

from bot.components.custom_ids import Action
from bot.conversation.answers import Answer
from bot.conversation.dailies import daily_request
from bot.conversation.local_time import next_occurrence
from bot.conversation.services import Services
from bot.conversation.serving import Serving
from bot.errors import DatabaseDamagedError, WriteFailedError
from bot.interactions.response import NETWORK_ERRORS, CardView
from bot.preferences import AnswerPolicy, DailySchedule, MemberPreferences, PauseReason
from bot.render.texts import daily as daily_texts
from bot.settings import ShardRange
from bot.state.dailies import MAX_RETRY_DELAY, DailyStore, DuePost

MAX_DELAY = timedelta(hours=12)
LONGEST_DAY = timedelta(hours=30)  # more than lies between two posts when clocks go back
NONCE_LIFETIME = timedelta(minutes=2)  # Discord remembers a nonce "for a few minutes"
RETRY_DELAYS = (*(timedelta(minutes=minutes) for minutes in (1, 5, 30)), MAX_RETRY_DELAY)
UNCERTAIN_RETRY, RATE_LIMIT_RETRY = timedelta(minutes=1), timedelta(seconds=5)
# Discord accepts 50 requests a second from a bot, over all its processes.
MAX_POSTS_PER_RUN, CONCURRENT_POSTS, BATCH_INTERVAL_SECONDS = 500, 10, 0.5
SINGLE_SHARD = ShardRange((0,), 1)
log = logging.getLogger(__name__)


class DailyPoster:
    """Post daily examples."""

    def __init__(self, serving: Serving, now: Callable[[], datetime] = discord.utils.utcnow) -> None:
        self._serving, self._now = serving, now

    @property
    def _services(self) -> Services:
        """For what does not depend on the corpus."""
        return self._serving.services

    @property
    def _dailies(self) -> DailyStore:
        return self._services.dailies

    async def post_due(self, shards: ShardRange = SINGLE_SHARD) -> None:
        """Post what is due. A failed post is retried later and delays no other."""
        await self.correct_due_times(shards)
        posts = await self._dailies.due(self._now(), MAX_POSTS_PER_RUN, shards.ids, shards.total)
        for first in range(0, len(posts), CONCURRENT_POSTS):
            if first:
                await asyncio.sleep(BATCH_INTERVAL_SECONDS)
            await asyncio.gather(*map(self.post_one, posts[first : first + CONCURRENT_POSTS]))

    async def correct_due_times(self, shards: ShardRange = SINGLE_SHARD) -> None:
        """Bring back the posts that a wrong clock moved away.

        No clock that was right sets a post further ahead than its next time. One time more is allowed: if a clock was
        hours ahead, today's post was sent early and must not be sent twice.
        """
        now, count = self._now(), 0
        for post in await self._dailies.later_than(now + LONGEST_DAY, shards.ids, shards.total):
            minute, zone = post.daily.minute_of_day, post.daily.timezone
            following = next_occurrence(minute, zone, now)
            if post.daily.next_due > next_occurrence(minute, zone, following):
                await self._dailies.complete(post, following)
                count += 1
        if count:
            log.warning("The clock has gone back. Daily posts that are due again at their usual time: %d.", count)

    async def post_one(self, post: DuePost) -> None:
        """Claim, send and complete a post, or settle an earlier attempt."""
        now = self._now()
        try:
            if now - post.daily.next_due >= MAX_DELAY:
                log.info("Daily post in channel %d: missed and skipped.", post.daily.channel_id)
                await self._complete(post)
            elif post.claimed_at is None:
                if await self._dailies.claim(post, now):
                    await self.deliver(post)
            elif now - post.claimed_at > NONCE_LIFETIME and await self.was_delivered(post, post.claimed_at):
                await self._complete(post)
            else:
                await self.deliver(post)
        except (DatabaseDamagedError, WriteFailedError):
            raise  # the state is unusable, so the failure cannot be stored either
        except Exception:  # the other posts must still be sent
            log.exception("Daily post in channel %d: failed.", post.daily.channel_id)
            await self._dailies.reschedule(post, self._now() + UNCERTAIN_RETRY)

    async def deliver(self, post: DuePost) -> None:
        """Send a claimed post, and store the outcome."""
        answer = await self.choose_example(post)
        if answer is None:
            await self._pause(post, PauseReason.EMPTY)
            return
        daily = post.daily
        try:
            view = CardView(answer.card.add_footer(daily_texts.FOOTER))
            channel = self._services.partial_channel(daily.channel_id, daily.guild_id)
            await channel.send(view=view, nonce=nonce_for(daily))
        except discord.Forbidden:
            await self.retry_or_pause(post, PauseReason.FORBIDDEN)
        except discord.NotFound:
            await self.retry_or_pause(post, PauseReason.GONE)
        except (discord.HTTPException, *NETWORK_ERRORS) as error:
            status = getattr(error, "status", None)
            cause = status or type(error).__name__
            log.warning("Daily post in channel %d: delivery unknown (%s).", daily.channel_id, cause)
            delay = RATE_LIMIT_RETRY if status == HTTPStatus.TOO_MANY_REQUESTS else UNCERTAIN_RETRY
            await self._dailies.reschedule(post, self._now() + delay)
        else:
            await self._complete(post)

    async def choose_example(self, post: DuePost) -> Answer | None:
        """Return the stored example or the next one. None if there is none."""
        with self._serving.lease() as services:
            return await self._choose_from(services, post)

    async def _choose_from(self, services: Services, post: DuePost) -> Answer | None:
        daily = post.daily
        settings = await services.preferences.guild_settings(daily.guild_id)
        policy = AnswerPolicy.combine(settings, MemberPreferences(), (), private=False)
        policy = replace(policy, private=False, audience_id=daily.channel_id, guild_id=daily.guild_id)
        request = daily_request(daily)
        if post.example_ref:
            reopen = replace(request, action=Action.EXAMPLE, example_ref=post.example_ref)
            answer = await services.answers.answer(reopen, policy)
            if answer.share_request:
                return answer
        answer = await services.answers.answer(request, policy)
        if answer.share_request is None:
            return None
        await self._dailies.set_example(post, answer.share_request.example_ref)
        return answer

    async def was_delivered(self, post: DuePost, claimed: datetime) -> bool:
        """Return whether the bot posted since the claim. No readable history counts as yes."""
        bot_id, since = self._services.bot_id(), claimed - UNCERTAIN_RETRY
        channel = self._services.partial_channel(post.daily.channel_id, post.daily.guild_id)
        try:
            fetched = await self._services.fetch_channel(post.daily.channel_id)
            if discord.utils.snowflake_time(getattr(fetched, "last_message_id", None) or 0) < since:
                return False
            history = [message async for message in channel.history(after=since, limit=100)]
        except (discord.Forbidden, discord.NotFound):
            return True
        # Without the permission to read history, Discord returns an empty one.
        return not history or any(m.author.id == bot_id and m.interaction_metadata is None for m in history)

    async def retry_or_pause(self, post: DuePost, reason: PauseReason) -> None:
        """Retry a refused post later. Pause it after four retries."""
        if post.failure_count < len(RETRY_DELAYS):
            await self._dailies.release(post, self._now() + RETRY_DELAYS[post.failure_count])
        else:
            await self._pause(post, reason)

    async def _pause(self, post: DuePost, reason: PauseReason) -> None:
        log.warning("Daily post in channel %d: paused (%s).", post.daily.channel_id, reason)
        await self._dailies.pause(post, reason)

    async def _complete(self, post: DuePost) -> None:
        await self._dailies.complete(post, next_occurrence(post.daily.minute_of_day, post.daily.timezone, self._now()))


def nonce_for(daily: DailySchedule) -> int:
    """Return one number for all attempts at a post."""
    name = f"{daily.channel_id} {daily.next_due.timestamp()}".encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest())
