"""`/bigrun` for the Big Heroic Run, `/trope` for any trope, and the menu that finds examples like a message."""

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.components.limits import MAX_CHOICES
from bot.conversation.dailies import DailyForm
from bot.conversation.local_time import suggest_timezones
from bot.conversation.settings_panels import GuildSettingsPanel, PreferencesPanel
from bot.interactions.record import Interaction
from bot.model import Trope
from bot.render.texts import daily as daily_texts
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from cogs.base import SHOW_TAGS, SPOILER_CHOICES, AutocompleteChoices, ExampleCog, UserText, spoiler_flags

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

DEFAULT_TROPE = Trope("BigHeroicRun", "Big Heroic Run")


class TextChannelId(app_commands.Transformer):
    """A text channel as its id; the bot caches no channels."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """Return the kind of the option."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Return the kinds of channels that are offered."""
        return [discord.ChannelType.text, discord.ChannelType.news]

    async def transform(self, _: Interaction, value: app_commands.AppCommandChannel, /) -> int:
        """Return the id of a channel that was chosen."""
        return value.id


class BigRunCommands(ExampleCog, name="bigrun", description=texts.DESCRIBE_COMMANDS):
    """The commands about one trope."""

    def __init__(self, bot: "TropeBot") -> None:
        super().__init__(bot)
        self._preferences, self._settings = PreferencesPanel(bot.services), GuildSettingsPanel(bot.services)
        self.find_menu = app_commands.ContextMenu(name=texts.FIND_MENU, callback=self.find_in_message)

    async def cog_load(self) -> None:
        """Add the menu."""
        self.bot.tree.add_command(self.find_menu)

    async def cog_unload(self) -> None:
        """Remove the menu."""
        self.bot.tree.remove_command(self.find_menu.name, type=self.find_menu.type)

    @app_commands.command(description=texts.DESCRIBE_RANDOM)
    @app_commands.describe(
        medium=texts.OPTION_MEDIUM,
        work=texts.OPTION_WORK,
        spoilers=texts.OPTION_SPOILERS,
        private=texts.OPTION_PRIVATE,
    )
    @app_commands.choices(spoilers=SPOILER_CHOICES)
    async def random(
        self,
        interaction: Interaction,
        medium: UserText | None = None,
        work: UserText | None = None,
        spoilers: str = SHOW_TAGS,
        private: bool | None = None,
    ) -> None:
        """Show one example."""
        request = ExampleRequest(Action.RANDOM, DEFAULT_TROPE.ref, medium or "", flags=spoiler_flags(spoilers))
        await self.answer(interaction, request, private=private, work=work)

    @app_commands.command(description=texts.DESCRIBE_MEDIUM)
    @app_commands.describe(name=texts.OPTION_MEDIUM_NAME, private=texts.OPTION_PRIVATE)
    async def medium(self, interaction: Interaction, name: UserText, private: bool | None = None) -> None:
        """List a medium's examples."""
        await self.answer(interaction, ExampleRequest(Action.MEDIUM, DEFAULT_TROPE.ref, name, page=1), private=private)

    @app_commands.command(description=texts.DESCRIBE_SEARCH)
    @app_commands.rename(typed="words")
    @app_commands.describe(
        typed=texts.OPTION_WORDS,
        medium=texts.OPTION_MEDIUM,
        hidden=texts.OPTION_HIDDEN,
        private=texts.OPTION_PRIVATE,
    )
    async def search(
        self,
        interaction: Interaction,
        typed: UserText,
        medium: UserText | None = None,
        hidden: bool = False,
        private: bool | None = None,
    ) -> None:
        """Find examples."""
        flags = Flag.SEARCH_HIDDEN if hidden else ""
        request = ExampleRequest(Action.SEARCH, DEFAULT_TROPE.ref, medium or "", flags=flags, page=1, query=typed)
        await self.answer(interaction, request, private=private)

    @app_commands.command(description=texts.DESCRIBE_WORK)
    @app_commands.describe(title=texts.OPTION_TITLE, private=texts.OPTION_PRIVATE)
    async def work(self, interaction: Interaction, title: UserText, private: bool | None = None) -> None:
        """List a work's examples."""
        await self.answer(
            interaction, ExampleRequest(Action.WORK, DEFAULT_TROPE.ref, page=1), private=private, work=title
        )

    @app_commands.command(description=texts.DESCRIBE_SHOW)
    @app_commands.describe(number=texts.OPTION_NUMBER, private=texts.OPTION_PRIVATE)
    async def show(
        self, interaction: Interaction, number: app_commands.Range[int, 1, 9_999_999], private: bool | None = None
    ) -> None:
        """Show one example by its number."""
        policy = await self.sender.policy_for(interaction, private=private)
        await self.sender.send(interaction, await self.answers.by_number(DEFAULT_TROPE, number, policy), policy)

    @app_commands.command(description=texts.DESCRIBE_ABOUT)
    @app_commands.describe(private=texts.OPTION_PRIVATE)
    async def about(self, interaction: Interaction, private: bool | None = None) -> None:
        """Say what the trope is about."""
        await self.answer(interaction, ExampleRequest(Action.ABOUT, DEFAULT_TROPE.ref), private=private)

    @app_commands.command(description=setting_texts.PREFERENCES)
    @app_commands.describe(seen=setting_texts.OPTION_SEEN)
    async def preferences(self, interaction: Interaction, seen: UserText | None = None) -> None:
        """Show what the member chose, to be changed."""
        if seen:
            await self._preferences.add_seen(interaction, seen)
        else:
            await self._preferences.show(interaction)

    @app_commands.command(description=setting_texts.SETTINGS)
    async def settings(self, interaction: Interaction) -> None:
        """Show what the guild's moderators chose, to be changed."""
        await self._settings.show(interaction)

    @app_commands.command(description=daily_texts.DAILY)
    @app_commands.describe(
        at=daily_texts.OPTION_AT,
        zone=daily_texts.OPTION_ZONE,
        channel=daily_texts.OPTION_CHANNEL,
        medium=texts.OPTION_MEDIUM,
        work=texts.OPTION_WORK,
        spoilers=texts.OPTION_SPOILERS,
    )
    @app_commands.choices(spoilers=SPOILER_CHOICES)
    async def daily(
        self,
        interaction: Interaction,
        at: app_commands.Range[str, 1, 20],
        zone: app_commands.Range[str, 1, 60],
        channel: app_commands.Transform[int, TextChannelId] | None = None,
        medium: UserText | None = None,
        work: UserText | None = None,
        spoilers: str = SHOW_TAGS,
    ) -> None:
        """Set the daily example of a channel."""
        form = DailyForm(at, zone, channel, medium, work, spoilers=not spoiler_flags(spoilers))
        await self._settings.dailies.set(interaction, DEFAULT_TROPE, form)

    async def find_in_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Search with the words of a message, for the member alone."""
        policy = await self.sender.policy_for(interaction, private=True)
        await self.sender.send(
            interaction, await self.answers.similar_to_message(message.content, DEFAULT_TROPE, policy), policy
        )

    @daily.autocomplete("zone")
    async def complete_timezone(self, _: Interaction, current: str) -> AutocompleteChoices:
        """Suggest time zones."""
        return [app_commands.Choice(name=zone, value=zone) for zone in suggest_timezones(current, MAX_CHOICES)]

    @random.autocomplete("medium")
    @medium.autocomplete("name")
    @search.autocomplete("medium")
    @daily.autocomplete("medium")
    async def medium_choices(self, interaction: Interaction, current: str) -> AutocompleteChoices:
        """Suggest the media that have examples."""
        return await self.complete_medium(interaction, current, DEFAULT_TROPE)

    @random.autocomplete("work")
    @work.autocomplete("title")
    @daily.autocomplete("work")
    @preferences.autocomplete("seen")
    async def work_choices(self, interaction: Interaction, current: str) -> AutocompleteChoices:
        """Suggest the works that have examples."""
        return await self.complete_work(interaction, current, DEFAULT_TROPE)

    @search.autocomplete("typed")
    async def query_choices(self, interaction: Interaction, current: str) -> AutocompleteChoices:
        """Suggest works and frequent words."""
        return await self.complete_query(interaction, current, DEFAULT_TROPE)


class TropeCommands(ExampleCog, name="trope", description=texts.DESCRIBE_TROPES):
    """The commands about a trope that is named with each."""

    @app_commands.command(description=texts.DESCRIBE_RANDOM)
    @app_commands.describe(
        trope=texts.OPTION_TROPE,
        medium=texts.OPTION_MEDIUM,
        work=texts.OPTION_WORK,
        spoilers=texts.OPTION_SPOILERS,
        private=texts.OPTION_PRIVATE,
    )
    @app_commands.choices(spoilers=SPOILER_CHOICES)
    async def random(
        self,
        interaction: Interaction,
        trope: UserText | None = None,
        medium: UserText | None = None,
        work: UserText | None = None,
        spoilers: str = SHOW_TAGS,
        private: bool | None = None,
    ) -> None:
        """Show one example."""
        request = ExampleRequest(Action.RANDOM, medium=medium or "", flags=spoiler_flags(spoilers))
        await self.answer(interaction, request, private=private, trope=trope, work=work)

    @app_commands.command(description=texts.DESCRIBE_MEDIUM)
    @app_commands.describe(name=texts.OPTION_MEDIUM_NAME, trope=texts.OPTION_TROPE, private=texts.OPTION_PRIVATE)
    async def medium(
        self, interaction: Interaction, name: UserText, trope: UserText | None = None, private: bool | None = None
    ) -> None:
        """List a medium's examples."""
        request = ExampleRequest(Action.MEDIUM, medium=name, page=1)
        await self.answer(interaction, request, private=private, trope=trope)

    @app_commands.command(description=texts.DESCRIBE_SEARCH)
    @app_commands.rename(typed="words")
    @app_commands.describe(
        typed=texts.OPTION_WORDS,
        trope=texts.OPTION_TROPE,
        medium=texts.OPTION_MEDIUM,
        hidden=texts.OPTION_HIDDEN,
        private=texts.OPTION_PRIVATE,
    )
    async def search(
        self,
        interaction: Interaction,
        typed: UserText,
        trope: UserText | None = None,
        medium: UserText | None = None,
        hidden: bool = False,
        private: bool | None = None,
    ) -> None:
        """Find examples."""
        flags = Flag.SEARCH_HIDDEN if hidden else ""
        request = ExampleRequest(Action.SEARCH, medium=medium or "", flags=flags, page=1, query=typed)
        await self.answer(interaction, request, private=private, trope=trope)

    @app_commands.command(description=texts.DESCRIBE_WORK)
    @app_commands.describe(title=texts.OPTION_TITLE, trope=texts.OPTION_TROPE, private=texts.OPTION_PRIVATE)
    async def work(
        self, interaction: Interaction, title: UserText, trope: UserText | None = None, private: bool | None = None
    ) -> None:
        """List a work's examples."""
        await self.answer(interaction, ExampleRequest(Action.WORK, page=1), private=private, trope=trope, work=title)

    @app_commands.command(description=texts.DESCRIBE_ABOUT)
    @app_commands.describe(trope=texts.OPTION_TROPE_ABOUT, private=texts.OPTION_PRIVATE)
    async def about(self, interaction: Interaction, trope: UserText, private: bool | None = None) -> None:
        """Say what a trope is about."""
        await self.answer(interaction, ExampleRequest(Action.ABOUT), private=private, trope=trope)

    @random.autocomplete("trope")
    @medium.autocomplete("trope")
    @search.autocomplete("trope")
    @work.autocomplete("trope")
    @about.autocomplete("trope")
    async def trope_choices(self, _: Interaction, current: str) -> AutocompleteChoices:
        """Suggest tropes."""
        return await self.complete_trope(current)

    @random.autocomplete("medium")
    @medium.autocomplete("name")
    @search.autocomplete("medium")
    async def medium_choices(self, interaction: Interaction, current: str) -> AutocompleteChoices:
        """Suggest the media that have examples."""
        return await self.complete_medium(interaction, current, self._chosen_trope(interaction))

    @random.autocomplete("work")
    @work.autocomplete("title")
    async def work_choices(self, interaction: Interaction, current: str) -> AutocompleteChoices:
        """Suggest the works that have examples."""
        return await self.complete_work(interaction, current, self._chosen_trope(interaction))

    @search.autocomplete("typed")
    async def query_choices(self, interaction: Interaction, current: str) -> AutocompleteChoices:
        """Suggest works and frequent words."""
        return await self.complete_query(interaction, current, self._chosen_trope(interaction))

    def _chosen_trope(self, interaction: Interaction) -> Trope | None:
        """Return the trope that was already chosen while another option is typed, or None."""
        chosen: Any = getattr(interaction.namespace, "trope", None)
        return self.corpus.find_trope(str(chosen)) if chosen else None


async def setup(bot: "TropeBot") -> None:
    """Add the cogs; `/trope` only if several tropes are loaded. Called by discord.py."""
    await bot.add_cog(BigRunCommands(bot))
    if len(bot.services.corpus.tropes) > 1:
        await bot.add_cog(TropeCommands(bot))
