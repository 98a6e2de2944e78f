"""Setting a corpus aside that cannot be used: under another name, with all that belongs to it, never deleted."""

import mmap
from contextlib import suppress
from itertools import count
from pathlib import Path

from bot.database.error_translation import translated
from bot.errors import WrongDatabaseError
from bot.state.schema import STATE

_SIDE_FILES = ("-journal", "-wal", "-shm")
_STATE = f"CREATE TABLE {STATE.table}".encode()


def file_identity(path: Path) -> tuple[int, int] | None:
    """Returns what tells a file from any other that comes to its name later, or None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def quarantine(corpus: Path, expected_identity: tuple[int, int] | None, reason: str) -> Path | None:
    """Renames a corpus to ``<name>.<why>-1``, or the next number that is free.

    Args:
        corpus: The file.
        expected_identity: Its identity when it was found unusable.
        reason: One word.

    Returns:
        Where it is now, or None if another process was faster and there is another file by now.

    Raises:
        WrongDatabaseError: It looks like a damaged state; it is left alone.
        DatabaseError: It cannot be renamed.
    """
    if file_identity(corpus) != expected_identity:
        return None
    with translated(corpus):
        if _is_state(corpus):
            raise WrongDatabaseError(
                f"The database {corpus} is damaged, and looks like the state of Big Run, not the corpus. "
                "It was left alone: point BIGRUN_CORPUS to another file."
            )
        names = (corpus.with_name(f"{corpus.name}.{reason}-{number}") for number in count(1))
        target = next(name for name in names if not name.exists())
        # What SQLite would take for the new file's own goes first.
        for side in _SIDE_FILES:
            with suppress(FileNotFoundError):
                corpus.with_name(corpus.name + side).rename(target.with_name(target.name + side))
        corpus.rename(target)
    return target


def _is_state(path: Path) -> bool:
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(_STATE) >= 0
