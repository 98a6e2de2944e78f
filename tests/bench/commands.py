"""Measures commands: `python -m tests.bench.commands CORPUS... [--rounds N] [--then N] [--tls] [--json PATH]`.

Each bot runs in a subprocess, over real sockets, against our own Discord on this machine. A bot that only sends the
same cards (`noop_bot.py`) runs beside it. All take turns in each round, so that a busy machine slows all of them.
Measured are: interactions per second and CPU time with 32 concurrent requests, latency one at a time and at 200 per
second, time from a restart to the first answer, the first answers with the corpus out of the file cache, and memory
before and after. Ratios are medians over the rounds, with their quartiles.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import ssl
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import Mock

from bot.components.custom_ids import Action, ExampleRequest
from bot.conversation.answers import Answers
from bot.corpus.reader import open_corpus
from bot.settings import ROOT
from cogs.command_base import DEFAULT_TROPE
from tests.bench.timing import Spread, cool_file, machine_info, quartiles, warm_file, write_json
from tests.loopback.guilds import CHANNEL, GUILD, TOKEN, Location, Member, pressed
from tests.loopback.interactions import COMPONENT, EPHEMERAL, SentInteraction
from tests.loopback.running import start
from tests.loopback.server import Discord, buttons, loopback

NOOP = "no-op"
NOOP_SCRIPTS = {NOOP: "noop_bot.py", "disnake": "peer_disnake.py"}
CONCURRENCY, RATE = 32, 200
CONCURRENT, SEQUENTIAL, STEADY = 320, 40, 100  # requests of a kind in a round
STARTS = 5
CHANNELS, MEMBERS, WARM_UP_MEMBERS = 50, 1000, 10_000
CHOICES = 12
BYTES_OF_ONE_TROPE = 1_000_000  # a larger corpus has several, for /trope
WORDS = ("bridge", "horse", "train", "slow", "episode", "battle", "warn", "escape", "doctor", "benji")

Request = Callable[[], Awaitable[SentInteraction]]


@dataclass
class Contender:
    """A running bot; `words` are its search queries, `group` its command group, `ready` its seconds to first answer."""

    name: str
    discord: Discord
    pid: int
    words: Sequence[str]
    group: str
    corpus: Path
    ready: float = 0.0
    results: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def cpu(self) -> float:
        """Return the CPU seconds of all its threads, to the nanosecond."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text(encoding="ascii").split()[0]) for thread in threads) / 1e9

    def memory(self) -> float:
        """Return its resident memory, in MB."""
        rows = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        [row] = [row for row in rows if row.startswith("VmRSS")]
        return int(row.split()[1]) / 1000

    def record(self, kind: str, figure: str, *figures: float) -> None:
        """Add figures of a round."""
        self.results.setdefault(kind, {}).setdefault(figure, []).extend(figures)


Bot = Callable[..., AbstractAsyncContextManager[Contender]]


class Members:
    """Send requests, each as the next member."""

    def __init__(self, contender: Contender, count: int = MEMBERS, seed: int = 3) -> None:
        self._contender, self._discord, self._count = contender, contender.discord, count
        self._pick = random.Random(seed)
        self._numbers = itertools.count(1)
        self._list: dict[str, Any] = {}

    async def prepare(self) -> None:
        """Request a list, whose buttons are pressed later."""
        slash, group = self._discord.slash, self._contender.group
        shown = await (await slash(f"{group} random", self._member(), self._location())).answer()
        if "Another" not in buttons(shown):
            raise AssertionError(f"{self._contender.name} did not answer with an example.")
        listed = await slash(f"{group} medium", self._member(), self._location(), name="film")
        self._list = await listed.answer()

    def requests(self) -> dict[str, Request]:
        """Return the requests by kind."""
        group, slash = self._contender.group, self._discord.slash
        return {
            "random": lambda: slash(f"{group} random", self._member(), self._location()),
            "medium": lambda: slash(f"{group} medium", self._member(), self._location(), name="film"),
            "search": lambda: slash(f"{group} search", self._member(), self._location(), words=self._word()),
            "autocompletion": lambda: self._discord.type(
                f"{group} search", "words", self._member(), self._location(), words=self._word()[:3]
            ),
            "▸": self._turn,
        }

    async def _turn(self) -> SentInteraction:
        member = self._member()
        # Only the member who requested a list can turn its pages, so send a copy of it.
        own = self._list | {"interaction_metadata": {**self._list["interaction_metadata"], "user": member.user}}
        label = next(label for label in buttons(own) if "▸" in label)
        return await self._discord.send(COMPONENT, pressed(buttons(own)[label], 2, None), member, self._location(), own)

    def _member(self) -> Member:
        number = next(self._numbers) % self._count
        return Member(400_000_000_000_000_001 + number, f"member{number}")

    def _location(self) -> Location:
        return Location(GUILD, CHANNEL + self._pick.randrange(CHANNELS))

    def _word(self) -> str:
        return self._pick.choice(self._contender.words)


async def measure_concurrent(contender: Contender, kind: str, request: Request) -> None:
    """Send requests, 32 at a time."""
    semaphore = asyncio.Semaphore(CONCURRENCY)

    async def send() -> None:
        async with semaphore:
            _, data, _ = await (await request()).first_answer()
        # An ephemeral answer is the rate limit's, except for a search without matches.
        if kind != "search" and data.get("flags", 0) & EPHEMERAL:
            raise AssertionError(f"{contender.name} refuses {kind}: too many requests per member.")

    cpu, start_time = contender.cpu(), perf_counter()
    await asyncio.gather(*(send() for _ in range(CONCURRENT)))
    contender.record(kind, "per second", CONCURRENT / (perf_counter() - start_time))
    contender.record(kind, "cpu", (contender.cpu() - cpu) / CONCURRENT * 1e3)


async def measure_sequential(contender: Contender, kind: str, request: Request) -> None:
    """Send requests one at a time."""
    for _ in range(SEQUENTIAL):
        start_time = perf_counter()
        await (await request()).first_answer()
        contender.record(kind, "alone", perf_counter() - start_time)


async def measure_steady(contender: Contender, kind: str, request: Request) -> None:
    """Send 200 requests per second, without waiting for answers."""
    loop = asyncio.get_running_loop()
    first_at = loop.time()

    async def send(number: int) -> None:
        await asyncio.sleep(first_at + number / RATE - loop.time())
        start_time = perf_counter()
        await (await request()).first_answer()
        contender.record(kind, "steady", perf_counter() - start_time)

    await asyncio.gather(*(send(number) for number in range(STEADY)))


async def measure_cold(bots: Iterable[Bot]) -> dict[str, dict[str, float]]:
    """Return the milliseconds of first answers after a start, with the corpus out of the file cache."""
    seconds: dict[str, dict[str, list[float]]] = {}
    for bot in [*bots] * STARTS:
        async with bot() as contender:
            members = Members(contender)
            await members.prepare()
            for kind, request in members.requests().items():
                cool_file(contender.corpus)
                start_time = perf_counter()
                await (await request()).first_answer()
                seconds.setdefault(contender.name, {}).setdefault(kind, []).append(perf_counter() - start_time)
    return {name: {kind: Spread.of(rows).p50 for kind, rows in kinds.items()} for name, kinds in seconds.items()}


async def noop_cards(corpus: Path) -> dict[str, Any]:
    """Return what the no-op bot sends: the card of an example, the card of a list, and autocomplete choices."""
    async with open_corpus(corpus) as opened:
        answers = Answers(opened, Mock())
        example = (await answers.by_number(DEFAULT_TROPE, 12)).card
        listed = (await answers.answer(ExampleRequest(Action.MEDIUM, DEFAULT_TROPE.ref, "film", page=1))).card
        choices = [work.title for work in await opened.suggest_works("b", DEFAULT_TROPE.name, CHOICES)]
        return {"example": example.components, "listed": listed.components, "choices": choices}


async def warm_up(contender: Contender, times: int) -> None:
    """Send requests of every kind in turn from many members, without recording figures."""
    figures, contender.results = contender.results, {}
    members = Members(contender, WARM_UP_MEMBERS)
    await members.prepare()
    requests = itertools.cycle(members.requests().items())
    for _ in range(times // CONCURRENT):
        await measure_concurrent(contender, *next(requests))
    contender.results = figures


@asynccontextmanager
async def running(
    name: str,
    words: Sequence[str],
    group: str,
    corpus: Path,
    *,
    packages: Sequence[str] = (),
    authority: Any = None,
    pages: Path | None = None,
    home: Path | None = None,
) -> AsyncIterator[Contender]:
    """Run a bot in a subprocess during the block. Those of NOOP_SCRIPTS only send.

    An `authority` makes it use TLS. `pages` are its sources. Its state is in `home`, or in a new folder.
    """
    async with AsyncExitStack() as stack:
        folder = home or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        discord = await stack.enter_async_context(loopback(tls=authority and server_context(authority)))
        trust = {}
        if authority:
            authority.cert_pem.write_to_path(str(folder / "ca.pem"))
            trust = {"SSL_CERT_FILE": str(folder / "ca.pem")}
        discord.rest.limited = False
        path = os.pathsep.join([str(ROOT), *packages])
        script = NOOP_SCRIPTS.get(name)
        cards = folder / "cards.json"
        cards.write_text(json.dumps(await noop_cards(corpus) if script else {}), encoding="utf-8")
        start_time = perf_counter()
        if script:
            command = [str(Path(__file__).with_name(script)), discord.address, str(cards), TOKEN]
            environment = {**os.environ, "PYTHONPATH": path, **trust}
            process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT, env=environment)
        else:
            extra = {"BIGRUN_CORPUS": str(corpus), "BIGRUN_LOG_LEVEL": "ERROR", "PYTHONPATH": path, **trust}
            extra |= {"BIGRUN_PAGES": str(pages)} if pages else {}
            process = await start(discord.address, folder, extra=extra)
        try:
            await discord.gateway.ready()
            contender = Contender(name, discord, process.pid, words, group, corpus)
            await (await discord.slash("bigrun random")).first_answer()
            contender.ready = perf_counter() - start_time
            yield contender
        finally:
            process.terminate()
            await process.wait()


def server_context(authority: Any) -> ssl.SSLContext:
    """Return what proves to those who trust an authority that this machine is Discord."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def bots_at(corpora: Sequence[Path], words: Sequence[str] = WORDS) -> Iterator[Bot]:
    """Yield the no-op bot and a bot for each corpus. `words` are the search queries of those with several tropes."""
    yield partial(running, NOOP, WORDS, "bigrun", corpora[0])
    for corpus in corpora:
        of_several = corpus.stat().st_size > BYTES_OF_ONE_TROPE
        searched, group = (words, "trope") if of_several else (WORDS, "bigrun")
        yield partial(running, corpus.stem, searched, group, warm_file(corpus))


async def measure_starts(bots: Iterable[Bot]) -> dict[str, list[float]]:
    """Start each bot several times, in turns, and return the seconds to each first answer, but of its first start."""
    ready: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        homes = [(bot, Path(folder, str(number))) for number, bot in enumerate(bots)]
        for bot, home in homes * (1 + STARTS):
            home.mkdir(exist_ok=True)
            async with bot(home=home) as contender:
                ready.setdefault(contender.name, []).append(contender.ready)
    return {name: seconds[1:] for name, seconds in ready.items()}


async def measure(
    corpora: Sequence[Path],
    rounds: int,
    words: Sequence[str],
    beside: Mapping[str, str],
    *,
    then: int = 0,
    authority: Any = None,
) -> dict[str, Any]:
    """Return all results by contender.

    Args:
        corpora: The corpora, smallest first.
        rounds: How often every contender takes its turn.
        words: The search queries for the large corpora.
        beside: Folders of packages, by name, for more bots with the smallest corpus.
        then: How many more requests each bot answers before its memory is measured.
        authority: Of `trustme`, if the bots are to use TLS.
    """
    bots = [*bots_at(corpora, words)]
    bots += [
        partial(running, name, WORDS, "bigrun", corpora[0], packages=[packages]) for name, packages in beside.items()
    ]
    bots = [partial(bot, authority=authority) for bot in bots]
    ready, cold = await measure_starts(bots), await measure_cold(bots)
    async with AsyncExitStack() as stack:
        contenders = [await stack.enter_async_context(bot()) for bot in bots]
        senders = [Members(contender) for contender in contenders]
        fresh = {contender.name: contender.memory() for contender in contenders}
        for members in senders:
            await members.prepare()
        requests = [members.requests() for members in senders]
        for round_number in range(rounds + 1):
            # Kind by kind, so that figures to be compared are measured within a second.
            measurements = [measure_concurrent, *([measure_sequential, measure_steady] if round_number else [])]
            for kind, measurement in itertools.product(requests[0], measurements):
                for contender, by_kind in zip(contenders, requests, strict=True):
                    await measurement(contender, kind, by_kind[kind])
            if not round_number:
                for contender in contenders:
                    contender.results.clear()  # the first round fills caches
        for contender in contenders:
            await warm_up(contender, then)
        noop = contenders[0].results
        return {
            bot.name: {
                "ready": round(statistics.median(ready[bot.name]), 2),
                "fresh memory": round(fresh[bot.name], 1),
                "memory": round(bot.memory(), 1),
                "cold": cold[bot.name],
                "kinds": {kind: _summary(figures, noop[kind]["cpu"]) for kind, figures in bot.results.items()},
            }
            for bot in contenders
        }


def _summary(figures: Mapping[str, Sequence[float]], noop: Sequence[float]) -> dict[str, float]:
    """Return the figures of a kind. `noop` is the CPU time of the no-op bot, round by round."""
    alone, steady = Spread.of(figures["alone"]), Spread.of(figures["steady"])
    lower, middle, upper = quartiles([cpu / one for cpu, one in zip(figures["cpu"], noop, strict=True)])
    return {
        "per second": round(statistics.median(figures["per second"])),
        "cpu": round(statistics.median(figures["cpu"]), 3),
        "of no-op from": round(lower, 2), "of no-op": round(middle, 2), "of no-op to": round(upper, 2),
        "alone p50": alone.p50, "alone p99": alone.p99, "steady p50": steady.p50, "steady p99": steady.p99,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="+", type=Path, metavar="CORPUS", help="smallest first")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--then", type=int, default=0, help="more requests before memory is measured")
    parser.add_argument("--words", nargs="*", default=WORDS, help="search queries for corpora of several tropes")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the results as JSON")
    parser.add_argument(
        "--beside", nargs="*", default=[], metavar="NAME=FOLDER", help="packages for more bots, or for a peer's no-op"
    )
    parser.add_argument("--tls", action="store_true", help="connect as to the real Discord (needs trustme)")
    options = parser.parse_args()
    machine = machine_info("discord.py", "aiohttp", "aiosqlite", "orjson", "zstandard", "uvloop")
    beside = dict(pair.split("=", 1) for pair in options.beside)
    authority = import_module("trustme").CA() if options.tls else None
    measured = measure(options.corpora, options.rounds, options.words, beside, then=options.then, authority=authority)
    results = asyncio.run(measured)
    print(f"{machine['cpu']}, Python {machine['python']}, load {machine['load']}, {machine['versions']}")
    print("\n".join(table(results)))
    write_json(options.json, {**machine, "tls": options.tls, "results": results})


def table(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield the rows of a table of all results. Latencies are in milliseconds."""
    yield (
        f"{'':16} {'':15} {'CPU ms':>7} {'÷ no-op (quartiles)':>20} {'a second':>9} {'alone p50 p99':>16} "
        f"{'200/s p50 p99':>16} {'cold':>7}"
    )
    for name, result in results.items():
        for kind, row in result["kinds"].items():
            yield (
                f"{name:16} {kind:15} {row['cpu']:7.2f} {row['of no-op']:7.2f}"
                f" ({row['of no-op from']:.2f}–{row['of no-op to']:.2f}) {row['per second']:9.0f}"
                f" {row['alone p50']:8.2f} {row['alone p99']:7.2f} {row['steady p50']:8.2f} {row['steady p99']:7.2f}"
                f" {result['cold'][kind]:7.2f}"
            )
        memory = f"{result['fresh memory']} MB, then {result['memory']} MB"
        yield f"{name:16} first answer after {result['ready']} s, {memory}"


if __name__ == "__main__":
    main()
