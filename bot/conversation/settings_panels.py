"""The interactive cards of `/bigrun settings` and `/bigrun preferences`."""

import re
from collections.abc import Sequence

from bot.components.custom_ids import SettingAction
from bot.components.limits import MAX_OPTIONS
from bot.conversation.dailies import DailySchedules, require_manager
from bot.conversation.sender import send_notice, send_private_card
from bot.conversation.services import Services
from bot.conversation.suggestions import suggest
from bot.corpus.scope import Scope
from bot.interactions.record import Interaction
from bot.interactions.response import response_of
from bot.preferences import SpoilerMode
from bot.render.cards import message_card
from bot.render.settings_cards import preferences_card, settings_card, suggested_works_card, work_title_modal
from bot.render.texts import settings as setting_texts
from bot.state.preferences import ENABLED, GuildSetting, MemberPreference

SNOWFLAKE = re.compile(r"[1-9][0-9]{0,18}")
MAX_SNOWFLAKE = 2**63 - 1


class SettingsPanel:
    """A card of choices. Check submitted values: they may be forged."""

    def __init__(self, services: Services) -> None:
        self._corpus, self._preferences = services.corpus, services.preferences

    async def find_work(self, interaction: Interaction, typed: str, action: SettingAction) -> str | None:
        """Return a typed work's ref, or send suggestions with buttons for `action`."""
        work = await self._corpus.find_work(typed)
        if work:
            return work.ref
        settings = await self._preferences.guild_settings(interaction.guild_id or 0)
        suggested = await suggest("work", typed, self._corpus, settings)
        await send_private_card(interaction, suggested_works_card(suggested.text, action, suggested.names))
        return None


class GuildSettingsPanel(SettingsPanel):
    """The guild's settings, for its managers only."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._schedules, self._dailies = DailySchedules(services), services.dailies

    async def show(self, interaction: Interaction) -> None:
        """Show the card to a manager of the guild."""
        guild_id = await require_manager(interaction)
        if not guild_id:
            return
        settings = await self._preferences.guild_settings(guild_id)
        titles = await self._corpus.titles_by_ref(settings.hidden_works)
        counts = {medium: await self._corpus.count(Scope(media=(medium.slug,))) for medium in self._corpus.media.media}
        media = sorted(counts, key=counts.__getitem__, reverse=True)
        card = settings_card(settings, titles, media, await self._schedules.of_guild(guild_id))
        await send_private_card(interaction, card)

    async def handle(self, interaction: Interaction, action: SettingAction, values: Sequence[str]) -> None:
        """Apply a component, if the member can still manage the guild."""
        guild_id = await require_manager(interaction)
        if not guild_id:
            return
        preferences = self._preferences
        match action:
            case SettingAction.GUILD_SPOILERS:
                await preferences.set_guild_setting(guild_id, GuildSetting.SPOILERS, valid_modes(values))
            case SettingAction.GUILD_PRIVATE:
                enabled = [ENABLED] if ENABLED in values else []
                await preferences.set_guild_setting(guild_id, GuildSetting.PRIVATE, enabled)
            case SettingAction.GUILD_MEDIA:
                slugs = [medium.slug for medium in self._corpus.media.media if medium.slug in values]
                await preferences.set_guild_setting(guild_id, GuildSetting.MEDIUM, slugs[:MAX_OPTIONS])
            case SettingAction.GUILD_CHANNELS:
                ids = [str(channel_id) for channel_id in parse_ids(values)]
                await preferences.set_guild_setting(guild_id, GuildSetting.CHANNEL, ids[:MAX_OPTIONS])
            case SettingAction.GUILD_ASK_HIDE:
                await response_of(interaction).send_modal(work_title_modal(SettingAction.GUILD_HIDE))
                return
            case SettingAction.GUILD_HIDE:
                work = await self.find_work(interaction, "".join(values[:1]), action)
                if work is None:
                    return
                if not await preferences.hide_works(guild_id, [work]):
                    await send_notice(interaction, setting_texts.hidden_full())
                    return
            case SettingAction.GUILD_UNHIDE:
                await preferences.unhide_works(guild_id, values)
            case SettingAction.GUILD_STOP_DAILY:
                for channel_id in parse_ids(values):
                    await self._dailies.stop(guild_id, channel_id)
            case SettingAction.GUILD_RESUME_DAILY:
                for channel_id in parse_ids(values):
                    await self._schedules.resume(guild_id, channel_id)
        await self.show(interaction)


class PreferencesPanel(SettingsPanel):
    """The member's own preferences."""

    async def show(self, interaction: Interaction) -> None:
        """Show the card."""
        _, preferences = await self._preferences.for_answer(0, interaction.user.id)
        titles = await self._corpus.titles_by_ref(preferences.seen_works)
        await send_private_card(interaction, preferences_card(preferences, titles))

    async def add_seen(self, interaction: Interaction, typed: str) -> None:
        """Mark a work as seen, and show the card."""
        work = await self.find_work(interaction, typed, SettingAction.MEMBER_ADD_SEEN)
        if work is None:
            return
        if await self._preferences.add_seen_works(interaction.user.id, [work]):
            await self.show(interaction)
        else:
            await send_notice(interaction, setting_texts.seen_full())

    async def handle(self, interaction: Interaction, action: SettingAction, values: Sequence[str]) -> None:
        """Apply a component."""
        user_id, preferences = interaction.user.id, self._preferences
        match action:
            case SettingAction.MEMBER_SPOILERS:
                await preferences.set_member_preference(user_id, MemberPreference.SPOILERS, valid_modes(values))
            case SettingAction.MEMBER_PRIVATE:
                enabled = [ENABLED] if ENABLED in values else []
                await preferences.set_member_preference(user_id, MemberPreference.PRIVATE, enabled)
            case SettingAction.MEMBER_ASK_SEEN:
                await response_of(interaction).send_modal(work_title_modal(SettingAction.MEMBER_ADD_SEEN))
                return
            case SettingAction.MEMBER_ADD_SEEN:
                await self.add_seen(interaction, "".join(values[:1]))
                return
            case SettingAction.MEMBER_REMOVE_SEEN:
                await preferences.remove_seen_works(user_id, values)
            case SettingAction.MEMBER_FORGET:
                deleted = await preferences.delete_member_data(user_id)
                await send_private_card(interaction, message_card(setting_texts.deletion_summary(deleted)))
                return
        await self.show(interaction)


def valid_modes(values: Sequence[str]) -> list[SpoilerMode]:
    """Return the selected spoiler mode as a list, empty for the default."""
    return [mode for mode in SpoilerMode if mode in values][:1]


def parse_ids(values: Sequence[str]) -> list[int]:
    """Return the valid Discord ids among some texts."""
    return [int(value) for value in values if SNOWFLAKE.fullmatch(value) and int(value) <= MAX_SNOWFLAKE]
