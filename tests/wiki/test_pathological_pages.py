"""Long sources of one repeated sign are read without losing a word. The benchmark measures their cost."""

import pytest

from bot.model import MAX_UNLINKED_WORKS
from bot.wiki.page import read_page
from tests.wiki.invariants import every_text
from tests.wiki.pathological_pages import NASTY, nasty

LENGTH = 50_000


@pytest.mark.parametrize("name", NASTY)
def test_a_long_run_of_one_sign_loses_no_word(name: str) -> None:
    assert "w1x" in every_text(read_page("SomeTrope", nasty(name, LENGTH)))


@pytest.mark.parametrize("count", [MAX_UNLINKED_WORKS, MAX_UNLINKED_WORKS + 1, 5_000])
@pytest.mark.parametrize("spoiled", [True, False])
def test_a_spoiler_among_many_works_is_about_all(count: int, spoiled: bool) -> None:
    spoiler = " [[spoiler:She lives]]." if spoiled else ""
    bullets = "".join(f"** ''Title {index}.'':{spoiler}\n" for index in range(count))
    [example] = read_page("SomeTrope", f"* Some:\n{bullets}").examples
    assert len(example.works) == count
    assert example.works_spoiled == (list(example.works) if spoiled else [])
