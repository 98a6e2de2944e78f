"""The presses of buttons and menus on any card the bot ever sent."""

from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.render import Press, is_ours, message_card, words
from cogs.answers import Answer, Answers

if TYPE_CHECKING:
    from bot.app import TropeBot

Interaction = discord.Interaction[Any]


class Presses(commands.Cog):
    """Goes on from a card when one of its buttons or menus is used."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose corpus is served."""
        self.bot = bot
        self.answers = Answers(bot.corpus)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Answers a press; what else interacts is not ours."""
        data: dict[str, Any] = dict(interaction.data or {})
        custom_id = str(data.get("custom_id"))
        if interaction.type is discord.InteractionType.component and is_ours(custom_id):
            async with self.bot.answering(interaction):
                await self._pressed(interaction, custom_id, [str(value) for value in data.get("values", ())])

    async def _pressed(self, interaction: Interaction, custom_id: str, values: list[str]) -> None:
        press = Press.read(custom_id)
        outdated = Answer(message_card(words.OUTDATED), private=True)
        answer = await self.answers.answer(press, values) if press else outdated
        turns = press is not None and press.action.turns
        if turns and _may_change(interaction) and (_is_private(interaction) or not answer.private):
            await interaction.response.edit_message(view=answer.card)
        else:
            private = answer.private or _is_private(interaction) or turns
            await interaction.response.send_message(view=answer.card, ephemeral=private)


def _is_private(interaction: Interaction) -> bool:
    return interaction.message is not None and interaction.message.flags.ephemeral


def _may_change(interaction: Interaction) -> bool:
    """Tells whether the card is the member's own to turn; another member's turn brings a private copy."""
    asked = interaction.message.interaction_metadata if interaction.message else None
    return _is_private(interaction) or asked is None or asked.user.id == interaction.user.id


async def setup(bot: "TropeBot") -> None:
    """Adds the cog; called by the library."""
    await bot.add_cog(Presses(bot))
