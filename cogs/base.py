"""What the cogs of commands share: answering, and autocompletion."""

from dataclasses import replace
from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.components.custom_ids import MAX_QUERY_LENGTH, ExampleRequest, Flag
from bot.components.limits import MAX_CHOICES
from bot.corpus.scope import Scope
from bot.corpus.suggestions import TitleMatch
from bot.interactions.record import Interaction
from bot.model import Trope
from bot.render.cards import autocomplete_name
from bot.render.texts import examples as texts

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

AutocompleteChoices = list[app_commands.Choice[str]]
UserText = app_commands.Range[str, 1, 100]
SHOW_TAGS = "t"
SPOILER_CHOICES = [
    app_commands.Choice(name=texts.SHOW_TAGS, value=SHOW_TAGS),
    app_commands.Choice(name=texts.WITHOUT_SPOILERS, value=Flag.NO_SPOILERS.value),
]


def spoiler_flags(value: str) -> str:
    """Return the flags of a request for one of SPOILER_CHOICES; anything else counts as tags."""
    return Flag.NO_SPOILERS if value == Flag.NO_SPOILERS else ""


class ExampleCog(commands.GroupCog):
    """Commands about examples; a subclass says which trope they are about."""

    def __init__(self, bot: "TropeBot") -> None:
        services = bot.services
        self.bot, self.corpus = bot, services.corpus
        self.answers, self.sender = services.answers, services.sender

    async def answer(
        self,
        interaction: Interaction,
        request: ExampleRequest,
        *,
        private: bool | None = None,
        trope: str | None = None,
        work: str | None = None,
    ) -> None:
        """Answer a command.

        Args:
            interaction: The command.
            request: What it asks for.
            private: Whether the member wants to see the answer alone, or None for the usual.
            trope: The ref of a trope, or what was typed; None for the one in the request.
            work: The ref of a work, or what was typed; None for all.
        """
        policy = await self.sender.policy_for(interaction, private=private)
        answer = await self.answers.answer_command(request, policy, trope=trope, work=work)
        await self.sender.send(interaction, answer, policy)

    async def complete_medium(self, interaction: Interaction, typed: str, trope: Trope | None) -> AutocompleteChoices:
        """Return the media of a trope (or of all) that match what is typed, with their counts."""
        policy = await self.sender.policy_for(interaction)
        scope = Scope(trope.name if trope else None, excluded_media=policy.hidden_media)
        choices = []
        for option in self.corpus.media.suggest(typed, MAX_CHOICES):
            count = await self.corpus.count(replace(scope, media=tuple(medium.slug for medium in option.media)))
            if count:
                choices.append(make_choice(texts.medium_with_count(option.name, count), option.slug))
        return choices

    async def complete_work(self, interaction: Interaction, typed: str, trope: Trope | None) -> AutocompleteChoices:
        """Return the works of a trope (or of all) whose titles match what is typed."""
        works = await self._works(interaction, typed, trope, MAX_CHOICES)
        return [make_choice(work.title, work.ref) for work in works]

    async def complete_query(self, interaction: Interaction, typed: str, trope: Trope | None) -> AutocompleteChoices:
        """Return what is typed, which the first choice must not replace, then titles of works and frequent words."""
        if not typed.strip():
            return []
        titles = [work.title for work in await self._works(interaction, typed, trope, MAX_CHOICES // 2)]
        words = await self.corpus.complete_word(typed, MAX_CHOICES // 2)
        choices: dict[str, app_commands.Choice[str]] = {}
        for text in (typed, *titles, *words):
            choice = make_choice(text, autocomplete_name(text)[:MAX_QUERY_LENGTH])
            choices.setdefault(choice.name, choice)  # what looks the same is offered once
        return list(choices.values())

    async def complete_trope(self, typed: str) -> AutocompleteChoices:
        """Return the tropes whose titles match what is typed."""
        return [make_choice(trope.title, trope.ref) for trope in await self.corpus.suggest_tropes(typed, MAX_CHOICES)]

    async def _works(self, interaction: Interaction, typed: str, trope: Trope | None, limit: int) -> list[TitleMatch]:
        policy = await self.sender.policy_for(interaction)
        works = await self.corpus.suggest_works(typed, trope.name if trope else None, limit)
        return [work for work in works if work.ref not in policy.hidden_works]


def make_choice(name: str, value: str) -> app_commands.Choice[str]:
    """Return an autocomplete choice; its name is cut to Discord's limit."""
    return app_commands.Choice(name=autocomplete_name(name), value=value)
