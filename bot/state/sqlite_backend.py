"""The state in a file of SQLite's: one bot writes it, and every commit is on the disk."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from bot.cache import Kept
from bot.database.batcher import Together
from bot.database.connections import MEMORY, reading, transaction, writing
from bot.database.error_translation import translated
from bot.errors import NotWritten
from bot.state.base import ADD_ROUNDS, GET_ROUND, PATIENCE, ROUND_COLUMNS, Round, RoundRow, State
from bot.state.schema import STATE


def _values(first: int, names: Sequence[str]) -> str:
    return ", ".join(f"json_extract(value, '$[{place}]')" for place, _ in enumerate(names, first))


# One statement, so one transaction and one trip to the thread, for all rounds that wait to be written. Each comes with
# the one it goes on from (NULL before the first); where there is another by now, nothing is written nor returned.
_PUT_ROUNDS = f"""
    {ADD_ROUNDS}
    SELECT {_values(0, ROUND_COLUMNS)} FROM json_each(?) AS new LEFT JOIN round AS old
    ON old.audience = json_extract(value, '$[0]') AND old.scope = json_extract(value, '$[1]')
    WHERE ({", ".join(f"old.{name}" for name in Round._fields)}) IS ({_values(len(ROUND_COLUMNS), Round._fields)})
    ON CONFLICT (audience, scope) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in ROUND_COLUMNS[2:])}
    RETURNING audience, scope
"""
_SETTLED_KEPT, _ROUNDS_KEPT = 5_000, 10_000  # some MB


class SqliteState(State):
    """Reads and writes the state; made by `open_sqlite_state`."""

    def __init__(
        self, connection: aiosqlite.Connection, path: Path, reader: aiosqlite.Connection | None = None
    ) -> None:
        """Takes an open connection to a migrated state, and one that reads; `path` is named in errors."""
        # Reading apart from writing: who reads waits for no writer, and sees nothing that may yet be undone.
        self._connection, self._reader, self._path = connection, reader or connection, path
        # One connection is one transaction: two coroutines on it would roll back each other's work.
        self._writer = asyncio.Lock()
        # Nobody else writes, so what was read or written is known until something is changed. A trip to a thread for
        # each costs a third of what answering costs.
        self._settled: Kept[tuple[str, Any], list[Any]] = Kept(_SETTLED_KEPT)
        self._rounds: Kept[tuple[int, str], Round] = Kept(_ROUNDS_KEPT)
        self._together: Together[RoundRow, bool] = Together(self._write_rounds)
        self._changes = 0

    async def rows(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Returns what a statement reads; see `State.rows`."""
        with translated(self._path, damaged=STATE.damaged):
            return list(await self._reader.execute_fetchall(statement, parameters))

    async def settled_rows(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Returns what only `change` changes; see `State.settled_rows`."""
        key = statement, parameters
        rows = self._settled.get(key)
        if rows is None:
            changes = self._changes
            rows = await self.rows(statement, parameters)
            if changes == self._changes:
                self._settled[key] = rows
        return rows

    async def change(self, *steps: tuple[str, Any]) -> list[Any]:
        """Carries out statements in one transaction; see `State.change`."""
        rows: list[Any] = []
        async with self._turn():
            try:
                async with transaction(self._connection):
                    for statement, parameters in steps:
                        rows += await self._connection.execute_fetchall(statement, parameters)
            finally:
                # Also where it failed or was cancelled: it may have been written all the same.
                self._changes += 1
                self._settled.clear()
                self._rounds.clear()
                self._together.refuse(False)
        return rows

    async def _round(self, audience: int, scope: str) -> Round | None:
        known = self._rounds.get((audience, scope))
        if known:
            return known
        rows = await self.rows(GET_ROUND, (audience, scope))
        return Round(*rows[0]) if rows else None

    async def _put_round(self, row: RoundRow) -> bool:
        known = self._rounds.get(row[:2])
        if known and known != row.past:
            return False
        # Known before it is on the disk, so that the next draw goes on from it at once: that is written after this one,
        # or not at all.
        self._rounds[row[:2]] = row.round
        return await self._together.ask(row)

    async def _write_rounds(self, take: Callable[[], list[RoundRow]]) -> list[bool]:
        try:
            async with self._turn():
                rows = take()
                rounds = _one_on(rows)
                latest = [(*steps[-1].values, *(steps[0].past or ())) for steps in rounds.values()]
                found = await self._connection.execute_fetchall(_PUT_ROUNDS, (json.dumps(latest),))
        except BaseException:
            # Nobody knows what there is.
            self._rounds.clear()
            raise
        # By identity: two that could not know of each other may have chosen the same.
        written = {id(step) for audience, scope in found for step in rounds[audience, scope]}
        for row in rows:
            if id(row) not in written:
                self._rounds.drop(row[:2])
        return [id(row) in written for row in rows]

    async def settle(self) -> None:
        """Returns when nothing is being written."""
        await self._together.finish()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Lets the block alone write; nobody waits for that longer than a member would."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._writer.acquire()
        except TimeoutError:
            raise NotWritten(f"The database {self._path} cannot be written: too much waits to be written.") from None
        try:
            with translated(self._path, writing=True, damaged=STATE.damaged):
                yield
        finally:
            self._writer.release()


def _one_on(rows: Iterable[RoundRow]) -> dict[tuple[int, str], list[RoundRow]]:
    """Returns the rows of each round, every one a step on from the one before; those that are not are left out."""
    rounds: dict[tuple[int, str], list[RoundRow]] = {}
    for row in rows:
        steps = rounds.setdefault(row[:2], [])
        if not steps or steps[-1].round == row.past:
            steps.append(row)
    return rounds


@asynccontextmanager
async def open_sqlite_state(path: Path | None) -> AsyncIterator[SqliteState]:
    """Opens the state, made if it is not there, for the time of the block; without a path it is kept in memory.

    Raises:
        DamagedStore, ForeignStore, NewerSchema: There is something else; it is left as it is.
        StoreError: It cannot be used.
    """
    if path is None:
        async with writing(MEMORY, STATE) as connection:
            yield SqliteState(connection, MEMORY)
        return
    async with writing(path, STATE) as connection, reading(path, STATE) as reader:
        state = SqliteState(connection, path, reader)
        try:
            yield state
        finally:
            await state.settle()
