"""The answer to one interaction, in time: the first reply, what follows "thinking", and Discord's calls for both."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from enum import Enum, auto
from functools import partial
from typing import Any, Final

import aiohttp
import discord
from discord.http import Route
from discord.webhook.async_ import async_context

from bot.interactions.record import Course, Interaction, Outcome
from bot.render.cards import Card

_log = logging.getLogger(__name__)

# Seconds since Discord made the interaction; Discord itself gives up after three.
THINKING, DEADLINE, GIVEN_UP = 1.5, 2.5, 3.0

LEAST = 0.5  # seconds that an answer gets however late it is

PATIENCE = 15.0  # seconds that a command may work

PAUSE = 0.05  # seconds between two tries

LATER = 10.0  # seconds that an answer may take once Discord waits no more

_SETTLED = {40060: Outcome.ALREADY, 10062: Outcome.TOO_LATE}  # what Discord's codes say of a first answer

_NO_LONGER = (10062, 10008, 10015, 50027)  # interaction, message, webhook or token are gone

_FAILED = (OSError, aiohttp.ClientError, TimeoutError)

Call = Callable[[], Awaitable[object]]


class Stage(Enum):
    """How far the answer to an interaction has come."""

    WAITING = auto()
    THINKING = auto()
    ANSWERED = auto()
    LOST = auto()


class PunctualResponse(discord.InteractionResponse[Any]):
    """Answers an interaction in time.

    After "thinking", or after a first answer, `send_message` and `edit_message` bring what they are given all the same,
    as an edit or a message of its own. What can no longer be answered is counted, said in the log in one line, and
    raises nothing.

    Attributes:
        course: What became of the interaction.
        stage: How far the answer has come.
        private: Whether the answer is meant for the member alone, as far as is known before it is there.
        until: When work on the answer has to end, by the loop's clock.
        limit: What ends that work; None when it is over.
        offers: Whether choices are asked for and nothing else can be answered.
    """

    def __init__(self, interaction: Interaction, course: Course, age: float) -> None:
        """Puts itself in the place of the interaction's response, and starts the clock.

        Args:
            interaction: What is answered.
            course: Where outcomes are noted.
            age: How many seconds ago it was made.
        """
        super().__init__(interaction)
        self.course = course
        self.stage = Stage.WAITING
        self.private = True
        self.offers = interaction.type is discord.InteractionType.autocomplete
        self._turn = asyncio.Lock()
        self._thinks_privately: bool | None = None  # None where "thinking" is not a message
        loop = asyncio.get_running_loop()
        self._deadline = loop.time() + max(DEADLINE - age, LEAST)
        self.until = self._deadline - LEAST / 2 if self.offers else loop.time() + PATIENCE
        self.limit: asyncio.Timeout | None = None
        self._timer = loop.call_later(max(THINKING - age, LEAST / 2), self._take_long)
        self._thinking: asyncio.Task[None] | None = None
        interaction._cs_response = self  # type: ignore[attr-defined]  # noqa: SLF001 - where the library keeps it

    def is_done(self) -> bool:
        """Tells whether there was a first answer, or can be none any more."""
        return self.stage is not Stage.WAITING

    def end(self) -> None:
        """Stops the clock, and lets go of the interaction when all is said.

        Two that hold each other are only found by looking through memory: a twelfth of what an answer costs.
        """
        self._timer.cancel()
        del self._parent._cs_response  # type: ignore[attr-defined]  # noqa: SLF001 - see __init__

    async def send_message(self, *, view: Card, ephemeral: bool = False) -> None:  # type: ignore[override]
        """Sends a card: as the first answer, in the place of "thinking", or as one more message."""
        async with self._turn:
            if self.stage is Stage.WAITING:
                await self._answer(partial(post_message, self._parent, view, private=ephemeral))
            elif self.stage is not Stage.LOST:
                await self._bring(view, private=ephemeral)

    async def edit_message(self, *, view: Card) -> None:  # type: ignore[override]
        """Changes the message whose control was used: as the first answer, or later."""
        async with self._turn:
            if self.stage is Stage.WAITING:
                await self._answer(partial(post_edit, self._parent, view))
            elif self.stage is not Stage.LOST:
                await self._bring_in_place(view)

    async def send_modal(self, modal: Any, /) -> Any:
        """Opens a form.

        Raises:
            InteractionResponded: There was a first answer already, and a form can be nothing else.
        """
        async with self._turn:
            if self.stage is not Stage.WAITING:
                raise discord.InteractionResponded(self._parent)
            await self._answer(partial(super().send_modal, modal))

    async def autocomplete(self, choices: Any) -> None:
        """Offers choices, if it is not too late."""
        async with self._turn:
            if self.stage is Stage.WAITING:
                # The choices are found; what is left is the sending, which has its own limit.
                self._timer.cancel()
                if self.limit is not None:
                    self.limit.reschedule(None)
                await self._answer(partial(post_choices, self._parent, choices))

    async def defer(self, *, ephemeral: bool = False, thinking: bool = False) -> Any:
        """Acknowledges the interaction with nothing to see, if nothing did yet."""
        async with self._turn:
            if self.stage is Stage.WAITING:
                await self._answer(partial(super().defer, ephemeral=ephemeral, thinking=thinking))

    # --- the first answer

    def _take_long(self) -> None:
        """Begins to bound the work, which nearly always ends before, and says "thinking" where that can be said."""
        if self.limit is not None:
            self.limit.reschedule(self.until)
        # Choices cannot be deferred.
        if self.stage is Stage.WAITING and not self.offers:
            self._thinking = asyncio.create_task(self._think())

    async def _think(self) -> None:
        """Says "thinking", unless the answer is on its way; of a press nothing is seen but that it was taken."""
        async with self._turn:
            if self.stage is not Stage.WAITING:
                return
            press = self._parent.message is not None
            private = self.private
            outcome, cause = await self._tried(partial(super().defer, ephemeral=private, thinking=not press))
            if outcome is Outcome.TOO_LATE:
                self._end_with(outcome, cause)
                return
            # Where nobody knows whether it arrived, the answer will find out.
            self.stage = Stage.THINKING
            self._thinks_privately = None if press else private

    async def _answer(self, call: Call) -> None:
        self._end_with(*await self._tried(call))

    async def _tried(self, call: Call) -> tuple[Outcome, str]:
        """Makes a first answer, and makes it once more if the first try fails or takes half of the time left.

        Returns:
            ANSWERED, ALREADY, TOO_LATE or LOST, and why it is lost.

        Raises:
            HTTPException: Discord understood it and does not want it.
        """
        loop = asyncio.get_running_loop()
        deadline = max(self._deadline, loop.time() + LEAST)
        cause = ""
        for until in ((loop.time() + deadline) / 2, deadline):
            if cause:
                await asyncio.sleep(PAUSE)
            try:
                async with asyncio.timeout_at(until):
                    await call()
            except discord.HTTPException as error:
                if error.code in _SETTLED:
                    return _SETTLED[error.code], ""
                if not _is_passing(error):
                    raise
                cause = f"HTTP {error.status}"
            except _FAILED as error:
                cause = type(error).__name__
            else:
                return Outcome.ANSWERED, ""
        return Outcome.LOST, cause

    def _end_with(self, outcome: Outcome, cause: str = "") -> None:
        """Notes what became of the interaction, and warns the host if it was not answered."""
        self.course.note(outcome)
        self.stage = Stage.LOST if outcome in (Outcome.TOO_LATE, Outcome.LOST) else Stage.ANSWERED
        if outcome is Outcome.TOO_LATE:
            _log.warning("Interaction %d was too late to be answered.", self._parent.id)
        elif outcome is Outcome.LOST:
            _log.warning("Interaction %d could not be answered: %s.", self._parent.id, cause)

    # --- later answers

    async def _bring(self, card: Card, *, private: bool) -> None:
        """Puts a card in the place of "thinking", if that is seen by the same people, or sends one more message."""
        thinks_privately, self._thinks_privately = self._thinks_privately, None
        if thinks_privately is private:
            await self._bring_in_place(card)
            return
        if thinks_privately is not None:
            # Who sees it was settled when the bot said "thinking".
            await self._later(self._parent.delete_original_response, repeatable=True)
        self._brought(await self._later(partial(self._parent.followup.send, view=card, ephemeral=private)))

    async def _bring_in_place(self, card: Card) -> None:
        edit = partial(self._parent.edit_original_response, view=card)
        self._brought(await self._later(edit, repeatable=True))

    def _brought(self, cause: str | None) -> None:
        if cause is not None:
            self._end_with(Outcome.LOST, cause)
        elif self.stage is Stage.THINKING:
            self._end_with(Outcome.THOUGHT)

    async def _later(self, call: Call, *, repeatable: bool = False) -> str | None:
        """Brings something that Discord does not wait for; returns why it could not be, or None.

        Raises:
            HTTPException: Discord understood it and does not want it.
        """
        cause: str | None = None
        # What failed without an answer may have arrived; a message that is sent again would be there twice.
        for _ in range(2 if repeatable else 1):
            try:
                async with asyncio.timeout(LATER):
                    await call()
            except discord.HTTPException as error:
                if error.code not in _NO_LONGER and not _is_passing(error):
                    raise
                return f"HTTP {error.status}, code {error.code}"
            except _FAILED as error:
                cause = type(error).__name__
            else:
                return None
        return cause


def expect(interaction: Interaction, *, private: bool) -> None:
    """Tells, before an answer is there, whether only the member will see it; the same then see "thinking"."""
    if isinstance(interaction.response, PunctualResponse):
        interaction.response.private = private


def _is_passing(error: discord.HTTPException) -> bool:
    """Tells whether an error is Discord's own trouble and not about what it was sent."""
    return error.status == 429 or error.status >= 500


Choice = discord.app_commands.Choice[Any]

_PATH = "/interactions/{webhook_id}/{webhook_token}/callback"
_PUBLIC: Final = discord.MessageFlags(components_v2=True).value
_PRIVATE: Final = discord.MessageFlags(components_v2=True, ephemeral=True).value


async def post_message(interaction: Interaction, card: Card, *, private: bool) -> None:
    """Answers with a message, which only the member sees if `private`; it pings nobody.

    Raises:
        HTTPException: Discord does not want it.
        OSError, ClientError: Discord cannot be reached.
    """
    await _call(interaction, discord.InteractionResponseType.channel_message, _message(card, private=private))


async def post_edit(interaction: Interaction, card: Card) -> None:
    """Answers by changing the message whose control was used; raises what `send` does."""
    await _call(interaction, discord.InteractionResponseType.message_update, _message(card, private=False))


async def post_choices(interaction: Interaction, choices: Iterable[Choice]) -> None:
    """Answers with choices for what is being typed; raises what `send` does."""
    offered = {"choices": [choice.to_dict() for choice in choices]}
    await _call(interaction, discord.InteractionResponseType.autocomplete_result, offered)


def _message(card: Card, *, private: bool) -> dict[str, Any]:
    flags = _PRIVATE if private else _PUBLIC
    return {"components": card.to_components(), "flags": flags, "allowed_mentions": {"parse": []}}


async def _call(interaction: Interaction, kind: discord.InteractionResponseType, data: dict[str, Any]) -> None:
    http = interaction._state.http  # noqa: SLF001 - as the library's own response does
    route = Route("POST", _PATH, webhook_id=interaction.id, webhook_token=interaction.token)
    await async_context.get().request(
        route,
        session=interaction._session,  # noqa: SLF001 - as above
        proxy=http.proxy,
        proxy_auth=http.proxy_auth,
        payload={"type": kind.value, "data": data},
    )
