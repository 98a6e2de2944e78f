"""`/bigrun settings`: what the moderators of a guild chose, on one card that shows and changes it."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.components.custom_ids import Change, Control
from bot.components.limits import OPTIONS
from bot.corpus.scope import Scope
from bot.model import Medium
from bot.preferences import SpoilerMode
from bot.render.settings_cards import settings_card, title_form
from bot.render.texts import settings as setting_texts
from bot.state.preferences import YES, GuildChoice
from cogs.choosing import Desk
from cogs.dailies import DailyDesk, managing_guild
from cogs.speaking import Interaction

if TYPE_CHECKING:
    from bot.app import TropeBot

_ID = re.compile(r"[1-9][0-9]{0,18}")
_HIGHEST = 2**63 - 1


class GuildSettings(Desk):
    """Shows and changes what was chosen for the guild where it is used, by those who may manage it."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose stores keep what was chosen."""
        super().__init__(bot)
        self.dailies = DailyDesk(bot)
        self.deeds = {
            Change.G_SPOILERS: self._set_spoilers,
            Change.G_PRIVATE: self._set_private,
            Change.G_MEDIA: self._set_media,
            Change.G_CHANNELS: self._set_channels,
            Change.G_ASK_HIDE: self._ask_hide,
            Change.G_HIDE: self._hide,
            Change.G_UNHIDE: self._unhide,
            Change.G_STOP: self._stop,
            Change.G_RESUME: self._resume,
        }

    async def use(self, interaction: Interaction, control: Control, values: Sequence[str]) -> None:
        """Does what a control says, if the member may: who sees the card need not be who may use it any more."""
        if await managing_guild(interaction, self.speaker):
            await super().use(interaction, control, values)

    async def show(self, interaction: Interaction) -> None:
        """Shows the card, to those who may manage the guild."""
        guild = await managing_guild(interaction, self.speaker)
        if guild:
            chosen = await self.choosing.of_guild(guild)
            titles = await self.corpus.work_titles(chosen.works)
            dailies = await self.dailies.of_guild(guild)
            await self.speaker.show(interaction, settings_card(chosen, titles, await self._media(), dailies))

    async def _media(self) -> list[Medium]:
        """Returns the media of the corpus, those with the most examples first."""
        totals = {medium: await self.corpus.total(Scope(media=(medium.slug,))) for medium in self.corpus.media.media}
        return sorted(totals, key=totals.__getitem__, reverse=True)

    async def _set(self, interaction: Interaction, what: GuildChoice, values: Sequence[str]) -> None:
        await self.choosing.set_guild(interaction.guild_id or 0, what, values)
        await self.show(interaction)

    async def _set_spoilers(self, interaction: Interaction, chosen: Sequence[str]) -> None:
        await self._set(interaction, GuildChoice.SPOILERS, [mode for mode in SpoilerMode if mode in chosen][:1])

    async def _set_private(self, interaction: Interaction, chosen: Sequence[str]) -> None:
        await self._set(interaction, GuildChoice.PRIVATE, [YES] if YES in chosen else [])

    async def _set_media(self, interaction: Interaction, chosen: Sequence[str]) -> None:
        known = [medium.slug for medium in self.corpus.media.media if medium.slug in chosen]
        await self._set(interaction, GuildChoice.MEDIUM, known[:OPTIONS])

    async def _set_channels(self, interaction: Interaction, chosen: Sequence[str]) -> None:
        await self._set(interaction, GuildChoice.CHANNEL, [str(channel) for channel in _ids(chosen)][:OPTIONS])

    async def _ask_hide(self, interaction: Interaction, _: Sequence[str]) -> None:
        await interaction.response.send_modal(title_form(Change.G_HIDE))

    async def _hide(self, interaction: Interaction, typed: Sequence[str]) -> None:
        if works := await self.works(interaction, typed, Change.G_HIDE):
            if await self.choosing.hide_works(interaction.guild_id or 0, works):
                await self.show(interaction)
            else:
                await self.speaker.hint(interaction, setting_texts.HIDDEN_FULL)

    async def _unhide(self, interaction: Interaction, works: Sequence[str]) -> None:
        await self.choosing.show_works(interaction.guild_id or 0, works)
        await self.show(interaction)

    async def _stop(self, interaction: Interaction, channels: Sequence[str]) -> None:
        for channel in _ids(channels):
            await self.dailies.stop(interaction.guild_id or 0, channel)
        await self.show(interaction)

    async def _resume(self, interaction: Interaction, channels: Sequence[str]) -> None:
        for channel in _ids(channels):
            await self.dailies.resume(interaction.guild_id or 0, channel)
        await self.show(interaction)


def _ids(typed: Sequence[str]) -> list[int]:
    """Returns those of some texts that are ids."""
    return [int(one) for one in typed if _ID.fullmatch(one) and int(one) <= _HIGHEST]
