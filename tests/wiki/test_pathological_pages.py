"""Long sources of one sign: each is read, and none of its words is lost. What they cost is measured by the bench."""

import pytest

from bot.wiki.page import read_page
from tests.wiki.invariants import every_text
from tests.wiki.pathological_pages import NASTY, nasty

LENGTH = 50_000


@pytest.mark.parametrize("name", NASTY)
def test_a_long_run_of_one_sign_is_read(name: str) -> None:
    page = read_page("SomeTrope", nasty(name, LENGTH))
    assert "w1x" in every_text(page)
