"""Makes a failing case small, so that a person can see why it fails."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from tests.markdown_renderers.hostile_texts import HostileCase, HostileRun

MAX_TRIES = 400


def shrunk(case: HostileCase, fails: Callable[[HostileCase], bool]) -> HostileCase:
    """Return a case that still fails, if possible with fewer runs, shorter texts and plainer styles."""
    tries = MAX_TRIES
    while tries > 0:
        for smaller in islice(_smaller(case), tries):
            tries -= 1
            if fails(smaller):
                case = smaller
                break
        else:
            break
    return case


def _smaller(case: HostileCase) -> Iterator[HostileCase]:
    """Yield the case without one of its runs, then with less of one run, in ever smaller pieces."""
    for at in range(len(case.runs)):
        yield replace(case, runs=case.runs[:at] + case.runs[at + 1 :])
    for at, run in enumerate(case.runs):
        for plainer in _plainer(run):
            yield replace(case, runs=(*case.runs[:at], plainer, *case.runs[at + 1 :]))


def _plainer(run: HostileRun) -> Iterator[HostileRun]:
    if run.style:
        yield run._replace(style=0)
    size = len(run.text)
    piece = size
    while piece := piece // 2:
        for start in range(0, size, piece):
            yield run._replace(text=run.text[:start] + run.text[start + piece :])
