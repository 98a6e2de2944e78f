"""Move an unusable corpus and its journals out of the way. Never delete it."""

import mmap
from contextlib import suppress
from itertools import count
from pathlib import Path

from bot.database.connections import JOURNAL_SUFFIXES
from bot.database.error_translation import translate_errors
from bot.database.file_identity import FileIdentity, file_identity


def quarantine(corpus: Path, expected_identity: FileIdentity | None, reason: str) -> Path | None:
    """Rename a corpus to ``<name>.<reason>-1``, or the next free number. Return the new path.

    Return None if another process moved it, so that its identity is not the expected one.
    """
    if file_identity(corpus) != expected_identity:
        return None
    with translate_errors(corpus):
        names = (corpus.with_name(f"{corpus.name}.{reason}-{number}") for number in count(1))
        target = next(name for name in names if not name.exists())
        # Journals first: SQLite would apply them to a new file of this name.
        for side in JOURNAL_SUFFIXES:
            with suppress(FileNotFoundError):
                corpus.with_name(corpus.name + side).rename(target.with_name(target.name + side))
        corpus.rename(target)
    return target


def contains_table(path: Path, name: str) -> bool:
    """Return whether a file, damaged or not, defines a table."""
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(f"CREATE TABLE {name}".encode()) >= 0
