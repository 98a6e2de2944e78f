"""What a command costs: `python -m tests.bench.commands CORPUS... [--rounds N] [--then N] [--json PATH]`.

The bot runs at a Discord of our own on this machine, in a process of its own, over real sockets; a bot that only sends
the same cards (`noop.py`) runs beside it. All take turns in every round, so that a busy machine slows them all alike.
What is told: interactions a second with 32 under way, the CPU time of each, how soon answers come with one under way
and at 200 a second, how soon each answered after its start, and the memory of each process, fresh and after all that.
Ratios are medians of those of all rounds.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import Mock

from bot.components.custom_ids import Action, ExampleRequest
from bot.conversation.answers import Answers
from bot.corpus.reader import open_corpus
from bot.settings import ROOT
from cogs.examples import DEFAULT_TROPE
from tests.bench.timing import Spread, at_hand, keep, machine
from tests.loopback.guilds import CHANNEL, GUILD, TOKEN, Location, Member, pressed
from tests.loopback.interactions import COMPONENT, EPHEMERAL, SentInteraction
from tests.loopback.running import start
from tests.loopback.server import Discord, buttons, loopback

NOOP = "no-op"
TOGETHER, RATE = 32, 200
ASKED, ALONE, STEADY = 320, 40, 100  # interactions of a kind in a round
STARTS = 5
CHANNELS, MEMBERS, CROWD = 50, 1000, 10_000  # the crowd asks where nothing but memory is looked at
CHOICES = 12
WORDS = ("bridge", "horse", "train", "slow", "episode", "battle", "warn", "escape", "doctor", "benji")

Ask = Callable[[], Awaitable[SentInteraction]]


@dataclass
class Contender:
    """A bot that runs.

    Attributes:
        name: What it is called in the results.
        discord: Where it runs.
        pid: Its process.
        ready: Seconds from its start to its first answer.
        words: What is searched for.
        group: The command that its others stand under.
    """

    name: str
    discord: Discord
    pid: int
    words: Sequence[str]
    group: str
    ready: float = 0.0
    results: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def cpu(self) -> float:
        """Return how many seconds of CPU its process has used: those of all its threads, to the nanosecond."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text(encoding="ascii").split()[0]) for thread in threads) / 1e9

    def memory(self) -> float:
        """Return its resident memory, in MB."""
        rows = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        [row] = [row for row in rows if row.startswith("VmRSS")]
        return int(row.split()[1]) / 1000

    def note(self, kind: str, what: str, *figures: float) -> None:
        """Keep figures of a round."""
        self.results.setdefault(kind, {}).setdefault(what, []).extend(figures)


Bot = Callable[[], AbstractAsyncContextManager[Contender]]


class Members:
    """Asks, each time as another member."""

    def __init__(self, contender: Contender, count: int = MEMBERS, seed: int = 3) -> None:
        self._contender, self._discord, self._count = contender, contender.discord, count
        self._pick = random.Random(seed)
        self._numbers = itertools.count(1)
        self._list: dict[str, Any] = {}

    async def prepare(self) -> None:
        """Get a list whose pages can be turned."""
        slash, group = self._discord.slash, self._contender.group
        shown = await (await slash(f"{group} random", self._member(), self._place())).answer()
        if "Another" not in buttons(shown):
            raise AssertionError(f"{self._contender.name} answers with something else than an example.")
        listed = await slash(f"{group} medium", self._member(), self._place(), name="film")
        self._list = await listed.answer()

    def kinds(self) -> dict[str, Ask]:
        """Return what is asked, by name."""
        group, slash = self._contender.group, self._discord.slash
        return {
            "random": lambda: slash(f"{group} random", self._member(), self._place()),
            "medium": lambda: slash(f"{group} medium", self._member(), self._place(), name="film"),
            "search": lambda: slash(f"{group} search", self._member(), self._place(), words=self._word()),
            "autocompletion": lambda: self._discord.type(
                f"{group} search", "words", self._member(), self._place(), words=self._word()[:3]
            ),
            "▸": self._turn,
        }

    async def _turn(self) -> SentInteraction:
        who = self._member()
        # A copy of the list that this member has asked for: only then does a press change it.
        own = self._list | {"interaction_metadata": {**self._list["interaction_metadata"], "user": who.user}}
        label = next(label for label in buttons(own) if "▸" in label)
        return await self._discord.send(COMPONENT, pressed(buttons(own)[label], 2, None), who, self._place(), own)

    def _member(self) -> Member:
        number = next(self._numbers) % self._count
        return Member(400_000_000_000_000_001 + number, f"member{number}")

    def _place(self) -> Location:
        return Location(GUILD, CHANNEL + self._pick.randrange(CHANNELS))

    def _word(self) -> str:
        return self._pick.choice(self._contender.words)


async def crowded(contender: Contender, kind: str, ask: Ask) -> None:
    """Ask with 32 under way."""
    gate = asyncio.Semaphore(TOGETHER)

    async def one() -> None:
        async with gate:
            _, data, _ = await (await ask()).first_answer()
        # What nobody else sees is the plea for patience, unless a search found nothing: that costs next to nothing.
        if kind != "search" and data.get("flags", 0) & EPHEMERAL:
            raise AssertionError(f"{contender.name} refuses {kind}: its members ask too fast.")

    cpu, begun = contender.cpu(), perf_counter()
    await asyncio.gather(*(one() for _ in range(ASKED)))
    contender.note(kind, "per second", ASKED / (perf_counter() - begun))
    contender.note(kind, "cpu", (contender.cpu() - cpu) / ASKED * 1e3)


async def alone(contender: Contender, kind: str, ask: Ask) -> None:
    """Ask with one under way."""
    for _ in range(ALONE):
        begun = perf_counter()
        await (await ask()).first_answer()
        contender.note(kind, "alone", perf_counter() - begun)


async def steady(contender: Contender, kind: str, ask: Ask) -> None:
    """Ask 200 times a second, whatever is under way."""
    loop = asyncio.get_running_loop()
    begun = loop.time()

    async def one(number: int) -> None:
        await asyncio.sleep(begun + number / RATE - loop.time())
        asked_at = perf_counter()
        await (await ask()).first_answer()
        contender.note(kind, "steady", perf_counter() - asked_at)

    await asyncio.gather(*(one(number) for number in range(STEADY)))


async def cards_of(corpus: Path) -> dict[str, Any]:
    """Return what the bot sends that only sends: the card of an example, that of a list, and choices."""
    async with open_corpus(corpus) as opened:
        answers = Answers(opened, Mock())
        example = (await answers.by_number(DEFAULT_TROPE, 12)).card
        listed = (await answers.answer(ExampleRequest(Action.MEDIUM, DEFAULT_TROPE.ref, "film", page=1))).card
        choices = [work.title for work in await opened.suggest_works("b", DEFAULT_TROPE.name, CHOICES)]
        return {"example": example.to_components(), "listed": listed.to_components(), "choices": choices}


async def asked_on(contender: Contender, times: int) -> None:
    """Ask so many times more, of every kind in turn, as a crowd does, and keeps no figures."""
    figures, contender.results = contender.results, {}
    members = Members(contender, CROWD)
    await members.prepare()
    kinds = itertools.cycle(members.kinds().items())
    for _ in range(times // ASKED):
        await crowded(contender, *next(kinds))
    contender.results = figures


@asynccontextmanager
async def running(
    name: str, words: Sequence[str], group: str, corpus: Path, packages: Sequence[str] = ()
) -> AsyncIterator[Contender]:
    """Run a bot in a process of its own for the time of the block; NOOP is the one that only sends."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        discord = await stack.enter_async_context(loopback())
        discord.rest.limited = False
        cards = folder / "cards.json"
        cards.write_text(json.dumps(await cards_of(corpus) if name == NOOP else {}), encoding="utf-8")
        begun = perf_counter()
        if name == NOOP:
            command = [str(Path(__file__).with_name("noop_bot.py")), discord.address, str(cards), TOKEN]
            process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT)
        else:
            path = os.pathsep.join([str(ROOT), *packages])
            extra = {"BIGRUN_CORPUS": str(corpus), "BIGRUN_LOG_LEVEL": "ERROR", "PYTHONPATH": path}
            process = await start(discord.address, folder, extra=extra)
        try:
            await discord.gateway.ready()
            contender = Contender(name, discord, process.pid, words, group)
            await (await discord.slash("bigrun random")).first_answer()
            contender.ready = perf_counter() - begun
            yield contender
        finally:
            process.terminate()
            await process.wait()


def bots_at(corpora: Sequence[Path], words: Sequence[str] = WORDS) -> Iterator[Bot]:
    """Yield the bot that only sends, and one for each corpus, the smallest first; `words` are for the large ones."""
    yield partial(running, NOOP, WORDS, "bigrun", corpora[0])
    for corpus in corpora:
        large = corpus.stat().st_size > 10_000_000
        searched, group = (words, "trope") if large else (WORDS, "bigrun")
        yield partial(running, corpus.stem, searched, group, at_hand(corpus))


async def started(bots: Iterable[Bot]) -> dict[str, list[float]]:
    """Start each bot several times, in turns; returns after how many seconds each answered."""
    ready: dict[str, list[float]] = {}
    for bot in [*bots] * STARTS:
        async with bot() as contender:
            ready.setdefault(contender.name, []).append(contender.ready)
    return ready


async def measure(
    corpora: Sequence[Path], rounds: int, words: Sequence[str], beside: Mapping[str, str], then: int = 0
) -> dict[str, Any]:
    """Return all results by contender.

    Args:
        corpora: What the bots serve, the smallest first.
        rounds: How often all take their turn.
        words: What is searched for in the large corpora.
        beside: Folders of packages, by name, for more bots at the smallest corpus.
        then: How many interactions more each answers before its memory is looked at.
    """
    bots = [*bots_at(corpora, words)]
    bots += [partial(running, name, WORDS, "bigrun", corpora[0], [packages]) for name, packages in beside.items()]
    ready = await started(bots)
    async with AsyncExitStack() as stack:
        contenders = [await stack.enter_async_context(bot()) for bot in bots]
        crowds = [Members(contender) for contender in contenders]
        fresh = {contender.name: contender.memory() for contender in contenders}
        for members in crowds:
            await members.prepare()
        asks = [members.kinds() for members in crowds]
        for turn in range(rounds + 1):
            # One kind after another: what is held against each other is measured within a second.
            for kind, measured in itertools.product(asks[0], (crowded, alone, steady) if turn else (crowded,)):
                for contender, ask in zip(contenders, asks, strict=True):
                    await measured(contender, kind, ask[kind])
            if not turn:
                for contender in contenders:
                    contender.results.clear()  # what is read the first time
        for contender in contenders:
            await asked_on(contender, then)
        noop = contenders[0].results
        return {
            one.name: {
                "ready": round(statistics.median(ready[one.name]), 2),
                "fresh memory": round(fresh[one.name], 1),
                "memory": round(one.memory(), 1),
                "kinds": {kind: _summed(figures, noop[kind]["cpu"]) for kind, figures in one.results.items()},
            }
            for one in contenders
        }


def _summed(figures: Mapping[str, Sequence[float]], noop: Sequence[float]) -> dict[str, float]:
    """Return what is told of a kind; `noop` is the CPU of the one that only sends, round by round."""
    alone, steady = Spread.of(figures["alone"]), Spread.of(figures["steady"])
    ratios = [cpu / least for cpu, least in zip(figures["cpu"], noop, strict=True)]
    return {
        "per second": round(statistics.median(figures["per second"])),
        "cpu": round(statistics.median(figures["cpu"]), 3),
        "of no-op": round(statistics.median(ratios), 2),
        "alone p50": alone.p50, "alone p99": alone.p99, "steady p50": steady.p50, "steady p99": steady.p99,
    }  # fmt: skip


def main() -> None:
    """Measures, prints, and writes the results as JSON where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="+", type=Path, metavar="CORPUS", help="the smallest first")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--then", type=int, default=0, help="interactions more before the memory is looked at")
    parser.add_argument("--words", nargs="*", default=WORDS, help="what is searched for in the large ones")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the results there")
    parser.add_argument(
        "--beside", nargs="*", default=[], metavar="NAME=FOLDER", help="packages that more bots run with"
    )
    options = parser.parse_args()
    about = machine("discord.py", "aiohttp", "aiosqlite", "orjson", "uvloop")
    results = asyncio.run(
        measure(
            options.corpora,
            options.rounds,
            options.words,
            dict(one.split("=", 1) for one in options.beside),
            options.then,
        )
    )
    print(f"{about['cpu']}, Python {about['python']}, load {about['load']}, {about['versions']}")
    print(f"{'':16} {'':15} {'CPU ms':>7} {'÷ no-op':>8} {'a second':>9} {'alone p50 p99':>16} {'200/s p50 p99':>16}")
    for name, result in results.items():
        for kind, row in result["kinds"].items():
            print(
                f"{name:16} {kind:15} {row['cpu']:7.2f} {row['of no-op']:8.2f} {row['per second']:9.0f}"
                f" {row['alone p50']:8.2f} {row['alone p99']:7.2f} {row['steady p50']:8.2f} {row['steady p99']:7.2f}"
            )
        print(
            f"{name:16} first answer after {result['ready']} s, {result['fresh memory']} MB, then {result['memory']} MB"
        )
    keep(options.json, {**about, "results": results})


if __name__ == "__main__":
    main()
