"""Back up and restore the state. A backup is one file, named only once it is verified and on disk."""

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
    """The number of rows copied, and the previous state's new path, if any."""

    rows: int
    old: Path | None = None


def back_up(state: Path, target: Path, *, overwrite: bool = False) -> BackupResult:
    """Copy the state and verify the copy, even while a bot runs.

    Raises:
        BackupError: There is no state, or the target exists.
        DatabaseError: The copy failed and was removed.
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
    """Replace the state with a backup, and move the old one to a free name.

    Raises:
        BackupError: There is no backup.
        DatabaseInUseError: A bot uses the state.
        DatabaseError: The restore failed. The state is unchanged.
    """
    state = state.resolve()  # replace a link's target, not the link
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
    """Open and verify a state read-only. `damaged` is the advice if it is."""
    address = f"file:{quote(str(path))}?mode=rw"
    with translate_errors(path, recovery_hint=damaged):
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=STATE_SPEC.busy_timeout_seconds)
    with closing(connection):
        connection.execute("PRAGMA query_only = ON")
        # Check and copy in one transaction, so that nothing changes in between.
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
    """Write a verified copy to disk. Return its rows. `target` is for errors."""
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
    """Yield a temporary path. Rename it to `target` on success."""
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
    """Copy a state to a free name. The original stays, so that one always exists."""
    if not state.exists():
        return None
    old = next(path for i in count(1) if not (path := state.with_name(f"{state.name}.replaced-{i}")).exists())
    with translate_errors(state, writing=True):
        # Copy bytes, since it may be damaged. Copy the WAL first: without it, the file would look complete.
        for suffix in ("-wal", ""):
            if (file := state.with_name(state.name + suffix)).exists():
                with _replace_atomically(old.with_name(old.name + suffix)) as part:
                    shutil.copyfile(file, part)
                    _fsync(part)
        # A sound state absorbs its WAL. Delete a damaged one's, because the new state must not use it.
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(state, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = DELETE").fetchall()
        for suffix in JOURNAL_SUFFIXES:
            state.with_name(state.name + suffix).unlink(missing_ok=True)
        _fsync(state.parent)
    return old


def _fsync(path: Path) -> None:
    """Flush a file, or a folder's names, to disk."""
    try:
        # Windows flushes only what is open for writing, and POSIX opens no folder for it.
        descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    except PermissionError:
        return  # Windows cannot open folders, and needs no fsync of them
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
