"""Copies of the state: one taken while the bot runs, and one put back in its place. Each is whole or not there.

A backup is one plain database. It carries a hash of all it should hold, so that damage which a database does not
notice by itself, a single changed letter, is noticed when it is put back.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from shutil import copyfile
from urllib.parse import quote

from bot.database.connections import JOURNAL_SUFFIXES, held
from bot.database.error_translation import damage, translated
from bot.errors import BackupError, ForeignStore, NewerSchema
from bot.state.schema import STATE

_SEAL = "CREATE TABLE backup (hash TEXT NOT NULL, made_at TEXT NOT NULL) STRICT"
_SEALED = "INSERT INTO backup VALUES (?, datetime('now'))"
_TABLES = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name <> 'backup' ORDER BY name"
_DAMAGED = "Take another one."


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied.

    Attributes:
        rows: How many rows it holds.
        hash: SHA-256 of all it holds, in hexadecimal digits.
        sealed: Whether the hash was known before and is the same; a copy that was not made by `back_up` has none.
        old: Where the state is now that was there before, or None.
    """

    rows: int
    hash: str
    sealed: bool = True
    old: Path | None = None


def back_up(state: Path, target: Path, *, overwrite: bool = False) -> Copied:
    """Copies the state as it is at this moment, and makes sure that the copy holds the same; a bot may be using it.

    Raises:
        BackupError: There is no state, or there is something in the copy's place already.
        DamagedStore, ForeignStore: The state is damaged, or something else.
        StoreError: The state cannot be read, or the copy cannot be written; nothing of it is left.
    """
    if not state.is_file():
        raise BackupError(f"There is no state at {state}: nothing was copied.")
    if not target.parent.is_dir():
        raise BackupError(f"There is no folder {target.parent}: make it, or name another; nothing was copied.")
    if target.exists() and (not overwrite or target.is_dir() or target.samefile(state)):
        raise BackupError(f"{target} is there already: name another file, or say --overwrite to replace a backup.")
    with _opened(state, STATE.damaged) as source, _new(target) as part, _written(part, target) as copy:
        # Begun before the copying, so that what is hashed is what is copied, whatever is written meanwhile.
        source.execute("BEGIN")
        _check(source, state, STATE.damaged)
        hashed, rows = _hash(source)
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute(_SEAL)
        copy.execute(_SEALED, (hashed,))
        _check(copy, target, "It was removed again.")
        if _hash(copy) != (hashed, rows):
            raise damage(target, "the copy is not what was copied", "It was removed again.")
    return Copied(rows, hashed)


def restore(backup: Path, state: Path) -> Copied:
    """Puts a backup in the state's place, and keeps what was there under another name.

    Raises:
        BackupError: There is no backup.
        DamagedStore, ForeignStore, NewerSchema: The backup is damaged, something else, or made by a newer version.
        StoreInUse: A bot has the state.
        StoreError: The backup cannot be read, or the state cannot be written; the state is as before.
    """
    state = state.resolve()  # a link goes on pointing to the state
    if not backup.is_file():
        raise BackupError(f"There is no backup at {backup}: nothing was changed.")
    if state.exists() and backup.samefile(state):
        raise BackupError(f"{backup} is the state itself: nothing was changed.")
    with held(state), _new(state) as part:
        with _opened(backup, _DAMAGED) as source, _written(part, state) as copy:
            source.execute("BEGIN")
            _check(source, backup, _DAMAGED)
            seal = _seal(source)
            hashed, rows = _hash(source)
            if seal not in (None, hashed):
                raise damage(backup, "it does not hold what it held when it was made", _DAMAGED)
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            copy.execute("DROP TABLE IF EXISTS backup")
            if _hash(copy) != (hashed, rows):
                raise damage(state, "the copy is not what was copied", "The state is as before.")
        old = _keep(state)
    return Copied(rows, hashed, seal is not None, old)


@contextmanager
def _new(target: Path) -> Iterator[Path]:
    """Gives a name to write under; what is there when the block ends well takes the target's place at once."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield part
        with translated(target, writing=True):
            part.replace(target)
            _sync(target.parent)
    finally:
        for name in (part, part.with_name(part.name + "-journal")):
            with suppress(OSError):
                name.unlink()


@contextmanager
def _written(part: Path, target: Path) -> Iterator[sqlite3.Connection]:
    """Opens a new database; it is on the disk when the block has ended well. `target` is named in errors."""
    with translated(target, writing=True), closing(sqlite3.connect(part, isolation_level=None)) as copy:
        yield copy
    with translated(target, writing=True):
        _sync(part)


@contextmanager
def _opened(path: Path, damaged: str) -> Iterator[sqlite3.Connection]:
    address = f"file:{quote(str(path))}?mode=rw"
    with translated(path, damaged=damaged):
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=STATE.patience)
    with closing(connection):
        connection.execute("PRAGMA query_only = ON")
        yield connection


def _check(connection: sqlite3.Connection, path: Path, damaged: str) -> None:
    with translated(path, damaged=damaged):
        [(version,)] = connection.execute("PRAGMA user_version")
        if STATE.table not in [name for name, _ in connection.execute(_TABLES)]:
            raise ForeignStore(f"{path} is not a state of Big Run but something else: nothing was changed.")
        if version > (known := STATE.version):
            raise NewerSchema(
                f"{path} was made by a newer version of Big Run (schema {version}, this one knows {known}): "
                "update the program first; nothing was changed."
            )
        [(first,), *_] = connection.execute("PRAGMA integrity_check(1)")
        if first != "ok":
            raise damage(path, " ".join(first.split()), damaged)


def _seal(connection: sqlite3.Connection) -> str | None:
    if not list(connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'backup'")):
        return None
    [(seal,)] = connection.execute("SELECT hash FROM backup")
    return str(seal)


def _hash(connection: sqlite3.Connection) -> tuple[str, int]:
    """Returns the hash of all that a database holds, but for the seal, and how many rows that are."""
    [version] = connection.execute("PRAGMA user_version").fetchall()
    total, rows = sha256(repr(version).encode()), 0
    for table, sql in connection.execute(_TABLES).fetchall():
        total.update(repr(sql).encode())
        columns = len(connection.execute(f'SELECT * FROM "{table}" LIMIT 0').description)
        order = ", ".join(str(number + 1) for number in range(columns))
        for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY {order}'):
            total.update(repr(row).encode())
            rows += 1
    return total.hexdigest(), rows


def _keep(state: Path) -> Path | None:
    """Copies a state to another name, so that the state itself is there until another takes its place at once."""
    if not state.exists():
        return None
    old = next(n for i in count(1) if not (n := state.with_name(f"{state.name}.replaced-{i}")).exists())
    with translated(state, writing=True):
        # As they are, in case of damage, and the log first: without it the file alone would look whole.
        for side in ("-wal", ""):
            if (file := state.with_name(state.name + side)).exists():
                with _new(old.with_name(old.name + side)) as part:
                    copyfile(file, part)
                    _sync(part)
        _fold(state)
        for side in JOURNAL_SUFFIXES:
            # Still there only if the state is damaged. The new one must not take them for its own.
            state.with_name(state.name + side).unlink(missing_ok=True)
        _sync(state.parent)
    return old


def _fold(state: Path) -> None:
    """Brings all that was committed into the one file, if it is sound."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(state, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = DELETE").fetchall()


def _sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    try:
        number = os.open(path, os.O_RDONLY)
    except PermissionError:
        return  # Windows opens no folder, and needs none of this
    try:
        os.fsync(number)
    finally:
        os.close(number)
