"""`/bigrun`, `/trope`, and the message menu *Find examples like this*."""

from functools import partial
from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands

from bot.components.custom_ids import MAX_COUNT, Action, ExampleRequest, Flag
from bot.conversation.dailies import DailyForm, DailySchedules
from bot.conversation.guess_delivery import is_game_card
from bot.conversation.help import answer_help
from bot.conversation.message_text import read_message
from bot.conversation.saved import SavedList
from bot.conversation.sender import send_notice
from bot.conversation.services import services_of
from bot.conversation.settings_panels import GuildSettingsPanel, PreferencesPanel
from bot.conversation.similar import similar_to_message
from bot.corpus.shown import ShownCorpus
from bot.interactions.response import Interaction
from bot.model import Trope
from bot.render.texts import commands as labels
from bot.render.texts import examples as texts
from bot.render.texts import guessing as guess_texts
from cogs.command_base import (
    DEFAULT_REF,
    DEFAULT_TROPE,
    SHOW_TAGS,
    Callback,
    ExampleCog,
    ExampleNumber,
    PostChannelId,
    UserText,
    command,
    shown_corpus,
)

if TYPE_CHECKING:
    from bot.client.bot import TropeBot


class BigRunCommands(ExampleCog, name=labels.BIGRUN.name, description=labels.BIGRUN.description):
    """Commands about the Big Heroic Run."""

    async def chosen_trope(self, _: Interaction, __: ShownCorpus) -> Trope | None:
        """Return the Big Heroic Run."""
        return DEFAULT_TROPE

    @command(labels.RANDOM)
    async def random(
        self,
        interaction: Interaction,
        medium: UserText | None = None,
        work: UserText | None = None,
        spoilers: str = SHOW_TAGS,
        count: app_commands.Range[int, 1, MAX_COUNT] = 1,
        private: bool | None = None,
    ) -> None:
        """Show some examples."""
        request = ExampleRequest(Action.RANDOM, DEFAULT_REF, medium or "", flags=random_flags(spoilers, count))
        await self.answer(interaction, request, private=private, work=work)

    @command(labels.MEDIUM)
    async def medium(self, interaction: Interaction, medium_name: UserText, private: bool | None = None) -> None:
        """List a medium's examples."""
        request = ExampleRequest(Action.MEDIUM, DEFAULT_REF, medium_name, page=1)
        await self.answer(interaction, request, private=private)

    @command(labels.SEARCH)
    async def search(
        self,
        interaction: Interaction,
        query: UserText,
        medium: UserText | None = None,
        hidden: bool = False,
        private: bool | None = None,
    ) -> None:
        """Find examples."""
        flags = Flag.SEARCH_HIDDEN if hidden else ""
        request = ExampleRequest(Action.SEARCH, DEFAULT_REF, medium or "", flags=flags, page=1, query=query)
        await self.answer(interaction, request, private=hidden or private)

    @command(labels.WORK)
    async def work(self, interaction: Interaction, title: UserText, private: bool | None = None) -> None:
        """Show a work's examples."""
        request = ExampleRequest(Action.WORK, DEFAULT_REF, page=1)
        await self.answer(interaction, request, private=private, work=title)

    @command(labels.SHOW)
    async def show(self, interaction: Interaction, number: ExampleNumber, private: bool | None = None) -> None:
        """Show an example by its number."""
        await self.answer_number(interaction, DEFAULT_TROPE, number, private=private)

    @command(labels.ABOUT)
    async def about(self, interaction: Interaction, private: bool | None = None) -> None:
        """Describe the trope."""
        await self.answer(interaction, ExampleRequest(Action.ABOUT, DEFAULT_REF), private=private)

    @command(labels.SAVED)
    async def saved(self, interaction: Interaction) -> None:
        """Show the member's saved examples."""
        await SavedList(services_of(interaction)).show(interaction, page=1)

    @command(labels.PREFERENCES)
    async def preferences(self, interaction: Interaction, seen: UserText | None = None) -> None:
        """Show the member's preferences, or mark a work as seen."""
        panel = PreferencesPanel(services_of(interaction))
        if seen:
            await panel.add_seen(interaction, seen)
        else:
            await panel.show(interaction)

    @command(labels.HELP)
    async def help(self, interaction: Interaction) -> None:
        """Show what the bot can do."""
        draw = ExampleRequest(Action.RANDOM, DEFAULT_REF)
        await answer_help(interaction, draw, services_of(interaction).command_links)

    @command(labels.SETTINGS)
    async def settings(self, interaction: Interaction) -> None:
        """Show the guild's settings."""
        await GuildSettingsPanel(services_of(interaction)).show(interaction)

    @command(labels.DAILY)
    async def daily(
        self,
        interaction: Interaction,
        at: app_commands.Range[str, 1, 40],
        zone: app_commands.Range[str, 1, 60],
        every: app_commands.Range[str, 1, 40] | None = None,
        channel: app_commands.Transform[int, PostChannelId] | None = None,
        role: discord.Role | None = None,
        tag: app_commands.Range[str, 1, 40] | None = None,
        medium: UserText | None = None,
        work: UserText | None = None,
        spoilers: str = SHOW_TAGS,
    ) -> None:
        """Set a channel's daily example."""
        spoilers_included = not spoiler_flags(spoilers)
        form = DailyForm(at, zone, channel, medium, work, spoilers_included, rhythm=every, role=role, tag=tag)
        await DailySchedules(services_of(interaction)).set(interaction, DEFAULT_TROPE, form)

    async def find_in_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Search privately with the words of a message."""
        if is_game_card(message):
            await send_notice(interaction, guess_texts.NO_SEARCH())
            return
        services = services_of(interaction)
        policy = await services.sender.policy_for(interaction, private=True)
        text = read_message(message, bot_id=services.bot_id())
        answer = await similar_to_message(text, DEFAULT_TROPE, services.corpus, services.answers, policy)
        await services.sender.send(interaction, answer, policy)


class TropeCommands(ExampleCog, name=labels.TROPE.name, description=labels.TROPE.description):
    """Commands about any trope."""

    async def answer(self, interaction: Interaction, request: ExampleRequest, **options: Any) -> None:
        """Answer a command, or say that only the Big Heroic Run is left."""
        if await has_one_trope(interaction):
            await send_notice(interaction, texts.ONE_TROPE())
        else:
            await super().answer(interaction, request, **options)

    @command(labels.RANDOM)
    async def random(
        self,
        interaction: Interaction,
        trope: UserText | None = None,
        medium: UserText | None = None,
        work: UserText | None = None,
        spoilers: str = SHOW_TAGS,
        count: app_commands.Range[int, 1, MAX_COUNT] = 1,
        private: bool | None = None,
    ) -> None:
        """Show some examples."""
        request = ExampleRequest(Action.RANDOM, medium=medium or "", flags=random_flags(spoilers, count))
        await self.answer(interaction, request, private=private, trope=trope, work=work)

    @command(labels.MEDIUM)
    async def medium(
        self,
        interaction: Interaction,
        medium_name: UserText,
        trope: UserText | None = None,
        private: bool | None = None,
    ) -> None:
        """List a medium's examples."""
        request = ExampleRequest(Action.MEDIUM, medium=medium_name, page=1)
        await self.answer(interaction, request, private=private, trope=trope)

    @command(labels.SEARCH)
    async def search(
        self,
        interaction: Interaction,
        query: UserText,
        trope: UserText | None = None,
        medium: UserText | None = None,
        hidden: bool = False,
        private: bool | None = None,
    ) -> None:
        """Find examples."""
        flags = Flag.SEARCH_HIDDEN if hidden else ""
        request = ExampleRequest(Action.SEARCH, medium=medium or "", flags=flags, page=1, query=query)
        await self.answer(interaction, request, private=hidden or private, trope=trope)

    @command(labels.WORK_OF_TROPES)
    async def work(
        self,
        interaction: Interaction,
        title: UserText,
        with_title: UserText | None = None,
        trope: UserText | None = None,
        private: bool | None = None,
    ) -> None:
        """Show in which tropes a work is, or compare two."""
        request = ExampleRequest(Action.WORK, page=1)
        await self.answer(interaction, request, private=private, trope=trope, work=title, other_work=with_title)

    @command(labels.SHOW)
    async def show(
        self, interaction: Interaction, about_trope: UserText, number: ExampleNumber, private: bool | None = None
    ) -> None:
        """Show an example by its number."""
        if await has_one_trope(interaction):
            await send_notice(interaction, texts.ONE_TROPE())
        else:
            await self.answer_number(interaction, about_trope, number, private=private)

    @command(labels.ABOUT)
    async def about(self, interaction: Interaction, about_trope: UserText, private: bool | None = None) -> None:
        """Describe a trope."""
        await self.answer(interaction, ExampleRequest(Action.ABOUT), private=private, trope=about_trope)


async def has_one_trope(interaction: Interaction) -> bool:
    """Return whether the Big Heroic Run is the only trope here."""
    corpus, _ = await shown_corpus(interaction)
    return await corpus.count_tropes() == 1 and await corpus.trope(DEFAULT_REF) is not None


def spoiler_flags(value: str) -> str:
    """Return the request flags for one of SPOILER_CHOICES. Forged values count as tags."""
    return Flag.NO_SPOILERS if value == Flag.NO_SPOILERS else ""


def random_flags(spoilers: str, count: int) -> str:
    """Return the request flags for so many examples."""
    return "".join(sorted([*spoiler_flags(spoilers), *(str(count) if count > 1 else "")]))


async def setup(bot: "TropeBot") -> None:
    """Add the commands. Called by discord.py."""
    cog = BigRunCommands()
    await bot.add_cog(cog)
    bot.tree.add_command(
        app_commands.ContextMenu(name=labels.FIND_MENU.english, callback=cast("Callback", cog.find_in_message))
    )
    bot.on_corpus_change.append(partial(add_trope_commands, bot))
    await add_trope_commands(bot)


async def add_trope_commands(bot: "TropeBot") -> None:
    """Add `/trope` once there are several tropes. It stays until the next start."""
    if bot.corpus.trope_count > 1 and bot.tree.get_command(labels.TROPE.name) is None:
        await bot.add_cog(TropeCommands())
