"""`/bigrun`, `/trope`, and the message menu *Find examples like this*."""

from collections.abc import Callable, Mapping
from functools import partial
from inspect import signature
from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.components.custom_ids import MAX_COUNT, MAX_QUERY_LENGTH, Action, ExampleRequest, Flag
from bot.components.limits import MAX_CHOICE_NAME, MAX_CHOICES
from bot.conversation.dailies import DailyForm, DailySchedules
from bot.conversation.guess_delivery import is_game_card
from bot.conversation.help import answer_help
from bot.conversation.local_time import RHYTHMS, suggest_timezones
from bot.conversation.message_text import read_message
from bot.conversation.sender import send_notice
from bot.conversation.services import services_of
from bot.conversation.settings_panels import GuildSettingsPanel, PreferencesPanel
from bot.conversation.similar import similar_to_message
from bot.corpus.name_search import TitleMatch
from bot.corpus.scope import Scope
from bot.corpus.shown import ShownCorpus
from bot.interactions.response import Interaction
from bot.model import Trope
from bot.preferences import AnswerPolicy
from bot.render.cards import autocomplete_name
from bot.render.texts import commands as labels
from bot.render.texts import examples as texts
from bot.render.texts import guessing as guess_texts
from bot.render.texts.daily import rhythm_name
from bot.wiki.saved_form import page_from_address

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

DEFAULT_TROPE = Trope("BigHeroicRun", "Big Heroic Run")
DEFAULT_REF = DEFAULT_TROPE.ref
SHOW_TAGS = "t"
SPOILER_CHOICES = [
    app_commands.Choice(name=labels.SHOW_TAGS, value=SHOW_TAGS),
    app_commands.Choice(name=labels.WITHOUT_SPOILERS, value=Flag.NO_SPOILERS.value),
]

UserText = app_commands.Range[str, 1, 100]
ExampleNumber = app_commands.Range[int, 1, 9_999_999]
AutocompleteChoices = list[app_commands.Choice[str]]
Callback = Callable[..., Any]


class PostChannelId(app_commands.Transformer):
    """A channel option as an id, because the bot caches no channels."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """The option's type."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """The channel types offered."""
        return [
            discord.ChannelType.text,
            discord.ChannelType.news,
            discord.ChannelType.news_thread,
            discord.ChannelType.public_thread,
            discord.ChannelType.private_thread,
            discord.ChannelType.forum,
        ]

    async def transform(
        self, _: discord.Interaction[Any], value: app_commands.AppCommandChannel | app_commands.AppCommandThread, /
    ) -> int:
        """Return the channel's id."""
        return value.id


class ExampleCog(commands.GroupCog):
    """Answers and autocompletion shared by both command groups."""

    async def answer(
        self,
        interaction: Interaction,
        request: ExampleRequest,
        *,
        private: bool | None,
        trope: str | None = None,
        work: str | None = None,
    ) -> None:
        """Answer a command. `trope` and `work` are refs or typed text. With `private` None, settings decide."""
        services = services_of(interaction)
        policy = await services.sender.policy_for(interaction, private=private)
        answer = await services.answers.answer(request, policy, trope=trope, work=work)
        await services.sender.send(interaction, answer, policy)

    async def answer_number(
        self, interaction: Interaction, trope: Trope | str, number: int, *, private: bool | None
    ) -> None:
        """Show an example of a trope (or its typed name) by its number."""
        services = services_of(interaction)
        policy = await services.sender.policy_for(interaction, private=private)
        answer = await services.answers.by_number(trope, number, policy)
        await services.sender.send(interaction, answer, policy)

    def chosen_trope(self, interaction: Interaction, corpus: ShownCorpus) -> Trope | None:
        """Return the trope option as filled in so far, or None."""
        typed = getattr(interaction.namespace, labels.OPTIONS["trope"].name, None)
        return corpus.find_trope(str(typed)) if typed else None

    async def complete_trope(self, interaction: Interaction, typed: str) -> AutocompleteChoices:
        """Suggest tropes by title."""
        corpus, _ = await shown_corpus(interaction)
        tropes = await corpus.suggest_tropes(typed, MAX_CHOICES)
        return [make_choice(trope.title, trope.ref) for trope in tropes]

    async def complete_medium(self, interaction: Interaction, typed: str) -> AutocompleteChoices:
        """Suggest media that have examples, with their counts."""
        corpus, policy = await shown_corpus(interaction)
        trope = self.chosen_trope(interaction, corpus)
        hidden_media, hidden_tropes = policy.hidden_media, policy.hidden_tropes
        scope = Scope(trope.name if trope else None, excluded_media=hidden_media, excluded_tropes=hidden_tropes)
        counts = await services_of(interaction).corpus.count_by_medium(scope)
        options = await corpus.media.suggest(typed, MAX_CHOICES)
        counted = [(option, sum([counts.get(medium.slug, 0) for medium in option.media])) for option in options]
        return [make_choice(texts.medium_with_count(each.name, count), each.slug) for each, count in counted if count]

    async def complete_work(self, interaction: Interaction, typed: str) -> AutocompleteChoices:
        """Suggest works by title."""
        works = await self._suggest_works(interaction, typed, MAX_CHOICES)
        return [make_choice(work.title, work.ref) for work in works]

    async def complete_query(self, interaction: Interaction, typed: str) -> AutocompleteChoices:
        """Suggest the typed text first, to send it unchanged, then titles and frequent words."""
        if not typed.strip():
            return []
        titles = [work.title for work in await self._suggest_works(interaction, typed, MAX_CHOICES // 2)]
        corpus, _ = await shown_corpus(interaction)
        words = await corpus.complete_word(typed, MAX_CHOICES // 2)
        choices: dict[str, app_commands.Choice[str]] = {}
        for text in (typed, *titles, *words):
            value = text if page_from_address(text) else autocomplete_name(text)[:MAX_QUERY_LENGTH]
            choice = make_choice(text, value[:MAX_CHOICE_NAME])
            choices.setdefault(choice.name, choice)  # offer look-alikes once
        return list(choices.values())

    async def complete_timezone(self, _: Interaction, typed: str) -> AutocompleteChoices:
        """Suggest time zones."""
        return [make_choice(zone, zone) for zone in suggest_timezones(typed, MAX_CHOICES)]

    async def complete_rhythm(self, _: Interaction, typed: str) -> AutocompleteChoices:
        """Suggest how often an example can be posted."""
        names = [rhythm_name(rhythm) for rhythm in RHYTHMS]
        found = [name for name in names if typed.strip().casefold() in name.casefold()]
        return [make_choice(name, name) for name in found[:MAX_CHOICES]]

    async def _suggest_works(self, interaction: Interaction, typed: str, limit: int) -> list[TitleMatch]:
        corpus, policy = await shown_corpus(interaction)
        trope = self.chosen_trope(interaction, corpus)
        works = await corpus.suggest_works(typed, trope.name if trope else None, limit)
        return [work for work in works if work.ref not in policy.hidden_works]


AUTOCOMPLETION: Mapping[str, Callback] = {
    "trope": ExampleCog.complete_trope,
    "about_trope": ExampleCog.complete_trope,
    "medium": ExampleCog.complete_medium,
    "medium_name": ExampleCog.complete_medium,
    "work": ExampleCog.complete_work,
    "title": ExampleCog.complete_work,
    "seen": ExampleCog.complete_work,
    "query": ExampleCog.complete_query,
    "zone": ExampleCog.complete_timezone,
    "every": ExampleCog.complete_rhythm,
}


def command(label: labels.Label) -> Callable[[Callback], app_commands.Command[Any, ..., None]]:
    """Make a method a command. Parameter names select the options' labels and autocompletion."""

    def decorate(callback: Callback) -> app_commands.Command[Any, ..., None]:
        options = list(signature(callback).parameters)[2:]
        made: app_commands.Command[Any, ..., None]
        made = app_commands.command(name=label.name, description=label.description)(callback)
        app_commands.rename(**{option: labels.OPTIONS[option].name for option in options})(made)
        app_commands.describe(**{option: labels.OPTIONS[option].description for option in options})(made)
        for option in options:
            if option in AUTOCOMPLETION:
                made.autocomplete(option)(AUTOCOMPLETION[option])
            if option == "spoilers":
                app_commands.choices(spoilers=SPOILER_CHOICES)(made)
        return made

    return decorate


class BigRunCommands(ExampleCog, name=labels.BIGRUN.name, description=labels.BIGRUN.description):
    """Commands about the Big Heroic Run."""

    def chosen_trope(self, _: Interaction, __: ShownCorpus) -> Trope | None:
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
        """List a work's examples."""
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
        at: app_commands.Range[str, 1, 20],
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
            await send_notice(interaction, guess_texts.NO_SEARCH)
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
            await send_notice(interaction, texts.ONE_TROPE)
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

    @command(labels.WORK)
    async def work(
        self, interaction: Interaction, title: UserText, trope: UserText | None = None, private: bool | None = None
    ) -> None:
        """List a work's examples."""
        await self.answer(interaction, ExampleRequest(Action.WORK, page=1), private=private, trope=trope, work=title)

    @command(labels.SHOW)
    async def show(
        self, interaction: Interaction, about_trope: UserText, number: ExampleNumber, private: bool | None = None
    ) -> None:
        """Show an example by its number."""
        if await has_one_trope(interaction):
            await send_notice(interaction, texts.ONE_TROPE)
        else:
            await self.answer_number(interaction, about_trope, number, private=private)

    @command(labels.ABOUT)
    async def about(self, interaction: Interaction, about_trope: UserText, private: bool | None = None) -> None:
        """Describe a trope."""
        await self.answer(interaction, ExampleRequest(Action.ABOUT), private=private, trope=about_trope)


async def has_one_trope(interaction: Interaction) -> bool:
    """Return whether the Big Heroic Run is the only trope here."""
    corpus, _ = await shown_corpus(interaction)
    return [trope.ref for trope in corpus.tropes] == [DEFAULT_REF]


async def shown_corpus(interaction: Interaction) -> tuple[ShownCorpus, AnswerPolicy]:
    """Return the corpus without the tropes that the server hides, and what else it and the member chose."""
    services = services_of(interaction)
    policy = await services.sender.policy_for(interaction)
    return ShownCorpus(services.corpus, policy.hidden_tropes), policy


def spoiler_flags(value: str) -> str:
    """Return the request flags for one of SPOILER_CHOICES. Forged values count as tags."""
    return Flag.NO_SPOILERS if value == Flag.NO_SPOILERS else ""


def random_flags(spoilers: str, count: int) -> str:
    """Return the request flags for so many examples."""
    return "".join(sorted([*spoiler_flags(spoilers), *(str(count) if count > 1 else "")]))


def make_choice(name: str, value: str) -> app_commands.Choice[str]:
    """Return an autocomplete choice within Discord's limits."""
    return app_commands.Choice(name=autocomplete_name(name), value=value)


async def setup(bot: "TropeBot") -> None:
    """Add the commands. Called by discord.py."""
    cog = BigRunCommands()
    await bot.add_cog(cog)
    bot.tree.add_command(
        app_commands.ContextMenu(name=labels.FIND_MENU, callback=cast("Callback", cog.find_in_message))
    )
    bot.on_corpus_change.append(partial(add_trope_commands, bot))
    await add_trope_commands(bot)


async def add_trope_commands(bot: "TropeBot") -> None:
    """Add `/trope` once there are several tropes. It stays until the next start."""
    if len(bot.corpus.tropes) > 1 and bot.tree.get_command(labels.TROPE.name) is None:
        await bot.add_cog(TropeCommands())
