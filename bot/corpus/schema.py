"""The specification of the corpus database."""

from pathlib import Path

from bot.database.connections import DatabaseSpec
from bot.database.inspection import DatabaseInfo, inspect_database
from bot.errors import DatabaseError

CORPUS = DatabaseSpec(
    name="corpus",
    marker_table="example",
    setting_name="BIGRUN_CORPUS",
    recovery_hint="Remove it: nothing is lost, and the next start rebuilds it from the page sources.",
    older="The corpus {path} was made by an older version of Big Run. To rebuild it: bigrun load",
    package="bot.corpus",
    schema_version=13,
    # Derived data: a power loss only costs a reload, so the default journal is enough and leaves no side files. While a
    # bot runs, the corpus is in WAL mode: see snapshots.py.
    durable=False,
    page_size=8192,  # so that less of each page is left empty by rows of half a kilobyte
    max_checked_bytes=64 << 20,  # checking more would delay the start
)


async def inspect_corpus(path: Path) -> DatabaseInfo:
    """Inspect a corpus, as `inspect_database` does."""
    return await inspect_database(path, CORPUS)


def require_corpus(path: Path) -> None:
    """Raise DatabaseError if there is no corpus."""
    if not path.exists():
        raise DatabaseError(f"There is no corpus at {path} yet: run bigrun load")
