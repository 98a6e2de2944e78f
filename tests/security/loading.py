"""Loads page sources in a process of its own, and tells what that cost and touched: `python -m … CORPUS PATH…`.

With `--soups` in the place of the paths it tells the memory of the worst pages that are let in: `make memory-test`.
"""

import asyncio
import json
import multiprocessing
import resource
import sys
import tempfile
from pathlib import Path

from bot.ingest.loader import load
from bot.ingest.sources import MAX_BYTES, MAX_LINES, read_tables
from bot.settings import ROOT

TOUCHES = {"open", "socket.connect", "subprocess.Popen", "os.system", "os.exec", "os.remove", "os.rename"}
# Each as much as is let in.
SOUPS = {
    "bullets": "* x\n" * (MAX_LINES - 1),
    "long bullets": "* ''Film/RunLolaRun'': they run [[spoiler:far]].\n" * (MAX_BYTES // 49),
    "styles": "* " + "''a'' b " * (MAX_BYTES // 8 - 1),
    "spoilers": "* " + "[[spoiler:a]] " * (MAX_BYTES // 14 - 1),
    "links": "* " + "Film/AaBb " * (MAX_BYTES // 10 - 1),
    "notes": "* " + "[[note]]a[[/note]]" * (MAX_BYTES // 18 - 1),
    "open spoilers": "* x\n* " + "[[spoiler:" * (MAX_BYTES // 10 - 1),
    "quotes": "* x\n-> y\n" * (MAX_LINES // 2 - 1),
    "deeper and deeper": "".join("*" * depth + " x\n" for depth in range(1, 2000)),
    "one word": "* " + "a" * (MAX_BYTES - 2),
}


def peak() -> int:
    """Return the most memory that this process had, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # What the system calls the maximum counts from before the program: the memory of the parent that was copied.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) >> 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> (20 if sys.platform == "darwin" else 10)


def main(corpus: str, *paths: str) -> None:
    """Print one JSON object: the report, the complaints, the peak of memory, and which files were touched."""
    touched: list[str] = []
    said: list[str] = []
    tables = read_tables(ROOT / "data")
    sys.addaudithook(lambda event, values: touched.append(str(values[0])) if event in TOUCHES else None)
    report = asyncio.run(load([Path(path) for path in paths], Path(corpus), tables, warn=said.append))
    done = {"report": report.summary(), "said": said, "touched": list(touched), "peak": peak()}
    print(json.dumps(done))


def soups() -> None:
    """Print the memory that each of SOUPS takes, beside that of an empty page."""
    for name, text in {"nearly nothing": "* x", **SOUPS}.items():
        process = multiprocessing.get_context("spawn").Process(target=_soup, args=(name, text))
        process.start()
        process.join()


def _soup(name: str, text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Soup.txt"
        path.write_text(text, encoding="utf-8")
        report = asyncio.run(load([path], Path(folder) / "corpus.db", read_tables(ROOT / "data")))
    print(f"{name:<20} {peak():>4} MiB  {report.summary()}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--soups"]:
        soups()
    else:
        main(*sys.argv[1:])
