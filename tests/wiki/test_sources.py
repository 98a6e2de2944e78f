"""Whole pages of the kinds that people have, each with the lines that it reads as."""

from pathlib import Path

import pytest

from bot.ingest.site_tables import read_tables
from bot.wiki.page import read_page
from tests.wiki.case_format import lines_of

SOURCES = Path(__file__).parent / "sources"
LEXICON = read_tables(Path(__file__).parents[2] / "data").lexicon
NAMES = sorted(path.stem for path in SOURCES.glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_reads_as_written_down(name: str) -> None:
    page = read_page(name, (SOURCES / f"{name}.txt").read_text(encoding="utf-8"), LEXICON)
    expected = (SOURCES / f"{name}.lines").read_text(encoding="utf-8")
    assert "".join(f"{line}\n" for line in lines_of(page)) == expected
