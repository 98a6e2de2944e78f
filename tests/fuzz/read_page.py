"""Fuzz the reader under atheris with the properties of ``tests/wiki``.

Run as ``python -m tests.fuzz.read_page -max_total_time=120 [CORPUS]`` where atheris and hypothesis are installed; all
arguments are libFuzzer's. Coverage of ``bot.wiki`` guides five targets by turns: any bytes as text and as a saved web
page, markup soup in which every word is visible, soup with secrets in spoilers, and soup of tags. A finding is raised
with its source.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings

atheris: Any = import_module("atheris")  # no part of the project's environment, so no types either

with atheris.instrument_imports(include=["bot.wiki"]):
    from bot.ingest.sources import read_tables
    from bot.wiki.page import read_page
    from bot.wiki.saved_page import read_saved_page
    from tests.wiki import random_html
    from tests.wiki.invariants import assert_sound, every_text, everything_in_clear, found
    from tests.wiki.random_markup import secrets, soups

LEXICON = read_tables(Path(__file__).parents[2] / "data").lexicon
quiet = settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))


def any_text(data: bytes) -> None:
    """Any text is a page."""
    assert_sound(read_page("SomeTrope", data.decode("utf-8", "surrogateescape"), LEXICON))


def any_article(data: bytes) -> None:
    """Any text is an article."""
    text = data.decode("utf-8", "surrogateescape")
    assert_sound(read_saved_page(f'<div id="main-article">{text}</div>', LEXICON))


@quiet
@given(soups())
def every_word(soup: tuple[str, list[str]]) -> None:
    """No visible word is lost."""
    source, words = soup
    page = read_page("SomeTrope", source, LEXICON)
    assert_sound(page)
    assert found(words, every_text(page)) == words, source


@quiet
@given(secrets())
def every_secret(soup: tuple[str, list[str], list[str]]) -> None:
    """What was in a spoiler stays in a spoiler, and is not lost."""
    source, words, hidden = soup
    page = read_page("SomeTrope", source, LEXICON)
    assert_sound(page)
    assert found(hidden, everything_in_clear(page)) == [], source
    assert found([*words, *hidden], every_text(page)) == [*words, *hidden], source


@quiet
@given(random_html.soups())
def every_tag(soup: random_html.Soup) -> None:
    """What a browser hides stays in a spoiler, and nothing is lost."""
    page = read_saved_page(soup.html, LEXICON)
    assert_sound(page)
    assert found(list(soup.hidden), everything_in_clear(page)) == [], soup.html
    assert found([*soup.visible, *soup.hidden], every_text(page)) == [*soup.visible, *soup.hidden], soup.html


TARGETS: tuple[Callable[[bytes], object], ...] = (
    any_text,
    any_article,
    every_word.hypothesis.fuzz_one_input,  # type: ignore[attr-defined]
    every_secret.hypothesis.fuzz_one_input,  # type: ignore[attr-defined]
    every_tag.hypothesis.fuzz_one_input,  # type: ignore[attr-defined]
)


def one_input(data: bytes) -> None:
    """Pass the bytes after the first to the target that the first byte chooses."""
    if data:
        TARGETS[data[0] % len(TARGETS)](data[1:])


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
