"""Check a database without changing it, and SQLite."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.database.connections import DatabaseSpec, check_integrity, open_read_only, read_schema_version
from bot.database.error_translation import translate_errors

MIN_SQLITE_VERSION = (3, 37, 0)  # the first that knows STRICT tables
_HAS_FTS5 = "SELECT sqlite_compileoption_used('ENABLE_FTS5')"


@dataclass(frozen=True, slots=True)
class DatabaseInfo:
    """Schema versions of a sound database."""

    version: int
    supported_version: int  # what it is migrated to


async def inspect_database(path: Path, kind: DatabaseSpec) -> DatabaseInfo:
    """Return the schema versions of a sound database.

    Raises:
        DatabaseError: It cannot be used.
    """
    async with open_read_only(path, kind) as connection:
        with translate_errors(path, recovery_hint=kind.recovery_hint):
            version = await read_schema_version(connection, path, kind)
            await check_integrity(connection, path, kind)
    return DatabaseInfo(version, kind.version)


def sqlite_support() -> tuple[str, str]:
    """Return SQLite's version and what it lacks, or ""."""
    with closing(sqlite3.connect(":memory:")) as connection:
        [(fts5,)] = connection.execute(_HAS_FTS5)
    if sqlite3.sqlite_version_info < MIN_SQLITE_VERSION:
        return sqlite3.sqlite_version, f"it is older than {'.'.join(map(str, MIN_SQLITE_VERSION))}"
    return sqlite3.sqlite_version, "" if fts5 else "it was built without FTS5"
