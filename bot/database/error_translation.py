"""What SQLite and the disk complain of, in words that a host can act on."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import DatabaseDamagedError, DatabaseError, WriteFailedError

CORRUPTION_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
ADVICE_BY_CODE = {
    sqlite3.SQLITE_FULL: "make room on its disk; no restart is needed",
    sqlite3.SQLITE_READONLY: "see whether its disk is mounted read-only, and who may write there",
    sqlite3.SQLITE_IOERR: "see to its disk",
    sqlite3.SQLITE_BUSY: "another program holds it",
    sqlite3.SQLITE_CANTOPEN: "see whether it is there, and who may read and write it and its folder",
}
PRIMARY_CODE_MASK = 0xFF  # the rest of an error's code says where in SQLite it arose


@contextmanager
def translate_errors(path: Path, *, writing: bool = False, recovery_hint: str = "") -> Iterator[None]:
    """Turns what the driver raises inside into a DatabaseError that names the file.

    Args:
        path: The database's file.
        writing: Whether a change was asked for, so that a failure means that it was not made.
        recovery_hint: What a host should do if the file turns out to be damaged: one sentence.

    Raises:
        DatabaseDamagedError: The file is no database, or a broken one.
        WriteFailedError: A change failed for another reason.
        DatabaseError: Reading failed for another reason.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise to_database_error(path, error, writing=writing, recovery_hint=recovery_hint) from error
    except OSError as error:
        raise DatabaseError(f"The database {path} cannot be opened: {error.strerror}.") from error


def to_database_error(
    path: Path, error: sqlite3.Error, *, writing: bool = False, recovery_hint: str = ""
) -> DatabaseError:
    """Returns the error to raise for one of the driver's; see `translated`."""
    message = redact_quotes(str(error))
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & PRIMARY_CODE_MASK
    if code in CORRUPTION_CODES:
        return damaged_error(path, message, recovery_hint)
    advice = f"; {ADVICE_BY_CODE[code]}" if code in ADVICE_BY_CODE else ""
    if writing:
        return WriteFailedError(f"The database {path} cannot be written: {message}{advice}.")
    return DatabaseError(f"The database {path} cannot be used: {message}{advice}.")


def redact_quotes(message: str) -> str:
    """Returns what a database says without what it quotes of a statement: that may be a word of a page or a member."""
    return re.sub(r'"[\s\S]*"', '"…"', message)


def damaged_error(path: Path, problem: str, recovery_hint: str) -> DatabaseDamagedError:
    """Returns the error for a damaged file: what is wrong with it, and what a host should do."""
    return DatabaseDamagedError(f"The database {path} is damaged ({problem.strip()}). {recovery_hint}".strip())
