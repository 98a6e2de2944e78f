"""What holds for every saved page: nothing is raised, no word is lost, and what a browser hides stays hidden."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.ingest.site_tables import read_tables
from bot.model import Example, Page, Span
from bot.wiki.page import read_page
from bot.wiki.saved_page import read_saved_page
from tests.wiki.invariants import assert_sound, every_text, everything_in_clear, found
from tests.wiki.random_html import Markup, Soup, models, soups
from tests.wiki.saved_cases import saved_pages

LEXICON = read_tables(Path(__file__).parents[2] / "data").lexicon
PAGES = [path.read_bytes().decode("cp1252", "replace") for path in saved_pages() if path.suffix == ".html"]
SOUPS = 2 * settings().max_examples


def read(html: str) -> Page:
    return read_saved_page(html, LEXICON)


@given(st.text(st.characters(codec=None)))
@example('<div id="main-article">')
@example('<div id="wikitext">\ud83d\0')
def test_any_text_is_a_page(text: str) -> None:
    assert_sound(read(text))


@settings(max_examples=SOUPS)
@given(soups())
def test_a_word_is_hidden_if_a_browser_hides_it(soup: Soup) -> None:
    page = read(soup.html)
    assert_sound(page)
    assert found(list(soup.hidden), everything_in_clear(page)) == []
    assert found([*soup.visible, *soup.hidden], every_text(page)) == [*soup.visible, *soup.hidden]


@given(models())
@pytest.mark.slow
def test_a_page_reads_like_its_source(page: Markup) -> None:
    shown, typed = read(page.html), read_page("SomeTrope", page.source, LEXICON)
    assert_sound(shown)
    assert _comparable(shown.examples) == _comparable(typed.examples)
    assert [part.text for part in shown.trope.description] == [part.text for part in typed.trope.description]


@given(
    st.sampled_from(PAGES),
    st.lists(
        st.tuples(st.integers(0, 6_000), st.integers(0, 40), st.text("<>/=\"'&;! -ulispan", max_size=6)), max_size=8
    ),
)
def test_a_mutated_page_is_a_page(html: str, cuts: list[tuple[int, int, str]]) -> None:
    for at, length, instead in cuts:
        html = html[:at] + instead + html[at + length :]
    assert_sound(read(html))


@pytest.mark.parametrize("index", range(0, len(PAGES), 7))
def test_a_page_cut_anywhere_is_a_page(index: int) -> None:
    html = PAGES[index]
    for end in range(max(0, html.find("<body")), len(html), 97):
        assert_sound(read(html[:end]))


def _comparable(examples: Iterable[Example]) -> list[Any]:
    return [
        (
            each.folder,
            each.medium,
            each.works,
            [
                (
                    part.kind,
                    part.depth,
                    _spans(part.spans),
                    [(note.label, note.spoiler, _spans(note.spans)) for note in part.notes],
                )
                for part in each.parts
            ],
        )
        for each in examples
    ]


def _spans(spans: Iterable[Span]) -> list[tuple[Any, ...]]:
    return [(span.text, span.style, span.page, span.spoiler) for span in spans]
