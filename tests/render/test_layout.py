"""Long examples are cut into pages once, and lose nothing and reveal nothing by it."""

from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.components.limits import MAX_SPOILER_TAGS, discord_length
from bot.model import (
    MAX_WORKS_SERVED,
    Entry,
    Example,
    Note,
    Part,
    PartKind,
    Span,
    Style,
    Trope,
    Work,
    plain_text,
    visible_text,
)
from bot.render import lines, truncate
from bot.render.example_text import example_text, lines_text
from bot.render.layout import (
    CAPTION_LENGTH,
    QUOTE_LENGTH,
    TROPE_LENGTH,
    cut_pages,
    is_short,
    lay_out_example,
    lay_out_trope,
)
from bot.render.lines import PAGE_LENGTH, insert_note_numbers, note_lines, part_lines
from bot.render.markdown import render_line
from tests.render.hostile_examples import SECRET, hostile_examples, letters
from tests.render.served import example_pages, served

WORDS = Span("word and other " * 1_000)


def example(*spans: Span, notes: tuple[Note, ...] = (), works: tuple[Work, ...] = ()) -> Example:
    return Example(1, "key", None, None, works, (Part(PartKind.BULLET, 1, spans, notes),))


@st.composite
def long_examples(draw: st.DrawFn) -> Example:
    """Draw an example whose parts are repeated until they fill some pages, within parts or beside each other."""
    once, times = draw(hostile_examples()), draw(st.integers(10, 30))
    if draw(st.booleans()):
        return once._replace(parts=once.parts * times)
    return once._replace(parts=tuple(part._replace(spans=part.spans * times) for part in once.parts))


def numbered_text(example: Example) -> list[Span]:
    """Return all text with the numbers of notes, before it is broken into lines."""
    first = 1
    spans: list[Span] = []
    for part in example.parts:
        spans += insert_note_numbers(part, first)
        first += len(part.notes)
    return spans


def shown_spans(entry: Entry) -> list[Span]:
    rendered = part_lines(entry.example.parts) if entry.lines is None else ()
    return [span for line in [*(entry.lines or ()), *[each.source for each in rendered]] for span in line.spans]


@given(long_examples())
def test_all_pages_together_are_the_whole_text(example: Example) -> None:
    whole, pages = numbered_text(example), [span for entry in served(example) for span in shown_spans(entry)]
    assert letters(plain_text(pages)) == letters(plain_text(whole))
    assert letters(visible_text(pages)) == letters(visible_text(whole))


@given(long_examples())
def test_a_page_fits_hidden_or_revealed(example: Example) -> None:
    for entry in served(example):
        hidden, revealed = example_text(entry), example_text(entry.reveal())
        assert max(discord_length(hidden), discord_length(revealed)) <= PAGE_LENGTH
        assert hidden.count("||") <= 2 * MAX_SPOILER_TAGS
        assert "||" not in revealed
        assert SECRET.search("".join(hidden.split("||")[::2])) is None


@pytest.mark.parametrize(
    "grown",
    [
        pytest.param(example(Span("*" * 1_500)), id="escaped"),
        pytest.param(example(*[Span("a", spoiler=n) for n in range(1, 96)]), id="spoilers"),
        pytest.param(example(*[Span("a "), Span("\u0301" * 300, spoiler=1)] * 50), id="spoilers that do not show"),
    ],
)
def test_a_page_fits_however_its_text_grows(grown: Example) -> None:
    for entry in served(grown):
        for text in (example_text(entry), example_text(entry.reveal())):
            assert discord_length(text) <= PAGE_LENGTH
            assert text.count("||") <= 2 * MAX_SPOILER_TAGS


@given(hostile_examples(), st.integers(1, 8))
def test_what_is_not_laid_out_fits_a_page_with_its_notes(example: Example, times: int) -> None:
    repeated = example._replace(parts=example.parts * times)
    if is_short(repeated):
        for each in (repeated, repeated.reveal()):
            assert len(list(cut_pages(part_lines(each.parts), PAGE_LENGTH))) <= 1
            assert len(list(cut_pages(note_lines(each.notes), PAGE_LENGTH))) <= 1


@pytest.mark.parametrize(
    ("hidden", "reopened"),
    [(Span(WORDS.text, spoiler=1), "||"), (Span(WORDS.text, Style.ITALIC), "*"), (Span(WORDS.text, Style.BOLD), "**")],
    ids=["spoiler", "italics", "bold"],
)
def test_what_is_cut_closes_and_opens_again(hidden: Span, reopened: str) -> None:
    pages = example_pages(example(hidden))
    assert len(pages) > 5
    assert all(line.startswith(reopened) and line.endswith(reopened) for page in pages for line in page.split("\n"))


@pytest.mark.parametrize(
    "long",
    [
        pytest.param(example(WORDS), id="text"),
        pytest.param(example(Span("\u200b" * 50_000)), id="text that does not show"),
        pytest.param(example(Span(("a" + "\u200b" * 600) * 100)), id="text of which little shows"),
        pytest.param(example(Span("a"), notes=(Note(1, "note", (WORDS,)),)), id="a note"),
        pytest.param(example(Span("a"), notes=(Note(1, "note", (Span("b"),)),) * 1_000), id="notes"),
        pytest.param(
            example(Span("a"), works=tuple(Work(None, str(n)) for n in range(MAX_WORKS_SERVED + 1))), id="works"
        ),
    ],
)
def test_an_answer_gets_a_bounded_part_of_what_is_long(long: Example) -> None:
    layout = lay_out_example(long)
    assert layout is not None
    for page in (*layout.pages, layout.notes):
        assert sum(len(span.text) for line in page for span in line.spans) <= 4 * PAGE_LENGTH
    assert len(served(long)[0].example.works) <= MAX_WORKS_SERVED


SHAPES = {
    "words": Span("word "),
    "accents": Span("wörd "),
    "one word": Span("x"),
    "combining": Span("\u0301"),
    "style": Span("ab", Style.ITALIC),
    "signs": Span("*_~<"),
    "spoiler": Span("ab", spoiler=1),
    "lines": Span("ab\n"),
    "invisible": Span("\u200b"),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("apart", [True, False], ids=["spans", "one span"])
@pytest.mark.slow
def test_laying_out_takes_steps_in_proportion_to_the_text(shape: str, apart: bool) -> None:
    def steps(size: int) -> int:
        unit, seen = SHAPES[shape], []
        times = size // len(unit.text)
        spans = [unit._replace(spoiler=n * unit.spoiler) for n in range(1, times + 1)]
        spans = spans if apart else [unit._replace(text=unit.text * times)]

        def counted_line(line: list[Span]) -> str:
            seen.append(len(line) + sum(len(span.text) for span in line))
            return render_line(line)

        def counted_length(text: str) -> int:
            seen.append(len(text))
            return discord_length(text)

        with patch.object(lines, "render_line", counted_line), patch.object(truncate, "discord_length", counted_length):
            lay_out_example(example(*spans))
        return sum(seen)

    assert steps(12_000) <= 2.2 * steps(6_000)


def test_a_trope_shows_quote_description_caption_and_their_notes() -> None:
    note = Note(4, "note", (Span("Fast."),))
    quote = (Part(PartKind.QUOTE, 0, (Span("Run!"),)), Part(PartKind.ATTRIBUTION, 0, (Span("Someone"),)))
    description = (Part(PartKind.PARAGRAPH, 0, (Span("Runs"),), (note,)),)
    shown = lay_out_trope(Trope("A", "A", description, (Span("b"),), (), quote))
    assert lines_text(shown.quote) == "> Run!\n> — Someone"
    assert lines_text(shown.description) == "Runs¹\n¹ Fast."
    assert (lines_text(shown.caption), shown.is_cut) == ("b", False)


@pytest.mark.parametrize("text", [pytest.param("Run. " * 900, id="sentences"), pytest.param("*" * 4000, id="signs")])
@pytest.mark.parametrize("field", ["quote", "description", "caption"])
def test_a_long_text_of_a_trope_is_cut_and_leaves_room_for_the_others(field: str, text: str) -> None:
    spans = (Span(text),)
    long = spans if field == "caption" else (Part(PartKind.PARAGRAPH, 0, spans),)
    short = Trope("A", "A", (Part(PartKind.PARAGRAPH, 0, (Span("Runs."),)),))
    shown = lay_out_trope(replace(short, **{field: long}))  # type: ignore[arg-type]
    assert shown.is_cut
    lengths = [discord_length(lines_text(lines)) for lines in (shown.quote, shown.description, shown.caption)]
    assert max(lengths) > 80
    limits = QUOTE_LENGTH, TROPE_LENGTH, CAPTION_LENGTH
    assert all(length <= most for length, most in zip(lengths, limits, strict=True))
