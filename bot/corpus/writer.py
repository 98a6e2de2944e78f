"""The corpus's one writer: replaces tropes, some at a time, each time in one transaction."""

import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from operator import itemgetter
from pathlib import Path

import aiosqlite

from bot.corpus.index_terms import FILTER_PREFIX
from bot.corpus.rows import MAX_EXAMPLES_PER_PAGE, PageRows, Row, example_id
from bot.corpus.schema import CORPUS
from bot.database.connections import open_for_writing, transaction
from bot.database.error_translation import to_database_error, translate_errors
from bot.errors import DatabaseError

# More pages than these, if they are more than a tenth of all, are many: see `CorpusWriter.begin_bulk_load`.
BULK_MIN_PAGES = 100
BULK_MIN_FRACTION = 10
# SQLite's own default is 2 MB. A batch touches every index in many places.
CACHE_SIZE = "PRAGMA cache_size = -16000"

SELECT_TROPES = "SELECT name, id, fingerprint FROM trope"
# A trope is a range of ids: ?1 to ?2.
IN_ID_RANGE = "FROM indexed WHERE example_id BETWEEN ?1 AND ?2"
DELETE_EXAMPLES = (
    f"""
    INSERT INTO clear (clear, rowid, text, works, scope)
    SELECT 'delete', quality, clear, works, scope {IN_ID_RANGE}
    """,
    f"""
    INSERT INTO hidden (hidden, rowid, text, scope) SELECT 'delete', quality, hidden, scope {IN_ID_RANGE}
    AND hidden IS NOT NULL
    """,
    f"DELETE {IN_ID_RANGE}",
    "DELETE FROM example_work WHERE example_id BETWEEN ?1 AND ?2",
    "DELETE FROM example WHERE id BETWEEN ?1 AND ?2",
)
DELETE_TROPE = ("DELETE FROM shelf WHERE trope_id = ?", "DELETE FROM trope WHERE id = ?")
INSERT_TROPE = """
    INSERT INTO trope (id, name, title, folded, page, fingerprint, loaded_at) VALUES (?, ?, ?, ?, ?, ?, unixepoch())
"""
UPSERT_MEDIUM = """
    INSERT INTO medium (slug, name, emoji, colour, words, group_slug, group_name, group_words,
        group_emoji, group_colour)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (slug) DO UPDATE SET
        name = excluded.name, emoji = excluded.emoji, colour = excluded.colour, words = excluded.words,
        group_slug = excluded.group_slug, group_name = excluded.group_name, group_words = excluded.group_words,
        group_emoji = excluded.group_emoji, group_colour = excluded.group_colour
"""
# Of several ways to write a title the first in the alphabet is kept, whatever is loaded first.
UPSERT_WORK = """
    INSERT INTO work (token, title, folded) VALUES (?, ?, ?)
    ON CONFLICT (token) DO UPDATE SET title = excluded.title WHERE excluded.title < title
"""
INSERT_TITLE_SUFFIX = "INSERT OR IGNORE INTO work_tail (tail, token) VALUES (?, ?)"
INSERT_COUNT = """
    INSERT INTO shelf (trope_id, medium_id, hides, examples, length)
    VALUES (?1, coalesce((SELECT id FROM medium WHERE slug = ?2), 0), ?3, ?4, ?5)
"""
INSERT_EXAMPLE = """
    INSERT INTO example (id, key, folder, medium_id, hides, mark, works, more, parts)
    VALUES (?, ?, ?, (SELECT id FROM medium WHERE slug = ?), ?, ?, ?, ?, ?)
"""
INSERT_EXAMPLE_WORK = """
    INSERT INTO example_work (token, example_id, medium_id, hides, mark)
    VALUES (?, ?, (SELECT id FROM medium WHERE slug = ?), ?, ?)
"""
INSERT_INDEX_SOURCE = """
    INSERT INTO indexed (example_id, quality, clear, works, hidden, scope) VALUES (?, ?, ?, ?, ?, ?)
"""
INSERT_VISIBLE = "INSERT INTO clear (rowid, text, works, scope) VALUES (?, ?, ?, ?)"
INSERT_HIDDEN = "INSERT INTO hidden (rowid, text, scope) VALUES (?, ?, ?)"

# How often words stand in the examples of a few tropes: the index's own reading of them, in an index for the moment.
TEMP_INDEX = (
    "CREATE VIRTUAL TABLE temp.few USING fts5 (text, works, tokenize = 'unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE temp.few_words USING fts5vocab (few, row)",
)
INSERT_TEMP = f"INSERT INTO temp.few (rowid, text, works) SELECT example_id, clear, works {IN_ID_RANGE}"
COUNT_TEMP_TERMS = """
    INSERT INTO word (term, examples) SELECT term, :sign * doc FROM temp.few_words WHERE true
    ON CONFLICT (term) DO UPDATE SET examples = examples + excluded.examples
"""
DELETE_UNUSED_TERMS = "DELETE FROM word WHERE examples <= 0 AND term IN (SELECT term FROM temp.few_words)"
CLEAR_TEMP = "DELETE FROM temp.few"
# Words are counted, and there is an index, while few pages are written. Many pages would be written to a random place
# in each index: 9,000 examples touch nearly every page of it, and a million take twice as long.
INDEXES_EXIST = "SELECT count(*) FROM sqlite_schema WHERE name = 'example_by_mark'"
DROP_BULK_INDEXES = (
    "DELETE FROM word",
    "DROP INDEX IF EXISTS example_by_mark",
    "DROP INDEX IF EXISTS example_by_medium_and_mark",
    "DROP INDEX IF EXISTS example_work_by_token",
    "INSERT INTO clear (clear, rank) VALUES ('automerge', 0)",
)
REBUILD_INDEXES = (
    "INSERT INTO clear (clear, rank) VALUES ('automerge', 4)",
    "INSERT INTO clear (clear) VALUES ('optimize')",
    "INSERT INTO hidden (hidden) VALUES ('optimize')",
    f"""
    INSERT INTO word (term, examples) SELECT term, doc FROM clear_words WHERE substr(term, 1, 1) <> '{FILTER_PREFIX}'
    """,
    "CREATE INDEX IF NOT EXISTS example_by_mark ON example (mark, hides)",
    "CREATE INDEX IF NOT EXISTS example_by_medium_and_mark ON example (medium_id, mark, hides)",
    "CREATE INDEX IF NOT EXISTS example_work_by_token ON example_work (token, example_id, medium_id, hides, mark)",
)

_first = itemgetter(0)


class CorpusWriter:
    """Writes tropes; made by `open_writer`."""

    def __init__(self, connection: aiosqlite.Connection, path: Path) -> None:
        """Takes an open connection to a migrated corpus; `path` is named in errors."""
        self._connection, self._path = connection, path

    async def loaded_tropes(self) -> dict[str, tuple[int, str]]:
        """Returns the number and the fingerprint of every trope in the corpus, by its name without case."""
        with translate_errors(self._path, recovery_hint=CORPUS.recovery_hint):
            rows = await self._connection.execute_fetchall(SELECT_TROPES)
        return {name.casefold(): (trope_id, fingerprint) for name, trope_id, fingerprint in rows}

    async def begin_bulk_load(self, pages: int) -> None:
        """Prepares for so many pages; where they are many, searches are slow until `finish`.

        Raises:
            WriteFailedError, DatabaseDamagedError: Nothing can be written.
        """
        if pages > BULK_MIN_PAGES and pages * BULK_MIN_FRACTION > len(await self.loaded_tropes()):
            await self._execute_all(DROP_BULK_INDEXES)

    async def replace(self, pages: Sequence[PageRows]) -> None:
        """Writes tropes with their examples in the place of what the corpus held of them; all of it or nothing.

        Raises:
            WriteFailedError, DatabaseDamagedError: Nothing can be written; the corpus is as before.
            DatabaseError: These tropes could not be written; the corpus is as before.
        """
        names = f"{pages[0].name} and {len(pages) - 1} more" if len(pages) > 1 else pages[0].name
        try:
            await self._replace([page.trope_id for page in pages], pages)
        except (sqlite3.IntegrityError, sqlite3.DataError) as error:
            raise DatabaseError(f"{names} could not be written to {self._path}: {error}.") from error

    async def remove(self, trope_id: int) -> None:
        """Removes a trope with its examples.

        Raises:
            WriteFailedError, DatabaseDamagedError: Nothing can be written; the corpus is as before.
        """
        await self._replace([trope_id], [])

    async def finish_bulk_load(self) -> None:
        """Counts the words and puts the indexes in order, where this or an earlier load left that to be done.

        Raises:
            WriteFailedError, DatabaseDamagedError: Nothing can be written.
        """
        if not await self._indexes_exist():
            await self._execute_all(REBUILD_INDEXES)

    async def _execute_all(self, statements: Sequence[str]) -> None:
        async with self._transaction():
            for statement in statements:
                await self._connection.execute(statement)

    async def _replace(self, trope_ids: Sequence[int], pages: Sequence[PageRows]) -> None:
        async with self._transaction():
            has_indexes = await self._indexes_exist()
            if has_indexes:
                await self._update_term_counts(trope_ids, -1)
            await self._delete_tropes(trope_ids)
            for statement, rows in _insert_statements(pages):
                # One statement for all rows: a trip to the thread for each costs more than writing it.
                await self._connection.executemany(statement, rows)
            if has_indexes:
                await self._update_term_counts(trope_ids, 1)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[None]:
        try:
            async with transaction(self._connection):
                yield
        except (sqlite3.IntegrityError, sqlite3.DataError):
            # What is wrong with one trope, and not with the corpus.
            raise
        except sqlite3.Error as error:
            raise to_database_error(self._path, error, writing=True, recovery_hint=CORPUS.recovery_hint) from error

    async def _delete_tropes(self, trope_ids: Sequence[int]) -> None:
        for statement in DELETE_EXAMPLES:
            await self._connection.executemany(statement, _id_ranges(trope_ids))
        for statement in DELETE_TROPE:
            await self._connection.executemany(statement, [(trope_id,) for trope_id in trope_ids])

    async def _indexes_exist(self) -> bool:
        [(index_count,)] = await self._connection.execute_fetchall(INDEXES_EXIST)
        return bool(index_count)

    async def _update_term_counts(self, trope_ids: Sequence[int], sign: int) -> None:
        await self._connection.executemany(INSERT_TEMP, _id_ranges(trope_ids))
        await self._connection.execute(COUNT_TEMP_TERMS, {"sign": sign})
        await self._connection.execute(DELETE_UNUSED_TERMS)
        await self._connection.execute(CLEAR_TEMP)


@asynccontextmanager
async def open_writer(path: Path) -> AsyncIterator[CorpusWriter]:
    """Open the corpus for writing; make it if it is not there.

    Raises:
        DatabaseError: It cannot be used; each kind says why. It is unchanged.
    """
    async with open_for_writing(path, CORPUS) as connection:
        for statement in (CACHE_SIZE, *TEMP_INDEX):
            await connection.execute_fetchall(statement)
        yield CorpusWriter(connection, path)


def _insert_statements(pages: Sequence[PageRows]) -> Iterable[tuple[str, list[Row]]]:
    """Yields statements with the rows that they write, in the order in which they must be carried out."""
    yield INSERT_TROPE, [page.trope for page in pages]
    yield UPSERT_MEDIUM, list({row[0]: row for page in pages for row in page.media}.values())
    yield UPSERT_WORK, _all(page.works for page in pages)
    yield INSERT_TITLE_SUFFIX, _all(page.title_suffixes for page in pages)
    yield INSERT_COUNT, _all(page.counts for page in pages)
    # In the order of their keys, so that each is written beside the last; FTS5 begins a new piece of its index with
    # every rowid that is lower than the one before.
    yield INSERT_EXAMPLE, sorted(_all(page.examples for page in pages), key=_first)
    yield INSERT_EXAMPLE_WORK, sorted(_all(page.example_works for page in pages), key=_first)
    yield INSERT_INDEX_SOURCE, sorted(_all(page.index_sources for page in pages), key=_first)
    yield INSERT_VISIBLE, sorted(_all(page.visible_index for page in pages), key=_first)
    yield INSERT_HIDDEN, sorted(_all(page.hidden_index for page in pages), key=_first)


def _all(rows: Iterable[Iterable[Row]]) -> list[Row]:
    return list(chain.from_iterable(rows))


def _id_ranges(trope_ids: Iterable[int]) -> list[tuple[int, int]]:
    return [(example_id(trope_id, 0), example_id(trope_id, MAX_EXAMPLES_PER_PAGE)) for trope_id in trope_ids]
