"""Count what a program does, so that tests can compare costs without a clock."""

import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any
from unittest.mock import patch

ROWS_RESOLUTION = 10  # in SQLite's instructions
# What runs beside the program: the loop, the database's thread, and this.
_UNCOUNTED = tuple(
    f"{os.sep}{name}" for name in ("asyncio", "aiosqlite", "threading.py", "selectors.py", "counting.py")
)


@dataclass(slots=True)
class Steps:
    """What was done.

    Attributes:
        rows: The instructions of SQLite, some for each row that it visits.
        lines: The lines of Python that were run: some for each span, piece or title that is visited.
        characters: The length of all texts that functions returned.
    """

    rows: int = 0
    lines: int = 0
    characters: int = 0


@contextmanager
def counted_connections(steps: Steps) -> Iterator[None]:
    """Count the rows that the connections visit which are opened in the block."""
    connect = sqlite3.connect

    def tick() -> None:
        steps.rows += ROWS_RESOLUTION

    def connect_counted(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        connection.set_progress_handler(tick, ROWS_RESOLUTION)
        return connection

    with patch.object(sqlite3, "connect", connect_counted):
        yield


@contextmanager
def counted_lines(steps: Steps) -> Iterator[None]:
    """Count the lines that run in the block, also in threads that it starts, and the texts that they make."""
    is_counted: dict[CodeType, bool] = {}

    def trace(frame: FrameType, event: str, returned: Any) -> Callable[..., Any] | None:
        if event == "line":
            steps.lines += 1
        elif event == "return":
            steps.characters += _length(returned)
        else:
            code = frame.f_code
            if code not in is_counted:
                is_counted[code] = not any(name in code.co_filename for name in _UNCOUNTED)
            if not is_counted[code]:
                return None
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    threading.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
        threading.settrace(before)


def _length(returned: Any) -> int:
    if isinstance(returned, str):
        return len(returned)
    return sum(map(len, filter(_is_text, returned))) if type(returned) is tuple else 0


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
