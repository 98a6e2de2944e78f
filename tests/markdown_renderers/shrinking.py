"""Makes a failing case small, so that a person can see why it fails."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.markdown_renderers.hostile_texts import HostileCase, HostileRun

MOST_TRIES = 400
"""How often a smaller case is tried before the smallest so far is taken."""


def shrunk(case: HostileCase, fails: Callable[[HostileCase], bool]) -> HostileCase:
    """Returns a case that still fails, with fewer runs, shorter texts and plainer styles where possible."""
    tries = 0
    improved = True
    while improved and tries < MOST_TRIES:
        improved = False
        for smaller in _smaller(case):
            tries += 1
            if fails(smaller):
                case, improved = smaller, True
                break
            if tries >= MOST_TRIES:
                break
    return case


def _smaller(case: HostileCase) -> Iterator[HostileCase]:
    """Yields the case without one run; then with one run's text or style cut, in ever smaller pieces."""
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
