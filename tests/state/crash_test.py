"""Kills processes while they write, again and again, and looks at what is left: `python -m tests.state.crash_test`.

A process writes to the state and says after each change that it is done; it is killed at some moment. All it said must
be there, and of the change under way all or nothing. Another draws for many channels at once, which is written
together: each must have come as far as it was told, or one further. A third loads a page into the corpus; readers must
find the old page or the new one, whole. What is written, and when a process is to be killed, follows from the seed;
which instruction it is then at is up to the machine.

This kills processes, not machines: what a power cut does is up to `synchronous = FULL` and to the disk.
"""

import argparse
import asyncio
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
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
from bot.ingest.sources import read_tables
from bot.settings import ROOT
from bot.state.base import Shuffle, State
from bot.state.location import open_state
from tests.state.crash_operations import Model, Plan, Stores, empty, found, plan

LENGTH = 12  # changes a process is to make
FRESH = 10  # every so many kills begin with no state at all
MOST_SECONDS = 0.008  # from a change that was done, or the start, to the kill
EXAMPLES = 60
DONE = 0
CHANNELS, DRAWS = 16, 12

Ack = Callable[[int], None]


class Lost(AssertionError):  # noqa: N818 - the name says what was met
    """What was acknowledged is not there, or half of something is."""


def kill(work: Callable[[Ack], Coroutine[None, None, None]], after: int, seconds: float) -> bytes:
    """Run `work` in a child and kills it some seconds after it acknowledged so many times.

    Returns:
        What it had acknowledged when it died, a number below 256 each time.

    Raises:
        Lost: It failed by itself.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            asyncio.run(work(lambda what: _say(writing, what)))
            status = DONE
        except BaseException:  # noqa: BLE001 - whatever it is, the child never goes on as its parent
            traceback.print_exc()
        os._exit(status)
    os.close(writing)
    said = b""
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while len(said) < after and (one := pipe.read(1)):
            said += one
        until = perf_counter() + seconds
        while perf_counter() < until:
            pass
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        said += pipe.read()
    if status not in (DONE, signal.SIGKILL):
        raise Lost(f"the process ended by itself with status {status}")
    return said


def _say(pipe: int, what: int) -> None:
    os.write(pipe, bytes([what]))


def kill_writers(kills: int, seed: int, folder: Path, *, lie: bool = False) -> Counter[str]:
    """Kill processes that write to the state; returns how often what was met.

    Args:
        kills: How many.
        seed: Makes everything that is random.
        folder: Where the state is put.
        lie: Whether changes are acknowledged without being made, to see that it is noticed.

    Raises:
        Lost: Something acknowledged is not there.
    """
    met: Counter[str] = Counter()
    path, model = folder / "none", empty()
    for number in range(kills):
        random = Random(f"{seed} {number}")
        if number % FRESH == 0:
            path, model = folder / f"state-{number}.db", empty()
        steps = plan(random, LENGTH)

        async def write(ack: Ack, path: Path = path, steps: Plan = steps) -> None:
            async with open_state(path) as state:
                stores = Stores.of(state)
                for operation, values in steps:
                    if not lie:
                        await operation.do(stores, *values)
                    ack(0)

        after = random.randrange(LENGTH)
        said = len(
            kill(write, after, random.random() * (MOST_SECONDS if after or number % FRESH else 5 * MOST_SECONDS))
        )
        before = deepcopy(model)
        for operation, values in steps[:said]:
            operation.expect(before, *values)
        model = deepcopy(before)
        for operation, values in steps[said : said + 1]:
            operation.expect(model, *values)
        left = _left(path, folder)
        if left not in (before, model):
            raise Lost(f"seed {seed}, kill {number}: {_difference(before, left)}")
        met["changes acknowledged"] += said
        if before != model:
            met["change under way was whole" if left == model else "change under way was not there"] += 1
        model = left
    met["kills of writers"] = kills
    return met


def kill_drawers(kills: int, seed: int, folder: Path, *, lie: bool = False) -> Counter[str]:
    """Kill processes that draw for many channels at once; returns how often what was met.

    Raises:
        Lost: A channel has not come as far as was acknowledged, or further than that and the draw under way.
    """
    path, places, met = folder / "drawn.db", [0] * CHANNELS, Counter[str]()

    async def step(past: Shuffle | None) -> Shuffle:
        return past._replace(position=past.position + 1, revision=past.revision + 1) if past else Shuffle(1, 0, 1, 0, 1)

    async def write(ack: Ack) -> None:
        async def draw(state: State, channel: int) -> None:
            for _ in range(DRAWS):
                if not lie:
                    await state.advance_shuffle(channel, "all", step)
                ack(channel)

        async with open_state(path) as state:
            await asyncio.gather(*(draw(state, channel) for channel in range(CHANNELS)))

    for number in range(kills):
        random = Random(f"{seed} draw {number}")
        said = kill(write, random.randrange(CHANNELS * DRAWS), random.random() * MOST_SECONDS)
        rounds = _left(path, folder)["shuffle"]
        for channel in range(CHANNELS):
            place = int(rounds.get((channel, "all"), (0,) * 3)[2])
            further = place - places[channel] - said.count(channel)
            if further not in (0, 1):
                raise Lost(f"seed {seed}, draw {number}: channel {channel} is {further} further than was said")
            places[channel] = place
        met["draws acknowledged"] += len(said)
    met["kills of drawers"] = kills
    return met


def _left(path: Path, folder: Path) -> Model:
    """Return what a killed process left; looks at a copy, so that the next process has to recover by itself."""
    for side in ("", "-wal"):
        copy = folder / f"copy.db{side}"
        copy.unlink(missing_ok=True)
        if (file := path.with_name(path.name + side)).exists():
            shutil.copyfile(file, copy)
    return found(folder / "copy.db")


def _difference(expected: Model, left: Model) -> str:
    rows = [
        f"{table} {key}: expected {expected[table].get(key)}, found {left[table].get(key)}"
        for table in expected
        for key in {**expected[table], **left[table]}
        if expected[table].get(key) != left[table].get(key)
    ]
    return "; ".join(rows)[:1000]


def kill_loads(kills: int, seed: int, folder: Path) -> Counter[str]:
    """Kill processes that load a page, always a new version of it; returns how often what was met.

    Raises:
        Lost: A reader finds something else than one version, whole.
    """
    met: Counter[str] = Counter()
    source, corpus, tables = folder / "SomeTrope.txt", folder / "corpus.db", read_tables(ROOT / "data")

    async def write(ack: Ack) -> None:
        ack(0)
        await load([source], corpus, tables)

    _write(source, "0")
    began = perf_counter()
    asyncio.run(write(lambda _: None))
    lasts = perf_counter() - began
    version = 0
    for number in range(1, kills + 1):
        random = Random(f"{seed} load {number}")
        _write(source, str(number))
        kill(write, 1, random.random() * 2 * lasts)
        met["loads that left a journal"] += corpus.with_name("corpus.db-journal").exists()
        found_version = asyncio.run(_version(corpus))
        if found_version not in (version, number):
            raise Lost(f"seed {seed}, load {number}: version {found_version} instead of {version} or {number}")
        met["loads that were whole" if found_version == number else "loads that were not there"] += 1
        version = found_version
    met["kills of loads"] = kills
    return met


def _write(source: Path, version: str) -> None:
    rows = [
        f"* ''Film/Run{number}'': version{version} number{number} of a run. {'word ' * 300}"
        for number in range(EXAMPLES)
    ]
    source.write_text("About.\n----\n[[folder:Film]]\n" + "\n".join(rows) + "\n[[/folder]]\n")


async def _version(corpus: Path) -> int:
    """Return the one version that a reader finds, in the examples and by searching."""
    async with open_corpus(corpus) as reader:
        listing = await reader.page(Scope(), 1, 2 * EXAMPLES)
        versions = {entry.example.parts[0].text.split()[1] for entry in listing.entries}
        [version] = versions
        hits = (await reader.search(version, Scope(), 1, 1)).total
    with closing(sqlite3.connect(corpus)) as database:
        sound = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.execute("INSERT INTO visible_fts (visible_fts) VALUES ('integrity-check')")
    if (len(listing.entries), hits, sound) != (EXAMPLES, EXAMPLES, True):
        raise Lost(f"{version}: {len(listing.entries)} examples, {hits} found, sound: {sound}")
    return int(version.removeprefix("version"))


def main() -> int:
    """Run the campaign; exit status 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=1000, help="kills of processes that write to the state")
    parser.add_argument(
        "--loads", type=int, help="kills of processes that draw, and of such as load; a fifth of N unless said"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lie", action="store_true", help="acknowledge without writing, to see that it is noticed")
    given = parser.parse_args()
    loads = given.n // 5 if given.loads is None else given.loads
    began = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        try:
            met = kill_writers(given.n, given.seed, Path(folder), lie=given.lie)
            met += kill_drawers(loads, given.seed, Path(folder), lie=given.lie)
            met += kill_loads(loads, given.seed, Path(folder))
        except Lost as lost:
            print(f"LOST: {lost}", file=sys.stderr)
            return 1
    print(
        ", ".join(f"{count:,} {what}" for what, count in met.items())
        + f"; {perf_counter() - began:.1f} s. Nothing lost."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
