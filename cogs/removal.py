"""The menu *Remove this answer* on the bot's messages."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.interactions.record import Interaction
from bot.render.texts import examples as texts

if TYPE_CHECKING:
    from bot.client.bot import TropeBot


class RemoveAnswer(commands.Cog):
    """Remove answers, for the member who asked and for those who manage messages."""

    def __init__(self, bot: "TropeBot") -> None:
        self.bot, self.sender = bot, bot.services.sender
        self.remove_menu = app_commands.ContextMenu(name=texts.REMOVE_MENU, callback=self.remove)

    async def cog_load(self) -> None:
        """Add the menu."""
        self.bot.tree.add_command(self.remove_menu)

    async def cog_unload(self) -> None:
        """Remove the menu."""
        self.bot.tree.remove_command(self.remove_menu.name, type=self.remove_menu.type)

    async def remove(self, interaction: Interaction, message: discord.Message) -> None:
        """Remove an answer, and say so to the member alone."""
        user = self.bot.user
        if user is None or message.author.id != user.id:
            text = texts.NOT_MY_MESSAGE
        elif not can_remove(interaction, message):
            text = texts.NOT_YOUR_ANSWER
        else:
            text = texts.ANSWER_REMOVED
            try:
                await message.delete()
            except discord.NotFound:
                pass  # somebody else was faster
            except discord.Forbidden:
                text = texts.REMOVE_FORBIDDEN
        await self.sender.send_notice(interaction, text)


def can_remove(interaction: Interaction, message: discord.Message) -> bool:
    """Return whether the member asked for the answer, or manages messages here."""
    metadata = message.interaction_metadata
    if metadata is not None and metadata.user.id == interaction.user.id:
        return True
    return interaction.guild_id is not None and interaction.permissions.manage_messages


async def setup(bot: "TropeBot") -> None:
    """Add the cog; called by discord.py."""
    await bot.add_cog(RemoveAnswer(bot))
