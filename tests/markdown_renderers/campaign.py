"""Lets the bot render hostile page text, and checks that no renderer shows a hidden word.

Run it with `python -m tests.markdown_renderers.campaign --n 1000000 --seed 1`.
The exit status is 1 if anything leaked, or if there was no hidden word that could leak.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import islice, repeat
from multiprocessing import get_context

from tests.markdown_renderers import adapter
from tests.markdown_renderers.all_renderers import Renderers
from tests.markdown_renderers.hostile_texts import HostileCase, hostile_case, pieces_of_secrets
from tests.markdown_renderers.shrinking import shrunk

BATCH_SIZE = 200  # cases that are rendered together
SHARE_SIZE = 4_000  # cases for each process
MAX_FINDINGS = 3  # by renderer and share; further leaks are only counted

Render = Callable[[HostileCase], list[str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A leak: the case, the renderer, the piece of a secret that it shows, and the message.

    If rendering failed, `shown` is the error, and there is no message.
    """

    case: HostileCase
    renderer: str
    shown: str
    message: str

    def __str__(self) -> str:
        runs = "\n".join(f"    {tuple(run)!r}" for run in self.case.runs)
        return (
            f"LEAK seed {self.case.seed} case {self.case.number}: {self.renderer} shows {self.shown!r}\n"
            f"  runs\n{runs}\n  message\n    {self.message!r}"
        )


@dataclass(slots=True)
class Tally:
    """The results of some cases. `with_secrets` counts the messages that contain hidden words."""

    cases: int = 0
    messages: int = 0
    with_secrets: int = 0
    leaks: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.cases += other.cases
        self.messages += other.messages
        self.with_secrets += other.with_secrets
        self.leaks += other.leaks
        self.findings += other.findings

    @property
    def is_proof(self) -> bool:
        """Whether hidden words could leak, and none did."""
        return self.with_secrets > 0 and self.leaks == 0


def find_leaks(cases: Iterable[HostileCase], render: Render, renderers: Renderers) -> Tally:
    """Render the cases, and check every message that contains a piece of a secret with all renderers.

    The first leaks of each renderer are findings with small cases.
    """
    tally = Tally()
    remaining = iter(cases)
    while batch := list(islice(remaining, BATCH_SIZE)):
        tally.add(_find_in_batch(batch, render, renderers))
        tally.findings = _first_of_each_renderer(tally.findings)
    tally.findings = [_small(finding, render, renderers) for finding in tally.findings]
    return tally


def _first_of_each_renderer(findings: Iterable[Finding]) -> list[Finding]:
    by_renderer: dict[str, list[Finding]] = {}
    for finding in findings:
        by_renderer.setdefault(finding.renderer, []).append(finding)
    return [finding for found in by_renderer.values() for finding in found[:MAX_FINDINGS]]


def _find_in_batch(cases: Sequence[HostileCase], render: Render, renderers: Renderers) -> Tally:
    tally = Tally(cases=len(cases))
    with_secrets: list[tuple[HostileCase, str]] = []
    for case in cases:
        try:
            messages = render(case)
        except NotImplementedError:
            raise
        except Exception as error:  # noqa: BLE001  # a failed rendering is a finding, too
            tally.findings.append(Finding(case, "rendering", repr(error), ""))
            continue
        tally.messages += len(messages)
        with_secrets += ((case, message) for message in messages if pieces_of_secrets(message))
    tally.with_secrets = len(with_secrets)
    shown = renderers.visible_all([message for _, message in with_secrets])
    for (case, message), texts in zip(with_secrets, shown, strict=True):
        tally.findings += _leaks(case, message, texts)
    tally.leaks = len(tally.findings)
    return tally


def _leaks(case: HostileCase, message: str, texts: dict[str, str]) -> Iterator[Finding]:
    for renderer, shown in texts.items():
        if pieces := pieces_of_secrets(shown):
            yield Finding(case, renderer, pieces[0], message)


def _small(finding: Finding, render: Render, renderers: Renderers) -> Finding:
    """Return the same leak with a smaller case."""

    def same(case: HostileCase) -> Finding | None:
        found = _find_in_batch([case], render, renderers).findings
        return next((other for other in found if other.renderer == finding.renderer), None)

    return same(shrunk(finding.case, lambda case: same(case) is not None)) or finding


def run_share(seed: int, first: int, last: int) -> Tally:
    """Return the results of the cases from `first` up to `last`, which is excluded, rendered by the bot."""
    with Renderers() as renderers:
        return find_leaks((hostile_case(seed, number) for number in range(first, last)), adapter.rendered, renderers)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign, print the results, and return the exit status."""
    options = _options(arguments)
    with Renderers() as renderers:
        print(f"seed {options.seed}; renderers: {', '.join(renderers.names)}", flush=True)
        for name, reason in renderers.absent.items():
            print(f"absent: {name} ({reason})", flush=True)
    started = time.monotonic()
    total = Tally()
    shares = _shares(options.seed, options.first, options.n, options.jobs)
    for share in shares:
        for finding in share.findings:
            print(finding, flush=True)
        share.findings.clear()
        total.add(share)
        _progress(total.cases, options.n)
        if time.monotonic() - started > options.seconds:
            break
    shares.close()
    rate = total.cases / max(time.monotonic() - started, 0.001)
    print(f"{total.cases} cases, {total.messages} messages, {total.with_secrets} of them with hidden words", flush=True)
    print(f"{total.leaks} leaks; {rate:.0f} cases/s", flush=True)
    return 0 if total.is_proof else 1


def _shares(seed: int, first: int, number: int, jobs: int) -> Generator[Tally, None, None]:
    size = min(SHARE_SIZE, -(-number // jobs))
    starts = range(first, first + number, size)
    ends = [min(start + size, first + number) for start in starts]
    if jobs == 1:
        yield from map(run_share, repeat(seed), starts, ends)
        return
    # A new interpreter for each process: threads and pipes of this one must not be copied.
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
    try:
        yield from pool.map(run_share, repeat(seed), starts, ends)
    finally:
        pool.shutdown(cancel_futures=True)


def _progress(done: int, number: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {number}" + "\n" * (done == number))
        sys.stderr.flush()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.markdown_renderers.campaign", description="Look for leaking spoilers."
    )
    parser.add_argument("--n", type=_positive, default=20_000, help="how many cases (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which cases (default %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the first case's number (default %(default)s)")
    parser.add_argument("--seconds", type=_positive, default=86_400, help="start no more cases after this time")
    parser.add_argument("--jobs", type=_positive, default=os.cpu_count() or 1, help="processes (default %(default)s)")
    return parser.parse_args(arguments)


def _positive(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
