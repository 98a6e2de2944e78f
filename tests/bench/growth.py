"""How everything grows: `python -m tests.bench.growth [--most N] [--plot PNG] [--json PATH]`.

Makes and loads corpora of every size where they are not there (``.bench/``), and looks at each in a process of its own:
how long searches and draws take, with tantivy's searches beside; how soon a bot answers that serves it, and what memory
that takes, with a bot beside that only sends.
"""

import argparse
import asyncio
import gc
import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.corpus.reader import open_corpus
from bot.corpus.scope import Scope
from bot.ingest.loader import load
from bot.ingest.sources import read_tables
from bot.settings import ROOT
from tests.bench import synthetic
from tests.bench.commands import NOOP, asked_on, bots_at, started
from tests.bench.corpus import searched, timed
from tests.bench.queries import Drawer
from tests.bench.timing import at_hand, installed, keep, machine

QUERIES, DRAWS = 60, 200
INTERACTIONS = 3_200


def loaded(examples: int) -> Path:
    """Return a corpus of so many examples, made if it is not there."""
    path = synthetic.FOLDER / f"corpus-{examples}.db"
    if not path.exists():
        half = path.with_suffix(".half")
        half.unlink(missing_ok=True)
        asyncio.run(load([synthetic.folder(examples)], half, read_tables(ROOT / "data")))
        half.rename(path)
    return path


async def looked_at(path: Path) -> dict[str, Any]:
    """Return what is measured of a corpus."""
    async with open_corpus(at_hand(path)) as corpus:
        gc.freeze()  # as the bot does
        draw = await timed(lambda: corpus.random(Scope()), DRAWS)
        search = await searched(corpus, Drawer(path).draw(QUERIES))
        return {"random": draw, "search": {name: row["p99"] for name, row in search.items()}, "tantivy": peers(path)}


async def served(corpora: Sequence[Path]) -> dict[str, dict[str, float]]:
    """Return after how many seconds bots answer, and how many MB they take when they were asked for a while."""
    bots = [*bots_at(corpora)]
    ready = await started(bots)
    results: dict[str, dict[str, float]] = {}
    for bot in bots:
        async with bot() as contender:
            await asked_on(contender, INTERACTIONS)
            results[contender.name] = {"start": statistics.median(ready[contender.name]), "memory": contender.memory()}
    return results


def peers(path: Path) -> dict[str, float]:
    """Return the p99 of tantivy's searches by class, in milliseconds, if it is installed."""
    if not installed("tantivy"):
        return {}
    from tests.bench import peer_bots  # noqa: PLC0415 - only in the bench group

    return peer_bots.searched(path, Drawer(path).draw(QUERIES))


def main() -> None:
    """Measures, prints, draws; or looks at one corpus, for the process that does all that."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=100_000, help="the largest corpus")
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw it there")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the results there")
    parser.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.look:
        print(json.dumps(asyncio.run(looked_at(options.look))))
    else:
        _all([size for size in synthetic.SIZES if size <= options.most], options.plot, options.json)


def _all(sizes: Sequence[int], plot: Path | None, path: Path | None) -> None:
    about = machine("tantivy", "matplotlib", "aiosqlite")
    corpora = {size: loaded(size) for size in sizes}
    bots = asyncio.run(served(list(corpora.values())))
    results = {size: {**_in_process(corpus), **bots[corpus.stem]} for size, corpus in corpora.items()}
    print(f"{NOOP:>9}  start {bots[NOOP]['start']:5.2f} s  memory {bots[NOOP]['memory']:5.1f} MB")
    for size, row in results.items():
        worst, peer = max(row["search"].values()), max(row["tantivy"].values(), default=0)
        print(
            f"{size:>9,}  start {row['start']:5.2f} s  memory {row['memory']:5.1f} MB  random {row['random']:6.3f} ms"
            f"  search p99 {worst:6.1f} ms  tantivy {peer:6.1f} ms"
        )
    keep(path, {**about, "results": results, NOOP: bots[NOOP]})
    if plot:
        _draw(results, bots[NOOP], plot)


def _in_process(corpus: Path) -> Any:
    command = [sys.executable, "-m", "tests.bench.growth", "--look", str(corpus)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return json.loads(done.stdout.splitlines()[-1])


def _draw(results: Mapping[int, Mapping[str, Any]], noop: Mapping[str, float], path: Path) -> None:
    # Only in the bench group.
    figures: Any = import_module("matplotlib.figure")
    figure = figures.Figure(figsize=(9, 6), layout="constrained")
    rows = results.values()
    best, tantivy = ([max(row[what].values(), default=0.0) for row in rows] for what in ("search", "tantivy"))
    drawn = {
        "search, p99 of the slowest class (ms)": {"Big Run": best, "tantivy": tantivy if any(tantivy) else []},
        "a random example (ms)": {"Big Run": [row["random"] for row in rows]},
        "start to first answer (s)": {"Big Run": [row["start"] for row in rows], NOOP: [noop["start"]] * len(rows)},
        "memory (MB)": {"Big Run": [row["memory"] for row in rows], NOOP: [noop["memory"]] * len(rows)},
    }
    for one, (title, lines) in zip(figure.subplots(2, 2).flat, drawn.items(), strict=True):
        for (name, values), look in zip(lines.items(), ("o-", "s--"), strict=False):
            one.plot(list(results)[: len(values)], values, look, label=name)
        one.set(title=title, xscale="log", xlabel="examples")
        one.set_ylim(bottom=0)
        one.legend()
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main()
