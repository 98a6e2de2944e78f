"""The interactive cards of `/bigrun settings` and `/bigrun preferences`."""

from collections.abc import Sequence
from typing import Any

from bot.components.custom_ids import SettingAction
from bot.components.limits import MAX_OPTIONS
from bot.conversation.dailies import DailySchedules, require_manager
from bot.conversation.opened import NOTHING_OPENED, Opened, opened_by
from bot.conversation.sender import send_notice, send_private_card
from bot.conversation.services import Services
from bot.conversation.suggestions import NameKind, suggest
from bot.corpus.scope import Scope
from bot.corpus.shown import ShownCorpus
from bot.interactions.response import Interaction
from bot.language import spoken_locales
from bot.model.preferences import SpoilerMode
from bot.render.cards import message_card
from bot.render.settings_cards import (
    FormProblem,
    GuildPanel,
    forget_card,
    games_card,
    preferences_card,
    settings_card,
    title_modal,
)
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.state.preferences import DISABLED, ENABLED, GuildSetting, MemberPreference


class SettingsPanel:
    """A card of choices. Check submitted values: they may be forged."""

    def __init__(self, services: Services) -> None:
        self._corpus, self._preferences = services.corpus, services.preferences

    async def _find(
        self, interaction: Interaction, kind: NameKind, typed: str, action: SettingAction
    ) -> str | FormProblem:
        """Return the ref of a typed work or trope, or what is similar to it."""
        settings = await self._preferences.guild_settings(interaction.guild_id or 0)
        shown = ShownCorpus(self._corpus, settings.hidden_tropes)
        found = await self._corpus.find_trope(typed) if kind == "trope" else await shown.find_work(typed)
        if found:
            return found.ref
        suggested = await suggest(kind, typed, self._corpus, settings)
        return FormProblem(action, suggested.text, typed, suggested.names)


class GuildSettingsPanel(SettingsPanel):
    """The guild's settings, for its managers only."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._schedules, self._dailies = DailySchedules(services), services.dailies

    async def show(self, interaction: Interaction) -> None:
        """Show the card to a manager of the guild."""
        if guild_id := await require_manager(interaction):
            await self._show(interaction, guild_id)

    async def handle(self, interaction: Interaction, action: SettingAction, values: Sequence[str]) -> None:
        """Apply a component, if the member can still manage the guild."""
        guild_id = await require_manager(interaction)
        if not guild_id:
            return
        match action:
            case SettingAction.GUILD_ASK_HIDE | SettingAction.GUILD_ASK_HIDE_TROPE:
                await interaction.response.send_modal(title_modal(action, first(values)))
            case SettingAction.GUILD_HIDE | SettingAction.GUILD_HIDE_TROPE:
                await self._show(interaction, guild_id, await self._hide(interaction, guild_id, action, first(values)))
            case (
                SettingAction.GUILD_DAILIES
                | SettingAction.GUILD_STOP_DAILY
                | SettingAction.GUILD_RESUME_DAILY
                | SettingAction.GUILD_UNDO_DAILY
            ):
                await self._schedules.handle(interaction, guild_id, action, first(values))
            case SettingAction.GUILD_CHANNELS | SettingAction.GUILD_GAME_CHANNELS:
                channels = resolved_channels(interaction, values)
                if values and not channels:
                    await send_notice(interaction, texts.OUTDATED_BUTTON())
                    return
                is_game = action is SettingAction.GUILD_GAME_CHANNELS
                setting = GuildSetting.GAME_CHANNEL if is_game else GuildSetting.CHANNEL
                await self._preferences.set_guild_setting(guild_id, setting, channels[:MAX_OPTIONS])
                await (self._show_games if is_game else self._show)(interaction, guild_id)
            case SettingAction.GUILD_SHOW_GAMES | SettingAction.GUILD_GAMES:
                await self._change(guild_id, action, values)
                await self._show_games(interaction, guild_id)
            case _:
                await self._change(guild_id, action, values)
                await self._show(interaction, guild_id)

    async def _change(self, guild_id: int, action: SettingAction, values: Sequence[str]) -> None:
        """Store what was chosen. Other actions change nothing."""
        preferences = self._preferences
        match action:
            case SettingAction.GUILD_SPOILERS:
                await preferences.set_guild_setting(guild_id, GuildSetting.SPOILERS, valid_modes(values))
            case SettingAction.GUILD_PRIVATE:
                enabled = [ENABLED] if ENABLED in values else []
                await preferences.set_guild_setting(guild_id, GuildSetting.PRIVATE, enabled)
            case SettingAction.GUILD_GAMES:
                disabled = [DISABLED] if DISABLED in values else []
                await preferences.set_guild_setting(guild_id, GuildSetting.GAMES, disabled)
            case SettingAction.GUILD_LANGUAGE:
                known = [locale for locale in spoken_locales() if locale in values]
                await preferences.set_guild_setting(guild_id, GuildSetting.LANGUAGE, known[:1])
            case SettingAction.GUILD_MEDIA:
                slugs = [medium.slug for medium in self._corpus.media.media if medium.slug in values]
                await preferences.set_guild_setting(guild_id, GuildSetting.MEDIUM, slugs[:MAX_OPTIONS])
            case SettingAction.GUILD_UNHIDE:
                await preferences.unhide(guild_id, GuildSetting.WORK, values)
            case SettingAction.GUILD_UNHIDE_TROPE:
                await preferences.unhide(guild_id, GuildSetting.TROPE, values)

    async def _hide(
        self, interaction: Interaction, guild_id: int, action: SettingAction, typed: str
    ) -> FormProblem | None:
        """Hide a typed work or trope, or return why not."""
        is_trope = action is SettingAction.GUILD_HIDE_TROPE
        found = await self._find(interaction, "trope" if is_trope else "work", typed, action)
        if isinstance(found, FormProblem):
            return found
        if await self._preferences.hide(guild_id, GuildSetting.TROPE if is_trope else GuildSetting.WORK, [found]):
            return None
        full = setting_texts.hidden_tropes_full() if is_trope else setting_texts.hidden_works_full()
        return FormProblem(action, full, typed)

    async def _show_games(self, interaction: Interaction, guild_id: int) -> None:
        await send_private_card(interaction, games_card(await self._preferences.guild_settings(guild_id)))

    async def _show(self, interaction: Interaction, guild_id: int, problem: FormProblem | None = None) -> None:
        settings = await self._preferences.guild_settings(guild_id)
        counts = await self._corpus.count_by_medium(Scope(excluded_tropes=settings.hidden_tropes))
        hidden = await self._corpus.tropes_by_ref(settings.hidden_tropes)
        panel = GuildPanel(
            settings,
            await self._corpus.titles_by_ref(settings.hidden_works),
            {ref: trope.title for ref, trope in hidden.items()},
            sorted(self._corpus.media.media, key=lambda medium: counts.get(medium.slug, 0), reverse=True),
            await self._dailies.for_guild(guild_id),
            has_several_tropes=self._corpus.trope_count > 1,
        )
        await send_private_card(interaction, settings_card(panel, problem))


class PreferencesPanel(SettingsPanel):
    """The member's own preferences."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._sender = services.sender

    async def show(
        self, interaction: Interaction, problem: FormProblem | None = None, opened: Opened = NOTHING_OPENED
    ) -> None:
        """Show the card, with a title that was not accepted, or with what a work opens."""
        settings, preferences = await self._preferences.for_answer(interaction.guild_id or 0, interaction.user.id)
        shown = ShownCorpus(self._corpus, settings.hidden_tropes)
        titles = await shown.titles_by_ref(preferences.seen_works)
        card = preferences_card(preferences, titles, problem)
        if opened.text:
            card.add_note(opened.text).add_suggestions(*opened.requests)
        await send_private_card(interaction, card)

    async def add_seen(self, interaction: Interaction, typed: str) -> None:
        """Mark a work as seen, and show the card."""
        action = SettingAction.MEMBER_ADD_SEEN
        found = await self._find(interaction, "work", typed, action)
        if isinstance(found, FormProblem):
            await self.show(interaction, found)
        elif await self._preferences.add_seen_works(interaction.user.id, [found]):
            policy = await self._sender.policy_for(interaction, private=True)
            await self.show(interaction, opened=await opened_by(self._corpus, found, policy))
        else:
            await self.show(interaction, FormProblem(action, setting_texts.seen_full(), typed))

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
                await interaction.response.send_modal(title_modal(action, first(values)))
                return
            case SettingAction.MEMBER_ADD_SEEN:
                await self.add_seen(interaction, first(values))
                return
            case SettingAction.MEMBER_REMOVE_SEEN:
                await preferences.remove_seen_works(user_id, values)
            case SettingAction.MEMBER_ASK_FORGET:
                await send_private_card(interaction, forget_card())
                return
            case SettingAction.MEMBER_FORGET:
                deleted = await preferences.delete_member_data(user_id)
                await send_private_card(interaction, message_card(setting_texts.deletion_summary(deleted)))
                return
        await self.show(interaction)


def first(values: Sequence[str]) -> str:
    """Return what was typed, or the first choice."""
    return "".join(values[:1])


def valid_modes(values: Sequence[str]) -> list[SpoilerMode]:
    """Return the selected spoiler mode as a list, empty for the default."""
    return [mode for mode in SpoilerMode if mode in values][:1]


def resolved_channels(interaction: Interaction, values: Sequence[str]) -> list[str]:
    """Return the chosen channels that Discord found in this guild. A forged choice may name any id."""
    data: dict[str, Any] = dict(interaction.data or {})
    channels = data.get("resolved", {}).get("channels", {})
    here = str(interaction.guild_id)
    return [one for one in values if one in channels and str(channels[one].get("guild_id", here)) == here]
