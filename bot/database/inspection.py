"""Check a database without changing it."""

from dataclasses import dataclass
from pathlib import Path

from bot.database.connections import DatabaseSpec, check_integrity, open_read_only, read_schema_version
from bot.database.error_translation import translate_errors


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
