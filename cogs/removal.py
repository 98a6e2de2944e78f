"""The entry *Remove this answer* in the menu of the bot's messages."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.conversation.sender import AnswerSender, Interaction
from bot.render.texts import examples as texts

if TYPE_CHECKING:
    from bot.client.bot import TropeBot


class RemoveAnswer(commands.Cog):
    """Removes answers for who asked for them, and for who may manage messages."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose answers can be removed."""
        self.bot = bot
        self.speaker = AnswerSender(bot)
        self.menu = app_commands.ContextMenu(name=texts.REMOVE_MENU, callback=self.remove)

    async def cog_load(self) -> None:
        """Adds the entry to the menu of messages."""
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Takes the entry out of the menu of messages."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    async def remove(self, interaction: Interaction, message: discord.Message) -> None:
        """Removes an answer, and says so to the member alone."""
        me = self.bot.user
        if me is None or message.author.id != me.id:
            await self.speaker.send_notice(interaction, texts.NOT_MY_MESSAGE)
        elif not _may_remove(interaction, message):
            await self.speaker.send_notice(interaction, texts.NOT_YOUR_ANSWER)
        else:
            await self._delete(interaction, message)

    async def _delete(self, interaction: Interaction, message: discord.Message) -> None:
        try:
            await message.delete()
        except discord.NotFound:
            pass  # somebody else was faster
        except discord.Forbidden:
            await self.speaker.send_notice(interaction, texts.REMOVE_FORBIDDEN)
            return
        await self.speaker.send_notice(interaction, texts.ANSWER_REMOVED)


def _may_remove(interaction: Interaction, message: discord.Message) -> bool:
    asked = message.interaction_metadata
    if asked is not None and asked.user.id == interaction.user.id:
        return True
    return interaction.guild_id is not None and interaction.permissions.manage_messages


async def setup(bot: "TropeBot") -> None:
    """Adds the cog; called by the library."""
    await bot.add_cog(RemoveAnswer(bot))
