"""The message menu *Remove this answer*."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.conversation.sender import send_notice
from bot.conversation.services import Services
from bot.interactions.response import Interaction
from bot.render.texts import commands as labels
from bot.render.texts import examples as texts

if TYPE_CHECKING:
    from bot.client.bot import TropeBot


class RemoveAnswer(commands.Cog):
    """Remove answers for the member who asked or a moderator."""

    def __init__(self, services: Services) -> None:
        self._bot_id = services.bot_id

    async def remove(self, interaction: Interaction, message: discord.Message) -> None:
        """Remove an answer, and privately report the outcome."""
        if message.author.id != self._bot_id():
            text = texts.NOT_MY_MESSAGE()
        elif not can_remove(interaction, message):
            text = texts.NOT_YOUR_ANSWER()
        else:
            text = texts.ANSWER_REMOVED()
            try:
                await message.delete()
            except discord.NotFound:
                pass  # somebody else deleted it first
            except discord.Forbidden:
                text = texts.REMOVE_FORBIDDEN()
        await send_notice(interaction, text)


def can_remove(interaction: Interaction, message: discord.Message) -> bool:
    """Return whether the member asked for the answer or has *Manage Messages*."""
    metadata = message.interaction_metadata
    if metadata is not None and metadata.user.id == interaction.user.id:
        return True
    return interaction.guild_id is not None and interaction.permissions.manage_messages


async def setup(bot: "TropeBot") -> None:
    """Add the menu. Called by discord.py."""
    cog = RemoveAnswer(bot.services)
    await bot.add_cog(cog)
    bot.tree.add_command(
        app_commands.ContextMenu(name=labels.REMOVE_MENU.english, callback=cast("Callable[..., Any]", cog.remove))
    )
