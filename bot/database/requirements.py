"""What SQLite must be able to do."""

import sqlite3
from contextlib import closing
from functools import cache

from bot.errors import DatabaseError

MIN_SQLITE_VERSION = (3, 37, 0)  # the first that knows STRICT tables
_HAS_FTS5 = "SELECT sqlite_compileoption_used('ENABLE_FTS5')"


def sqlite_support() -> tuple[str, str]:
    """Return SQLite's version and what it lacks, or ""."""
    with closing(sqlite3.connect(":memory:")) as connection:
        [(fts5,)] = connection.execute(_HAS_FTS5)
    if sqlite3.sqlite_version_info < MIN_SQLITE_VERSION:
        return sqlite3.sqlite_version, f"it is older than {'.'.join(map(str, MIN_SQLITE_VERSION))}"
    return sqlite3.sqlite_version, "" if fts5 else "it was built without FTS5"


@cache
def require_sqlite() -> None:
    """Check this Python's SQLite, once.

    Raises:
        DatabaseError: It lacks something.
    """
    version, missing = sqlite_support()
    if missing:
        raise DatabaseError(
            f"This Python's SQLite {version} cannot be used: {missing}. Use a Python with a newer SQLite, such as "
            "python.org's or uv's."
        )
