"""`/bigrun daily`: set, shown, stopped and restarted by those who may manage the guild."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import discord

from bot.conversation.local_time import find_timezone, next_occurrence, parse_time_of_day, suggest_timezones
from bot.conversation.sender import AnswerSender, can_send_messages
from bot.conversation.suggestions import MAX_SUGGESTIONS, suggest_media, suggest_works
from bot.corpus.reader import Corpus
from bot.corpus.scope import Scope
from bot.interactions.record import Interaction
from bot.model import Trope
from bot.preferences import MAX_DAILIES_PER_GUILD, DailySchedule, SpoilerMode
from bot.render.markdown import Markdown, escape
from bot.render.settings_cards import daily_card, short_name
from bot.render.texts import daily as daily_texts
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.state.dailies import DailyStore
from bot.state.preferences import PreferenceStore


class InvalidInputError(Exception):
    """What a moderator typed cannot be used; `text` says why."""

    def __init__(self, text: Markdown) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class DailyForm:
    """What a moderator typed.

    Attributes:
        time: A local time of the day.
        zone: A time zone.
        channel: The id of a channel, or None for the one where it was typed.
        medium: A medium or group, or None for all.
        work: A work by ref or title, or None for all.
        spoilers: Whether examples with spoilers may be posted.
    """

    time: str
    zone: str
    channel: int | None
    medium: str | None
    work: str | None
    spoilers: bool


class DailySchedules:
    """Set, show, stop and resume daily examples."""

    def __init__(
        self,
        corpus: Corpus,
        dailies: DailyStore,
        preferences: PreferenceStore,
        sender: AnswerSender,
        fetch_channel: Callable[[int], Awaitable[Any]],
    ) -> None:
        self._corpus, self._dailies, self._preferences = corpus, dailies, preferences
        self._sender, self._fetch_channel = sender, fetch_channel

    async def set(self, interaction: Interaction, trope: Trope, form: DailyForm) -> None:
        """Set the daily example of a channel, and show when it comes."""
        guild_id = await require_manager(interaction, self._sender)
        if not guild_id:
            return
        try:
            daily = await self._validate(interaction, guild_id, trope, form)
        except InvalidInputError as error:
            await self._sender.send_notice(interaction, error.text)
            return
        if await self._dailies.save(daily):
            card = daily_card(daily, await self._scope_text(daily))
            await self._sender.send_private_card(interaction, card)
        else:
            await self._sender.send_notice(interaction, daily_texts.too_many(MAX_DAILIES_PER_GUILD))

    async def of_guild(self, guild_id: int) -> list[tuple[DailySchedule, Markdown]]:
        """Return a guild's daily examples, each with its scope in words."""
        return [(daily, await self._scope_text(daily)) for daily in await self._dailies.for_guild(guild_id)]

    async def stop(self, guild_id: int, channel_id: int) -> None:
        """Stop the daily example of a channel of that guild, if there is one."""
        await self._dailies.stop(guild_id, channel_id)

    async def resume(self, guild_id: int, channel_id: int) -> None:
        """Post a paused daily example of that guild again, from its next time on."""
        for daily in await self._dailies.for_guild(guild_id):
            if daily.channel_id == channel_id:
                due = next_occurrence(daily.minute_of_day, daily.timezone, discord.utils.utcnow())
                await self._dailies.resume(guild_id, channel_id, due)

    async def _validate(self, interaction: Interaction, guild_id: int, trope: Trope, form: DailyForm) -> DailySchedule:
        """Return what a form asks for.

        Raises:
            InvalidInputError: It cannot be understood, or cannot be posted.
        """
        minute, zone = parse_time_of_day(form.time), find_timezone(form.zone)
        if minute is None:
            raise InvalidInputError(daily_texts.INVALID_TIME)
        if zone is None:
            names = [escape(name) for name in suggest_timezones(form.zone, MAX_SUGGESTIONS)]
            raise InvalidInputError(daily_texts.unknown_zone(escape(form.zone), names))
        if form.channel in (None, interaction.channel_id):
            if not bot_can_post(interaction):
                raise InvalidInputError(daily_texts.CANNOT_POST)
        else:
            await self._check_channel(form.channel, guild_id)
        settings = await self._preferences.guild_settings(guild_id)
        medium = self._corpus.media.find(form.medium) if form.medium else None
        if form.medium and medium is None:
            raise InvalidInputError(suggest_media(self._corpus, form.medium, settings.hidden_media).text)
        work = await self._corpus.find_work(form.work) if form.work else None
        if form.work and work is None:
            raise InvalidInputError((await suggest_works(self._corpus, form.work, settings.hidden_works)).text)
        due = next_occurrence(minute, zone, discord.utils.utcnow())
        channel_id = form.channel or interaction.channel_id or 0
        slug, ref = medium.slug if medium else "", work.ref if work else ""
        daily = DailySchedule(channel_id, guild_id, minute, zone, trope.ref, slug, ref, form.spoilers, due)
        scope = scope_for(self._corpus, daily)
        if not await self._corpus.count(scope):
            raise InvalidInputError(daily_texts.NOTHING_TO_SHOW)
        shown = replace(
            scope,
            include_spoilers=scope.include_spoilers and settings.spoiler_mode is not SpoilerMode.EXCLUDE,
            excluded_media=settings.hidden_media,
            excluded_works=settings.hidden_works,
        )
        if not await self._corpus.count(shown):
            raise InvalidInputError(daily_texts.NOT_SHOWN_HERE)
        return daily

    async def _check_channel(self, channel_id: int | None, guild_id: int) -> None:
        """Check that a channel belongs to this guild, and that the bot can see it.

        Raises:
            InvalidInputError: It does not, or the bot cannot.
        """
        try:
            channel = await self._fetch_channel(channel_id or 0)
        except discord.Forbidden:
            raise InvalidInputError(daily_texts.CANNOT_POST) from None
        except discord.NotFound:
            raise InvalidInputError(daily_texts.CHANNEL_NOT_FOUND) from None
        # A forged interaction may name any channel.
        if isinstance(channel, discord.abc.PrivateChannel) or channel.guild.id != guild_id:
            raise InvalidInputError(daily_texts.CHANNEL_NOT_FOUND)

    async def _scope_text(self, daily: DailySchedule) -> Markdown:
        """Return what a daily example is picked from, in words: a work, else a medium, else the trope."""
        title = (await self._corpus.titles_by_ref([daily.work_ref])).get(daily.work_ref) if daily.work_ref else None
        medium, trope = self._corpus.media.find(daily.medium_slug), self._corpus.trope_by_ref(daily.trope_ref)
        name = title or (medium.name if medium else None) or (trope.title if trope else None)
        return daily_texts.scope_text(short_name(name) if name else texts.ALL_TROPES, spoilers=daily.include_spoilers)


def scope_for(corpus: Corpus, daily: DailySchedule) -> Scope:
    """Return the examples that a daily example is picked from."""
    trope, medium = corpus.trope_by_ref(daily.trope_ref), corpus.media.find(daily.medium_slug)
    media = tuple(each.slug for each in medium.media) if medium else None
    return Scope(trope.name if trope else None, media, daily.work_ref or None, include_spoilers=daily.include_spoilers)


async def require_manager(interaction: Interaction, sender: AnswerSender) -> int:
    """Return the guild that the member may manage here; else tell the member why not, and return 0."""
    if interaction.guild_id is None:
        await sender.send_notice(interaction, setting_texts.NO_SERVER)
    elif interaction.is_user_integration() and not interaction.is_guild_integration():
        await sender.send_notice(interaction, setting_texts.NOT_A_MEMBER)
    elif not interaction.permissions.manage_guild:
        await sender.send_notice(interaction, setting_texts.MANAGERS_ONLY)
    else:
        return interaction.guild_id
    return 0


def bot_can_post(interaction: Interaction) -> bool:
    """Return whether the bot may write in the interaction's channel without being asked."""
    permissions = interaction.app_permissions
    return permissions.view_channel and can_send_messages(interaction, permissions)
