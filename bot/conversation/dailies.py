"""Set, show and resume a guild's daily examples."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import discord

from bot.components.custom_ids import Action, ExampleRequest, Flag, SettingAction
from bot.conversation.daily_places import find_place, remarks_on
from bot.conversation.local_time import (
    find_timezone,
    next_due,
    next_occurrence,
    parse_rhythm,
    suggest_timezones,
)
from bot.conversation.requests import DEFAULT_POLICY, scope_for
from bot.conversation.sender import InvalidInputError, note_language, send_notice, send_private_card
from bot.conversation.services import Services
from bot.conversation.suggestions import MAX_SUGGESTIONS, suggest
from bot.conversation.times_of_day import parse_time_of_day
from bot.corpus.shown import ShownCorpus
from bot.interactions.response import Interaction
from bot.model import Trope
from bot.model.preferences import (
    EVERY_DAY,
    MAX_DAILIES_PER_GUILD,
    AnswerPolicy,
    DailySchedule,
    MemberPreferences,
    Rhythm,
)
from bot.render.cards import quote_input
from bot.render.daily_cards import dailies_card, daily_card
from bot.render.markdown import NO_TEXT, Markdown, escape
from bot.render.settings_cards import short_name
from bot.render.texts import daily as daily_texts
from bot.render.texts import examples as texts
from bot.render.texts import medium_name
from bot.render.texts import settings as setting_texts


@dataclass(frozen=True, slots=True)
class DailyForm:
    """A moderator's input. None means this channel, any medium or work, every day, no role or tag."""

    time: str
    zone: str
    channel_id: int | None
    medium: str | None
    work: str | None
    include_spoilers: bool
    rhythm: str | None = None
    role: discord.Role | None = None
    tag: str | None = None


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
            daily, remarks = await self._validate(interaction, guild_id, trope, form)
        except InvalidInputError as error:
            await send_notice(interaction, error.text)
            return
        saved = await self._dailies.save(daily)
        if saved is None:
            await send_notice(interaction, daily_texts.too_many(MAX_DAILIES_PER_GUILD))
            return
        await note_language(self._preferences, interaction)
        before, replaced = saved.replaced, None
        if before and replace(before, next_due=daily.next_due, pause_reason=None) != daily:
            replaced = before, await self._scope_text(before)
        card = daily_card((daily, await self._scope_text(daily)), replaced, saved.undo_id, remarks)
        await send_private_card(interaction, card)

    async def handle(self, interaction: Interaction, guild_id: int, action: SettingAction, value: str) -> None:
        """Apply a button for daily examples, and show all of the guild. Its manager pressed it."""
        text = NO_TEXT
        match action:
            case SettingAction.GUILD_STOP_DAILY:
                await self._dailies.stop(guild_id, int(value))
            case SettingAction.GUILD_RESUME_DAILY:
                await self._resume(guild_id, int(value))
            case SettingAction.GUILD_UNDO_DAILY:
                undone = await self._undo(guild_id, int(value))
                text = daily_texts.UNDONE() if undone else daily_texts.NOTHING_TO_UNDO()
        dailies = [(daily, await self._scope_text(daily)) for daily in await self._dailies.for_guild(guild_id)]
        await send_private_card(interaction, dailies_card(dailies, text))

    async def _resume(self, guild_id: int, channel_id: int) -> None:
        """Resume a paused daily example of this guild from its next time."""
        for daily in await self._dailies.for_guild(guild_id):
            if daily.channel_id == channel_id:
                await self._dailies.resume(guild_id, channel_id, next_due(daily, discord.utils.utcnow()))

    async def _undo(self, guild_id: int, undo_id: int) -> bool:
        """Restore what a daily example replaced, once, from its next time."""
        daily = await self._dailies.replaced(guild_id, undo_id)
        if daily is None:
            return False
        due = next_due(daily, discord.utils.utcnow())
        return await self._dailies.undo(undo_id, replace(daily, next_due=due))

    async def _validate(
        self, interaction: Interaction, guild_id: int, trope: Trope, form: DailyForm
    ) -> tuple[DailySchedule, Sequence[Markdown]]:
        """Return the schedule, with remarks. Raise InvalidInputError if the form is unclear or cannot be posted."""
        minute, zone, rhythm = read_times(form)
        if form.role and form.role.id == guild_id:
            raise InvalidInputError(daily_texts.EVERYONE_REFUSED())
        place = await find_place(interaction, guild_id, form.channel_id, form.tag, self._fetch_channel)
        slug, work_ref = await self._read_scope(guild_id, form)
        due = next_occurrence(minute, zone, discord.utils.utcnow(), rhythm.weekdays)
        daily = DailySchedule(
            place.channel_id,
            guild_id,
            minute,
            zone,
            trope.ref,
            slug,
            work_ref,
            form.include_spoilers,
            due,
            rhythm=rhythm,
            role_id=form.role.id if form.role else 0,
            is_forum=place.is_forum,
            tag_id=place.tag_id,
        )
        await self._check_scope(daily)
        return daily, remarks_on(place, form.role)

    async def _read_scope(self, guild_id: int, form: DailyForm) -> tuple[str, str]:
        """Return the slug of a typed medium and the ref of a typed work, empty for all."""
        corpus, settings = self._corpus, await self._preferences.guild_settings(guild_id)
        medium = corpus.media.find(form.medium) if form.medium else None
        if form.medium and medium is None:
            raise InvalidInputError((await suggest("medium", form.medium, corpus, settings)).text)
        shown = ShownCorpus(corpus, settings.hidden_tropes)
        work = await shown.find_work(form.work) if form.work else None
        if form.work and work is None:
            raise InvalidInputError((await suggest("work", form.work, corpus, settings)).text)
        return medium.slug if medium else "", work.ref if work else ""

    async def _check_scope(self, daily: DailySchedule) -> None:
        """Raise InvalidInputError if there is nothing to show, or the guild hides it."""
        settings = await self._preferences.guild_settings(daily.guild_id)
        policy = AnswerPolicy.combine(settings, MemberPreferences(), (), private=False)
        trope = await self._corpus.trope_by_ref(daily.trope_ref)
        medium = self._corpus.media.find(daily.medium_slug) if daily.medium_slug else None
        for shown_by, text in ((DEFAULT_POLICY, daily_texts.NOTHING_TO_SHOW()), (policy, daily_texts.NOT_SHOWN_HERE())):
            if not await self._corpus.count(scope_for(daily_request(daily), shown_by, trope, medium)):
                raise InvalidInputError(text)

    async def _scope_text(self, daily: DailySchedule) -> Markdown:
        title = (await self._corpus.titles_by_ref([daily.work_ref])).get(daily.work_ref) if daily.work_ref else None
        medium = self._corpus.media.find(daily.medium_slug)
        trope = await self._corpus.trope_by_ref(daily.trope_ref)
        name = title or (medium_name(medium.name) if medium else None) or (trope.title if trope else None)
        return daily_texts.scope_text(short_name(name) if name else texts.ALL_TROPES(), spoilers=daily.include_spoilers)


def read_times(form: DailyForm) -> tuple[int, str, Rhythm]:
    """Return the minute of the day, the time zone and the rhythm. Raise InvalidInputError if one is unclear."""
    minute, zone = parse_time_of_day(form.time), find_timezone(form.zone)
    rhythm = parse_rhythm(form.rhythm) if form.rhythm else EVERY_DAY
    if minute is None:
        raise InvalidInputError(daily_texts.INVALID_TIME())
    if zone is None:
        names = [escape(name) for name in suggest_timezones(form.zone, MAX_SUGGESTIONS)]
        raise InvalidInputError(daily_texts.unknown_zone(quote_input(form.zone), names))
    if rhythm is None:
        raise InvalidInputError(daily_texts.invalid_rhythm())
    return minute, zone, rhythm


def daily_request(daily: DailySchedule) -> ExampleRequest:
    """Return the request that picks a daily example."""
    flags = "" if daily.include_spoilers else Flag.NO_SPOILERS
    return ExampleRequest(Action.RANDOM, daily.trope_ref, daily.medium_slug, daily.work_ref, flags)


async def require_manager(interaction: Interaction) -> int:
    """Return the guild if the member can manage it, else send the reason and return 0."""
    if interaction.guild_id is None:
        reason = setting_texts.NO_SERVER()
    elif interaction.is_user_integration() and not interaction.is_guild_integration():
        reason = setting_texts.NOT_A_MEMBER()
    elif not interaction.permissions.manage_guild:
        reason = setting_texts.MANAGERS_ONLY()
    else:
        return interaction.guild_id
    await send_notice(interaction, reason)
    return 0
