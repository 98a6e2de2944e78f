"""The state in an SQLite file, for one process. Each commit is on disk."""

import asyncio
import json
import logging
import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosqlite

from bot.cache import STATE_BYTES, SizedCache
from bot.database.batcher import Batcher
from bot.database.connections import MEMORY_PATH, open_for_writing, open_read_only, transaction
from bot.database.error_translation import to_database_error
from bot.database.file_identity import file_identity
from bot.errors import DatabaseMovedError, WriteFailedError
from bot.state.base import (
    INSERT_SHUFFLE,
    SELECT_SHUFFLE,
    SHUFFLE_COLUMNS,
    STATE_TIMEOUT_SECONDS,
    Shuffle,
    ShuffleUpdate,
    State,
)
from bot.state.schema import STATE_SPEC

SHUFFLE_BYTES = 400  # about, in memory
TABLE_NAME = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_]+)")
log = logging.getLogger(__name__)


def _json_columns(first: int, names: Sequence[str]) -> str:
    return ", ".join(f"json_extract(value, '$[{index}]')" for index, _ in enumerate(names, first))


# Write all shuffles of a batch. Each JSON row has the new values, then the expected ones (missing: no row). If the
# table's row differs, nothing is written or returned for it.
UPSERT_SHUFFLES = f"""
    {INSERT_SHUFFLE}
    SELECT {_json_columns(0, SHUFFLE_COLUMNS)} FROM json_each(?) AS new LEFT JOIN shuffle AS old
    ON old.audience_id = json_extract(value, '$[0]') AND old.scope_key = json_extract(value, '$[1]')
    WHERE ({", ".join(f"old.{name}" for name in Shuffle._fields)})
        IS ({_json_columns(len(SHUFFLE_COLUMNS), Shuffle._fields)})
    ON CONFLICT (audience_id, scope_key)
    DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in SHUFFLE_COLUMNS[2:])}
    RETURNING audience_id, scope_key
"""


class SqliteState(State):
    """The state in SQLite, created by `open_sqlite_state`."""

    def __init__(self, connection: aiosqlite.Connection, read_connection: aiosqlite.Connection, path: Path) -> None:
        # Reads have a separate connection, so they never wait for writers or see uncommitted rows.
        self._connection, self._read_connection, self._path = connection, read_connection, path
        # One connection has one transaction, so only one coroutine may write at a time.
        self._write_mutex = asyncio.Lock()
        # Cached: each read is a trip to another thread. No other process writes settings, and a shuffle is written
        # only if the cached row was right.
        self._cache: SizedCache[tuple[str, Any], tuple[int, list[Any]]] = SizedCache(STATE_BYTES)
        self._tables: dict[str, frozenset[str]] = {}  # that each cached statement reads
        self._revisions: Counter[str] = Counter()  # of each cached statement: what was cached before is out of date
        self._batcher: Batcher[ShuffleUpdate, bool] = Batcher(self._write_shuffles)
        self._identity = None if path == MEMORY_PATH else file_identity(path)
        self._is_moved = False

    def check_in_place(self) -> None:
        """See `State.check_in_place`."""
        # Only by stat: opening and closing the file would drop SQLite's locks.
        if self._identity is None or file_identity(self._path) == self._identity:
            if self._is_moved:
                log.warning("The state %s is back in its place. Changes are saved again.", self._path)
            self._is_moved = False
            return
        error = DatabaseMovedError(
            f"The state {self._path} was removed, replaced or moved, so nothing is saved. Put it back, or restart."
        )
        if not self._is_moved:
            self._is_moved = True
            log.error("%s", error)
        raise error

    async def leave_moved_file(self) -> None:
        """If the file was moved, put all that was saved into it. Its WAL would spoil a new file of its name."""
        try:
            self.check_in_place()
        except DatabaseMovedError:
            with suppress(sqlite3.Error):
                await self._connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")

    async def fetch_all(self, statement: str, parameters: Any = ()) -> list[Any]:
        """See `State.fetch_all`."""
        try:
            return list(await self._read_connection.execute_fetchall(statement, parameters))
        except sqlite3.Error as error:
            raise to_database_error(self._path, error, recovery_hint=STATE_SPEC.recovery_hint) from error

    async def fetch_cached(self, statement: str, parameters: Any = ()) -> list[Any]:
        """See `State.fetch_cached`."""
        query = statement, parameters
        cached = self._cached(query)
        if cached is not None:
            return cached
        if statement not in self._tables:
            self._tables[statement] = tables_of(statement)
        revision = self._revisions[statement]
        rows = await self.fetch_all(statement, parameters)
        cached = self._cached(query)  # a draw may have cached a newer row meanwhile
        if cached is None and revision == self._revisions[statement]:
            self._cache[query] = revision, rows
        return rows if cached is None else cached

    def _cached(self, query: tuple[str, Any]) -> list[Any] | None:
        revision, rows = self._cache.get(query) or (0, None)
        return rows if revision == self._revisions[query[0]] else None

    async def execute_transaction(self, *statements: tuple[str, Any]) -> list[Any]:
        """See `State.execute_transaction`."""
        rows: list[Any] = []
        async with self._write_lock():
            try:
                async with transaction(self._connection):
                    for statement, parameters in statements:
                        rows += await self._connection.execute_fetchall(statement, parameters)
            finally:
                # Even a failed or cancelled transaction may have been written.
                written = frozenset[str]().union(*(tables_of(statement) for statement, _ in statements))
                self._revisions.update([one for one, read in self._tables.items() if not read.isdisjoint(written)])
        return rows

    async def flush(self) -> None:
        """Wait until everything is written."""
        await self._batcher.drain()

    async def advance_shuffle(
        self,
        audience_id: int,
        scope_key: str,
        advance: Callable[[Shuffle | None], Awaitable[Shuffle | None]],
        *,
        guild_id: int = 0,
    ) -> Shuffle | None:
        """See `State.advance_shuffle`."""
        query = SELECT_SHUFFLE, (audience_id, scope_key)
        while True:
            rows = await self.fetch_cached(*query)
            current = Shuffle(*rows[0]) if rows else None
            following = await advance(current)
            if following is None:
                return None
            cached = self._cached(query)
            if cached is not None and cached != ([current] if current else []):
                continue  # another draw was faster
            # Cached before it is written, so that the next draw can go on from it. The batcher writes that one after
            # this one, or not at all.
            self._cache.put(query, (self._revisions[SELECT_SHUFFLE], [following]), SHUFFLE_BYTES)
            today = datetime.now(UTC).date().isoformat()
            update = ShuffleUpdate(audience_id, scope_key, guild_id, today, following, current)
            if await self._batcher.submit(update):
                return following

    async def _write_shuffles(self, updates: list[ShuffleUpdate]) -> list[bool]:
        """Write a batch of draws. Successive draws from one shuffle become a single row."""
        chains: dict[tuple[int, str], list[ShuffleUpdate]] = {}
        linked: list[bool] = []
        for update in updates:
            chain = chains.setdefault((update.audience_id, update.scope_key), [])
            linked.append(not chain or chain[-1].shuffle == update.expected)
            if linked[-1]:
                chain.append(update)
        rows = [(*chain[-1][:4], *chain[-1].shuffle, *(chain[0].expected or ())) for chain in chains.values()]
        try:
            async with self._write_lock():
                found = await self._connection.execute_fetchall(UPSERT_SHUFFLES, (json.dumps(rows),))
        except BaseException:
            self._cache.clear()  # what was written is unknown
            raise
        written = set(map(tuple, found))
        results = [ok and update[:2] in written for update, ok in zip(updates, linked, strict=True)]
        for update, ok in zip(updates, results, strict=True):
            if not ok:
                self._cache.pop((SELECT_SHUFFLE, update[:2]))
        return results

    @asynccontextmanager
    async def _write_lock(self) -> AsyncIterator[None]:
        """Let the block write alone, or fail after `STATE_TIMEOUT_SECONDS`."""
        try:
            async with asyncio.timeout(STATE_TIMEOUT_SECONDS):
                await self._write_mutex.acquire()
        except TimeoutError:
            raise WriteFailedError(
                f"The database {self._path} cannot be written: too many writes are waiting."
            ) from None
        try:
            self.check_in_place()
            yield
            self.check_in_place()  # what was written to a moved file is lost
        except sqlite3.Error as error:
            hint = STATE_SPEC.recovery_hint
            raise to_database_error(self._path, error, writing=True, recovery_hint=hint) from error
        finally:
            self._write_mutex.release()


def tables_of(statement: str) -> frozenset[str]:
    """Return the tables that a statement of ours names."""
    return frozenset(TABLE_NAME.findall(statement))


@asynccontextmanager
async def open_sqlite_state(path: Path | None) -> AsyncIterator[SqliteState]:
    """Open the state, creating it if missing. None is in memory.

    Raises:
        DatabaseError: It is unusable, and unchanged.
    """
    async with AsyncExitStack() as stack:
        connection = await stack.enter_async_context(open_for_writing(path or MEMORY_PATH, STATE_SPEC))
        reader = await stack.enter_async_context(open_read_only(path, STATE_SPEC)) if path else connection
        state = SqliteState(connection, reader, path or MEMORY_PATH)
        await state.synced_commands_hash("")  # opens the WAL: later, it could be another file's
        try:
            yield state
        finally:
            await state.flush()
            await state.leave_moved_file()
