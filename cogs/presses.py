"""The presses of buttons and menus on any card the bot ever sent."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.render import Flag, Press, is_ours, words
from cogs.answers import Answers
from cogs.speaking import Interaction, Speaker, in_public, is_private, may_change

if TYPE_CHECKING:
    from bot.app import TropeBot


class Presses(commands.Cog):
    """Goes on from a card when one of its buttons or menus is used."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose corpus is served."""
        self.bot = bot
        self.answers = Answers(bot.corpus)
        self.speaker = Speaker(bot)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Answers a press; what else interacts is not ours."""
        data: dict[str, Any] = dict(interaction.data or {})
        custom_id = str(data.get("custom_id"))
        if interaction.type is discord.InteractionType.component and is_ours(custom_id):
            async with self.bot.answering(interaction):
                await self._pressed(interaction, custom_id, [str(value) for value in data.get("values", ())])

    async def _pressed(self, interaction: Interaction, custom_id: str, values: list[str]) -> None:
        press = Press.read(custom_id)
        if press is None:
            await self.speaker.hint(interaction, words.OUTDATED)
        elif Flag.SHARE in press.flags:
            await self._share(interaction, replace(press, flags=press.flags.replace(Flag.SHARE, "")))
        else:
            await self._answer(interaction, press, values)

    async def _share(self, interaction: Interaction, press: Press) -> None:
        policy = in_public(await self.speaker.policy(interaction))
        await self.speaker.share(interaction, await self.answers.answer(press, policy))

    async def _answer(self, interaction: Interaction, press: Press, values: list[str]) -> None:
        others = press.action.turns and not may_change(interaction)
        policy = await self.speaker.policy(interaction, private=others)
        answer = await self.answers.answer(press, policy, values)
        if press.action.turns and not others and (is_private(interaction) or not answer.private):
            await self.speaker.change(interaction, answer, policy)
        else:
            await self.speaker.send(interaction, answer, policy)


async def setup(bot: "TropeBot") -> None:
    """Adds the cog; called by the library."""
    await bot.add_cog(Presses(bot))
