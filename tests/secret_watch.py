"""Watches over the secrets of all tests: none may reach a log, a terminal, or what a process writes."""

import logging
import subprocess
from asyncio.subprocess import SubprocessStreamProtocol
from typing import Any

import pytest

from bot.logs import JsonFormatter
from tests.loopback.guilds import INTERACTION_TOKEN, TOKEN

SECRETS = (TOKEN, INTERACTION_TOKEN, TOKEN.partition(".")[2])


class Watch(logging.Handler):
    """Look at whatever leaves a test.

    Attributes:
        found: Where a secret was met since this was emptied.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._formatter = JsonFormatter([TOKEN])
        self._tails: dict[tuple[int, int], bytes] = {}

    def look(self, where: str, said: str | bytes | None) -> None:
        """Note where a secret stands, if one does."""
        text = said.decode(errors="replace") if isinstance(said, bytes) else said or ""
        if any(secret in text for secret in SECRETS):
            self.found.append(where)

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a line of the log as a host would read it, and for the bot's token before it is hidden."""
        self.look(f"log of {record.name}", self._formatter.format(record))
        if TOKEN in record.getMessage():
            self.found.append(f"message of {record.name}")

    def look_at_processes(self, patch: pytest.MonkeyPatch) -> None:
        """Look at what any process that a test starts writes into a pipe, from now on."""
        received, communicated = SubprocessStreamProtocol.pipe_data_received, subprocess.Popen.communicate

        def pipe_data_received(protocol: SubprocessStreamProtocol, pipe: int, data: bytes) -> None:
            key = (id(protocol), pipe)
            self._tails[key] = self._tails.get(key, b"")[-200:] + data
            self.look("process", self._tails[key])
            received(protocol, pipe, data)

        def communicate(process: Any, *arguments: Any, **options: Any) -> Any:
            written = communicated(process, *arguments, **options)
            for said in written:
                self.look("process", said)
            return written

        patch.setattr(SubprocessStreamProtocol, "pipe_data_received", pipe_data_received)
        patch.setattr(subprocess.Popen, "communicate", communicate)


WATCH = Watch()
