"""`/bigrun settings`: what the moderators of a guild chose, on one card that shows and changes it."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.components.custom_ids import SettingAction, SettingRequest
from bot.components.limits import MAX_OPTIONS
from bot.conversation.dailies import DailySchedules, require_manager
from bot.conversation.sender import AnswerSender, Interaction
from bot.corpus.scope import Scope
from bot.interactions.response import response_of
from bot.model import Medium
from bot.preferences import SpoilerMode
from bot.render.cards import message_card
from bot.render.markdown import escape
from bot.render.settings_cards import preferences_card, settings_card, suggested_works_card, work_title_modal
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.state.preferences import YES, Choosing, GuildChoice, MemberChoice

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

NEAR = 3
_ID = re.compile(r"[1-9][0-9]{0,18}")
_HIGHEST = 2**63 - 1

Deed = Callable[[Interaction, Sequence[str]], Awaitable[None]]


class SettingsPanel:
    """Where one kind of choices is seen and changed; what comes from a control is checked like any input."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose stores keep what was chosen."""
        self.corpus, self.choosing, self.speaker = bot.corpus, Choosing(bot.state), AnswerSender(bot)
        self.deeds: Mapping[SettingAction, Deed] = {}

    async def use(self, interaction: Interaction, control: SettingRequest, values: Sequence[str]) -> None:
        """Does what a control says, with what was chosen in it or typed into its form."""
        chosen = values or ([control.value] if control.value else [])
        await self.deeds[control.action](interaction, chosen)

    async def works(self, interaction: Interaction, typed: Sequence[str], change: SettingAction) -> list[str]:
        """Returns the token of the work that was typed, in a list; if there is none, says so and returns nothing.

        The works that look most like it are offered as buttons that make the same change.
        """
        title = "".join(typed[:1])
        found = await self.corpus.find_work(title)
        if found:
            return [found.ref]
        near = await self.corpus.suggest_works(title, None, NEAR)
        text = texts.unknown_work(escape(title), [escape(work.title) for work in near])
        await self.speaker.send_private_card(
            interaction, suggested_works_card(text, change, [(work.title, work.ref) for work in near])
        )
        return []


if TYPE_CHECKING:
    from bot.client.bot import TropeBot


class GuildSettingsPanel(SettingsPanel):
    """Shows and changes what was chosen for the guild where it is used, by those who may manage it."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose stores keep what was chosen."""
        super().__init__(bot)
        self.dailies = DailySchedules(bot)
        self.deeds = {
            SettingAction.GUILD_SPOILERS: self._set_spoilers,
            SettingAction.GUILD_PRIVATE: self._set_private,
            SettingAction.GUILD_MEDIA: self._set_media,
            SettingAction.GUILD_CHANNELS: self._set_channels,
            SettingAction.GUILD_ASK_HIDE: self._ask_hide,
            SettingAction.GUILD_HIDE: self._hide,
            SettingAction.GUILD_UNHIDE: self._unhide,
            SettingAction.GUILD_STOP_DAILY: self._stop,
            SettingAction.GUILD_RESUME_DAILY: self._resume,
        }

    async def use(self, interaction: Interaction, control: SettingRequest, values: Sequence[str]) -> None:
        """Does what a control says, if the member may: who sees the card need not be who may use it any more."""
        if await require_manager(interaction, self.speaker):
            await super().use(interaction, control, values)

    async def show(self, interaction: Interaction) -> None:
        """Shows the card, to those who may manage the guild."""
        guild = await require_manager(interaction, self.speaker)
        if guild:
            chosen = await self.choosing.of_guild(guild)
            titles = await self.corpus.titles_by_ref(chosen.hidden_works)
            dailies = await self.dailies.of_guild(guild)
            await self.speaker.send_private_card(
                interaction, settings_card(chosen, titles, await self._media(), dailies)
            )

    async def _media(self) -> list[Medium]:
        """Returns the media of the corpus, those with the most examples first."""
        totals = {medium: await self.corpus.count(Scope(media=(medium.slug,))) for medium in self.corpus.media.media}
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
        await self._set(interaction, GuildChoice.MEDIUM, known[:MAX_OPTIONS])

    async def _set_channels(self, interaction: Interaction, chosen: Sequence[str]) -> None:
        await self._set(interaction, GuildChoice.CHANNEL, [str(channel) for channel in _ids(chosen)][:MAX_OPTIONS])

    async def _ask_hide(self, interaction: Interaction, _: Sequence[str]) -> None:
        await response_of(interaction).send_modal(work_title_modal(SettingAction.GUILD_HIDE))

    async def _hide(self, interaction: Interaction, typed: Sequence[str]) -> None:
        if works := await self.works(interaction, typed, SettingAction.GUILD_HIDE):
            if await self.choosing.hide_works(interaction.guild_id or 0, works):
                await self.show(interaction)
            else:
                await self.speaker.send_notice(interaction, setting_texts.HIDDEN_FULL)

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


class PreferencesPanel(SettingsPanel):
    """Shows and changes what the member who asks chose; nobody else's can be reached."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose stores keep what was chosen."""
        super().__init__(bot)
        self.deeds = {
            SettingAction.MEMBER_SPOILERS: self._set_spoilers,
            SettingAction.MEMBER_PRIVATE: self._set_private,
            SettingAction.MEMBER_ASK_SEEN: self._ask_seen,
            SettingAction.MEMBER_ADD_SEEN: self.add_seen,
            SettingAction.MEMBER_REMOVE_SEEN: self._drop_seen,
            SettingAction.MEMBER_FORGET: self._forget,
        }

    async def show(self, interaction: Interaction) -> None:
        """Shows the card."""
        _, chosen = await self.choosing.both(0, interaction.user.id)
        titles = await self.corpus.titles_by_ref(chosen.seen_works)
        await self.speaker.send_private_card(interaction, preferences_card(chosen, titles))

    async def add_seen(self, interaction: Interaction, typed: Sequence[str]) -> None:
        """Adds a work to those that the member has seen, and shows the card."""
        if works := await self.works(interaction, typed, SettingAction.MEMBER_ADD_SEEN):
            if await self.choosing.add_seen(interaction.user.id, works):
                await self.show(interaction)
            else:
                await self.speaker.send_notice(interaction, setting_texts.SEEN_FULL)

    async def _set_spoilers(self, interaction: Interaction, chosen: Sequence[str]) -> None:
        modes = [mode for mode in SpoilerMode if mode in chosen]
        await self.choosing.set_member(interaction.user.id, MemberChoice.SPOILERS, modes[:1])
        await self.show(interaction)

    async def _set_private(self, interaction: Interaction, chosen: Sequence[str]) -> None:
        await self.choosing.set_member(interaction.user.id, MemberChoice.PRIVATE, [YES] if YES in chosen else [])
        await self.show(interaction)

    async def _ask_seen(self, interaction: Interaction, _: Sequence[str]) -> None:
        await response_of(interaction).send_modal(work_title_modal(SettingAction.MEMBER_ADD_SEEN))

    async def _drop_seen(self, interaction: Interaction, works: Sequence[str]) -> None:
        await self.choosing.drop_seen(interaction.user.id, works)
        await self.show(interaction)

    async def _forget(self, interaction: Interaction, _: Sequence[str]) -> None:
        forgotten = await self.choosing.forget_member(interaction.user.id)
        await self.speaker.send_private_card(interaction, message_card(setting_texts.deletion_summary(forgotten)))
