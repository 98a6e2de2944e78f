"""`/bigrun`: examples of the Big Heroic Run at random, by medium, by words; and the presses on their cards."""

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.model import Trope
from bot.render import Action, Press, choice_name, is_ours, message_card, words
from bot.store import Scope
from cogs.answers import Answer, Answers

if TYPE_CHECKING:
    from bot.app import TropeBot

HOME = Trope("BigHeroicRun", "Big Heroic Run")
CHOICES = 25
Medium = app_commands.Range[str, 1, 100]
Words = app_commands.Range[str, 1, 100]


class BigRun(commands.GroupCog, name="bigrun", description=words.COMMANDS):
    """The commands, and the presses that go on from their answers."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose corpus is served."""
        self.bot = bot
        self.corpus = bot.corpus
        self.answers = Answers(bot.corpus)

    @app_commands.command(description=words.RANDOM)
    @app_commands.describe(medium=words.OPTION_MEDIUM)
    async def random(self, interaction: discord.Interaction[Any], medium: Medium | None = None) -> None:
        """Shows one example."""
        await self._ask(interaction, Press(Action.RANDOM, HOME.token, medium or ""))

    @app_commands.command(description=words.MEDIUM)
    @app_commands.describe(name=words.OPTION_MEDIUM_NAME)
    async def medium(self, interaction: discord.Interaction[Any], name: Medium) -> None:
        """Lists a medium's examples."""
        await self._ask(interaction, Press(Action.MEDIUM, HOME.token, name, 1))

    @app_commands.command(description=words.SEARCH)
    @app_commands.rename(typed="words")
    @app_commands.describe(typed=words.OPTION_WORDS, medium=words.OPTION_MEDIUM)
    async def search(self, interaction: discord.Interaction[Any], typed: Words, medium: Medium | None = None) -> None:
        """Finds examples."""
        await self._ask(interaction, Press(Action.SEARCH, HOME.token, medium or "", 1, typed))

    @random.autocomplete("medium")
    @medium.autocomplete("name")
    @search.autocomplete("medium")
    async def media(self, _: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        """Offers the media that have examples."""
        found = ((choice, self._count(choice.media)) for choice in self.corpus.media.matching(current, CHOICES))
        return [
            app_commands.Choice(name=choice_name(words.choice(choice.name, count)), value=choice.slug)
            for choice, count in found
            if count
        ]

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Goes on from a card when one of its buttons or menus is used."""
        data: dict[str, Any] = dict(interaction.data or {})
        custom_id = str(data.get("custom_id"))
        if interaction.type is discord.InteractionType.component and is_ours(custom_id):
            async with self.bot.answering(interaction):
                await self._pressed(interaction, custom_id, [str(value) for value in data.get("values", ())])

    async def _ask(self, interaction: discord.Interaction[Any], press: Press) -> None:
        answer = await self.answers.answer(press, [])
        await interaction.response.send_message(view=answer.card, ephemeral=answer.private)

    async def _pressed(self, interaction: discord.Interaction[Any], custom_id: str, values: list[str]) -> None:
        press = Press.read(custom_id)
        if press is None:
            answer = Answer(message_card(words.OUTDATED), private=True)
        else:
            answer = await self.answers.answer(press, values)
        if press and press.action.turns and not answer.private and _may_change(interaction):
            await interaction.response.edit_message(view=answer.card)
            return
        private = answer.private or _is_private(interaction) or bool(press and press.action.turns)
        await interaction.response.send_message(view=answer.card, ephemeral=private)

    def _count(self, media: Any) -> int:
        return self.corpus.count(Scope(HOME.name, tuple(medium.slug for medium in media)))


def _is_private(interaction: discord.Interaction[Any]) -> bool:
    return interaction.message is not None and interaction.message.flags.ephemeral


def _may_change(interaction: discord.Interaction[Any]) -> bool:
    """Tells whether the card is the member's own to turn; another member's turn brings a private copy."""
    asked = interaction.message.interaction_metadata if interaction.message else None
    return _is_private(interaction) or asked is None or asked.user.id == interaction.user.id


async def setup(bot: "TropeBot") -> None:
    """Adds the cog; called by the library."""
    await bot.add_cog(BigRun(bot))
