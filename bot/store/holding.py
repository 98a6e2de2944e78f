"""Having the state for oneself: one bot writes it, and nothing puts another in its place meanwhile."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.errors import StoreInUse
from bot.store.failures import translated


@contextmanager
def held(state: Path) -> Iterator[None]:
    """Keeps the state for this process alone during the block; who only reads or copies it is not hindered.

    The system itself lets go when the process ends, however it ends.

    Raises:
        StoreInUse: Another process has it.
        StoreError: The file that is locked, ``<state>.lock``, cannot be made.
    """
    # A lock of SQLite's, on an empty database beside the state: it works on every system that the state works on.
    path = state.resolve()
    path = path.with_name(path.name + ".lock")
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(path, timeout=0, isolation_level=None)
    with closing(lock):
        with translated(path):
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                raise StoreInUse(
                    f"Another Big Run has the state {state}: stop it first, or point BIGRUN_STATE to another file."
                ) from error
        yield
