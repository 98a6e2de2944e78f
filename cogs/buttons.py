"""Buttons, menus and modals, on old cards too."""

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.components.admin_ids import AdminRequest
from bot.components.custom_ids import (
    SEEN_ACTIONS,
    Action,
    ExampleRequest,
    Flag,
    SettingRequest,
)
from bot.components.guess_ids import GuessRequest
from bot.components.saved_ids import SavedRequest
from bot.conversation.answer import note_typed_page
from bot.conversation.daily_delivery import replace_post
from bot.conversation.guess_rounds import GuessRounds
from bot.conversation.page_admin import PageAdmin
from bot.conversation.saved import SavedList
from bot.conversation.sender import is_private_card, offers, owns_card, send_notice
from bot.conversation.services import services_of
from bot.conversation.settings_panels import GuildSettingsPanel, PreferencesPanel
from bot.interactions.rate_limit import Budget
from bot.interactions.response import Handler, Interaction
from bot.model.preferences import PrivacyReason
from bot.render.cards import MAX_PAGE_DIGITS, page_modal
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.render.work_cards import compare_modal

if TYPE_CHECKING:
    from bot.client.bot import TropeBot

DOUBLE_CLICK_SECONDS = 0.5
COMPONENT_INTERACTIONS = (discord.InteractionType.component, discord.InteractionType.modal_submit)


class Buttons(commands.Cog):
    """Answer components from their custom_ids alone, so that none expires."""

    def __init__(self, answer_interaction: Callable[[Interaction, Handler], Awaitable[None]]) -> None:
        self._answer_interaction = answer_interaction
        self._recent_clicks: dict[tuple[int | str, ...], float] = {}

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Answer a component or modal. Commands go to the command tree."""
        if interaction.type in COMPONENT_INTERACTIONS:
            await self._answer_interaction(interaction, partial(self._on_press, interaction))

    async def _on_press(self, interaction: Interaction) -> None:
        data: dict[str, Any] = dict(interaction.data or {})
        custom_id, values = str(data.get("custom_id")), list(submitted_values(data))
        limiter, user_id = services_of(interaction).rate_limiter, interaction.user.id
        if retry_after := limiter.acquire(user_id, Budget.PRESSES):
            await send_notice(interaction, texts.slow_down(retry_after))
        elif AdminRequest.is_custom_id(custom_id):
            await PageAdmin(services_of(interaction)).handle(
                interaction, AdminRequest.from_custom_id(custom_id), values
            )
        elif SettingRequest.is_custom_id(custom_id):
            await self._on_setting(interaction, SettingRequest.from_custom_id(custom_id), values)
        elif SavedRequest.is_custom_id(custom_id):
            await SavedList(services_of(interaction)).handle(
                interaction, SavedRequest.from_custom_id(custom_id), values
            )
        elif GuessRequest.is_custom_id(custom_id):
            rounds = GuessRounds(services_of(interaction))
            await rounds.handle(interaction, GuessRequest.from_custom_id(custom_id), "".join(values))
        else:
            await self._on_example(interaction, custom_id, values)

    async def _on_setting(self, interaction: Interaction, request: SettingRequest | None, values: list[str]) -> None:
        if request is None:
            await send_notice(interaction, texts.OUTDATED_BUTTON())
            return
        panel = GuildSettingsPanel if request.action.is_guild else PreferencesPanel
        values = [request.value] if request.value else values
        await panel(services_of(interaction)).handle(interaction, request.action, values)

    async def _on_example(self, interaction: Interaction, custom_id: str, values: Sequence[str]) -> None:
        request = ExampleRequest.from_custom_id(custom_id)
        if request and request.action is Action.CHOOSE:  # as if a button for this choice was pressed
            custom_id, values = "".join(values[:1]), ()
            request = ExampleRequest.from_custom_id(custom_id)
        if (
            request is None
            or request.action is Action.CHOOSE
            or (request.is_private and not is_private_card(interaction))
        ):
            await send_notice(interaction, texts.OUTDATED_BUTTON())
            return
        if sends_new_message(interaction, request):
            if self._is_double_click(interaction, custom_id, values):
                await interaction.response.defer()
                return
            if retry_after := services_of(interaction).rate_limiter.acquire(interaction.user.id):
                await send_notice(interaction, texts.slow_down(retry_after))
                return
        if request.action is Action.REPLACE_DAILY:
            await replace_post(interaction, services_of(interaction), request)
        elif request.action in SEEN_ACTIONS:
            await self._change_seen(interaction, custom_id, request)
        elif Flag.SHARE in request.flags:
            await self._share(interaction, request.without_flag(Flag.SHARE))
        elif Flag.GO_TO_PAGE in request.flags:
            await self._go_to_page(interaction, request, values)
        elif request.action is Action.ASK_COMPARE:
            await self._compare(interaction, request, values)
        elif values and request.action is Action.OPEN_FROM_LIST:
            await self._answer(interaction, replace(request, example_ref=values[0]))
        else:
            await self._answer(interaction, request)

    async def _share(self, interaction: Interaction, request: ExampleRequest) -> None:
        """Post a private answer for everyone, with its spoilers hidden again."""
        services = services_of(interaction)
        sender = services.sender
        policy = replace(await sender.policy_for(interaction), private=False, seen_works=frozenset())
        await sender.share(interaction, await services.answers.answer(request, policy), policy)

    async def _change_seen(self, interaction: Interaction, custom_id: str, request: ExampleRequest) -> None:
        """Store whether the member knows a work that this card names, and show the example accordingly."""
        preferences, works = services_of(interaction).preferences, [request.seen_ref]
        if not offers(interaction, custom_id):
            await send_notice(interaction, texts.OUTDATED_BUTTON())
            return
        if request.action is Action.UNMARK_SEEN:
            await preferences.remove_seen_works(interaction.user.id, works)
        elif not await preferences.add_seen_works(interaction.user.id, works):
            await send_notice(interaction, setting_texts.seen_full())
            return
        await self._answer(interaction, request.to(Action.EXAMPLE))

    async def _go_to_page(self, interaction: Interaction, request: ExampleRequest, values: Sequence[str]) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_modal(page_modal(request, texts.PAGE_MODAL_LABEL()))
            return
        typed = "".join(values).strip()
        valid = typed.isascii() and typed.isdecimal() and len(typed) <= MAX_PAGE_DIGITS
        page = int(typed) if valid else request.page
        await self._answer(interaction, replace(request.without_flag(Flag.GO_TO_PAGE), page=page), typed_page=typed)

    async def _compare(self, interaction: Interaction, request: ExampleRequest, values: Sequence[str]) -> None:
        """Ask for the title of another work, or compare with the one that was typed."""
        typed = "".join(values).strip()
        if interaction.type is discord.InteractionType.component or not typed:
            await interaction.response.send_modal(compare_modal(request))
        else:
            await self._answer(interaction, request, other_work=typed)

    async def _answer(
        self, interaction: Interaction, request: ExampleRequest, *, typed_page: str = "", other_work: str | None = None
    ) -> None:
        """Edit the member's own card. Others get a private copy. It says so if it has no such page as was typed."""
        edits_own_card = request.action.edits_in_place and owns_card(interaction)
        private = not edits_own_card if request.action.edits_in_place else None
        services = services_of(interaction)
        sender = services.sender
        policy = await sender.policy_for(interaction, private=private)
        if private and not is_private_card(interaction):
            policy = replace(policy, privacy_reason=PrivacyReason.COPY)
        answer = await services.answers.answer(request, policy, other_work=other_work)
        if typed_page:
            note_typed_page(answer, typed_page, policy)
        same_audience = policy.private is is_private_card(interaction) and (policy.private or not answer.private)
        if edits_own_card and same_audience:
            await sender.edit(interaction, answer, policy)
        else:
            await sender.send(interaction, answer, policy)

    def _is_double_click(self, interaction: Interaction, custom_id: str, values: Sequence[str]) -> bool:
        message_id = interaction.message.id if interaction.message else 0
        click: tuple[int | str, ...] = (interaction.user.id, message_id, custom_id, *values)
        now = time.monotonic()
        self._recent_clicks = {k: at for k, at in self._recent_clicks.items() if now - at < DOUBLE_CLICK_SECONDS}
        is_second = click in self._recent_clicks
        self._recent_clicks[click] = now
        return is_second


def sends_new_message(interaction: Interaction, request: ExampleRequest) -> bool:
    """Return whether the answer is a new message."""
    return Flag.SHARE in request.flags or not request.action.edits_in_place or not owns_card(interaction)


def submitted_values(data: dict[str, Any]) -> Iterator[str]:
    """Yield the values selected in a menu or typed into a modal, at any depth."""
    yield from map(str, data.get("values") or ())
    if "value" in data:
        yield str(data["value"])
    for inner in (*data.get("components", ()), *filter(None, [data.get("component")])):
        yield from submitted_values(inner)


async def setup(bot: "TropeBot") -> None:
    """Add the cog. Called by discord.py."""
    await bot.add_cog(Buttons(bot.answer_interaction))
