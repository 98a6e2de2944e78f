"""What an example looks like, by example."""

from bot.components.limits import MAX_SPOILER_TAGS, discord_length
from bot.model import Example, Note, Page, Part, PartKind, Span
from bot.render.example_text import PAGE_LENGTH, example_notes, example_pages
from bot.render.snippets import snippet

HIDDEN = Span("She dies", spoiler=1)


def bullet(text: str, depth: int = 1, *notes: Note) -> Part:
    return Part(PartKind.BULLET, depth, (Span(text),), notes)


def quote(text: str, kind: PartKind = PartKind.QUOTE) -> Part:
    return Part(kind, 1, (Span(text),))


def example(*parts: Part) -> Example:
    return Example(1, "key", None, None, (), parts)


def page(*parts: Part) -> str:
    [only] = example_pages(example(*parts))
    return only


def test_sub_bullets_are_a_list_under_the_text() -> None:
    assert page(bullet("Run"), bullet("Lola", 2), bullet("Run", 3), bullet("Again", 2)) == (
        "Run\n- Lola\n  - Run\n- Again"
    )


def test_a_quote_stands_below_its_bullet_with_who_said_it() -> None:
    said = [quote("Run.\nNow."), quote("Doc", PartKind.ATTRIBUTION)]
    assert page(bullet("Run:"), *said, bullet("More", 2)) == "Run:\n> Run.\n> Now.\n> — Doc\n- More"


def test_a_paragraph_after_a_list_or_quote_is_parted_by_a_blank_row() -> None:
    paragraph = Part(PartKind.PARAGRAPH, 1, (Span("So."),))
    assert page(bullet("Run"), bullet("Lola", 2), paragraph) == "Run\n- Lola\n\nSo."
    assert page(bullet("Run"), quote("Go"), paragraph, paragraph) == "Run\n> Go\n\nSo.\nSo."
    assert page(bullet("Run"), paragraph) == "Run\nSo."


def test_a_second_line_of_an_item_stands_under_its_first() -> None:
    assert page(bullet("a"), bullet("b\nc", 2), bullet("d\ne", 3)) == "a\n- b\n  c\n  - d\n    e"


def test_items_of_a_list_have_a_sign() -> None:
    assert (
        page(Part(PartKind.LIST_ITEM, 1, (Span("one"),)), Part(PartKind.LIST_ITEM, 1, (Span("two"),))) == "- one\n- two"
    )


def test_no_row_is_indented_out_of_its_list() -> None:
    assert page(bullet("a", 5)) == "- a"
    assert page(bullet("a"), quote("b"), bullet("c", 4), bullet("d", 9)) == "a\n> b\n- c\n  - d"


def test_a_revealed_example_has_pages_of_its_own() -> None:
    hidden = example(Part(PartKind.BULLET, 1, (HIDDEN,)))
    assert example_pages(hidden) == ("||She dies||",)
    assert example_pages(hidden.reveal()) == ("She dies",)
    assert example_pages(hidden) == ("||She dies||",)


def test_a_note_is_marked_where_it_stands_and_read_apart() -> None:
    noted = bullet("Run away", 1, Note(3, "note", (Span("Or not.\nWho knows?"),)))
    assert page(noted) == "Run¹ away"
    assert example_notes(example(noted)) == "¹ Or not.\nWho knows?"


def test_a_mark_stands_at_the_word_before_it_and_notes_are_counted_through_an_example() -> None:
    first = bullet("All  Riders", 1, Note(4, "note", (Span("Two are missing."),)))
    second = bullet("So", 2, Note(2, "note", (Span("Yes."),)))
    assert page(first, second) == "All¹ Riders\n- So²"
    assert example_notes(example(first, second)) == "¹ Two are missing.\n² Yes."


def test_a_label_of_its_own_stands_where_the_page_shows_it() -> None:
    noted = bullet("Run  now", 1, Note(4, "why?", (HIDDEN,)))
    assert page(noted) == "Run why?¹ now"
    assert example_notes(example(noted)) == "¹ ||She dies||"


def test_a_note_in_a_spoiler_is_hidden_with_its_label() -> None:
    noted = bullet("Run", 1, Note(3, "her end", (Span("By car."),), 1))
    assert page(noted) == "Run ||her end¹||"
    assert example_notes(example(noted)) == "¹ ||By car.||"


def test_an_example_without_notes_has_none_to_read() -> None:
    assert example_notes(example(bullet("Run"))) == ""


def test_an_example_without_text_has_one_empty_page() -> None:
    assert example_pages(example(bullet(" "))) == ("",)


def test_a_long_row_stays_whole_while_it_fits_a_page_with_another() -> None:
    text = "He runs. " * 140
    assert page(bullet(text)) == text.strip()


def test_a_row_that_is_too_long_is_cut_between_sentences() -> None:
    pages = example_pages(example(bullet("He runs. " * 700)))
    assert len(pages) > 2
    assert all(row.startswith("He runs.") and row.endswith("He runs.") for one in pages for row in one.split("\n"))
    assert all(PAGE_LENGTH / 2 < discord_length(one) <= PAGE_LENGTH for one in pages[:-1])


def test_a_page_holds_no_more_spoilers_than_clients_hide() -> None:
    parts = [Part(PartKind.BULLET, 2, tuple(Span("a", spoiler=number) for number in range(1, 41)))] * 5
    assert [one.count("||") // 2 for one in example_pages(example(*parts))] == [80, 80, 40]
    assert MAX_SPOILER_TAGS == 90


def test_an_opening_names_spoilers_and_does_not_show_them() -> None:
    spans = (Span("At the end"), HIDDEN, Span(", and he runs."))
    assert (
        snippet(example(Part(PartKind.BULLET, 1, spans), bullet("- so", 2)))
        == "At the end (spoiler), and he runs. - so"
    )


def test_an_opening_is_short_and_starts_no_list() -> None:
    text = snippet(example(bullet("- " + "run and " * 50)))
    assert text.startswith(r"\- run and")
    assert text.endswith(("run…", "and…"))
    assert discord_length(text) <= 131


def test_the_real_page_fits_one_card_an_example(big_heroic_run: Page) -> None:
    pages = [example_pages(one) for one in big_heroic_run.examples]
    assert {len(some) for some in pages} == {1}
    assert sum(some[0].count("||") for some in pages) == 2 * sum(one.spoiler_count for one in big_heroic_run.examples)
