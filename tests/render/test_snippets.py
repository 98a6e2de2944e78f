"""What a list shows of an example."""

import pytest

from bot.components.limits import discord_length
from bot.model import Example, Part, PartKind, Span
from bot.render.snippets import MAX_SNIPPET_LENGTH, snippet
from bot.render.texts.examples import SPOILER_PLACEHOLDER

LONG = "Many words come first, so many that the place in question is far away from where the example begins. "


def bullet(*spans: Span) -> tuple[Part, ...]:
    return (Part(PartKind.BULLET, 1, spans),)


def test_a_revealed_example_has_its_own_snippet() -> None:
    hidden = bullet(Span("They run "), Span("far", spoiler=1))
    assert snippet(hidden, "", ()) == f"They run {SPOILER_PLACEHOLDER()}"
    assert snippet(Example(1, "key", None, None, (), hidden).reveal().parts, "", ()) == "They run far"
    assert snippet(hidden, "", ()) == f"They run {SPOILER_PLACEHOLDER()}"
    assert snippet(hidden, "", ("run",)) == f"They **run** {SPOILER_PLACEHOLDER()}"


def test_a_long_example_is_shown_from_its_start() -> None:
    text = snippet(bullet(Span(LONG * 2)), "", ())
    assert text.startswith("Many words come first")
    assert text.endswith("…")


@pytest.mark.parametrize(
    ("text", "shown"), [("Chariots of Fire: Naturally.", "Naturally."), ("Chariots of Fire:", "Chariots of Fire:")]
)
def test_a_title_at_the_start_is_not_repeated(text: str, shown: str) -> None:
    assert snippet(bullet(Span(text)), "Chariots of Fire", ()) == shown


def test_a_snippet_shows_the_first_match_and_all_in_bold() -> None:
    text = snippet(bullet(Span(LONG + "Mal stood on the bridge, and no Bridge fell.")), "", ("bridge",))
    assert text == "… the example begins. Mal stood on the **bridge**, and no **Bridge** fell."


def test_a_snippet_shows_where_most_words_are_together() -> None:
    text = snippet(bullet(Span("The start. " + LONG + "Mal stood on the bridge.")), "", ("the", "bridge"))
    assert "on **the** **bridge**." in text


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        pytest.param("Okami in the café", ("CAFE", "ōkami"), "**Okami** in the **café**", id="accents and case"),
        pytest.param("Pheidippides ran", ("pheid",), "**Pheidippides** ran", id="a prefix"),
        pytest.param("He ran on, running", ("run", "ran"), "He **ran** on, running", id="no prefix beside a word"),
    ],
)
def test_words_match_without_accents_or_as_prefixes(text: str, words: tuple[str, ...], shown: str) -> None:
    assert snippet(bullet(Span(text)), "", words) == shown


def test_a_match_in_hidden_text_is_not_shown() -> None:
    text = snippet(bullet(Span("He meets "), Span("the ghost", spoiler=1), Span(", and runs.")), "", ("ghost",))
    assert text == f"He meets {SPOILER_PLACEHOLDER()}, and runs."


@pytest.mark.parametrize(("unit", "words"), [("a ", ("a",)), ("*~ ", ())], ids=["bold", "escaped"])
def test_a_snippet_is_short_however_its_text_grows(unit: str, words: tuple[str, ...]) -> None:
    text = snippet(bullet(Span(unit * 80)), "", words)
    assert text.endswith("…")
    assert MAX_SNIPPET_LENGTH / 2 < discord_length(text) <= MAX_SNIPPET_LENGTH
