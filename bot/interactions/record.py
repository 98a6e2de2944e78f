"""The outcome, duration and error of an interaction."""

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from enum import StrEnum
from typing import Any

import discord

from bot.components.admin_ids import AdminRequest
from bot.components.custom_ids import ExampleRequest, SettingRequest
from bot.components.saved_ids import SavedRequest

INTERACTION_KINDS = {
    discord.InteractionType.application_command: "command",
    discord.InteractionType.autocomplete: "autocomplete",
    discord.InteractionType.component: "component",
    discord.InteractionType.modal_submit: "modal",
}
UNKNOWN = "unknown"
log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """How an interaction ended."""

    ANSWERED = "answered"
    DEFERRED = "deferred"
    ALREADY_ANSWERED = "already_answered"
    EXPIRED = "expired"
    FAILED = "failed"
    DUPLICATE = "duplicate"


class InteractionRecord:
    """An interaction's record, from its arrival. `outcome` is None until it ends."""

    def __init__(self, interaction: discord.Interaction[Any], counts: Counter[Outcome]) -> None:
        self.interaction, self._counts = interaction, counts
        self._loop = asyncio.get_running_loop()
        self._arrived_at = self._loop.time()
        self.outcome: Outcome | None = None
        self.seconds_to_answer = 0.0
        self.error_type = ""

    @property
    def kind(self) -> str:
        """A value of INTERACTION_KINDS, or "unknown"."""
        return INTERACTION_KINDS.get(self.interaction.type, UNKNOWN)

    @property
    def command(self) -> str:
        """The name of the command or button action, without member input."""
        if self.kind in ("command", "autocomplete"):
            with suppress(AttributeError, KeyError, TypeError):  # its data may be anything
                if command := self.interaction.command:
                    return command.qualified_name
            return UNKNOWN
        data = self.interaction.data
        custom_id = str(data.get("custom_id")) if isinstance(data, dict) else ""
        request = (
            ExampleRequest.from_custom_id(custom_id)
            or SettingRequest.from_custom_id(custom_id)
            or AdminRequest.from_custom_id(custom_id)
            or SavedRequest.from_custom_id(custom_id)
        )
        return request.action.name.lower() if request else UNKNOWN

    def set_outcome(self, outcome: Outcome) -> None:
        """Count an outcome. Only the first is recorded."""
        self._counts[outcome] += 1
        if self.outcome is None:
            self.outcome, self.seconds_to_answer = outcome, self._loop.time() - self._arrived_at

    def set_error(self, error: BaseException) -> None:
        """Record an error's type."""
        self.error_type = type(error).__name__


def log_interaction(record: InteractionRecord) -> None:
    """Log a line for an ended interaction."""
    if not log.isEnabledFor(logging.INFO):
        return
    kind, command, outcome = record.kind, record.command, str(record.outcome or "not_answered")
    duration_ms = round(record.seconds_to_answer * 1000)
    fields = {
        "event": "interaction",
        "interaction_id": str(record.interaction.id),
        "kind": kind,
        "command": command,
        "outcome": outcome,
        "duration_ms": duration_ms,
    }
    if record.error_type:
        fields["error_type"] = record.error_type
    suffix = f", {record.error_type}" if record.error_type else ""
    log.info(
        "Interaction %d (%s %s): %s, %d ms%s.", record.interaction.id, kind, command, outcome, duration_ms, suffix,
        extra={"event": fields},
    )  # fmt: skip
