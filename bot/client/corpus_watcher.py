"""Serve what is loaded into the corpus while the bot runs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from discord.ext import tasks

from bot.conversation.services import Services, Serving
from bot.corpus.generation import Generation, read_generation
from bot.corpus.queries import FetchAll
from bot.corpus.reader import Corpus, open_corpus_snapshot
from bot.corpus.schema import CORPUS
from bot.database.file_identity import file_identity
from bot.database.snapshots import checkpoint, has_wal, open_current, set_journal_mode
from bot.errors import DatabaseError

POLL_SECONDS = 0.5
log = logging.getLogger(__name__)


class CorpusWatcher:
    """Replace the served corpus when it changed.

    A served corpus is a snapshot, so a load never changes an answer that is being made. Each process watches
    for itself.
    """

    def __init__(
        self,
        path: Path,
        serving: Serving,
        create_services: Callable[[Corpus], Services],
        on_change: Callable[[], Awaitable[None]],
    ) -> None:
        self._path, self._serving = path, serving
        self._create_services, self._on_change = create_services, on_change
        self._served: Generation | None = None
        self._reads_no_wal = False  # whether the snapshot is older than anything in the WAL
        self._current = AsyncExitStack()
        self._current_file: tuple[int, int] | None = None
        self._fetch_current: FetchAll
        self._polling = tasks.loop(seconds=POLL_SECONDS)(self._check_logged)
        self._last_error = ""

    async def open(self) -> None:
        """Serve the corpus as it is.

        Raises:
            DatabaseError: It is missing or cannot be used.
        """
        await self._serve()

    def start(self) -> None:
        """Watch the corpus from now on."""
        self._polling.start()

    async def aclose(self) -> None:
        """Stop watching, and close the corpus."""
        if task := self._polling.get_task():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._serving.aclose()
        await self._current.aclose()
        # Fails while others read the corpus. The last one leaves a single file.
        await set_journal_mode(self._path, "DELETE")

    async def check(self) -> None:
        """Serve the corpus if it changed since.

        Raises:
            DatabaseError: It cannot be used. What was served before still is.
        """
        generation = await self._read_generation()
        if generation != self._served:
            if generation.complete and await self._serve():
                corpus = self._serving.services.corpus
                log.info("The corpus changed: %d tropes, %d examples.", corpus.trope_count, corpus.example_count)
                await self._on_change()
        elif has_wal(self._path) and not self._serving.has_older:
            await self._empty_wal()

    async def _check_logged(self) -> None:
        try:
            await self.check()
            self._last_error = ""
        except Exception as error:  # an error would end the polling for good
            await self._close_current()
            if self._last_error == str(error):  # it recurs until the operator fixes it
                return
            self._last_error = str(error)
            if isinstance(error, DatabaseError):
                log.warning("%s Serving the corpus as it was.", error)
            else:
                log.exception("The corpus could not be checked for changes; retrying.")

    async def _read_generation(self) -> Generation:
        """Return the generation that is in the corpus now."""
        file = file_identity(self._path)
        if file is None or file != self._current_file:
            await self._close_current()
            pool = await self._current.enter_async_context(open_current(self._path, CORPUS))
            self._fetch_current, self._current_file = pool.fetch_all, file
        return await read_generation(self._fetch_current, self._path)

    async def _close_current(self) -> None:
        self._current_file = None
        await self._current.aclose()

    async def _serve(self) -> bool:
        """Serve a snapshot of this moment. Return whether it could: a load may just have begun."""
        async with AsyncExitStack() as resources:
            corpus, generation = await resources.enter_async_context(open_corpus_snapshot(self._path))
            if self._served and not generation.complete:
                return False
            self._serving.replace(self._create_services(corpus), resources.pop_all())
            self._served, self._reads_no_wal = generation, False
        return True

    async def _empty_wal(self) -> None:
        """Move what a load wrote from the WAL into the corpus, read it there, and empty the WAL: one step a call."""
        if self._reads_no_wal:
            await checkpoint(self._path, truncate=True)
        elif await checkpoint(self._path):
            before = self._served
            await self._serve()
            self._reads_no_wal = before == self._served
