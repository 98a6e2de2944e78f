"""Load what changes in folders, again and again."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bot.errors import DatabaseError, SourceError
from bot.ingest.folder_watch import FolderWatch, Look
from bot.ingest.loader import Warn
from bot.ingest.sources import SourceFile, files_in_folder

MIN_WAIT_SECONDS, MAX_WAIT_SECONDS = 1.0, 5.0
WAIT_PER_LOOK = 20  # so that looks at up to some 30,000 files need at most a twentieth of a core
RETRY_SECONDS = 30.0  # after the corpus could not be written
MAX_GONE_NAMED = 20

Load = Callable[[Sequence[SourceFile]], Awaitable[None]]
Forget = Callable[[Path], Sequence[str]]  # a file that is gone; returns the names of its pages
Wait = Callable[[float], Awaitable[None]]


class Watch:
    """Folders whose changed files are loaded."""

    def __init__(self, folders: Sequence[Path], load: Load, forget: Forget, warn: Warn) -> None:
        for folder in folders:
            if not folder.is_dir():
                raise SourceError(f"{folder} is no folder, and only folders can be watched.")
        self._folders = [FolderWatch(folder) for folder in folders]
        self._load, self._forget, self._warn = load, forget, warn
        self._last_error = ""

    async def run(self, wait: Wait = asyncio.sleep, cpu_seconds: Callable[[], float] = time.process_time) -> None:
        """Load changes until cancelled."""
        while True:
            start = cpu_seconds()
            looks = [folder.look() for folder in self._folders]
            cost = cpu_seconds() - start
            if not await self._follow(looks):
                await wait(RETRY_SECONDS)
            elif any(look.is_waiting for look in looks):
                await wait(MIN_WAIT_SECONDS)
            else:
                await wait(min(max(MIN_WAIT_SECONDS, WAIT_PER_LOOK * cost), MAX_WAIT_SECONDS))

    async def _follow(self, looks: Sequence[Look]) -> bool:
        """Load what is whole. Return False if that has to be tried again."""
        self._report_gone([path for look in looks for path in look.gone])
        pairs = zip(self._folders, looks, strict=True)
        files = [file for watch, look in pairs for path in look.whole for file in files_in_folder(watch.folder, path)]
        if files:
            try:
                await self._load(files)
                self._last_error = ""
            except (DatabaseError, SourceError) as error:
                if str(error) != self._last_error:
                    self._warn(f"{error} Trying again.")
                self._last_error = str(error)
                return False
        for watch, look in zip(self._folders, looks, strict=True):
            watch.take(look)
        return True

    def _report_gone(self, paths: Sequence[Path]) -> None:
        gone = [(path, names) for path in paths if (names := self._forget(path))]
        for path, names in gone[:MAX_GONE_NAMED]:
            pages = f"{names[0]} stays" if len(names) == 1 else f"Its {len(names):,} pages stay"
            self._warn(f"{path} is gone. {pages} in the corpus. To remove: bigrun remove {names[0]}")
        if len(gone) > MAX_GONE_NAMED:
            self._warn(f"And {len(gone) - MAX_GONE_NAMED:,} more files are gone.")
