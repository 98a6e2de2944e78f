"""Find which files of a folder change."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from bot.ingest.sources import is_left_out


class FileState(NamedTuple):
    """What distinguishes a file from a later content of it."""

    size: int
    changed_ns: int
    inode: int


@dataclass(slots=True)
class Look:
    """What a look at a folder found."""

    whole: dict[Path, FileState]  # changed files that are no longer being written
    gone: list[Path]
    is_waiting: bool  # whether others are still being written


@dataclass
class FolderWatch:
    """Say which files of a folder changed.

    By asking for the state of each, which costs little and works on every system and network disk. inotify is only on
    Linux, needs a watch for each folder, and sees nothing that another machine writes.
    """

    folder: Path
    _seen: dict[str, FileState] = field(default_factory=dict)
    _taken: dict[str, FileState] = field(default_factory=dict)

    def look(self) -> Look:
        """Return what changed since it was taken. A file is whole if two looks find it the same."""
        before, self._seen = self._seen, dict(_states(str(self.folder)))
        changed = {path: state for path, state in self._seen.items() if self._taken.get(path) != state}
        whole = {Path(path): state for path, state in changed.items() if before.get(path) == state}
        gone = sorted(self._taken.keys() - self._seen.keys())
        for path in gone:
            del self._taken[path]
        return Look(whole, [Path(path) for path in gone], len(whole) < len(changed))

    def take(self, look: Look) -> None:
        """Return what a look found whole no more, until it changes again."""
        self._taken |= {str(path): state for path, state in look.whole.items()}


def are_at_most(folders: Iterable[Path], max_files: int, max_bytes: int) -> bool:
    """Return whether folders have no more files that may be pages, and no larger ones. Look at no more files."""
    found = chain.from_iterable(_states(str(folder), in_order=False) for folder in folders)
    states = [state for _, state in islice(found, max_files + 1)]
    return len(states) <= max_files and sum(state.size for state in states) <= max_bytes


def _states(folder: str, *, in_order: bool = True) -> Iterator[tuple[str, FileState]]:
    """Yield the files that may be pages, sorted, with their states. Read all of a folder first, if `in_order`."""
    try:
        entries = os.scandir(folder)
    except OSError:
        return  # it is gone
    with entries:
        yield from _states_of(sorted(entries, key=lambda entry: entry.name) if in_order else entries, in_order=in_order)


def _states_of(entries: Iterable[os.DirEntry[str]], *, in_order: bool) -> Iterator[tuple[str, FileState]]:
    for entry in entries:
        if is_left_out(entry.name):
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                yield from _states(entry.path, in_order=in_order)
            elif entry.is_file():
                status = entry.stat()
                yield entry.path, FileState(status.st_size, status.st_mtime_ns, status.st_ino)
        except OSError:
            continue
