"""What the cards of choices share: a work found by its title, and the way from a control to what it does."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.components.custom_ids import Change, Control
from bot.render.markdown import escape
from bot.render.settings_cards import works_card
from bot.render.texts import examples as texts
from bot.state.preferences import Choosing
from cogs.speaking import Interaction, Speaker

if TYPE_CHECKING:
    from bot.app import TropeBot

NEAR = 3

Deed = Callable[[Interaction, Sequence[str]], Awaitable[None]]


class Desk:
    """Where one kind of choices is seen and changed; what comes from a control is checked like any input."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose stores keep what was chosen."""
        self.corpus, self.choosing, self.speaker = bot.corpus, Choosing(bot.state), Speaker(bot)
        self.deeds: Mapping[Change, Deed] = {}

    async def use(self, interaction: Interaction, control: Control, values: Sequence[str]) -> None:
        """Does what a control says, with what was chosen in it or typed into its form."""
        chosen = values or ([control.value] if control.value else [])
        await self.deeds[control.change](interaction, chosen)

    async def works(self, interaction: Interaction, typed: Sequence[str], change: Change) -> list[str]:
        """Returns the token of the work that was typed, in a list; if there is none, says so and returns nothing.

        The works that look most like it are offered as buttons that make the same change.
        """
        title = "".join(typed[:1])
        found = await self.corpus.work_called(title)
        if found:
            return [found.token]
        near = await self.corpus.works_like(title, None, NEAR)
        text = texts.unknown_work(escape(title), [escape(work.title) for work in near])
        await self.speaker.show(interaction, works_card(text, change, [(work.title, work.token) for work in near]))
        return []
