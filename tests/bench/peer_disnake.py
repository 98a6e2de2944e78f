"""The no-op bot with disnake instead of discord.py: `python tests/bench/peer_disnake.py ADDRESS CARDS TOKEN`."""

import json
import sys
from pathlib import Path
from typing import Any

import disnake
from disnake.ext import commands
from disnake.http import Route


class PreparedComponent(disnake.ui.Container):
    """A component read from the file."""

    def __init__(self, component: dict[str, Any]) -> None:
        super().__init__()
        self._component = component

    def to_component_dict(self) -> Any:
        return self._component


class Commands(commands.Cog):
    """The commands of the real bot."""

    def __init__(self, cards: dict[str, Any]) -> None:
        self.example, self.listed = (list(map(PreparedComponent, cards[name])) for name in ("example", "listed"))
        self.choices = cards["choices"]

    @commands.slash_command()
    async def bigrun(self, _: disnake.ApplicationCommandInteraction) -> None:
        """Group the commands."""

    @bigrun.sub_command()
    async def random(self, interaction: disnake.ApplicationCommandInteraction) -> None:
        """Send an example."""
        await interaction.response.send_message(components=self.example)

    @bigrun.sub_command()
    async def medium(self, interaction: disnake.ApplicationCommandInteraction, name: str) -> None:
        """Send a list."""
        await interaction.response.send_message(components=self.listed)

    @bigrun.sub_command()
    async def search(self, interaction: disnake.ApplicationCommandInteraction, words: str) -> None:
        """Send a list."""
        await interaction.response.send_message(components=self.listed)

    @search.autocomplete("words")
    async def complete_words(self, _: disnake.ApplicationCommandInteraction, __: str) -> list[str]:
        return self.choices

    @commands.Cog.listener()
    async def on_message_interaction(self, interaction: disnake.MessageInteraction) -> None:
        """Edit a list."""
        await interaction.response.edit_message(components=self.listed)


def main(address: str, cards: str, token: str) -> None:
    Route.BASE = address
    bot = commands.AutoShardedInteractionBot(
        intents=disnake.Intents.none(), allowed_mentions=disnake.AllowedMentions.none()
    )
    bot.add_cog(Commands(json.loads(Path(cards).read_text(encoding="utf-8"))))
    bot.run(token)


if __name__ == "__main__":
    main(*sys.argv[1:])
