"""Fuzzes the page reader with atheris: `python -m tests.fuzz.read_page -max_total_time=120 [CORPUS]`.

All arguments are libFuzzer's. Coverage of `bot.wiki` guides five targets: any bytes as text and as a saved web page,
random markup in which every word is visible, random markup with secrets in spoilers, and random tags. They check the
invariants of `tests/wiki`.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings

atheris: Any = import_module("atheris")  # not installed in the project's environment, so untyped

with atheris.instrument_imports(include=["bot.wiki"]):
    from bot.ingest.site_tables import read_tables
    from bot.wiki.page import read_page
    from bot.wiki.saved_page import read_saved_page
    from tests.wiki import random_html
    from tests.wiki.invariants import assert_sound, every_text, everything_in_clear, found
    from tests.wiki.random_markup import secrets, soups

LEXICON = read_tables(Path(__file__).parents[2] / "data").lexicon
quiet = settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))


def any_text_is_a_page(data: bytes) -> None:
    assert_sound(read_page("SomeTrope", data.decode("utf-8", "surrogateescape"), LEXICON))


def any_article_is_a_page(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    assert_sound(read_saved_page(f'<div id="main-article">{text}</div>', LEXICON))


@quiet
@given(soups())
def no_word_is_lost(soup: tuple[str, list[str]]) -> None:
    source, words = soup
    page = read_page("SomeTrope", source, LEXICON)
    assert_sound(page)
    assert found(words, every_text(page)) == words, source


@quiet
@given(secrets())
def every_secret_stays_hidden(soup: tuple[str, list[str], list[str]]) -> None:
    source, words, hidden = soup
    page = read_page("SomeTrope", source, LEXICON)
    assert_sound(page)
    assert found(hidden, everything_in_clear(page)) == [], source
    assert found([*words, *hidden], every_text(page)) == [*words, *hidden], source


@quiet
@given(random_html.soups())
def what_a_browser_hides_stays_hidden(soup: random_html.Soup) -> None:
    page = read_saved_page(soup.html, LEXICON)
    assert_sound(page)
    assert found(list(soup.hidden), everything_in_clear(page)) == [], soup.html
    assert found([*soup.visible, *soup.hidden], every_text(page)) == [*soup.visible, *soup.hidden], soup.html


TARGETS: tuple[Callable[[bytes], object], ...] = (
    any_text_is_a_page,
    any_article_is_a_page,
    no_word_is_lost.hypothesis.fuzz_one_input,  # type: ignore[attr-defined]
    every_secret_stays_hidden.hypothesis.fuzz_one_input,  # type: ignore[attr-defined]
    what_a_browser_hides_stays_hidden.hypothesis.fuzz_one_input,  # type: ignore[attr-defined]
)


def one_input(data: bytes) -> None:
    """Pass the bytes after the first to the target that the first byte selects."""
    if data:
        TARGETS[data[0] % len(TARGETS)](data[1:])


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
