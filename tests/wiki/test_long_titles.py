"""What is over 200 characters is text, not a title."""

import pytest

from bot.ingest.site_tables import SiteTables
from bot.model import MAX_TITLE_LENGTH
from bot.model.names import normalize_words
from bot.model.page_names import page_from_address
from bot.wiki.page import read_page
from tests.wiki.invariants import every_text

LONG = "Word " * 8_000 + "End"
FITTING = "A" * MAX_TITLE_LENGTH


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"* ''{LONG}'': x\n", id="italics"),
        pytest.param(f"* ''{LONG}'' in ''Film/RunLolaRun'': x\n", id="italics beside a work"),
        pytest.param(f"* ''Film/{'AaBb' * 60}'': x\n", id="name of a page"),
        pytest.param(f"* [[Film/{'AaBb' * 60} {LONG}]]: x\n", id="text of a link"),
        pytest.param(f"[[folder:{LONG}]]\n* x\n[[/folder]]\n", id="folder"),
        pytest.param(f"!! {LONG}\n* x\n", id="heading"),
    ],
)
def test_a_long_title_is_text(source: str, tables: SiteTables) -> None:
    page = read_page("Page", source, tables.lexicon)
    [example] = page.examples
    titles = [
        example.folder or "",
        *[work.title for work in example.works],
        *[work.page or "" for work in example.works],
    ]
    titles += [example.medium.name] if example.medium else []
    titles += [span.page or "" for part in example.parts for span in part.spans]
    assert max(map(len, titles), default=0) <= MAX_TITLE_LENGTH
    assert "End" in every_text(page) or "AaBb" in source


def test_titles_up_to_the_limit_are_titles(tables: SiteTables) -> None:
    page = read_page("Page", f"[[folder:{FITTING}]]\n* ''{FITTING}'': x\n[[/folder]]\n", tables.lexicon)
    [example] = page.examples
    assert (example.folder, [work.title for work in example.works]) == (FITTING, [FITTING])


def test_an_address_with_a_long_name_is_no_page() -> None:
    assert page_from_address("/pmwiki.php/Main/" + "A" * 150) == "Main/" + "A" * 150
    assert page_from_address("/pmwiki.php/Main/" + "A" * 5_000) is None


def test_ligatures_make_no_text_many_times_longer() -> None:
    assert normalize_words("ﬁsh") == ["fish"]
    assert len("".join(normalize_words("\ufdfa" * 1_000))) <= 4_000
