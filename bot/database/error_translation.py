"""What SQLite and the disk complain of, in words that a host can act on."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import DatabaseDamagedError, DatabaseError, WriteFailedError

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_ADVICE = {
    sqlite3.SQLITE_FULL: "make room on its disk; no restart is needed",
    sqlite3.SQLITE_READONLY: "see whether its disk is mounted read-only, and who may write there",
    sqlite3.SQLITE_IOERR: "see to its disk",
    sqlite3.SQLITE_BUSY: "another program holds it",
    sqlite3.SQLITE_CANTOPEN: "see whether it is there, and who may read and write it and its folder",
}
_PRIMARY = 0xFF  # the rest of an error's code says where in SQLite it arose


@contextmanager
def translated(path: Path, *, writing: bool = False, damaged: str = "") -> Iterator[None]:
    """Turns what the driver raises inside into a DatabaseError that names the file.

    Args:
        path: The database's file.
        writing: Whether a change was asked for, so that a failure means that it was not made.
        damaged: What a host should do if the file turns out to be damaged: one sentence.

    Raises:
        DatabaseDamagedError: The file is no database, or a broken one.
        WriteFailedError: A change failed for another reason.
        DatabaseError: Reading failed for another reason.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise failure(path, error, writing=writing, damaged=damaged) from error
    except OSError as error:
        raise DatabaseError(f"The database {path} cannot be opened: {error.strerror}.") from error


def failure(path: Path, error: sqlite3.Error, *, writing: bool = False, damaged: str = "") -> DatabaseError:
    """Returns the error to raise for one of the driver's; see `translated`."""
    said = unquoted(str(error))
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
    if code in _DAMAGED:
        return damage(path, said, damaged)
    advice = f"; {_ADVICE[code]}" if code in _ADVICE else ""
    if writing:
        return WriteFailedError(f"The database {path} cannot be written: {said}{advice}.")
    return DatabaseError(f"The database {path} cannot be used: {said}{advice}.")


def unquoted(said: str) -> str:
    """Returns what a database says without what it quotes of a statement: that may be a word of a page or a member."""
    return re.sub(r'"[\s\S]*"', '"…"', said)


def damage(path: Path, what: str, advice: str) -> DatabaseDamagedError:
    """Returns the error for a damaged file: what is wrong with it, and what a host should do."""
    return DatabaseDamagedError(f"The database {path} is damaged ({what.strip()}). {advice}".strip())
