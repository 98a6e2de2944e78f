"""Asks two parsers of Discord's markdown from npm what a message shows, over one process of Node.js.

They are installed with `npm ci` in the folder `node` beside this file.
"""

import json
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

FOLDER = Path(__file__).with_name("node")
"""Where the script, its lock file and its packages are."""

NAMES = ("discord-markdown-parser", "odiffey")
"""What each answer holds, by parser."""

_PACKAGES = ("discord-markdown-parser", "@odiffey/discord-markdown")


def available() -> str | None:
    """Returns why the parsers cannot be asked here, or None if they can."""
    if shutil.which("node") is None:
        return "Node.js is not installed"
    missing = [name for name in _PACKAGES if not (FOLDER / "node_modules" / name).is_dir()]
    return f"not installed: {', '.join(missing)}; run npm ci in {FOLDER.name}" if missing else None


class NodeRenderers:
    """A running process of Node.js that reads messages. Use as a context manager; not to be shared by threads."""

    def __enter__(self) -> Self:
        node = shutil.which("node")
        if node is None:
            raise FileNotFoundError("Node.js is not installed")
        self._process = subprocess.Popen(
            [node, str(FOLDER / "read.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=FOLDER
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._process.kill()
        self._process.communicate()

    def visible_all(self, texts: Sequence[str]) -> list[dict[str, str]]:
        """Returns, for each text, what each parser shows of it outside its spoiler tags.

        Raises:
            RuntimeError: The process ended before it had answered.
        """
        # A pipe holds little: without a second hand both sides would wait for each other.
        feeder = threading.Thread(target=_feed, args=(self._pipe(self._process.stdin), texts))
        feeder.start()
        answers = [line for _, line in zip(texts, self._pipe(self._process.stdout), strict=False)]
        feeder.join()
        if len(answers) < len(texts):
            raise RuntimeError(f"Node.js ended after {len(answers)} of {len(texts)} answers")
        return [json.loads(answer) for answer in answers]

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        if pipe is None:
            raise RuntimeError("the process has no pipes")
        return pipe


def _feed(pipe: IO[bytes], texts: Sequence[str]) -> None:
    try:
        for text in texts:
            pipe.write(json.dumps(text).encode() + b"\n")
        pipe.flush()
    except BrokenPipeError:
        return  # the reader of the answers says that the process ended
