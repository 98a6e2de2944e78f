"""Objects shared by all cogs, created when the bot starts, and again when it changes to another corpus.

Each answer uses the same ones from its start to its end.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import discord

from bot.conversation.answers import Answers
from bot.conversation.daily_places import ForumTags
from bot.conversation.help import CommandLinks
from bot.conversation.owners import Owners
from bot.conversation.sender import AnswerSender
from bot.conversation.shuffle import Shuffler
from bot.corpus.reader import Corpus
from bot.interactions.rate_limit import RateLimiter
from bot.interactions.response import Interaction
from bot.settings import Settings
from bot.state.base import State
from bot.state.dailies import DailyStore
from bot.state.guesses import GuessStore
from bot.state.preferences import PreferenceStore
from bot.state.processes import ProcessRegistry
from bot.state.retention import RetentionStore
from bot.state.saved import SavedStore


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that commands, buttons and background tasks share.

    Attributes:
        bot_id: Returns None before login.
        fetch_channel: Requests a channel. Raises discord.py's errors.
        partial_channel: Returns a channel to send to, without a request.
        create_forum_post: Starts a post in a forum with one request. Raises discord.py's errors and OSError.
    """

    corpus: Corpus
    state: State
    shuffler: Shuffler
    preferences: PreferenceStore
    dailies: DailyStore
    guesses: GuessStore
    retention: RetentionStore
    processes: ProcessRegistry
    saved: SavedStore
    answers: Answers
    sender: AnswerSender
    rate_limiter: RateLimiter
    owners: Owners
    command_links: CommandLinks
    forum_tags: ForumTags
    settings: Settings
    bot_id: Callable[[], int | None]
    fetch_channel: Callable[[int], Awaitable[Any]]
    partial_channel: Callable[[int, int], discord.PartialMessageable]
    create_forum_post: Callable[[int, dict[str, Any]], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Edition:
    """Services, what they read from, and how many answers use them."""

    services: Services
    resources: AsyncExitStack
    answers: int = 0


class Serving:
    """The services that answer now, and older ones until their last answer has ended."""

    def __init__(self) -> None:
        self._current: Edition
        self._older: set[Edition] = set()
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def services(self) -> Services:
        """The services that answer now. Use `lease` for whatever waits in between."""
        return self._current.services

    @property
    def has_older(self) -> bool:
        """Whether older services are still open."""
        return bool(self._older)

    @contextmanager
    def lease(self) -> Iterator[Services]:
        """Yield the services that answer now, and keep them open during the block."""
        edition = self._current
        edition.answers += 1
        try:
            yield edition.services
        finally:
            edition.answers -= 1
            if edition in self._older:
                self._close_if_unused(edition)

    def replace(self, services: Services, resources: AsyncExitStack) -> None:
        """Answer with other services from now on. Close the older ones when no answer uses them."""
        older = getattr(self, "_current", None)
        self._current = Edition(services, resources)
        if older:
            self._older.add(older)
            self._close_if_unused(older)

    async def aclose(self) -> None:
        """Close all services, even those that still answer. Safe to repeat."""
        await asyncio.gather(*self._closing)
        for edition in (*self._older, getattr(self, "_current", None)):
            if edition:
                await edition.resources.aclose()
        self._older.clear()

    def _close_if_unused(self, edition: Edition) -> None:
        if not edition.answers:
            task = asyncio.create_task(self._close(edition))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _close(self, edition: Edition) -> None:
        await edition.resources.aclose()
        self._older.discard(edition)


def services_of(interaction: Interaction) -> Services:
    """Return the services that answer an interaction, the same ones until its end."""
    services: Services = interaction.extras[Services]
    return services
