"""Replace the files of a host's pages: whole or not at all, and the former file stays beside it."""

import os
import secrets
from pathlib import Path

from bot.errors import WriteFailedError

BEFORE_SUFFIX = ".before"


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. A former one is kept as ``<name>.before``.

    Raises:
        WriteFailedError: It cannot be written, and is as before.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            former = path.read_bytes()
            if former == data:
                return
            _write_whole(before(path), former)
        _write_whole(path, data)
    except OSError as error:
        raise _write_failed(path, error) from error


def set_aside(path: Path) -> None:
    """Rename a file to ``<name>.before``, so that no start loads it.

    Raises:
        WriteFailedError: It cannot be renamed.
    """
    try:
        path.replace(before(path))
    except OSError as error:
        raise _write_failed(path, error) from error


def before(path: Path) -> Path:
    """Return where a file's former content is kept."""
    return path.with_name(path.name + BEFORE_SUFFIX)


def _write_whole(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")  # hidden, so that no load reads it
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_failed(path: Path, error: OSError) -> WriteFailedError:
    return WriteFailedError(f"{path} cannot be written: {error.strerror}. Check who can write to its folder.")
