"""Copy a whole state into an empty one of any kind, and verify it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.errors import DatabaseError
from bot.state.base import State
from bot.state.location import StateLocation, open_state_exclusively

# All tables except those that running processes refill.
TABLE_COLUMNS = {
    "synced_commands": "command_scope, payload_hash",
    "shuffle": "audience_id, scope_key, seed, last_rank, position, last_key, revision, last_used_on, guild_id",
    "guild_setting": "guild_id, name, value",
    "member_preference": "user_id, name, value",
    "saved_example": "user_id, shuffle_key, saved_at, trope_ref, title",
    "daily": (
        "channel_id, guild_id, minute_of_day, timezone, weekdays, interval_hours, trope_ref, medium_slug, work_ref, "
        "include_spoilers, role_id, is_forum, tag_id, next_due_at, claimed_at, example_ref, failure_count, retry_at, "
        "sent_due_at, pause_reason, replaced, undo_id"
    ),
    "help_hint": "guild_id, user_id",
    "guess_round": (
        "channel_id, guild_id, round_id, phase, due_at, ends_at, message_id, starter_id, trope_ref, medium_slug, "
        "round_number, round_count, example_ref, example_key, hint_count, outcome, standings, winner_id, "
        "winner_guess_id, points"
    ),
    "guess_player": "round_id, user_id, guess_count, guess_ids, gave_up, has_peeked",
    "guess_score": "guild_id, user_id, month, points, wins",
    "missing_snowflake": "guild_id, channel_id, missing_since",
}
ROWS_PER_INSERT = 500
STATEMENT_TIMEOUT_SECONDS = 600.0  # no member waits for it

_RowsByTable = dict[str, list[tuple[Any, ...]]]


async def transfer_state(source: StateLocation, target: StateLocation) -> int:
    """Copy a state to another location. Return its rows.

    Raises:
        DatabaseError: Either is unusable or in use, or both are the same.
    """
    if source == target:
        raise DatabaseError("A state cannot be copied into itself. Name two different ones.")
    if isinstance(source, Path) and not source.exists():
        raise DatabaseError(f"There is no state at {source}: nothing was copied.")
    async with (
        open_state_exclusively(source, timeout_seconds=STATEMENT_TIMEOUT_SECONDS) as source_state,
        open_state_exclusively(target, timeout_seconds=STATEMENT_TIMEOUT_SECONDS) as target_state,
    ):
        return await copy_rows(source_state, target_state)


async def copy_rows(source: State, target: State) -> int:
    """Copy all rows of a state into an empty one. Return how many.

    Raises:
        DatabaseError: The target is not empty, or the copy differs.
        WriteFailedError: Nothing was written.
    """
    if any((await _read_all_rows(target)).values()):
        raise DatabaseError("The state to copy to is not empty. Nothing was copied. Choose an empty one.")
    rows = await _read_all_rows(source)
    await target.execute_transaction(
        *(statement for table in TABLE_COLUMNS for statement in _insert_statements(table, rows[table]))
    )
    if await _read_all_rows(target) != rows or await _read_all_rows(source) != rows:
        raise DatabaseError(
            "The copy differs from its source. Stop the bots that use either, empty the copy and try again."
        )
    return sum(map(len, rows.values()))


async def _read_all_rows(state: State) -> _RowsByTable:
    # Sort here, because the databases sort text differently.
    return {
        table: sorted(map(tuple, await state.fetch_all(f"SELECT {columns} FROM {table}")))
        for table, columns in TABLE_COLUMNS.items()
    }


def _insert_statements(table: str, rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[str, list[Any]]]:
    columns = TABLE_COLUMNS[table]
    placeholders = f"({', '.join('?' * (columns.count(',') + 1))})"
    for first in range(0, len(rows), ROWS_PER_INSERT):
        batch = rows[first : first + ROWS_PER_INSERT]
        values = ", ".join([placeholders] * len(batch))
        yield f"INSERT INTO {table} ({columns}) VALUES {values}", [value for row in batch for value in row]
