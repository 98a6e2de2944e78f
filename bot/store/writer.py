"""The corpus's one writer: replaces a trope at a time, each in one transaction."""

import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiosqlite

from bot.errors import StoreError
from bot.model import Example, Medium, Page, Work, clear_text, fold, hidden_text, token_of
from bot.store.codec import encode_parts, encode_trope
from bot.store.corpus import DAMAGED, mark_of
from bot.store.database import Kind, transaction, writing
from bot.store.failures import translated

CORPUS = Kind(
    name="corpus",
    table="example",
    setting="BIGRUN_CORPUS",
    damaged=DAMAGED,
    # Derived data: a power loss costs a reload, so the default journal does, and no side files stay behind.
    durable=False,
    checked=64 << 20,  # so much is read in half a second
)

_FINGERPRINTS = "SELECT name, fingerprint FROM trope"
_TROPE_ID = "SELECT id FROM trope WHERE name = ?"
_FORGET = (
    "DELETE FROM clear WHERE rowid IN (SELECT id FROM example WHERE trope_id = ?)",
    "DELETE FROM hidden WHERE rowid IN (SELECT id FROM example WHERE trope_id = ?)",
    "DELETE FROM example WHERE trope_id = ?",
)
_FORGET_TROPE = "DELETE FROM trope WHERE id = ?"
_PUT_TROPE = """
    INSERT INTO trope (name, title, folded, page, fingerprint, loaded_at) VALUES (?, ?, ?, ?, ?, unixepoch())
    ON CONFLICT (name) DO UPDATE SET
        name = excluded.name, title = excluded.title, folded = excluded.folded, page = excluded.page,
        fingerprint = excluded.fingerprint, loaded_at = excluded.loaded_at
    RETURNING id
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
_PUT_WORK = """
    INSERT INTO work (name, page, title, folded, token) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET
        page = excluded.page, title = excluded.title, folded = excluded.folded, token = excluded.token
"""
_LAST_ID = "SELECT coalesce(max(id), 0) FROM example"
_PUT_EXAMPLE = """
    INSERT INTO example (id, trope_id, number, key, folder, medium_id, hides, place, mark, parts)
    VALUES (?, ?, ?, ?, ?, (SELECT id FROM medium WHERE slug = ?), ?, ?, ?, ?)
"""
_PUT_EXAMPLE_WORK = "INSERT INTO example_work (example_id, place, work_id) SELECT ?, ?, id FROM work WHERE name = ?"
_PUT_CLEAR = "INSERT INTO clear (rowid, text, works, medium) VALUES (?, ?, ?, ?)"
_PUT_HIDDEN = "INSERT INTO hidden (rowid, text) VALUES (?, ?)"

Row = tuple[object, ...]


class CorpusWriter:
    """Writes tropes; made by `open_writer`."""

    def __init__(self, connection: aiosqlite.Connection, path: Path) -> None:
        """Takes an open connection to a migrated corpus; `path` is named in errors."""
        self._connection, self._path = connection, path

    async def fingerprints(self) -> dict[str, str]:
        """Returns the fingerprint of every trope in the corpus, by name without case."""
        with translated(self._path, damaged=CORPUS.damaged):
            rows = await self._connection.execute_fetchall(_FINGERPRINTS)
        return {name.casefold(): fingerprint for name, fingerprint in rows}

    async def replace(self, page: Page, fingerprint: str) -> None:
        """Writes a trope with its examples in the place of what the corpus held of it; all of it or nothing.

        Raises:
            NotWritten, DamagedStore: Nothing can be written; the corpus is as before.
            StoreError: This trope could not be written; the corpus is as before.
        """
        trope = page.trope
        with self._telling(trope.name):
            async with transaction(self._connection):
                trope_id = await self._id(
                    _PUT_TROPE, trope.name, trope.title, fold(trope.title), encode_trope(trope), fingerprint
                )
                for forget in _FORGET:
                    await self._connection.execute(forget, (trope_id,))
                last = await self._id(_LAST_ID)
                # One statement for all examples: a trip to the thread for each costs more than writing it.
                for statement, rows in _rows(trope_id, trope.name, page.examples, last + 1):
                    await self._connection.executemany(statement, rows)

    async def remove(self, name: str) -> None:
        """Removes a trope with its examples.

        Raises:
            NotWritten, DamagedStore: Nothing can be written; the corpus is as before.
        """
        with self._telling(name):
            async with transaction(self._connection):
                for (trope_id,) in await self._connection.execute_fetchall(_TROPE_ID, (name,)):
                    for forget in (*_FORGET, _FORGET_TROPE):
                        await self._connection.execute(forget, (trope_id,))

    @contextmanager
    def _telling(self, name: str) -> Iterator[None]:
        """Tells what is wrong with one trope from what is wrong with the corpus."""
        with translated(self._path, writing=True, damaged=CORPUS.damaged):
            try:
                yield
            except (sqlite3.IntegrityError, sqlite3.DataError) as error:
                raise StoreError(f"{name} could not be written to {self._path}: {error}.") from error

    async def _id(self, statement: str, *values: object) -> int:
        [(identity,)] = await self._connection.execute_fetchall(statement, values)
        return int(identity)


@asynccontextmanager
async def open_writer(path: Path) -> AsyncIterator[CorpusWriter]:
    """Opens the corpus for writing, made if it is not there, for the time of the block.

    Raises:
        DamagedStore, ForeignStore, NewerSchema: There is something else; it is left as it is.
        StoreError: It cannot be used.
    """
    async with writing(path, CORPUS) as connection:
        yield CorpusWriter(connection, path)


def _rows(trope_id: int, trope: str, examples: Sequence[Example], first: int) -> Iterator[tuple[str, list[Row]]]:
    """Yields statements with the rows that they write, in the order in which they must be carried out."""
    numbered = list(enumerate(examples, first))
    media = {example.medium.slug: example.medium for example in examples if example.medium}
    works = {_name(work): work for example in examples for work in example.works}
    places: Counter[tuple[str | None, bool]] = Counter()
    yield _PUT_MEDIUM, [_medium_row(medium) for medium in media.values()]
    yield _PUT_WORK, [(name, w.page, w.title, fold(w.title), token_of(w.title)) for name, w in works.items()]
    yield _PUT_EXAMPLE, [_example_row(i, trope_id, trope, example, places) for i, example in numbered]
    yield (
        _PUT_EXAMPLE_WORK,
        [(i, place, _name(work)) for i, example in numbered for place, work in enumerate(example.works)],
    )
    yield _PUT_CLEAR, [_clear_row(i, example) for i, example in numbered]
    yield _PUT_HIDDEN, [(i, " \n".join(_hidden(example))) for i, example in numbered if example.spoilers]


def _medium_row(medium: Medium) -> Row:
    group = medium.group
    return (
        medium.slug, medium.name, medium.emoji, medium.colour, json.dumps(medium.words),
        group.slug, group.name, json.dumps(group.words), group.emoji, group.colour,
    )  # fmt: skip


def _example_row(
    identity: int, trope_id: int, trope: str, example: Example, places: Counter[tuple[str | None, bool]]
) -> Row:
    slug, hides = example.medium.slug if example.medium else None, bool(example.spoilers)
    places[slug, hides] += 1
    return (
        identity, trope_id, example.number, example.key, example.folder, slug, hides, places[slug, hides] - 1,
        mark_of(trope, example.key), encode_parts(example.parts),
    )  # fmt: skip


def _clear_row(identity: int, example: Example) -> Row:
    medium = f"{example.medium.name} {example.medium.group.name}" if example.medium else ""
    titles = " \n".join(work.title for work in example.works)
    return identity, " \n".join(_clear(example)), titles, medium


def _name(work: Work) -> str:
    return (work.page or work.title).casefold()


def _clear(example: Example) -> Iterable[str]:
    for part in example.parts:
        yield clear_text(part.spans, " ")
        yield from (clear_text(note.spans, " ") for note in part.notes)


def _hidden(example: Example) -> Iterable[str]:
    return (text for part in example.parts for text in hidden_text(part))
