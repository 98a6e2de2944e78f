"""Which page a saved web page is, the trope's title, and the titles that its links teach."""

import base64

import pytest

from bot.model.page_names import page_from_address
from bot.wiki.lexicon import Lexicon
from bot.wiki.page_kinds import PageKind, page_kind
from bot.wiki.saved_page import identify, read_saved_page

ADDRESS = "https://tvtropes.org/pmwiki/pmwiki.php/{}"
ARTICLE = '<div id="main-article"><hr><ul><li>{}</li></ul></div>'


def link(page: str, text: str, source: str | None = None) -> str:
    packed = "" if source is None else f" data-format='{base64.b64encode(source.encode()).decode()}'"
    return f"<a class='twikilink' title='/pmwiki/pmwiki.php/{page}'{packed}>{text}</a>"


@pytest.mark.parametrize(
    ("address", "page"),
    [
        pytest.param(ADDRESS.format("Main/SomeTrope"), "Main/SomeTrope", id="page"),
        pytest.param(ADDRESS.format("Main.SomeTrope?from=Main.Other#x"), "Main/SomeTrope", id="dot, query and anchor"),
        pytest.param("/web/20190704120000im_/" + ADDRESS.format("Film/Alien"), "Film/Alien", id="archive"),
        pytest.param("../pmwiki.php/Film/Alien3.html", "Film/Alien3", id="suffix"),
        pytest.param(ADDRESS.format("Main/Caf%C3%A9Trope"), "Main/CaféTrope", id="escapes"),
        pytest.param("../Film/Alien.html", None, id="file"),
        pytest.param("https://tvtropes.org/pmwiki/pmwiki.php/Main/", None, id="no name"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_an_address_means_a_page(address: str | None, page: str | None) -> None:
    assert page_from_address(address) == page


NAMES = [
    f'<link rel="canonical" href="{ADDRESS.format("Main/Canonical")}">',
    f'<meta property="og:url" content="{ADDRESS.format("Main/OgUrl")}">',
    '<input id="groupname-hidden" value="Main"><input id="title-hidden" value="Inputs">',
    f'<p id="current_url">{ADDRESS.format("Main/CurrentUrl")}</p>',
    f"<!-- saved from url=(0052){ADDRESS.format('Main/SavedFrom')} -->",
    "<!-- Mirrored from tvtropes.org/pmwiki/pmwiki.php/Main/Mirrored by HTTrack Website Copier/3.x -->",
    f"<!--\n Page saved with SingleFile \n url: {ADDRESS.format('Main/SingleFile')} \n-->",
    f'<a href="{ADDRESS.format("Main/OwnAction")}?action=edit">Edit</a>',
]
FOUND = ["Canonical", "OgUrl", "Inputs", "CurrentUrl", "SavedFrom", "Mirrored", "SingleFile", "OwnAction"]


@pytest.mark.parametrize("first", range(len(NAMES)), ids=FOUND)
def test_the_surest_sign_names_the_page(first: int) -> None:
    html = "".join(NAMES[first:]) + ARTICLE
    assert identify(html).page == f"Main/{FOUND[first]}"


def test_addresses_that_a_copier_rewrote_do_not_count() -> None:
    html = '<link rel="canonical" href="SomeTrope.html"><meta property="og:url" content="SomeTrope.html">' + NAMES[2]
    assert identify(html + ARTICLE).page == "Main/Inputs"
    assert identify(ARTICLE).page is None
    assert identify(ARTICLE, ADDRESS.format("Main/Located")).page == "Main/Located"


COUNTER = (
    '<div class="watch_rank_wrap"><span class="thumb-count">8</span>'
    '<a class="watch-button">Follow<span>ing</span></a></div>'
)


@pytest.mark.parametrize(
    ("page", "heading", "title"),
    [
        pytest.param("Main/LongWalk", "\n Long  Walk\n", "Long Walk", id="trope"),
        pytest.param("Main/LongWalk", f"<strong>Long Walk</strong>{COUNTER}", "Long Walk", id="counter"),
        pytest.param("LongWalk/Film", "<strong>Long Walk / </strong>\nFilm", "Long Walk", id="subpage until 2025"),
        pytest.param(
            "LongWalk/Film",
            f'<div class="entry-breadcrumb">Film &raquo;</div><strong>Long Walk</strong>{COUNTER}',
            "Long Walk",
            id="August 2025",
        ),
        pytest.param(
            "LongWalk/Film",
            '<strong><span style="display:none"><span class="group_display">Long Walk</span> / </span> Film</strong>',
            "Long Walk",
            id="September 2025",
        ),
        pytest.param("LongWalk/Film", "Long Walk: Film", "Long Walk", id="colon"),
        pytest.param("LongWalk/Film", "Film", None, id="unknown"),
    ],
)
def test_a_heading_has_the_title_of_the_trope(page: str, heading: str, title: str | None) -> None:
    html = f'<link rel="canonical" href="{ADDRESS.format(page)}"><h1 class="entry-title">{heading}</h1>'
    assert identify(html + ARTICLE).title == title


def test_a_page_without_a_heading_has_the_title_of_its_document() -> None:
    html = "<title>Long Walk - Television Tropes &amp; Idioms</title>" + NAMES[0] + ARTICLE
    assert identify(html).title == "Long Walk"


@pytest.mark.parametrize(
    ("shown", "learned"),
    [
        pytest.param(link("Film/Alien3", "Alien³", "Film/Alien3"), {"Film/Alien3": "Alien³"}, id="bare"),
        pytest.param(link("Film/Alien3", "Alien³", "[[Film/Alien3]]"), {"Film/Alien3": "Alien³"}, id="brackets"),
        pytest.param(link("Series/X2", "X (2004)", "Series/{{X|2}}"), {"Series/X2": "X (2004)"}, id="braces"),
        pytest.param(link("Film/Alien", "the film", "[[Film/Alien the film]]"), {}, id="label"),
        pytest.param(link("Film/Alien", "Film.Alien", "Film.Alien"), {}, id="namespace is shown"),
        pytest.param(link("Main/Mook", "mook", "{{mook}}"), {}, id="trope within a sentence"),
        pytest.param(link("Film/FireAndIce", "Fire & Ice!"), {"Film/FireAndIce": "Fire & Ice!"}, id="like the name"),
        pytest.param(link("Film/Alien1979", "Alién"), {"Film/Alien1979": "Alién"}, id="without year and accents"),
        pytest.param(link("Film/Alien", "the film"), {}, id="unlike the name"),
        pytest.param(link("Film/Alien", "the film", "!!"), {}, id="broken source"),
        pytest.param(f'<span class="spoiler">{link("Film/Alien", "Alien", "Film/Alien")}</span>', {}, id="spoiler"),
        pytest.param(link("Film/Alien", 'Al<span class="spoiler">ien</span>', "Film/Alien"), {}, id="half hidden"),
        pytest.param(
            link("Film/Alien", "ALIEN") + link("Film/Alien", "Alien", "Film/Alien"),
            {"Film/Alien": "Alien"},
            id="surest",
        ),
    ],
)
def test_links_teach_titles(shown: str, learned: dict[str, str]) -> None:
    assert read_saved_page(NAMES[0] + ARTICLE.format(shown)).learned_titles == learned


def test_a_table_of_titles_comes_before_what_a_page_says() -> None:
    html = NAMES[0] + ARTICLE.format(f"<em>{link('Film/Alien3', 'Alien³', 'Film/Alien3')}</em>")
    page = read_saved_page(html, Lexicon({"film/alien3": "Alien 3"}, {}))
    assert [work.title for work in page.examples[0].works] == ["Alien 3"]
    assert [work.title for work in read_saved_page(html).examples[0].works] == ["Alien³"]


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        pytest.param("Main/SomeTrope", PageKind.TROPE, id="trope"),
        pytest.param("ActionGirl/AnimeAndManga", PageKind.SUBPAGE, id="subpage"),
        pytest.param("videogame/IronTides", PageKind.WORK, id="work"),
        pytest.param("KingdomHeartsII/TropesAToL", PageKind.WORK_TROPES, id="tropes of a work"),
        pytest.param("Recap/IronTides", PageKind.RECAP, id="recap"),
        pytest.param("Laconic/SomeTrope", PageKind.OTHER, id="laconic"),
        pytest.param("UsefulNotes/Walking", PageKind.WIKI, id="useful notes"),
    ],
)
def test_a_namespace_says_what_a_page_is(page: str, kind: PageKind) -> None:
    assert page_kind(page) is kind
