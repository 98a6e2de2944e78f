"""The presses of buttons and menus on any card the bot ever sent."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.components.custom_ids import ExampleRequest, Flag, SettingRequest, is_setting_id
from bot.conversation.answers import Answers
from bot.conversation.sender import AnswerSender, Interaction, is_private_card, owns_card, public_policy
from bot.conversation.settings_panels import GuildSettingsPanel, PreferencesPanel
from bot.interactions.response import response_of
from bot.model import work_ref
from bot.render.cards import page_modal
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.state.preferences import Choosing

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

DOUBLE_CLICK = 0.5  # seconds
_PRESSES = (discord.InteractionType.component, discord.InteractionType.modal_submit)


class Buttons(commands.Cog):
    """Goes on from a card when one of its buttons or menus is used."""

    def __init__(self, bot: "TropeBot") -> None:
        """Takes the bot whose corpus is served."""
        self.bot = bot
        self.answers = Answers(bot.corpus, bot.rounds)
        self.speaker = AnswerSender(bot)
        self.choosing = Choosing(bot.state)
        self.desks = (PreferencesPanel(bot), GuildSettingsPanel(bot))
        self._clicks: dict[tuple[int | str, ...], float] = {}

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Answers a press, of whatever button the bot may ever have sent; commands are answered elsewhere."""
        data: dict[str, Any] = dict(interaction.data or {})
        if interaction.type in _PRESSES:
            custom_id = str(data.get("custom_id"))
            used = self._used if is_setting_id(custom_id) else self._pressed
            await self.bot.dispatcher.dispatch(interaction, partial(used, interaction, custom_id, list(_values(data))))

    async def _used(self, interaction: Interaction, custom_id: str, values: list[str]) -> None:
        control = SettingRequest.from_custom_id(custom_id)
        if control is None:
            await self.speaker.send_notice(interaction, texts.OUTDATED_BUTTON)
        else:
            await self.desks[control.action.is_guild].use(interaction, control, values)

    async def _pressed(self, interaction: Interaction, custom_id: str, values: list[str]) -> None:
        press = ExampleRequest.from_custom_id(custom_id)
        if press is None:
            await self.speaker.send_notice(interaction, texts.OUTDATED_BUTTON)
        elif not _brings_more(interaction, press):
            await self._do(interaction, press, values)
        elif self._twice(interaction, custom_id, values):
            await response_of(interaction).defer()
        elif wait := self.bot.rate_limiter.acquire(interaction.user.id):
            await self.speaker.send_notice(interaction, texts.slow_down(wait))
        else:
            await self._do(interaction, press, values)

    async def _do(self, interaction: Interaction, press: ExampleRequest, values: list[str]) -> None:
        deeds = {Flag.SHARE: self._share, Flag.MARK_SEEN: self._seen, Flag.GO_TO_PAGE: self._jump}
        flag = next((flag for flag in deeds if flag in press.flags), None)
        if flag:
            await deeds[flag](interaction, press.without_flag(flag), values)
        else:
            await self._answer(interaction, press, values)

    def _twice(self, interaction: Interaction, custom_id: str, values: Iterable[str]) -> bool:
        """Tells whether a press is the second of a double click."""
        message = interaction.message.id if interaction.message else 0
        click: tuple[int | str, ...] = (interaction.user.id, message, custom_id, *values)
        now = time.monotonic()
        self._clicks = {one: at for one, at in self._clicks.items() if now - at < DOUBLE_CLICK}
        twice = click in self._clicks
        self._clicks[click] = now
        return twice

    async def _jump(self, interaction: Interaction, press: ExampleRequest, values: list[str]) -> None:
        """Asks for a page, or goes to the one that was typed into the form."""
        if interaction.type is discord.InteractionType.component:
            await response_of(interaction).send_modal(
                page_modal(press.with_flag(Flag.GO_TO_PAGE), texts.PAGE_MODAL_LABEL)
            )
            return
        typed = "".join(values).strip()
        page = int(typed) if typed.isascii() and typed.isdecimal() else press.page
        await self._answer(interaction, replace(press, page=page), [])

    async def _share(self, interaction: Interaction, press: ExampleRequest, _: list[str]) -> None:
        policy = public_policy(await self.speaker.policy_for(interaction))
        await self.speaker.share(interaction, await self.answers.answer(press, policy), policy)

    async def _seen(self, interaction: Interaction, press: ExampleRequest, _: list[str]) -> None:
        """Remembers that the member has seen what an example hides something about, and shows it."""
        works = await self.answers.works_spoiled_by(press)
        if await self.choosing.add_seen(interaction.user.id, [work_ref(work.title) for work in works]):
            await self._answer(interaction, press, [])
        else:
            await self.speaker.send_notice(interaction, setting_texts.SEEN_FULL)

    async def _answer(self, interaction: Interaction, press: ExampleRequest, values: list[str]) -> None:
        mine = press.action.edits_in_place and owns_card(interaction)
        # A card of one's own is changed for those who see it; somebody else's brings a private copy.
        usual = None if not press.action.edits_in_place else not mine
        policy = await self.speaker.policy_for(interaction, private=usual)
        answer = await self.answers.answer(press, policy, values)
        if mine and policy.private is is_private_card(interaction) and (policy.private or not answer.private):
            await self.speaker.edit(interaction, answer, policy)
        else:
            await self.speaker.send(interaction, answer, policy)


def _brings_more(interaction: Interaction, press: ExampleRequest) -> bool:
    """Tells whether a press brings a new message; to turn one's own card twice is to turn it once, and free."""
    return Flag.SHARE in press.flags or not press.action.edits_in_place or not owns_card(interaction)


def _values(data: dict[str, Any]) -> Iterator[str]:
    """Yields what was chosen in a menu or typed into a form, however deep Discord has put it."""
    yield from map(str, data.get("values") or ())
    if "value" in data:
        yield str(data["value"])
    for inner in (*data.get("components", ()), *filter(None, [data.get("component")])):
        yield from _values(inner)


async def setup(bot: "TropeBot") -> None:
    """Adds the cog; called by the library."""
    await bot.add_cog(Buttons(bot))
