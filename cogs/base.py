"""What every cog of commands shares: asking, answering, and offering choices while a member types."""

from dataclasses import replace
from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.components.custom_ids import MAX_WORDS, Flag, Press
from bot.components.limits import CHOICES
from bot.conversation.answers import Answers
from bot.conversation.sender import Interaction, Speaker
from bot.corpus.scope import Scope
from bot.corpus.suggestions import TitleMatch
from bot.model import Trope
from bot.render.cards import choice_name
from bot.render.texts import examples as texts

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

Choices = list[app_commands.Choice[str]]
Typed = app_commands.Range[str, 1, 100]
TAGS = "t"
SPOILERS = [
    app_commands.Choice(name=texts.SHOW_TAGS, value=TAGS),
    app_commands.Choice(name=texts.ONLY_WITHOUT, value=Flag.NO_SPOILERS.value),
]


def spoiler_flags(chosen: str) -> str:
    """Returns the flags of a press for what was chosen of SPOILERS; anything else counts as tags."""
    return Flag.NO_SPOILERS if chosen == Flag.NO_SPOILERS else ""


class Conversation(commands.GroupCog):
    """Answers what members ask; a cog of commands says which trope they ask about."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose corpus is served."""
        self.bot = bot
        self.corpus = bot.corpus
        self.answers = Answers(bot.corpus, bot.rounds)
        self.speaker = Speaker(bot)

    async def ask(
        self, interaction: Interaction, press: Press, *, private: bool | None = None, work: str | None = None
    ) -> None:
        """Answers a press in the place of a command.

        Args:
            interaction: The command.
            press: What it asks for.
            private: Whether the member wants to see the answer alone, or None for what is usual.
            work: A work that it is about, by the token of a choice or by what was typed.
        """
        policy = await self.speaker.policy(interaction, private=private)
        named = await self.corpus.find_work(work) if work else None
        if work and named is None:
            answer = await self.answers.unknown_work(press, work, policy)
        else:
            press = replace(press, work=named.ref) if named else press
            answer = await self.answers.answer(press, policy)
        await self.speaker.send(interaction, answer, policy)

    async def offer_media(self, interaction: Interaction, typed: str, trope: Trope | None) -> Choices:
        """Returns the media of a trope (or of all) that fit what is typed, with how many examples each has."""
        policy = await self.speaker.policy(interaction)
        scope = Scope(trope.name if trope else None, excluded_media=policy.hidden_media)
        found = self.corpus.media.suggest(typed, CHOICES)
        counted = [(c, await self.corpus.count(replace(scope, media=tuple(m.slug for m in c.media)))) for c in found]
        return [_choice(texts.choice(choice.name, count), choice.slug) for choice, count in counted if count]

    async def offer_works(self, interaction: Interaction, typed: str, trope: Trope | None) -> Choices:
        """Returns the works of a trope's page (or of all) whose titles fit what is typed."""
        return [_choice(work.title, work.ref) for work in await self._works(interaction, typed, trope, CHOICES)]

    async def offer_words(self, interaction: Interaction, typed: str, trope: Trope | None) -> Choices:
        """Returns what is typed, which the first choice must not replace, then titles of works and frequent words."""
        if not typed.strip():
            return []
        titles = [work.title for work in await self._works(interaction, typed, trope, CHOICES // 2)]
        frequent = await self.corpus.complete_word(typed, CHOICES // 2)
        offered: dict[str, app_commands.Choice[str]] = {}
        for choice in [_choice(text, choice_name(text)[:MAX_WORDS]) for text in (typed, *titles, *frequent)]:
            # What looks the same once it is cleaned is offered once.
            offered.setdefault(choice.name, choice)
        return list(offered.values())

    async def offer_tropes(self, typed: str) -> Choices:
        """Returns the tropes whose titles fit what is typed."""
        return [_choice(trope.title, trope.ref) for trope in await self.corpus.suggest_tropes(typed, CHOICES)]

    async def _works(self, interaction: Interaction, typed: str, trope: Trope | None, most: int) -> list[TitleMatch]:
        """Returns the works to offer, without those that are not shown here."""
        policy = await self.speaker.policy(interaction)
        found = await self.corpus.suggest_works(typed, trope.name if trope else None, most)
        return [work for work in found if work.ref not in policy.hidden_works]


def _choice(name: str, value: str) -> app_commands.Choice[str]:
    return app_commands.Choice(name=choice_name(name), value=value)
