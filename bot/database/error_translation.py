"""Turn errors of SQLite and the disk into messages for an operator."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import DatabaseDamagedError, DatabaseError, WriteFailedError

CORRUPTION_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
ADVICE_BY_CODE = {
    sqlite3.SQLITE_FULL: "make room on its disk; no restart is needed",
    sqlite3.SQLITE_READONLY: "check that its disk is writable and that this user may write there",
    sqlite3.SQLITE_IOERR: "check its disk",
    sqlite3.SQLITE_BUSY: "another program has locked it",
    sqlite3.SQLITE_CANTOPEN: "check that it exists and that this user may read and write it and its folder",
}
PRIMARY_CODE_MASK = 0xFF  # higher bits only say where in SQLite the error arose


@contextmanager
def translate_errors(path: Path, *, writing: bool = False, recovery_hint: str = "") -> Iterator[None]:
    """Turn errors in the block into a DatabaseError that names the file.

    Raises:
        DatabaseDamagedError: The file is damaged or not a database.
        WriteFailedError: Anything else failed while `writing`.
        DatabaseError: Anything else failed while reading.
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
    """Return the error that `translate_errors` raises for one of SQLite's."""
    message = redact_quotes(str(error))
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & PRIMARY_CODE_MASK
    if code in CORRUPTION_CODES:
        return damaged_error(path, message, recovery_hint)
    if code == sqlite3.SQLITE_CANTOPEN and _is_in_wal_mode(path):
        return DatabaseError(
            f"The database {path} cannot be used: it is in WAL mode, and SQLite cannot write beside it. Make its "
            "folder writable for this user. A corpus only needs that until the bot was started and stopped once."
        )
    advice = f"; {ADVICE_BY_CODE[code]}" if code in ADVICE_BY_CODE else ""
    if writing:
        return WriteFailedError(f"The database {path} cannot be written: {message}{advice}.")
    return DatabaseError(f"The database {path} cannot be used: {message}{advice}.")


def _is_in_wal_mode(path: Path) -> bool:
    """Return whether a file's header says that SQLite has to write beside it even to read it."""
    try:
        with path.open("rb") as file:
            return file.read(20)[18:] == b"\2\2"
    except OSError:
        return False


def redact_quotes(message: str) -> str:
    """Remove quoted parts, which may contain words of a page or a member."""
    return re.sub(r'"[\s\S]*"', '"…"', message)


def damaged_error(path: Path, problem: str, recovery_hint: str) -> DatabaseDamagedError:
    """Return the error for a damaged file."""
    return DatabaseDamagedError(f"The database {path} is damaged ({problem.strip()}). {recovery_hint}".strip())
