"""Find out where a daily example can be posted, and what Discord lets the bot do there."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.conversation.sender import InvalidInputError
from bot.interactions.response import NETWORK_ERRORS, Interaction
from bot.render.markdown import Markdown, escape
from bot.render.texts import daily as daily_texts

FETCH_TIMEOUT_SECONDS, CACHED_SECONDS = 2.0, 60.0  # Discord waits for suggestions for three seconds
MAX_CACHED_FORUMS = 1_000

FetchChannel = Callable[[int], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """A channel of the guild.

    Attributes:
        permissions: The bot's in the channel. None if Discord did not tell.
        tag_id: Of a forum's posts, or 0.
    """

    channel_id: int
    permissions: discord.Permissions | None
    is_forum: bool = False
    tag_id: int = 0


async def find_place(
    interaction: Interaction,
    guild_id: int,
    chosen_id: int | None,
    tag: str | None,
    fetch_channel: FetchChannel,
) -> Place:
    """Return the chosen channel, or the one of the interaction.

    Raises:
        InvalidInputError: It is not in this guild, the bot cannot post there, or the tag is not right.
    """
    channel_id, channel = chosen_id or interaction.channel_id, interaction.channel
    if channel_id is None:
        raise InvalidInputError(daily_texts.CHANNEL_NOT_FOUND())
    if channel_id == interaction.channel_id:
        permissions: discord.Permissions | None = interaction.app_permissions
    else:
        channel = await _fetch(fetch_channel, channel_id, guild_id)
        permissions = chosen_permissions(interaction, channel_id)
    if permissions is not None and not may_post(channel, permissions):
        raise InvalidInputError(daily_texts.CANNOT_POST())
    if isinstance(channel, discord.ForumChannel):
        return Place(channel_id, permissions, is_forum=True, tag_id=_find_tag(channel, tag, permissions))
    if tag:
        raise InvalidInputError(daily_texts.TAG_WITHOUT_FORUM())
    return Place(channel_id, permissions)


class ForumTags:
    """The names of forums' tags. Discord is asked once a minute, not for each key that a moderator types."""

    def __init__(self, fetch_channel: FetchChannel, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch_channel, self._clock = fetch_channel, clock
        self._cached: dict[tuple[int, int], tuple[float, Sequence[str]]] = {}  # oldest first

    async def names(self, guild_id: int, channel_id: int) -> Sequence[str]:
        """Return the tags of a channel. Empty if it is no forum of this guild, or Discord does not answer in time."""
        key, now = (guild_id, channel_id), self._clock()
        expires, names = self._cached.pop(key, (now, ()))
        if expires <= now:
            expires, names = now + CACHED_SECONDS, await self._ask(guild_id, channel_id)
        self._cached[key] = expires, names
        if len(self._cached) > MAX_CACHED_FORUMS:
            del self._cached[next(iter(self._cached))]
        return names

    async def _ask(self, guild_id: int, channel_id: int) -> Sequence[str]:
        try:
            async with asyncio.timeout(FETCH_TIMEOUT_SECONDS):
                channel = await _fetch(self._fetch_channel, channel_id, guild_id)
        except (InvalidInputError, discord.DiscordException, *NETWORK_ERRORS):
            return ()
        return [tag.name for tag in channel.available_tags] if isinstance(channel, discord.ForumChannel) else ()


def remarks_on(place: Place, role: discord.Role | None) -> Sequence[Markdown]:
    """Return what a moderator should know about posting and pinging there."""
    remarks = [daily_texts.UNCHECKED()] if place.permissions is None else []
    if role and not role.mentionable:
        if place.permissions is None:
            remarks.append(daily_texts.ping_unchecked(role.id))
        elif not place.permissions.mention_everyone:
            remarks.append(daily_texts.no_ping(role.id))
    return remarks


def may_post(channel: object, permissions: discord.Permissions) -> bool:
    """Return whether these permissions allow posting in a channel unasked."""
    if not permissions.view_channel:
        return False
    if isinstance(channel, discord.Thread):
        return permissions.send_messages_in_threads and (permissions.manage_threads or not channel.locked)
    return permissions.send_messages


def chosen_permissions(interaction: Interaction, channel_id: int) -> discord.Permissions | None:
    """Return the bot's permissions in the channel that was chosen as an option. Only the raw data may have them."""
    data: dict[str, Any] = dict(interaction.data or {})
    channel = data.get("resolved", {}).get("channels", {}).get(str(channel_id), {})
    value = str(channel.get("app_permissions", ""))
    return discord.Permissions(int(value)) if value.isascii() and value.isdecimal() else None


async def _fetch(fetch_channel: FetchChannel, channel_id: int, guild_id: int) -> Any:
    try:
        channel = await fetch_channel(channel_id)
    except discord.Forbidden:
        raise InvalidInputError(daily_texts.CANNOT_POST()) from None
    except discord.NotFound:
        raise InvalidInputError(daily_texts.CHANNEL_NOT_FOUND()) from None
    # A forged interaction may name any channel.
    if isinstance(channel, discord.abc.PrivateChannel) or channel.guild.id != guild_id:
        raise InvalidInputError(daily_texts.CHANNEL_NOT_FOUND())
    takes_posts = not channel.is_media() if isinstance(channel, discord.ForumChannel) else hasattr(channel, "send")
    if not takes_posts:
        raise InvalidInputError(daily_texts.CHANNEL_NOT_FOUND())
    return channel


def _find_tag(forum: discord.ForumChannel, typed: str | None, permissions: discord.Permissions | None) -> int:
    """Return the id of the forum's tag with that name, or 0 if none is typed."""
    names = [escape(tag.name) for tag in forum.available_tags]
    if not typed:
        if forum.flags.require_tag:
            raise InvalidInputError(daily_texts.tag_required(names))
        return 0
    wanted = typed.strip().casefold()
    found = next((tag for tag in forum.available_tags if tag.name.casefold() == wanted), None)
    if found is None:
        raise InvalidInputError(daily_texts.unknown_tag(escape(typed), names))
    if found.moderated and permissions is not None and not permissions.manage_threads:
        raise InvalidInputError(daily_texts.TAG_IS_MODERATED())
    return found.id
