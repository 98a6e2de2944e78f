"""Lets the bot render hostile page text by the thousand and asks every reader whether a hidden word shows.

Run it as `python -m tests.markdown_renderers.campaign --n 1000000 --seed 1`.
The exit status is 1 if anything leaked, or if no hidden word was there to leak.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice, repeat
from multiprocessing import get_context

from tests.markdown_renderers import adapter
from tests.markdown_renderers.all_renderers import Renderers
from tests.markdown_renderers.hostile_texts import HostileCase, hostile_case, pieces_of_secrets
from tests.markdown_renderers.shrinking import shrunk

BATCH = 200
"""Cases that are rendered and read together."""
SHARE = 4_000
"""Cases for which a process and its readers are started."""
MOST_FINDINGS = 3
"""Leaks of one reader that one share tells in full; the rest is counted."""

Render = Callable[[HostileCase], list[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A leak: the case made small, who shows what of a secret, and the message; or an error instead of a message."""

    case: HostileCase
    reader: str
    shown: str
    message: str

    def __str__(self) -> str:
        runs = "\n".join(f"    {tuple(run)!r}" for run in self.case.runs)
        return (
            f"LEAK seed {self.case.seed} case {self.case.number}: {self.reader} shows {self.shown!r}\n"
            f"  runs\n{runs}\n  message\n    {self.message!r}"
        )


@dataclass(slots=True)
class Tally:
    """What a part of the campaign came to."""

    cases: int = 0
    messages: int = 0
    carrying: int = 0
    leaks: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Takes in what another part came to."""
        self.cases += other.cases
        self.messages += other.messages
        self.carrying += other.carrying
        self.leaks += other.leaks
        self.findings += other.findings

    @property
    def proves(self) -> bool:
        """Whether hidden words were there to leak, and none did."""
        return self.carrying > 0 and self.leaks == 0


def judged(cases: Iterable[HostileCase], render: Render, renderers: Renderers) -> Tally:
    """Renders the cases, and asks all readers about every message that carries a piece of a secret.

    Of the leaks, each reader's first few are told in full, made small.
    """
    tally = Tally()
    remaining = iter(cases)
    while batch := list(islice(remaining, BATCH)):
        tally.add(_judged_batch(batch, render, renderers))
        tally.findings = _few(tally.findings)
    tally.findings = [_small(finding, render, renderers) for finding in tally.findings]
    return tally


def _few(findings: Iterable[Finding]) -> list[Finding]:
    seen: Counter[str] = Counter()
    kept: list[Finding] = []
    for finding in findings:
        seen[finding.reader] += 1
        if seen[finding.reader] <= MOST_FINDINGS:
            kept.append(finding)
    return kept


def _judged_batch(cases: Sequence[HostileCase], render: Render, renderers: Renderers) -> Tally:
    tally = Tally(cases=len(cases))
    carrying: list[tuple[HostileCase, str]] = []
    for case in cases:
        try:
            messages = render(case)
        except NotImplementedError:
            raise
        except Exception as error:  # noqa: BLE001  # a text on which rendering fails is a finding like any other
            tally.findings.append(Finding(case, "rendering", repr(error), ""))
            continue
        tally.messages += len(messages)
        carrying += ((case, message) for message in messages if pieces_of_secrets(message))
    tally.carrying = len(carrying)
    answers = renderers.visible_all([message for _, message in carrying])
    for (case, message), answer in zip(carrying, answers, strict=True):
        tally.findings += _leaks(case, message, answer)
    tally.leaks = len(tally.findings)
    return tally


def _leaks(case: HostileCase, message: str, answer: dict[str, str]) -> Iterator[Finding]:
    for reader, shown in answer.items():
        if pieces := pieces_of_secrets(shown):
            yield Finding(case, reader, pieces[0], message)


def _small(finding: Finding, render: Render, renderers: Renderers) -> Finding:
    """Returns the same leak by a smaller case."""

    def same(case: HostileCase) -> Finding | None:
        found = _judged_batch([case], render, renderers).findings
        return next((other for other in found if other.reader == finding.reader), None)

    return same(shrunk(finding.case, lambda case: same(case) is not None)) or finding


def run_share(seed: int, first: int, last: int) -> Tally:
    """Judges the cases from `first` up to but without `last`, rendered by the bot."""
    with Renderers() as renderers:
        return judged((hostile_case(seed, number) for number in range(first, last)), adapter.rendered, renderers)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the campaign, writes what it came to on standard output, and returns the exit status."""
    options = _options(arguments)
    with Renderers() as renderers:
        _say(f"seed {options.seed}; readers: {', '.join(renderers.names)}")
        for name, reason in renderers.absent.items():
            _say(f"absent: {name} ({reason})")
    started = time.monotonic()
    total = Tally()
    shares = _shares(options.seed, options.first, options.n, options.jobs)
    for share in shares:
        for finding in share.findings:
            _say(str(finding))
        share.findings.clear()
        total.add(share)
        _progress(total.cases, options.n)
        if time.monotonic() - started > options.seconds:
            break
    shares.close()
    rate = total.cases / max(time.monotonic() - started, 0.001)
    _say(f"{total.cases} cases, {total.messages} messages, {total.carrying} of them with hidden words")
    _say(f"{total.leaks} leaks; {rate:.0f} cases/s")
    return 0 if total.proves else 1


def _shares(seed: int, first: int, number: int, jobs: int) -> Generator[Tally, None, None]:
    size = min(SHARE, -(-number // jobs))
    starts = range(first, first + number, size)
    ends = [min(start + size, first + number) for start in starts]
    if jobs == 1:
        yield from map(run_share, repeat(seed), starts, ends)
        return
    # A fresh interpreter for each process: threads and pipes of this one must not be copied.
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
    try:
        yield from pool.map(run_share, repeat(seed), starts, ends)
    finally:
        pool.shutdown(cancel_futures=True)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _progress(done: int, number: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {number}" + "\n" * (done == number))
        sys.stderr.flush()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.markdown_renderers.campaign", description="Hunts for leaking spoilers."
    )
    parser.add_argument("--n", type=_positive, default=20_000, help="how many cases (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which cases (default %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the first case's number (default %(default)s)")
    parser.add_argument("--seconds", type=_positive, default=86_400, help="after which no more is begun")
    parser.add_argument("--jobs", type=_positive, default=os.cpu_count() or 1, help="processes (default %(default)s)")
    return parser.parse_args(arguments)


def _positive(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
