"""`/bigrun settings` and `/bigrun preferences`: one card each that shows what was chosen and changes it."""

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from bot.components.custom_ids import SettingAction, SettingRequest
from bot.components.limits import MAX_OPTIONS
from bot.conversation.dailies import DailySchedules, require_manager
from bot.conversation.suggestions import suggest_works
from bot.corpus.scope import Scope
from bot.interactions.record import Interaction
from bot.interactions.response import response_of
from bot.preferences import SpoilerMode
from bot.render.cards import message_card
from bot.render.settings_cards import preferences_card, settings_card, suggested_works_card, work_title_modal
from bot.render.texts import settings as setting_texts
from bot.state.preferences import ENABLED, GuildSetting, MemberPreference

if TYPE_CHECKING:
    from bot.conversation.services import Services

SNOWFLAKE = re.compile(r"[1-9][0-9]{0,18}")
MAX_SNOWFLAKE = 2**63 - 1


class SettingsPanel:
    """A card of choices. What comes from its components is checked like any input."""

    def __init__(self, services: "Services") -> None:
        self._corpus, self._preferences, self._sender = services.corpus, services.preferences, services.sender

    async def find_work(
        self, interaction: Interaction, typed: str, action: SettingAction, hidden_works: Collection[str]
    ) -> str | None:
        """Return the ref of the work that was typed; else suggest works as buttons that do `action`."""
        found = await self._corpus.find_work(typed)
        if found:
            return found.ref
        suggested = await suggest_works(self._corpus, typed, hidden_works)
        card = suggested_works_card(suggested.text, action, suggested.names)
        await self._sender.send_private_card(interaction, card)
        return None


class GuildSettingsPanel(SettingsPanel):
    """What was chosen for the guild, seen and changed by those who may manage it."""

    def __init__(self, services: "Services") -> None:
        super().__init__(services)
        fetch_channel = services.discord.fetch_channel
        self.dailies = DailySchedules(
            services.corpus, services.dailies, services.preferences, services.sender, fetch_channel
        )

    async def show(self, interaction: Interaction) -> None:
        """Show the card, to those who may manage the guild."""
        guild_id = await require_manager(interaction, self._sender)
        if not guild_id:
            return
        settings = await self._preferences.guild_settings(guild_id)
        titles = await self._corpus.titles_by_ref(settings.hidden_works)
        counts = {medium: await self._corpus.count(Scope(media=(medium.slug,))) for medium in self._corpus.media.media}
        media = sorted(counts, key=counts.__getitem__, reverse=True)
        card = settings_card(settings, titles, media, await self.dailies.of_guild(guild_id))
        await self._sender.send_private_card(interaction, card)

    async def handle(self, interaction: Interaction, request: SettingRequest, values: Sequence[str]) -> None:
        """Do what a component asks for, if the member may manage the guild now."""
        guild_id = await require_manager(interaction, self._sender)
        if not guild_id:
            return
        values = values or ([request.value] if request.value else [])
        preferences = self._preferences
        match request.action:
            case SettingAction.GUILD_SPOILERS:
                modes = [mode for mode in SpoilerMode if mode in values][:1]
                await preferences.set_guild_setting(guild_id, GuildSetting.SPOILERS, modes)
            case SettingAction.GUILD_PRIVATE:
                await preferences.set_guild_setting(
                    guild_id, GuildSetting.PRIVATE, [ENABLED] if ENABLED in values else []
                )
            case SettingAction.GUILD_MEDIA:
                slugs = [medium.slug for medium in self._corpus.media.media if medium.slug in values]
                await preferences.set_guild_setting(guild_id, GuildSetting.MEDIUM, slugs[:MAX_OPTIONS])
            case SettingAction.GUILD_CHANNELS:
                await preferences.set_guild_setting(
                    guild_id, GuildSetting.CHANNEL, map(str, parse_ids(values)[:MAX_OPTIONS])
                )
            case SettingAction.GUILD_ASK_HIDE:
                await response_of(interaction).send_modal(work_title_modal(SettingAction.GUILD_HIDE))
                return
            case SettingAction.GUILD_HIDE:
                hidden_works = (await preferences.guild_settings(guild_id)).hidden_works
                work = await self.find_work(interaction, "".join(values[:1]), request.action, hidden_works)
                if work is None:
                    return
                if not await preferences.hide_works(guild_id, [work]):
                    await self._sender.send_notice(interaction, setting_texts.HIDDEN_FULL)
                    return
            case SettingAction.GUILD_UNHIDE:
                await preferences.unhide_works(guild_id, values)
            case SettingAction.GUILD_STOP_DAILY:
                for channel_id in parse_ids(values):
                    await self.dailies.stop(guild_id, channel_id)
            case SettingAction.GUILD_RESUME_DAILY:
                for channel_id in parse_ids(values):
                    await self.dailies.resume(guild_id, channel_id)
        await self.show(interaction)


class PreferencesPanel(SettingsPanel):
    """What the member chose. Nobody else's can be reached."""

    async def show(self, interaction: Interaction) -> None:
        """Show the card."""
        _, preferences = await self._preferences.for_answer(0, interaction.user.id)
        titles = await self._corpus.titles_by_ref(preferences.seen_works)
        await self._sender.send_private_card(interaction, preferences_card(preferences, titles))

    async def add_seen(self, interaction: Interaction, typed: str) -> None:
        """Add a work to those that the member knows, and show the card."""
        guild_settings, _ = await self._preferences.for_answer(interaction.guild_id or 0, 0)
        action = SettingAction.MEMBER_ADD_SEEN
        work = await self.find_work(interaction, typed, action, guild_settings.hidden_works)
        if work is None:
            return
        if await self._preferences.add_seen_works(interaction.user.id, [work]):
            await self.show(interaction)
        else:
            await self._sender.send_notice(interaction, setting_texts.SEEN_FULL)

    async def handle(self, interaction: Interaction, request: SettingRequest, values: Sequence[str]) -> None:
        """Do what a component asks for."""
        user_id = interaction.user.id
        values = values or ([request.value] if request.value else [])
        match request.action:
            case SettingAction.MEMBER_SPOILERS:
                modes = [mode for mode in SpoilerMode if mode in values][:1]
                await self._preferences.set_member_preference(user_id, MemberPreference.SPOILERS, modes)
            case SettingAction.MEMBER_PRIVATE:
                await self._preferences.set_member_preference(
                    user_id, MemberPreference.PRIVATE, [ENABLED] if ENABLED in values else []
                )
            case SettingAction.MEMBER_ASK_SEEN:
                await response_of(interaction).send_modal(work_title_modal(SettingAction.MEMBER_ADD_SEEN))
                return
            case SettingAction.MEMBER_ADD_SEEN:
                await self.add_seen(interaction, "".join(values[:1]))
                return
            case SettingAction.MEMBER_REMOVE_SEEN:
                await self._preferences.remove_seen_works(user_id, values)
            case SettingAction.MEMBER_FORGET:
                deleted = await self._preferences.delete_member_data(user_id)
                card = message_card(setting_texts.deletion_summary(deleted))
                await self._sender.send_private_card(interaction, card)
                return
        await self.show(interaction)


def parse_ids(values: Sequence[str]) -> list[int]:
    """Return those of some texts that are ids of Discord's."""
    return [int(value) for value in values if SNOWFLAKE.fullmatch(value) and int(value) <= MAX_SNOWFLAKE]
