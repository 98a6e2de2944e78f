"""`/bigrun`: the examples of the Big Heroic Run, and the search with the words of a message."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.components.limits import MAX_CHOICES
from bot.conversation.dailies import DailyForm
from bot.conversation.local_time import suggest_timezones
from bot.conversation.sender import Interaction
from bot.conversation.settings_panels import GuildSettingsPanel, PreferencesPanel
from bot.model import Trope
from bot.render.texts import daily as daily_texts
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from cogs.base import SHOW_TAGS, SPOILER_CHOICES, AutocompleteChoices, ExampleCog, UserText, spoiler_flags

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

DEFAULT_TROPE = Trope("BigHeroicRun", "Big Heroic Run")


class TextChannelId(app_commands.Transformer):
    """A channel that can be written in, as its id: the bot knows no more of channels."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """The kind of the option."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The kinds of channels that are offered."""
        return [discord.ChannelType.text, discord.ChannelType.news]

    async def transform(self, _: Interaction, value: app_commands.AppCommandChannel, /) -> int:
        """Returns the id of a channel that was chosen."""
        return value.id


class BigRunCommands(ExampleCog, name="bigrun", description=texts.DESCRIBE_COMMANDS):
    """The commands about one trope."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose corpus is served."""
        super().__init__(bot)
        self._preferences, self._settings = PreferencesPanel(bot), GuildSettingsPanel(bot)
        self.menu = app_commands.ContextMenu(name=texts.FIND_MENU, callback=self.find)

    async def cog_load(self) -> None:
        """Adds the entry to the menu of messages."""
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Takes the entry out of the menu of messages."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

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
        """Shows one example."""
        press = ExampleRequest(Action.RANDOM, DEFAULT_TROPE.ref, medium or "", flags=spoiler_flags(spoilers))
        await self.answer(interaction, press, private=private, work=work)

    @app_commands.command(description=texts.DESCRIBE_MEDIUM)
    @app_commands.describe(name=texts.OPTION_MEDIUM_NAME, private=texts.OPTION_PRIVATE)
    async def medium(self, interaction: Interaction, name: UserText, private: bool | None = None) -> None:
        """Lists a medium's examples."""
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
        """Finds examples."""
        flags = Flag.SEARCH_HIDDEN if hidden else ""
        press = ExampleRequest(Action.SEARCH, DEFAULT_TROPE.ref, medium or "", flags=flags, page=1, query=typed)
        await self.answer(interaction, press, private=private)

    @app_commands.command(description=texts.DESCRIBE_WORK)
    @app_commands.describe(title=texts.OPTION_TITLE, private=texts.OPTION_PRIVATE)
    async def work(self, interaction: Interaction, title: UserText, private: bool | None = None) -> None:
        """Lists a work's examples."""
        await self.answer(
            interaction, ExampleRequest(Action.WORK, DEFAULT_TROPE.ref, page=1), private=private, work=title
        )

    @app_commands.command(description=texts.DESCRIBE_SHOW)
    @app_commands.describe(number=texts.OPTION_NUMBER, private=texts.OPTION_PRIVATE)
    async def show(
        self, interaction: Interaction, number: app_commands.Range[int, 1, 9_999_999], private: bool | None = None
    ) -> None:
        """Shows one example by its number."""
        policy = await self.speaker.policy_for(interaction, private=private)
        await self.speaker.send(interaction, await self.answers.by_number(DEFAULT_TROPE, number, policy), policy)

    @app_commands.command(description=texts.DESCRIBE_ABOUT)
    @app_commands.describe(private=texts.OPTION_PRIVATE)
    async def about(self, interaction: Interaction, private: bool | None = None) -> None:
        """Tells what the trope is."""
        await self.answer(interaction, ExampleRequest(Action.ABOUT, DEFAULT_TROPE.ref), private=private)

    @app_commands.command(description=setting_texts.PREFERENCES)
    @app_commands.describe(seen=setting_texts.OPTION_SEEN)
    async def preferences(self, interaction: Interaction, seen: UserText | None = None) -> None:
        """Shows what the member chose, to be changed."""
        if seen:
            await self._preferences.add_seen(interaction, [seen])
        else:
            await self._preferences.show(interaction)

    @app_commands.command(description=setting_texts.SETTINGS)
    async def settings(self, interaction: Interaction) -> None:
        """Shows what the moderators of the guild chose, to be changed."""
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
        """Sets the daily example of a channel."""
        wish = DailyForm(at, zone, channel, medium, work, spoilers=not spoiler_flags(spoilers))
        await self._settings.dailies.set(interaction, DEFAULT_TROPE, wish)

    async def find(self, interaction: Interaction, message: discord.Message) -> None:
        """Searches with the words of a message, for the member alone."""
        policy = await self.speaker.policy_for(interaction, private=True)
        await self.speaker.send(
            interaction, await self.answers.similar_to_message(message.content, DEFAULT_TROPE, policy), policy
        )

    @daily.autocomplete("zone")
    async def zones(self, _: Interaction, current: str) -> AutocompleteChoices:
        """Offers time zones."""
        return [app_commands.Choice(name=zone, value=zone) for zone in suggest_timezones(current, MAX_CHOICES)]

    @random.autocomplete("medium")
    @medium.autocomplete("name")
    @search.autocomplete("medium")
    @daily.autocomplete("medium")
    async def media(self, interaction: Interaction, current: str) -> AutocompleteChoices:
        """Offers the media that have examples."""
        return await self.complete_medium(interaction, current, DEFAULT_TROPE)

    @random.autocomplete("work")
    @work.autocomplete("title")
    @daily.autocomplete("work")
    @preferences.autocomplete("seen")
    async def works(self, interaction: Interaction, current: str) -> AutocompleteChoices:
        """Offers the works that have examples."""
        return await self.complete_work(interaction, current, DEFAULT_TROPE)

    @search.autocomplete("typed")
    async def searches(self, interaction: Interaction, current: str) -> AutocompleteChoices:
        """Offers works and frequent words."""
        return await self.complete_query(interaction, current, DEFAULT_TROPE)


if TYPE_CHECKING:
    from bot.client.bot import TropeBot


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
        """Shows one example."""
        press = ExampleRequest(Action.RANDOM, medium=medium or "", flags=spoiler_flags(spoilers))
        await self._ask(interaction, press, trope, work, private=private)

    @app_commands.command(description=texts.DESCRIBE_MEDIUM)
    @app_commands.describe(name=texts.OPTION_MEDIUM_NAME, trope=texts.OPTION_TROPE, private=texts.OPTION_PRIVATE)
    async def medium(
        self, interaction: Interaction, name: UserText, trope: UserText | None = None, private: bool | None = None
    ) -> None:
        """Lists a medium's examples."""
        await self._ask(interaction, ExampleRequest(Action.MEDIUM, medium=name, page=1), trope, private=private)

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
        """Finds examples."""
        flags = Flag.SEARCH_HIDDEN if hidden else ""
        press = ExampleRequest(Action.SEARCH, medium=medium or "", flags=flags, page=1, query=typed)
        await self._ask(interaction, press, trope, private=private)

    @app_commands.command(description=texts.DESCRIBE_WORK)
    @app_commands.describe(title=texts.OPTION_TITLE, trope=texts.OPTION_TROPE, private=texts.OPTION_PRIVATE)
    async def work(
        self, interaction: Interaction, title: UserText, trope: UserText | None = None, private: bool | None = None
    ) -> None:
        """Lists a work's examples."""
        await self._ask(interaction, ExampleRequest(Action.WORK, page=1), trope, title, private=private)

    @app_commands.command(description=texts.DESCRIBE_ABOUT)
    @app_commands.describe(trope=texts.OPTION_TROPE_ABOUT, private=texts.OPTION_PRIVATE)
    async def about(self, interaction: Interaction, trope: UserText, private: bool | None = None) -> None:
        """Tells what a trope is."""
        await self._ask(interaction, ExampleRequest(Action.ABOUT), trope, private=private)

    @random.autocomplete("trope")
    @medium.autocomplete("trope")
    @search.autocomplete("trope")
    @work.autocomplete("trope")
    @about.autocomplete("trope")
    async def tropes(self, _: Interaction, current: str) -> AutocompleteChoices:
        """Offers the tropes of the corpus."""
        return await self.complete_trope(current)

    @random.autocomplete("medium")
    @medium.autocomplete("name")
    @search.autocomplete("medium")
    async def media(self, interaction: Interaction, current: str) -> AutocompleteChoices:
        """Offers the media that have examples."""
        return await self.complete_medium(interaction, current, self._named(interaction))

    @random.autocomplete("work")
    @work.autocomplete("title")
    async def works(self, interaction: Interaction, current: str) -> AutocompleteChoices:
        """Offers the works that have examples."""
        return await self.complete_work(interaction, current, self._named(interaction))

    @search.autocomplete("typed")
    async def searches(self, interaction: Interaction, current: str) -> AutocompleteChoices:
        """Offers works and frequent words."""
        return await self.complete_query(interaction, current, self._named(interaction))

    async def _ask(
        self,
        interaction: Interaction,
        press: ExampleRequest,
        trope: str | None,
        work: str | None = None,
        *,
        private: bool | None,
    ) -> None:
        found = self.corpus.find_trope(trope) if trope else None
        if trope and found is None:
            policy = await self.speaker.policy_for(interaction, private=private)
            await self.speaker.send(interaction, await self.answers.unknown_trope(press, trope), policy)
        else:
            press = replace(press, trope_ref=found.ref) if found else press
            await self.answer(interaction, press, private=private, work=work)

    def _named(self, interaction: Interaction) -> Trope | None:
        """Returns the trope that was already chosen while another option is typed, or None."""
        chosen: Any = getattr(interaction.namespace, "trope", None)
        return self.corpus.find_trope(str(chosen)) if chosen else None


async def setup(bot: "TropeBot") -> None:
    """Adds the cogs, that of any trope only if there is more than one to ask about; called by the library."""
    await bot.add_cog(BigRunCommands(bot))
    if len(bot.corpus.tropes) > 1:
        await bot.add_cog(TropeCommands(bot))
