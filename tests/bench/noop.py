"""A bot that does nothing but send: `python -m tests.bench.noop ADDRESS CORPUS`.

It has the commands of the real bot and sends the cards that that would send, made once at the start. What it costs is
what discord.py, aiohttp and the sockets cost.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.render import Action, Card, Press
from bot.store import open_corpus
from cogs.answers import Answers
from cogs.bigrun import HOME
from tests.wire.running import at
from tests.wire.world import TOKEN

Interaction = discord.Interaction[Any]


class Nothing(commands.GroupCog, name="bigrun"):
    """The commands."""

    def __init__(self, example: Card, listed: Card, choices: list[app_commands.Choice[str]]) -> None:
        self.example, self.listed, self.choices = example, listed, choices

    @app_commands.command()
    async def random(self, interaction: Interaction) -> None:
        """Sends an example."""
        await interaction.response.send_message(view=self.example)

    @app_commands.command()
    async def medium(self, interaction: Interaction, name: str) -> None:
        """Sends a list."""
        await interaction.response.send_message(view=self.listed)

    @app_commands.command()
    async def search(self, interaction: Interaction, words: str) -> None:
        """Sends a list."""
        await interaction.response.send_message(view=self.listed)

    @search.autocomplete("words")
    async def offered(self, _: Interaction, __: str) -> list[app_commands.Choice[str]]:
        """Offers choices."""
        return self.choices

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Changes a list."""
        if interaction.type is discord.InteractionType.component:
            await interaction.response.edit_message(view=self.listed)


class NoopBot(commands.AutoShardedBot):
    """The bot."""

    def __init__(self, corpus: Path) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.path = corpus

    async def setup_hook(self) -> None:
        """Makes the cards."""
        async with open_corpus(self.path) as corpus:
            answers = Answers(corpus)
            example = (await answers.example(HOME, 12)).card
            listed = (await answers.answer(Press(Action.MEDIUM, HOME.token, "film", page=1))).card
            titles = [title.title for title in await corpus.works_like("b", HOME.name, 12)]
        choices = [app_commands.Choice(name=title, value=title) for title in titles]
        await self.add_cog(Nothing(example, listed, choices))


async def _run(address: str, corpus: Path) -> None:
    with at(address):
        async with NoopBot(corpus) as bot:
            await bot.start(TOKEN)


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1], Path(sys.argv[2])))
