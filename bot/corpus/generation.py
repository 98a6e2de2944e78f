"""Tell one state of the corpus from another, so that a running bot notices what was loaded."""

from pathlib import Path
from typing import NamedTuple

from bot.corpus.queries import FetchAll
from bot.corpus.schema import CORPUS
from bot.database.connections import open_read_pool
from bot.database.file_identity import file_identity
from bot.errors import DatabaseError

# A bulk load drops this index first and rebuilds it last, and searches are wrong until then.
HAS_INDEXES = "SELECT count(*) FROM sqlite_schema WHERE name = 'example_by_shuffle_key'"
SELECT_GENERATION = f"SELECT number, ({HAS_INDEXES}) FROM generation"
ADVANCE_GENERATION = "UPDATE generation SET number = number + 1"


class Generation(NamedTuple):
    """A state of the corpus. Two that are equal have the same content."""

    file: tuple[int, int] | None
    number: int
    complete: bool  # False during a bulk load, and before the first load


async def read_generation(fetch_all: FetchAll, path: Path) -> Generation:
    """Return the state that a connection to the corpus reads."""
    [(number, complete)] = await fetch_all(SELECT_GENERATION)
    return Generation(file_identity(path), number, bool(number and complete))


async def is_servable(path: Path) -> bool:
    """Return whether there is a corpus that this version can read, and no load of it was interrupted."""
    if file_identity(path) is None:
        return False
    try:
        async with open_read_pool(path, CORPUS) as pool:
            return (await read_generation(pool.fetch_all, path)).complete
    except DatabaseError:
        return False
