"""Escaping, styles and spoiler tags, by example."""

from collections.abc import Sequence

import pytest

from bot.model import Page, Span, Style
from bot.render.lines import count_spoiler_tags
from bot.render.markdown import escape, heading, is_invisible, render_lines, single_line, subtext


def rendered(*spans: Span | str) -> str:
    return "\n".join(render_lines(Span(span) if isinstance(span, str) else span for span in spans))


def hidden(text: str, spoiler: int = 1, style: Style = Style.PLAIN) -> Span:
    return Span(text, style, None, spoiler)


@pytest.mark.parametrize(
    "text",
    [
        "Mission: Impossible",
        "It's a hero's run — isn't it?",
        "C.W. Anderson",
        "Mal (again) said: no!",
        "Keep breathing, keep breathing...",
        "at about 4.9 million km/h",
        "Luthor-Brainiac, 9-to-5",
        "Anime & Manga",
        "“Amy’s Choice” (2010); 100% + 1/2 = $5",
        "日本 🏃🏽‍♀️ é",
    ],
)
def test_common_text_is_not_changed(text: str) -> None:
    assert escape(text) == rendered(text) == text


def test_escaping_lengthens_a_real_page_by_under_one_percent(big_heroic_run: Page) -> None:
    texts = [part.text for example in big_heroic_run.examples for part in example.parts]
    before, after = (sum(map(len, some)) for some in (texts, map(escape, texts)))
    assert before * 0.99 < after < before * 1.01


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("*a* __b__ ~~c~~", r"\*a\* \_\_b\_\_ \~\~c\~\~"),
        ("[a](https://a.bc)", r"\[a\](https\://a\.bc)"),
        ("<@1> <#1> <t:1:R> </a:1>", r"\<\@1\> \<\#1\> \<t\:1\:R\> \</a\:1\>"),
        (":heart: @everyone", r"\:heart: \@everyone"),
        ("discord.gg/a", r"discord\.gg/a"),
        ("&vert;&#124;", r"\&vert;\&\#124;"),
        ("a\\b", "a\\\\b"),
        ("`a` ||b||", "ˋaˋ ∣∣b∣∣"),
        ("a \r\n\u2028\t b", "a b"),
        ("a\u202eb\u200bc\xad", "abc"),
        ("half \ud83d", "half \ufffd"),
        ("# a > b", r"\# a \> b"),
    ],
)
def test_markdown_in_a_text_is_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_a_line_starts_no_list_rule_or_heading() -> None:
    assert [rendered(text) for text in ("- a", "+ a", "1. a", "12) a", "---", "===", "-# a")] == [
        r"\- a", r"\+ a", r"1\. a", r"12\) a", r"\---", r"\===", r"\-\# a",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["...and he runs", "(1) a", "2008-2010", "4.9 million", "1,000", ")"])
def test_a_line_that_only_resembles_a_list_is_not_changed(text: str) -> None:
    assert rendered(text) == text.replace("4.", "4\\.")


@pytest.mark.parametrize(
    ("spans", "markdown"),
    [
        pytest.param(["She saves ", hidden("Kendra"), " now."], "She saves ||Kendra|| now.", id="a spoiler"),
        pytest.param(["(", hidden("a"), ")"], "( ||a||)", id="a space before the tag"),
        pytest.param(["https://a.bc", hidden("/d")], r"https\://a\.bc ||/d||", id="a space after an address"),
        pytest.param([hidden("the being"), "'s armor"], "||the being||'s armor", id="text right after the tag"),
        pytest.param(["a", hidden(" b "), "c"], "a ||b|| c", id="spaces at its ends are outside"),
        pytest.param([hidden("a", 1), hidden("b", 2)], "||a|| ||b||", id="two spoilers"),
        pytest.param([hidden("a "), hidden("b", 1, Style.ITALIC), hidden(" c")], "||a *b* c||", id="two styles"),
        pytest.param([hidden("a\nb\n\nc")], "||a||\n||b||\n||c||", id="three lines"),
        pytest.param([hidden("a||b `c||")], "||a∣∣b ˋc∣∣||", id="pipes and backticks"),
        pytest.param([hidden("- a")], r"||\- a||", id="no list"),
        pytest.param(["https:", hidden("\u200b"), "//a.b"], r"https\://a.b", id="no address around nothing"),
    ],
)
def test_hidden_text_is_in_a_tag(spans: Sequence[Span | str], markdown: str) -> None:
    assert rendered(*spans) == markdown


@pytest.mark.parametrize("text", [" ", "\n", "\u200b", "\u200d", "\u0301", "\ufe0f"])
def test_invisible_hidden_text_has_no_tag(text: str) -> None:
    assert "||" not in rendered("a", hidden(text), "b")


@pytest.mark.parametrize(
    ("spans", "markdown"),
    [
        pytest.param(["a", Span(" b ", Style.ITALIC), "c"], "a *b* c", id="not around spaces"),
        pytest.param([Span("b", Style.BOLD | Style.ITALIC), " ", Span("c", Style.STRUCK)], "***b*** ~~c~~", id="both"),
        pytest.param([Span("Forrest Gump", Style.ITALIC), "'s"], "*Forrest Gump*'s", id="a possessive"),
        pytest.param(["two ", Span("mook", Style.ITALIC), "s"], "two *mook*s", id="a plural"),
        pytest.param([Span("a ", Style.ITALIC), hidden("b", 1, Style.ITALIC)], "*a* ||*b*||", id="closed before a tag"),
        pytest.param([Span("a*b", Style.ITALIC)], r"a\*b", id="not around a delimiter"),
        pytest.param([Span("a", Style.BOLD), Span("b", Style.ITALIC)], "**a**b", id="not beside a delimiter"),
        pytest.param(["https:", Span("//a_b", Style.ITALIC)], r"https\://a\_b", id="escaped together if not styled"),
        # Some client would not pair these.
        pytest.param(
            [Span("s", Style.STRUCK | Style.BOLD), "6", hidden("c", 1, Style.BOLD)], "s6 ||**c**||", id="before a digit"
        ),
        pytest.param(["a", Span('"b"', Style.ITALIC), "c"], 'a"b"c', id="punctuation between letters"),
        pytest.param([Span(")", Style.STRUCK), "`", hidden("c", 1, Style.STRUCK)], ")ˋ ||~~c~~||", id="punctuation"),
    ],
)
def test_styles_become_delimiters_only_where_they_pair(spans: Sequence[Span | str], markdown: str) -> None:
    assert rendered(*spans) == markdown


def test_headings_and_subtexts_are_one_line() -> None:
    assert heading(escape("Run\nLola * Run"), "🎬") == "## 🎬 Run Lola \\* Run"
    assert heading(escape("a")) == "## a"
    assert subtext(escape("a"), escape(""), escape("b")) == "-# a · b"


def test_spoiler_tags_are_counted_in_pairs() -> None:
    assert count_spoiler_tags(escape("||a||")) == 0
    assert count_spoiler_tags(render_lines([hidden("a"), Span("b"), hidden("c")])[0]) == 2


def test_spaces_and_lone_marks_are_invisible() -> None:
    assert all(map(is_invisible, ("", " \t", "\u200d", "\u0301")))
    assert not any(map(is_invisible, ("a", "ツ", ".", "🏃")))
    assert single_line("\u2066a\u2069") == "a"
