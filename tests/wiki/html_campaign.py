"""Reads random saved pages by the thousand and checks that what a browser hides stays hidden: `make leak-test`.

Run it as `python -m tests.wiki.html_campaign --n 1000000 --seed 1`. The exit status is 1 if anything was in clear or
lost, or if nothing was hidden.
"""

import argparse
import os
import random
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

from bot.ingest.site_tables import read_tables
from bot.wiki.saved_page import read_saved_page
from tests.wiki.invariants import assert_sound, every_text, everything_in_clear, found
from tests.wiki.random_html import TOKENS, Soup, soup_of_tokens

LEXICON = read_tables(Path(__file__).parents[2] / "data").lexicon
MOST_TOKENS = 40
SHARE = 5_000
"""Cases for which a process is asked once."""


@dataclass(slots=True)
class Tally:
    """What a share of the cases came to."""

    cases: int = 0
    hiding: int = 0
    finding: str = ""


def case(seed: int, number: int) -> Soup:
    """Return a case, always the same for the same seed and number."""
    rng = random.Random(f"{seed} {number}")
    return soup_of_tokens(rng.choices(TOKENS, k=rng.randint(1, MOST_TOKENS)))


def problem(soup: Soup) -> str:
    """Return what is wrong with how a page is read, or nothing."""
    page = read_saved_page(soup.html, LEXICON)
    try:
        assert_sound(page)
    except AssertionError as error:
        return f"not sound: {error}"
    if shown := found(list(soup.hidden), everything_in_clear(page)):
        return f"in clear: {shown}"
    words = [*soup.visible, *soup.hidden]
    lost = set(words) - set(found(words, every_text(page)))
    return f"lost: {sorted(lost)}" if lost else ""


def run_share(seed: int, numbers: Sequence[int]) -> Tally:
    """Read the cases of some numbers, up to the first that is read wrong."""
    tally = Tally()
    for number in numbers:
        soup = case(seed, number)
        tally.cases += 1
        tally.hiding += bool(soup.hidden)
        if wrong := problem(soup):
            tally.finding = f"LEAK seed {seed} case {number}: {wrong}\n{soup.html}"
            break
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign, print what it came to, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=20_000, help="how many cases (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which cases (default %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default %(default)s)")
    options = parser.parse_args(arguments)
    cases = hiding = leaks = 0
    for tally in _tallies(options.seed, options.n, options.jobs):
        cases, hiding, leaks = cases + tally.cases, hiding + tally.hiding, leaks + bool(tally.finding)
        if tally.finding:
            print(tally.finding, flush=True)
    print(f"{cases} saved pages, {hiding} of them with hidden words, {leaks} leaks")
    return 0 if hiding and not leaks else 1


def _tallies(seed: int, number: int, jobs: int) -> Iterator[Tally]:
    shares = [range(first, min(first + SHARE, number)) for first in range(0, number, SHARE)]
    if jobs == 1:
        yield from map(run_share, repeat(seed), shares)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(run_share, repeat(seed), shares)


if __name__ == "__main__":
    sys.exit(main())
