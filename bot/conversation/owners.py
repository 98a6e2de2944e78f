"""Who owns the bot's application, as Discord says."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

import aiohttp
import discord

REFRESH_SECONDS, RETRY_SECONDS = 300.0, 10.0
ASK_TIMEOUT_SECONDS = 5.0
log = logging.getLogger(__name__)


class Owners:
    """The application's owner, or its team. Asked again after five minutes, so that a former member loses access."""

    def __init__(
        self, fetch: Callable[[], Awaitable[discord.AppInfo]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch, self._clock = fetch, clock
        self._ids: frozenset[int] = frozenset()
        self._known_until = 0.0
        self._lock = asyncio.Lock()

    async def includes(self, user_id: int) -> bool:
        """Return whether a user is an owner. Unknown counts as no."""
        async with self._lock:
            if self._clock() >= self._known_until:
                await self._ask()
        return user_id in self._ids

    def remember(self, application: discord.AppInfo) -> None:
        """Believe what Discord said for five minutes."""
        self._ids, self._known_until = owner_ids(application), self._clock() + REFRESH_SECONDS

    async def _ask(self) -> None:
        try:
            async with asyncio.timeout(ASK_TIMEOUT_SECONDS):
                self.remember(await self._fetch())
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            self._ids, self._known_until = frozenset(), self._clock() + RETRY_SECONDS
            cause = getattr(error, "status", type(error).__name__)
            log.warning("Discord did not say who owns the bot (%s). Nobody can administer it until it does.", cause)


def owner_ids(application: discord.AppInfo) -> frozenset[int]:
    """Return the owner, or the members of the team who accepted and can do more than read."""
    team = application.team
    if team is None:
        return frozenset([application.owner.id])
    accepted, read_only = discord.TeamMembershipState.accepted, discord.TeamMemberRole.read_only
    members = [each.id for each in team.members if each.membership_state == accepted and each.role != read_only]
    return frozenset([*members, *([team.owner_id] if team.owner_id else [])])
