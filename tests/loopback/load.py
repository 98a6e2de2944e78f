"""Many members at once: `python -m tests.loopback.load` (`make load-test`).

Starts a Discord on 127.0.0.1 and the real bot in another process, sends interactions at a rate, lets some first answers
fail and the gateway drop its connections, and reports delays and the bot's memory. Exits with 1 if an interaction was
not answered exactly once and within three seconds. Nothing else is judged: the figures depend on the machine.
"""

import argparse
import asyncio
import gc
import json
import random
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bot.render.texts import examples as texts
from tests.loopback.fault_injection import PASSING, Fault
from tests.loopback.guilds import Member
from tests.loopback.interactions import FIRST_ANSWER_SECONDS, SentInteraction
from tests.loopback.running import end_of, start
from tests.loopback.server import Discord, buttons, loopback

ANSWER_TIMEOUT_SECONDS = 10.0
WATCHED = 2_000  # interactions that are watched for a second answer
MEMORY_SAMPLES = 20
SLICE_SECONDS = 2.0  # with a flood, then without
MEMBERS = 10_000  # enough to stay below each member's rate limit
WORDS = ("bridge", "run*", "horse", '"slow motion"', "qqqq", "the")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send.

    Attributes:
        rate: Interactions a second; 0 sends `concurrency` at a time, as fast as they are answered.
        fault_fraction: The fraction of first answers that fail.
        drops: How many times the gateway drops its connections.
        flood: Interactions a second of one member more, in every second slice. Their answers are not judged.
    """

    count: int
    rate: float = 0.0
    concurrency: int = 32
    fault_fraction: float = 0.01
    drops: int = 0
    seed: int = 1
    flood: float = 0.0


@dataclass
class Report:
    """How the interactions were answered: delays are in seconds, memory in MiB."""

    sent: int = 0
    unanswered: int = 0
    late: int = 0
    left_thinking: int = 0
    answered_twice: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)
    seconds: float = 0.0
    flooded: int = 0
    flooded_delays: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return self.sent > 0 and not (self.unanswered or self.late or self.left_thinking or self.answered_twice)

    def delay_ms(self, fraction: float, *, flooded: bool = False) -> float:
        """Return the delay that a fraction of the answers stayed below, without a flood or beside one."""
        delays = sorted(self.flooded_delays if flooded else self.delays)
        return delays[min(len(delays) - 1, int(fraction * len(delays)))] * 1000

    def lines(self) -> Iterator[str]:
        yield f"{self.sent:,} interactions in {self.seconds:.1f} s ({self.sent / self.seconds:.0f} a second)"
        yield (
            f"unanswered {self.unanswered}, late {self.late}, left thinking {self.left_thinking}, "
            f"answered twice {self.answered_twice}"
        )
        delays = (self.delay_ms(fraction) for fraction in (0.5, 0.99, 1))
        yield "first answer: median {:.1f} ms, 99 % {:.1f} ms, last {:.1f} ms".format(*delays)
        yield f"faults: {', '.join(f'{count} {name}' for name, count in sorted(self.faults.items())) or 'none'}"
        if self.flooded_delays:
            delays = (self.delay_ms(fraction, flooded=True) for fraction in (0.5, 0.99, 1))
            flood = f"beside one member's {self.flooded:,}: "
            yield flood + "median {:.1f} ms, 99 % {:.1f} ms, last {:.1f} ms".format(*delays)
        if self.memory:
            yield f"memory of the bot (MiB): {' '.join(f'{sample:.1f}' for sample in self.memory)}"


class Crowd:
    """Members who use a bot at a loopback Discord."""

    def __init__(self, discord: Discord, plan: Plan, memory: Callable[[], float] | None = None) -> None:
        self.discord, self.plan, self.report = discord, plan, Report()
        self._memory = memory
        self._random = random.Random(plan.seed)
        self._drops = {plan.count * (i + 1) // (plan.drops + 1) for i in range(plan.drops)}
        self._faulty_paths: set[str] = set()
        self._watched: deque[tuple[SentInteraction, bool]] = deque()
        self._is_flooding = False
        self._cards: deque[dict[str, Any]] = deque(maxlen=50)
        self._actions: list[Callable[[Member], Awaitable[SentInteraction]]] = [
            lambda member: discord.slash("bigrun random", member),
            lambda member: discord.slash("bigrun random", member, private=True),
            lambda member: discord.slash("bigrun medium", member, name="film"),
            lambda member: discord.slash("bigrun search", member, words=self._random.choice(WORDS)),
            lambda member: discord.slash("bigrun show", member, number=self._random.randrange(1, 61)),
            lambda member: discord.type("bigrun work", "title", member, title="for"),
            lambda member: discord.type("bigrun search", "words", member, words="bri"),
            self._press,
        ]

    async def run(self) -> Report:
        """Carry out the plan."""
        self.discord.faults.choose("callback", self._choose_fault)
        loop = asyncio.get_running_loop()
        start_time = loop.time()
        slots = asyncio.Semaphore(self.plan.count if self.plan.rate else self.plan.concurrency)
        flood = asyncio.create_task(self._flood()) if self.plan.flood else None
        async with asyncio.TaskGroup() as group:
            for number in range(self.plan.count):
                await slots.acquire()
                if self.plan.rate:
                    await asyncio.sleep(start_time + number / self.plan.rate - loop.time())
                self._disturb(number)
                member = number % MEMBERS
                group.create_task(self._act(Member(member + 1, f"member{member}"), slots))
        self.report.seconds = loop.time() - start_time
        if flood:
            flood.cancel()
        while self._watched:
            self._judge(*self._watched.popleft())
        return self.report

    async def _flood(self) -> None:
        """Let one member do everything at a rate of their own, in every second slice of the time."""
        loop, member = asyncio.get_running_loop(), Member(MEMBERS + 1, "eve")
        card = await (await self.discord.slash("bigrun medium", member, name="film")).answer()
        turn = buttons(card)[texts.NEXT_PAGE()]
        own: list[Callable[[], Awaitable[SentInteraction]]] = [
            lambda: self.discord.press(card, turn, member),
            lambda: self.discord.press(card, "b0:old", member),
            *(partial(action, member) for action in self._actions[:-1]),
        ]
        while True:
            start_time = loop.time()
            self._is_flooding = True
            for number in range(int(self.plan.flood * SLICE_SECONDS)):
                await asyncio.sleep(start_time + number / self.plan.flood - loop.time())
                await self._random.choice(own)()
                self.report.flooded += 1
            self._is_flooding = False
            await asyncio.sleep(SLICE_SECONDS)

    async def _act(self, member: Member, slots: asyncio.Semaphore) -> None:
        is_flooding = self._is_flooding
        try:
            asked = await self._random.choice(self._actions)(member)
            with suppress(TimeoutError):
                async with asyncio.timeout(ANSWER_TIMEOUT_SECONDS):
                    seen = await asyncio.shield(asked.settled)
                    if "author" in seen:  # a message, not choices or a modal
                        self._cards.append(seen)
        finally:
            slots.release()
        self._watched.append((asked, is_flooding))
        if len(self._watched) > WATCHED:
            self._judge(*self._watched.popleft())

    def _judge(self, asked: SentInteraction, is_flooding: bool = False) -> None:
        self.report.sent += 1
        if not asked.first.done():
            self.report.unanswered += 1
            return
        delay = asked.first.result()[2]
        (self.report.flooded_delays if is_flooding else self.report.delays).append(delay)
        self.report.late += delay > FIRST_ANSWER_SECONDS
        self.report.left_thinking += not asked.settled.done()
        self.report.answered_twice += len(asked.messages) > 1

    async def _press(self, member: Member) -> SentInteraction:
        if not self._cards:
            return await self.discord.slash("bigrun about", member)
        card = self._random.choice(self._cards)
        custom_id = self._random.choice(sorted(buttons(card).values()) or ["b0:old"])
        return await self.discord.press(card, custom_id, member)

    def _choose_fault(self, path: str) -> Fault | None:
        # A second try succeeds: the bot need not survive two faults in a row.
        if path in self._faulty_paths or self._random.random() >= self.plan.fault_fraction:
            return None
        self._faulty_paths.add(path)
        name = self._random.choice(sorted(PASSING))
        self.report.faults[name] += 1
        return PASSING[name]

    def _disturb(self, number: int) -> None:
        if self._memory and number % max(1, self.plan.count // MEMORY_SAMPLES) == 0:
            self.report.memory.append(self._memory())
        if number in self._drops:
            self.report.faults["gateway dropped"] += 1
            self.discord.gateway.drop()


async def run(plan: Plan) -> Report:
    """Carry out a plan with a bot in another process."""
    with tempfile.TemporaryDirectory() as folder:
        async with loopback() as discord:
            process = await start(discord.address, Path(folder), extra={"BIGRUN_LOG_LEVEL": "ERROR"})
            try:
                await discord.gateway.ready()
                report = await Crowd(discord, plan, lambda: _resident_mib(process.pid)).run()
                report.memory.append(_resident_mib(process.pid))
            finally:
                process.terminate()
                status, stderr = await end_of(process)
            if status or stderr:
                print(f"The bot exited with {status}: {stderr[-2000:]}", file=sys.stderr)
            return report


def _resident_mib(process: int) -> float:
    """Return a process's resident memory on Linux, else 0."""
    with suppress(OSError):
        rows = dict(row.split(":", 1) for row in Path(f"/proc/{process}/status").read_text().splitlines())
        return int(rows["VmRSS"].split()[0]) / 1024
    return 0.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.loopback.load", description="Send many interactions.")
    parser.add_argument("--rate", type=float, default=200.0, help="interactions a second; 0: as fast as they come")
    parser.add_argument("--seconds", type=float, default=60.0, help="for how long, if there is a rate")
    parser.add_argument("--count", type=int, help="how many interactions in all")
    parser.add_argument("--faults", type=float, default=1.0, help="percentage of first answers that fail")
    parser.add_argument("--drops", type=int, default=3, help="how many times the gateway drops its connections")
    parser.add_argument(
        "--flood", type=float, default=0.0, help="interactions a second of one member more, now and then"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    args = parser.parse_args()
    count = args.count or int(args.rate * args.seconds)
    plan = Plan(count, args.rate, fault_fraction=args.faults / 100, drops=args.drops, seed=args.seed, flood=args.flood)
    gc.disable()  # a look for garbage among all that was sent would hold every answer up
    report = asyncio.run(run(plan))
    print("\n".join(report.lines()))
    if args.json:
        args.json.write_text(json.dumps({**vars(report), "faults": dict(report.faults)}))
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
