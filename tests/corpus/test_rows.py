"""A search finds all visible words and no hidden one."""

from hashlib import blake2b
from pathlib import Path

from bot.corpus.index_rows import index_row
from bot.corpus.pages import StoredPage
from bot.corpus.reader import open_corpus
from bot.corpus.rows import trope_rows
from bot.corpus.schema import CORPUS
from bot.corpus.scope import Scope
from bot.corpus.writer import open_writer
from bot.ingest.layouts import LAYOUTS
from bot.model import Example, Medium, MediumGroup, Note, Page, Part, PartKind, Span, Trope, Work
from bot.render.snippets import snippet

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


async def test_a_hit_opens_the_page_with_most_visible_words(tmp_path: Path) -> None:
    filler = "word and other " * 400
    texts = [("start", 0), (filler, 0), ("ghost", 1), (filler, 0), ("Ghost ship", 0), (filler, 0), ("shipped", 0)]
    parts = (Part(PartKind.BULLET, 1, tuple(Span(f" {text} ", spoiler=spoiler) for text, spoiler in texts)),)
    page = Page(PAGE.trope, (Example(1, "key", None, None, (), parts),))
    path = tmp_path / "corpus.db"
    async with open_writer(path) as writer:
        await writer.replace([trope_rows([StoredPage(page, "fingerprint")], 1, LAYOUTS)])
    async with open_corpus(path) as corpus:
        entry = await corpus.by_number("BigHeroicRun", 1)
        assert entry is not None
        opened = {
            query: snippet((await corpus.turn_to_words(entry, query.split())).lines or (), "", tuple(query.split()))
            for query in ("start", "ghost", "ship", "shipp", "ghost start", "nowhere", "?")
        }
        turned = [await corpus.turn_to_page(entry, number) for number in (-1, 1, entry.page_count, 99)]
        assert [example async for example in corpus.iter_examples("BigHeroicRun")] == list(page.examples)
    assert "**start**" in opened["start"]
    assert "**Ghost** ship" in opened["ghost"]
    assert "**ship**" in opened["ship"]
    assert "**shipped**" in opened["shipp"]
    assert opened["nowhere"] == opened["?"] == snippet(entry.lines or (), "", ())
    assert [each.page for each in turned] == [1, 1, entry.page_count, entry.page_count]


def test_index_rows_change_only_with_the_schema() -> None:
    # A row is deleted by making it again, which a corpus of another version would not survive.
    spans = (Span("Äpfel ~ of the the apples, Apple's "), Span("hidden of the end", spoiler=1))
    medium = Medium("film-live-action", "Film", MediumGroup("film", "Film"))
    parts = (Part(PartKind.BULLET, 1, spans, (Note(1, "note", (Span("seen"),)),)),)
    example = Example(1, "key", None, medium, (Work("Film/Apples", "The Apples ~"),), parts)
    digest = blake2b(repr(index_row(65537, 1, example)).encode(), digest_size=8).hexdigest()
    assert {CORPUS.version: digest} == {13: "96da91545908dcb7"}
