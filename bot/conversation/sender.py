"""How an answer is sent: to the channel or to the member alone, by what the guild and the member chose."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.conversation.answers import Answer
from bot.interactions.response import expect_private, response_of
from bot.preferences import AnswerPolicy, policy_of
from bot.render.cards import Card, message_card
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from bot.state.preferences import Choosing

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

Interaction = discord.Interaction[Any]


class AnswerSender:
    """Sends answers."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose stores know what was chosen."""
        self._choosing = Choosing(bot.state)

    async def policy_for(self, interaction: Interaction, *, private: bool | None = None) -> AnswerPolicy:
        """Returns what the guild and the member chose, for this answer.

        Args:
            interaction: What is answered.
            private: What the member wants this time, or None for what is usual. What comes of a card that only the
                member sees is private.
        """
        guild, member = await self._choosing.both(interaction.guild_id or 0, interaction.user.id)
        if is_private_card(interaction):
            private = True
        policy = policy_of(guild, member, channel_ids(interaction), private=private)
        expect_private(interaction, private=policy.private)
        audience, owner = _audience(interaction, private=policy.private)
        return replace(policy, audience_id=audience, guild_id=owner)

    async def send(self, interaction: Interaction, answer: Answer, policy: AnswerPolicy) -> None:
        """Sends an answer as a new message; a private one can be shared, if it may."""
        private = answer.private or policy.private
        card = _with_extras(answer, policy) if private else answer.card
        await response_of(interaction).send_message(view=card, ephemeral=private)

    async def edit(self, interaction: Interaction, answer: Answer, policy: AnswerPolicy) -> None:
        """Puts an answer in the place of the card whose button was pressed."""
        card = _with_extras(answer, policy) if policy.private else _with_foot_of(interaction.message, answer.card)
        await response_of(interaction).edit_message(view=card)

    async def share(self, interaction: Interaction, answer: Answer, policy: AnswerPolicy) -> None:
        """Sends an answer to the channel under the member's name, where the member may speak and answers are public."""
        if interaction.guild_id and not can_send_messages(interaction, interaction.permissions):
            await self.send_notice(interaction, texts.CANNOT_WRITE_HERE)
        elif not policy.shareable:
            await self.send_notice(interaction, texts.CHANNEL_IS_PRIVATE)
        elif answer.private:
            await response_of(interaction).send_message(view=answer.card, ephemeral=True)
        else:
            await response_of(interaction).send_message(view=answer.card.add_shared_by(interaction.user.display_name))

    async def send_private_card(self, interaction: Interaction, card: Card) -> None:
        """Shows a card to the member alone, in the place of the private card whose control was used."""
        if is_private_card(interaction):
            await response_of(interaction).edit_message(view=card)
        else:
            await response_of(interaction).send_message(view=card, ephemeral=True)

    async def send_notice(self, interaction: Interaction, text: Markdown) -> None:
        """Says one thing to the member alone."""
        await response_of(interaction).send_message(view=message_card(text), ephemeral=True)


def public_policy(policy: AnswerPolicy) -> AnswerPolicy:
    """Returns a policy for an answer that everyone sees: what the member alone has chosen to see is left out."""
    return replace(policy, private=False, seen_works=frozenset())


def is_private_card(interaction: Interaction) -> bool:
    """Tells whether the card whose button was pressed is one that only the member sees."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def owns_card(interaction: Interaction) -> bool:
    """Tells whether the card is the member's own to turn; the turn of another's, or of nobody's, brings a copy."""
    asked = interaction.message.interaction_metadata if interaction.message else None
    return is_private_card(interaction) or (asked is not None and asked.user.id == interaction.user.id)


def can_send_messages(interaction: Interaction, permissions: discord.Permissions) -> bool:
    """Tells whether who has these permissions may write where an interaction was made; threads have their own."""
    thread = isinstance(interaction.channel, discord.Thread)
    return permissions.send_messages_in_threads if thread else permissions.send_messages


def channel_ids(interaction: Interaction) -> Iterator[int]:
    """Yields the id of the interaction's channel, and of the channel that it is a thread of."""
    yield interaction.channel_id or 0
    yield getattr(interaction.channel, "parent_id", None) or 0


def _with_extras(answer: Answer, policy: AnswerPolicy) -> Card:
    """Returns the card of a private answer with what a member can do with it."""
    return answer.card.add_private_actions(answer.share_request if policy.shareable else None, answer.mark_seen_request)


def _with_foot_of(message: discord.Message | None, card: Card) -> Card:
    """Returns a card with the small text that stands below a message's card: who shared it."""
    last = message.components[-1] if message and message.components else None
    return (
        card.add_footer(Markdown(last.content.removeprefix("-# "))) if isinstance(last, discord.TextDisplay) else card
    )


def _audience(interaction: Interaction, *, private: bool) -> tuple[int, int]:
    """Returns who sees an answer, the member when asking alone, else the channel; and the guild it belongs to."""
    if private or interaction.context.dm_channel:
        return -interaction.user.id, 0
    # Where only the member has the bot, it cannot ask whether the guild still is there.
    stranger = interaction.is_user_integration() and not interaction.is_guild_integration()
    return interaction.channel_id or 0, 0 if stranger else interaction.guild_id or 0
