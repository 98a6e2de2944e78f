"""How an answer is sent: to the channel or to the member alone, by what the server and the member chose."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from bot.model import Policy
from bot.render import Markdown, message_card, words
from cogs.answers import Answer

if TYPE_CHECKING:
    from bot.app import TropeBot

Interaction = discord.Interaction[Any]


class Speaker:
    """Sends answers."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose stores know what was chosen."""
        self.bot = bot

    async def policy(self, interaction: Interaction, *, private: bool = False) -> Policy:
        """Returns what the server and the member chose; `private` is what the member asks for this time."""
        private = private or is_private(interaction)
        # What a member sees alone is not used up for the channel, and nothing is kept about the member.
        return Policy(private=private, audience=0 if private else interaction.channel_id or 0)

    async def send(self, interaction: Interaction, answer: Answer, policy: Policy) -> None:
        """Sends an answer as a new message; a private one can be shared, if it may."""
        private = answer.private or policy.private
        card = answer.card.with_share(answer.share) if private and answer.share else answer.card
        await interaction.response.send_message(view=card, ephemeral=private)

    async def change(self, interaction: Interaction, answer: Answer, policy: Policy) -> None:
        """Puts an answer in the place of the card whose button was pressed."""
        card = answer.card.with_share(answer.share) if policy.private and answer.share else answer.card
        await interaction.response.edit_message(view=card)

    async def share(self, interaction: Interaction, answer: Answer) -> None:
        """Sends an answer to the channel under the member's name, where the member may speak."""
        if interaction.guild_id and not interaction.permissions.send_messages:
            await self.hint(interaction, words.MAY_NOT_SPEAK)
        elif answer.private:
            await interaction.response.send_message(view=answer.card, ephemeral=True)
        else:
            await interaction.response.send_message(view=answer.card.with_byline(interaction.user.display_name))

    async def hint(self, interaction: Interaction, text: Markdown) -> None:
        """Says one thing to the member alone."""
        await interaction.response.send_message(view=message_card(text), ephemeral=True)


def in_public(policy: Policy) -> Policy:
    """Returns a policy for an answer that everyone sees: what the member alone has chosen to see is left out."""
    return replace(policy, private=False, seen=frozenset())


def is_private(interaction: Interaction) -> bool:
    """Tells whether the card whose button was pressed is one that only the member sees."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def may_change(interaction: Interaction) -> bool:
    """Tells whether the card is the member's own to turn; another member's turn brings a private copy."""
    asked = interaction.message.interaction_metadata if interaction.message else None
    return is_private(interaction) or asked is None or asked.user.id == interaction.user.id
