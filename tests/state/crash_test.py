"""Kills processes while they write and checks what is left: `python -m tests.state.crash_test`.

- A writer changes the state and acknowledges each change. After the kill, every acknowledged change must be there, and
  the running one completely or not at all.
- A drawer draws for many channels at once. Each channel must be at its acknowledged position, or one further.
- A loader loads a page into the corpus. Readers must find the old page or the new one, complete.

The seed decides what is written and when a process is killed, but not at which instruction. Power loss is not tested:
it depends on `synchronous = FULL` and the disk.
"""

import argparse
import asyncio
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from random import Random
from time import perf_counter

from bot.corpus.reader import open_corpus
from bot.corpus.scope import Scope
from bot.ingest.loader import load
from bot.ingest.site_tables import read_tables
from bot.settings import ROOT
from bot.state.base import Shuffle, State
from bot.state.location import open_state
from tests.state.crash_operations import Model, Plan, Stores, apply, empty_model, plan, read_model

CHANGES = 12  # per process
KILLS_PER_STATE = 10
MAX_DELAY_SECONDS = 0.008  # from an acknowledged change, or the start, to the kill
EXAMPLES = 60
CHANNELS, DRAWS = 16, 12

Ack = Callable[[int], object]


class DataLossError(AssertionError):
    """An acknowledged change is missing, or one is incomplete."""


def kill(work: Callable[[Ack], Coroutine[None, None, None]], after: int, seconds: float) -> bytes:
    """Run `work` in a child process and kill it some seconds after its acknowledgement number `after`.

    Return the acknowledgements, one byte each. Raise DataLossError if the child fails by itself.
    """
    for thread in threading.enumerate():  # a connection's, which has just been closed
        if thread is not threading.current_thread():
            thread.join()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            asyncio.run(work(lambda number: os.write(writing, bytes([number]))))
            status = 0
        except BaseException:  # noqa: BLE001 - the child must never continue as its parent
            traceback.print_exc()
        os._exit(status)
    os.close(writing)
    acknowledged = b""
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while len(acknowledged) < after and (byte := pipe.read(1)):
            acknowledged += byte
        kill_at = perf_counter() + seconds
        while perf_counter() < kill_at:
            pass
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        acknowledged += pipe.read()
    if status not in (0, signal.SIGKILL):
        raise DataLossError(f"the process ended by itself with status {status}")
    return acknowledged


def kill_writers(kills: int, seed: int, folder: Path, *, skip_writes: bool = False) -> Counter[str]:
    """Kill processes that write to the state and return counts of what happened.

    With `skip_writes`, changes are acknowledged but not made, which must raise DataLossError.
    """
    counts = Counter({"kills of writers": kills})
    path, model = folder / "none", empty_model()
    for number in range(kills):
        random = Random(f"{seed} {number}")
        if number % KILLS_PER_STATE == 0:
            path, model = folder / f"state-{number}.db", empty_model()
        steps = plan(random, CHANGES)

        async def write(ack: Ack, path: Path = path, steps: Plan = steps) -> None:
            async with open_state(path) as state:
                stores = Stores(state)
                for operation, arguments in steps:
                    if not skip_writes:
                        await operation.do(stores, *arguments)
                    ack(0)

        after = random.randrange(CHANGES)
        creates_state = not after and number % KILLS_PER_STATE == 0
        max_delay = 5 * MAX_DELAY_SECONDS if creates_state else MAX_DELAY_SECONDS
        acknowledged = len(kill(write, after, random.random() * max_delay))
        before = deepcopy(model)
        apply(steps[:acknowledged], before)
        model = deepcopy(before)
        apply(steps[acknowledged : acknowledged + 1], model)
        actual = _read_copy(path, folder)
        if actual not in (before, model):
            different = {table: before[table].items() ^ actual[table].items() for table in before}
            raise DataLossError(f"seed {seed}, kill {number}, rows of one state only: {different}")
        counts["changes acknowledged"] += acknowledged
        if before != model:
            counts["running changes complete" if actual == model else "running changes missing"] += 1
        model = actual
    return counts


def kill_drawers(kills: int, seed: int, folder: Path, *, skip_writes: bool = False) -> Counter[str]:
    """Kill processes that draw for many channels at once and return counts of what happened."""
    path, positions, counts = folder / "drawn.db", [0] * CHANNELS, Counter({"kills of drawers": kills})

    async def step(past: Shuffle | None) -> Shuffle:
        return past._replace(position=past.position + 1, revision=past.revision + 1) if past else Shuffle(1, 0, 1, 0, 1)

    async def write(ack: Ack) -> None:
        async def draw(state: State, channel: int) -> None:
            for _ in range(DRAWS):
                if not skip_writes:
                    await state.advance_shuffle(channel, "all", step)
                ack(channel)

        async with open_state(path) as state:
            await asyncio.gather(*(draw(state, channel) for channel in range(CHANNELS)))

    for number in range(kills):
        random = Random(f"{seed} draw {number}")
        acknowledged = kill(write, random.randrange(CHANNELS * DRAWS), random.random() * MAX_DELAY_SECONDS)
        shuffles = _read_copy(path, folder)["shuffle"]
        for channel in range(CHANNELS):
            position = int(shuffles.get((channel, "all"), (0,) * 3)[2])
            ahead = position - positions[channel] - acknowledged.count(channel)
            if ahead not in (0, 1):
                raise DataLossError(f"seed {seed}, draw {number}: channel {channel} is {ahead} draws ahead")
            positions[channel] = position
        counts["draws acknowledged"] += len(acknowledged)
    return counts


def _read_copy(path: Path, folder: Path) -> Model:
    """Read a copy of the state, so that the next process has to recover by itself."""
    for suffix in ("", "-wal"):
        copy = folder / f"copy.db{suffix}"
        copy.unlink(missing_ok=True)
        if (file := path.with_name(path.name + suffix)).exists():
            shutil.copyfile(file, copy)
    return read_model(folder / "copy.db")


def kill_loads(kills: int, seed: int, folder: Path) -> Counter[str]:
    """Kill processes that load new versions of a page and return counts of what happened."""
    counts = Counter({"kills of loads": kills})
    source, corpus, tables = folder / "SomeTrope.txt", folder / "corpus.db", read_tables(ROOT / "data")

    async def write(ack: Ack) -> None:
        ack(0)
        await load([source], corpus, tables)

    _write_page(source, 0)
    start = perf_counter()
    asyncio.run(write(lambda _: None))
    duration, version = perf_counter() - start, 0
    for number in range(1, kills + 1):
        random = Random(f"{seed} load {number}")
        _write_page(source, number)
        kill(write, 1, random.random() * 2 * duration)
        counts["loads that left a journal"] += corpus.with_name("corpus.db-journal").exists()
        actual = asyncio.run(_read_version(corpus))
        if actual not in (version, number):
            raise DataLossError(f"seed {seed}, load {number}: version {actual} instead of {version} or {number}")
        counts["loads complete" if actual == number else "loads missing"] += 1
        version = actual
    return counts


def _write_page(source: Path, version: int) -> None:
    rows = [f"* ''Film/Run{n}'': version{version} number{n} of a run. {'word ' * 300}" for n in range(EXAMPLES)]
    source.write_text("About.\n----\n[[folder:Film]]\n" + "\n".join(rows) + "\n[[/folder]]\n")


async def _read_version(corpus: Path) -> int:
    """Return the one version that the examples and a search agree on."""
    async with open_corpus(corpus) as reader:
        listing = await reader.page(Scope(), 1, 2 * EXAMPLES)
        [version] = {entry.example.parts[0].text.partition(": ")[2].split()[0] for entry in listing.entries}
        hits = (await reader.search(version, Scope(), 1, 1)).total
    with closing(sqlite3.connect(corpus)) as database:
        sound = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.execute("INSERT INTO visible_fts (visible_fts) VALUES ('integrity-check')")
    if (len(listing.entries), hits, sound) != (EXAMPLES, EXAMPLES, True):
        raise DataLossError(f"{version}: {len(listing.entries)} examples, {hits} found, sound: {sound}")
    return int(version.removeprefix("version"))


def main() -> int:
    """Run the campaign and return the exit status: 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=1000, help="kills of processes that write to the state")
    parser.add_argument("--loads", type=int, help="kills of processes that draw, and that load (default: N / 5)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skip-writes", action="store_true", help="acknowledge without writing, which must fail")
    options = parser.parse_args()
    loads = options.n // 5 if options.loads is None else options.loads
    start = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        try:
            counts = kill_writers(options.n, options.seed, Path(folder), skip_writes=options.skip_writes)
            counts += kill_drawers(loads, options.seed, Path(folder), skip_writes=options.skip_writes)
            counts += kill_loads(loads, options.seed, Path(folder))
        except DataLossError as error:
            print(f"LOST: {error}", file=sys.stderr)
            return 1
    summary = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    print(f"{summary}; {perf_counter() - start:.1f} s. Nothing lost.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
