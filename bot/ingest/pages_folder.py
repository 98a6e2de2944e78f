"""Store pages among the operator's own."""

import os
import tempfile
from contextlib import suppress
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


def _replace_whole(path: Path, content: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        if path.exists() and path.read_bytes() != content:
            before = path.with_name(path.name + BEFORE_SUFFIX)
            before.unlink(missing_ok=True)
            # A second name of the file: at no moment is there no file of the first one.
            before.hardlink_to(path)
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
