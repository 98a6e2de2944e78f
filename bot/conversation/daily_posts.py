"""Post each due daily example once, even across crashes.

A post is claimed in the state, sent, then completed. A claimed post is retried for two minutes with the same nonce, so
Discord drops duplicates. After that, the channel's history decides. If it is unreadable, the post counts as sent.
In a forum, which takes no nonces, its active threads decide from the first retry on.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

import discord

from bot.components.custom_ids import Action
from bot.conversation.answer import Answer
from bot.conversation.dailies import daily_request
from bot.conversation.daily_delivery import policy_for_channel, send_post, was_delivered
from bot.conversation.local_time import next_due
from bot.conversation.services import Services, Serving
from bot.errors import DatabaseDamagedError, WriteFailedError
from bot.interactions.response import NETWORK_ERRORS
from bot.model.preferences import PauseReason
from bot.settings import ShardRange
from bot.state.dailies import MAX_RETRY_DELAY, DailyStore, DuePost

MAX_DELAY = timedelta(hours=12)
# More than lies between two posts when clocks go back
LONGEST_DAY, LONGEST_WEEK = timedelta(hours=30), timedelta(days=7, hours=2)
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

        No clock that was right sets a post further ahead than its next time.
        """
        now, count = self._now(), 0
        far_ahead = now + LONGEST_DAY, now + LONGEST_WEEK
        for post in await self._dailies.later_than(*far_ahead, shards.ids, shards.total):
            if post.daily.next_due > (following := following_post(post, now)):
                await self._dailies.move(post, following)
                count += 1
        if count:
            log.warning("The clock has gone back. Daily posts that are due again at their usual time: %d.", count)

    async def post_one(self, post: DuePost) -> None:
        """Claim, send and complete a post, or settle an earlier attempt."""
        now = self._now()
        try:
            if now - post.daily.next_due >= MAX_DELAY:
                log.info("Daily post in channel %d: missed and skipped.", post.daily.channel_id)
                await self._dailies.move(post, following_post(post, now))
            elif post.claimed_at is None:
                if await self._dailies.claim(post, now):
                    await self.deliver(post)
            elif await self._has_arrived(post, now - post.claimed_at):
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
        if daily.is_forum:  # an attempt that a kill interrupts has time to arrive before the next look
            await self._dailies.reschedule(post, self._now() + UNCERTAIN_RETRY)
        try:
            await send_post(self._services, daily, answer)
        except discord.Forbidden:
            await self.retry_or_pause(post, PauseReason.FORBIDDEN)
        except discord.NotFound:
            await self.retry_or_pause(post, PauseReason.GONE)
        except (discord.HTTPException, *NETWORK_ERRORS) as error:
            status = getattr(error, "status", None)
            if status == HTTPStatus.BAD_REQUEST:
                await self.retry_or_pause(post, PauseReason.REFUSED)
                return
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
        policy = await policy_for_channel(services, post.daily.guild_id, post.daily.channel_id)
        request = daily_request(post.daily)
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

    async def _has_arrived(self, post: DuePost, age: timedelta) -> bool:
        """Return whether an attempt of that age counts as sent."""
        if age <= NONCE_LIFETIME and not post.daily.is_forum:
            return False
        return await was_delivered(self._services, post.daily, self._now() - age - UNCERTAIN_RETRY)

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
        await self._dailies.complete(post, following_post(post, self._now()))


def following_post(post: DuePost, after: datetime) -> datetime:
    """Return when a post is due next, without the one that a clock some hours ahead sent early."""
    due, sent = next_due(post.daily, after), post.sent_due
    sent_early = sent is not None and due <= sent <= max(due, after + LONGEST_DAY)
    return next_due(post.daily, sent) if sent and sent_early else due
