"""How times are taken, compared and printed: medians and percentiles, the machine, JSON."""

import asyncio
import json
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

_TICK = 0.002  # seconds


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in milliseconds."""

    times: int
    p50: float
    p95: float
    p99: float
    worst: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Spread":
        """Return the spread of measured times."""
        ordered = sorted(seconds)
        ranks = (statistics.median(ordered), _at(ordered, 0.95), _at(ordered, 0.99), ordered[-1])
        return cls(len(ordered), *(round(rank * 1e3, 3) for rank in ranks))


@dataclass(slots=True)
class Blocked:
    """For how long the event loop did nothing else, at worst, in milliseconds."""

    worst: float = 0.0


@asynccontextmanager
async def watched_loop() -> AsyncIterator[Blocked]:
    """Watch the event loop for the time of the block."""
    blocked = Blocked()

    async def watch() -> None:
        while True:
            begun = perf_counter()
            await asyncio.sleep(_TICK)
            blocked.worst = max(blocked.worst, (perf_counter() - begun - _TICK) * 1e3)

    task = asyncio.ensure_future(watch())
    try:
        yield blocked
    finally:
        task.cancel()


def machine(*packages: str) -> dict[str, Any]:
    """Return what was measured on, and which versions of the packages that are installed."""
    versions = {name: found for name in packages if (found := installed(name))}
    return {
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "machine": platform.platform(),
        "cpu": _cpu(),
        "load": [round(load, 1) for load in _load()],
        "versions": versions,
    }


def installed(package: str) -> str | None:
    """Return a package's version, or None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def at_hand(path: Path) -> Path:
    """Read a file, so that it is in the system's memory as after a load: no disk is measured. Returns its path."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 20):
            pass
    return path


def keep(path: Path | None, results: dict[str, Any]) -> None:
    """Write results as JSON, where a path is given."""
    if path:
        path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _cpu() -> str:
    cpus = Path("/proc/cpuinfo")
    rows = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    return next((row.partition(":")[2].strip() for row in rows if row.startswith("model name")), platform.processor())


def _load() -> Sequence[float]:
    load = Path("/proc/loadavg")
    return [float(part) for part in load.read_text(encoding="utf-8").split()[:3]] if load.exists() else []
