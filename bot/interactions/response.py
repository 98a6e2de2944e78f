"""Answer an interaction in time: the first reply, then edits and follow-ups.

Source of limits and error codes: Discord's documentation of interactions, as of August 2026.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from enum import Enum, auto
from functools import partial
from http import HTTPStatus
from json import JSONDecodeError
from typing import Any, Final, Protocol, cast

import aiohttp
import discord
from discord import InteractionResponseType, app_commands, ui

from bot.interactions.library_internals import drop_response, post_callback, set_response
from bot.interactions.record import Interaction, InteractionRecord, Outcome

# Seconds since Discord created the interaction. Discord gives up after three.
DEFER_AFTER_SECONDS, FIRST_REPLY_DEADLINE_SECONDS, DISCORD_TIMEOUT_SECONDS = 1.5, 2.5, 3.0
MIN_SEND_SECONDS = 0.5  # for a reply, even a late one
HANDLER_TIMEOUT_SECONDS = 15.0
RETRY_DELAY_SECONDS = 0.05
FOLLOWUP_TIMEOUT_SECONDS = 10.0
OUTCOME_BY_ERROR_CODE = {40060: Outcome.ALREADY_ANSWERED, 10062: Outcome.EXPIRED}
GONE_ERROR_CODES = (10062, 10008, 10015, 50027)  # no such interaction, message, webhook or token
# Besides discord.DiscordException, what a request to Discord may raise. A body that is not JSON is a ValueError.
NETWORK_ERRORS = (OSError, aiohttp.ClientError, TimeoutError, JSONDecodeError, UnicodeDecodeError)
PUBLIC_FLAGS: Final = discord.MessageFlags(components_v2=True).value
EPHEMERAL_FLAG: Final = discord.MessageFlags(ephemeral=True).value
PRIVATE_FLAGS: Final = discord.MessageFlags(components_v2=True, ephemeral=True).value
log = logging.getLogger(__name__)

Handler = Callable[[], Awaitable[object]]


class HasComponents(Protocol):
    """A Components V2 message, such as `bot.render.cards.Card`."""

    def to_components(self) -> list[dict[str, Any]]:
        """Return the message's components."""


class CardView(ui.LayoutView):
    """A card as a discord.py view. It waits for no clicks."""

    def __init__(self, card: HasComponents) -> None:
        super().__init__(timeout=None)
        self._components = card.to_components()
        self.stop()

    def to_components(self) -> list[dict[str, Any]]:
        """Return the card's components."""
        return self._components

    def has_components_v2(self) -> bool:
        """Return True: cards use Components V2."""
        return True


class Stage(Enum):
    """Progress of an interaction's answer."""

    PENDING = auto()
    DEFERRED = auto()
    ANSWERED = auto()
    FAILED = auto()


class TimedResponse(discord.InteractionResponse[Any]):
    """An interaction response that meets Discord's three-second deadline.

    Slow work is deferred automatically, to the audience in `expected_private`. Later calls to send_message become edits
    or follow-ups. If Discord no longer accepts an answer, the outcome is logged and nothing is raised.
    """

    def __init__(self, interaction: Interaction, record: InteractionRecord, age: float) -> None:
        """Replace the interaction's response and start the clock. `age` is in seconds."""
        super().__init__(interaction)
        self.record, self.stage, self.expected_private = record, Stage.PENDING, True
        self.is_autocomplete = interaction.type is discord.InteractionType.autocomplete
        self._interaction = interaction
        self.work_timeout = asyncio.timeout(None)  # of the handler, limited only once it is slow
        self._lock = asyncio.Lock()
        self._deferred_privately: bool | None = None  # None if "thinking" is not a message
        self._defer_task: asyncio.Task[None] | None = None
        loop = asyncio.get_running_loop()
        self._deadline = loop.time() + max(FIRST_REPLY_DEADLINE_SECONDS - age, MIN_SEND_SECONDS)
        self._work_deadline = (
            self._deadline - MIN_SEND_SECONDS / 2 if self.is_autocomplete else loop.time() + HANDLER_TIMEOUT_SECONDS
        )
        self._slow_timer = loop.call_later(max(DEFER_AFTER_SECONDS - age, MIN_SEND_SECONDS / 2), self._on_slow)
        set_response(interaction, self)

    def is_done(self) -> bool:
        """Return whether a first reply was sent or is impossible."""
        return self.stage is not Stage.PENDING

    def close(self) -> None:
        """Stop the clock and release the interaction."""
        self._slow_timer.cancel()
        drop_response(self._interaction)

    def allow_more_time(self, seconds: float) -> None:
        """Let the handler work that long from now, which must be less than the fifteen minutes of its token."""
        self._work_deadline = asyncio.get_running_loop().time() + seconds
        if self.work_timeout.when() is not None:
            self._limit_work(self._work_deadline)

    async def send_message(self, *, view: HasComponents, ephemeral: bool = False) -> None:  # type: ignore[override]
        """Send a card as the first reply, instead of "thinking", or as a follow-up."""
        flags = PRIVATE_FLAGS if ephemeral else PUBLIC_FLAGS
        async with self._lock:
            if self.stage is Stage.PENDING:
                data = {"components": view.to_components(), "flags": flags, "allowed_mentions": {"parse": []}}
                await self._reply(InteractionResponseType.channel_message, data)
            elif self.stage is not Stage.FAILED:
                await self._send_followup(view, private=ephemeral)

    async def edit_message(self, *, view: HasComponents) -> None:  # type: ignore[override]
        """Replace the component's message, as the first reply or later."""
        async with self._lock:
            if self.stage is Stage.PENDING:
                data = {"components": view.to_components(), "flags": PUBLIC_FLAGS, "allowed_mentions": {"parse": []}}
                await self._reply(InteractionResponseType.message_update, data)
            elif self.stage is not Stage.FAILED:
                await self._edit_original(view)

    async def send_modal(self, modal: dict[str, Any], /) -> Any:  # type: ignore[override]
        """Open a modal.

        Raises:
            InteractionResponded: Only a first reply can be a modal.
        """
        async with self._lock:
            if self.stage is not Stage.PENDING:
                raise discord.InteractionResponded(self._interaction)
            await self._reply(InteractionResponseType.modal, modal)

    async def autocomplete(self, choices: Iterable[app_commands.Choice[Any]]) -> None:
        """Send choices, unless it is too late."""
        async with self._lock:
            if self.stage is Stage.PENDING:
                # The work is done. Sending has a separate limit.
                self._slow_timer.cancel()
                self._limit_work(None)
                data = {"choices": [choice.to_dict() for choice in choices]}
                await self._reply(InteractionResponseType.autocomplete_result, data)

    async def defer(self, *, ephemeral: bool = False, thinking: bool = False) -> Any:
        """Acknowledge the interaction silently, unless answered."""
        async with self._lock:
            if self.stage is Stage.PENDING:
                self._finish(*await self._attempt(self._deferral(private=ephemeral, thinking=thinking)))

    def _on_slow(self) -> None:
        """Limit the work, and defer. Autocompletion cannot be deferred."""
        self._limit_work(self._work_deadline)
        if self.stage is Stage.PENDING and not self.is_autocomplete:
            self._defer_task = asyncio.create_task(self._defer_now())

    def _limit_work(self, deadline: float | None) -> None:
        with suppress(RuntimeError):  # the handler has ended
            self.work_timeout.reschedule(deadline)

    async def _defer_now(self) -> None:
        async with self._lock:
            if self.stage is not Stage.PENDING:
                return
            is_component, private = self._interaction.message is not None, self.expected_private
            outcome, cause = await self._attempt(self._deferral(private=private, thinking=not is_component))
            if outcome is Outcome.EXPIRED:
                self._finish(outcome, cause)
                return
            # If the deferral was lost, sending the answer will show it.
            self.stage = Stage.DEFERRED
            self._deferred_privately = None if is_component else private

    def _deferral(self, *, private: bool, thinking: bool) -> Handler:
        """Return what defers. Only a component can be deferred without "thinking"."""
        if not thinking and self._interaction.type is not discord.InteractionType.application_command:
            return partial(post_callback, self._interaction, InteractionResponseType.deferred_message_update, {})
        data = {"flags": EPHEMERAL_FLAG} if private else {}
        return partial(post_callback, self._interaction, InteractionResponseType.deferred_channel_message, data)

    async def _reply(self, kind: InteractionResponseType, data: dict[str, Any]) -> None:
        self._finish(*await self._attempt(partial(post_callback, self._interaction, kind, data)))

    async def _attempt(self, send: Handler) -> tuple[Outcome, str]:
        """Send a first reply. Retry if it fails or takes half of the time left. Return the outcome and any cause."""
        loop = asyncio.get_running_loop()
        deadline = max(self._deadline, loop.time() + MIN_SEND_SECONDS)
        cause, delay = "", RETRY_DELAY_SECONDS
        for until in ((loop.time() + deadline) / 2, deadline):
            if cause:
                await asyncio.sleep(delay)
            try:
                async with asyncio.timeout_at(until):
                    await send()
            except discord.RateLimited as error:
                cause, delay = f"HTTP {HTTPStatus.TOO_MANY_REQUESTS.value}", error.retry_after
                if loop.time() + delay >= deadline:
                    break
            except discord.HTTPException as error:
                if error.code in OUTCOME_BY_ERROR_CODE:
                    return OUTCOME_BY_ERROR_CODE[error.code], ""
                if not is_transient(error):
                    raise
                cause = f"HTTP {error.status}"
            except NETWORK_ERRORS as error:
                cause = type(error).__name__
            else:
                return Outcome.ANSWERED, ""
        return Outcome.FAILED, cause

    def _finish(self, outcome: Outcome, cause: str = "") -> None:
        self.record.set_outcome(outcome)
        self.stage = Stage.FAILED if outcome in (Outcome.EXPIRED, Outcome.FAILED) else Stage.ANSWERED
        if outcome is Outcome.EXPIRED:
            log.warning("Interaction %d expired before it could be answered.", self._interaction.id)
        elif outcome is Outcome.FAILED:
            log.warning("Interaction %d could not be answered: %s.", self._interaction.id, cause)

    async def _send_followup(self, card: HasComponents, *, private: bool) -> None:
        """Replace "thinking" if its audience is the same, else send another message."""
        deferred_privately, self._deferred_privately = self._deferred_privately, None
        if deferred_privately is private:
            await self._edit_original(card)
            return
        if deferred_privately is not None:  # the audience of "thinking" cannot be changed
            await self._send_late(self._interaction.delete_original_response, repeatable=True)
        send = partial(self._interaction.followup.send, view=CardView(card), ephemeral=private)
        self._finish_late(await self._send_late(send))

    async def _edit_original(self, card: HasComponents) -> None:
        edit = partial(self._interaction.edit_original_response, view=CardView(card))
        self._finish_late(await self._send_late(edit, repeatable=True))

    def _finish_late(self, cause: str | None) -> None:
        if cause is not None:
            self._finish(Outcome.FAILED, cause)
        elif self.stage is Stage.DEFERRED:
            self._finish(Outcome.DEFERRED)

    async def _send_late(self, send: Handler, *, repeatable: bool = False) -> str | None:
        """Send a later answer. Return the cause of a failure, or None."""
        cause: str | None = None
        # A failed request may have arrived, and a repeated message would show twice.
        for _ in range(2 if repeatable else 1):
            try:
                async with asyncio.timeout(FOLLOWUP_TIMEOUT_SECONDS):
                    await send()
            except discord.HTTPException as error:
                if error.code not in GONE_ERROR_CODES and not is_transient(error):
                    raise
                return f"HTTP {error.status}, code {error.code}"
            except NETWORK_ERRORS as error:
                cause = type(error).__name__
            else:
                return None
        return cause


def response_of(interaction: Interaction) -> TimedResponse:
    """Return the response that the dispatcher gave an interaction."""
    return cast("TimedResponse", interaction.response)


def is_transient(error: discord.HTTPException) -> bool:
    """Return whether a retry may succeed: a rate limit or a server error."""
    return error.status == 429 or error.status >= 500
