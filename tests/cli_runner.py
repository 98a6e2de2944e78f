"""Runs the command line in a subprocess."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.settings import ROOT

# Both are discord.py's.
IGNORED = [f"-Wignore:'{name}' is deprecated:DeprecationWarning" for name in ("audioop", "asyncio.iscoroutinefunction")]
BIGRUN = [sys.executable, "-W", "error", *IGNORED, "-m", "bot"]

# No test uses TLS, and loading the system's certificates slows each start.
NO_CERTIFICATES = {"SSL_CERT_FILE": os.devnull}


class Cli:
    """The command `bigrun` with its own databases, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DISCORD_TOKEN": " ",  # overrides .env
            "BIGRUN_CORPUS": str(folder / "corpus.db"),
            "BIGRUN_STATE": str(folder / "state.db"),
            "COLUMNS": "200",
            **NO_CERTIFICATES,
        }

    @contextmanager
    def start(self, *arguments: str) -> Iterator[Any]:
        """Start a command with pipes for its output and errors. Kill it if it outlives the block."""
        process = subprocess.Popen(
            [*BIGRUN, *arguments], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with process:
            try:
                yield process
            finally:
                process.kill()

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*BIGRUN, *arguments],
            env={**self.environment, **(environment or {})},
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=30,
            check=False,
            stdin=subprocess.DEVNULL,
        )
