"""Store which examples members saved."""

import time
from collections.abc import Collection
from enum import Enum, auto
from typing import NamedTuple

from bot.model.preferences import MAX_SAVED_EXAMPLES
from bot.state.base import State

COLUMNS = "shuffle_key, saved_at, trope_ref, title"
# Later than the member's others, whatever the clock says. Limited, so that nobody can grow the state without bound.
_INSERT = f"""
    INSERT INTO saved_example (user_id, {COLUMNS})
    SELECT :user, :key,
        (SELECT CASE WHEN max(saved_at) >= :now THEN max(saved_at) + 1 ELSE :now END
            FROM saved_example WHERE user_id = :user),
        :trope, :title
    WHERE (SELECT count(*) FROM saved_example WHERE user_id = :user) < {MAX_SAVED_EXAMPLES}
    ON CONFLICT DO NOTHING RETURNING saved_at
"""
_COUNT = "SELECT count(*) FROM saved_example WHERE user_id = ?"
_SELECT_PAGE = f"SELECT {COLUMNS} FROM saved_example WHERE user_id = ? ORDER BY saved_at DESC LIMIT ? OFFSET ?"
_SELECT_KEY = f"SELECT {COLUMNS} FROM saved_example WHERE user_id = ? AND shuffle_key = ?"
_SELECT_SAVED_AT = f"SELECT {COLUMNS} FROM saved_example WHERE user_id = ? AND saved_at = ?"
_DELETE = f"DELETE FROM saved_example WHERE user_id = ? AND saved_at = ? RETURNING {COLUMNS}"


class SavedExample(NamedTuple):
    """An example on a member's list.

    Attributes:
        key: Finds it in every corpus, until its own text changes.
        saved_at: Unix milliseconds, different for each of the member's.
        title: Of its work, medium or trope, to name it when it is gone.
    """

    key: int
    saved_at: int
    trope_ref: str
    title: str


class SavedPage(NamedTuple):
    """A page of a member's list, newest first."""

    examples: list[SavedExample]
    total: int
    number: int
    page_count: int


class SaveResult(Enum):
    """What came of saving an example."""

    SAVED = auto()
    ALREADY_SAVED = auto()
    FULL = auto()


class SavedStore:
    """Read and write members' lists."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def save(
        self, user_id: int, key: int, trope_ref: str, title: str, now_ms: int | None = None
    ) -> tuple[SaveResult, SavedExample | None]:
        """Put an example on a list, which may be full or have it. Return the row, unless the list is full."""
        now = time.time_ns() // 1_000_000 if now_ms is None else now_ms
        values = {"user": user_id, "key": key, "now": now, "trope": trope_ref, "title": title}
        if added := await self._state.execute_transaction((_INSERT, values)):
            return SaveResult.SAVED, SavedExample(key, added[0][0], trope_ref, title)
        rows = await self._state.fetch_all(_SELECT_KEY, (user_id, key))
        return (SaveResult.ALREADY_SAVED, SavedExample(*rows[0])) if rows else (SaveResult.FULL, None)

    async def page(self, user_id: int, number: int, size: int) -> SavedPage:
        """Return a page, the nearest if `number` is out of range."""
        [(total,)] = await self._state.fetch_all(_COUNT, (user_id,))
        page_count = max(1, -(-total // size))
        number = min(max(number, 1), page_count)
        rows = await self._state.fetch_all(_SELECT_PAGE, (user_id, size, (number - 1) * size))
        return SavedPage([SavedExample(*row) for row in rows], total, number, page_count)

    async def find(self, user_id: int, saved_at: int) -> SavedExample | None:
        """Return an example of a member's list, or None."""
        rows = await self._state.fetch_all(_SELECT_SAVED_AT, (user_id, saved_at))
        return SavedExample(*rows[0]) if rows else None

    async def remove(self, user_id: int, saved_at: Collection[int]) -> list[SavedExample]:
        """Remove examples from a member's list and return those that were there."""
        rows = await self._state.execute_transaction(*((_DELETE, (user_id, moment)) for moment in saved_at))
        return [SavedExample(*row) for row in rows]
