"""A page with every construct, compared byte for byte with its JSON Lines."""

from pathlib import Path

from bot.cli.jsonl import json_lines
from bot.ingest.sources import SourceFile, read_tables
from bot.wiki.page import read_page
from tests.wiki.case_format import lines_of

PAGES = Path(__file__).parent / "pages"


def test_every_construct_is_read_as_written_down() -> None:
    source = SourceFile(PAGES / "EveryConstruct.txt").read()
    page = read_page(source.page, source.text, LEXICON)
    written = "".join(f"{line}\n" for line in json_lines(page.trope, page.examples))
    assert written.encode("utf-8") == (PAGES / "EveryConstruct.expected.jsonl").read_bytes()


def test_what_is_no_part_of_an_example_is_set_aside() -> None:
    source = SourceFile(PAGES / "EveryConstruct.txt").read()
    page = read_page(source.page, source.text, LEXICON)
    assert [line for line in lines_of(page) if line.startswith("aside:")] == [
        'aside: > "Run!"',
        "aside: -- **Someone**",
        "aside: A *box* beside it.",
        "aside: * A box over rows.",
        "aside: The end.",
    ]
