"""A progress bar on a terminal, for work of over a second."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from bot.cli.output import show

SECONDS_WITHOUT_BAR = 1.0
STEPS = 1_000


class Progress:
    """The progress of some work, shown by `show_progress`."""

    def __init__(self, label: str, bars: ExitStack) -> None:
        self._label, self._bars = label, bars
        self._visible = sys.stderr.isatty()
        self._start, self._shown = time.monotonic(), 0
        self._bar: Any = None
        self._lines: list[tuple[str, bool]] = []

    def show(self, done: float) -> None:
        """Show which fraction is done, from 0 to 1."""
        if self._bar is None and self._visible and time.monotonic() - self._start > SECONDS_WITHOUT_BAR:
            bar = click.progressbar(length=STEPS, label=self._label, file=sys.stderr)
            self._bar = self._bars.enter_context(bar)
        if self._bar and int(done * STEPS) > self._shown:
            self._bar.update(int(done * STEPS) - self._shown)
            self._shown = int(done * STEPS)

    def warn(self, sentence: str) -> None:
        """Print a sentence to standard error, like `print`."""
        self.print(sentence, err=True)

    def print(self, line: str, *, err: bool = False) -> None:
        """Print a line, or delay it until the bar has ended."""
        if self._bar:
            self._lines.append((line, err))  # now it would break the bar
        else:
            show(line, err=err)

    def print_kept_lines(self) -> None:
        """Print the delayed lines."""
        for line, err in self._lines:
            show(line, err=err)


@contextmanager
def show_progress(label: str) -> Iterator[Progress]:
    """Show the progress of the block."""
    with ExitStack() as bars:
        progress = Progress(label, bars)
        bars.callback(progress.print_kept_lines)
        yield progress
