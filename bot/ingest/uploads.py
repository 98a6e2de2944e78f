"""Keep uploaded files beside the corpus for an hour, so that a restart of the bot loses none."""

import re
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bot.errors import WriteFailedError
from bot.ingest.forms import MEBIBYTE

MAX_UPLOAD_BYTES = 10 * MEBIBYTE
MAX_UPLOADS = 5
MAX_AGE_SECONDS = 60 * 60
MAX_NAME_LENGTH = 100
_UPLOAD_ID = re.compile(r"[0-9a-f]{16}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class Uploads:
    """Files in a folder, each in a folder that is named by a random id. Its methods block: call them in a thread."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._clock = folder, clock

    def add(self, name: str, data: bytes) -> str:
        """Store a file whole or not at all, and return its id. Old files make room for it.

        Raises:
            WriteFailedError: It cannot be stored.
        """
        upload_id = secrets.token_hex(8)
        part = self._folder / f".{upload_id}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_room()
            part.mkdir()
            (part / safe_name(name)).write_bytes(data)
            part.rename(self._folder / upload_id)
        except OSError as error:
            shutil.rmtree(part, ignore_errors=True)
            raise WriteFailedError(f"The upload cannot be stored in {self._folder}: {error.strerror}.") from error
        return upload_id

    def find(self, upload_id: str) -> Path | None:
        """Return an upload's file, or None if there is none or it is too old."""
        folder = self._folder / upload_id
        if not _UPLOAD_ID.fullmatch(upload_id) or self._age(folder) > MAX_AGE_SECONDS:
            return None
        with suppress(OSError):
            return next(folder.iterdir(), None)
        return None

    def take(self, upload_id: str) -> Path | None:
        """Like `find`, but only once for each upload. `discard` or `put_back` it afterwards."""
        file = self.find(upload_id)
        taken = self._folder / f".{upload_id}"
        if file is None:
            return None
        try:
            file.parent.rename(taken)
        except OSError:
            return None  # another press was faster
        return taken / file.name

    def put_back(self, upload_id: str) -> None:
        """Let a taken upload be taken again."""
        with suppress(OSError):
            (self._folder / f".{upload_id}").rename(self._folder / upload_id)

    def discard(self, upload_id: str) -> None:
        """Delete an upload, taken or not."""
        if _UPLOAD_ID.fullmatch(upload_id):
            for name in (upload_id, f".{upload_id}"):
                shutil.rmtree(self._folder / name, ignore_errors=True)

    def _make_room(self) -> None:
        """Delete what is too old, and the oldest uploads if there would be too many with another."""
        newest_first = sorted(self._folder.iterdir(), key=self._age)
        for number, folder in enumerate(newest_first, 1):
            if number >= MAX_UPLOADS or self._age(folder) > MAX_AGE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)

    def _age(self, folder: Path) -> float:
        try:
            return self._clock() - folder.stat().st_mtime
        except OSError:
            return float("inf")


def safe_name(name: str) -> str:
    """Return the last part of a file's name, of harmless characters only."""
    last = re.split(r"[/\\]", name)[-1]
    return _UNSAFE.sub("_", last).lstrip(".")[-MAX_NAME_LENGTH:] or "page"
