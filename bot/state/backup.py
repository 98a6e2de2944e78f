"""Back up the state while a bot uses it, and restore a backup. A copy is complete or not there.

A backup is one plain database file. It gets its name only when it is verified and on the disk.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

from bot.database.connections import JOURNAL_SUFFIXES, lock_exclusively
from bot.database.error_translation import damaged_error, translate_errors
from bot.errors import BackupError, WrongDatabaseError
from bot.state.schema import STATE_SPEC

_SELECT_TABLE_NAMES = "SELECT name FROM sqlite_schema WHERE type = 'table'"


@dataclass(frozen=True, slots=True)
class BackupResult:
    """How many rows were copied, and where the state is now that was there before, if any."""

    rows: int
    old: Path | None = None


def back_up(state: Path, target: Path, *, overwrite: bool = False) -> BackupResult:
    """Copy the state as it is at this moment, and verify the copy; a bot may be using the state.

    Raises:
        BackupError: There is no state, or the target exists already.
        DatabaseError: The copy failed; nothing of it is left.
    """
    if not state.is_file():
        raise BackupError(f"There is no state at {state}. Nothing was copied.")
    if not target.parent.is_dir():
        raise BackupError(
            f"There is no folder {target.parent}. Nothing was copied. Make the folder, or name another one."
        )
    if target.exists() and (not overwrite or target.is_dir() or target.samefile(state)):
        raise BackupError(f"{target} exists already. Name another file, or replace it with --overwrite.")
    with _open_state(state, STATE_SPEC.recovery_hint) as source, _replace_atomically(target) as temporary:
        return BackupResult(_copy(source, temporary, target, "It was removed again."))


def restore(backup: Path, state: Path) -> BackupResult:
    """Put a backup in the state's place, and keep what was there under another name.

    Raises:
        BackupError: There is no backup.
        DatabaseInUseError: A bot uses the state.
        DatabaseError: The restore failed; the state is unchanged.
    """
    state = state.resolve()  # replace what a link points to, not the link
    if not backup.is_file():
        raise BackupError(f"There is no backup at {backup}: nothing was changed.")
    if state.exists() and backup.samefile(state):
        raise BackupError(f"{backup} is the state itself: nothing was changed.")
    with (
        lock_exclusively(state),
        _open_state(backup, "Take another one.") as source,
        _replace_atomically(state) as temporary,
    ):
        rows = _copy(source, temporary, state, "The state is as before.")
        return BackupResult(rows, _copy_old_away(state))


@contextmanager
def _open_state(path: Path, damaged: str) -> Iterator[sqlite3.Connection]:
    """Open a sound state read-only; `damaged` says what to do if it is not."""
    address = f"file:{quote(str(path))}?mode=rw"
    with translate_errors(path, recovery_hint=damaged):
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=STATE_SPEC.busy_timeout_seconds)
    with closing(connection):
        connection.execute("PRAGMA query_only = ON")
        # One transaction, so that what is copied is what was checked.
        connection.execute("BEGIN")
        _check_is_state(connection, path, damaged)
        yield connection


def _check_is_state(connection: sqlite3.Connection, path: Path, recovery_hint: str) -> None:
    with translate_errors(path, recovery_hint=recovery_hint):
        [(version,)] = connection.execute("PRAGMA user_version")
        if (STATE_SPEC.marker_table,) not in connection.execute(_SELECT_TABLE_NAMES).fetchall():
            raise WrongDatabaseError(f"{path} is not a Big Run state. Nothing was changed.")
        STATE_SPEC.check_version(version, path)
        [(first,), *_] = connection.execute("PRAGMA integrity_check(1)")
        if first != "ok":
            raise damaged_error(path, " ".join(first.split()), recovery_hint)


def _copy(source: sqlite3.Connection, part: Path, target: Path, damaged: str) -> int:
    """Write a verified copy to the disk; return how many rows it has. `target` is named in errors."""
    with translate_errors(target, writing=True):
        with closing(sqlite3.connect(part, isolation_level=None)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            _check_is_state(copy, target, damaged)
            tables = copy.execute(_SELECT_TABLE_NAMES).fetchall()
            rows = sum(len(copy.execute(f'SELECT 1 FROM "{table}"').fetchall()) for (table,) in tables)
        _fsync(part)
    return rows


@contextmanager
def _replace_atomically(target: Path) -> Iterator[Path]:
    """Yield a path to write to; when the block ends well, that file takes the target's place in one step."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield part
        with translate_errors(target, writing=True):
            part.replace(target)
            _fsync(target.parent)
    finally:
        for suffix in ("", *JOURNAL_SUFFIXES):
            with suppress(OSError):
                part.with_name(part.name + suffix).unlink()


def _copy_old_away(state: Path) -> Path | None:
    """Copy a state to a free name. The state itself stays, so that there is one at every moment."""
    if not state.exists():
        return None
    old = next(path for i in count(1) if not (path := state.with_name(f"{state.name}.replaced-{i}")).exists())
    with translate_errors(state, writing=True):
        # Copied byte by byte, since it may be damaged. The log goes first: without it the file alone would look whole.
        for suffix in ("-wal", ""):
            if (file := state.with_name(state.name + suffix)).exists():
                with _replace_atomically(old.with_name(old.name + suffix)) as part:
                    shutil.copyfile(file, part)
                    _fsync(part)
        # A sound state takes its log in. A damaged one's is deleted: the new state must not use it.
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(state, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = DELETE").fetchall()
        for suffix in JOURNAL_SUFFIXES:
            state.with_name(state.name + suffix).unlink(missing_ok=True)
        _fsync(state.parent)
    return old


def _fsync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        return  # Windows opens no folder, and needs none of this
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
