"""How everything grows: `python -m tests.bench.growth [--most N] [--plot PNG] [--json PATH]`.

Makes and loads corpora of every size where they are not there (``.bench/``), and looks at each in a process of its own:
how long it takes to open, what memory it needs, how long searches and draws take. Tantivy's searches stand beside.
"""

import argparse
import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.loading import load
from bot.running import collect_seldom
from bot.settings import ROOT
from bot.sources import read_tables
from bot.store import Scope, open_corpus
from tests.bench import synthetic
from tests.bench.corpus import searched, timed
from tests.bench.measuring import at_hand, installed, keep, machine
from tests.bench.queries import Drawer

QUERIES, DRAWS = 60, 200


def loaded(examples: int) -> Path:
    """Returns a corpus of so many examples, made if it is not there."""
    path = synthetic.FOLDER / f"corpus-{examples}.db"
    if not path.exists():
        half = path.with_suffix(".half")
        half.unlink(missing_ok=True)
        asyncio.run(load([synthetic.folder(examples)], half, read_tables(ROOT / "data")))
        half.rename(path)
    return path


async def looked_at(path: Path) -> dict[str, Any]:
    """Returns what is measured of a corpus."""
    at_hand(path)
    begun = perf_counter()
    async with open_corpus(path) as corpus:
        opened = perf_counter() - begun
        collect_seldom()  # as the bot does
        await asyncio.sleep(0)
        draw = await timed(lambda: corpus.random(Scope()), DRAWS)
        search = await searched(corpus, Drawer(path).draw(QUERIES))
        # What drawing the searches takes is not the bot's: its memory is weighed in another process.
        return {"opened": opened * 1e3, "random": draw, "search": {name: row["p99"] for name, row in search.items()}}


async def weighed(path: Path) -> float:
    """Returns the memory that an open corpus takes, in MB."""
    before = _resident()
    async with open_corpus(path) as corpus:
        for words in ("the", "run*", '"of the"', "he ran", "horse", "she"):
            await corpus.search(words, Scope(), 1, 5)
        for _ in range(DRAWS):
            await corpus.random(Scope())
        return _resident() - before


def peers(path: Path) -> dict[str, float]:
    """Returns the p99 of tantivy's searches by class, in milliseconds, if it is installed."""
    if not installed("tantivy"):
        return {}
    from tests.bench import peer  # noqa: PLC0415 - only in the bench group

    return peer.searched(path, Drawer(path).draw(QUERIES))


def main() -> None:
    """Measures, prints, draws; or looks at one corpus, for the process that does all that."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=100_000, help="the largest corpus")
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw it there")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the results there")
    parser.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--weigh", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.look:
        print(json.dumps({**asyncio.run(looked_at(options.look)), "tantivy": peers(options.look)}))
    elif options.weigh:
        print(json.dumps(asyncio.run(weighed(options.weigh))))
    else:
        _all([size for size in synthetic.SIZES if size <= options.most], options.plot, options.json)


def _all(sizes: Sequence[int], plot: Path | None, path: Path | None) -> None:
    about = machine("tantivy", "matplotlib", "aiosqlite")
    results = {}
    for size in sizes:
        corpus = loaded(size)
        results[size] = {**_in_process("--look", corpus), "memory": _in_process("--weigh", corpus)}
        row = results[size]
        worst, peer = max(row["search"].values()), max(row["tantivy"].values(), default=0)
        print(
            f"{size:>9,}  open {row['opened']:7.1f} ms  random {row['random']:6.3f} ms  memory {row['memory']:5.1f} MB"
            f"  search p99 {worst:6.1f} ms  tantivy {peer:6.1f} ms"
        )
    keep(path, {**about, "results": results})
    if plot:
        _draw(results, plot)


def _in_process(option: str, corpus: Path) -> Any:
    command = [sys.executable, "-m", "tests.bench.growth", option, str(corpus)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return json.loads(done.stdout.splitlines()[-1])


def _draw(results: Mapping[int, Mapping[str, Any]], path: Path) -> None:
    # Only in the bench group.
    figures: Any = import_module("matplotlib.figure")
    sizes = list(results)
    figure = figures.Figure(figsize=(9, 6), layout="constrained")
    axes = list(chain.from_iterable(figure.subplots(2, 2)))
    lines: Mapping[str, Callable[[Mapping[str, Any]], float]] = {
        "search, p99 of the slowest class (ms)": lambda row: max(row["search"].values()),
        "a random example (ms)": lambda row: float(row["random"]),
        "opening the corpus (ms)": lambda row: float(row["opened"]),
        "memory of the open corpus (MB)": lambda row: float(row["memory"]),
    }
    for one, (title, value) in zip(axes, lines.items(), strict=True):
        one.plot(sizes, [value(results[size]) for size in sizes], marker="o", label="Big Run")
        one.set(title=title, xscale="log", xlabel="examples")
    peer = [max(results[size]["tantivy"].values(), default=0) for size in sizes]
    if any(peer):
        axes[0].plot(sizes, peer, marker="s", linestyle="--", label="tantivy")
        axes[0].legend()
    for one in axes:
        one.set_ylim(bottom=0)
    figure.savefig(path, dpi=110)


def _resident() -> float:
    rows = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(row.split()[1]) / 1000 for row in rows if row.startswith("VmRSS"))


if __name__ == "__main__":
    main()
