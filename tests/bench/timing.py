"""Measuring and reporting: percentiles, event loop delays, the machine, JSON."""

import asyncio
import json
import os
import platform
import sqlite3
import statistics
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

TICK_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Spread:
    """Latencies in milliseconds."""

    times: int
    p50: float
    p95: float
    p99: float
    worst: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spread":
        """Summarize durations in seconds."""
        ordered = sorted(seconds)
        ranks = (statistics.median(ordered), _percentile(ordered, 0.95), _percentile(ordered, 0.99), ordered[-1])
        return cls(len(ordered), *(round(rank * 1e3, 3) for rank in ranks))


@dataclass(slots=True)
class Blocked:
    """The longest time that the event loop was blocked, in milliseconds."""

    worst: float = 0.0


@asynccontextmanager
async def watched_loop() -> AsyncIterator[Blocked]:
    """Measure during the block how long the event loop is blocked."""
    blocked = Blocked()

    async def watch() -> None:
        while True:
            start_time = perf_counter()
            await asyncio.sleep(TICK_SECONDS)
            blocked.worst = max(blocked.worst, (perf_counter() - start_time - TICK_SECONDS) * 1e3)

    task = asyncio.ensure_future(watch())
    try:
        yield blocked
    finally:
        task.cancel()


def machine_info(*packages: str) -> dict[str, Any]:
    """Return the machine, its load, and the versions of installed packages."""
    versions = {name: found for name in packages if (found := installed(name))}
    return {
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "machine": platform.platform(),
        "cpu": _cpu(),
        "load": [round(load, 1) for load in os.getloadavg()],
        "versions": versions,
    }


def installed(package: str) -> str | None:
    """Return a package's version, or None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def warm_file(path: Path) -> Path:
    """Read a file into the system's cache, so that no disk is measured. Return its path."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 20):
            pass
    return path


def cool_file(path: Path) -> None:
    """Drop a file from the system's cache, where the system can."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the lower quartile, the median and the upper quartile."""
    ordered = sorted(values)
    return _percentile(ordered, 0.25), statistics.median(ordered), _percentile(ordered, 0.75)


def write_json(path: Path | None, results: dict[str, Any]) -> None:
    """Write results as JSON, if there is a path."""
    if path:
        path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _percentile(ordered: Sequence[float], fraction: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))]


def _cpu() -> str:
    cpus = Path("/proc/cpuinfo")
    rows = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    return next((row.partition(":")[2].strip() for row in rows if row.startswith("model name")), platform.processor())
