"""Many members at once: `python -m tests.loopback.load` (`make load-test`).

Starts a Discord of our own and the real bot in a process of its own, asks so many times a second for so long, lets some
first answers fail on the way and the gateway let go now and then, and reports: how soon the answers came, whether any
came late, twice or never, and how the bot's memory went. It stays on 127.0.0.1, ends by itself, and exits with 1 if
anybody was not answered once and within three seconds. Figures are of the machine and the moment; nothing is judged by
them but those three seconds.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.loopback import fault_injection
from tests.loopback.guilds import Member
from tests.loopback.interactions import FIRST_ANSWER, SentInteraction
from tests.loopback.running import end_of, start
from tests.loopback.server import Discord, buttons, loopback

PASSING = {
    "500": fault_injection.BROKEN,
    "500, landed": fault_injection.BROKEN_BUT_LANDED,
    "429": fault_injection.TOO_OFTEN,
    "429 without Via": fault_injection.BANNED,
    "reset": fault_injection.RESET,
    "reset, landed": fault_injection.RESET_BUT_LANDED,
    "hang": fault_injection.HANG,
    "hang, landed": fault_injection.HANG_BUT_LANDED,
}
WAITED_FOR = 10.0  # seconds for the last ones
WATCHED = 2_000  # interactions that are watched for a second answer after their first
SAMPLES = 20
MEMBERS = 10_000  # who ask in turn, so that nobody asks too often
WORDS = ("bridge", "run*", "horse", '"slow motion"', "qqqq", "the")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked.

    Attributes:
        count: How many interactions.
        rate: How many a second; 0 is as many as are answered, `together` at a time.
        together: How many are under way at a time where there is no rate.
        faulty: Which share of first answers fails on the way, 0 to 1.
        drops: How many times the gateway cuts its connections.
        seed: What the choices are made from.
    """

    count: int
    rate: float = 0.0
    together: int = 32
    faulty: float = 0.01
    drops: int = 0
    seed: int = 1


@dataclass
class Report:
    """What came of it.

    Attributes:
        asked: How many interactions there were.
        never: How many got no answer that Discord took.
        late: How many got theirs after three seconds.
        thinking: How many were left with "thinking".
        twice: How many were answered by more than one message.
        faults: How many first answers failed in which way.
        delays: Seconds from each interaction to its first answer.
        seconds: How long it took.
        memory: The bot's resident memory in MiB, at even distances.
    """

    asked: int = 0
    never: int = 0
    late: int = 0
    thinking: int = 0
    twice: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)
    seconds: float = 0.0
    memory: list[float] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether everybody was answered, once and in time."""
        return self.asked > 0 and not (self.never or self.late or self.thinking or self.twice)

    def delay(self, share: float) -> float:
        """Returns the delay that a share of the answers kept below, in milliseconds."""
        return sorted(self.delays)[min(len(self.delays) - 1, int(share * len(self.delays)))] * 1000

    def lines(self) -> Iterator[str]:
        """Yields the report for a person."""
        yield f"{self.asked:,} interactions in {self.seconds:.1f} s ({self.asked / self.seconds:.0f} a second)"
        yield f"never answered {self.never}, late {self.late}, left thinking {self.thinking}, twice {self.twice}"
        delays = (self.delay(share) for share in (0.5, 0.99, 1))
        yield "first answer: median {:.1f} ms, 99 % {:.1f} ms, last {:.1f} ms".format(*delays)
        yield f"faults: {', '.join(f'{count} {name}' for name, count in sorted(self.faults.items())) or 'none'}"
        if self.memory:
            yield f"memory of the bot (MiB): {' '.join(f'{sample:.1f}' for sample in self.memory)}"


class Crowd:
    """Members who ask a bot at a loopback Discord, and what becomes of what they ask."""

    def __init__(self, discord: Discord, plan: Plan, memory: Callable[[], float] | None = None) -> None:
        """Takes where they ask, what, and what tells the bot's memory in MiB."""
        self.discord, self.plan, self.report = discord, plan, Report()
        self._memory = memory
        self._chance = random.Random(plan.seed)
        self._drops = {plan.count * (i + 1) // (plan.drops + 1) for i in range(plan.drops)}
        self._faulted: set[str] = set()
        self._watched: deque[SentInteraction] = deque()
        self._cards: deque[dict[str, Any]] = deque(maxlen=50)
        self._ways: list[Callable[[Member], Awaitable[SentInteraction]]] = [
            lambda who: discord.slash("bigrun random", who),
            lambda who: discord.slash("bigrun random", who, private=True),
            lambda who: discord.slash("bigrun medium", who, name="film"),
            lambda who: discord.slash("bigrun search", who, words=self._chance.choice(WORDS)),
            lambda who: discord.slash("bigrun show", who, number=self._chance.randrange(1, 61)),
            lambda who: discord.type("bigrun work", "title", who, title="for"),
            lambda who: discord.type("bigrun search", "words", who, words="bri"),
            self._press,
        ]

    async def ask(self) -> Report:
        """Carries the plan out."""
        self.discord.faults.always("callback", self._fault)
        loop = asyncio.get_running_loop()
        began = loop.time()
        gate = asyncio.Semaphore(self.plan.together if not self.plan.rate else self.plan.count)
        async with asyncio.TaskGroup() as group:
            for number in range(self.plan.count):
                await gate.acquire()
                if self.plan.rate:
                    await asyncio.sleep(began + number / self.plan.rate - loop.time())
                self._at_times(number)
                who = number % MEMBERS
                group.create_task(self._one(Member(who + 1, f"member{who}"), gate))
        self.report.seconds = loop.time() - began
        while self._watched:
            self._judge(self._watched.popleft())
        return self.report

    async def _one(self, who: Member, gate: asyncio.Semaphore) -> None:
        try:
            asked = await self._chance.choice(self._ways)(who)
            with suppress(TimeoutError):
                async with asyncio.timeout(WAITED_FOR):
                    seen = await asyncio.shield(asked.settled)
                    if "author" in seen:  # a message, neither choices nor a form
                        self._cards.append(seen)
        finally:
            gate.release()
        self._watched.append(asked)
        if len(self._watched) > WATCHED:
            self._judge(self._watched.popleft())

    def _judge(self, asked: SentInteraction) -> None:
        report = self.report
        report.asked += 1
        if not asked.first.done():
            report.never += 1
            return
        delay = asked.first.result()[2]
        report.delays.append(delay)
        report.late += delay > FIRST_ANSWER
        report.thinking += not asked.settled.done()
        report.twice += len(asked.messages) > 1

    async def _press(self, who: Member) -> SentInteraction:
        if not self._cards:
            return await self.discord.slash("bigrun about", who)
        card = self._chance.choice(self._cards)
        label = self._chance.choice(sorted(buttons(card)) or [""])
        return await self.discord.press(card, buttons(card).get(label, "b0:old"), who)

    def _fault(self, path: str) -> fault_injection.Fault | None:
        # One that failed once is let through: two faults in a row are another day's work.
        if path in self._faulted or self._chance.random() >= self.plan.faulty:
            return None
        self._faulted.add(path)
        name = self._chance.choice(sorted(PASSING))
        self.report.faults[name] += 1
        return PASSING[name]

    def _at_times(self, number: int) -> None:
        if self._memory and number % max(1, self.plan.count // SAMPLES) == 0:
            self.report.memory.append(self._memory())
        if number in self._drops:
            self.report.faults["gateway dropped"] += 1
            self.discord.gateway.drop()


async def run(plan: Plan) -> Report:
    """Asks a bot in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        async with loopback() as discord:
            process = await start(discord.address, Path(folder), extra={"BIGRUN_LOG_LEVEL": "ERROR"})
            try:
                await discord.gateway.ready()
                report = await Crowd(discord, plan, lambda: _resident(process.pid)).ask()
                report.memory.append(_resident(process.pid))
            finally:
                process.terminate()
                status, said = await end_of(process)
            if status or said:
                print(f"The bot ended with {status} and said: {said[-2000:]}", file=sys.stderr)
            return report


def _resident(process: int) -> float:
    """Returns a process's resident memory in MiB, where Linux tells it; else 0."""
    with suppress(OSError):
        rows = dict(row.split(":", 1) for row in Path(f"/proc/{process}/status").read_text().splitlines())
        return int(rows["VmRSS"].split()[0]) / 1024
    return 0.0


def main() -> int:
    """Runs the program; see the module."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.loopback.load", description="Many members ask the bot at once."
    )
    parser.add_argument("--rate", type=float, default=200.0, help="interactions a second; 0: as fast as they come")
    parser.add_argument("--seconds", type=float, default=60.0, help="for how long, where there is a rate")
    parser.add_argument("--count", type=int, help="how many interactions in all")
    parser.add_argument("--faults", type=float, default=1.0, help="how many in a hundred first answers fail")
    parser.add_argument("--drops", type=int, default=3, help="how many times the gateway lets go")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    given = parser.parse_args()
    count = given.count or int(given.rate * given.seconds)
    plan = Plan(count, given.rate, faulty=given.faults / 100, drops=given.drops, seed=given.seed)
    report = asyncio.run(run(plan))
    print("\n".join(report.lines()))
    if given.json:
        given.json.write_text(json.dumps({**vars(report), "faults": dict(report.faults)}))
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
