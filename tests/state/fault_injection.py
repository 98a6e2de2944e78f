"""Faults of operation: a process killed while it writes, pages of a file overwritten."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

# A tiny cache makes SQLite write to the file before the commit.
_HALF_WRITTEN = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA cache_size = 1")
database.execute("BEGIN IMMEDIATE")
database.execute(sys.argv[2])
os.kill(os.getpid(), signal.SIGKILL)
"""


def leave_half_written(path: Path, statement: str) -> None:
    """Leave a database as a writer killed during its commit leaves it."""
    before = path.read_bytes()
    killed = subprocess.run([sys.executable, "-c", _HALF_WRITTEN, str(path), statement], check=False, timeout=30)
    assert killed.returncode == -signal.SIGKILL
    assert path.read_bytes() != before
    assert path.with_name(path.name + "-journal").stat().st_size


def overwrite(path: Path, start: int, length: int) -> None:
    data = bytearray(path.read_bytes())
    assert len(data) >= start + length
    data[start : start + length] = b"\xa5" * length
    path.write_bytes(data)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the names and contents of the files in a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement)


def set_version(path: Path, version: int) -> None:
    execute(path, f"PRAGMA user_version = {version}")


def create_other_database(path: Path) -> None:
    execute(path, "CREATE TABLE album (name TEXT)")
