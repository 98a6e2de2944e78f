"""Set, show and resume a guild's daily examples."""

from dataclasses import dataclass

import discord

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.conversation.answers import DEFAULT_POLICY
from bot.conversation.local_time import find_timezone, next_occurrence, parse_time_of_day, suggest_timezones
from bot.conversation.requests import scope_for
from bot.conversation.sender import can_send_messages, send_notice, send_private_card
from bot.conversation.services import Services
from bot.conversation.suggestions import MAX_SUGGESTIONS, suggest
from bot.interactions.response import Interaction
from bot.model import Trope
from bot.preferences import MAX_DAILIES_PER_GUILD, AnswerPolicy, DailySchedule, MemberPreferences
from bot.render.markdown import Markdown, escape
from bot.render.settings_cards import daily_card, short_name
from bot.render.texts import daily as daily_texts
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts


class InvalidInputError(Exception):
    """A moderator's input is invalid. `text` tells them why."""

    def __init__(self, text: Markdown) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class DailyForm:
    """A moderator's input. None means this channel, any medium or any work."""

    time: str
    zone: str
    channel_id: int | None
    medium: str | None
    work: str | None
    include_spoilers: bool


class DailySchedules:
    """Set, show and resume daily examples."""

    def __init__(self, services: Services) -> None:
        self._corpus, self._dailies = services.corpus, services.dailies
        self._preferences, self._fetch_channel = services.preferences, services.fetch_channel

    async def set(self, interaction: Interaction, trope: Trope, form: DailyForm) -> None:
        """Set a channel's daily example, and show its schedule."""
        guild_id = await require_manager(interaction)
        if not guild_id:
            return
        try:
            daily = await self._validate(interaction, guild_id, trope, form)
        except InvalidInputError as error:
            await send_notice(interaction, error.text)
            return
        if await self._dailies.save(daily):
            await send_private_card(interaction, daily_card(daily, await self._scope_text(daily)))
        else:
            await send_notice(interaction, daily_texts.too_many(MAX_DAILIES_PER_GUILD))

    async def of_guild(self, guild_id: int) -> list[tuple[DailySchedule, Markdown]]:
        """Return a guild's daily examples, each with its scope in words."""
        return [(daily, await self._scope_text(daily)) for daily in await self._dailies.for_guild(guild_id)]

    async def resume(self, guild_id: int, channel_id: int) -> None:
        """Resume a paused daily example of this guild from its next time."""
        for daily in await self._dailies.for_guild(guild_id):
            if daily.channel_id == channel_id:
                due = next_occurrence(daily.minute_of_day, daily.timezone, discord.utils.utcnow())
                await self._dailies.resume(guild_id, channel_id, due)

    async def _validate(self, interaction: Interaction, guild_id: int, trope: Trope, form: DailyForm) -> DailySchedule:
        """Raise InvalidInputError if the form is unclear or cannot be posted."""
        corpus, channel_id = self._corpus, form.channel_id or interaction.channel_id
        minute, zone = parse_time_of_day(form.time), find_timezone(form.zone)
        if minute is None:
            raise InvalidInputError(daily_texts.INVALID_TIME)
        if zone is None:
            names = [escape(name) for name in suggest_timezones(form.zone, MAX_SUGGESTIONS)]
            raise InvalidInputError(daily_texts.unknown_zone(escape(form.zone), names))
        if channel_id is None:
            raise InvalidInputError(daily_texts.CHANNEL_NOT_FOUND)
        if channel_id != interaction.channel_id:
            await self._check_channel(channel_id, guild_id)
        elif not bot_can_post(interaction):
            raise InvalidInputError(daily_texts.CANNOT_POST)
        settings = await self._preferences.guild_settings(guild_id)
        medium = corpus.media.find(form.medium) if form.medium else None
        if form.medium and medium is None:
            raise InvalidInputError((await suggest("medium", form.medium, corpus, settings)).text)
        work = await corpus.find_work(form.work) if form.work else None
        if form.work and work is None:
            raise InvalidInputError((await suggest("work", form.work, corpus, settings)).text)
        due = next_occurrence(minute, zone, discord.utils.utcnow())
        slug, ref = medium.slug if medium else "", work.ref if work else ""
        daily = DailySchedule(channel_id, guild_id, minute, zone, trope.ref, slug, ref, form.include_spoilers, due)
        policy = AnswerPolicy.combine(settings, MemberPreferences(), (), private=False)
        loaded_trope = corpus.tropes_by_ref.get(trope.ref)
        for shown_by, text in ((DEFAULT_POLICY, daily_texts.NOTHING_TO_SHOW), (policy, daily_texts.NOT_SHOWN_HERE)):
            if not await corpus.count(scope_for(daily_request(daily), shown_by, loaded_trope, medium)):
                raise InvalidInputError(text)
        return daily

    async def _check_channel(self, channel_id: int, guild_id: int) -> None:
        """Raise InvalidInputError unless the channel is visible and in this guild."""
        try:
            channel = await self._fetch_channel(channel_id)
        except discord.Forbidden:
            raise InvalidInputError(daily_texts.CANNOT_POST) from None
        except discord.NotFound:
            raise InvalidInputError(daily_texts.CHANNEL_NOT_FOUND) from None
        # A forged interaction may name any channel.
        if isinstance(channel, discord.abc.PrivateChannel) or channel.guild.id != guild_id:
            raise InvalidInputError(daily_texts.CHANNEL_NOT_FOUND)

    async def _scope_text(self, daily: DailySchedule) -> Markdown:
        title = (await self._corpus.titles_by_ref([daily.work_ref])).get(daily.work_ref) if daily.work_ref else None
        medium, trope = self._corpus.media.find(daily.medium_slug), self._corpus.tropes_by_ref.get(daily.trope_ref)
        name = title or (medium.name if medium else None) or (trope.title if trope else None)
        return daily_texts.scope_text(short_name(name) if name else texts.ALL_TROPES, spoilers=daily.include_spoilers)


def daily_request(daily: DailySchedule) -> ExampleRequest:
    """Return the request that picks a daily example."""
    flags = "" if daily.include_spoilers else Flag.NO_SPOILERS
    return ExampleRequest(Action.RANDOM, daily.trope_ref, daily.medium_slug, daily.work_ref, flags)


async def require_manager(interaction: Interaction) -> int:
    """Return the guild if the member can manage it, else send the reason and return 0."""
    if interaction.guild_id is None:
        reason = setting_texts.NO_SERVER
    elif interaction.is_user_integration() and not interaction.is_guild_integration():
        reason = setting_texts.NOT_A_MEMBER
    elif not interaction.permissions.manage_guild:
        reason = setting_texts.MANAGERS_ONLY
    else:
        return interaction.guild_id
    await send_notice(interaction, reason)
    return 0


def bot_can_post(interaction: Interaction) -> bool:
    """Return whether the bot can post here unasked."""
    permissions = interaction.app_permissions
    return permissions.view_channel and can_send_messages(interaction, permissions)
