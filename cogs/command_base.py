"""What the commands of both groups share: options, autocompletion, and how they answer."""

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.components.custom_ids import MAX_QUERY_LENGTH, ExampleRequest, Flag
from bot.components.limits import MAX_CHOICE_NAME, MAX_CHOICES
from bot.conversation.local_time import RHYTHMS, suggest_timezones
from bot.conversation.services import services_of
from bot.corpus.name_search import TitleMatch
from bot.corpus.scope import Scope
from bot.corpus.shown import ShownCorpus
from bot.interactions.response import Interaction
from bot.model import Trope
from bot.model.page_names import page_from_address
from bot.model.preferences import AnswerPolicy
from bot.render.cards import autocomplete_name
from bot.render.texts import commands as labels
from bot.render.texts import examples as texts
from bot.render.texts import medium_name
from bot.render.texts.daily import rhythm_name

DEFAULT_TROPE = Trope("BigHeroicRun", "Big Heroic Run")
DEFAULT_REF = DEFAULT_TROPE.ref
SHOW_TAGS = "t"
SPOILER_CHOICES = [
    app_commands.Choice(name=locale_str(labels.SHOW_TAGS.english), value=SHOW_TAGS),
    app_commands.Choice(name=locale_str(labels.WITHOUT_SPOILERS.english), value=Flag.NO_SPOILERS.value),
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
        other_work: str | None = None,
    ) -> None:
        """Answer a command. `trope` and works are refs or typed text. With `private` None, settings decide."""
        services = services_of(interaction)
        policy = await services.sender.policy_for(interaction, private=private)
        answer = await services.answers.answer(request, policy, trope=trope, work=work, other_work=other_work)
        await services.sender.send(interaction, answer, policy)

    async def answer_number(
        self, interaction: Interaction, trope: Trope | str, number: int, *, private: bool | None
    ) -> None:
        """Show an example of a trope (or its typed name) by its number."""
        services = services_of(interaction)
        policy = await services.sender.policy_for(interaction, private=private)
        answer = await services.answers.by_number(trope, number, policy)
        await services.sender.send(interaction, answer, policy)

    async def chosen_trope(self, interaction: Interaction, corpus: ShownCorpus) -> Trope | None:
        """Return the trope option as filled in so far, or None."""
        typed = getattr(interaction.namespace, labels.OPTIONS["trope"].name, None)
        return await corpus.find_trope(str(typed)) if typed else None

    async def complete_trope(self, interaction: Interaction, typed: str) -> AutocompleteChoices:
        """Suggest tropes by title."""
        corpus, _ = await shown_corpus(interaction)
        tropes = await corpus.suggest_tropes(typed, MAX_CHOICES)
        return [make_choice(trope.title, trope.ref) for trope in tropes]

    async def complete_medium(self, interaction: Interaction, typed: str) -> AutocompleteChoices:
        """Suggest media that have examples, with their counts."""
        corpus, policy = await shown_corpus(interaction)
        trope = await self.chosen_trope(interaction, corpus)
        hidden_media, hidden_tropes = policy.hidden_media, policy.hidden_tropes
        scope = Scope(trope.name if trope else None, excluded_media=hidden_media, excluded_tropes=hidden_tropes)
        counts = await services_of(interaction).corpus.count_by_medium(scope)
        options = await corpus.media.suggest(typed, MAX_CHOICES)
        counted = [(option, sum([counts.get(medium.slug, 0) for medium in option.media])) for option in options]
        return [
            make_choice(texts.medium_with_count(medium_name(each.name), count), each.slug)
            for each, count in counted
            if count
        ]

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

    async def complete_tag(self, interaction: Interaction, typed: str) -> AutocompleteChoices:
        """Suggest the tags of the forum that a moderator has chosen."""
        channel = getattr(interaction.namespace, labels.OPTIONS["channel"].name, None)
        if channel is None or interaction.guild_id is None or not interaction.permissions.manage_guild:
            return []
        names = await services_of(interaction).forum_tags.names(interaction.guild_id, channel.id)
        found = [name for name in names if typed.strip().casefold() in name.casefold()]
        return [make_choice(name, name) for name in found[:MAX_CHOICES]]

    async def _suggest_works(self, interaction: Interaction, typed: str, limit: int) -> list[TitleMatch]:
        corpus, policy = await shown_corpus(interaction)
        trope = await self.chosen_trope(interaction, corpus)
        works = await corpus.suggest_works(typed, trope.name if trope else None, limit)
        return [work for work in works if work.ref not in policy.hidden_works]


AUTOCOMPLETION: Mapping[str, Callback] = {
    "trope": ExampleCog.complete_trope,
    "about_trope": ExampleCog.complete_trope,
    "medium": ExampleCog.complete_medium,
    "medium_name": ExampleCog.complete_medium,
    "work": ExampleCog.complete_work,
    "title": ExampleCog.complete_work,
    "with_title": ExampleCog.complete_work,
    "seen": ExampleCog.complete_work,
    "query": ExampleCog.complete_query,
    "zone": ExampleCog.complete_timezone,
    "every": ExampleCog.complete_rhythm,
    "tag": ExampleCog.complete_tag,
}


def command(label: labels.CommandText) -> Callable[[Callback], app_commands.Command[Any, ..., None]]:
    """Make a method a command. Parameter names select the options' labels and autocompletion."""

    def decorate(callback: Callback) -> app_commands.Command[Any, ..., None]:
        options = list(signature(callback).parameters)[2:]
        made: app_commands.Command[Any, ..., None]
        made = app_commands.command(name=label.name, description=label.description)(callback)
        texts_of = {option: labels.OPTIONS[option] for option in options}
        # Discord gets the languages of a locale_str only, and after a command is made, no text becomes one.
        app_commands.rename(**{option: locale_str(one.name) for option, one in texts_of.items()})(made)
        app_commands.describe(**{option: locale_str(one.description) for option, one in texts_of.items()})(made)
        for option in options:
            if option in AUTOCOMPLETION:
                made.autocomplete(option)(AUTOCOMPLETION[option])
            if option == "spoilers":
                app_commands.choices(spoilers=SPOILER_CHOICES)(made)
        return made

    return decorate


async def shown_corpus(interaction: Interaction) -> tuple[ShownCorpus, AnswerPolicy]:
    """Return the corpus without the tropes that the server hides, and what else it and the member chose."""
    services = services_of(interaction)
    policy = await services.sender.policy_for(interaction)
    return ShownCorpus(services.corpus, policy.hidden_tropes), policy


def make_choice(name: str, value: str) -> app_commands.Choice[str]:
    """Return an autocomplete choice within Discord's limits."""
    return app_commands.Choice(name=autocomplete_name(name), value=value)
