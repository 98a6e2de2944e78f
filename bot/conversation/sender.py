"""Send answers publicly or privately, as the server and member chose."""

from contextlib import suppress
from dataclasses import replace

import discord

from bot.conversation.answer import Answer
from bot.conversation.help import HelpHints, is_bot_member, is_hint
from bot.errors import DatabaseError
from bot.interactions.response import Interaction
from bot.language import DEFAULT_LOCALE, best_locale, speaking
from bot.model.preferences import AnswerPolicy, GuildSettings, PrivacyReason
from bot.render.cards import Card, message_card
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from bot.state.guesses import GuessStore
from bot.state.preferences import PreferenceStore


class InvalidInputError(Exception):
    """A member's input is invalid. `text` tells them why."""

    def __init__(self, text: Markdown) -> None:
        super().__init__(text)
        self.text = text


class AnswerSender:
    """Send answers to interactions."""

    def __init__(
        self, preferences: PreferenceStore, hints: HelpHints | None = None, guesses: GuessStore | None = None
    ) -> None:
        self._preferences, self._hints, self._guesses = preferences, hints, guesses

    async def policy_for(self, interaction: Interaction, *, private: bool | None = None) -> AnswerPolicy:
        """Combine guild settings and member preferences for one answer.

        `private` is the member's wish, or None. Answers from a private card stay private.
        """
        guild, member = await self._preferences.for_answer(interaction.guild_id or 0, interaction.user.id)
        channel_id, parent_id = interaction.channel_id or 0, getattr(interaction.channel, "parent_id", None) or 0
        if is_private_card(interaction):
            private = True
        policy = AnswerPolicy.combine(guild, member, (channel_id, parent_id), private=private)
        has_bot = is_bot_member(interaction)
        shows_everyone = has_bot or not interaction.guild_id or interaction.permissions.use_external_apps
        if not policy.private and not shows_everyone:  # Discord shows the answer to the member alone
            policy = replace(policy, private=True, shareable=False, privacy_reason=PrivacyReason.NO_APPS)
        # A "thinking" placeholder must have the same audience as the answer.
        interaction.response.expected_private = policy.private
        if policy.private or interaction.context.dm_channel or not channel_id:  # Discord may name no channel
            audience_id, guild_id = -interaction.user.id, 0
        else:
            # A user install cannot fetch the guild, so do not store its id: it could never be cleaned up.
            audience_id, guild_id = channel_id, interaction.guild_id or 0 if has_bot else 0
        alone = everyone = best_locale(interaction.locale.value)
        if interaction.guild_id:
            everyone = public_language(guild, str(interaction.guild_locale or DEFAULT_LOCALE))
        return replace(
            policy, audience_id=audience_id, guild_id=guild_id, member_language=alone, public_language=everyone
        )

    async def send(self, interaction: Interaction, answer: Answer, policy: AnswerPolicy) -> None:
        """Send a new message. Private ones get a share button if allowed, a place's first one the hint to the help."""
        private = answer.private or policy.private
        await self._note_shown(interaction, answer, private=private)
        card = add_private_actions(answer, policy) if private else answer.card
        if private and (reason := privacy_reason(answer, policy)):
            card.add_footer(texts.why_private(reason))
        elif self._hints and (hint := await self._hints.claim(interaction, card, policy.language)):
            card.add_footer(hint)
        await interaction.response.send_message(view=card, ephemeral=private)

    async def edit(self, interaction: Interaction, answer: Answer, policy: AnswerPolicy) -> None:
        """Replace the card whose button was pressed."""
        await self._note_shown(interaction, answer, private=policy.private)
        card = add_private_actions(answer, policy) if policy.private else answer.card
        await interaction.response.edit_message(view=keep_footer(interaction.message, card))

    async def share(self, interaction: Interaction, answer: Answer, policy: AnswerPolicy) -> None:
        """Post an answer in the member's name, if the channel and permissions allow it."""
        if interaction.guild_id and not can_send_messages(interaction, interaction.permissions):
            await send_notice(interaction, texts.CANNOT_WRITE_HERE())
        elif not policy.shareable:
            await send_notice(interaction, texts.CHANNEL_IS_PRIVATE())
        elif answer.private:
            await interaction.response.send_message(view=answer.card, ephemeral=True)
        else:
            await self._note_shown(interaction, answer, private=False)
            with speaking(policy.language):
                card = answer.card.add_shared_by(interaction.user.display_name)
            await interaction.response.send_message(view=card)

    async def _note_shown(self, interaction: Interaction, answer: Answer, *, private: bool) -> None:
        """Note for a game that runs that its example is about to be shown. A state that fails runs no game."""
        if self._guesses:
            channel_id = 0 if private else interaction.channel_id or 0
            with suppress(DatabaseError):
                await self._guesses.note_shown(
                    answer.example_refs, interaction.user.id, channel_id, discord.utils.utcnow()
                )


def language_in_discord(interaction: Interaction) -> str:
    """Return the locale of an interaction's guild, or English."""
    return best_locale(interaction.guild_locale.value if interaction.guild_locale else None)


def public_language(guild: GuildSettings, in_discord: str = "") -> str:
    """Return the locale of what everyone sees: the chosen one, else the guild's in Discord, if need be as noted."""
    return best_locale(guild.language, in_discord or guild.discord_language)


async def note_language(preferences: PreferenceStore, interaction: Interaction) -> None:
    """Store the language of an interaction's guild in Discord, for what is posted there unasked."""
    locale = language_in_discord(interaction)
    await preferences.note_language(interaction.guild_id or 0, "" if locale == DEFAULT_LOCALE else locale)


async def send_private_card(interaction: Interaction, card: Card) -> None:
    """Send a private card, replacing the one whose component was used."""
    if is_private_card(interaction):
        await interaction.response.edit_message(view=card)
    else:
        await interaction.response.send_message(view=card, ephemeral=True)


async def send_notice(interaction: Interaction, text: Markdown) -> None:
    """Send the member a private message."""
    await interaction.response.send_message(view=message_card(text), ephemeral=True)


def is_private_card(interaction: Interaction) -> bool:
    """Return whether the component is on a private card."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def offers(interaction: Interaction, custom_id: str) -> bool:
    """Return whether the message has that button, as Discord sends it: a forged press may name any."""
    rows = interaction.message.components if interaction.message else []
    return any(getattr(one, "custom_id", "") == custom_id for row in rows for one in getattr(row, "children", ()))


def owns_card(interaction: Interaction) -> bool:
    """Return whether the member may change the card. Others get a copy."""
    metadata = interaction.message.interaction_metadata if interaction.message else None
    return is_private_card(interaction) or (metadata is not None and metadata.user.id == interaction.user.id)


def can_send_messages(interaction: Interaction, permissions: discord.Permissions) -> bool:
    """Return whether these permissions allow writing here."""
    thread = isinstance(interaction.channel, discord.Thread)
    return permissions.send_messages_in_threads if thread else permissions.send_messages


def privacy_reason(answer: Answer, policy: AnswerPolicy) -> PrivacyReason | None:
    """Return why an answer is private, or None if the member asked for that, or it is a notice."""
    is_notice = answer.private and answer.privacy_reason is None
    return None if is_notice else answer.privacy_reason or policy.privacy_reason


def add_private_actions(answer: Answer, policy: AnswerPolicy) -> Card:
    """Add share and seen buttons to a private answer."""
    share = answer.share_request if policy.shareable else None
    return answer.card.add_private_actions(share, answer.seen_requests)


def keep_footer(message: discord.Message | None, card: Card) -> Card:
    """Copy the footer of the replaced message, who shared it or why it is private, but not its hint."""
    last = message.components[-1] if message and message.components else None
    if isinstance(last, discord.TextDisplay) and last.content.startswith("-# ") and not is_hint(last.content):
        card.add_footer(Markdown(last.content.removeprefix("-# ")))
    return card
