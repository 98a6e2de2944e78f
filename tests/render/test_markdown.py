"""Escaping and hiding, by example."""

import pytest

from bot.model import Page, Span, Style
from bot.render.example_text import count_spoiler_tags
from bot.render.markdown import escape, heading, is_invisible, render_lines, single_line, subtext


def row(*spans: Span | str) -> str:
    [only] = render_lines(Span(span) if isinstance(span, str) else span for span in spans)
    return only


def hidden(text: str, number: int = 1, style: Style = Style.PLAIN) -> Span:
    return Span(text, style, None, number)


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
def test_common_text_stays_as_it_is(text: str) -> None:
    assert escape(text) == text
    assert row(text) == text


def test_escaping_the_real_page_makes_it_no_longer_by_a_hundredth(big_heroic_run: Page) -> None:
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
def test_what_could_mean_something_is_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_a_row_starts_no_list_rule_or_heading() -> None:
    assert [row(text) for text in ("- a", "+ a", "1. a", "12) a", "---", "===", "-# a")] == [
        r"\- a", r"\+ a", r"1\. a", r"12\) a", r"\---", r"\===", r"\-\# a",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["...and he runs", "(1) a", "2008-2010", "4.9 million", "1,000", ")"])
def test_a_row_that_only_looks_like_a_list_stays(text: str) -> None:
    assert row(text) == text.replace("4.", "4\\.")


def test_hidden_text_stands_in_a_tag() -> None:
    assert row("She saves ", hidden("Kendra"), " too late.") == "She saves ||Kendra|| too late."


def test_a_tag_is_parted_from_what_stands_before_it() -> None:
    assert row("(", hidden("a"), ")") == "( ||a||)"
    assert row("https://a.bc", hidden("/d")) == r"https\://a\.bc ||/d||"


def test_what_follows_a_tag_may_touch_it() -> None:
    assert row(hidden("the merged being"), "'s armor") == "||the merged being||'s armor"


def test_blanks_at_the_ends_of_hidden_text_stand_outside() -> None:
    assert row("a", hidden(" b "), "c") == "a ||b|| c"


def test_neighbouring_spoilers_stay_two() -> None:
    assert row(hidden("a", 1), hidden("b", 2)) == "||a|| ||b||"


def test_one_spoiler_in_several_styles_is_one_tag() -> None:
    assert row(hidden("a "), hidden("b", style=Style.ITALIC), hidden(" c")) == "||a *b* c||"


def test_a_tag_closes_at_a_line_break_and_opens_again() -> None:
    assert render_lines([hidden("a\nb\n\nc")]) == ["||a||", "||b||", "||c||"]


def test_pipes_and_backticks_in_hidden_text_are_look_alikes() -> None:
    assert row(hidden("a||b `c||")) == "||a∣∣b ˋc∣∣||"


def test_hidden_text_starts_no_list() -> None:
    assert row(hidden("- a")) == r"||\- a||"


@pytest.mark.parametrize("text", [" ", "\n", "\u200b", "\u200d", "\u0301", "\ufe0f"])
def test_hidden_text_that_shows_nothing_has_no_tag(text: str) -> None:
    assert "||" not in "".join(render_lines([Span("a"), hidden(text), Span("b")]))


def test_an_address_is_not_put_together_around_a_spoiler_that_shows_nothing() -> None:
    assert row("https:", hidden("\u200b"), "//a.b") == r"https\://a.b"


def test_styles_become_marks_around_words_and_not_around_blanks() -> None:
    assert row("a", Span(" b ", Style.ITALIC), "c") == "a *b* c"
    assert row(Span("b", Style.BOLD | Style.ITALIC), " ", Span("c", Style.STRUCK)) == "***b*** ~~c~~"


def test_a_possessive_after_italics_reads_right() -> None:
    assert row(Span("Forrest Gump", Style.ITALIC), "'s abilities") == "*Forrest Gump*'s abilities"
    assert row("two ", Span("mook", Style.ITALIC), "s") == "two *mook*s"


def test_emphasis_in_and_before_a_tag_is_closed_each_by_itself() -> None:
    assert row(Span("a ", Style.ITALIC), hidden("b", style=Style.ITALIC)) == "*a* ||*b*||"


def test_text_that_holds_the_sign_of_a_mark_is_not_styled() -> None:
    assert row(Span("a*b", Style.ITALIC)) == r"a\*b"


@pytest.mark.parametrize(
    ("spans", "plain"),
    [
        ((Span("s", Style.STRUCK | Style.BOLD), Span("6"), hidden("c", style=Style.BOLD)), "s6 ||**c**||"),
        ((Span("a"), Span('"b"', Style.ITALIC), Span("c")), 'a"b"c'),
        ((Span(")", Style.STRUCK), Span("`"), hidden("c", style=Style.STRUCK)), ")ˋ ||~~c~~||"),
    ],
)
def test_marks_that_some_reader_would_not_pair_are_left_out(spans: tuple[Span, ...], plain: str) -> None:
    assert row(*spans) == plain


def test_styles_that_touch_are_not_confused() -> None:
    assert row(Span("a", Style.BOLD), Span("b", Style.ITALIC)) == "**a**b"


def test_text_that_is_not_styled_after_all_is_escaped_as_one() -> None:
    assert row("https:", Span("//a_b", Style.ITALIC)) == r"https\://a\_b"


def test_a_heading_and_small_text_hold_one_row() -> None:
    assert heading("Run\nLola * Run", "🎬") == "## 🎬 Run Lola \\* Run"
    assert heading("a") == "## a"
    assert subtext(escape("a"), escape(""), escape("b")) == "-# a · b"


def test_tags_are_counted_in_pairs() -> None:
    assert count_spoiler_tags(escape("||a||")) == 0
    assert count_spoiler_tags(render_lines([hidden("a"), Span("b"), hidden("c")])[0]) == 2


def test_blank_is_what_nobody_sees() -> None:
    assert all(map(is_invisible, ("", " \t", "\u200d", "\u0301")))
    assert not any(map(is_invisible, ("a", "ツ", ".", "🏃")))
    assert single_line("\u2066a\u2069") == "a"
