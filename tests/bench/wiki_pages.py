"""Generates the page sources of a whole wiki, one page at a time, with its true skew.

A few tropes and works have thousands of examples, most have some dozens. Pages of over SPLIT examples are indexes of
subpages, one for each medium. An example may have spoilers, a note or bullets below it. Equal seeds make equal pages.
"""

import multiprocessing
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from pathlib import Path

from tests.bench.synthetic import MEAN_LENGTH, MEDIA, MIN_LENGTH, SEED, SPOILER_FRACTION, TOPIC_FRACTION, Work, Writer

WHOLE, TROPES, WORKS = 10_000_000, 30_000, 200_000
SUBPAGES = (
    "AnimeAndManga", "ComicBooks", "FanWorks", "AnimatedFilms", "LiveActionFilms", "Literature", "LiveActionTV",
    "Music", "Theatre", "VideoGames", "WebComics", "WesternAnimation",
)  # fmt: skip
TROPE_SKEW, MOST_FRACTION, MOST_EXAMPLES, SPLIT = 1.2, 0.02, 20_000, 1_500
WORK_SKEW, FIRST_WORKS = 0.85, 5
NOTE_FRACTION, BULLET_FRACTION = 0.04, 0.08
POOL = 2_000_000  # words that were drawn once. A text is some of them in a row: drawing each word takes too long.


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a wiki is."""

    examples: int

    @property
    def tropes(self) -> int:
        return max(100, self.examples * TROPES // WHOLE)

    @property
    def works(self) -> int:
        return max(600, self.examples * WORKS // WHOLE)


class WikiWriter(Writer):
    """Writes pages about a fixed set of works."""

    def __init__(self, shape: Shape, seed: int = SEED) -> None:
        super().__init__(0, seed)
        count = shape.works // len(MEDIA)
        self._works = [[self._work(space) for _ in range(count)] for _, space, _ in MEDIA]
        self._work_weights = list(accumulate((rank + FIRST_WORKS) ** -WORK_SKEW for rank in range(count)))
        self._pool = self._draw(POOL)
        sizes = self._skewed_sizes(shape)
        self.tropes = list(zip(self.names(shape.tropes), sizes, strict=True))

    def _skewed_sizes(self, shape: Shape) -> list[int]:
        """Return how many examples each trope has. Together they have about as many as the shape."""
        weights = [self._random.lognormvariate(0, TROPE_SKEW) for _ in range(shape.tropes)]
        most = min(MOST_EXAMPLES, round(MOST_FRACTION * shape.examples))
        scale, sizes = shape.examples / sum(weights), list[int]()
        for _ in range(10):  # each time, what the largest may not have is spread over the others
            sizes = [min(most, max(1, round(weight * scale))) for weight in weights]
            scale *= shape.examples / sum(sizes)
        return sizes

    def sources(self, number: int) -> Iterator[tuple[str, str]]:
        """Yield the paths and sources of a trope's page and subpages."""
        name, size = self.tropes[number]
        self._random.seed(f"{SEED} {number}")
        topic = self._sentence_words(24, ())
        by_medium: list[list[str]] = [[] for _ in MEDIA]
        for medium in self._random.choices(range(len(MEDIA)), cum_weights=self._media_weights, k=size):
            by_medium[medium].append(self._wiki_example(medium, topic))
        description = [self._text(40, topic), "", "----"]
        if size <= SPLIT:
            folders = [
                (f"[[folder:{folder}]]", *examples, "[[/folder]]", "")
                for (folder, *_), examples in zip(MEDIA, by_medium, strict=True)
                if examples
            ]
            yield f"{name}.txt", "\n".join([*description, *chain.from_iterable(folders), "----", ""])
            return
        named = [(subpage, each) for subpage, each in zip(SUBPAGES, by_medium, strict=True) if each]
        index = [f"* {name}/{subpage}" for subpage, _ in named]
        yield f"{name}.txt", "\n".join([*description, "[[index]]", *index, "[[/index]]", "----", ""])
        for subpage, examples in named:
            yield f"{name}/{subpage}.txt", "\n".join(["----", *examples, "----", ""])

    def _wiki_example(self, medium: int, topic: Sequence[str]) -> str:
        work = self._popular(medium)
        length = max(MIN_LENGTH, round(self._random.lognormvariate(0, 0.55) * MEAN_LENGTH / 1.16))
        words = (*topic, *work.names) if self._random.random() < 0.6 else topic
        rows = [f"* ''{work.link}'': {self._with_spoiler(self._text(length, words))}"]
        if self._random.random() < NOTE_FRACTION:
            rows[0] += f"[[note]]{self._with_spoiler(self._text(12, topic))}[[/note]]"
        if self._random.random() < BULLET_FRACTION:
            rows.append(f"** {self._with_spoiler(self._text(20, words))}")
        return "\n".join(rows)

    def _popular(self, medium: int) -> Work:
        index = bisect_right(self._work_weights, self._random.random() * self._work_weights[-1])
        return self._works[medium][min(index, len(self._works[medium]) - 1)]

    def _sentence_words(self, length: int, topic: Sequence[str]) -> list[str]:
        start = self._random.randrange(POOL - length)
        words = self._pool[start : start + length]
        for _ in range(round(length * TOPIC_FRACTION) if topic else 0):
            words[self._random.randrange(length)] = self._random.choice(topic)
        return words

    def _text(self, length: int, topic: Sequence[str]) -> str:
        """Return sentences of about ten words."""
        words = self._sentence_words(length, topic)
        sentences = [" ".join(words[start : start + 10]).capitalize() for start in range(0, length, 10)]
        return ". ".join(sentences) + "."

    def _with_spoiler(self, text: str) -> str:
        if self._random.random() >= SPOILER_FRACTION:
            return text
        before, _, hidden = text[:-1].partition(". ")
        return f"{before} [[spoiler:{hidden}]]." if hidden else f"[[spoiler:{before}]]."


def write_pages(shape: Shape, folder: Path, on_progress: Callable[[float], None], workers: int = 2) -> None:
    """Write the pages of a wiki into a folder, by several processes, each page by one of them."""
    with multiprocessing.get_context("spawn").Pool(workers, _start, (shape, folder)) as pool:
        for done, _ in enumerate(pool.imap_unordered(_write, range(shape.tropes), chunksize=20), 1):
            on_progress(done / shape.tropes)


_writer: WikiWriter
_folder: Path


def _start(shape: Shape, folder: Path) -> None:
    global _writer, _folder
    _writer, _folder = WikiWriter(shape), folder


def _write(number: int) -> None:
    for path, source in _writer.sources(number):
        file = _folder / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(source, encoding="utf-8")
