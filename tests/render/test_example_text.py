"""The text and notes of an example, by example."""

from collections.abc import Sequence

import pytest

from bot.components.limits import MAX_SPOILER_TAGS, discord_length
from bot.model import Example, Note, Page, Part, PartKind, Span
from bot.render.lines import PAGE_LENGTH
from bot.render.snippets import snippet
from bot.render.texts.examples import SPOILER_PLACEHOLDER
from tests.render.served import example_notes, example_pages

HIDDEN = Span("She dies", spoiler=1)


def part(kind: PartKind, text: str) -> Part:
    return Part(kind, 1, (Span(text),))


def bullet(text: str, depth: int = 1, *notes: Note) -> Part:
    return Part(PartKind.BULLET, depth, (Span(text),), notes)


def quote(text: str) -> Part:
    return part(PartKind.QUOTE, text)


def example(*parts: Part) -> Example:
    return Example(1, "key", None, None, (), parts)


SO = part(PartKind.PARAGRAPH, "So.")
CITED = [bullet("Run:"), quote("Run.\nNow."), part(PartKind.ATTRIBUTION, "Doc"), bullet("More", 2)]


@pytest.mark.parametrize(
    ("parts", "page"),
    [
        pytest.param(
            [bullet("Run"), bullet("Lola", 2), bullet("Run", 3), bullet("Again", 2)],
            "Run\n- Lola\n  - Run\n- Again",
            id="sub-bullets are a list",
        ),
        pytest.param(CITED, "Run:\n> Run.\n> Now.\n> — Doc\n- More", id="a quote and its attribution"),
        pytest.param([bullet("Run"), bullet("Lola", 2), SO], "Run\n- Lola\n\nSo.", id="a paragraph after a list"),
        pytest.param([bullet("Run"), quote("Go"), SO, SO], "Run\n> Go\n\nSo.\nSo.", id="a paragraph after a quote"),
        pytest.param([bullet("Run"), SO], "Run\nSo.", id="a paragraph after a bullet"),
        pytest.param([bullet("a"), bullet("b\nc", 2), bullet("d\ne", 3)], "a\n- b\n  c\n  - d\n    e", id="two lines"),
        pytest.param([part(PartKind.LIST_ITEM, text) for text in ("one", "two")], "- one\n- two", id="list items"),
        pytest.param([bullet("a", 5)], "- a", id="depth without a parent"),
        pytest.param([bullet("a"), quote("b"), bullet("c", 4), bullet("d", 9)], "a\n> b\n- c\n  - d", id="depth gap"),
        pytest.param([bullet(" ")], "", id="no text"),
        pytest.param([bullet("He runs. " * 140)], ("He runs. " * 140).strip(), id="a long line that fits"),
    ],
)
def test_parts_become_lines_lists_and_quotes(parts: Sequence[Part], page: str) -> None:
    assert example_pages(example(*parts)) == (page,)


def test_a_revealed_example_has_its_own_pages() -> None:
    hidden = example(Part(PartKind.BULLET, 1, (HIDDEN,)))
    assert example_pages(hidden) == ("||She dies||",)
    assert example_pages(hidden.reveal()) == ("She dies",)
    assert example_pages(hidden) == ("||She dies||",)


def note(offset: int, text: str, label: str = "note", spoiler: int = 0) -> Note:
    return Note(offset, label, (Span(text),), spoiler)


@pytest.mark.parametrize(
    ("parts", "page", "notes"),
    [
        pytest.param([bullet("Run")], "Run", "", id="none"),
        pytest.param([bullet("Run away", 1, note(3, "Or not.\nWho?"))], "Run¹ away", "¹ Or not.\nWho?", id="one"),
        pytest.param(
            [bullet("All  Riders", 1, note(4, "Two are missing.")), bullet("So", 2, note(2, "Yes."))],
            "All¹ Riders\n- So²",
            "¹ Two are missing.\n² Yes.",
            id="numbered through the example",
        ),
        pytest.param([bullet("Run  on", 1, Note(4, "why?", (HIDDEN,)))], "Run why?¹ on", "¹ ||She dies||", id="label"),
        pytest.param([bullet("Run", 1, note(3, "Bye.", "end", 1))], "Run ||end¹||", "¹ ||Bye.||", id="in a spoiler"),
    ],
)
def test_notes_are_marked_in_the_text_and_shown_apart(parts: Sequence[Part], page: str, notes: str) -> None:
    assert example_pages(example(*parts)) == (page,)
    assert example_notes(example(*parts)) == notes


@pytest.mark.parametrize("sentences", [330, 700])
def test_a_line_that_is_too_long_is_split_between_sentences(sentences: int) -> None:
    pages = example_pages(example(bullet("He runs. " * sentences)))
    assert len(pages) > 1
    assert all(line.startswith("He runs.") and line.endswith("He runs.") for page in pages for line in page.split("\n"))
    assert all(PAGE_LENGTH / 2 < discord_length(page) <= PAGE_LENGTH for page in pages[:-1])


def test_a_page_has_no_more_spoilers_than_clients_hide() -> None:
    parts = [Part(PartKind.BULLET, 2, tuple(Span("a", spoiler=number) for number in range(1, 41)))] * 5
    assert [page.count("||") // 2 for page in example_pages(example(*parts))] == [80, 80, 40]
    assert MAX_SPOILER_TAGS == 90


def test_a_snippet_replaces_spoilers_by_a_placeholder() -> None:
    spans = (Span("At the end"), HIDDEN, Span(", and he runs."))
    parts = (Part(PartKind.BULLET, 1, spans), bullet("- so", 2))
    assert snippet(tuple(parts), "", ()) == f"At the end {SPOILER_PLACEHOLDER()}, and he runs. - so"


def test_a_snippet_is_short_and_starts_no_list() -> None:
    text = snippet((bullet("- " + "run and " * 50),), "", ())
    assert text.startswith(r"\- run and")
    assert text.endswith(("run…", "and…"))
    assert discord_length(text) <= 131


def test_each_example_of_the_real_page_fits_one_card(big_heroic_run: Page) -> None:
    pages = [example_pages(one) for one in big_heroic_run.examples]
    assert {len(some) for some in pages} == {1}
    assert sum(some[0].count("||") for some in pages) == 2 * sum(one.spoiler_count for one in big_heroic_run.examples)
