"""Measures growth with the corpus: `python -m tests.bench.growth [--most N] [--wiki] [--plot PNG] [--json PATH]`.

Creates missing corpora of every size and measures each in a subprocess: searches and draws, with tantivy's searches for
comparison. Then measures the start time and memory of a bot for each corpus, and of a no-op bot.
"""

import argparse
import asyncio
import gc
import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.corpus.reader import open_corpus
from bot.corpus.scope import Scope
from bot.ingest.loader import load
from bot.ingest.site_tables import read_tables
from bot.settings import ROOT
from tests.bench import synthetic
from tests.bench.commands import NOOP, WORDS, bots_at, measure_starts, running, warm_up
from tests.bench.corpus import mean_milliseconds, measure_searches
from tests.bench.queries import Drawer
from tests.bench.timing import installed, machine_info, warm_file, write_json

QUERIES, DRAWS = 60, 200
INTERACTIONS = 3_200
TANTIVY_BYTES = 3 << 30  # the largest corpus that is indexed for comparison


def load_synthetic(examples: int, folder: Path, shape: synthetic.Shape) -> tuple[Path, Path]:
    """Return a corpus of `examples` examples and the folder of its pages. Create them if missing."""
    path, pages = folder / f"corpus-{examples}.db", synthetic.folder(examples, folder, shape=shape)
    if not path.exists():
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        asyncio.run(load([pages], partial, read_tables(ROOT / "data")))
        partial.rename(path)
    return path, pages


async def measure_corpus(path: Path) -> dict[str, Any]:
    """Return the figures of a corpus."""
    async with open_corpus(warm_file(path)) as corpus:
        gc.freeze()  # as the bot does
        draw = await mean_milliseconds(lambda: corpus.random(Scope()), DRAWS)
        search = await measure_searches(corpus, Drawer(path).draw(QUERIES))
        p99 = {name: row["p99"] for name, row in search.items()}
        return {"random": draw, "search": p99, "tantivy": measure_tantivy(path)}


async def measure_bots(corpora: Mapping[Path, Path], words: Sequence[str] = WORDS) -> dict[str, dict[str, float]]:
    """Return the seconds to the first answer of each bot, and its memory in MB after many requests.

    Args:
        corpora: The folder of the page sources of each corpus. A start with them looks for changes there.
        words: Words to search for.
    """
    bots = [*bots_at([*corpora], words)]
    with_pages = [
        partial(running, with_its_pages(path), WORDS, "trope", path, pages=pages) for path, pages in corpora.items()
    ]
    ready = await measure_starts([*bots, *with_pages])
    results: dict[str, dict[str, float]] = {}
    for bot in bots:
        async with bot() as contender:
            await warm_up(contender, INTERACTIONS)
            name = contender.name
            results[name] = {"start": statistics.median(ready[name]), "memory": contender.memory()}
            results[name]["start with pages"] = statistics.median(ready.get(with_its_pages(Path(name)), ready[name]))
    return results


def with_its_pages(corpus: Path) -> str:
    """Return what a bot is called that has the page sources of its corpus, and looks for changes in them."""
    return f"{corpus.stem} with pages"


def measure_tantivy(path: Path) -> dict[str, float]:
    """Return tantivy's p99 by class in milliseconds, or nothing if it is not installed or would take too long."""
    if not installed("tantivy") or path.stat().st_size > TANTIVY_BYTES:
        return {}
    from tests.bench import peer_bots  # noqa: PLC0415 - only in the bench group

    return peer_bots.measure_searches(path, Drawer(path).draw(QUERIES))


def main() -> None:
    """Measure and print every size. With `--measure`, measure one corpus for the parent process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=100_000, help="the largest corpus")
    parser.add_argument("--folder", type=Path, default=synthetic.FOLDER, help="where corpora are made or found")
    parser.add_argument("--wiki", action="store_true", help="pages as skewed as the wiki's")
    parser.add_argument("--plot", type=Path, metavar="PNG", help="write a plot")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the results as JSON")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(asyncio.run(measure_corpus(options.measure))))
        return
    shape = synthetic.WIKI if options.wiki else synthetic.FLAT
    sizes = [size for size in synthetic.SIZES if size <= options.most]
    corpora = {size: load_synthetic(size, options.folder.resolve(), shape) for size in sizes}
    _measure_all(corpora, options.plot, options.json)


def _measure_all(corpora: Mapping[int, tuple[Path, Path]], plot: Path | None, path: Path | None) -> None:
    machine = machine_info("tantivy", "matplotlib", "aiosqlite")
    bots = asyncio.run(measure_bots(dict(corpora.values())))
    results = {size: {**_measure_in_subprocess(corpus), **bots[corpus.stem]} for size, (corpus, _) in corpora.items()}
    print(f"{NOOP:>9}  start {bots[NOOP]['start']:5.2f} s  memory {bots[NOOP]['memory']:5.1f} MB")
    for size, row in results.items():
        worst, peer = max(row["search"].values()), max(row["tantivy"].values(), default=0)
        print(
            f"{size:>9,}  start {row['start']:5.2f} s, with pages {row['start with pages']:5.2f} s"
            f"  memory {row['memory']:5.1f} MB  random {row['random']:6.3f} ms"
            f"  search p99 {worst:6.1f} ms  tantivy {peer:6.1f} ms"
        )
    write_json(path, {**machine, "results": results, NOOP: bots[NOOP]})
    if plot:
        _plot(results, bots[NOOP], plot)


def _measure_in_subprocess(corpus: Path) -> Any:
    command = [sys.executable, "-m", "tests.bench.growth", "--measure", str(corpus)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return json.loads(result.stdout.splitlines()[-1])


def _plot(results: Mapping[int, Mapping[str, Any]], noop: Mapping[str, float], path: Path) -> None:
    # Only in the bench group.
    figures: Any = import_module("matplotlib.figure")
    figure = figures.Figure(figsize=(9, 6), layout="constrained")
    rows = results.values()
    best, tantivy = ([max(row[key].values(), default=0.0) for row in rows] for key in ("search", "tantivy"))
    tantivy = [value for value in tantivy if value]
    plots = {
        "search, p99 of the slowest class (ms)": {"Big Run": best, "tantivy": tantivy},
        "a random example (ms)": {"Big Run": [row["random"] for row in rows]},
        "start to first answer (s)": {"Big Run": [row["start"] for row in rows], NOOP: [noop["start"]] * len(rows)},
        "memory (MB)": {"Big Run": [row["memory"] for row in rows], NOOP: [noop["memory"]] * len(rows)},
    }
    for axes, (title, lines) in zip(figure.subplots(2, 2).flat, plots.items(), strict=True):
        for (name, values), style in zip(lines.items(), ("o-", "s--"), strict=False):
            axes.plot(list(results)[: len(values)], values, style, label=name)
        axes.set(title=title, xscale="log", xlabel="examples")
        axes.set_ylim(bottom=0)
        axes.legend()
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main()
