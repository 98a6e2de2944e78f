"""A page that has no examples of a trope is refused with a sentence that says what it is."""

from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.ingest.sources import SourceFile

ADDRESS = '<link rel="canonical" href="https://tvtropes.org/pmwiki/pmwiki.php/{}">'
ARTICLE = '<h1 class="entry-title">{}</h1><div id="main-article">{}</div>'
VIEW = "<span style=\"font-family:Courier, 'Courier New', monospace\">{}</span>"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(ADDRESS.format("Recap/Some") + ARTICLE, "the recap of a work", id="recap"),
        pytest.param(ADDRESS.format("YMMV/Some") + ARTICLE, "a side page", id="side page"),
        pytest.param(ADDRESS.format("Some/TropesAToL") + ARTICLE, "a subpage of a work", id="tropes of a work"),
        pytest.param(ADDRESS.format("Creator/Some") + ARTICLE, "a creator, franchise", id="creator"),
        pytest.param(ARTICLE.format("New Edits", "<ul><li>x"), "a history or list", id="no page"),
        pytest.param(ADDRESS.format("Main/Some") + ARTICLE.format("History", "x"), "a history or list", id="history"),
        pytest.param(
            ADDRESS.format("Main/Some") + ARTICLE.format("Some", '<div class="item-history">x</div>'),
            "a history or list",
            id="changes",
        ),
        pytest.param(
            ADDRESS.format("Main/Some")
            + ARTICLE.format("Some", "<p>We don\u2019t have an article named <b>Main/Some</b>"),
            "the wiki has no page Main/Some",
            id="no article",
        ),
        pytest.param(VIEW.format("Couldn&#039;t get page source."), "gave no source", id="no source"),
        pytest.param("Couldn't get page source.\n", "gave no source", id="no source as text"),
        pytest.param("[[redirect:{{Some Trope}}]]", "only redirects to Some Trope", id="redirect"),
        pytest.param("<html><body><h1>Hello</h1></body></html>", "no page of TV Tropes", id="other page"),
        pytest.param(" \n", "is empty", id="empty"),
    ],
)
def test_a_page_is_refused_with_what_it_is(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "Page.html"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=reason) as error:
        SourceFile(path).read()
    assert str(path) in str(error.value)


def test_a_trope_whose_text_speaks_of_histories_is_read(tmp_path: Path) -> None:
    path = tmp_path / "Page.html"
    html = ADDRESS.format("Main/Some") + ARTICLE.format("Some History", "We don't have an article. <b>History</b>")
    path.write_text(html, encoding="utf-8")
    assert SourceFile(path).read().page == "Main/Some"
