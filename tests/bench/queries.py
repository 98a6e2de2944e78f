"""Searches of every class that members could ask, drawn from a corpus by a seed: the same ones for the same corpus."""

import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.corpus.scope import Scope

SEED = 7
# Words by the share of examples that hold them; a rare one stands in at most a hundred.
VERY_COMMON, COMMON, MID = 0.2, 0.02, 0.0002
RARE = 100


EVERYWHERE = Scope()


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


@dataclass(frozen=True, slots=True)
class Query:
    """A search of a class."""

    words: str
    scope: Scope = EVERYWHERE


class Drawer:
    """Draw searches from a corpus."""

    def __init__(self, corpus: Path, seed: int = SEED) -> None:
        """Read how frequent the words are, and the texts of some examples."""
        self._random = random.Random(seed)
        with closing(sqlite3.connect(f"file:{corpus}?mode=ro", uri=True)) as database:
            terms = database.execute("SELECT term, document_count FROM term WHERE length(term) > 1").fetchall()
            [(total,)] = database.execute("SELECT count(*) FROM example")
            ids = [identity for (identity,) in database.execute("SELECT example_id FROM index_source")]
            some = self._random.sample(ids, min(len(ids), 3000))
            rows = [
                database.execute("SELECT visible, works FROM index_source WHERE example_id = ?", (i,)).fetchone()
                for i in some
            ]
            self._media = [slug for (slug,) in database.execute("SELECT slug FROM medium")]
            self._tropes = [name for (name,) in database.execute("SELECT name FROM trope")]
        self._texts = [words for text, _ in rows if len(words := _words(text)) > 5]
        self._titles = [words for _, works in rows if len(words := _words(works)) > 1]
        self._by_share = {
            "very common": [term for term, count in terms if count > VERY_COMMON * total],
            "common": [term for term, count in terms if COMMON * total < count <= VERY_COMMON * total],
            "mid": [term for term, count in terms if max(RARE, MID * total) < count <= COMMON * total],
            "rare": [term for term, count in terms if 1 < count <= RARE],
        }

    def draw(self, most: int) -> dict[str, list[Query]]:
        """Return up to so many different searches of each class."""
        classes: dict[str, Callable[[], Query]] = {
            "very common word": lambda: Query(self._word("very common")),
            "common word": lambda: Query(self._word("common")),
            "mid word": lambda: Query(self._word("mid")),
            "rare word": lambda: Query(self._word("rare")),
            "two words": lambda: Query(" ".join(self._random.sample(self._text(), 2))),
            "three words": lambda: Query(" ".join(self._random.sample(self._text(), 3))),
            "stop word and rare word": lambda: Query(f"{self._word('very common')} {self._word('rare')}"),
            "phrase": lambda: Query(f'"{" ".join(self._run(self._random.choice((2, 2, 3, 4))))}"'),
            "3 letters*": lambda: Query(f"{self._beginning(3)}*"),
            "5 letters*": lambda: Query(f"{self._beginning(5)}*"),
            "within a medium": lambda: Query(self._any(), Scope(media=(self._random.choice(self._media),))),
            "within a trope": lambda: Query(self._any(), Scope(self._random.choice(self._tropes))),
            "nonsense": lambda: Query("".join(self._random.choices("bcdfghjkqxz", k=9))),
            "two words of a title": lambda: Query(" ".join(self._random.sample(self._random.choice(self._titles), 2))),
        }
        return {name: list(self._different(draw, most)) for name, draw in classes.items()}

    def _different(self, draw: Callable[[], Query], most: int) -> Iterator[Query]:
        drawn: set[Query] = set()
        for _ in range(most * 4):
            query = draw()
            if len(drawn) < most and query not in drawn:
                drawn.add(query)
                yield query

    def _word(self, share: str) -> str:
        words: list[str] = self._by_share[share]
        return self._random.choice(words or ["the"])

    def _text(self) -> list[str]:
        return self._random.choice(self._texts)

    def _any(self) -> str:
        return self._random.choice(self._text())

    def _run(self, length: int) -> list[str]:
        text = self._text()
        begin = self._random.randrange(len(text) - length + 1)
        return text[begin : begin + length]

    def _beginning(self, letters: int) -> str:
        return self._random.choice([word for word in self._text() if len(word) >= letters] or ["heroic"])[:letters]
