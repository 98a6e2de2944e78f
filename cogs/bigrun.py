"""`/bigrun`: the examples of the Big Heroic Run."""

from typing import TYPE_CHECKING

from discord import app_commands

from bot.model import Trope
from bot.render import Action, Flag, Press, words
from cogs.conversation import SPOILERS, TAGS, Choices, Conversation, Interaction, Typed, spoiler_flags

if TYPE_CHECKING:
    from bot.app import TropeBot

HOME = Trope("BigHeroicRun", "Big Heroic Run")


class BigRun(Conversation, name="bigrun", description=words.COMMANDS):
    """The commands about one trope."""

    @app_commands.command(description=words.RANDOM)
    @app_commands.describe(medium=words.OPTION_MEDIUM, work=words.OPTION_WORK, spoilers=words.OPTION_SPOILERS)
    @app_commands.choices(spoilers=SPOILERS)
    async def random(
        self, interaction: Interaction, medium: Typed | None = None, work: Typed | None = None, spoilers: str = TAGS
    ) -> None:
        """Shows one example."""
        await self.ask_work(
            interaction, Press(Action.RANDOM, HOME.token, medium or "", flags=spoiler_flags(spoilers)), work
        )

    @app_commands.command(description=words.MEDIUM)
    @app_commands.describe(name=words.OPTION_MEDIUM_NAME)
    async def medium(self, interaction: Interaction, name: Typed) -> None:
        """Lists a medium's examples."""
        await self.ask(interaction, Press(Action.MEDIUM, HOME.token, name, page=1))

    @app_commands.command(description=words.SEARCH)
    @app_commands.rename(typed="words")
    @app_commands.describe(typed=words.OPTION_WORDS, medium=words.OPTION_MEDIUM, hidden=words.OPTION_HIDDEN)
    async def search(
        self, interaction: Interaction, typed: Typed, medium: Typed | None = None, hidden: bool = False
    ) -> None:
        """Finds examples."""
        flags = Flag.HIDDEN_TOO if hidden else ""
        await self.ask(interaction, Press(Action.SEARCH, HOME.token, medium or "", flags=flags, page=1, words=typed))

    @app_commands.command(description=words.WORK)
    @app_commands.describe(title=words.OPTION_TITLE)
    async def work(self, interaction: Interaction, title: Typed) -> None:
        """Lists a work's examples."""
        await self.ask_work(interaction, Press(Action.WORK, HOME.token, page=1), title)

    @app_commands.command(description=words.SHOW)
    @app_commands.describe(number=words.OPTION_NUMBER)
    async def show(self, interaction: Interaction, number: app_commands.Range[int, 1, 9_999_999]) -> None:
        """Shows one example by its number."""
        await self.say(interaction, await self.answers.example(HOME, number))

    @app_commands.command(description=words.ABOUT)
    async def about(self, interaction: Interaction) -> None:
        """Tells what the trope is."""
        await self.ask(interaction, Press(Action.ABOUT, HOME.token))

    @random.autocomplete("medium")
    @medium.autocomplete("name")
    @search.autocomplete("medium")
    async def media(self, _: Interaction, current: str) -> Choices:
        """Offers the media that have examples."""
        return self.offer_media(current, HOME)

    @random.autocomplete("work")
    @work.autocomplete("title")
    async def works(self, _: Interaction, current: str) -> Choices:
        """Offers the works that have examples."""
        return await self.offer_works(current, HOME)


async def setup(bot: "TropeBot") -> None:
    """Adds the cog; called by the library."""
    await bot.add_cog(BigRun(bot))
