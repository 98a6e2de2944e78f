"""Looking at databases without changing or making anything: for a host who asks whether all is well."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from bot.database.connections import Kind, look_through, migrations, reading, version_of
from bot.database.error_translation import translated

OLDEST = (3, 37, 0)  # the first that knows STRICT tables
_HAS_FTS5 = "SELECT sqlite_compileoption_used('ENABLE_FTS5')"


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a sound database is.

    Attributes:
        version: Its schema's version.
        known: The version that this program brings it to.
    """

    version: int
    known: int


async def inspect_database(path: Path, kind: Kind) -> Inspected:
    """Return the schema versions of a sound database; raise what `connections.reading` does for any other."""
    known = len(migrations(kind.name))
    async with reading(path, damaged=kind.damaged) as connection:
        with translated(path, damaged=kind.damaged):
            version = await version_of(connection, path, kind, known)
            await look_through(connection, path, kind)
    return Inspected(version, known)


def engine() -> tuple[str, str]:
    """Returns SQLite's version, and what it lacks: one sentence, or nothing."""
    connection = sqlite3.connect(":memory:")
    try:
        [(fts5,)] = connection.execute(_HAS_FTS5)
    finally:
        connection.close()
    if sqlite3.sqlite_version_info < OLDEST:
        return sqlite3.sqlite_version, f"it is older than {'.'.join(map(str, OLDEST))}"
    return sqlite3.sqlite_version, "" if fts5 else "it was built without FTS5"
