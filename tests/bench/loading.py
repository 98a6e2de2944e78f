"""Runs `bigrun load` in a separate process, and watches what it needs."""

import json
import resource
import sqlite3
import subprocess
import tempfile
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

from tests.cli_runner import BIGRUN, Cli

SAMPLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Load:
    """What a load needed. Memory is in MB.

    Attributes:
        processor: The processor seconds of all its processes. If they are much fewer than cores times seconds, the
            machine was busy.
        peak: Memory of the process itself.
        peak_of_all: Memory of all its processes. What they share counts several times.
        room: The most bytes that the corpus had on the disk, with its journal.
        report: What the load printed last, or nothing if it was killed.
    """

    seconds: float
    processor: float
    peak: float
    peak_of_all: float
    room: int
    report: dict[str, Any]


@dataclass
class Watch:
    """What a running load needs, sample by sample."""

    folder: Path
    own: list[float] = field(default_factory=list)
    everything: list[float] = field(default_factory=list)
    room: int = 0

    def sample(self, pid: int) -> None:
        own, *workers = [_memory(each) for each in _process_tree(pid)]
        self.own.append(own)
        self.everything.append(own + sum(workers))
        self.room = max(self.room, corpus_bytes(self.folder))


def run_load(folder: Path, pages: Path, kill_at: int | None = None) -> Load:
    """Load pages into the corpus of a folder. Kill the load when it has stored some pages."""
    watch, report = Watch(folder), {}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        command = [*BIGRUN, "load", "--json", str(pages)]
        began, used = perf_counter(), processor_seconds()
        with subprocess.Popen(command, env=Cli(folder).environment, stdout=output, cwd=folder) as process:
            while not _has_ended(process):
                if kill_at is not None and stored(folder)[0] >= kill_at:
                    process.kill()
                watch.sample(process.pid)
        seconds, processor = perf_counter() - began, processor_seconds() - used
        if process.returncode == 0:
            output.seek(0)
            report = json.loads(output.read().splitlines()[-1])
        elif kill_at is None:
            raise AssertionError(f"`bigrun load` ended with status {process.returncode}.")
    peaks = max(watch.own, default=0.0), max(watch.everything, default=0.0)
    return Load(seconds, processor, *peaks, watch.room, report)


def processor_seconds() -> float:
    """Return the processor time of all processes that this one waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def corpus_bytes(folder: Path) -> int:
    """Return the size of the corpus of a folder, with its journal."""
    files = [folder / f"corpus.db{ending}" for ending in ("", "-wal", "-shm", "-journal")]
    return sum(file.stat().st_size for file in files if file.exists())


def remove_corpus(folder: Path) -> None:
    """Remove the corpus of a folder, with its journal."""
    for file in folder.glob("corpus.db*"):
        file.unlink()


def stored(folder: Path) -> tuple[int, int]:
    """Return how many pages and examples the corpus of a folder has. None while a load keeps it locked."""
    counts = "SELECT (SELECT count(*) FROM page), (SELECT count(*) FROM example)"
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(_uri(folder), timeout=0, uri=True)) as database:
        [(pages, examples)] = database.execute(counts)
        return pages, examples
    return 0, 0


def _uri(folder: Path) -> str:
    return f"file:{quote(str(folder / 'corpus.db'))}?mode=rw"  # a killed load is rolled back, as the next one would


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(SAMPLE_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _process_tree(pid: int) -> list[int]:
    """Return a process and those that it started."""
    children = [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in _read(task).split()]
    return [pid, *(each for child in children for each in _process_tree(child))]


def _memory(pid: int) -> float:
    _, _, rest = _read(Path(f"/proc/{pid}/status")).partition("VmRSS:")
    return int(rest.split()[0]) / 1000 if rest else 0.0


def _read(path: Path) -> str:
    """Return what Linux says of a process, or nothing if it has ended."""
    try:
        return path.read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return ""
