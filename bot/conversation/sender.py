"""How an answer is sent: to the channel or to the member alone, as server and member chose."""

from dataclasses import replace

import discord

from bot.conversation.answers import Answer
from bot.interactions.record import Interaction
from bot.interactions.response import response_of
from bot.preferences import AnswerPolicy
from bot.render.cards import Card, message_card
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from bot.state.preferences import PreferenceStore


class AnswerSender:
    """Send answers to interactions."""

    def __init__(self, preferences: PreferenceStore) -> None:
        self._preferences = preferences

    async def policy_for(self, interaction: Interaction, *, private: bool | None = None) -> AnswerPolicy:
        """Return what server and member chose for this answer; `private` is what the member wants this time, or None.

        What comes of a card that only the member sees is private.
        """
        guild, member = await self._preferences.for_answer(interaction.guild_id or 0, interaction.user.id)
        channel_id, parent_id = interaction.channel_id or 0, getattr(interaction.channel, "parent_id", None) or 0
        if is_private_card(interaction):
            private = True
        policy = AnswerPolicy.combine(guild, member, (channel_id, parent_id), private=private)
        # "Thinking", if it comes first, is then shown to the same people.
        response_of(interaction).expected_private = policy.private
        if policy.private or interaction.context.dm_channel:
            return replace(policy, audience_id=-interaction.user.id)
        # A user install cannot fetch the guild, so do not store its id: it could never be cleaned up.
        is_member = interaction.is_guild_integration() or not interaction.is_user_integration()
        guild_id = interaction.guild_id or 0 if is_member else 0
        return replace(policy, audience_id=channel_id, guild_id=guild_id)

    async def send(self, interaction: Interaction, answer: Answer, policy: AnswerPolicy) -> None:
        """Send an answer as a new message; a private one can be shared, if it may."""
        private = answer.private or policy.private
        card = add_private_actions(answer, policy) if private else answer.card
        await response_of(interaction).send_message(view=card, ephemeral=private)

    async def edit(self, interaction: Interaction, answer: Answer, policy: AnswerPolicy) -> None:
        """Put an answer in the place of the card whose button was pressed."""
        card = add_private_actions(answer, policy) if policy.private else keep_footer(interaction.message, answer.card)
        await response_of(interaction).edit_message(view=card)

    async def share(self, interaction: Interaction, answer: Answer, policy: AnswerPolicy) -> None:
        """Send an answer to the channel in the member's name, if the member may write and answers are public there."""
        if interaction.guild_id and not can_send_messages(interaction, interaction.permissions):
            await send_notice(interaction, texts.CANNOT_WRITE_HERE)
        elif not policy.shareable:
            await send_notice(interaction, texts.CHANNEL_IS_PRIVATE)
        elif answer.private:
            await response_of(interaction).send_message(view=answer.card, ephemeral=True)
        else:
            card = answer.card.add_shared_by(interaction.user.display_name)
            await response_of(interaction).send_message(view=card)


async def send_private_card(interaction: Interaction, card: Card) -> None:
    """Show a card to the member alone, in the place of the private card whose component was used."""
    if is_private_card(interaction):
        await response_of(interaction).edit_message(view=card)
    else:
        await response_of(interaction).send_message(view=card, ephemeral=True)


async def send_notice(interaction: Interaction, text: Markdown) -> None:
    """Say one thing to the member alone."""
    await response_of(interaction).send_message(view=message_card(text), ephemeral=True)


def is_private_card(interaction: Interaction) -> bool:
    """Return whether the component that was used is on a card that only the member sees."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def owns_card(interaction: Interaction) -> bool:
    """Return whether the card is the member's own to change; another member gets a copy."""
    metadata = interaction.message.interaction_metadata if interaction.message else None
    return is_private_card(interaction) or (metadata is not None and metadata.user.id == interaction.user.id)


def can_send_messages(interaction: Interaction, permissions: discord.Permissions) -> bool:
    """Return whether someone with these permissions may write in the interaction's channel or thread."""
    thread = isinstance(interaction.channel, discord.Thread)
    return permissions.send_messages_in_threads if thread else permissions.send_messages


def add_private_actions(answer: Answer, policy: AnswerPolicy) -> Card:
    """Return the card of a private answer with what the member can do with it."""
    share = answer.share_request if policy.shareable else None
    return answer.card.add_private_actions(share, answer.mark_seen_request)


def keep_footer(message: discord.Message | None, card: Card) -> Card:
    """Return a card with the footer of the message that it replaces: who shared it."""
    last = message.components[-1] if message and message.components else None
    return (
        card.add_footer(Markdown(last.content.removeprefix("-# "))) if isinstance(last, discord.TextDisplay) else card
    )
