"""Send a daily example to its channel, find out whether an attempt has arrived, and replace the example shown."""

import asyncio
import re
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

import discord

from bot.components.custom_ids import Action, ExampleRequest
from bot.conversation.answer import Answer
from bot.conversation.dailies import require_manager
from bot.conversation.guess_delivery import is_game_card
from bot.conversation.sender import offers, public_language, send_notice
from bot.conversation.services import Services
from bot.interactions.response import NETWORK_ERRORS, PUBLIC_FLAGS, CardView, Interaction
from bot.language import speaking
from bot.model.preferences import AnswerPolicy, DailySchedule, MemberPreferences
from bot.render.cards import Card
from bot.render.daily_frame import add_daily_frame, post_title
from bot.render.markdown import NO_TEXT, Markdown
from bot.render.texts import daily as daily_texts
from bot.render.texts import examples as texts

# Longer than a post is retried, so that an attempt that has arrived is still among the active threads.
ARCHIVE_AFTER_MINUTES = 24 * 60
RENAME_TIMEOUT_SECONDS = 5.0  # Discord allows two renames in ten minutes, and the library would wait
MENTION = re.compile(r"<@&[0-9]+>")


async def policy_for_channel(services: Services, guild_id: int, channel_id: int) -> AnswerPolicy:
    """Return what a guild chose for what is posted in a channel unasked."""
    settings = await services.preferences.guild_settings(guild_id)
    policy = AnswerPolicy.combine(settings, MemberPreferences(), (), private=False)
    language = public_language(settings)
    return replace(policy, private=False, audience_id=channel_id, guild_id=guild_id, public_language=language)


async def send_post(services: Services, daily: DailySchedule, answer: Answer) -> None:
    """Send an example.

    Raises:
        discord.HTTPException, NETWORK_ERRORS: Discord refused it, or it may have arrived.
    """
    await services.guesses.note_shown(answer.example_refs, 0, daily.channel_id, discord.utils.utcnow())
    mention = daily_texts.mention(daily.role_id) if daily.role_id else NO_TEXT
    with speaking(public_language(await services.preferences.guild_settings(daily.guild_id))):
        card = framed(answer, daily_texts.footer(daily.rhythm), mention)
    roles = [discord.Object(daily.role_id)] if daily.role_id else False
    mentions = discord.AllowedMentions(everyone=False, users=False, roles=roles)
    if daily.is_forum:
        await services.create_forum_post(daily.channel_id, forum_post(answer.title, card, mentions, daily.tag_id))
    else:
        channel = services.partial_channel(daily.channel_id, daily.guild_id)
        await channel.send(view=CardView(card), nonce=nonce_for(daily), allowed_mentions=mentions)


async def was_delivered(services: Services, daily: DailySchedule, since: datetime) -> bool:
    """Return whether the bot posted since then. No readable history counts as yes.

    Raises:
        discord.HTTPException, NETWORK_ERRORS: Discord did not tell.
    """
    bot_id, channel = services.bot_id(), services.partial_channel(daily.channel_id, daily.guild_id)
    try:
        fetched = await services.fetch_channel(daily.channel_id)
        if daily.is_forum:
            threads = [one for one in await fetched.guild.active_threads() if one.parent_id == daily.channel_id]
            return any(one.owner_id == bot_id and discord.utils.snowflake_time(one.id) >= since for one in threads)
        if discord.utils.snowflake_time(getattr(fetched, "last_message_id", None) or 0) < since:
            return False
        history = [message async for message in channel.history(after=since, limit=100)]
    except (discord.Forbidden, discord.NotFound):
        return True
    # Without the permission to read history, Discord returns an empty one.
    posted = [m for m in history if m.author.id == bot_id and m.interaction_metadata is None and not is_game_card(m)]
    return not history or bool(posted)


async def replace_post(interaction: Interaction, services: Services, request: ExampleRequest) -> None:
    """Show another example in the place of a posted one, if the member can manage the guild."""
    message = interaction.message
    if message is None or not is_daily_post(message) or not offers(interaction, request.custom_id):
        await send_notice(interaction, texts.OUTDATED_BUTTON())
        return
    guild_id = await require_manager(interaction)
    if not guild_id:
        return
    starts_thread = message.id == interaction.channel_id  # it is what a forum's post begins with
    parent_id = getattr(interaction.channel, "parent_id", None) if starts_thread else None
    policy = await policy_for_channel(services, guild_id, parent_id or interaction.channel_id or 0)
    answer = await services.answers.answer(request.to(Action.RANDOM), policy)
    if answer.share_request is None or answer.share_request.example_ref == request.example_ref:
        await send_notice(interaction, daily_texts.NO_OTHER())
        return
    channel_id, now = interaction.channel_id or 0, discord.utils.utcnow()
    await services.guesses.note_shown(answer.example_refs, interaction.user.id, channel_id, now)
    first, last = (getattr(message.components[at], "content", "") for at in (0, -1))
    mention = Markdown(first) if MENTION.fullmatch(first) else NO_TEXT
    with speaking(policy.language):
        card = framed(answer, Markdown(last.removeprefix("-# ")), mention)
    await interaction.response.edit_message(view=card)
    if starts_thread and not await rename(interaction.channel, answer.title):
        await send_notice(interaction, daily_texts.NOT_RENAMED())


def is_daily_post(message: discord.Message) -> bool:
    """Return whether a message of the bot answers nobody."""
    return not message.flags.ephemeral and message.interaction_metadata is None and not is_game_card(message)


def framed(answer: Answer, footer: Markdown, mention: Markdown) -> Card:
    """Return the card of an example that can be shared as a post."""
    if answer.share_request is None:
        raise ValueError("Only an example can be posted.")
    return add_daily_frame(answer.card, answer.share_request.to(Action.REPLACE_DAILY), footer, mention)


def forum_post(title: str, card: Card, mentions: discord.AllowedMentions, tag_id: int) -> dict[str, Any]:
    """Return what Discord needs for a post in a forum."""
    message = {"components": card.components, "flags": PUBLIC_FLAGS, "allowed_mentions": mentions.to_dict()}
    tags = [str(tag_id)] if tag_id else []
    return {
        "name": post_title(title),
        "auto_archive_duration": ARCHIVE_AFTER_MINUTES,
        "applied_tags": tags,
        "message": message,
    }


async def rename(thread: Any, title: str) -> bool:
    """Give a forum's post the title of another example. Return whether that was possible."""
    try:
        async with asyncio.timeout(RENAME_TIMEOUT_SECONDS):
            await thread.edit(name=post_title(title))
    except (discord.HTTPException, *NETWORK_ERRORS):
        return False
    return True


def nonce_for(daily: DailySchedule) -> int:
    """Return one number for all attempts at a post."""
    name = f"{daily.channel_id} {daily.next_due.timestamp()}".encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest())
