"""A search finds all visible words and no hidden one."""

from pathlib import Path

from bot.corpus.pages import StoredPage
from bot.corpus.reader import open_corpus
from bot.corpus.rows import trope_rows
from bot.corpus.scope import Scope
from bot.corpus.writer import open_writer
from bot.ingest.layouts import LAYOUTS
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


async def test_only_visible_words_are_found(tmp_path: Path) -> None:
    path = tmp_path / "corpus.db"
    async with open_writer(path) as writer:
        await writer.replace([trope_rows([StoredPage(PAGE, "fingerprint")], 1, LAYOUTS)])
    async with open_corpus(path) as corpus:
        totals = {word: (await corpus.search(word, Scope(), 1, 5)).total for word in [*VISIBLE, *HIDDEN]}
    assert totals == dict.fromkeys(VISIBLE, 1) | dict.fromkeys(HIDDEN, 0)
