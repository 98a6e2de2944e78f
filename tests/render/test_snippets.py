"""What a list shows of an example."""

from bot.model import Example, Part, PartKind, Span
from bot.render.snippets import snippet

LONG = "Many words come first, so many that the place in question is far away from where the example begins. "


def example(*spans: Span) -> Example:
    return Example(1, "key", None, None, (), (Part(PartKind.BULLET, 1, spans),))


def test_a_revealed_example_has_a_snippet_of_its_own() -> None:
    hidden = example(Span("They run "), Span("far", spoiler=1))
    assert snippet(hidden) == "They run (spoiler)"
    assert snippet(hidden.reveal()) == "They run far"
    assert snippet(hidden) == "They run (spoiler)"
    assert snippet(hidden, "", ("run",)) == "They **run** (spoiler)"


def test_it_begins_where_the_example_begins() -> None:
    assert snippet(example(Span(LONG * 2))).endswith("…")
    assert snippet(example(Span(LONG * 2))).startswith("Many words come first")


def test_it_does_not_say_the_title_again() -> None:
    assert snippet(example(Span("Chariots of Fire: Naturally.")), "Chariots of Fire") == "Naturally."
    assert snippet(example(Span("Chariots of Fire:")), "Chariots of Fire") == "Chariots of Fire:"


def test_it_is_shown_around_the_first_hit_with_all_hits_in_bold() -> None:
    text = snippet(example(Span(LONG + "Mal stood on the bridge, and no Bridge fell.")), "", ("bridge",))
    assert text == "… the example begins. Mal stood on the **bridge**, and no **Bridge** fell."


def test_it_is_shown_where_most_of_the_words_stand_together() -> None:
    text = snippet(example(Span("The start. " + LONG + "Mal stood on the bridge.")), "", ("the", "bridge"))
    assert "on **the** **bridge**." in text


def test_accents_and_case_do_not_matter_and_a_beginning_is_a_hit_where_no_word_is() -> None:
    assert snippet(example(Span("Okami in the café")), "", ("CAFE", "ōkami")) == "**Okami** in the **café**"
    assert snippet(example(Span("Pheidippides ran")), "", ("pheid",)) == "**Pheidippides** ran"
    assert snippet(example(Span("He ran on, running")), "", ("run", "ran")) == "He **ran** on, running"


def test_a_hit_in_hidden_text_is_no_hit() -> None:
    text = snippet(example(Span("He meets "), Span("the ghost", spoiler=1), Span(", and runs.")), "", ("ghost",))
    assert text == "He meets (spoiler), and runs."
