"""`/trope`: the examples of any trope, or of all; there only if the corpus holds more than one."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from discord import app_commands

from bot.components.custom_ids import Action, Flag, Press
from bot.conversation.sender import Interaction
from bot.model import Trope
from bot.render.texts import examples as texts
from cogs.conversation import SPOILERS, TAGS, Choices, Conversation, Typed, spoiler_flags

if TYPE_CHECKING:
    from bot.client.bot import TropeBot


class AnyTrope(Conversation, name="trope", description=texts.TROPES):
    """The commands about a trope that is named with each."""

    @app_commands.command(description=texts.RANDOM)
    @app_commands.describe(
        trope=texts.OPTION_TROPE,
        medium=texts.OPTION_MEDIUM,
        work=texts.OPTION_WORK,
        spoilers=texts.OPTION_SPOILERS,
        private=texts.OPTION_PRIVATE,
    )
    @app_commands.choices(spoilers=SPOILERS)
    async def random(
        self,
        interaction: Interaction,
        trope: Typed | None = None,
        medium: Typed | None = None,
        work: Typed | None = None,
        spoilers: str = TAGS,
        private: bool | None = None,
    ) -> None:
        """Shows one example."""
        press = Press(Action.RANDOM, medium=medium or "", flags=spoiler_flags(spoilers))
        await self._ask(interaction, press, trope, work, private=private)

    @app_commands.command(description=texts.MEDIUM)
    @app_commands.describe(name=texts.OPTION_MEDIUM_NAME, trope=texts.OPTION_TROPE, private=texts.OPTION_PRIVATE)
    async def medium(
        self, interaction: Interaction, name: Typed, trope: Typed | None = None, private: bool | None = None
    ) -> None:
        """Lists a medium's examples."""
        await self._ask(interaction, Press(Action.MEDIUM, medium=name, page=1), trope, private=private)

    @app_commands.command(description=texts.SEARCH)
    @app_commands.rename(typed="words")
    @app_commands.describe(
        typed=texts.OPTION_WORDS,
        trope=texts.OPTION_TROPE,
        medium=texts.OPTION_MEDIUM,
        hidden=texts.OPTION_HIDDEN,
        private=texts.OPTION_PRIVATE,
    )
    async def search(
        self,
        interaction: Interaction,
        typed: Typed,
        trope: Typed | None = None,
        medium: Typed | None = None,
        hidden: bool = False,
        private: bool | None = None,
    ) -> None:
        """Finds examples."""
        flags = Flag.HIDDEN_TOO if hidden else ""
        press = Press(Action.SEARCH, medium=medium or "", flags=flags, page=1, words=typed)
        await self._ask(interaction, press, trope, private=private)

    @app_commands.command(description=texts.WORK)
    @app_commands.describe(title=texts.OPTION_TITLE, trope=texts.OPTION_TROPE, private=texts.OPTION_PRIVATE)
    async def work(
        self, interaction: Interaction, title: Typed, trope: Typed | None = None, private: bool | None = None
    ) -> None:
        """Lists a work's examples."""
        await self._ask(interaction, Press(Action.WORK, page=1), trope, title, private=private)

    @app_commands.command(description=texts.ABOUT)
    @app_commands.describe(trope=texts.OPTION_TROPE_ABOUT, private=texts.OPTION_PRIVATE)
    async def about(self, interaction: Interaction, trope: Typed, private: bool | None = None) -> None:
        """Tells what a trope is."""
        await self._ask(interaction, Press(Action.ABOUT), trope, private=private)

    @random.autocomplete("trope")
    @medium.autocomplete("trope")
    @search.autocomplete("trope")
    @work.autocomplete("trope")
    @about.autocomplete("trope")
    async def tropes(self, _: Interaction, current: str) -> Choices:
        """Offers the tropes of the corpus."""
        return await self.offer_tropes(current)

    @random.autocomplete("medium")
    @medium.autocomplete("name")
    @search.autocomplete("medium")
    async def media(self, interaction: Interaction, current: str) -> Choices:
        """Offers the media that have examples."""
        return await self.offer_media(interaction, current, self._named(interaction))

    @random.autocomplete("work")
    @work.autocomplete("title")
    async def works(self, interaction: Interaction, current: str) -> Choices:
        """Offers the works that have examples."""
        return await self.offer_works(interaction, current, self._named(interaction))

    @search.autocomplete("typed")
    async def searches(self, interaction: Interaction, current: str) -> Choices:
        """Offers works and frequent words."""
        return await self.offer_words(interaction, current, self._named(interaction))

    async def _ask(
        self,
        interaction: Interaction,
        press: Press,
        trope: str | None,
        work: str | None = None,
        *,
        private: bool | None,
    ) -> None:
        found = self.corpus.trope_called(trope) if trope else None
        if trope and found is None:
            policy = await self.speaker.policy(interaction, private=private)
            await self.speaker.send(interaction, await self.answers.unknown_trope(press, trope), policy)
        else:
            press = replace(press, trope=found.token) if found else press
            await self.ask(interaction, press, private=private, work=work)

    def _named(self, interaction: Interaction) -> Trope | None:
        """Returns the trope that was already chosen while another option is typed, or None."""
        chosen: Any = getattr(interaction.namespace, "trope", None)
        return self.corpus.trope_called(str(chosen)) if chosen else None


async def setup(bot: "TropeBot") -> None:
    """Adds the cog if there is more than one trope to ask about; called by the library."""
    if len(bot.corpus.tropes) > 1:
        await bot.add_cog(AnyTrope(bot))
