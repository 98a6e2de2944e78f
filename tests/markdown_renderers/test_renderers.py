"""The renderers show what is known to leak, and hide what is known to be hidden."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.markdown_renderers import all_renderers, client, node, notification
from tests.markdown_renderers.known_renderings import ALL, KNOWN, OPEN, Known
from tests.markdown_renderers.node import FOLDER, NodeRenderers
from tests.markdown_renderers.spans import Span, gaps, in_all, outside

RENDERERS = sorted(ALL)
MARKUP = st.text("ab \n\r\t\\|`*_~[]()<>#-1./:\u2028", max_size=40)
SPANS = (
    st.sets(st.integers(0, 30))
    .map(lambda ends: sorted(ends)[: len(ends) // 2 * 2])
    .map(lambda ends: list(zip(ends[::2], ends[1::2], strict=True)))
)

needs_node = pytest.mark.skipif(node.unavailable() is not None, reason=node.unavailable() or "")


def skip_if_absent(name: str, renderers: all_renderers.Renderers) -> str:
    if name in renderers.absent:
        pytest.skip(renderers.absent[name])
    return name


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.what)
def test_a_renderer_shows_what_it_is_known_to(renderer: str, known: Known, renderers: all_renderers.Renderers) -> None:
    shown = renderers.visible(known.text)[skip_if_absent(renderer, renderers)]
    assert ("SECRET" in shown) == (renderer in known.shown_by), shown


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("text", OPEN)
def test_a_renderer_shows_what_is_outside_of_tags(renderer: str, text: str, renderers: all_renderers.Renderers) -> None:
    assert "CLEAR" in renderers.visible(text)[skip_if_absent(renderer, renderers)]


def test_our_own_model_shows_nearly_every_leak() -> None:
    blind = {known.what for known in KNOWN if known.shown_by and "client" not in known.shown_by}
    assert blind == {
        "four pipes open a tag",
        "a form feed between pipes",
        "an escaped code span is none but in a notification",
        "an escaped code span around a tag is none either",
        "a code span that starts in a tag and ends outside",
        "a sign within a tag's second row",
        "a rule within a tag's second row",
        "four blanks are code in CommonMark only",
        "a table is one in some markdown only",
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("||||", "||||"),
        ("||a||||b||", ""),
        ("||a|||", "|"),
        ("a ||b|| c ||d|| e", "a  c  e"),
        ("||a\r\nb|| c\r\n", " c\n"),
        (r"||a \|| b||", " b||"),
        ("*||a*|| b", "*||a*|| b"),
    ],
)
def test_the_client_shows_exactly_what_is_not_hidden(text: str, shown: str) -> None:
    assert client.visible(text) == shown


def test_a_notification_has_a_mark_for_each_tag() -> None:
    assert notification.visible("a ||b||||c|| `||d||`") == "a <spoiler><spoiler> `||d||`"


@given(MARKUP)
def test_the_client_shows_the_text_in_its_order(text: str) -> None:
    rest = iter(text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    "))
    assert all(sign in rest for sign in client.visible(text))


@given(MARKUP.filter(lambda text: "||" not in text))
def test_nothing_is_hidden_without_a_tag(text: str) -> None:
    assert client.visible(text) == text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    assert notification.visible(text) == text


@given(st.lists(SPANS, min_size=1, max_size=4))
def test_only_what_all_parsings_hide_is_hidden(readings: list[list[Span]]) -> None:
    hidden = set.intersection(*({at for span in reading for at in range(*span)} for reading in readings))
    spans = in_all(readings)
    assert {at for span in spans for at in range(*span)} == hidden
    assert {at for gap in gaps(spans, 31) for at in range(*gap)} == set(range(31)) - hidden
    assert len(outside("a" * 31, spans)) == 31 - len(hidden)


def test_the_page_parses_the_tokens_that_the_simulator_sends() -> None:
    page = pytest.importorskip("tests.markdown_renderers.simcord_page", exc_type=ImportError)
    from simcord.preview._markdown import markdown_tokens  # noqa: PLC0415

    assert [page.tokens(known.text) for known in KNOWN] == [
        markdown_tokens(known.text, page.PROFILE) for known in KNOWN
    ]


def test_the_page_shows_text_without_tokens() -> None:
    page = pytest.importorskip("tests.markdown_renderers.simcord_page", exc_type=ImportError)
    assert page.visible("[||a||]: https://a.b") == "[||a||]: https://a.b"


@needs_node
@pytest.mark.slow
def test_node_answers_many_texts_in_order() -> None:
    texts = [f"{number} ||{'a ' * 200}||" for number in range(2000)]
    with NodeRenderers() as parsers:
        assert [set(answer.values()) for answer in parsers.visible_all(texts)] == [{f"{n} "} for n in range(2000)]
        assert parsers.visible_all([]) == []
        assert parsers.visible_all(["b"]) == [dict.fromkeys(node.NAMES, "b")]


@needs_node
@pytest.mark.parametrize(
    "text", ["a\u2028b", "a\u2029b", "a\x85b", "a\x00b", "\ud83d", "a\x0bb", '"', "\\", "\U0001f642"]
)
@pytest.mark.slow
def test_node_accepts_any_character(text: str) -> None:
    with NodeRenderers() as parsers:
        assert all(text in shown for shown in parsers.visible_all([text, "end"])[0].values())


@needs_node
def test_a_text_that_a_parser_cannot_parse_is_all_shown() -> None:
    too_deep = "# " * 6000 + "||a||"
    with NodeRenderers() as parsers:
        assert set(parsers.visible_all([too_deep])[0].values()) == {too_deep}


@needs_node
def test_an_ended_process_is_reported() -> None:
    with NodeRenderers() as parsers:
        parsers._process.kill()
        with pytest.raises(RuntimeError, match="ended after 0 of 2 answers"):
            parsers.visible_all(["a", "b"])


def test_node_reports_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(node, "FOLDER", tmp_path)
    monkeypatch.setattr("shutil.which", lambda name: name)
    assert "discord-markdown-parser" in str(node.unavailable())
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert node.unavailable() == "Node.js is not installed"


def test_absent_renderers_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "unavailable", lambda: "no")
    monkeypatch.setattr(all_renderers, "import_module", _fail)
    with all_renderers.Renderers() as few:
        assert few.names == ("client", "notification")
        assert set(few.absent) == ALL - set(few.names)
        assert few.visible("||a||") == {"client": "", "notification": "<spoiler>"}


def _fail(name: str) -> object:
    raise ImportError(name)


def test_the_node_packages_are_pinned_without_addresses() -> None:
    lock = (FOLDER / "package-lock.json").read_text()
    wanted = json.loads((FOLDER / "package.json").read_text())["dependencies"]
    assert "://" not in lock
    assert "resolved" not in lock
    assert "hasInstallScript" not in lock
    assert wanted == {name: json.loads(lock)["packages"][f"node_modules/{name}"]["version"] for name in wanted}
