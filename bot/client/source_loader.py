"""Load the page sources at a start: few before the bot answers, many beside its first answers."""

import asyncio
import logging
import threading
from time import monotonic

from bot.corpus.generation import is_servable
from bot.database.connections import is_locked
from bot.errors import BigRunError, SourceError, WriteFailedError
from bot.ingest.folder_watch import are_at_most
from bot.ingest.loader import load_or_rebuild
from bot.ingest.sources import OnProgress, find_sources, ignore
from bot.settings import Settings

# Of page sources: more would delay the first answer, since all are read to find what changed.
MAX_FILES_FIRST, MAX_BYTES_FIRST = 300, 8 << 20
WAIT_SECONDS = 5.0  # so that the first answers after a start have the interpreter for themselves
WORK_SECONDS, MAX_REST_SECONDS = 0.002, 0.05
log = logging.getLogger(__name__)


class SourceLoader:
    """Load new page sources once. The corpus watcher notices what is loaded beside the answers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._is_waiting = False
        self._thread: asyncio.Future[None] | None = None
        self._closing = threading.Event()
        self._resumed = 0.0

    async def load_first(self) -> None:
        """Load the sources, unless they are many and there is a corpus to serve until they are loaded.

        Raises:
            SourceError, WriteFailedError: There is no corpus.
            DatabaseError: The corpus is unusable.
        """
        are_few = are_at_most(self._settings.sources, MAX_FILES_FIRST, MAX_BYTES_FIRST)
        self._is_waiting = not are_few and await is_servable(self._settings.corpus_path)
        if not self._is_waiting:
            await self.load()

    def load_rest(self) -> None:
        """Begin to load what `load_first` left, in a thread. Safe to repeat."""
        if self._is_waiting:
            self._is_waiting = False
            self._thread = asyncio.ensure_future(asyncio.to_thread(self._load_apart))

    async def aclose(self) -> None:
        """End a load between two of its steps."""
        self._is_waiting = False
        self._closing.set()
        if self._thread:
            await self._thread

    async def load(self, on_progress: OnProgress = ignore) -> None:
        """Load new page sources. If that fails, serve the corpus unchanged.

        Raises:
            SourceError, WriteFailedError: There is no corpus.
            DatabaseError: The corpus is unusable.
        """
        settings = self._settings
        if settings.corpus_path.exists() and is_locked(settings.corpus_path):
            log.warning("Another load is running. Serving the corpus as it is until then.")
            return
        try:
            files = []
            for file in find_sources(settings.sources):
                files.append(file)
                on_progress(0)
            report = await load_or_rebuild(files, settings, warn=log.warning, on_progress=on_progress)
        except (WriteFailedError, SourceError) as error:
            if not settings.corpus_path.exists():
                raise
            log.warning("%s Serving the corpus as it is.", error)
            return
        log.info("%s", report.summary())

    def _load_apart(self) -> None:
        if self._closing.wait(WAIT_SECONDS):
            return
        self._resumed = monotonic()
        try:
            asyncio.run(self.load(self._rest))
        except asyncio.CancelledError:
            log.info("Stopped before all page sources were read. The next start reads them again.")
        except BigRunError as error:
            log.warning("%s Serving the corpus as it was.", error)
        except Exception:  # nobody waits for it before the bot closes
            log.exception("The page sources could not be loaded.")

    def _rest(self, _: float) -> None:
        """Rest as long as was worked, so that answers get the interpreter. End the load if the bot closes."""
        worked = monotonic() - self._resumed
        if worked < WORK_SECONDS:
            return
        if self._closing.wait(min(worked, MAX_REST_SECONDS)):
            raise asyncio.CancelledError
        self._resumed = monotonic()
