"""The state: what this bot has done and what was chosen. Precious: every change is durable once acknowledged."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import aiosqlite

from bot.errors import NotWritten
from bot.store.database import MEMORY, Kind, reading, transaction, writing
from bot.store.failures import translated

PATIENCE = 1.0  # seconds; a member's answer has to be sent within three
STATE = Kind(
    name="state",
    table="synced_commands",
    setting="BIGRUN_STATE",
    damaged="Nothing of it was changed: stop the bot and restore a backup (bigrun restore PATH), or go on without it "
    "(bigrun run --without-state).",
    durable=True,
    checked=sys.maxsize,
    patience=PATIENCE,
)

_GET_SYNCED = "SELECT payload FROM synced_commands WHERE scope = ?"
_PUT_SYNCED = """
    INSERT INTO synced_commands (scope, payload) VALUES (?, ?)
    ON CONFLICT (scope) DO UPDATE SET payload = excluded.payload
"""
_GET_ROUND = """
    SELECT seed, bits, part, base, passed, place, latest, draws FROM round WHERE audience = ? AND scope = ?
"""
# Writes nothing, and returns nothing, if the row is no longer the one that was read.
_PUT_ROUND = """
    INSERT INTO round (audience, scope, seed, bits, part, base, passed, place, latest, draws, day, guild)
    VALUES (:audience, :scope, :seed, :bits, :part, :base, :passed, :place, :latest, :draws, date('now'), :guild)
    ON CONFLICT (audience, scope) DO UPDATE SET
        seed = excluded.seed, bits = excluded.bits, part = excluded.part, base = excluded.base,
        passed = excluded.passed, place = excluded.place, latest = excluded.latest,
        draws = excluded.draws, day = excluded.day, guild = excluded.guild
    WHERE draws = excluded.draws - 1
    RETURNING draws
"""
_FORGET_ROUNDS = "DELETE FROM round WHERE day < ? RETURNING audience"


@dataclass(frozen=True, slots=True)
class Round:
    """How far an audience has come in a round of a scope's examples; `bot.store.drawing` gives it its meaning.

    Attributes:
        seed: Makes the round's order, 60 bits.
        bits: The scope is shown in 2^bits parts, one after another.
        part: How many parts were shown whole.
        base: How many examples were shown in those.
        passed: The highest rank shown in this part, -1 before the first.
        place: The latest example was the how manieth of the round, from 1.
        latest: The mark of the example shown last.
        draws: How often this was written.
    """

    seed: int
    bits: int
    part: int
    base: int
    passed: int
    place: int
    latest: int
    draws: int


class State:
    """Reads and writes the state; made by `open_state`."""

    def __init__(
        self, connection: aiosqlite.Connection, path: Path, reader: aiosqlite.Connection | None = None
    ) -> None:
        """Takes an open connection to a migrated state, and one that reads; `path` is named in errors."""
        # Reading apart from writing: who reads waits for no writer, and sees nothing that may yet be undone.
        self._connection, self._reader, self._path = connection, reader or connection, path
        # One connection is one transaction: two coroutines on it would roll back each other's work.
        self._writer = asyncio.Lock()

    async def rows(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Returns what a statement reads; values are bound.

        Raises:
            StoreError: The state cannot be read.
        """
        with translated(self._path, damaged=STATE.damaged):
            return list(await self._reader.execute_fetchall(statement, parameters))

    async def change(self, *steps: tuple[str, Any]) -> list[Any]:
        """Carries out statements with their values in one transaction; returns the rows of all of them.

        Waits for others that write for about two seconds at most.

        Raises:
            NotWritten: The state cannot be written; nothing of it was.
            DamagedStore: The state is damaged.
        """
        rows: list[Any] = []
        async with self._turn(), transaction(self._connection):
            for statement, parameters in steps:
                rows += await self._connection.execute_fetchall(statement, parameters)
        return rows

    async def synced_commands(self, scope: str) -> str | None:
        """Returns the hash of the commands last sent for `scope`, or None."""
        rows = await self.rows(_GET_SYNCED, (scope,))
        return str(rows[0][0]) if rows else None

    async def remember_synced_commands(self, scope: str, payload: str) -> None:
        """Keeps the hash of the commands that were sent for `scope`."""
        await self.change((_PUT_SYNCED, (scope, payload)))

    async def draw(
        self, audience: int, scope: str, choose: Callable[[Round | None], Awaitable[Round | None]], *, guild: int = 0
    ) -> Round | None:
        """Takes a round one step on: reads it, lets `choose` decide, writes; nobody else steps in between.

        Args:
            audience: Who sees the examples: a channel's id, or minus a member's.
            scope: Stands for what was asked for.
            choose: Is given the round as it stands (None before the first) and returns it one step on,
                or None if nothing is to be written. It may be asked again if another process was faster.
            guild: The guild of the channel; 0 if there is none.

        Returns:
            What `choose` returned last.

        Raises:
            NotWritten: The state cannot be written; it is as before.
            DamagedStore: The state is damaged.
        """
        async with self._turn():
            while True:
                past = await self._round(audience, scope)
                step = await choose(past)
                if step is None or await self._put_round(audience, scope, step, guild):
                    return step

    async def forget_rounds_before(self, day: date) -> int:
        """Forgets the rounds that were last used before a day (UTC); returns how many."""
        return len(await self.change((_FORGET_ROUNDS, (day.isoformat(),))))

    async def _round(self, audience: int, scope: str) -> Round | None:
        rows = list(await self._connection.execute_fetchall(_GET_ROUND, (audience, scope)))
        return Round(*rows[0]) if rows else None

    async def _put_round(self, audience: int, scope: str, step: Round, guild: int) -> bool:
        # One statement is one transaction, and one trip to the thread that SQLite runs in.
        values = {"audience": audience, "scope": scope, "guild": guild, **asdict(step)}
        return bool(list(await self._connection.execute_fetchall(_PUT_ROUND, values)))

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


@asynccontextmanager
async def open_state(path: Path | None) -> AsyncIterator[State]:
    """Opens the state, made if it is not there, for the time of the block; without a path it is kept in memory.

    Raises:
        DamagedStore, ForeignStore, NewerSchema: There is something else; it is left as it is.
        StoreError: It cannot be used.
    """
    if path is None:
        async with writing(MEMORY, STATE) as connection:
            yield State(connection, MEMORY)
        return
    async with writing(path, STATE) as connection, reading(path, patience=PATIENCE) as reader:
        yield State(connection, path, reader)
