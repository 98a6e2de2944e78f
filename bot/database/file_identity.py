"""Tell a file from another one of its name, and lock it under all of its names."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import DatabaseInUseError

if sys.platform != "win32":
    import fcntl

FileIdentity = tuple[int, int]


def file_identity(path: Path) -> FileIdentity | None:
    """Return what distinguishes a file from a later one of that name, or None without a file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


@contextmanager
def lock_file(path: Path) -> Iterator[None]:
    """Lock a file itself, created if missing, so that a hard link to it is locked too. Not on Windows.

    Leave this block after SQLite closed the file: closing any descriptor of it drops SQLite's locks.

    Raises:
        DatabaseInUseError: Another process has the lock.
    """
    descriptor = None if sys.platform == "win32" else _open(path)
    if descriptor is None:
        yield
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DatabaseInUseError(
                f"{path} is in use by another Big Run, maybe under another name. Stop that one, or set BIGRUN_STATE to "
                "another file."
            ) from error
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # a forked process has the descriptor too
    finally:
        os.close(descriptor)


def _open(path: Path) -> int | None:
    """Return a descriptor, or None: what uses the file will say why it cannot be opened."""
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):  # the lock needs no right to write
        with suppress(OSError):
            return os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK, 0o644)
    return None
