"""Measures what hostile pages cost: `python -m tests.bench.costs [SHAPE...] [--quick] [--json PATH]` (`make costs`).

Each shape of `shapes.py` is loaded in a separate process. Then the real bot serves it, in another process, at our own
Discord on this machine. A member asks everything there is to ask (`tour.py`), with all caches empty each time. Last, a
fresh bot is asked the same, each question with 20 other members beside it. Exits with 1 if a bound is missed.

A hold is what one step of the event loop takes (`watched_bot.py`). First answers are timed by the Discord.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.ingest.forms import MAX_BYTES
from bot.settings import ROOT
from tests.bench import shapes
from tests.bench.loading import processor_seconds
from tests.bench.timing import machine_info, write_json
from tests.bench.tour import Tour, ask_beside
from tests.loopback.event_log import WAIT_TIMEOUT_SECONDS
from tests.loopback.interactions import SentInteraction
from tests.loopback.server import Discord, loopback

MAX_LOAD_SECONDS, MAX_LOAD_MIB, MAX_CORPUS_RATIO = 20.0, 250, 12.0
FREE_CORPUS_BYTES = 2 << 20  # for pages of any size
MAX_HELD_MS, MAX_SERVING_MIB, MAX_ANSWER_SECONDS = 50.0, 120, 2.5
CROWD = 20
PATIENCE_SECONDS = 120  # for a load
MEMORY_LIMIT = 3 << 30  # of a process that loads, so that a hostile page takes no other program's memory
SMALLEST = 10_000  # bytes of a page that must not be refused
RESET_PEAK = "5"
REAL = "real page"  # for comparison
QUICK_SHAPES = (REAL, "linked works", "styles", "notes", "titles alike", "folders alike")
REAL_PAGE = ROOT / "data" / "tropes" / "BigHeroicRun.txt"
OTHER_PAGE = "* ''Film/RunLolaRun'': they run.\n"  # a second trope, so that there are commands for any trope


@dataclass
class Costs:
    """What a shape costs. Memory is in MiB, holds in milliseconds.

    Attributes:
        size: Bytes of the page that was served: the largest that was let in.
        refused: Why a larger one was not let in.
        load_processor: The processor seconds of the load. If they are much fewer, the machine was busy.
        processor: The processor time of the longest hold. Much less than the hold means that it waited for a thread.
        question: What held the event loop longest.
        serving_memory: The peak above that of the bot before it was asked anything.
        late: First answers that were late or never came, of `answers`.
        failed: Warnings and errors in the bot's log.
    """

    shape: str
    size: int
    load_seconds: float = 0.0
    load_processor: float = 0.0
    load_memory: int = 0
    corpus_ratio: float = 0.0
    refused: str = ""
    held: float = 0.0
    processor: float = 0.0
    question: str = ""
    serving_memory: float = 0.0
    answers: int = 0
    late: int = 0
    slowest: float = 0.0
    failed: list[str] = field(default_factory=list)

    @property
    def missed(self) -> list[str]:
        """The bounds that are missed."""
        bounds = {
            "load time": self.load_seconds > MAX_LOAD_SECONDS,
            "load memory": self.load_memory > MAX_LOAD_MIB,
            "corpus": self.corpus_ratio * self.size > max(MAX_CORPUS_RATIO * self.size, FREE_CORPUS_BYTES),
            "hold": self.held > MAX_HELD_MS,
            "memory": self.serving_memory > MAX_SERVING_MIB,
            "late": self.late > 0,
            "failed": bool(self.failed),
        }
        return [bound for bound, missed in bounds.items() if missed]


@dataclass
class WatchedBot:
    """A bot in another process that says how long its event loop was held."""

    discord: Discord
    process: Process
    idle: float = 0.0

    async def order(self, order: str) -> dict[str, float]:
        """Give an order of `watched_bot.py`. Raise TimeoutError if there is no answer."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{order}\n".encode())
        async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
            answer = await self.process.stdout.readline()
        if not answer:
            raise TimeoutError(f"The bot ended before it answered {order!r}.")
        return dict(json.loads(answer))

    def memory(self, row: str) -> float:
        """Return a row of its memory in MiB: VmRSS, or VmHWM for the peak."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition(f"{row}:")[2].split()[0]) / 1024

    def forget_peak(self) -> None:
        """Let VmHWM begin again with the memory of now."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text(RESET_PEAK, encoding="ascii")


def load(folder: Path, costs: Costs) -> None:
    """Load the pages of a folder in another process, and note what it costs."""
    command = [sys.executable, "-m", "tests.security.loading", str(folder / "corpus.db"), str(folder / "pages")]
    began, used = perf_counter(), processor_seconds()
    try:
        result = subprocess.run(
            command, check=False, cwd=ROOT, capture_output=True, timeout=PATIENCE_SECONDS, encoding="utf-8",
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT)),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        costs.load_seconds, costs.refused = PATIENCE_SECONDS, "it took too long"
        return
    costs.load_seconds = round(perf_counter() - began, 1)
    costs.load_processor = round(processor_seconds() - used, 1)
    if result.returncode:
        costs.failed, costs.refused = result.stderr.splitlines()[-1:], "the loading process died"
        return
    report = json.loads(result.stdout)
    costs.load_memory = report["peak"]
    costs.corpus_ratio = round((folder / "corpus.db").stat().st_size / costs.size, 1)
    costs.refused = " ".join(row.rpartition("/")[2] for row in report["warnings"] if "BigHeroicRun" in row)


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[WatchedBot]:
    """Run a bot with the corpus of a folder for the time of the block."""
    async with loopback() as discord:
        discord.rest.limited = False
        with (folder / "log.txt").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.bench.watched_bot", discord.address),
                *(str(folder / "corpus.db"), str(folder / "pages")),
                cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=log,
            )  # fmt: skip
        bot = WatchedBot(discord, process)
        try:
            await discord.gateway.ready()
            await (await discord.slash("bigrun preferences")).answer()
            bot.idle = bot.memory("VmRSS")
            bot.forget_peak()
            yield bot
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def serve(folder: Path, costs: Costs, crowd: int) -> None:
    """Ask a bot everything, with a crowd beside each question, and note what it costs."""
    question = "the start"
    try:
        async with watched(folder) as bot:
            question = "the daily post"
            await _post_daily(bot, costs)
            tour = Tour(bot.discord)
            async for asked in tour.questions():
                question = asked.name
                await bot.order("fresh")
                first, others = await asyncio.gather(asked.send(), ask_beside(bot.discord, crowd))
                tour.seen = await first.answer()
                await _note_answers([first, *others], costs)
                if not crowd:
                    _note_hold(await bot.order("held"), question, costs)
            costs.serving_memory = round(max(costs.serving_memory, bot.memory("VmHWM") - bot.idle), 1)
    except TimeoutError:
        costs.failed.append(f"no answer to {question}")
        costs.late += 1 + crowd
        costs.answers += 1 + crowd
        if not crowd:
            costs.held, costs.question = WAIT_TIMEOUT_SECONDS * 1e3, question


async def _post_daily(bot: WatchedBot, costs: Costs) -> None:
    await (await bot.discord.slash("bigrun daily", at="18:30", zone="UTC")).answer()
    messages = bot.discord.interactions.messages
    before = len(messages)
    await bot.order("fresh")
    _note_hold(await bot.order("daily"), "the daily post", costs)
    if len(messages) == before:
        costs.failed.append("no daily post")


async def _note_answers(asked: Sequence[SentInteraction], costs: Costs) -> None:
    for one in asked:
        _, _, delay = await one.first_answer()
        costs.answers += 1
        costs.late += delay > MAX_ANSWER_SECONDS
        costs.slowest = round(max(costs.slowest, delay), 2)


def _note_hold(held: dict[str, float], question: str, costs: Costs) -> None:
    if held["held"] > costs.held:
        costs.held, costs.processor, costs.question = held["held"], held["processor"], question


def measure(shape: str, size: int = MAX_BYTES, crowd: int = CROWD) -> Costs:
    """Return what a shape costs. If a page is refused, try one of half the size."""
    source = REAL_PAGE.read_text(encoding="utf-8") if shape == REAL else shapes.source(shape, size)
    costs = Costs(shape, len(source.encode()))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pages").mkdir()
        (folder / "pages" / "BigHeroicRun.txt").write_text(source, encoding="utf-8")
        (folder / "pages" / "OtherTrope.txt").write_text(OTHER_PAGE, encoding="utf-8")
        load(folder, costs)
        if costs.refused and costs.size > SMALLEST:
            return replace(measure(shape, costs.size // 2, crowd), refused=costs.refused)
        for members in (0, crowd):
            asyncio.run(serve(folder, costs, members))
        rows = (folder / "log.txt").read_text(encoding="utf-8").splitlines()
        costs.failed += [row[:200] for row in rows if "Interaction" in row or "Error" in row]
    return costs


HEADER = (
    f"{'shape':20} {'KiB':>5} {'load s':>6} {'CPU s':>6} {'MiB':>5} {'÷page':>5} "
    f"{'hold ms':>8} {'CPU ms':>7} {'+MiB':>5} {'late':>9}  longest hold"
)


def row(costs: Costs) -> str:
    """Return a shape's row of the table."""
    loading = f"{costs.load_seconds:6.1f} {costs.load_processor:6.1f} {costs.load_memory:5} {costs.corpus_ratio:5.1f}"
    serving = f"{costs.held:8.1f} {costs.processor:7.1f} {costs.serving_memory:5.0f} {costs.late:4}/{costs.answers:4}"
    refused = "  (more is refused)" if costs.refused else ""
    missed = f"  MISSED {', '.join(costs.missed)}" if costs.missed else ""
    return f"{costs.shape:20} {costs.size >> 10:5} {loading} {serving}  {costs.question}{refused}{missed}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.costs", description="Measure what hostile pages cost.")
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help="all if left out")
    parser.add_argument("--quick", action="store_true", help=f"only {', '.join(QUICK_SHAPES)}")
    parser.add_argument("--size", type=int, default=MAX_BYTES, help="of a page, in bytes")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures as JSON")
    options = parser.parse_args()
    every = [REAL, *shapes.RECIPES]
    names = options.shapes or (QUICK_SHAPES if options.quick else every)
    if not {*names} <= {*every}:
        parser.error(f"the shapes are {', '.join(every)}")
    measured: list[Costs] = []
    results: dict[str, Any] = {"machine": machine_info("discord.py", "aiosqlite")}
    print(HEADER, flush=True)
    for name in names:
        measured.append(measure(name, options.size))
        print(row(measured[-1]), flush=True)
        results["shapes"] = [{**asdict(costs), "missed": costs.missed} for costs in measured]
        write_json(options.json, results)
    missed = [costs.shape for costs in measured if costs.missed]
    print(f"{len(measured) - len(missed)} of {len(measured)} shapes stay within every bound.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
