"""`/bigrun-admin`, in the server that the host names only."""

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.conversation.page_admin import PageAdmin
from bot.conversation.services import services_of
from bot.interactions.record import Interaction
from bot.render.texts import commands as labels

if TYPE_CHECKING:
    from bot.client.bot import TropeBot


@app_commands.default_permissions()
@app_commands.guild_only()
class AdminCommands(commands.GroupCog, name=labels.ADMIN.name, description=labels.ADMIN.description):
    """Commands of the bot's owner. Administrators of the server see them too."""

    @app_commands.command(name=labels.ADMIN_LOAD.name, description=labels.ADMIN_LOAD.description)
    @app_commands.rename(file=labels.OPTIONS["file"].name)
    @app_commands.describe(file=labels.OPTIONS["file"].description)
    async def load(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Show what is in an attached page, and offer to load it."""
        await PageAdmin(services_of(interaction)).upload(interaction, file)

    @app_commands.command(name=labels.ADMIN_TROPES.name, description=labels.ADMIN_TROPES.description)
    async def tropes(self, interaction: Interaction) -> None:
        """List the loaded tropes, and offer to remove one."""
        await PageAdmin(services_of(interaction)).show_tropes(interaction)


async def setup(bot: "TropeBot") -> None:
    """Add the commands to the admin server, if there is one. Called by discord.py."""
    if bot.settings.admin_guild_id:
        await bot.add_cog(AdminCommands(), guild=discord.Object(bot.settings.admin_guild_id))
