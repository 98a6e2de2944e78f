"""A host at a terminal: what they type, and what they read."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.settings import ROOT

BIGRUN = [sys.executable, "-W", "error", "-W", "ignore:'audioop' is deprecated:DeprecationWarning", "-m", "bot"]

# Reading the machine's certificates is a seventh of a start, and no test speaks TLS.
NO_CERTIFICATES = {"SSL_CERT_FILE": os.devnull}


class Host:
    """A host at a terminal, with databases of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DISCORD_TOKEN": " ",  # whatever .env says
            "BIGRUN_CORPUS": str(folder / "corpus.db"),
            "BIGRUN_STATE": str(folder / "state.db"),
            "COLUMNS": "200",
            **NO_CERTIFICATES,
        }

    def types(self, *words: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*BIGRUN, *words],
            env={**self.environment, **(environment or {})},
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=30,
            check=False,
            stdin=subprocess.DEVNULL,
        )
