"""The bot: opens its stores, loads the cogs, syncs commands when they changed, answers errors, closes everything."""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from functools import partial
from hashlib import blake2b
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from bot.client.identify_limiter import LoginTurns
from bot.conversation.shuffle import Rounds
from bot.corpus.reader import Corpus, open_corpus
from bot.errors import NotWritten, SourceError
from bot.ingest.loader import load_or_rebuild
from bot.interactions.dispatcher import Answering
from bot.interactions.rate_limit import Pace
from bot.render.cards import message_card
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from bot.settings import Settings, Shards
from bot.state.base import State
from bot.state.location import serving_state
from bot.state.processes import Processes

COGS = ("cogs.buttons", "cogs.examples", "cogs.removal", "cogs.background")
WITHOUT_STATE = "Started without the state: what is chosen and what was shown is forgotten when the bot stops."
GOODBYE, DRAIN = 1.0, 3.0  # seconds at the end: to leave the gateway, to answer what was asked before
SYNC = 5.0  # seconds at the start, to send the commands
KEPT = timedelta(days=180)  # how long it is remembered what a channel has seen that asks no more
_log = logging.getLogger(__name__)


class TropeTree(app_commands.CommandTree["TropeBot"]):
    """Commands for servers, direct messages and users' own installs; errors become one kind sentence."""

    def __init__(self, client: "TropeBot") -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )

    async def interaction_check(self, interaction: discord.Interaction["TropeBot"], /) -> bool:
        """Lets a command through unless the member asks too fast; autocompletion is never held up."""
        if interaction.type is discord.InteractionType.autocomplete:
            return True
        wait = self.client.pace.wait(interaction.user.id)
        if wait:
            await _say(interaction, texts.slow_down(wait))
        return not wait

    async def on_error(
        self, interaction: discord.Interaction["TropeBot"], error: app_commands.AppCommandError, /
    ) -> None:
        """Answers what went wrong while a command ran."""
        if interaction.type is discord.InteractionType.autocomplete:
            _log.warning("Choices were asked for that this version does not have (%s).", type(error).__name__)
        elif isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            await _say(interaction, texts.OUTDATED)
        else:
            await self.client.answering.apologise(interaction, getattr(error, "original", error))

    async def _call(self, interaction: discord.Interaction["TropeBot"]) -> None:
        """Answers a command, in time; the library calls it for each command and each autocompletion."""
        await self.client.answering.attend(interaction, partial(self._answer, interaction))

    async def _answer(self, interaction: discord.Interaction["TropeBot"]) -> None:
        try:
            await super()._call(interaction)
        except app_commands.AppCommandError as error:
            await self.on_error(interaction, error)


class TropeBot(commands.AutoShardedBot):
    """Serves the corpus on Discord; made by `create_bot`."""

    def __init__(self, settings: Settings) -> None:
        """Takes the settings; nothing is opened before the bot starts."""
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=TropeTree,
            intents=discord.Intents.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.0,  # without the intent, Discord tells nothing of guilds that could be waited for
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            shard_count=settings.shard_count,
            shard_ids=list(settings.shard_ids) if settings.shard_ids else None,  # type: ignore[arg-type] # may be None
        )
        self.settings = settings
        self.pace = Pace()
        self.answering = Answering()
        parsers = self._connection.parsers
        parsers.update({event: _forgiving(event, parse) for event, parse in parsers.items()})
        self._stores = AsyncExitStack()
        self.corpus: Corpus
        self.state: State
        self.rounds: Rounds
        self._turns: LoginTurns

    async def setup_hook(self) -> None:
        """Loads what is new, opens the stores, loads the cogs, sends the commands if they changed.

        Raises:
            SourceError, StoreError: A table or a database cannot be used.
        """
        async with AsyncExitStack() as stores:
            if self.settings.state is None:
                _log.warning("%s", WITHOUT_STATE)
            self.state = await stores.enter_async_context(serving_state(self.settings.state))
            await self.load_pages()
            self.corpus = await stores.enter_async_context(open_corpus(self.settings.corpus))
            await self._forget()
            self.rounds = Rounds(self.corpus, self.state)
            self._turns = LoginTurns(Processes(self.state), self.fetch_session_start_limits)
            for cog in COGS:
                await self.load_extension(cog)
            if self.is_first:
                await self._sync_commands()
            # What opened without fault stays open until close().
            self._stores = stores.pop_all()

    @property
    def is_first(self) -> bool:
        """Whether this process does what one of the bot's processes has to do for all: the one with shard 0."""
        return self.settings.shard_ids is None or 0 in self.settings.shard_ids

    @property
    def running_shards(self) -> Shards:
        """The shards of this process."""
        count = self.shard_count or 1
        return Shards(self.settings.shard_ids or tuple(range(count)), count)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Waits for the turn to log a shard in; processes that share the shards take turns."""
        if self.settings.shard_ids is None:
            await super().before_identify_hook(shard_id, initial=initial)
        else:
            await self._turns.wait(shard_id or 0)

    async def close(self) -> None:
        """Leaves Discord, answers what was asked before, and closes the stores; a second call does nothing."""
        try:
            await self._leave()
            await self.answering.drain(DRAIN)
            await super().close()
        finally:
            await self._stores.aclose()

    async def _leave(self) -> None:
        """Takes no more from Discord, which is told so if it listens."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE):
                await asyncio.gather(*(shard.disconnect() for shard in self.shards.values()))

    async def on_ready(self) -> None:
        """Tells the host that members are being answered."""
        _log.info("Ready: answering in %d servers.", len(self.guilds))

    async def load_pages(self) -> None:
        """Loads what is new among the page sources; where that cannot be done, the corpus is used as it is.

        Raises:
            SourceError, NotWritten: There is no corpus.
            StoreError: The corpus cannot be used.
        """
        settings = self.settings
        try:
            report = await load_or_rebuild([settings.pages], settings, complain=_log.warning)
        except (NotWritten, SourceError) as error:
            if not settings.corpus.exists():
                raise
            _log.warning("%s The corpus is used as it is.", error)
            return
        _log.info("%s", report.sentence)

    async def _forget(self) -> None:
        try:
            await self.state.forget_rounds_before(discord.utils.utcnow().date() - KEPT)
        except NotWritten as error:
            _log.warning("%s", error)

    async def _sync_commands(self) -> None:
        guild = discord.Object(self.settings.guild) if self.settings.guild else None
        if guild:
            self.tree.copy_global_to(guild=guild)
        payload = _digest([command.to_dict(self.tree) for command in self.tree.get_commands(guild=guild)])
        scope = f"{self.application_id} {self.settings.guild or 'global'}"
        if await self.state.synced_commands(scope) == payload:
            return
        try:
            # The library tries for half a minute, or waits as long as Discord says; members can be answered meanwhile.
            async with asyncio.timeout(SYNC):
                await self.tree.sync(guild=guild)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            cause = getattr(error, "status", type(error).__name__)
            _log.warning("The commands could not be sent to Discord (%s); they stay as they were there.", cause)
        else:
            _log.info("The commands changed and were sent to Discord.")
            await self._remember_commands(scope, payload)

    async def _remember_commands(self, scope: str, payload: str) -> None:
        try:
            await self.state.remember_synced_commands(scope, payload)
        except NotWritten as error:
            _log.warning("%s The commands will be sent again at the next start.", error)


def create_bot(settings: Settings) -> TropeBot:
    """Returns the bot, not yet started: the only way to one."""
    return TropeBot(settings)


async def _say(interaction: discord.Interaction[Any], text: Markdown) -> None:
    await interaction.response.send_message(view=message_card(text), ephemeral=True)


def _forgiving(event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Returns a reader of an event that says in the log what it cannot read, instead of ending the process."""

    def parsed(data: Any) -> None:
        try:
            parse(data)
        except Exception as error:  # noqa: BLE001 - whatever Discord may send one day
            _log.error("Discord sent something that cannot be read: %s (%s).", event, type(error).__name__)

    return parsed


def _digest(payload: list[dict[str, Any]]) -> str:
    return blake2b(json.dumps(payload, sort_keys=True).encode(), digest_size=16).hexdigest()
