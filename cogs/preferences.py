"""`/bigrun preferences`: what a member chose, on one card that shows and changes it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.components.custom_ids import Change
from bot.preferences import SpoilerMode
from bot.render.cards import message_card
from bot.render.settings_cards import preferences_card, title_form
from bot.render.texts import settings as setting_texts
from bot.state.preferences import YES, MemberChoice
from cogs.choosing import Desk
from cogs.speaking import Interaction

if TYPE_CHECKING:
    from bot.app import TropeBot


class Preferences(Desk):
    """Shows and changes what the member who asks chose; nobody else's can be reached."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose stores keep what was chosen."""
        super().__init__(bot)
        self.deeds = {
            Change.M_SPOILERS: self._set_spoilers,
            Change.M_PRIVATE: self._set_private,
            Change.M_ASK_SEEN: self._ask_seen,
            Change.M_SEEN: self.add_seen,
            Change.M_UNSEEN: self._drop_seen,
            Change.M_FORGET: self._forget,
        }

    async def show(self, interaction: Interaction) -> None:
        """Shows the card."""
        _, chosen = await self.choosing.both(0, interaction.user.id)
        titles = await self.corpus.work_titles(chosen.seen)
        await self.speaker.show(interaction, preferences_card(chosen, titles))

    async def add_seen(self, interaction: Interaction, typed: Sequence[str]) -> None:
        """Adds a work to those that the member has seen, and shows the card."""
        if works := await self.works(interaction, typed, Change.M_SEEN):
            if await self.choosing.add_seen(interaction.user.id, works):
                await self.show(interaction)
            else:
                await self.speaker.hint(interaction, setting_texts.SEEN_FULL)

    async def _set_spoilers(self, interaction: Interaction, chosen: Sequence[str]) -> None:
        modes = [mode for mode in SpoilerMode if mode in chosen]
        await self.choosing.set_member(interaction.user.id, MemberChoice.SPOILERS, modes[:1])
        await self.show(interaction)

    async def _set_private(self, interaction: Interaction, chosen: Sequence[str]) -> None:
        await self.choosing.set_member(interaction.user.id, MemberChoice.PRIVATE, [YES] if YES in chosen else [])
        await self.show(interaction)

    async def _ask_seen(self, interaction: Interaction, _: Sequence[str]) -> None:
        await interaction.response.send_modal(title_form(Change.M_SEEN))

    async def _drop_seen(self, interaction: Interaction, works: Sequence[str]) -> None:
        await self.choosing.drop_seen(interaction.user.id, works)
        await self.show(interaction)

    async def _forget(self, interaction: Interaction, _: Sequence[str]) -> None:
        forgotten = await self.choosing.forget_member(interaction.user.id)
        await self.speaker.show(interaction, message_card(setting_texts.forgotten(forgotten)))
