"""Two parsers of Discord's markdown from npm, in one Node.js process. `npm ci` in `node/` installs them."""

import json
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

FOLDER = Path(__file__).with_name("node")
NAMES = ("discord-markdown-parser", "odiffey")
PACKAGES = ("discord-markdown-parser", "@odiffey/discord-markdown")


def unavailable() -> str | None:
    """Return why the parsers cannot run here, or None if they can."""
    if shutil.which("node") is None:
        return "Node.js is not installed"
    missing = [name for name in PACKAGES if not (FOLDER / "node_modules" / name).is_dir()]
    return f"not installed: {', '.join(missing)}; run npm ci in {FOLDER.name}" if missing else None


class NodeRenderers:
    """A Node.js process that parses messages. Use as a context manager, in one thread only."""

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
        """Return what each parser shows of each text. Raise RuntimeError if the process ends too early."""
        # A pipe's buffer is small. Without a second thread, both sides would wait for each other.
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
        return  # visible_all reports that the process ended
