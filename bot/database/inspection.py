"""Check a database without changing it, and what the installed SQLite can do."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.database.connections import Kind, look_through, reading, version_of
from bot.database.error_translation import translated

OLDEST = (3, 37, 0)  # the first that knows STRICT tables
_HAS_FTS5 = "SELECT sqlite_compileoption_used('ENABLE_FTS5')"


@dataclass(frozen=True, slots=True)
class Inspected:
    """The schema version of a sound database, and the version that this program migrates it to."""

    version: int
    known: int


async def inspect_database(path: Path, kind: Kind) -> Inspected:
    """Return the schema versions of a sound database.

    Raises:
        DatabaseError: It cannot be used; each kind says why.
    """
    async with reading(path, kind) as connection:
        with translated(path, damaged=kind.damaged):
            version = await version_of(connection, path, kind)
            await look_through(connection, path, kind)
    return Inspected(version, kind.version)


def engine() -> tuple[str, str]:
    """Return SQLite's version, and what it lacks: one clause, or an empty string."""
    with closing(sqlite3.connect(":memory:")) as connection:
        [(fts5,)] = connection.execute(_HAS_FTS5)
    if sqlite3.sqlite_version_info < OLDEST:
        return sqlite3.sqlite_version, f"it is older than {'.'.join(map(str, OLDEST))}"
    return sqlite3.sqlite_version, "" if fts5 else "it was built without FTS5"
