"""`/bigrun daily`: an example a day in a channel, set by those who may manage the guild."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import discord

from bot.conversation.local_time import find_timezone, next_occurrence, parse_time_of_day, suggest_timezones
from bot.conversation.sender import AnswerSender, Interaction, can_send_messages
from bot.corpus.scope import Scope
from bot.model import Trope
from bot.preferences import MAX_DAILIES_PER_GUILD, DailySchedule, SpoilerMode
from bot.render.markdown import Markdown, escape
from bot.render.settings_cards import daily_card, short_name
from bot.render.texts import daily as daily_texts
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.state.dailies import Dailies
from bot.state.preferences import Choosing

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

NEAR = 3


class InvalidInputError(Exception):
    """What was typed cannot be understood; holds what is said about it."""

    def __init__(self, text: Markdown) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class DailyForm:
    """What a moderator typed.

    Attributes:
        at: A local time of the day.
        zone: A time zone.
        channel: The id of a channel, or None for the one where it was typed.
        medium: A medium or group, or None for all.
        work: A work by token or title, or None for all.
        spoilers: Whether examples that hide something may come.
    """

    at: str
    zone: str
    channel: int | None
    medium: str | None
    work: str | None
    spoilers: bool


class DailySchedules:
    """Sets, shows, stops and restarts daily examples."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose stores keep them."""
        self._bot, self._corpus, self._speaker = bot, bot.corpus, AnswerSender(bot)
        self._dailies, self._choosing = Dailies(bot.state), Choosing(bot.state)

    async def set(self, interaction: Interaction, trope: Trope, wish: DailyForm) -> None:
        """Sets the daily example of a channel, and shows when it comes."""
        guild = await require_manager(interaction, self._speaker)
        if not guild:
            return
        try:
            daily = await self._set(interaction, guild, trope, wish)
        except InvalidInputError as unclear:
            await self._speaker.send_notice(interaction, unclear.text)
        else:
            await self._speaker.send_private_card(interaction, daily_card(daily, await self._scope(daily)))

    async def of_guild(self, guild: int) -> list[tuple[DailySchedule, Markdown]]:
        """Returns a guild's daily examples, each with what it is drawn from in words."""
        return [(daily, await self._scope(daily)) for daily in await self._dailies.of_guild(guild)]

    async def stop(self, guild: int, channel: int) -> None:
        """Stops the daily example of a channel of that guild, if there is one."""
        await self._dailies.stop(guild, channel)

    async def resume(self, guild: int, channel: int) -> None:
        """Lets a paused daily example of that guild come again, from its next time on."""
        for daily in await self._dailies.of_guild(guild):
            if daily.channel == channel:
                due = next_occurrence(daily.minute, daily.zone, discord.utils.utcnow())
                await self._dailies.resume(guild, channel, due)

    async def _set(self, interaction: Interaction, guild: int, trope: Trope, wish: DailyForm) -> DailySchedule:
        """Sets a daily example and returns it, or raises what is unclear or impossible about it."""
        minute, zone = parse_time_of_day(wish.at), find_timezone(wish.zone)
        if minute is None:
            raise InvalidInputError(daily_texts.INVALID_TIME)
        if zone is None:
            near = [escape(name) for name in suggest_timezones(wish.zone, NEAR)]
            raise InvalidInputError(daily_texts.unknown_zone(escape(wish.zone), near))
        if wish.channel in (None, interaction.channel_id) and not _may_post(interaction):
            raise InvalidInputError(daily_texts.CANNOT_POST)
        if wish.channel not in (None, interaction.channel_id):
            await self._find(wish.channel, guild)
        medium, work = self._medium(wish.medium), await self._work(wish.work)
        due = next_occurrence(minute, zone, discord.utils.utcnow())
        channel = wish.channel or interaction.channel_id or 0
        daily = DailySchedule(channel, guild, minute, zone, trope.ref, medium, work, wish.spoilers, due)
        await self._look(daily)
        if not await self._dailies.put(daily):
            raise InvalidInputError(daily_texts.too_many(MAX_DAILIES_PER_GUILD))
        return daily

    async def _find(self, channel: int, guild: int) -> None:
        """Raises what there is to say of a channel that is not of this guild, or that the bot may not see."""
        try:
            found = await self._bot.fetch_channel(channel)
        except discord.Forbidden:
            raise InvalidInputError(daily_texts.CANNOT_POST) from None
        except discord.NotFound:
            raise InvalidInputError(daily_texts.CHANNEL_NOT_FOUND) from None
        # Whoever asks Discord by hand may name any channel.
        if isinstance(found, discord.abc.PrivateChannel) or found.guild.id != guild:
            raise InvalidInputError(daily_texts.CHANNEL_NOT_FOUND)

    async def _look(self, daily: DailySchedule) -> None:
        """Raises what there is to say if a daily example would have nothing to show, of all or of those shown here."""
        scope, chosen = self._scope_of(daily), await self._choosing.of_guild(daily.guild)
        shown = replace(
            scope,
            include_spoilers=scope.include_spoilers and chosen.spoiler_mode is not SpoilerMode.EXCLUDE,
            excluded_media=chosen.hidden_media,
            excluded_works=chosen.hidden_works,
        )
        if not await self._corpus.count(scope):
            raise InvalidInputError(daily_texts.NOTHING_TO_SHOW)
        if not await self._corpus.count(shown):
            raise InvalidInputError(daily_texts.NOT_SHOWN_HERE)

    def _medium(self, typed: str | None) -> str:
        found = self._corpus.media.find(typed) if typed else None
        if typed and found is None:
            near = [escape(choice.name) for choice in self._corpus.media.closest(typed, NEAR)]
            raise InvalidInputError(texts.unknown_medium(escape(typed), near))
        return found.slug if found else ""

    async def _work(self, typed: str | None) -> str:
        found = await self._corpus.find_work(typed) if typed else None
        if typed and found is None:
            near = [escape(work.title) for work in await self._corpus.suggest_works(typed, None, NEAR)]
            raise InvalidInputError(texts.unknown_work(escape(typed), near))
        return found.ref if found else ""

    def _scope_of(self, daily: DailySchedule) -> Scope:
        trope, medium = self._corpus.trope_by_ref(daily.trope), self._corpus.media.find(daily.medium)
        media = tuple(one.slug for one in medium.media) if medium else None
        return Scope(trope.name if trope else None, media, daily.work or None, include_spoilers=daily.spoilers)

    async def _scope(self, daily: DailySchedule) -> Markdown:
        """Returns what a daily example is drawn from, in words: a work, else a medium, else the trope."""
        title = await self._corpus.work_title(daily.work) if daily.work else None
        medium, trope = self._corpus.media.find(daily.medium), self._corpus.trope_by_ref(daily.trope)
        name = title or (medium.name if medium else None) or (trope.title if trope else None)
        return daily_texts.scope_text(short_name(name) if name else texts.ALL_TROPES, spoilers=daily.spoilers)


async def require_manager(interaction: Interaction, speaker: AnswerSender) -> int:
    """Returns the guild that the member may manage here; 0 if there is none, and then the member is told why."""
    if interaction.guild_id is None:
        await speaker.send_notice(interaction, setting_texts.NO_SERVER)
    elif interaction.is_user_integration() and not interaction.is_guild_integration():
        await speaker.send_notice(interaction, setting_texts.NOT_A_MEMBER)
    elif not interaction.permissions.manage_guild:
        await speaker.send_notice(interaction, setting_texts.MANAGERS_ONLY)
    else:
        return interaction.guild_id
    return 0


def _may_post(interaction: Interaction) -> bool:
    """Tells whether the bot may write in the interaction's channel by itself."""
    mine = interaction.app_permissions
    return mine.view_channel and can_send_messages(interaction, mine)
