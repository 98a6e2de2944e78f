"""Page sources from strangers open no file, run no SQL and use bounded memory."""

import sys
from pathlib import Path

import pytest

from bot.corpus.reader import open_corpus
from bot.corpus.scope import Scope
from bot.ingest.forms import MAX_BYTES, MAX_FILE_BYTES, MAX_LINES, read_content
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.model import visible_text
from bot.settings import ROOT
from tests.security.loading import FREE_BYTES, MAX_GROWTH, MAX_PEAK, load_in_process
from tests.security.worst_pages import WORST_PAGES, WORST_SAVED_PAGES
from tests.state.fault_injection import contents

pytestmark = pytest.mark.slow

GOOD = "* ''Film/RunLolaRun'': she runs.\n"
MAX_MEMORY_MIB = 100  # about half of it is Python and the bot's libraries


def test_oversized_pages_are_refused_in_bounded_memory(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    with (pages / "Huge.txt").open("wb") as file:
        file.truncate(100_000_000)
    (pages / "Bullets.txt").write_text("* x\n" * 1_000_000)
    (pages / "Lines.txt").write_text("* x\n" * (MAX_LINES + 1))
    (pages / "Deep.txt").write_text(GOOD + "*" * 10_000 + " x\n")
    (pages / "Good.txt").write_text(GOOD)
    result = load_in_process(tmp_path / "corpus.db", pages)
    assert result["report"] == "Loaded 2 tropes (2 examples), 0 unchanged, 3 rejected."
    assert sorted(result["warnings"]) == [
        f"{pages / 'Bullets.txt'} is over 2 MiB, images not counted. No page is that long.",
        f"{pages / 'Huge.txt'} is over 32 MiB. No page is that large.",
        f"{pages / 'Lines.txt'} has over 50,000 lines. No page source has that many.",
    ]
    assert result["peak"] < MAX_MEMORY_MIB


@pytest.mark.parametrize("name", WORST_PAGES)
def test_the_pages_of_the_memory_test_are_accepted(name: str) -> None:
    source = WORST_PAGES[name]()
    assert len(source.encode()) <= MAX_BYTES
    assert source.count("\n") <= MAX_LINES


@pytest.mark.parametrize("name", WORST_SAVED_PAGES)
def test_the_saved_pages_of_the_memory_test_are_accepted(name: str) -> None:
    html = WORST_SAVED_PAGES[name]()
    assert len(html) <= MAX_FILE_BYTES
    assert len(read_content(html.encode(), name).text) <= MAX_BYTES


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["one long title", "titles of 200 letters", "one long folder of many", "sub-bullets", "new words"]
)
def test_a_worst_page_is_loaded_or_refused_within_bounds(tmp_path: Path, name: str) -> None:
    pages, corpus = tmp_path / "pages", tmp_path / "corpus.db"
    pages.mkdir()
    (pages / "Worst.txt").write_text(WORST_PAGES[name]())
    (pages / "Good.txt").write_text(GOOD)
    result = load_in_process(corpus, pages)
    assert result["peak"] <= MAX_PEAK
    assert corpus.stat().st_size <= max(FREE_BYTES, MAX_GROWTH * (pages / "Worst.txt").stat().st_size)
    assert result["report"].startswith("Loaded 1 trope (1 examples)" if result["rejected"] else "Loaded 2 tropes")


PATHS = (
    "../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "[[include:/etc/passwd]]", "[[image:/etc/passwd]]",
    "[[quoteright:350:/etc/passwd]]", "%%INCLUDE /etc/passwd", "http://127.0.0.1:9/", "$(touch x)", "`touch x`",
    "{{Film/../../../etc/passwd}}", "[[/etc/passwd passwd]]", '<!--#include file="/etc/passwd" -->', "&xxe;",
)  # fmt: skip


def test_a_page_opens_no_file_address_or_program(tmp_path: Path) -> None:
    page = tmp_path / "Page.txt"
    page.write_text("".join(f"* ''Film/RunLolaRun'': {path}\n* {path}\n[[folder:{path}]]\n" for path in PATHS))
    result = load_in_process(tmp_path / "corpus.db", page)
    assert "0 rejected" in result["report"]
    allowed = (str(tmp_path), str(ROOT), sys.prefix, sys.base_prefix)
    assert str(page) in result["touched"]
    assert [path for path in result["touched"] if not path.startswith(allowed)] == []


INJECTIONS = (
    "x'); DROP TABLE example; --", '"; DELETE FROM example; --', "' OR '1'='1",
    "x') UNION SELECT sql FROM visible_fts; --",
    "?1 :name @name $name", "clear MATCH 'a' NEAR(b)", "ATTACH DATABASE 'evil.db' AS evil;",
    "\\'); PRAGMA user_version=9; --",
)  # fmt: skip


@pytest.mark.parametrize("text", INJECTIONS)
async def test_sql_in_pages_and_searches_is_only_text(tmp_path: Path, tables: SiteTables, text: str) -> None:
    page, corpus = tmp_path / "Page.txt", tmp_path / "corpus.db"
    page.write_text(f"[[folder:{text}]]\n* ''{text}'': she says {text}\n[[/folder]]\n* ''Film/Other'': y\n")
    report = await load([page], corpus, tables)
    assert (report.examples, report.rejected) == (2, 0)
    async with open_corpus(corpus) as reader:
        first = await reader.by_number("Page", 1)
        assert first
        # TV Tropes shows two hyphens as a dash.
        assert visible_text(first.example.parts[0].spans).endswith(f"she says {text.replace('--', '—')}")
        await reader.search(text, Scope(), 1, 10)
        await reader.suggest_works(text, text, 25)
        assert await reader.by_number(text, 1) is None
        assert await reader.count(Scope(text)) == 0
        assert await reader.count(Scope()) == 2
    assert set(contents(tmp_path)) == {"Page.txt", "corpus.db", "corpus.db.lock"}
