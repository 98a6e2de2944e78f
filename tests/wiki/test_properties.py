"""For every source: nothing is raised, no word is lost, and hidden text stays hidden."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ingest.site_tables import read_tables
from bot.model import Page
from bot.wiki.page import read_page
from tests.wiki.invariants import assert_sound, every_text, everything_in_clear, found, parts_of
from tests.wiki.random_markup import secrets, soups

ROOT = Path(__file__).parents[2]
LEXICON = read_tables(ROOT / "data").lexicon
SOURCE = (ROOT / "data" / "tropes" / "BigHeroicRun.txt").read_text(encoding="utf-8")
LINES = SOURCE.split("²")
SOUPS = settings(max_examples=2 * settings().max_examples)
# Every offset takes half a minute.
EVERY_OFFSET, QUICKLY = settings().max_examples > 100, settings().max_examples < 60
STRIDE = 1 if EVERY_OFFSET else 149
LINE_STRIDE = 1 if EVERY_OFFSET else 11 if QUICKLY else 3


PAGES = ("SomeTrope", "SomeTrope/VideoGames", "SomeTrope/TheRun", "WesternAnimation")


def read(source: str, page: str = "SomeTrope") -> Page:
    return read_page(page, source, LEXICON)


@SOUPS
@given(st.text(st.characters(codec=None)) | st.text("[]{}'*-=@%:|²\\\n !#spoilerA1/<>&;^_+", max_size=200))
def test_any_text_is_read_as_a_page(source: str) -> None:
    assert_sound(read(source))


@SOUPS
@given(soups(), st.sampled_from(PAGES))
def test_no_visible_word_is_lost(soup: tuple[str, list[str]], name: str) -> None:
    source, words = soup
    page = read(source, name)
    assert_sound(page)
    assert found(words, every_text(page)) == words


@SOUPS
@given(secrets(), st.sampled_from(PAGES))
def test_hidden_words_stay_hidden_and_are_not_lost(soup: tuple[str, list[str], list[str]], name: str) -> None:
    source, words, hidden = soup
    page = read(source, name)
    assert_sound(page)
    assert found(hidden, everything_in_clear(page)) == []
    assert found([*words, *hidden], every_text(page)) == [*words, *hidden]


@SOUPS
@given(soups())
def test_a_subpage_has_one_medium_unless_a_section_names_another(soup: tuple[str, list[str]]) -> None:
    page = read(soup[0], "SomeTrope/VideoGames")
    assert page.subpage == "SomeTrope/VideoGames"
    assert {example.subpage for example in page.examples} <= {page.subpage}
    assert {example.medium and example.medium.slug for example in page.examples} <= {
        "video-games", *(example.medium.slug for example in page.examples if example.folder and example.medium),
    }  # fmt: skip


@SOUPS
@given(soups(), st.sampled_from(PAGES))
def test_pages_differ_in_more_than_case(soup: tuple[str, list[str]], name: str) -> None:
    page = read(soup[0], name)
    pages = {span.page for part in parts_of(page) for span in part.spans if span.page}
    assert len({each.casefold() for each in pages}) == len(pages)
    assert len({each.casefold() for each in page.listed_subpages}) == len(page.listed_subpages)


EDITS = st.tuples(st.integers(0, len(SOURCE)), st.integers(0, 40), st.text("[]'{}=²*-> a", max_size=6))


@given(st.lists(EDITS, max_size=8))
def test_an_edited_page_is_read_as_a_page(edits: list[tuple[int, int, str]]) -> None:
    source = SOURCE
    for start, length, inserted in edits:
        source = source[:start] + inserted + source[start + length :]
    assert_sound(read(source))


@pytest.mark.parametrize("index", range(len(LINES)))
@pytest.mark.slow
def test_a_line_cut_anywhere_is_read(index: int) -> None:
    before = "\n".join(LINES[max(0, index - 2) : index])
    for end in range(0, len(LINES[index]) + 1, LINE_STRIDE):
        assert_sound(read(f"{before}\n{LINES[index][:end]}"))


@pytest.mark.slow
def test_a_page_cut_anywhere_is_read() -> None:
    for end in range(0, len(SOURCE) + 1, STRIDE):
        assert_sound(read(SOURCE[:end]))
