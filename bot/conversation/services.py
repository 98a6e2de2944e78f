"""Objects shared by all cogs, created when the bot starts."""

from collections.abc import Awaitable, Callable
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


def services_of(interaction: Interaction) -> Services:
    """Return the services that answer an interaction, the same ones until its end."""
    services: Services = interaction.extras[Services]
    return services
