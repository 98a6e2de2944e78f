"""The corpus's one writer: replaces tropes, some at a time, each time in one transaction."""

import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from operator import itemgetter
from pathlib import Path

import aiosqlite

from bot.corpus.index_terms import SCOPE_SIGN
from bot.corpus.rows import MAX_EXAMPLES, PageRows, Row, example_id
from bot.corpus.schema import CORPUS
from bot.database.connections import transaction, writing
from bot.database.error_translation import failure, translated
from bot.errors import StoreError

# More pages than these, if they are more than a tenth of all, are many: see `CorpusWriter.begin`.
FEW = 100
SHARE = 10
# SQLite's own default is 2 MB. A batch touches every index in many places.
_CACHE = "PRAGMA cache_size = -16000"

_TROPES = "SELECT name, id, fingerprint FROM trope"
# A trope is a range of ids: ?1 to ?2.
_INDEXED = "FROM indexed WHERE example_id BETWEEN ?1 AND ?2"
_FORGET = (
    f"""
    INSERT INTO clear (clear, rowid, text, works, scope)
    SELECT 'delete', quality, clear, works, scope {_INDEXED}
    """,
    f"""
    INSERT INTO hidden (hidden, rowid, text, scope) SELECT 'delete', quality, hidden, scope {_INDEXED}
    AND hidden IS NOT NULL
    """,
    f"DELETE {_INDEXED}",
    "DELETE FROM example_work WHERE example_id BETWEEN ?1 AND ?2",
    "DELETE FROM example WHERE id BETWEEN ?1 AND ?2",
)
_FORGET_TROPE = ("DELETE FROM shelf WHERE trope_id = ?", "DELETE FROM trope WHERE id = ?")
_PUT_TROPE = """
    INSERT INTO trope (id, name, title, folded, page, fingerprint, loaded_at) VALUES (?, ?, ?, ?, ?, ?, unixepoch())
"""
_PUT_MEDIUM = """
    INSERT INTO medium (slug, name, emoji, colour, words, group_slug, group_name, group_words,
        group_emoji, group_colour)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (slug) DO UPDATE SET
        name = excluded.name, emoji = excluded.emoji, colour = excluded.colour, words = excluded.words,
        group_slug = excluded.group_slug, group_name = excluded.group_name, group_words = excluded.group_words,
        group_emoji = excluded.group_emoji, group_colour = excluded.group_colour
"""
# Of several ways to write a title the first in the alphabet is kept, whatever is loaded first.
_PUT_WORK = """
    INSERT INTO work (token, title, folded) VALUES (?, ?, ?)
    ON CONFLICT (token) DO UPDATE SET title = excluded.title WHERE excluded.title < title
"""
_PUT_TAIL = "INSERT OR IGNORE INTO work_tail (tail, token) VALUES (?, ?)"
_PUT_SHELF = """
    INSERT INTO shelf (trope_id, medium_id, hides, examples, length)
    VALUES (?1, coalesce((SELECT id FROM medium WHERE slug = ?2), 0), ?3, ?4, ?5)
"""
_PUT_EXAMPLE = """
    INSERT INTO example (id, key, folder, medium_id, hides, mark, works, more, parts)
    VALUES (?, ?, ?, (SELECT id FROM medium WHERE slug = ?), ?, ?, ?, ?, ?)
"""
_PUT_EXAMPLE_WORK = """
    INSERT INTO example_work (token, example_id, medium_id, hides, mark)
    VALUES (?, ?, (SELECT id FROM medium WHERE slug = ?), ?, ?)
"""
_PUT_INDEXED = """
    INSERT INTO indexed (example_id, quality, clear, works, hidden, scope) VALUES (?, ?, ?, ?, ?, ?)
"""
_PUT_CLEAR = "INSERT INTO clear (rowid, text, works, scope) VALUES (?, ?, ?, ?)"
_PUT_HIDDEN = "INSERT INTO hidden (rowid, text, scope) VALUES (?, ?, ?)"

# How often words stand in the examples of a few tropes: the index's own reading of them, in an index for the moment.
_FEW = (
    "CREATE VIRTUAL TABLE temp.few USING fts5 (text, works, tokenize = 'unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE temp.few_words USING fts5vocab (few, row)",
)
_PUT_FEW = f"INSERT INTO temp.few (rowid, text, works) SELECT example_id, clear, works {_INDEXED}"
_COUNT_FEW = """
    INSERT INTO word (term, examples) SELECT term, :sign * doc FROM temp.few_words WHERE true
    ON CONFLICT (term) DO UPDATE SET examples = examples + excluded.examples
"""
_FORGET_WORDS = "DELETE FROM word WHERE examples <= 0 AND term IN (SELECT term FROM temp.few_words)"
_FORGET_FEW = "DELETE FROM temp.few"
# Words are counted, and there is an index, while few pages are written. Many pages would be written to a random place
# in each index: 9,000 examples touch nearly every page of it, and a million take twice as long.
_IN_ORDER = "SELECT count(*) FROM sqlite_schema WHERE name = 'example_by_mark'"
_LOOSEN = (
    "DELETE FROM word",
    "DROP INDEX IF EXISTS example_by_mark",
    "DROP INDEX IF EXISTS example_by_medium_and_mark",
    "DROP INDEX IF EXISTS example_work_by_token",
    "INSERT INTO clear (clear, rank) VALUES ('automerge', 0)",
)
_TIGHTEN = (
    "INSERT INTO clear (clear, rank) VALUES ('automerge', 4)",
    "INSERT INTO clear (clear) VALUES ('optimize')",
    "INSERT INTO hidden (hidden) VALUES ('optimize')",
    f"""
    INSERT INTO word (term, examples) SELECT term, doc FROM clear_words WHERE substr(term, 1, 1) <> '{SCOPE_SIGN}'
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

    async def known(self) -> dict[str, tuple[int, str]]:
        """Returns the number and the fingerprint of every trope in the corpus, by its name without case."""
        with translated(self._path, damaged=CORPUS.damaged):
            rows = await self._connection.execute_fetchall(_TROPES)
        return {name.casefold(): (trope_id, fingerprint) for name, trope_id, fingerprint in rows}

    async def begin(self, pages: int) -> None:
        """Prepares for so many pages; where they are many, searches are slow until `finish`.

        Raises:
            NotWritten, DamagedStore: Nothing can be written.
        """
        if pages > FEW and pages * SHARE > len(await self.known()):
            await self._carry_out(_LOOSEN)

    async def replace(self, pages: Sequence[PageRows]) -> None:
        """Writes tropes with their examples in the place of what the corpus held of them; all of it or nothing.

        Raises:
            NotWritten, DamagedStore: Nothing can be written; the corpus is as before.
            StoreError: These tropes could not be written; the corpus is as before.
        """
        names = f"{pages[0].name} and {len(pages) - 1} more" if len(pages) > 1 else pages[0].name
        try:
            await self._change([page.trope_id for page in pages], pages)
        except (sqlite3.IntegrityError, sqlite3.DataError) as error:
            raise StoreError(f"{names} could not be written to {self._path}: {error}.") from error

    async def remove(self, trope_id: int) -> None:
        """Removes a trope with its examples.

        Raises:
            NotWritten, DamagedStore: Nothing can be written; the corpus is as before.
        """
        await self._change([trope_id], [])

    async def finish(self) -> None:
        """Counts the words and puts the indexes in order, where this or an earlier load left that to be done.

        Raises:
            NotWritten, DamagedStore: Nothing can be written.
        """
        if not await self._in_order():
            await self._carry_out(_TIGHTEN)

    async def _carry_out(self, statements: Sequence[str]) -> None:
        async with self._transaction():
            for statement in statements:
                await self._connection.execute(statement)

    async def _change(self, gone: Sequence[int], pages: Sequence[PageRows]) -> None:
        async with self._transaction():
            counted = await self._in_order()
            if counted:
                await self._count_few(gone, -1)
            await self._forget(gone)
            for statement, rows in _statements(pages):
                # One statement for all rows: a trip to the thread for each costs more than writing it.
                await self._connection.executemany(statement, rows)
            if counted:
                await self._count_few(gone, 1)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[None]:
        try:
            async with transaction(self._connection):
                yield
        except (sqlite3.IntegrityError, sqlite3.DataError):
            # What is wrong with one trope, and not with the corpus.
            raise
        except sqlite3.Error as error:
            raise failure(self._path, error, writing=True, damaged=CORPUS.damaged) from error

    async def _forget(self, trope_ids: Sequence[int]) -> None:
        for statement in _FORGET:
            await self._connection.executemany(statement, _ranges(trope_ids))
        for statement in _FORGET_TROPE:
            await self._connection.executemany(statement, [(trope_id,) for trope_id in trope_ids])

    async def _in_order(self) -> bool:
        [(in_order,)] = await self._connection.execute_fetchall(_IN_ORDER)
        return bool(in_order)

    async def _count_few(self, trope_ids: Sequence[int], sign: int) -> None:
        await self._connection.executemany(_PUT_FEW, _ranges(trope_ids))
        await self._connection.execute(_COUNT_FEW, {"sign": sign})
        await self._connection.execute(_FORGET_WORDS)
        await self._connection.execute(_FORGET_FEW)


@asynccontextmanager
async def open_writer(path: Path, *, anew: bool = True) -> AsyncIterator[CorpusWriter]:
    """Opens the corpus for writing, made if it is not there, for the time of the block.

    Args:
        path: The file.
        anew: Whether an older one is emptied, to be made anew; else it is left as it is.

    Raises:
        DamagedStore, ForeignStore, NewerSchema: There is something else; it is left as it is.
        StoreError: It cannot be used, or is an older one that is to be left as it is.
    """
    async with writing(path, CORPUS, anew=anew) as connection:
        for statement in (_CACHE, *_FEW):
            await connection.execute_fetchall(statement)
        yield CorpusWriter(connection, path)


def _statements(pages: Sequence[PageRows]) -> Iterable[tuple[str, list[Row]]]:
    """Yields statements with the rows that they write, in the order in which they must be carried out."""
    yield _PUT_TROPE, [page.trope for page in pages]
    yield _PUT_MEDIUM, list({row[0]: row for page in pages for row in page.media}.values())
    yield _PUT_WORK, _all(page.works for page in pages)
    yield _PUT_TAIL, _all(page.tails for page in pages)
    yield _PUT_SHELF, _all(page.shelves for page in pages)
    # In the order of their keys, so that each is written beside the last; FTS5 begins a new piece of its index with
    # every rowid that is lower than the one before.
    yield _PUT_EXAMPLE, sorted(_all(page.examples for page in pages), key=_first)
    yield _PUT_EXAMPLE_WORK, sorted(_all(page.example_works for page in pages), key=_first)
    yield _PUT_INDEXED, sorted(_all(page.indexed for page in pages), key=_first)
    yield _PUT_CLEAR, sorted(_all(page.clear for page in pages), key=_first)
    yield _PUT_HIDDEN, sorted(_all(page.hidden for page in pages), key=_first)


def _all(rows: Iterable[Iterable[Row]]) -> list[Row]:
    return list(chain.from_iterable(rows))


def _ranges(trope_ids: Iterable[int]) -> list[tuple[int, int]]:
    return [(example_id(trope_id, 0), example_id(trope_id, MAX_EXAMPLES)) for trope_id in trope_ids]
