"""The bot: open databases, load cogs, and close everything."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import Any, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.command_sync import CommandSync, command_guild
from bot.client.corpus_watcher import CorpusWatcher
from bot.client.gateway import Gateway
from bot.client.identify_limiter import IdentifyLimiter
from bot.client.source_loader import SourceLoader
from bot.client.translator import CommandTranslator, translations_hash
from bot.conversation.answers import Answers
from bot.conversation.daily_places import ForumTags
from bot.conversation.help import CommandLinks, HelpHints
from bot.conversation.owners import Owners
from bot.conversation.sender import AnswerSender, language_in_discord, send_notice
from bot.conversation.services import Services, Serving
from bot.conversation.shuffle import Shuffler
from bot.corpus.reader import Corpus
from bot.errors import DatabaseDamagedError, DatabaseMovedError, WriteFailedError
from bot.interactions.callback_client import CallbackClient
from bot.interactions.dispatcher import InteractionDispatcher
from bot.interactions.library_internals import (
    SESSION_EVENTS,
    WrappedCommandTree,
    create_forum_post,
    minimal_interaction,
    to_json,
    wrap_event_parsers,
)
from bot.interactions.parsing import INTERACTION_EVENT, log_parse_errors, parse_interaction
from bot.interactions.rate_limit import MAX_REQUESTS, WINDOW_SECONDS, Budget, RateLimiter
from bot.interactions.response import Handler, Interaction
from bot.language import LOCALES_FOLDER, best_locale, load_languages, speak, speaking
from bot.render.cards import Card, message_card
from bot.render.texts import examples as texts
from bot.settings import Settings, ShardRange
from bot.state.base import State
from bot.state.dailies import DailyStore
from bot.state.guesses import GuessStore
from bot.state.hints import HintStore
from bot.state.location import open_state_exclusively
from bot.state.preferences import PreferenceStore
from bot.state.processes import ProcessRegistry
from bot.state.retention import RetentionStore
from bot.state.saved import SavedStore

EXTENSIONS = ("cogs.buttons", "cogs.examples", "cogs.guess", "cogs.removal", "cogs.admin", "cogs.background")
MEMORY_STATE_WARNING = "The state is in memory only: settings and shuffles are lost when the bot stops."
TREE_INTERACTIONS = (discord.InteractionType.application_command, discord.InteractionType.autocomplete)
DISCONNECT_TIMEOUT_SECONDS, DRAIN_TIMEOUT_SECONDS = 1.0, 3.0
log = logging.getLogger(__name__)


def error_card(error_id: str, error: BaseException) -> Card:
    """Return the card for an error. `error_id` is in the log too."""
    match error:
        case DatabaseDamagedError():
            return message_card(texts.data_damaged(error_id))
        case DatabaseMovedError():
            return message_card(texts.cannot_save(error_id))
        case WriteFailedError():
            return message_card(texts.write_failed(error_id))
        case _:
            return message_card(texts.unexpected_error(error_id))


def withheld_card(interaction: discord.Interaction[Any]) -> Card:
    """Return what everyone sees in the place of an answer that is for one member."""
    with speaking(language_in_discord(cast("Interaction", interaction))):
        return message_card(texts.WITHHELD())


class CommandTree(WrappedCommandTree["TropeBot"]):
    """Commands for servers, direct messages and user installs."""

    def __init__(self, client: "TropeBot") -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self.dispatch = client.answer_interaction

    async def interaction_check(self, interaction: discord.Interaction["TropeBot"], /) -> bool:
        """Limit how often a member can use commands, and how much they can type in them."""
        is_typing = interaction.type is discord.InteractionType.autocomplete
        budget = Budget.TYPING if is_typing else Budget.ANSWERS
        retry_after = self.client.rate_limiter.acquire(interaction.user.id, budget)
        if retry_after and is_typing:
            await interaction.response.autocomplete([])
        elif retry_after:
            await send_notice(cast("Interaction", interaction), texts.slow_down(retry_after))
        return not retry_after

    async def on_error(self, _: discord.Interaction["TropeBot"], error: app_commands.AppCommandError, /) -> None:
        """Leave a failed command to the dispatcher."""
        raise error


class TropeBot(commands.AutoShardedBot):
    """Serve the corpus on Discord. Nothing is opened before the bot starts."""

    state: State

    def __init__(self, settings: Settings, rate_limiter: RateLimiter) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=CommandTree,
            intents=discord.Intents.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.0,  # without the intent, Discord sends no guilds to wait for
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            shard_count=settings.shard_count,
            shard_ids=list(settings.shard_ids) if settings.shard_ids else None,  # type: ignore[arg-type] # may be None
        )
        self.settings = settings
        self.rate_limiter = rate_limiter
        self.callback_client = CallbackClient(self.http.user_agent, to_json)
        self.dispatcher = InteractionDispatcher(
            error_card, lambda: message_card(texts.OUTDATED_BUTTON()), withheld_card, self.callback_client
        )
        self.owners = Owners(self.application_info)
        self.command_links = CommandLinks(partial(self.tree.fetch_commands, guild=command_guild(settings)))
        self.forum_tags = ForumTags(self.fetch_channel)
        self.is_open = False
        self.gateway = Gateway(self)
        self.serving = Serving()
        self.source_loader = SourceLoader(settings)
        self.on_corpus_change: list[Callable[[], Awaitable[None]]] = []
        self._command_sync = CommandSync(
            self.tree,
            settings,
            lambda: self.state,
            self.command_links.remember,
            partial(translations_hash, settings.tables_dir / LOCALES_FOLDER),
        )
        self._resources = AsyncExitStack()
        self._rejections: set[asyncio.Task[None]] = set()
        self._identify_limiter: IdentifyLimiter
        wrap_event_parsers(self, self._tolerant_parser)

    async def setup_hook(self) -> None:
        """Load new sources, open the databases, load the cogs, and sync changed commands.

        Raises:
            SourceError, DatabaseError: A table or database is unusable.
        """
        async with AsyncExitStack() as resources:
            if self.settings.state_location is None:
                log.warning("%s", MEMORY_STATE_WARNING)
            load_languages(self.settings.tables_dir / LOCALES_FOLDER)
            self.state = await resources.enter_async_context(open_state_exclusively(self.settings.state_location))
            await self.source_loader.load_first()
            watcher = CorpusWatcher(
                self.settings.corpus_path, self.serving, self.create_services, self._after_corpus_change
            )
            resources.push_async_callback(watcher.aclose)
            resources.push_async_callback(self.source_loader.aclose)
            await watcher.open()
            self._identify_limiter = IdentifyLimiter(ProcessRegistry(self.state), self.fetch_session_start_limits)
            if self.application:
                self.owners.remember(self.application)
            self.is_open = True
            for extension in EXTENSIONS:
                await self.load_extension(extension)
            await self.tree.set_translator(CommandTranslator())
            if self.runs_shard_zero:
                await self._command_sync.sync()
            resources.push_async_callback(self._command_sync.aclose)
            watcher.start()
            self._resources = resources.pop_all()  # stays open until close()

    def create_services(self, corpus: Corpus) -> Services:
        """Return the cogs' services for a corpus."""
        shuffler, preferences = Shuffler(corpus, self.state), PreferenceStore(self.state)
        hints, guesses = HelpHints(HintStore(self.state), self.command_links), GuessStore(self.state)
        return Services(
            corpus=corpus,
            state=self.state,
            shuffler=shuffler,
            preferences=preferences,
            dailies=DailyStore(self.state),
            guesses=guesses,
            retention=RetentionStore(self.state),
            processes=ProcessRegistry(self.state),
            saved=SavedStore(self.state),
            answers=Answers(corpus, shuffler, self.settings.feedback_url),
            sender=AnswerSender(preferences, hints, guesses),
            rate_limiter=self.rate_limiter,
            owners=self.owners,
            command_links=self.command_links,
            forum_tags=self.forum_tags,
            settings=self.settings,
            bot_id=lambda: self.user.id if self.user else None,
            fetch_channel=self.fetch_channel,
            partial_channel=lambda channel_id, guild_id: self.get_partial_messageable(channel_id, guild_id=guild_id),
            create_forum_post=partial(create_forum_post, self),
        )

    @property
    def services(self) -> Services:
        """The services that answer now."""
        return self.serving.services

    @property
    def corpus(self) -> Corpus:
        """The corpus that is served now."""
        return self.serving.services.corpus

    async def answer_interaction(self, interaction: discord.Interaction["TropeBot"], handler: Handler) -> None:
        """Answer an interaction with the services of its beginning, whatever is loaded meanwhile."""
        with self.serving.lease() as services:
            interaction.extras[Services] = services
            speak(best_locale(interaction.locale.value))
            await self.dispatcher.dispatch(interaction, handler)

    async def _after_corpus_change(self) -> None:
        """Let the cogs follow, and send the commands to Discord if there are more of them now."""
        before = len(self.tree.get_commands())
        for follow in self.on_corpus_change:
            await follow()
        if len(self.tree.get_commands()) != before and self.runs_shard_zero:
            self._command_sync.request()

    @property
    def runs_shard_zero(self) -> bool:
        """Whether this process does what only one process may do."""
        return self.settings.shard_ids is None or 0 in self.settings.shard_ids

    @property
    def shard_range(self) -> ShardRange:
        """This process's shards."""
        count = self.shard_count or 1
        return ShardRange(self.settings.shard_ids or tuple(range(count)), count)

    def _tolerant_parser(self, event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
        """Wrap an event's parser so that nothing in an event is fatal. Without READY, the connection is of no use."""
        if event in SESSION_EVENTS:
            return parse
        if event == INTERACTION_EVENT:
            return log_parse_errors(event, partial(parse_interaction, parse, self._reject_interaction))
        return log_parse_errors(event, parse)

    def _reject_interaction(self, data: Any) -> bool:
        """Answer an unreadable interaction as outdated. Return False if that is impossible."""
        interaction = minimal_interaction(self, data)
        if interaction is None:
            return False

        async def handler() -> None:
            raise app_commands.CommandNotFound("", [])

        task = asyncio.create_task(self.answer_interaction(interaction, handler))
        self._rejections.add(task)
        task.add_done_callback(self._rejections.discard)
        return True

    def dispatch(self, event_name: str, /, *args: Any, **kwargs: Any) -> None:
        """Pass an event to its listeners, but none that the command tree answers: each listener costs a task."""
        if event_name != "interaction" or args[0].type not in TREE_INTERACTIONS:
            super().dispatch(event_name, *args, **kwargs)

    async def connect(self, *, reconnect: bool = True) -> None:  # noqa: ARG002 - the library's parameter
        """Keep all shards connected until `close`."""
        await self.gateway.run(self.shard_ids, self.shard_count)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until a shard can identify. Processes take turns."""
        if self.settings.shard_ids is None:
            await super().before_identify_hook(shard_id, initial=initial)
        else:
            await self._identify_limiter.acquire(shard_id or 0)

    async def on_ready(self) -> None:
        """Log that the bot is ready, and load what the start left."""
        log.info("Ready: answering in %d servers.", len(self.guilds))
        self.source_loader.load_rest()

    async def close(self) -> None:
        """Disconnect, let running handlers answer, and close the databases. Safe to repeat."""
        try:
            with suppress(TimeoutError):  # Discord may not respond
                async with asyncio.timeout(DISCONNECT_TIMEOUT_SECONDS):
                    await self.gateway.close()
            await self.dispatcher.drain(DRAIN_TIMEOUT_SECONDS)
            await self.callback_client.close()
            await super().close()
        finally:
            self.is_open = False
            await self._resources.aclose()


def create_bot(settings: Settings, rate_limit: tuple[int, float] = (MAX_REQUESTS, WINDOW_SECONDS)) -> TropeBot:
    """Return a bot, not yet started. `rate_limit` is (requests, seconds) for a member."""
    return TropeBot(settings, RateLimiter(*rate_limit))
