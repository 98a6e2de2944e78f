"""Store pages among the operator's own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import SourceError
from bot.ingest.sources import BEFORE_SUFFIX

TEMPORARY_PREFIX = ".bigrun-"


def store_page(folder: Path, name: str, content: bytes) -> Path:
    """Write a page below a folder, whole or not at all. Keep the file that it replaces as `<name>.before`.

    `name` may be in folders: ``ActionGirl/VideoGames.html``.

    Raises:
        SourceError: It cannot be written, or `name` leads out of the folder.
    """
    path = folder / name
    if not name or ".." in path.parts or not path.is_relative_to(folder) or path == folder:
        raise SourceError(f"{name!r} is no name of a page's file.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace_whole(path, content)
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {error.strerror}. Nothing was changed.") from error
    return path


def set_aside(path: Path) -> None:
    """Rename a page's file to `<name>.before`, so that no start loads it.

    Raises:
        SourceError: It cannot be renamed.
    """
    try:
        path.replace(path.with_name(path.name + BEFORE_SUFFIX))
    except OSError as error:
        raise SourceError(f"{path} cannot be renamed: {error.strerror}.") from error


def _replace_whole(path: Path, content: bytes) -> None:
    with _written(path, content) as new:
        before = path.read_bytes() if path.exists() else content
        if before != content:
            beside = path.with_name(path.name + BEFORE_SUFFIX)
            with _written(beside, before) as copy:
                copy.replace(beside)
        new.replace(path)


@contextmanager
def _written(path: Path, content: bytes) -> Iterator[Path]:
    """Write a temporary file beside `path`, for the block to rename."""
    descriptor, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
