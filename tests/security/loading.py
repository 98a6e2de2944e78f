"""Loads page sources and reports memory and touched files: `python -m tests.security.loading CORPUS PATH...`.

With `--worst` it measures instead what the worst pages cost, and fails if one costs too much (`make memory-test`).
"""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Any

from bot.ingest.loader import load
from bot.ingest.site_tables import read_tables
from bot.settings import ROOT
from tests.security.worst_pages import WORST_PAGES, WORST_SAVED_PAGES

AUDITED_EVENTS = {"open", "socket.connect", "subprocess.Popen", "os.system", "os.exec", "os.remove", "os.rename"}
# Of any accepted page, in MiB, seconds on two cores, and times its size.
MAX_PEAK, MAX_SECONDS, MAX_GROWTH = 250, 20, 12
FREE_BYTES = 2 << 20  # of the corpus of any page, however small


def peak_memory() -> int:
    """Return the peak memory of this process, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # ru_maxrss would include the memory of the parent before exec.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) >> 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> (20 if sys.platform == "darwin" else 10)


def main(corpus: str, *paths: str) -> None:
    """Print one JSON object: the report, the warnings, the peak memory and the touched files."""
    touched: list[str] = []
    warnings: list[str] = []
    tables = read_tables(ROOT / "data")
    sys.addaudithook(lambda event, values: touched.append(str(values[0])) if event in AUDITED_EVENTS else None)
    start_time = process_time()  # the machine may be busy
    report = asyncio.run(load([Path(path) for path in paths], Path(corpus), tables, warn=warnings.append))
    seconds = process_time() - start_time
    result = {"report": report.summary(), "warnings": warnings, "touched": list(touched), "peak": peak_memory()}
    print(json.dumps({**result, "seconds": seconds, "rejected": report.rejected}))


def load_in_process(corpus: Path, *paths: Path) -> dict[str, Any]:
    """Load page sources in a new process and return its report, warnings, peak memory and touched files."""
    command = [sys.executable, "-m", "tests.security.loading", str(corpus), *map(str, paths)]
    result = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=300, encoding="utf-8")
    return dict(json.loads(result.stdout))


def measure_worst_pages(names: Sequence[str]) -> int:
    """Print what it costs to load each of the worst pages. Return how many cost too much."""
    pages = {"nearly nothing": lambda: "* x", **WORST_PAGES, **WORST_SAVED_PAGES}
    bad = 0
    print(f"{'page':<28} {'KiB':>5} {'peak MiB':>8} {'seconds':>8} {'corpus':>8}")
    for name in names or pages:
        with tempfile.TemporaryDirectory() as folder:
            path, corpus = Path(folder) / "Page.txt", Path(folder) / "corpus.db"
            path.write_text(pages[name](), encoding="utf-8")
            result = load_in_process(corpus, path)
            size, stored = path.stat().st_size, corpus.stat().st_size
        growth = stored / size
        too_much = result["peak"] > MAX_PEAK or result["seconds"] > MAX_SECONDS
        too_much = too_much or stored > max(MAX_GROWTH * size, FREE_BYTES)
        bad += too_much
        problem = "TOO MUCH" if too_much else "refused" if result["rejected"] else ""
        figures = f"{size >> 10:>5} {result['peak']:>8} {result['seconds']:>8.1f} {growth:>7.1f}x"
        print(f"{name:<28} {figures} {problem}", flush=True)
    return bad


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worst"]:
        sys.exit(measure_worst_pages(sys.argv[2:]) > 0)
    else:
        main(*sys.argv[1:])
