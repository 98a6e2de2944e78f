"""Draws searches of every class from a corpus; equal seeds draw equal searches."""

import random
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.corpus.catalogue import medium_from_row
from bot.corpus.index_rows import IndexRow, index_row
from bot.corpus.queries import SELECT_ALL_MEDIA, SELECT_WHOLE
from bot.corpus.rows import EXAMPLE_NUMBER_BITS, example_id
from bot.corpus.scope import Scope
from bot.corpus.stored import decode_whole

SEED = 7
MAX_ID = (1 << 63) - 1
# Word classes by the fraction of examples that contain them. Rare words are in at most 100 examples.
VERY_COMMON, COMMON, MID = 0.2, 0.02, 0.0002
MAX_RARE_EXAMPLES = 100
EVERYWHERE = Scope()


def indexed_rows(database: sqlite3.Connection, first: int, last: int) -> Iterator[IndexRow]:
    """Yield the texts of examples, by the first and last of their ids."""
    media = {row[0]: medium_from_row(row) for row in database.execute(SELECT_ALL_MEDIA)}
    for row in database.execute(SELECT_WHOLE, (first, last)):
        yield index_row(row[0], row[0] >> EXAMPLE_NUMBER_BITS, decode_whole(row, media))


def index_with_lengths(database: sqlite3.Connection) -> None:
    """Make the table temp.exact, the index of visible text with the lengths that FTS5 needs to rank hits."""
    [(statement,)] = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'visible_fts'").fetchall()
    database.execute(statement.replace("visible_fts", "temp.exact").replace("columnsize = 0, ", ""))
    rows = (row.of_visible for row in indexed_rows(database, 0, MAX_ID))
    database.executemany("INSERT INTO temp.exact (rowid, text, works, filters) VALUES (?, ?, ?, ?)", rows)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


@dataclass(frozen=True, slots=True)
class Query:
    words: str
    scope: Scope = EVERYWHERE


class Drawer:
    def __init__(self, corpus: Path, seed: int = SEED) -> None:
        self._random = random.Random(seed)
        with closing(sqlite3.connect(f"file:{corpus}?mode=ro", uri=True)) as database:
            terms = database.execute("SELECT term, document_count FROM term WHERE length(term) > 1").fetchall()
            tropes = database.execute("SELECT trope_id, sum(examples) FROM example_count GROUP BY 1").fetchall()
            total = sum([count for _, count in tropes])
            some = self._some_ids(tropes, min(total, 3000))
            rows = [row for identity in sorted(some) for row in indexed_rows(database, identity, identity)]
            self._media = [slug for (slug,) in database.execute("SELECT slug FROM medium")]
            self._tropes = [name for (name,) in database.execute("SELECT name FROM trope")]
            self.trope_titles = [title for (title,) in database.execute("SELECT title FROM trope ORDER BY 1")]
        self._texts = [words for row in rows if len(words := _words(row.visible)) > 5]
        self._titles = [words for row in rows if len(words := _words(row.works)) > 1]
        self._by_frequency = {
            "very common": [term for term, count in terms if count > VERY_COMMON * total],
            "common": [term for term, count in terms if COMMON * total < count <= VERY_COMMON * total],
            "mid": [term for term, count in terms if max(MAX_RARE_EXAMPLES, MID * total) < count <= COMMON * total],
            "rare": [term for term, count in terms if 1 < count <= MAX_RARE_EXAMPLES],
        }

    def _some_ids(self, tropes: Sequence[tuple[int, int]], count: int) -> set[int]:
        """Return the ids of some examples, each as likely as any other."""
        drawn = self._random.choices(tropes, [examples for _, examples in tropes], k=count)
        return {example_id(trope_id, self._random.randint(1, examples)) for trope_id, examples in drawn}

    def draw(self, count: int) -> dict[str, list[Query]]:
        """Return up to `count` different searches of each class."""
        classes: dict[str, Callable[[], Query]] = {
            "very common word": lambda: Query(self._word("very common")),
            "common word": lambda: Query(self._word("common")),
            "mid word": lambda: Query(self._word("mid")),
            "rare word": lambda: Query(self._word("rare")),
            "two words": lambda: Query(" ".join(self._random.sample(self._text(), 2))),
            "three words": lambda: Query(" ".join(self._random.sample(self._text(), 3))),
            "stop word and rare word": lambda: Query(f"{self._word('very common')} {self._word('rare')}"),
            "phrase": lambda: Query(f'"{" ".join(self._phrase(self._random.choice((2, 2, 3, 4))))}"'),
            "3 letters*": lambda: Query(f"{self._prefix(3)}*"),
            "5 letters*": lambda: Query(f"{self._prefix(5)}*"),
            "within a medium": lambda: Query(self._any(), Scope(media=(self._random.choice(self._media),))),
            "within a trope": lambda: Query(self._any(), Scope(self._random.choice(self._tropes))),
            "nonsense": lambda: Query(self.nonsense()),
            "a word with a typo": lambda: Query(self._typo(max(self._text(), key=len))),
            "two words of a title": lambda: Query(" ".join(self._random.sample(self._random.choice(self._titles), 2))),
        }
        return {name: list(self._unique(draw, count)) for name, draw in classes.items()}

    def nonsense(self) -> str:
        """Return letters that no example has."""
        return "".join(self._random.choices("bcdfghjkqxz", k=9))

    def misspelled(self, titles: Sequence[str]) -> str:
        """Return one of some titles with a typo."""
        return self._typo(self._random.choice(titles))

    def _typo(self, text: str) -> str:
        """Return a text with two letters swapped, but not the first one."""
        at = self._random.randrange(1, max(2, len(text) - 1))
        return f"{text[:at]}{text[at + 1 : at + 2]}{text[at : at + 1]}{text[at + 2 :]}"

    def _unique(self, draw: Callable[[], Query], count: int) -> Iterator[Query]:
        drawn: set[Query] = set()
        for _ in range(count * 4):
            query = draw()
            if len(drawn) < count and query not in drawn:
                drawn.add(query)
                yield query

    def _word(self, frequency: str) -> str:
        words: list[str] = self._by_frequency[frequency]
        return self._random.choice(words or ["the"])

    def _text(self) -> list[str]:
        return self._random.choice(self._texts)

    def _any(self) -> str:
        return self._random.choice(self._text())

    def _phrase(self, length: int) -> list[str]:
        text = self._text()
        start = self._random.randrange(len(text) - length + 1)
        return text[start : start + length]

    def _prefix(self, letters: int) -> str:
        return self._random.choice([word for word in self._text() if len(word) >= letters] or ["heroic"])[:letters]
