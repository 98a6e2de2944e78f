"""The form of a page is recognized from its bytes: characters, MIME files, source views, dates, what is dropped."""

import base64
import quopri
from datetime import UTC, datetime

import pytest

from bot.errors import SourceError
from bot.ingest.forms import MAX_BYTES, decode, read_content
from bot.model import Form
from tests.wiki.saved_cases import ARTICLE

PAGE = ARTICLE.format("<hr><ul><li>Zo\u00eb runs.</li></ul>")
NEW_PAGE = ARTICLE.format("<hr data-format='&#8212;'><ul><li>Zo\u00eb runs.</li></ul>")
OLD_PAGE = PAGE.replace("main-article", "wikitext")
SPAN = "<span style=\"font-family:Courier, 'Courier New', monospace\">{}</span>"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param("Zo\u00eb".encode(), "Zo\u00eb", id="UTF-8"),
        pytest.param("Zo\u00eb".encode("utf-8-sig"), "Zo\u00eb", id="byte-order mark"),
        pytest.param("Zo\u00eb".encode("utf-16"), "Zo\u00eb", id="UTF-16"),
        pytest.param(b"Zo\xeb \x93run\x94 \x81", "Zo\u00eb \u201crun\u201d \ufffd", id="cp1252"),
    ],
)
def test_characters_are_told_by_the_bytes(data: bytes, text: str) -> None:
    assert decode(data) == text


def test_a_character_set_counts_if_the_bytes_are_not_utf_8() -> None:
    assert decode("\u0411\u0435\u0433".encode("cp1251"), "windows-1251") == "\u0411\u0435\u0433"
    assert decode(b"\xff", "no-such-set") == "\u00ff"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        pytest.param("* run", Form.SOURCE, id="source"),
        pytest.param(SPAN.format("* run"), Form.SOURCE_VIEW, id="source view"),
        pytest.param(OLD_PAGE, Form.PAGE_2015, id="2015"),
        pytest.param(PAGE, Form.PAGE_2018, id="2018"),
        pytest.param(NEW_PAGE, Form.PAGE_2024, id="2024"),
    ],
)
def test_a_form_is_told_by_the_text(text: str, form: Form) -> None:
    assert read_content(text.encode(), "page").form is form


@pytest.mark.parametrize(
    ("view", "source"),
    [
        pytest.param(SPAN.format("* run"), "* run", id="one row"),
        pytest.param(SPAN.format("* &quot;run&quot; &amp;amp;<br>* far<br>"), '* "run" &amp;\n* far\n', id="rows"),
        pytest.param(f"<html><head><script>* x</script></head><body>{SPAN.format('* run')}<p>* no", "* run", id="page"),
        pytest.param(SPAN.replace("span", "SPAN").format("* a\nb<BR>\n* c"), "* a b\n* c", id="broken rows"),
    ],
)
def test_a_source_view_has_its_source(view: str, source: str) -> None:
    assert read_content(view.encode(), "page").text == source


def test_a_source_view_is_named_after_its_address() -> None:
    comment = "<!-- saved from url=(0057)https://tvtropes.org/pmwiki/pmwiki.php/Main/SomeTrope?action=source -->"
    assert "Main/SomeTrope" in (read_content((comment + SPAN.format("* run")).encode(), "page").address or "")


def mime(body: bytes, encoding: str, *, boundary: str = "b", extra: str = "") -> bytes:
    head = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://tvtropes.org/pmwiki/pmwiki.php/Main/SomeTrope\r\n"
        "Date: Fri, 7 Mar 2025 17:00:00 -0100\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="{boundary}"\r\n\r\n{extra}'
        f"--{boundary}\r\nContent-Transfer-Encoding: {encoding}\r\nContent-Type: text/html; charset=x\r\n\r\n"
    )
    return (
        head.encode() + body + f"\r\n--{boundary}\r\nContent-Type: text/css\r\n\r\nli {{}}\r\n--{boundary}--".encode()
    )


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        pytest.param(quopri.encodestring(PAGE.encode()), "quoted-printable", id="quoted-printable"),
        pytest.param(base64.encodebytes(PAGE.encode()), "base64", id="base64"),
        pytest.param(PAGE.encode("cp1252"), "8bit", id="8bit"),
    ],
)
def test_a_mime_file_has_its_page(body: bytes, encoding: str) -> None:
    content = read_content(mime(body, encoding), "page")
    assert "Zo\u00eb runs." in content.text
    assert "li {}" not in content.text
    assert content.address == "https://tvtropes.org/pmwiki/pmwiki.php/Main/SomeTrope"
    assert content.saved_at == datetime(2025, 3, 7, 18, tzinfo=UTC).timestamp()


def test_the_part_with_an_article_is_the_page() -> None:
    frame = "--b\r\nContent-Type: text/html\r\n\r\n<p>frame\r\n"
    assert "Zo\u00eb" in read_content(mime(PAGE.encode(), "binary", extra=frame), "page").text


def test_a_mime_file_without_a_page_is_refused() -> None:
    with pytest.raises(SourceError, match="no web page in it"):
        read_content(mime(b"", "8bit").replace(b"text/html; ", b"text/plain; "), "page")


@pytest.mark.parametrize(
    "junk",
    [
        pytest.param('<img src="data:image/png;base64,{}">', id="image"),
        pytest.param("<style>@font-face{{src:url(data:font/woff2;base64,{})}}</style>", id="font"),
        pytest.param("<style>{}</style>", id="style"),
        pytest.param("<!-- <style> --><SCRIPT type=x>{}</SCRIPT>", id="script"),
    ],
)
def test_images_and_styles_do_not_count(junk: str) -> None:
    text = PAGE.replace("<body>", "<body>" + junk.format("a" * (MAX_BYTES + 1)))
    assert "Zo\u00eb runs." in read_content(text.encode(), "page").text


@pytest.mark.parametrize(
    "junk",
    [
        pytest.param("<p>{}</p>", id="text"),
        pytest.param("<script>'<b>'{}</script>", id="script with tags"),
        pytest.param("<!-- {} -->", id="comment"),
    ],
)
def test_what_is_left_may_have_two_mebibytes(junk: str) -> None:
    text = PAGE.replace("<body>", "<body>" + junk.format("a " * MAX_BYTES))
    with pytest.raises(SourceError, match="over 2 MiB"):
        read_content(text.encode(), "page")


@pytest.mark.parametrize(
    ("sign", "date"),
    [
        pytest.param(
            "<!-- Mirrored from x by HTTrack Website Copier/3.x [XR&CO'2014], Mon, 08 Feb 2021 04:15:00 GMT -->",
            datetime(2021, 2, 8, 4, 15, tzinfo=UTC),
            id="HTTrack",
        ),
        pytest.param(
            "<!-- saved date: Thu Nov 27 2025 10:00:00 GMT+0100 (CET) -->",
            datetime(2025, 11, 27, 9, tzinfo=UTC),
            id="SingleFile",
        ),
        pytest.param(
            "FILE ARCHIVED ON 12:00:01 Jul 04, 2019 AND", datetime(2019, 7, 4, 12, 0, 1, tzinfo=UTC), id="Wayback"
        ),
        pytest.param(
            '"dateModified":"2024-05-06T07:08:09+02:00"', datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC), id="wiki"
        ),
        pytest.param('"dateModified":"2024-99-06"', None, id="no date"),
        pytest.param("", None, id="none"),
    ],
)
def test_a_page_says_when_it_was_saved(sign: str, date: datetime | None) -> None:
    saved_at = read_content((sign + PAGE).encode(), "page").saved_at
    assert saved_at == (date and date.timestamp())
