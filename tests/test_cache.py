"""Every cache is bounded by bytes, all of them together by 32 MiB."""

import re
from array import array
from typing import Any

import pytest

from bot.cache import (
    CELLS_BYTES,
    CORPUS_BYTES,
    MEBIBYTE,
    RENDERED_BYTES,
    STATE_BYTES,
    SizedCache,
    cached_by_size,
    memory_of,
)
from bot.corpus.name_search import TitleMatch
from bot.corpus.search.engine import SearchHits
from bot.model import Entry, Example, Part, PartKind, Span, Trope, Work
from bot.model.page_names import MAX_CACHED_NAME
from bot.settings import ROOT

LARGE = 2 * MEBIBYTE
NAMES_BYTES = 4_096 * (8 * MAX_CACHED_NAME + 200)  # of titles, and of links and works together: four bytes a character


def entry(*spans: Span) -> Entry:
    example = Example(1, "key", None, None, (Work(None, "A"),), (Part(PartKind.BULLET, 1, spans),))
    return Entry(Trope("BigRun", "Big Run"), example)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("x" * LARGE, id="text"),
        pytest.param(("x", ["y" * LARGE]), id="nested"),
        pytest.param({"x" * LARGE: 1}, id="mapping"),
        pytest.param(array("q", bytes(LARGE)), id="numbers"),
        pytest.param(SearchHits(array("q", bytes(LARGE))), id="hits"),
        pytest.param([TitleMatch("x" * LARGE, "y")], id="titles"),
        pytest.param(entry(Span("x" * LARGE)), id="example of one span"),
        pytest.param(entry(*[Span("x", spoiler=1)] * (LARGE // 120)), id="example of many spans"),
    ],
)
def test_two_mebibytes_count_as_two(value: Any) -> None:
    assert LARGE <= memory_of(value) < 2 * LARGE
    cache: SizedCache[str, Any] = SizedCache(5 * MEBIBYTE)
    for number in range(5):
        cache[str(number)] = value
    assert cache.size <= 5 * MEBIBYTE
    assert (cache.get("0"), cache.get("4")) == (None, value)


def test_a_large_key_counts_and_what_is_too_large_is_not_stored() -> None:
    cache: SizedCache[str, str] = SizedCache(MEBIBYTE)
    cache["a"] = cache["x" * MEBIBYTE] = "small"
    cache["b"] = "y" * 1_000
    assert cache.get("x" * MEBIBYTE) is None
    cache["b"] = "y" * MEBIBYTE
    assert (cache.get("a"), cache.get("b")) == ("small", None)


def test_a_result_is_stored_if_it_is_asked_for_again() -> None:
    calls: list[int] = []

    @cached_by_size(3_000)
    def text(number: int) -> str:
        calls.append(number)
        return "x" * 1_000

    for number in (1, 1, 1, 2, 2, 1, 3, 3, 2):
        assert text(number)
    assert calls == [1, 1, 2, 2, 3, 3, 2]


def test_all_caches_are_bounded_together() -> None:
    sources = {path.relative_to(ROOT).as_posix(): path.read_text() for path in (ROOT / "bot").rglob("*.py")}
    uses = {
        name: text
        for name, text in sources.items()
        if re.search(r"\b(lru_cache|OrderedDict|functools.cache|_MAX_CACHED_LINKS)\b", text)
    }
    assert uses.keys() == {"bot/cache.py", "bot/wiki/lexicon.py", "bot/model/page_names.py", "bot/wiki/works.py"}
    rendered = sum(text.count("@cached_by_size(RENDERED_BYTES)") for text in sources.values())
    total = CORPUS_BYTES + STATE_BYTES + CELLS_BYTES + rendered * RENDERED_BYTES + 2 * NAMES_BYTES
    assert total <= 32 * MEBIBYTE
    assert sum(text.count("= SizedCache(") + text.count("@cached_by_size(") for text in sources.values()) == 6
