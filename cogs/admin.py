"""`/bigrun-admin`, in the server that the host names only."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.conversation.page_admin import PageAdmin
from bot.conversation.services import services_of
from bot.interactions.response import Interaction
from bot.render.texts import commands as labels
from cogs.command_base import command

if TYPE_CHECKING:
    from bot.client.bot import TropeBot


@app_commands.default_permissions()
@app_commands.guild_only()
class AdminCommands(commands.GroupCog, name=labels.ADMIN.name, description=labels.ADMIN.description):
    """Commands of the bot's owner. Administrators of the server see them too."""

    @command(labels.ADMIN_LOAD)
    async def load(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Show what is in an attached page, and offer to load it."""
        await PageAdmin(services_of(interaction)).upload(interaction, file)

    @command(labels.ADMIN_TROPES)
    async def tropes(self, interaction: Interaction) -> None:
        """List the loaded tropes, and offer to remove one."""
        await PageAdmin(services_of(interaction)).show_tropes(interaction)


async def setup(bot: "TropeBot") -> None:
    """Add the commands to the admin server, if there is one. Called by discord.py."""
    if bot.settings.admin_guild_id:
        await bot.add_cog(AdminCommands(), guild=discord.Object(bot.settings.admin_guild_id))
