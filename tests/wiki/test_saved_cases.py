"""Saved web pages read as their cases say: whole files, and articles in the notation of the syntax cases."""

import json
from pathlib import Path

import pytest

from bot.cli.jsonl import json_lines
from bot.errors import SourceError
from bot.ingest.site_tables import read_tables
from bot.ingest.sources import SourceFile, read_page_source
from bot.wiki.saved_page import read_saved_page
from tests.wiki.case_format import Case, lines_of, read_cases, relevant
from tests.wiki.invariants import assert_sound
from tests.wiki.saved_cases import ARTICLE, comparable, expectation, saved_pages

LEXICON = read_tables(Path(__file__).parents[2] / "data").lexicon
READABLE = [path for path in saved_pages() if expectation(path)]
CASES = [
    pytest.param(case, id=f"{path.stem}: {case.title}")
    for path in sorted((Path(__file__).parent / "cases" / "html").glob("*.txt"))
    for case in read_cases(path)
]


@pytest.mark.parametrize("path", READABLE, ids=[path.stem for path in READABLE])
def test_a_saved_page_reads_as_its_case_says(path: Path) -> None:
    page = read_page_source(SourceFile(path).read(), LEXICON)
    assert_sound(page)
    read = [json.loads(line) for line in json_lines(page.trope, page.examples)]
    assert comparable(read) == comparable(expectation(path) or [])


@pytest.mark.parametrize("case", CASES)
def test_an_article_reads_as_its_case_says(case: Case) -> None:
    page = read_saved_page(ARTICLE.format(case.source), LEXICON)
    assert_sound(page)
    assert relevant(lines_of(page), case.expected) == case.expected


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("NoArticle.html", "the wiki has no page Main/LongWalkk", id="no article"),
        pytest.param("NoSourceView.html", "the wiki gave no source", id="no source"),
        pytest.param("RedirectView.html", "only redirects to Main/VeryLongWalk", id="redirect"),
        pytest.param("WorkPage.html", r"the page of a work \(VideoGame/IronTides\), not of a trope", id="work"),
    ],
)
def test_a_page_without_examples_of_a_trope_is_refused(name: str, reason: str) -> None:
    path = next(path for path in saved_pages() if path.name == name)
    with pytest.raises(SourceError, match=reason):
        SourceFile(path).read()


def test_a_paragraph_after_a_list_is_no_part_of_it() -> None:
    path = next(path for path in saved_pages() if path.stem == "ParagraphAfterList")
    page = read_page_source(SourceFile(path).read(), LEXICON)
    assert [[part.text for part in example.parts] for example in page.examples] == [["The Quiet March: They walk."]]
    assert [part.text for part in page.other_parts] == ["In truth nobody walks that far."]
