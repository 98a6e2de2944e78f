"""Setting a corpus aside that cannot be used: under another name, with all that belongs to it, never deleted."""

import mmap
from contextlib import suppress
from itertools import count
from pathlib import Path

from bot.database.connections import JOURNAL_SUFFIXES
from bot.database.error_translation import translate_errors


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
        DatabaseError: It cannot be renamed.
    """
    if file_identity(corpus) != expected_identity:
        return None
    with translate_errors(corpus):
        names = (corpus.with_name(f"{corpus.name}.{reason}-{number}") for number in count(1))
        target = next(name for name in names if not name.exists())
        # What SQLite would take for the new file's own goes first.
        for side in JOURNAL_SUFFIXES:
            with suppress(FileNotFoundError):
                corpus.with_name(corpus.name + side).rename(target.with_name(target.name + side))
        corpus.rename(target)
    return target


def contains_table(path: Path, name: str) -> bool:
    """Return whether a file, damaged or not, has the definition of that table somewhere."""
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(f"CREATE TABLE {name}".encode()) >= 0
