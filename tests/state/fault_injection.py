"""Faults that hosts meet: a process killed at the worst moment, pages of a file overwritten."""

import signal
import subprocess
import sys
from pathlib import Path

# What does not fit into memory goes into the file before the commit, so a small memory is a commit under way.
_HALF_WRITTEN = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA cache_size = 1")
database.execute("BEGIN IMMEDIATE")
database.execute(sys.argv[2])
os.kill(os.getpid(), signal.SIGKILL)
"""


def leave_half_written(path: Path, statement: str) -> None:
    """Leave a database as a writer does that is killed while its changes are on the way into the file."""
    before = path.read_bytes()
    killed = subprocess.run([sys.executable, "-c", _HALF_WRITTEN, str(path), statement], check=False, timeout=30)
    assert killed.returncode == -signal.SIGKILL
    assert path.read_bytes() != before
    assert path.with_name(path.name + "-journal").stat().st_size


def overwrite(path: Path, start: int, length: int) -> None:
    """Write nonsense over a part of a file."""
    data = bytearray(path.read_bytes())
    assert len(data) >= start + length
    data[start : start + length] = b"\xa5" * length
    path.write_bytes(data)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder with what they hold."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
