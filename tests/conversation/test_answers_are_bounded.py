"""An answer reads and renders as much of a page twice as long as of a page. Counted in steps, not in seconds."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock, patch

import pytest

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.conversation.answers import Answers
from bot.conversation.shuffle import Shuffler
from bot.corpus.reader import Corpus
from bot.corpus.schema import CORPUS
from bot.database.connections import open_read_pool
from bot.errors import DatabaseError
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.model import Span
from bot.render import lines
from bot.render.markdown import Markdown, render_line

FEW, MANY = 700, 1_400
ONE_PAGE = 15_000  # steps: pages of an example differ, and the whole of each has more
SUB_BULLET = "** ''Film/Title{n}'': She runs [[spoiler:and dies]].\n"
# Pages with n of something, one example in most of them.
SHAPES: dict[str, Callable[[int], str]] = {
    "sub-bullets": lambda n: "* Start word:\n" + "".join(SUB_BULLET.format(n=number) for number in range(n // 2)),
    "titles": lambda n: (
        "* Start word:\n" + "".join(f"** ''Title {number}'': [[spoiler:Dies]].\n" for number in range(n // 2))
    ),
    "words": lambda n: "* " + "word and other words " * n,
    "one word": lambda n: "* " + "abcdefghijklmnopqrst" * n,
    "accents": lambda n: "* a" + "\u0301" * 20 * n,
    "styles": lambda n: "* " + "''ab'' cd '''ef''' " * n,
    "signs": lambda n: "* " + "*_~< word *_~<" * n,
    "spoilers": lambda n: "* word " + "[[spoiler:ab]] cd ef gh " * n,
    "one spoiler": lambda n: "* word [[spoiler:" + "ab cd ef gh ij kl mn " * n + "]]",
    "notes": lambda n: "* word" + "[[note]]ab cd ef gh ij[[/note]] " * n,
    "one note": lambda n: "* word[[note]]" + "ab cd ef gh ij kl mn " * n + "[[/note]]",
    "description": lambda n: "* word",
    "quotes": lambda n: "* word:\n" + "-->word and other words\n" * n,
}


class Steps:
    """Counts what an answer reads and renders."""

    def __init__(self) -> None:
        self.count = 0

    async def fetch(self, rows: list[Any]) -> list[Any]:
        self.count += sum(len(value) if isinstance(value, str) else 1 for row in rows for value in row)
        return rows

    def render_line(self, line: list[Span]) -> Markdown:
        self.count += sum(1 + len(span.text) for span in line)
        return render_line(line)


@asynccontextmanager
async def opened(path: Path, steps: Steps) -> AsyncIterator[Corpus]:
    async def fetch_all(statement: str, parameters: Any = ()) -> list[Any]:
        return await steps.fetch(await pool.fetch_all(statement, parameters))

    async with open_read_pool(path, CORPUS) as pool:
        corpus = Corpus(fetch_all)
        await corpus.reload()
        yield corpus


def write(folder: Path, source: str) -> None:
    folder.mkdir()
    (folder / "SomeTrope.txt").write_text(source, encoding="utf-8")


async def steps_of_answers(source: str, folder: Path, tables: SiteTables) -> dict[str, int]:
    write(folder, source)
    await load([folder / "SomeTrope.txt"], folder / "corpus.db", tables)
    steps, counts = Steps(), {}
    async with opened(folder / "corpus.db", steps) as corpus:
        trope = next(iter(await corpus.tropes())).ref
        answers = Answers(corpus, Shuffler(corpus, Mock(advance_shuffle=AsyncMock(side_effect=DatabaseError("down")))))
        first = f"{trope}/1"
        requests = {
            "random": ExampleRequest(Action.RANDOM, trope),
            "show": ExampleRequest(Action.EXAMPLE, trope, example_ref=first),
            "last page": ExampleRequest(Action.EXAMPLE, trope, example_ref=first, page=99_999),
            "notes": ExampleRequest(Action.NOTES, trope, example_ref=first),
            "about": ExampleRequest(Action.ABOUT, trope),
            "medium": ExampleRequest(Action.MEDIUM, trope, medium="film", page=1),
            # Without suggestions, which compare up to 2,000 titles.
            "search": ExampleRequest(Action.SEARCH, trope, flags=Flag.FROM_MESSAGE, page=1, query="word"),
        }
        with patch.object(lines, "render_line", steps.render_line):
            for name, request in requests.items():
                steps.count = 0
                assert (await answers.answer(request)).card.components
                counts[name] = steps.count
    return counts


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.slow
async def test_an_answer_takes_no_more_steps_for_a_longer_example(
    shape: str, tmp_path: Path, tables: SiteTables
) -> None:
    def page(size: int) -> str:
        description = "word and other words " * size if shape == "description" else "About."
        return f"{description}\n----\n[[folder:Film]]\n{SHAPES[shape](size)}\n[[/folder]]\n"

    few = await steps_of_answers(page(FEW), tmp_path / "few", tables)
    many = await steps_of_answers(page(MANY), tmp_path / "many", tables)
    assert {name: steps for name, steps in many.items() if steps > max(few[name] * 1.1, ONE_PAGE)} == {}


@pytest.mark.parametrize(
    "unit",
    ["[[folder:Folder {n}]]\n* ''Film/Title{n}'': Runs.\n[[/folder]]\n", "* ''Title {n}'': Word.\n"],
    ids=["folders", "works"],
)
async def test_an_overview_takes_steps_in_proportion_to_its_media(
    unit: str, tmp_path: Path, tables: SiteTables
) -> None:
    def page(size: int) -> str:
        return "About.\n----\n" + "".join(unit.format(n=number) for number in range(size))

    few = await steps_of_answers(page(FEW // 5), tmp_path / "few", tables)
    many = await steps_of_answers(page(MANY // 5), tmp_path / "many", tables)
    del many["random"]  # tries again at random
    assert {name: steps for name, steps in many.items() if steps > 2.2 * few[name]} == {}
