"""Generates page sources for a corpus of any size: `python -m tests.bench.synthetic [--examples N]`.

Equal seeds generate equal pages. Word frequencies follow Zipf-Mandelbrot. The 100 most frequent words are English, the
others are random syllables. Each trope repeats words of its own, each work has names used nowhere else, and about every
seventh example has a spoiler. The sources are written to `.bench/`, beside the real page. `WIKI` is as skewed as the
real wiki, with notes and subpages.
"""

import argparse
import random
import shutil
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".bench"
REAL = ROOT / "data" / "tropes" / "BigHeroicRun.txt"
REAL_EXAMPLES = 60
SEED = 20
SIZES = (60, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)
WORDS = 60_000
TOPIC_WORDS, TOPIC_FRACTION = 24, 0.15
MIN_LENGTH, MEAN_LENGTH = 8, 44
LARGEST = 50  # times the usual trope
COMMON = (
    "the of and a to in is he his her that she it with as was for on but by who him at from are this when an they one "
    "has be after not which their into have all them only while had up or out then where being were before so two "
    "been its also during about even get just can than off will other first there through gets would himself if "
    "more what over time no back later end down another man both some way made herself life world against own take"
).split()
# Folder title, subpage, namespace of its works, percentage of the examples.
MEDIA = (
    ("Anime & Manga", "AnimeAndManga", "Anime", 14), ("Comic Books", "ComicBooks", "ComicBook", 8),
    ("Fan Works", "FanWorks", "FanFic", 6), ("Films -- Animation", "AnimatedFilms", "Film", 5),
    ("Films -- Live-Action", "LiveActionFilms", "Film", 19), ("Literature", "Literature", "Literature", 12),
    ("Live-Action TV", "LiveActionTV", "Series", 16), ("Music", "Music", "Music", 2),
    ("Theatre", "Theatre", "Theatre", 2), ("Video Games", "VideoGames", "VideoGame", 10),
    ("Web Comics", "Webcomics", "Webcomic", 2), ("Western Animation", "WesternAnimation", "WesternAnimation", 4),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What generated pages are like.

    Attributes:
        per_trope: Examples of a trope on average.
        per_work: Examples of a work on average.
        spread: How unlike the sizes of tropes are: the sigma of their lognormal distribution.
        subpages_from: How many examples a trope with subpages has at least, or None.
    """

    per_trope: float
    per_work: int
    spread: float
    spoilers: float
    notes: float = 0.0
    subpages_from: int | None = None


FLAT = Shape(1_000_000 / 30_000, 25, 0.8, 0.15)
WIKI = Shape(333, 50, 1.2, 1 / 6, notes=0.05, subpages_from=500)


@dataclass(frozen=True, slots=True)
class Work:
    """A work with names that only its examples contain."""

    link: str
    names: tuple[str, ...]


class Writer:
    """Generates page sources from a seed."""

    def __init__(self, examples: int, seed: int = SEED, shape: Shape = FLAT) -> None:
        self._random, self._shape = random.Random(seed), shape
        self._words = [*COMMON, *self._syllables(WORDS - len(COMMON))]
        self._weights = list(accumulate((rank + 2.7) ** -1.07 for rank in range(1, WORDS + 1)))
        count = max(2, examples // shape.per_work // len(MEDIA))
        self._works = [[self._work(space) for _ in range(count)] for *_, space, _ in MEDIA]
        self._work_weights = list(accumulate((rank + 10) ** -0.8 for rank in range(count)))
        self._media_weights = list(accumulate(weight for *_, weight in MEDIA))

    def pages(self, name: str, size: int) -> Iterator[tuple[str, str]]:
        """Yield the pages of a trope with `size` examples: its main page, and its subpages if it is large."""
        topic = self._draw(TOPIC_WORDS, first=200)
        by_medium: list[list[str]] = [[] for _ in MEDIA]
        for medium in self._random.choices(range(len(MEDIA)), cum_weights=self._media_weights, k=size):
            by_medium[medium].append(self._example(medium, topic))
        head = [self._sentence(topic, 40), "", "----"]
        parts = [(*titles[:2], rows) for titles, rows in zip(MEDIA, by_medium, strict=True) if rows]
        if self._shape.subpages_from is None or size < self._shape.subpages_from:
            folders = [row for title, _, rows in parts for row in (f"[[folder:{title}]]", *rows, "[[/folder]]", "")]
            yield name, "\n".join([*head, *folders, "----", ""])
            return
        yield name, "\n".join([*head, *(f"* {name}/{{{{{subpage}}}}}" for _, subpage, _ in parts), "----", ""])
        for _, subpage, rows in parts:
            yield f"{name}/{subpage}", "\n".join([*rows, ""])

    def names(self, count: int) -> Iterator[str]:
        for first in self._syllables(count):
            yield first.title() + self._random.choice(self._words[200:5000]).title()

    def sizes(self, tropes: int, examples: int) -> list[int]:
        """Return skewed numbers of examples per trope, which add up to about `examples`."""
        spread = self._shape.spread
        weights = [min(self._random.lognormvariate(0, spread), LARGEST * exp(spread**2 / 2)) for _ in range(tropes)]
        ends = [round(end * examples / sum(weights)) for end in accumulate(weights)]
        return [max(1, end - begin) for begin, end in zip([0, *ends], ends, strict=False)]

    def _example(self, medium: int, topic: Sequence[str]) -> str:
        index = bisect_right(self._work_weights, self._random.random() * self._work_weights[-1])
        work = self._works[medium][min(index, len(self._works[medium]) - 1)]
        length = max(MIN_LENGTH, round(self._random.lognormvariate(0, 0.55) * MEAN_LENGTH / 1.16))
        text = self._sentence([*topic, *work.names] if self._random.random() < 0.6 else topic, length)
        if self._shape.notes and self._random.random() < self._shape.notes:
            text = f"{text[:-1]}[[note]]{self._sentence(topic, MIN_LENGTH)}[[/note]]."
        if self._random.random() < self._shape.spoilers:
            cut = self._random.randrange(len(text) // 2, len(text))
            begin, _, end = text[cut:].partition(" ")
            text = f"{text[:cut]}{begin} [[spoiler:{end.rstrip('.')}]]." if end else text
        return f"* ''{work.link}'': {text}"

    def _sentence(self, topic: Sequence[str], length: int) -> str:
        words = self._draw(length)
        for index in range(length):
            if self._random.random() < TOPIC_FRACTION:
                words[index] = self._random.choice(topic)
        return " ".join(words).capitalize() + "."

    def _draw(self, count: int, first: int = 0) -> list[str]:
        if not first:
            return self._random.choices(self._words, cum_weights=self._weights, k=count)
        low, high = self._weights[first - 1], self._weights[-1]
        return [
            self._words[min(WORDS - 1, bisect_right(self._weights, low + self._random.random() * (high - low)))]
            for _ in range(count)
        ]

    def _work(self, space: str) -> Work:
        title = "".join(word.title() for word in self._draw(self._random.choice((1, 2, 2, 3))))
        extra = next(self._syllables(1)).title()
        return Work(f"{space}/{title}{extra}", tuple(name.title() for name in self._syllables(3)))

    def _syllables(self, count: int) -> Iterator[str]:
        """Yield different words of two to five syllables, the frequent ones short."""
        seen: set[str] = set(COMMON)
        while len(seen) - len(COMMON) < count:
            syllables = 2 + (len(seen) > 2000) + (self._random.random() < 0.3) + (count < 10) * 2
            word = "".join(
                self._random.choice("bcdfghjklmnprstvwz") + self._random.choice("aeiou") for _ in range(syllables)
            ) + self._random.choice(("", "", "n", "r", "s", "t"))
            if word not in seen:
                seen.add(word)
                yield word


def pages(examples: int, seed: int = SEED, shape: Shape = FLAT) -> Iterator[tuple[str, str]]:
    """Yield names and sources of pages that have, together with the real page, `examples` examples."""
    generated = examples - REAL_EXAMPLES
    if generated <= 0:
        return
    writer = Writer(examples, seed, shape)
    tropes = max(1, round(examples / shape.per_trope))
    for name, size in zip(writer.names(tropes), writer.sizes(tropes, generated), strict=True):
        yield from writer.pages(name, size)


def folder(examples: int, within: Path = FOLDER, seed: int = SEED, shape: Shape = FLAT) -> Path:
    """Return the folder of the page sources. Generate it if missing."""
    path = within / (f"pages-{examples}" if shape is FLAT else f"wiki-{examples}-{seed}")
    if not path.exists():
        partial = path.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        (partial / REAL.name).write_bytes(REAL.read_bytes())
        for name, source in pages(examples, seed, shape):
            (partial / f"{name.replace('/', '.')}.txt").write_text(source, encoding="utf-8")
        partial.rename(path)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=1_000_000)
    print(folder(parser.parse_args().examples))


if __name__ == "__main__":
    main()
