"""Write the full-text indexes, and count the terms of visible text."""

from collections.abc import AsyncIterator, Mapping, Sequence

import aiosqlite

from bot.corpus import queries
from bot.corpus.index_rows import HiddenRow, IndexRow, VisibleRow, index_row
from bot.corpus.index_terms import FILTER_PREFIX
from bot.corpus.rows import EXAMPLE_NUMBER_BITS, EXAMPLES_PER_SLICE
from bot.corpus.stored import decode_whole
from bot.model import Medium

TABLES = ("visible_fts", "hidden_fts")
INSERT_VISIBLE = "INSERT INTO visible_fts (rowid, text, works, filters) VALUES (?, ?, ?, ?)"
INSERT_HIDDEN = "INSERT INTO hidden_fts (rowid, text, filters) VALUES (?, ?, ?)"
DELETE_VISIBLE = "INSERT INTO visible_fts (visible_fts, rowid, text, works, filters) VALUES ('delete', ?, ?, ?, ?)"
DELETE_HIDDEN = "INSERT INTO hidden_fts (hidden_fts, rowid, text, filters) VALUES ('delete', ?, ?, ?)"
# Counts the terms of some examples as the index does, by means of a temporary index.
TEMP_INDEX = (
    "CREATE VIRTUAL TABLE temp.fts_scratch USING fts5 (text, works, tokenize = 'unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE temp.scratch_vocabulary USING fts5vocab (fts_scratch, row)",
)
INSERT_TEMP = "INSERT INTO temp.fts_scratch (rowid, text, works) VALUES (?, ?, ?)"
COUNT_TEMP_TERMS = """
    INSERT INTO term (term, document_count) SELECT term, :sign * doc FROM temp.scratch_vocabulary WHERE true
    ON CONFLICT (term) DO UPDATE SET document_count = document_count + excluded.document_count
"""
DELETE_UNUSED_TERMS = """
    DELETE FROM term WHERE document_count <= 0 AND term IN (SELECT term FROM temp.scratch_vocabulary)
"""
CLEAR_TEMP = "DELETE FROM temp.fts_scratch"
# Counts the terms of all examples. Those with the prefix lie between the others, and the index skips them.
COUNT_ALL_TERMS = (
    "DELETE FROM term",
    f"""
    INSERT INTO term (term, document_count)
    SELECT term, doc FROM visible_vocabulary WHERE term < '{FILTER_PREFIX}'
    UNION ALL SELECT term, doc FROM visible_vocabulary WHERE term > '{FILTER_PREFIX}' || char(0x10ffff)
    """,
)
# Merging all segments: how many pages of 4 KB to write in one step. It begins with a negative number.
MERGED_PAGES = 1_000
BEGIN_MERGE = -MERGED_PAGES


def settings(**options: int) -> tuple[str, ...]:
    """Return the statements that change settings of both indexes."""
    return tuple(
        [
            f"INSERT INTO {table} ({table}, rank) VALUES ('{name}', {value})"
            for table in TABLES
            for name, value in options.items()
        ]
    )


async def merge(connection: aiosqlite.Connection, table: str, pages: int) -> int:
    """Merge segments of an index until about so many pages are written. Return what to go on with, or 0 at the end."""
    before = connection.total_changes
    await connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,))
    return MERGED_PAGES if connection.total_changes - before > 1 else 0  # as FTS5 says that it wrote something


class TextIndex:
    """The full-text indexes during one transaction. Without `counts_terms`, the counts are left alone."""

    def __init__(self, connection: aiosqlite.Connection, *, counts_terms: bool) -> None:
        self._connection, self._counts_terms = connection, counts_terms

    async def insert(self, visible: Sequence[VisibleRow], hidden: Sequence[HiddenRow]) -> None:
        """Insert rows."""
        # In ascending order: FTS5 starts a new segment with every rowid that is lower than the one before.
        await self._connection.executemany(INSERT_VISIBLE, sorted(visible))
        await self._connection.executemany(INSERT_HIDDEN, sorted(hidden))
        await self._add_to_counts(visible, 1)

    async def delete(self, id_bounds: tuple[int, int], media: Mapping[int, Medium]) -> None:
        """Delete the rows of stored examples. The indexes need their whole texts for that."""
        async for rows in self._stored_rows(id_bounds, media):
            visible = sorted([row.of_visible for row in rows])
            await self._add_to_counts(visible, -1)
            await self._connection.executemany(DELETE_VISIBLE, visible)
            await self._connection.executemany(DELETE_HIDDEN, sorted([row for each in rows for row in each.of_hidden]))

    async def _stored_rows(
        self, id_bounds: tuple[int, int], media: Mapping[int, Medium]
    ) -> AsyncIterator[list[IndexRow]]:
        """Yield the rows of stored examples, some at a time: those of a large trope need much memory."""
        first, last = id_bounds
        statement = f"{queries.SELECT_WHOLE} LIMIT {EXAMPLES_PER_SLICE}"
        while stored := [*map(tuple, await self._connection.execute_fetchall(statement, (first, last)))]:
            yield [index_row(row[0], row[0] >> EXAMPLE_NUMBER_BITS, decode_whole(row, media)) for row in stored]
            first = stored[-1][0] + 1

    async def _add_to_counts(self, rows: Sequence[VisibleRow], sign: int) -> None:
        if not self._counts_terms:
            return
        await self._connection.executemany(INSERT_TEMP, [row[:3] for row in rows])
        await self._connection.execute(COUNT_TEMP_TERMS, {"sign": sign})
        await self._connection.execute(DELETE_UNUSED_TERMS)
        await self._connection.execute(CLEAR_TEMP)
