"""What every cog of commands shares: asking, answering, and offering choices while a member types."""

from dataclasses import replace
from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.components.custom_ids import MAX_QUERY_LENGTH, ExampleRequest, Flag
from bot.components.limits import MAX_CHOICES
from bot.conversation.answers import Answers
from bot.conversation.sender import AnswerSender, Interaction
from bot.corpus.scope import Scope
from bot.corpus.suggestions import TitleMatch
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


def spoiler_flags(chosen: str) -> str:
    """Returns the flags of a press for what was chosen of SPOILERS; anything else counts as tags."""
    return Flag.NO_SPOILERS if chosen == Flag.NO_SPOILERS else ""


class ExampleCog(commands.GroupCog):
    """Answers what members ask; a cog of commands says which trope they ask about."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose corpus is served."""
        self.bot = bot
        self.corpus = bot.corpus
        self.answers = Answers(bot.corpus, bot.rounds)
        self.speaker = AnswerSender(bot)

    async def answer(
        self, interaction: Interaction, press: ExampleRequest, *, private: bool | None = None, work: str | None = None
    ) -> None:
        """Answers a press in the place of a command.

        Args:
            interaction: The command.
            press: What it asks for.
            private: Whether the member wants to see the answer alone, or None for what is usual.
            work: A work that it is about, by the token of a choice or by what was typed.
        """
        policy = await self.speaker.policy_for(interaction, private=private)
        named = await self.corpus.find_work(work) if work else None
        if work and named is None:
            answer = await self.answers.unknown_work(press, work, policy)
        else:
            press = replace(press, work_ref=named.ref) if named else press
            answer = await self.answers.answer(press, policy)
        await self.speaker.send(interaction, answer, policy)

    async def complete_medium(self, interaction: Interaction, typed: str, trope: Trope | None) -> AutocompleteChoices:
        """Returns the media of a trope (or of all) that fit what is typed, with how many examples each has."""
        policy = await self.speaker.policy_for(interaction)
        scope = Scope(trope.name if trope else None, excluded_media=policy.hidden_media)
        found = self.corpus.media.suggest(typed, MAX_CHOICES)
        counted = [(c, await self.corpus.count(replace(scope, media=tuple(m.slug for m in c.media)))) for c in found]
        return [
            make_choice(texts.medium_with_count(choice.name, count), choice.slug) for choice, count in counted if count
        ]

    async def complete_work(self, interaction: Interaction, typed: str, trope: Trope | None) -> AutocompleteChoices:
        """Returns the works of a trope's page (or of all) whose titles fit what is typed."""
        return [make_choice(work.title, work.ref) for work in await self._works(interaction, typed, trope, MAX_CHOICES)]

    async def complete_query(self, interaction: Interaction, typed: str, trope: Trope | None) -> AutocompleteChoices:
        """Returns what is typed, which the first choice must not replace, then titles of works and frequent words."""
        if not typed.strip():
            return []
        titles = [work.title for work in await self._works(interaction, typed, trope, MAX_CHOICES // 2)]
        frequent = await self.corpus.complete_word(typed, MAX_CHOICES // 2)
        offered: dict[str, app_commands.Choice[str]] = {}
        for choice in [
            make_choice(text, autocomplete_name(text)[:MAX_QUERY_LENGTH]) for text in (typed, *titles, *frequent)
        ]:
            # What looks the same once it is cleaned is offered once.
            offered.setdefault(choice.name, choice)
        return list(offered.values())

    async def complete_trope(self, typed: str) -> AutocompleteChoices:
        """Returns the tropes whose titles fit what is typed."""
        return [make_choice(trope.title, trope.ref) for trope in await self.corpus.suggest_tropes(typed, MAX_CHOICES)]

    async def _works(self, interaction: Interaction, typed: str, trope: Trope | None, most: int) -> list[TitleMatch]:
        """Returns the works to offer, without those that are not shown here."""
        policy = await self.speaker.policy_for(interaction)
        found = await self.corpus.suggest_works(typed, trope.name if trope else None, most)
        return [work for work in found if work.ref not in policy.hidden_works]


def make_choice(name: str, value: str) -> app_commands.Choice[str]:
    return app_commands.Choice(name=autocomplete_name(name), value=value)
