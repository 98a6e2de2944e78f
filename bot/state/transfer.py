"""Copying a whole state into an empty one of any kind: all of it or nothing, and looked at afterwards."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.errors import DatabaseError
from bot.state.base import State
from bot.state.location import Where, serving_state

# Every table that is worth keeping; what processes say of themselves they say anew.
TABLES = {
    "synced_commands": "scope, payload",
    "round": "audience, scope, seed, bits, part, base, passed, place, latest, draws, day, guild",
    "guild_choice": "guild, what, value",
    "member_choice": "member, what, value",
    "daily": (
        "channel, guild, minute, zone, trope, medium, work, spoilers, due, claimed, example, failures, retry, paused"
    ),
    "departed": "id, since",
}
ROWS = 500  # in one statement
PATIENCE = 600.0  # seconds for one statement; nobody waits for an answer

Rows = dict[str, list[tuple[Any, ...]]]


async def copy_between(source: Where, target: Where) -> int:
    """Copies the state that is kept in one place into another; see `copy_state`.

    Raises:
        DatabaseInUseError: A bot has one of the two.
        DatabaseError: One of the two cannot be used, or is the other.
    """
    if source == target:
        raise DatabaseError("A state cannot be copied into itself: name two different ones.")
    if isinstance(source, Path) and not source.exists():
        raise DatabaseError(f"There is no state at {source}: nothing was copied.")
    async with serving_state(source, patience=PATIENCE) as full, serving_state(target, patience=PATIENCE) as empty:
        return await copy_state(full, empty)


async def copy_state(source: State, target: State) -> int:
    """Copies all rows of a state into an empty one; returns how many.

    Raises:
        DatabaseError: The target holds something already, or a copy differs from what it was made of.
        WriteFailedError: It cannot be written; nothing was.
    """
    if any((await _contents(target)).values()):
        raise DatabaseError("The state to copy to holds something already: choose an empty one. Nothing was copied.")
    contents = await _contents(source)
    await target.change(*(step for table, rows in contents.items() for step in _inserts(table, rows)))
    if await _contents(target) != contents or await _contents(source) != contents:
        raise DatabaseError(
            "The copy differs from what it was made of: stop the bots that use either, empty it, try again."
        )
    return sum(map(len, contents.values()))


async def _contents(state: State) -> Rows:
    # Ordered here: databases differ in how they order texts.
    return {
        table: sorted(map(tuple, await state.rows(f"SELECT {columns} FROM {table}")))
        for table, columns in TABLES.items()
    }


def _inserts(table: str, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, list[Any]]]:
    columns = TABLES[table]
    places = f"({', '.join('?' * (columns.count(',') + 1))})"
    for first in range(0, len(rows), ROWS):
        batch = rows[first : first + ROWS]
        values = ", ".join([places] * len(batch))
        yield f"INSERT INTO {table} ({columns}) VALUES {values}", [value for row in batch for value in row]
