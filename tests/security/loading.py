"""Loads page sources and reports memory and touched files: `python -m tests.security.loading CORPUS PATH...`.

With `--soups` it measures the memory of the worst accepted pages instead (`make memory-test`).
"""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.ingest.forms import MAX_BYTES, MAX_FILE_BYTES, MAX_LINES
from bot.ingest.loader import load
from bot.ingest.sources import read_tables
from bot.settings import ROOT

AUDITED_EVENTS = {"open", "socket.connect", "subprocess.Popen", "os.system", "os.exec", "os.remove", "os.rename"}
# Each is as large as a page source may be.
WORST_PAGES = {
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
ARTICLE = '<link rel="canonical" href="/pmwiki.php/Main/Page"><div id="main-article"><hr><ul><li>x</li></ul>{}</div>'
_LEFT = MAX_BYTES - len(ARTICLE)
# Each is as large as a saved web page may be, or has as many elements.
WORST_SAVED_PAGES: dict[str, Callable[[], str]] = {
    "saved bullets": lambda: ARTICLE.format("<li>x" * 249_000),
    "saved paragraphs": lambda: ARTICLE.format('<p>x<span class="spoiler">y</span>' * (_LEFT // 35)),
    "saved links": lambda: ARTICLE.format("<a title=/pmwiki.php/Main/AaBb>a</a>" * (_LEFT // 36)),
    "saved notes": lambda: ARTICLE.format("<span isnote=true>a</span>" * (_LEFT // 26)),
    "saved line breaks": lambda: ARTICLE.format("<br>x" * 249_000),
    "saved levels": lambda: ARTICLE.format("<b>" * 240_000),
    "saved attributes": lambda: ARTICLE.format("<p" + " a='b'" * (_LEFT // 6 - 2) + ">"),
    "saved images": lambda: ARTICLE.format(
        '<img src="data:image/png;base64,{}">'.format("A" * (MAX_FILE_BYTES - 1_000))
    ),
    "saved styles": lambda: "<style>" + "a{b:c}\n" * (MAX_FILE_BYTES // 7 - 100) + "</style>" + ARTICLE.format(""),
}


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
    report = asyncio.run(load([Path(path) for path in paths], Path(corpus), tables, warn=warnings.append))
    result = {"report": report.summary(), "warnings": warnings, "touched": list(touched), "peak": peak_memory()}
    print(json.dumps(result))


def load_in_process(corpus: Path, *paths: Path) -> dict[str, Any]:
    """Load page sources in a new process and return its report, warnings, peak memory and touched files."""
    command = [sys.executable, "-m", "tests.security.loading", str(corpus), *map(str, paths)]
    result = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=300, encoding="utf-8")
    return dict(json.loads(result.stdout))


def measure_worst_pages() -> None:
    """Print the memory that each of the worst pages takes, and that of a nearly empty page."""
    for name in ("nearly nothing", *WORST_PAGES, *WORST_SAVED_PAGES):
        text = WORST_SAVED_PAGES[name]() if name in WORST_SAVED_PAGES else WORST_PAGES.get(name, "* x")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "Page.txt"
            path.write_text(text, encoding="utf-8")
            result = load_in_process(Path(folder) / "corpus.db", path)
        print(f"{name:<20} {result['peak']:>4} MiB  {result['report']}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["--soups"]:
        measure_worst_pages()
    else:
        main(*sys.argv[1:])
