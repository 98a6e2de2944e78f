"""A bot that only sends prepared cards: `python tests/bench/noop_bot.py ADDRESS CARDS TOKEN`.

It has the commands of the real bot but none of its code, so it shows what discord.py and the sockets cost.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

Interaction = discord.Interaction[Any]


class PreparedCard(discord.ui.LayoutView):
    """A card read from the file."""

    def __init__(self, components: list[dict[str, Any]]) -> None:
        super().__init__(timeout=None)
        self.components = components
        self.stop()

    def to_components(self) -> list[dict[str, Any]]:
        return self.components

    def has_components_v2(self) -> bool:
        return True


class Commands(commands.GroupCog, name="bigrun"):
    """The commands of the real bot."""

    def __init__(self, cards: dict[str, Any]) -> None:
        self.example, self.listed = PreparedCard(cards["example"]), PreparedCard(cards["listed"])
        self.choices = [app_commands.Choice(name=title, value=title) for title in cards["choices"]]

    @app_commands.command()
    async def random(self, interaction: Interaction) -> None:
        """Send an example."""
        await interaction.response.send_message(view=self.example)

    @app_commands.command()
    async def medium(self, interaction: Interaction, name: str) -> None:
        """Send a list."""
        await interaction.response.send_message(view=self.listed)

    @app_commands.command()
    async def search(self, interaction: Interaction, words: str) -> None:
        """Send a list."""
        await interaction.response.send_message(view=self.listed)

    @search.autocomplete("words")
    async def complete_words(self, _: Interaction, __: str) -> list[app_commands.Choice[str]]:
        return self.choices

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Edit a list."""
        if interaction.type is discord.InteractionType.component:
            await interaction.response.edit_message(view=self.listed)


class NoopBot(commands.AutoShardedBot):
    def __init__(self, cards: dict[str, Any]) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.0,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.cards = cards

    async def setup_hook(self) -> None:
        await self.add_cog(Commands(self.cards))


async def _run(address: str, cards: dict[str, Any], token: str) -> None:
    Route.BASE = address
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address.replace("http", "ws", 1)).with_path("/gateway/")
    async with NoopBot(cards) as bot:
        await bot.start(token)


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), sys.argv[3]))
