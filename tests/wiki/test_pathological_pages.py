"""Long sources of one repeated sign are read without losing a word. The benchmark measures their cost."""

import pytest

from bot.model import MAX_UNLINKED_WORKS
from bot.wiki.page import read_page
from bot.wiki.saved_page import read_saved_page
from tests.wiki.invariants import every_text, everything_in_clear
from tests.wiki.pathological_pages import NASTY, NASTY_HTML, nasty, nasty_html

pytestmark = pytest.mark.slow

LENGTH = 50_000
TOO_MUCH = "the page has far more elements than any of the site"


@pytest.mark.parametrize("name", NASTY)
def test_a_long_run_of_one_sign_loses_no_word(name: str) -> None:
    assert "w1x" in every_text(read_page("SomeTrope", nasty(name, LENGTH)))


@pytest.mark.parametrize("name", NASTY_HTML)
def test_a_long_run_of_one_element_is_read(name: str) -> None:
    page = read_saved_page(nasty_html(name, LENGTH))
    assert "w1x" in every_text(page) or [each.message for each in page.diagnostics] == [TOO_MUCH]


def test_what_would_be_opened_again_and_again_is_not_read() -> None:
    page = read_saved_page(nasty_html("styles that are opened again", LENGTH * 4))
    assert [each.message for each in page.diagnostics] == [TOO_MUCH]


@pytest.mark.parametrize("depth", [150, 220, 400])
def test_a_deep_spoiler_hides(depth: int) -> None:
    levels = "<div>" * (depth // 2)
    page = read_saved_page(f'<div id="main-article">{levels}a<span class="spoiler">{levels}s1x</span></div>')
    assert "s1x" in every_text(page)
    assert "s1x" not in everything_in_clear(page)


@pytest.mark.parametrize("depth", [500, 5_000, 100_000])
def test_what_is_too_deep_for_a_browser_is_not_read(depth: int) -> None:
    levels = "<div>" * depth
    page = read_saved_page(f'<div id="main-article">a{levels}<span class="spoiler">{levels}s1x</span></div>')
    assert ([each.message for each in page.diagnostics], every_text(page).strip()) == ([TOO_MUCH], "")


@pytest.mark.parametrize("count", [MAX_UNLINKED_WORKS, MAX_UNLINKED_WORKS + 1, 5_000])
@pytest.mark.parametrize("spoiled", [True, False])
def test_a_spoiler_among_many_works_is_about_all(count: int, spoiled: bool) -> None:
    spoiler = " [[spoiler:She lives]]." if spoiled else ""
    bullets = "".join(f"** ''Title {index}.'':{spoiler}\n" for index in range(count))
    [example] = read_page("SomeTrope", f"* Some:\n{bullets}").examples
    assert len(example.works) == count
    assert example.works_spoiled == (list(example.works) if spoiled else [])
