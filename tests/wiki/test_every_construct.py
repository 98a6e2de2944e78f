"""A page with every construct, compared byte for byte with its JSON Lines."""

from pathlib import Path

from bot.cli.jsonl import json_lines
from bot.ingest.site_tables import SiteTables
from bot.ingest.sources import SourceFile
from bot.wiki.page import read_page
from tests.wiki.case_format import lines_of

PAGES = Path(__file__).parent / "pages"


def test_every_construct_is_read_as_expected(tables: SiteTables) -> None:
    source = SourceFile(PAGES / "EveryConstruct.txt").read()
    page = read_page(source.page, source.text, tables.lexicon)
    lines = "".join(f"{line}\n" for line in json_lines(page.trope, page.examples))
    assert lines.encode("utf-8") == (PAGES / "EveryConstruct.expected.jsonl").read_bytes()
    # Text that belongs to no example is not in those lines.
    assert [line for line in lines_of(page) if line.startswith("aside:")] == [
        'aside: > "Run!"',
        "aside: -- **Someone**",
        "aside: A *box* beside it.",
        "aside: * A box over rows.",
        "aside: The end.",
    ]
