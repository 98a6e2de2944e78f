"""Looks for the tests' secrets in logs, terminals and process output."""

import logging
import subprocess
from asyncio.subprocess import SubprocessStreamProtocol
from typing import Any

import pytest

from bot.cli.logs import JsonFormatter
from tests.loopback.guilds import INTERACTION_TOKEN, TOKEN

SECRETS = (TOKEN, INTERACTION_TOKEN, TOKEN.partition(".")[2])


class SecretWatch(logging.Handler):
    """Collect in `leaks` where secrets were written."""

    def __init__(self) -> None:
        super().__init__()
        self.leaks: list[str] = []
        self._formatter = JsonFormatter([TOKEN])
        self._tails: dict[tuple[int, int], bytes] = {}

    def check(self, source: str, output: str | bytes | None) -> None:
        """Record the source if its output contains a secret."""
        text = output.decode(errors="replace") if isinstance(output, bytes) else output or ""
        if any(secret in text for secret in SECRETS):
            self.leaks.append(source)

    def emit(self, record: logging.LogRecord) -> None:
        """Check a log line as it is written, and its message before the token is redacted."""
        self.check(f"log of {record.name}", self._formatter.format(record))
        if TOKEN in record.getMessage():
            self.leaks.append(f"message of {record.name}")

    def watch_processes(self, patch: pytest.MonkeyPatch) -> None:
        """Check from now on what processes started by tests write into pipes."""
        received, communicated = SubprocessStreamProtocol.pipe_data_received, subprocess.Popen.communicate

        def pipe_data_received(protocol: SubprocessStreamProtocol, pipe: int, data: bytes) -> None:
            key = (id(protocol), pipe)
            self._tails[key] = self._tails.get(key, b"")[-200:] + data
            self.check("process", self._tails[key])
            received(protocol, pipe, data)

        def communicate(process: Any, *arguments: Any, **options: Any) -> Any:
            outputs = communicated(process, *arguments, **options)
            for output in outputs:
                self.check("process", output)
            return outputs

        patch.setattr(SubprocessStreamProtocol, "pipe_data_received", pipe_data_received)
        patch.setattr(subprocess.Popen, "communicate", communicate)


WATCH = SecretWatch()
