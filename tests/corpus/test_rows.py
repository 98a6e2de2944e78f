"""A search finds all visible words and no hidden one."""

from pathlib import Path

import pytest

from bot.corpus.pages import StoredPage
from bot.corpus.reader import open_corpus
from bot.corpus.rows import trope_rows
from bot.corpus.scope import Scope
from bot.corpus.writer import open_writer
from bot.model import Example, Note, Page, Part, PartKind, Span, Trope

NOTES = (
    Note(9, "why", (Span("clearnote "), Span("hiddennote", spoiler=1))),
    Note(9, "note", (Span("deepnote", spoiler=1),), 1),
)
BULLET = (Span("clearone "), Span("hiddenone", spoiler=1), Span("glued"), Span("hiddentwo", spoiler=2))
QUOTE = (Span("clear"), Span("two"), Span("hidden", spoiler=1), Span("three", spoiler=1))
PARTS = (Part(PartKind.BULLET, 1, BULLET, NOTES), Part(PartKind.QUOTE, 1, QUOTE))
PAGE = Page(Trope("BigHeroicRun", "Big Heroic Run"), (Example(1, "key", None, None, (), PARTS),))


VISIBLE = ["clearone", "clearnote", "cleartwo", "glued"]
HIDDEN = ["hiddenone", "hiddentwo", "hiddennote", "deepnote", "hiddenthree", "hidden*", "gluedhidden*"]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    async def write(path: Path) -> None:
        async with open_writer(path) as writer:
            await writer.replace([trope_rows([StoredPage(PAGE, "fingerprint")], 1)])

    path = tmp_path_factory.mktemp("corpus") / "corpus.db"
    asyncio.run(write(path))
    return path


@pytest.mark.parametrize("word", ["clearone", "clearnote", "cleartwo", "glued"])
def test_what_shows_is_found(path: Path, word: str) -> None:
    assert found(path, word) == 1


@pytest.mark.parametrize(
    "word", ["hiddenone", "hiddentwo", "hiddennote", "deepnote", "hiddenthree", "hidden*", "gluedhidden*"]
)
def test_what_hides_is_not_found(path: Path, word: str) -> None:
    assert found(path, word) == 0
