"""Every rule of the grammar as a case in `cases/*.txt`. `cases/README.md` says how to add one."""

from collections import Counter
from pathlib import Path

import pytest

from bot.ingest.site_tables import SiteTables
from bot.wiki.page import read_page
from tests.wiki.case_format import Case, lines_of, read_cases, relevant

CASES = [
    pytest.param(case, id=f"{path.stem}: {case.title}")
    for path in sorted((Path(__file__).parent / "cases").glob("*.txt"))
    for case in read_cases(path)
]


@pytest.mark.parametrize("case", CASES)
def test_a_source_reads_as_its_case_says(case: Case, tables: SiteTables) -> None:
    page = read_page(case.page, case.source, tables.lexicon)
    assert relevant(lines_of(page), case.expected) == case.expected


def test_no_two_cases_have_the_same_title() -> None:
    assert [title for title, count in Counter(param.id for param in CASES).items() if count > 1] == []
