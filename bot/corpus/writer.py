"""Write the corpus: replace or remove tropes, each batch in one transaction."""

import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import aiosqlite

from bot.corpus import queries, text_index, titles
from bot.corpus.bulk_load import DROP_BULK_INDEXES, REBUILD_INDEXES
from bot.corpus.catalogue import medium_from_row
from bot.corpus.generation import ADVANCE_GENERATION, HAS_INDEXES
from bot.corpus.pages import StoredPage
from bot.corpus.rows import PAGE_NUMBER_BITS, ExampleRows, Row, TropeRows, WorkRow, id_range, medium_row, title_keys
from bot.corpus.schema import CORPUS
from bot.corpus.stored import read_stored_pages
from bot.corpus.text_index import TEMP_INDEX, TextIndex
from bot.database.connections import open_for_writing, transaction
from bot.database.error_translation import to_database_error, translate_errors
from bot.errors import DatabaseError
from bot.model import Medium

# A load is a bulk load if it has more tropes or examples than this, and more than this fraction of all: see
# `begin_bulk_load`.
BULK_MIN_TROPES, BULK_MIN_EXAMPLES, BULK_MIN_FRACTION = 100, 20_000, 0.1
PRAGMAS = (
    # In KiB. A batch touches every index in many places, so SQLite's default of 2 MB is too small.
    "PRAGMA cache_size = -16000",
    # Some builds of SQLite overwrite what is deleted, which here is public, and twice as slow to write.
    "PRAGMA secure_delete = OFF",
)

SELECT_WITHOUT_EXAMPLES = """
    SELECT id FROM trope WHERE NOT EXISTS (SELECT 1 FROM example_count WHERE trope_id = trope.id)
"""
COUNT_ALL = "SELECT count(DISTINCT trope_id), coalesce(sum(examples), 0) FROM example_count"
SELECT_FINGERPRINTS = "SELECT name, id >> 16, source_fingerprint FROM page"
# Of some tropes: their main pages, then their subpages ("0" is after "/").
SELECT_FINGERPRINTS_OF = f"""
    {SELECT_FINGERPRINTS} WHERE name IN (SELECT value FROM json_each(:tropes))
    UNION ALL
    SELECT name, page.id >> 16, source_fingerprint FROM json_each(:tropes)
    CROSS JOIN page ON name > value || '/' AND name < value || '0'
"""
MAX_TROPES_ASKED_FOR = 1_000  # of more, reading all pages is faster
SELECT_LAST_TROPE_ID = "SELECT coalesce(max(id) >> 16, 0) FROM page"
# A trope is a range of ids.
DELETE_EXAMPLES = (
    "DELETE FROM example_work WHERE example_id BETWEEN ? AND ?",
    "DELETE FROM work_mention WHERE example_id BETWEEN ? AND ?",
    "DELETE FROM work_spoiled WHERE example_id BETWEEN ? AND ?",
    "DELETE FROM example WHERE id BETWEEN ? AND ?",
    "DELETE FROM long_example WHERE id BETWEEN ? AND ?",
    f"DELETE FROM example_page WHERE id BETWEEN ? << {PAGE_NUMBER_BITS} AND (? + 1 << {PAGE_NUMBER_BITS}) - 1",
    "DELETE FROM page WHERE id BETWEEN ? AND ?",
)
DELETE_TROPE = (
    "DELETE FROM example_count WHERE trope_id = ?",
    "DELETE FROM work_key WHERE trope_id = ? AND trope_id <> 0",  # labels that are hidden or gone find nothing
    "DELETE FROM work_label WHERE trope_id = ?",
    "DELETE FROM trope_key WHERE trope_id = ?",
    "DELETE FROM trope WHERE id = ?",
)
INSERT_TROPE = """
    INSERT INTO trope (id, name, ref, title, normalized_title, example_count, lines_json, missing_json, details_json)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
INSERT_PAGE = """
    INSERT INTO page (id, name, title, source_fingerprint, form, saved_at, listed_json, titles_json, loaded_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, coalesce(?, CAST(strftime('%s', 'now') AS INTEGER)))
"""
UPSERT_MEDIUM = """
    INSERT INTO medium (slug, name, emoji, colour, aliases_json, group_slug, group_name, group_aliases_json,
        group_emoji, group_colour)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (slug) DO UPDATE SET
        name = excluded.name, emoji = excluded.emoji, colour = excluded.colour, aliases_json = excluded.aliases_json,
        group_slug = excluded.group_slug, group_name = excluded.group_name,
        group_aliases_json = excluded.group_aliases_json, group_emoji = excluded.group_emoji,
        group_colour = excluded.group_colour
"""
# Of several spellings of a title, store the alphabetically first, so that the order of loading does not matter.
UPSERT_WORK = """
    INSERT INTO work (ref, title, normalized_title) VALUES (?, ?, ?)
    ON CONFLICT (ref) DO UPDATE SET title = excluded.title WHERE excluded.title < title
"""
COUNT_TROPES_OF_WORKS = """
    UPDATE work SET trope_count = trope_count + :sign WHERE ref IN (
        SELECT work_ref FROM example_work
        WHERE example_id BETWEEN :first AND :last AND relation < 2 AND NOT is_hidden
    )
"""
INSERT_TROPE_KEY = "INSERT INTO trope_key (key, trope_id, is_name) VALUES (?, ?, ?)"
INSERT_WORK_KEY = "INSERT OR IGNORE INTO work_key (key, work_ref, trope_id, is_name) VALUES (?, ?, ?, ?)"
INSERT_WORK_LABEL = "INSERT INTO work_label (trope_id, work_ref, label) VALUES (?, ?, ?)"
ADD_COUNT = """
    INSERT INTO example_count (trope_id, medium_id, has_spoilers, examples, total_words)
    VALUES (?, coalesce((SELECT id FROM medium WHERE slug = ?), 0), ?, ?, ?)
    ON CONFLICT (trope_id, medium_id, has_spoilers) DO UPDATE SET
        examples = examples + excluded.examples, total_words = total_words + excluded.total_words
"""
INSERT_EXAMPLE = """
    INSERT INTO example (id, key, folder, medium_id, has_spoilers, shuffle_key, works_json, work_has_more,
        spoiler_count, note_count, spoiled_json, page_count, parts_json, subpage, source_line)
    VALUES (?, ?, ?, coalesce((SELECT id FROM medium WHERE slug = ?), 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
INSERT_EXAMPLE_PAGE = "INSERT INTO example_page (id, words, lines_json) VALUES (?, ?, ?)"
INSERT_LONG_EXAMPLE = "INSERT INTO long_example (id, works_json, parts_json) VALUES (?, ?, ?)"
INSERT_EXAMPLE_WORK = """
    INSERT INTO example_work (example_id, work_ref, medium_id, has_spoilers, relation, is_hidden, shuffle_key, sentence)
    VALUES (?, ?, coalesce((SELECT id FROM medium WHERE slug = ?), 0), ?, ?, ?, ?, ?)
"""
INSERT_WORK_PAGE = "INSERT OR IGNORE INTO work_page (work_ref, page) VALUES (?, ?)"
INSERT_WORK_MENTION = """
    INSERT INTO work_mention (example_id, page, medium_id, has_spoilers, is_hidden, sentence)
    VALUES (?, ?, coalesce((SELECT id FROM medium WHERE slug = ?), 0), ?, ?, ?)
"""
INSERT_WORK_SPOILED = """
    INSERT INTO work_spoiled (example_id, work_ref, medium_id)
    VALUES (?, ?, coalesce((SELECT id FROM medium WHERE slug = ?), 0))
"""


class LoadedPage(NamedTuple):
    """A page in the corpus."""

    name: str
    trope_id: int
    fingerprint: str  # of its source


class CorpusWriter:
    """The only writer of a corpus, opened by `open_writer`."""

    def __init__(self, connection: aiosqlite.Connection, path: Path) -> None:
        self._connection, self._path = connection, path
        self._known_titles = set[str]()  # of works that were written: most pages are about works that others have, too

    async def loaded_pages(self, tropes: Collection[str] | None = None) -> dict[str, LoadedPage]:
        """Return every page by its name in lower case, or at least those of some tropes."""
        # SQLite ignores the case of ASCII letters only.
        if tropes is None or len(tropes) > MAX_TROPES_ASKED_FOR or not all(map(str.isascii, tropes)):
            rows = await self._fetch_all(SELECT_FINGERPRINTS)
        else:
            rows = await self._fetch_all(SELECT_FINGERPRINTS_OF, {"tropes": json.dumps(list(tropes))})
        return {row[0].casefold(): LoadedPage(*row) for row in rows}

    async def next_trope_id(self) -> int:
        """Return the first of the ids that no trope has."""
        [(last_id,)] = await self._fetch_all(SELECT_LAST_TROPE_ID)
        return int(last_id) + 1

    async def tropes_without_examples(self) -> list[int]:
        """Return the ids of tropes that only have an index."""
        return [trope_id for (trope_id,) in await self._fetch_all(SELECT_WITHOUT_EXAMPLES)]

    async def read_pages(self, trope_id: int) -> list[StoredPage]:
        """Return a trope's pages with their examples, none if it is unknown."""
        return await read_stored_pages(self._fetch_all, trope_id)

    async def learned_titles(self) -> dict[str, str]:
        """Return the titles that pages register, by page in lower case."""
        rows = await self._fetch_all(queries.SELECT_LEARNED_TITLES)
        return {page.casefold(): title for page, title in titles.first_titles(rows).items()}

    async def stale_titles(self) -> list[tuple[str, str]]:
        """Return pages whose title may be out of date, with each of their titles."""
        return [(page, title) for page, title in await self._fetch_all(titles.SELECT_STALE)]

    async def clear_stale_titles(self) -> None:
        """Mark all titles as up to date.

        Raises:
            WriteFailedError, DatabaseDamagedError: Nothing can be written.
        """
        async with self._transaction():
            await titles.clear_stale(self._connection)

    async def find_mistitled(self, wanted: Mapping[str, str], candidates: Iterable[tuple[str, str]]) -> list[int]:
        """Return ids of tropes with a candidate (page and title) that has another title in `wanted`."""
        with translate_errors(self._path, recovery_hint=CORPUS.recovery_hint):
            return await titles.find_mistitled(self._connection, wanted, candidates)

    async def begin_bulk_load(self, tropes: int, examples: int = 0) -> None:
        """Drop indexes before a bulk load of tropes with at least some examples, slow to search until it has ended.

        Raises:
            WriteFailedError, DatabaseDamagedError: Nothing can be written.
        """
        [(all_tropes, all_examples)] = await self._fetch_all(COUNT_ALL)
        many_tropes = tropes > max(BULK_MIN_TROPES, BULK_MIN_FRACTION * all_tropes)
        if many_tropes or examples > max(BULK_MIN_EXAMPLES, BULK_MIN_FRACTION * all_examples):
            async with self._transaction():
                for statement in DROP_BULK_INDEXES:
                    await self._connection.execute(statement)

    async def add_media(self, media: Iterable[Medium]) -> None:
        """Store media that need not have examples, to be known by name.

        Raises:
            WriteFailedError, DatabaseDamagedError: Nothing can be written.
        """
        async with self._transaction():
            await self._connection.executemany(UPSERT_MEDIUM, [medium_row(medium) for medium in media])

    async def finish_bulk_load(self, on_progress: Callable[[float], None] = lambda _: None) -> None:
        """Rebuild the indexes and term counts that any load dropped. `on_progress` gets the fraction that is done.

        Raises:
            WriteFailedError, DatabaseDamagedError: Nothing can be written.
        """
        if await self._indexes_exist():
            return
        steps = len(text_index.TABLES) + len(REBUILD_INDEXES)
        for number, table in enumerate(text_index.TABLES):
            on_progress(number / steps)
            await self._merge(table)
        for number, statements in enumerate(REBUILD_INDEXES, len(text_index.TABLES)):
            on_progress(number / steps)
            async with self._transaction():
                for statement in statements:
                    await self._connection.execute(statement)

    async def _merge(self, table: str) -> None:
        """Merge all segments of an index, some at a time, so that what is merged makes room for what is written."""
        merge = text_index.BEGIN_MERGE
        while merge:
            async with self._transaction():
                merge = await text_index.merge(self._connection, table, merge)

    async def replace(self, tropes: Sequence[TropeRows]) -> None:
        """Replace tropes, all or nothing.

        Raises:
            WriteFailedError, DatabaseDamagedError: Nothing can be written.
            DatabaseError: These tropes could not be written.
        """
        names = f"{tropes[0].name} and {len(tropes) - 1} more" if len(tropes) > 1 else tropes[0].name
        try:
            await self._replace([trope.trope_id for trope in tropes], tropes)
        except (sqlite3.IntegrityError, sqlite3.DataError) as error:
            raise DatabaseError(f"{names} could not be written to {self._path}: {error}.") from error

    async def remove(self, trope_id: int) -> None:
        """Remove a trope.

        Raises:
            WriteFailedError, DatabaseDamagedError: Nothing can be written.
        """
        await self._replace([trope_id], [])

    async def _replace(self, trope_ids: Sequence[int], tropes: Sequence[TropeRows]) -> None:
        id_ranges = [id_range(trope_id) for trope_id in trope_ids]
        new_votes = sum([trope.title_votes for trope in tropes if trope.title_votes], Counter[tuple[str, str]]())
        async with self._transaction():
            is_complete = await self._indexes_exist()
            index = TextIndex(self._connection, counts_terms=is_complete)
            media = {row[0]: medium_from_row(row) for row in await self._fetch_all(queries.SELECT_ALL_MEDIA)}
            for id_bounds in id_ranges:
                await index.delete(id_bounds, media)
            if is_complete:
                await self._count_tropes_of_works(id_ranges, -1)
            old_votes = await titles.read_votes(self._connection, trope_ids)
            for statement in DELETE_EXAMPLES:
                await self._connection.executemany(statement, id_ranges)
            for statement in DELETE_TROPE:
                await self._connection.executemany(statement, [(trope_id,) for trope_id in trope_ids])
            for statement, rows in _insert_tropes(tropes):
                await self._connection.executemany(statement, rows)
            new_titles = set[str]()
            for slices in _slices(tropes):
                works = self._new_works(slices, new_titles)
                for statement, rows in (*_insert_works(works), *_insert_examples(slices)):
                    await self._connection.executemany(statement, rows)
                visible = [row for rows in slices for row in rows.visible_index]
                await index.insert(visible, [row for rows in slices for row in rows.hidden_index])
                new_titles |= {title for _, title, _ in works}
            if is_complete:
                await self._count_tropes_of_works(id_ranges, 1)
            if new_votes != old_votes:
                await titles.change_votes(self._connection, old_votes, new_votes)
        self._known_titles |= new_titles

    def _new_works(self, slices: Sequence[ExampleRows], new_titles: Collection[str]) -> list[WorkRow]:
        """Return the works that were not written yet, neither in this transaction, by ref: they have random places."""
        works = {row[1]: row for rows in slices for row in rows.works}
        return sorted([works[title] for title in works.keys() - self._known_titles if title not in new_titles])

    async def _count_tropes_of_works(self, id_ranges: Sequence[tuple[int, int]], sign: int) -> None:
        bound = [{"first": first, "last": last, "sign": sign} for first, last in id_ranges]
        await self._connection.executemany(COUNT_TROPES_OF_WORKS, bound)

    async def _fetch_all(self, statement: str, parameters: Any = ()) -> list[Any]:
        with translate_errors(self._path, recovery_hint=CORPUS.recovery_hint):
            return list(await self._connection.execute_fetchall(statement, parameters))

    async def _indexes_exist(self) -> bool:
        [(index_count,)] = await self._connection.execute_fetchall(HAS_INDEXES)
        return bool(index_count)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[None]:
        try:
            async with transaction(self._connection):
                yield
                await self._connection.execute(ADVANCE_GENERATION)
        except (sqlite3.IntegrityError, sqlite3.DataError):
            raise  # something is wrong with one trope, not with the corpus
        except sqlite3.Error as error:
            raise to_database_error(self._path, error, writing=True, recovery_hint=CORPUS.recovery_hint) from error


@asynccontextmanager
async def open_writer(path: Path) -> AsyncIterator[CorpusWriter]:
    """Open the corpus for writing. Create it if it does not exist.

    Raises:
        DatabaseError: It cannot be used, and is unchanged.
    """
    async with open_for_writing(path, CORPUS) as connection:
        for statement in (*PRAGMAS, *TEMP_INDEX, titles.CREATE_WANTED):
            await connection.execute_fetchall(statement)
        yield CorpusWriter(connection, path)


def _insert_tropes(tropes: Sequence[TropeRows]) -> Iterator[tuple[str, Iterable[Row]]]:
    """Yield the statements that write tropes without their examples, and their rows, in this order."""
    yield INSERT_TROPE, [trope.trope for trope in tropes]
    yield INSERT_TROPE_KEY, [row for trope in tropes for row in trope.trope_keys]
    yield INSERT_WORK_KEY, [row for trope in tropes for row in trope.label_keys]
    yield INSERT_WORK_LABEL, [row for trope in tropes for row in trope.labels]
    yield INSERT_PAGE, [row for trope in tropes for row in trope.pages]


def _slices(tropes: Sequence[TropeRows]) -> Iterator[list[ExampleRows]]:
    """Yield the examples of tropes, those of a large one as they are made."""
    yield [rows for trope in tropes if not trope.is_large for rows in trope.slices]
    for trope in tropes:
        if trope.is_large:
            for rows in _rows_of_large(trope):
                yield [rows]


def _rows_of_large(trope: TropeRows) -> Iterator[ExampleRows]:
    """Yield the rows of a large trope. A bug in making them stops this trope only."""
    try:
        yield from trope.slices
    except Exception as error:  # no trope may stop a load
        reason = f"could not be stored because of a bug ({type(error).__name__}). Skipped; please report its pages."
        raise DatabaseError(f"{trope.name} {reason}") from error


def _insert_works(works: Sequence[WorkRow]) -> Iterator[tuple[str, Iterable[Row]]]:
    """Yield the statements that write works, and their rows, in this order."""
    yield UPSERT_WORK, works
    yield INSERT_WORK_KEY, sorted(title_keys({title: ref for ref, title, _ in works}))


def _insert_examples(slices: Sequence[ExampleRows]) -> Iterator[tuple[str, Iterable[Row]]]:
    """Yield the statements that write examples outside of the full-text indexes, and their rows, in this order."""
    yield UPSERT_MEDIUM, list({row[0]: row for rows in slices for row in rows.media}.values())
    yield ADD_COUNT, [row for rows in slices for row in rows.counts]
    # In ascending order, so that each row is written beside the last one.
    first = itemgetter(0)
    yield INSERT_EXAMPLE, sorted([row for rows in slices for row in rows.examples], key=first)
    yield INSERT_EXAMPLE_PAGE, sorted([row for rows in slices for row in rows.example_pages], key=first)
    yield INSERT_LONG_EXAMPLE, sorted([row for rows in slices for row in rows.long_examples], key=first)
    yield INSERT_WORK_PAGE, sorted({row for rows in slices for row in rows.work_pages})
    yield INSERT_WORK_MENTION, sorted([row for rows in slices for row in rows.work_mentions], key=first)
    yield INSERT_WORK_SPOILED, sorted([row for rows in slices for row in rows.works_spoiled], key=first)
    yield INSERT_EXAMPLE_WORK, sorted([row for rows in slices for row in rows.example_works], key=first)
