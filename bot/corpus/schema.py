"""What the corpus database must be."""

from pathlib import Path

from bot.database.connections import Kind
from bot.database.inspection import Inspected, inspect_database

RECOVERY_HINT = "Nothing in it is lost: remove it and start again, and it is made anew from the page sources."
CORPUS = Kind(
    name="corpus",
    table="example",
    setting="BIGRUN_CORPUS",
    damaged=RECOVERY_HINT,
    older="The corpus {path} was made by an older version of Big Run: `bigrun load` makes it anew.",
    package="bot.corpus",
    schema_version=4,
    # Derived data: a power loss only costs a reload, so the default journal is enough and leaves no side files.
    durable=False,
    checked=64 << 20,  # bytes; takes half a second
)


async def inspect_corpus(path: Path) -> Inspected:
    """Inspect a corpus; see `inspect_state`."""
    return await inspect_database(path, CORPUS)
