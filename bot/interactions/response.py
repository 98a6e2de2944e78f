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
from typing import TYPE_CHECKING, Any, Final, Protocol

import aiohttp
import discord
from discord import InteractionResponseType, app_commands, ui

from bot.interactions.callback_client import CallbackClient
from bot.interactions.library_internals import drop_response, post_callback, set_response
from bot.interactions.record import InteractionRecord, Outcome

# Seconds since Discord created the interaction. Discord gives up after three.
DEFER_AFTER_SECONDS, FIRST_REPLY_DEADLINE_SECONDS, DISCORD_TIMEOUT_SECONDS = 1.5, 2.5, 3.0
MIN_SEND_SECONDS = 0.5  # for a reply, even a late one
HANDLER_TIMEOUT_SECONDS = 15.0
RETRY_DELAY_SECONDS = 0.05
FOLLOWUP_TIMEOUT_SECONDS = 10.0
OUTCOME_BY_ERROR_CODE = {40060: Outcome.ALREADY_ANSWERED, 10062: Outcome.EXPIRED}
# Besides discord.DiscordException, what a request to Discord may raise. A body that is not JSON is a ValueError.
NETWORK_ERRORS = (OSError, aiohttp.ClientError, TimeoutError, JSONDecodeError, UnicodeDecodeError)
UNKNOWN_MESSAGE = 10008
GONE_ERROR_CODES = (UNKNOWN_MESSAGE, 10062, 10015, 50027)  # no such message, interaction, webhook or token
THINKING_ALONE: Final = {"flags": discord.MessageFlags(ephemeral=True).value}
PUBLIC_FLAGS: Final = discord.MessageFlags(components_v2=True).value
PRIVATE_FLAGS: Final = discord.MessageFlags(components_v2=True, ephemeral=True).value
log = logging.getLogger(__name__)

Handler = Callable[[], Awaitable[object]]


class HasComponents(Protocol):
    """A Components V2 message, such as `bot.render.cards.Card`."""

    @property
    def components(self) -> list[dict[str, Any]]:
        """The message's components."""


class CardView(ui.LayoutView):
    """A card as a discord.py view. It waits for no clicks."""

    def __init__(self, card: HasComponents) -> None:
        super().__init__(timeout=None)
        self._components = card.components
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


class Placeholder(Enum):
    """A "thinking" message that an answer replaces, and who sees it. UNSURE: Discord did not confirm a private one."""

    NONE = auto()
    PUBLIC = auto()
    PRIVATE = auto()
    UNSURE = auto()


class TimedResponse(discord.InteractionResponse[Any]):
    """An interaction response that meets Discord's three-second deadline.

    Slow work is deferred automatically, to the audience in `expected_private`. Later calls to send_message become edits
    or follow-ups. If Discord no longer accepts an answer, the outcome is logged and nothing is raised.
    """

    def __init__(
        self,
        interaction: discord.Interaction[Any],
        record: InteractionRecord,
        age: float,
        withheld_card: Callable[[discord.Interaction[Any]], HasComponents],
        client: CallbackClient,
    ) -> None:
        """Replace the interaction's response and start the clock.

        Args:
            interaction: What to answer.
            record: Where to note the outcome.
            age: Seconds since Discord created it.
            withheld_card: Returns what is shown publicly if a private answer cannot be sent privately.
            client: Sends the first answer.
        """
        super().__init__(interaction)
        self.record, self.stage, self.expected_private = record, Stage.PENDING, True
        self.is_autocomplete = interaction.type is discord.InteractionType.autocomplete
        self._interaction, self._withheld_card, self._client = interaction, withheld_card, client
        self.work_timeout = asyncio.timeout(None)  # of the handler, limited only once it is slow
        self._lock = asyncio.Lock()
        self._placeholder = Placeholder.NONE
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
                data = {"components": view.components, "flags": flags, "allowed_mentions": {"parse": []}}
                self._finish(*await self._attempt(InteractionResponseType.channel_message, data))
            elif self.stage is not Stage.FAILED:
                await self._send_followup(view, private=ephemeral)

    async def edit_message(self, *, view: HasComponents) -> None:  # type: ignore[override]
        """Replace the component's message, as the first reply or later."""
        async with self._lock:
            if self.stage is Stage.PENDING:
                data = {"components": view.components, "flags": PUBLIC_FLAGS, "allowed_mentions": {"parse": []}}
                self._finish(*await self._attempt(InteractionResponseType.message_update, data))
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
            self._finish(*await self._attempt(InteractionResponseType.modal, modal))

    async def autocomplete(self, choices: Iterable[app_commands.Choice[Any]]) -> None:
        """Send choices, unless it is too late."""
        async with self._lock:
            if self.stage is Stage.PENDING:
                # The work is done. Sending has a separate limit.
                self._slow_timer.cancel()
                self._limit_work(None)
                data = {"choices": [choice.to_dict() for choice in choices]}
                self._finish(*await self._attempt(InteractionResponseType.autocomplete_result, data))

    async def defer(self, *, ephemeral: bool = False, thinking: bool = False) -> Any:  # noqa: ARG002 - as the library's
        """Acknowledge a component silently, unless answered."""
        async with self._lock:
            if self.stage is Stage.PENDING:
                self._finish(*await self._attempt(InteractionResponseType.deferred_message_update, {}))

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
            kind, data, private = InteractionResponseType.deferred_channel_message, {}, self.expected_private
            if self._interaction.message is not None:
                kind = InteractionResponseType.deferred_message_update
            elif private:
                data = THINKING_ALONE
            try:
                outcome, cause = await self._attempt(kind, data)
            except discord.HTTPException:
                return  # nothing was deferred, and the answer itself may still be accepted
            if outcome is Outcome.EXPIRED:
                self._finish(outcome, cause)
                return
            # If the deferral was lost, sending the answer will show it.
            self.stage = Stage.DEFERRED
            if kind is InteractionResponseType.deferred_channel_message:
                sure = Placeholder.PRIVATE if outcome is Outcome.ANSWERED else Placeholder.UNSURE
                self._placeholder = sure if private else Placeholder.PUBLIC

    async def _attempt(self, kind: InteractionResponseType, data: dict[str, Any]) -> tuple[Outcome, str]:
        """Send a first reply. Retry if it fails or takes half of the time left. Return the outcome and any cause."""
        loop = asyncio.get_running_loop()
        deadline = max(self._deadline, loop.time() + MIN_SEND_SECONDS)
        cause, delay = "", RETRY_DELAY_SECONDS
        for until in ((loop.time() + deadline) / 2, deadline):
            if cause:
                await asyncio.sleep(delay)
            try:
                async with asyncio.timeout_at(until):
                    await post_callback(self._client, self._interaction, kind, data)
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
        """Replace "thinking" if its audience is the same, else send another message.

        A follow-up takes the place of a "thinking" that is still there, and whoever sees that sees the follow-up.
        """
        if self._placeholder is (Placeholder.PRIVATE if private else Placeholder.PUBLIC):
            await self._edit_original(card)
            return
        if self._placeholder is not Placeholder.NONE:  # its audience cannot be changed
            error = await self._delete_original()
            if error is None:
                self._placeholder = Placeholder.NONE
            elif private:
                await self._withhold(error)
                return
        send = partial(self._interaction.followup.send, view=CardView(card), ephemeral=private)
        self._finish_late(await self._send_late(send))

    async def _delete_original(self) -> Exception | None:
        """Delete "thinking". Return an error unless it is certainly gone."""
        delete = self._interaction.delete_original_response
        error = await self._send_late(delete)
        if isinstance(error, NETWORK_ERRORS):
            error = await self._send_late(delete)
            if getattr(error, "code", None) == UNKNOWN_MESSAGE:  # the first request has arrived
                return None
        return error

    async def _edit_original(self, card: HasComponents) -> None:
        edit = partial(self._interaction.edit_original_response, view=CardView(card))
        self._finish_late(await self._send_late(edit, repeatable=True))

    async def _withhold(self, error: Exception) -> None:
        """Put a neutral sentence in the place of a "thinking" that could not be deleted."""
        edit = partial(self._interaction.edit_original_response, view=CardView(self._withheld_card(self._interaction)))
        await self._send_late(edit, repeatable=True)
        self._finish(Outcome.FAILED, describe(error))

    def _finish_late(self, error: Exception | None) -> None:
        """Note how a later answer ended. Raise its error if Discord refused it."""
        if isinstance(error, discord.HTTPException) and error.code not in GONE_ERROR_CODES and not is_transient(error):
            raise error
        if error is not None:
            self._finish(Outcome.FAILED, describe(error))
            return
        self._placeholder = Placeholder.NONE
        if self.stage is Stage.DEFERRED:
            self._finish(Outcome.DEFERRED)

    async def _send_late(self, send: Handler, *, repeatable: bool = False) -> Exception | None:
        """Send a later answer. Return the error, or None."""
        failure: Exception | None = None
        # A failed request may have arrived, and a repeated message would show twice.
        for _ in range(2 if repeatable else 1):
            try:
                async with asyncio.timeout(FOLLOWUP_TIMEOUT_SECONDS):
                    await send()
            except discord.HTTPException as error:
                return error
            except NETWORK_ERRORS as error:
                failure = error
            else:
                return None
        return failure


if TYPE_CHECKING:

    class Interaction(discord.Interaction[Any]):
        """An interaction with the response that the dispatcher gave it."""

        @property
        def response(self) -> TimedResponse:
            """Its answer."""

else:
    Interaction = discord.Interaction


def describe(error: Exception) -> str:
    """Return an error for the log, without its text."""
    if isinstance(error, discord.HTTPException):
        return f"HTTP {error.status}, code {error.code}"
    return type(error).__name__


def is_transient(error: discord.HTTPException) -> bool:
    """Return whether a retry may succeed: a rate limit or a server error."""
    return error.status == 429 or error.status >= 500
