"""Answer every interaction once, within Discord's three seconds, even if its handler fails."""

import asyncio
import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import discord
from discord import app_commands

from bot.components.custom_ids import MAX_SNOWFLAKE, is_snowflake
from bot.errors import DatabaseDamagedError, ImpossibleIdError, NoResponseError, WriteFailedError
from bot.interactions.callback_client import CallbackClient
from bot.interactions.record import InteractionRecord, Outcome, log_interaction
from bot.interactions.response import (
    DISCORD_TIMEOUT_SECONDS,
    MIN_SEND_SECONDS,
    NETWORK_ERRORS,
    Handler,
    HasComponents,
    Stage,
    TimedResponse,
)

OUTDATED_ERRORS = app_commands.CommandNotFound, app_commands.CommandSignatureMismatch, ImpossibleIdError
MAX_SEEN_INTERACTIONS = 4096  # more than Discord ever redelivers
log = logging.getLogger(__name__)


class InteractionDispatcher:
    """Run handlers, count outcomes, and pass ended records to observers."""

    def __init__(
        self,
        error_card: Callable[[str, BaseException], HasComponents],
        outdated_card: Callable[[], HasComponents],
        withheld_card: Callable[[discord.Interaction[Any]], HasComponents],
        client: CallbackClient,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.counts: Counter[Outcome] = Counter()
        self.observers: list[Callable[[InteractionRecord], None]] = [log_interaction]
        self._error_card, self._outdated_card, self._withheld_card = error_card, outdated_card, withheld_card
        self._client, self._clock = client, clock
        self._seen_ids: dict[int, None] = {}
        self._running_tasks: set[asyncio.Task[Any]] = set()
        self._logged_reasons: set[str] = set()

    async def dispatch(self, interaction: discord.Interaction[Any], handler: Handler) -> None:
        """Run a handler, and answer exactly once and in time, even if the handler fails or sends nothing."""
        is_first = self._first_delivery(interaction.id)
        record = InteractionRecord(interaction, self.counts)
        if not is_first:
            record.set_outcome(Outcome.DUPLICATE)
            self._notify_observers(record)
            return
        age = self._clock() - ((interaction.id >> 22) + discord.utils.DISCORD_EPOCH) / 1000
        # If the id is from the future or long ago, this machine's clock is wrong.
        age = age if 0 <= age < DISCORD_TIMEOUT_SECONDS else 0.0
        response = TimedResponse(interaction, record, age, self._withheld_card, self._client)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for mypy: a coroutine runs in a task
        self._running_tasks.add(task)
        try:
            async with response.work_timeout:
                check_ids(interaction)
                await handler()
        except Exception as error:  # noqa: BLE001 - the member must get an answer
            await self._answer_for(response, error)
        else:
            if response.stage is Stage.PENDING:
                no_response = NoResponseError("The handler did not answer its interaction.")
                await self._answer_for(response, no_response)
        finally:
            response.close()
            self._running_tasks.discard(task)
            self._notify_observers(record)

    async def _report_error(self, response: TimedResponse, error: BaseException) -> None:
        """Log an error and show it to the member, with the same error code."""
        error_id = secrets.token_hex(3)
        response.record.set_error(error)
        what, reason = f"Interaction {response.record.interaction.id} failed, code {error_id}", str(error)
        if not isinstance(error, DatabaseDamagedError | WriteFailedError):
            log.error("%s.", what, exc_info=error)
        elif reason in self._logged_reasons:  # a broken database fails every request, so log details once
            log.warning("%s, for a reason logged before.", what)
        else:
            self._logged_reasons.add(reason)
            log.error("%s. %s", what, reason)
        card = self._error_card(error_id, error)
        await self._send_last_resort(response, partial(response.send_message, view=card, ephemeral=True))

    async def drain(self, seconds: float) -> None:
        """Wait for running handlers to answer, and cancel those left after `seconds`."""
        running = self._running_tasks - {asyncio.current_task()}
        if not running:
            return
        _, pending = await asyncio.wait(running, timeout=seconds)
        for task in pending:
            task.cancel()
        if pending:
            log.warning("Shutdown: %d interactions were still running and were cancelled.", len(pending))
            await asyncio.wait(pending, timeout=MIN_SEND_SECONDS)

    async def _answer_for(self, response: TimedResponse, error: Exception) -> None:
        if not response.is_autocomplete:
            if isinstance(error, OUTDATED_ERRORS):
                send = partial(response.send_message, view=self._outdated_card(), ephemeral=True)
                await self._send_last_resort(response, send)
            else:
                await self._report_error(response, getattr(error, "original", error))
            return
        response.record.set_error(error)
        interaction_id = response.record.interaction.id
        if isinstance(error, OUTDATED_ERRORS):
            log.warning("Interaction %d: autocomplete of an unknown command.", interaction_id)
        elif isinstance(error, TimeoutError):
            log.warning("Interaction %d: autocomplete took too long and offered nothing.", interaction_id)
        else:
            log.error("Interaction %d: autocomplete failed and offered nothing.", interaction_id, exc_info=error)
        await self._send_last_resort(response, partial(response.autocomplete, []))

    async def _send_last_resort(self, response: TimedResponse, send: Handler) -> None:
        try:
            await send()
        except (discord.DiscordException, *NETWORK_ERRORS) as error:
            response.record.set_outcome(Outcome.FAILED)
            log.warning(
                "Interaction %d could not be answered: %s.", response.record.interaction.id, type(error).__name__
            )

    def _notify_observers(self, record: InteractionRecord) -> None:
        for observe in self.observers:
            try:
                observe(record)
            except Exception:  # the other observers must still see it
                log.exception("Interaction %d could not be recorded.", record.interaction.id)

    def _first_delivery(self, interaction_id: int) -> bool:
        if interaction_id in self._seen_ids:
            return False
        self._seen_ids[interaction_id] = None
        if len(self._seen_ids) > MAX_SEEN_INTERACTIONS:
            del self._seen_ids[next(iter(self._seen_ids))]
        return True


def check_ids(interaction: discord.Interaction[Any]) -> None:
    """Raise ImpossibleIdError unless a database can store the ids of the member, the server and the channels."""
    member_id = getattr(interaction.user, "id", None)  # of an unknown type, the library reads no member
    ids = [member_id, interaction.guild_id, interaction.channel_id]
    resolved = dict(interaction.data or {}).get("resolved")
    chosen = (resolved.get("channels") or ()) if isinstance(resolved, dict) else ()
    if not all(one is None or 0 < one <= MAX_SNOWFLAKE for one in ids) or not all(map(is_snowflake, chosen)):
        raise ImpossibleIdError("An id is not between 1 and 2^63 - 1.")
