"""`/bigrun guess` and `/bigrun scores`."""

from typing import TYPE_CHECKING

from discord import app_commands

from bot.conversation.guess_rounds import Game, GuessRounds
from bot.conversation.services import services_of
from bot.corpus.shown import ShownCorpus
from bot.interactions.response import Interaction
from bot.model import Trope
from bot.render.texts import commands as labels
from cogs.command_base import DEFAULT_TROPE, ExampleCog, UserText, command

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

MAX_ROUNDS = 5


class GuessCommands(ExampleCog, name="guessing", description=labels.GUESS.description):
    """Commands of *Guess the work*, which `/bigrun` takes over."""

    async def chosen_trope(self, _: Interaction, __: ShownCorpus) -> Trope | None:
        """Return the Big Heroic Run."""
        return DEFAULT_TROPE

    @command(labels.GUESS)
    async def guess(
        self,
        interaction: Interaction,
        medium: UserText | None = None,
        rounds: app_commands.Range[int, 1, MAX_ROUNDS] = 1,
    ) -> None:
        """Start a round."""
        game = Game(DEFAULT_TROPE.ref, medium or "", number=1, count=rounds)
        await GuessRounds(services_of(interaction)).start(interaction, game)

    @command(labels.SCORES)
    async def scores(self, interaction: Interaction) -> None:
        """Show the scores of the server."""
        await GuessRounds(services_of(interaction)).show_scores(interaction)


async def setup(bot: "TropeBot") -> None:
    """Add the commands to `/bigrun`. Called by discord.py."""
    bigrun = bot.tree.get_command(labels.BIGRUN.name)
    if isinstance(bigrun, app_commands.Group):
        for each in list(GuessCommands().walk_app_commands()):
            bigrun.add_command(each)
