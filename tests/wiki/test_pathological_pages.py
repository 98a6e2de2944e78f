"""Long sources of one sign: each is read, and none of its words is lost. What they cost is measured by the bench."""

import pytest

from bot.model import MAX_UNLINKED_WORKS
from bot.wiki.page import read_page
from tests.wiki.invariants import every_text
from tests.wiki.pathological_pages import NASTY, nasty

LENGTH = 50_000


@pytest.mark.parametrize("name", NASTY)
def test_a_long_run_of_one_sign_is_read(name: str) -> None:
    page = read_page("SomeTrope", nasty(name, LENGTH))
    assert "w1x" in every_text(page)


@pytest.mark.parametrize("count", [MAX_UNLINKED_WORKS, MAX_UNLINKED_WORKS + 1, 5_000])
def test_spoilers_of_very_many_works_are_about_all_of_them(count: int) -> None:
    bullets = "".join(f"** ''Title {index}.'': [[spoiler:She lives]].\n" for index in range(count))
    (example,) = read_page("SomeTrope", f"* Some:\n{bullets}").examples
    assert len(example.works) == count
    assert example.works_spoiled == list(example.works)


def test_many_works_without_a_spoiler_are_not_spoiled() -> None:
    bullets = "".join(f"** ''Title {index}.''\n" for index in range(MAX_UNLINKED_WORKS + 1))
    (example,) = read_page("SomeTrope", f"* Some:\n{bullets}").examples
    assert example.works_spoiled == []
