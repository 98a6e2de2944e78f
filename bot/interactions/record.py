"""What became of an interaction: its outcome, when it was answered, what went wrong. Said in the log, and observed."""

import asyncio
import logging
from collections import Counter
from enum import StrEnum
from typing import Any

import discord

from bot.components.custom_ids import Control, Press

_log = logging.getLogger(__name__)
_KINDS = {
    discord.InteractionType.application_command: "command",
    discord.InteractionType.autocomplete: "choices",
    discord.InteractionType.component: "press",
    discord.InteractionType.modal_submit: "form",
}
UNKNOWN = "unknown"

Interaction = discord.Interaction[Any]


class Outcome(StrEnum):
    """What became of an interaction, or befell it on the way."""

    ANSWERED = "answered"
    THOUGHT = "answered after thinking"
    ALREADY = "answered already"
    TOO_LATE = "too late"
    LOST = "lost"
    TWICE = "delivered twice"


class Course:
    """The course of one interaction.

    Attributes:
        outcome: What became of it; None as long as nothing did.
        seconds: How long after its arrival that was.
        error: The type of what went wrong; empty if nothing did.
    """

    def __init__(self, interaction: Interaction, counts: Counter[Outcome]) -> None:
        """Begins when an interaction has arrived; its outcome will be counted in `counts`."""
        self._interaction, self._counts = interaction, counts
        self._loop = asyncio.get_running_loop()
        self._arrival = self._loop.time()
        self.outcome: Outcome | None = None
        self.seconds = 0.0
        self.error = ""

    @property
    def kind(self) -> str:
        """What was used: ``command``, ``choices`` (while typing), ``press`` or ``form``."""
        return _KINDS.get(self._interaction.type, UNKNOWN)

    @property
    def name(self) -> str:
        """What was asked for: a command's name, or what a press stands for; no word of a member's."""
        if self.kind in ("command", "choices"):
            command = self._interaction.command
            return command.qualified_name if command else UNKNOWN
        custom_id = str(dict(self._interaction.data or {}).get("custom_id"))
        if press := Press.read(custom_id):
            return press.action.name.lower()
        control = Control.read(custom_id)
        return control.change.name.lower() if control else UNKNOWN

    def note(self, outcome: Outcome) -> None:
        """Counts what became of it; the first is what it is told by."""
        self._counts[outcome] += 1
        if self.outcome is None:
            self.outcome, self.seconds = outcome, self._loop.time() - self._arrival

    def fail(self, error: BaseException) -> None:
        """Notes what went wrong on the way."""
        self.error = type(error).__name__

    def tell(self) -> None:
        """Says it in the log, in one line."""
        if not _log.isEnabledFor(logging.INFO):
            return
        outcome, ms = self.outcome or "not answered", round(self.seconds * 1000)
        wrong = {"error": self.error} if self.error else {}
        event = {
            "interaction": str(self._interaction.id), "kind": self.kind, "command": self.name, "outcome": str(outcome),
            "ms": ms, **wrong,
        }  # fmt: skip
        _log.info(
            "Interaction %d (%s %s): %s, %d ms%s.", self._interaction.id, self.kind, self.name, outcome, ms,
            f", {self.error}" if self.error else "", extra={"event": event},
        )  # fmt: skip
