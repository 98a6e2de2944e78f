"""What SQLite must be able to do."""

import sqlite3
from contextlib import closing

from bot.errors import DatabaseError

MIN_SQLITE_VERSION = (3, 37, 0)  # the first that knows STRICT tables
OTHER_PYTHON = "Use another Python: those of uv and python.org have a newer SQLite."
_HAS_FTS5 = "SELECT sqlite_compileoption_used('ENABLE_FTS5')"


def sqlite_support() -> tuple[str, str]:
    """Return SQLite's version and what it lacks, or ""."""
    with closing(sqlite3.connect(":memory:")) as connection:
        [(fts5,)] = connection.execute(_HAS_FTS5)
    if sqlite3.sqlite_version_info < MIN_SQLITE_VERSION:
        return sqlite3.sqlite_version, f"it is older than {'.'.join(map(str, MIN_SQLITE_VERSION))}"
    return sqlite3.sqlite_version, "" if fts5 else "it was built without FTS5"


def require_sqlite() -> None:
    """Raise DatabaseError if this Python's SQLite cannot hold the databases."""
    version, missing = sqlite_support()
    if missing:
        raise DatabaseError(f"SQLite {version} of this Python cannot be used: {missing}. {OTHER_PYTHON}")
