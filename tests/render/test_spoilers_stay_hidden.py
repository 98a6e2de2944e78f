"""What a page hides stays hidden, and nothing is lost, whatever stands around it and wherever it is cut."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from itertools import count

import pytest
from discord import ComponentType
from hypothesis import given
from hypothesis import strategies as st

from bot.components.custom_ids import Action, ExampleRequest
from bot.components.limits import (
    MAX_BUTTON_LABEL,
    MAX_COMPONENTS,
    MAX_CUSTOM_ID,
    MAX_MESSAGE_TEXT,
    MAX_OPTION_LABEL,
    MAX_SPOILER_TAGS,
    discord_length,
)
from bot.model import Entry, Example, Span, plain_text
from bot.render.cards import Card, example_card, list_card, list_heading
from bot.render.example_text import PAGE_LENGTH, example_notes, example_pages
from bot.render.markdown import Markdown, escape, render_lines, single_line
from bot.render.snippets import snippet
from bot.render.truncate import chunk_spans, split_at_boundary, truncate
from tests.markdown_renderers import client, notification
from tests.markdown_renderers.adapter import bare_texts, displays, items
from tests.markdown_renderers.hostile_texts import FRAGMENTS
from tests.render.hostile_examples import (
    SECRET,
    WORD,
    hostile_entries,
    hostile_examples,
    hostile_spans,
    letters_of,
    words_of,
)

TAG = re.compile(r"\|\|(.*?)\|\|", re.DOTALL)
NOISE = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)

Reader = Callable[[str], str]


def readers() -> Iterator[tuple[str, Reader]]:
    yield "client", client.visible
    yield "notification", notification.visible
    try:
        yield "simcord page", import_module("tests.markdown_renderers.simcord_page").visible
    except ImportError:
        return


READERS = dict(readers())


def in_order(words: list[str], text: str) -> bool:
    """Tells whether the words stand in the text one after the other."""
    at = 0
    for word in words:
        at = text.find(word, at) + len(word)
        if at < len(word):
            return False
    return True


def cards_of(entry: Entry) -> list[Card]:
    pages = len(example_pages(entry.example))
    presses = [ExampleRequest(Action.EXAMPLE, entry.trope.ref, page=page) for page in range(1, pages + 1)]
    listed = ExampleRequest(Action.SEARCH, entry.trope.ref, page=2, query="words")
    return [
        *(example_card(entry, press) for press in presses),
        list_card(list_heading("Film", "🎬"), [entry] * 7, listed, 9),
    ]


def pages_and_notes(example: Example) -> list[Markdown]:
    return [*example_pages(example), *filter(None, [example_notes(example)])]


@given(hostile_examples())
def test_no_hidden_word_shows_on_any_page(example: Example) -> None:
    pages = pages_and_notes(example)
    assert not [(name, page) for name, reader in READERS.items() for page in pages if SECRET.search(reader(page))]


@given(hostile_examples())
def test_every_clear_word_can_be_read_in_its_place(example: Example) -> None:
    clear, _ = words_of(example)
    pages = pages_and_notes(example)
    assert not [n for n, reader in READERS.items() if not in_order(clear, letters_of("".join(map(reader, pages))))]


@given(hostile_examples())
def test_every_hidden_word_is_still_there_in_a_tag_and_no_clear_one_is(example: Example) -> None:
    clear, hidden = words_of(example)
    kept = letters_of("".join("".join(TAG.findall(page)) for page in pages_and_notes(example)))
    assert in_order(hidden, kept)
    assert not [word for word in clear if word in kept and not in_a_hidden_note(example, word)]


def in_a_hidden_note(example: Example, word: str) -> bool:
    notes = [note for part in example.parts for note in part.notes if note.spoiler]
    return any(word in note.label + plain_text(note.spans) for note in notes)


@given(hostile_examples())
def test_every_row_closes_its_own_tags_and_none_is_empty(example: Example) -> None:
    for row in "\n".join(pages_and_notes(example)).split("\n"):
        assert row.count("||") % 2 == 0
        assert "|" not in TAG.sub("", row)
        assert all(tag.strip() and "|" not in tag for tag in TAG.findall(row))


@given(hostile_examples())
def test_a_tag_starts_a_row_or_follows_a_blank(example: Example) -> None:
    for page in pages_and_notes(example):
        assert all(page[: tag.start()][-1:] in ("", " ", "\n") for tag in TAG.finditer(page))


@given(hostile_examples(), st.integers(1, 12))
def test_pages_fit_however_often_an_example_is_repeated(example: Example, times: int) -> None:
    pages = example_pages(Example(1, "key", None, None, (), example.parts * times))
    assert all(discord_length(page) <= PAGE_LENGTH and page.count("||") <= 2 * MAX_SPOILER_TAGS for page in pages)
    assert all(pages) or len(pages) == 1


@given(hostile_entries())
def test_cards_fit_discord_and_hide_what_the_page_hides(entry: Entry) -> None:
    for card in cards_of(entry):
        text = "".join(displays(card))
        assert discord_length(text) <= MAX_MESSAGE_TEXT
        assert sum(1 for _ in items(card)) <= MAX_COMPONENTS
        # Discord reads each display by itself; a notification may run them together.
        seen = [reader(shown) for shown in (*displays(card), "\n".join(displays(card))) for reader in READERS.values()]
        assert not any(SECRET.search(shown) for shown in seen)
        assert not any(SECRET.search(bare) for bare in bare_texts(card))


@given(hostile_entries())
def test_labels_and_custom_ids_fit_and_are_never_empty(entry: Entry) -> None:
    for card in cards_of(entry):
        for item in items(card, ComponentType.button):
            assert 0 < discord_length(item["label"]) <= MAX_BUTTON_LABEL
            assert "url" in item or 0 < discord_length(item["custom_id"]) <= MAX_CUSTOM_ID
        for item in items(card, ComponentType.select):
            assert 0 < discord_length(item["custom_id"]) <= MAX_CUSTOM_ID
            assert all(0 < discord_length(option["label"].strip()) <= MAX_OPTION_LABEL for option in item["options"])


@given(hostile_examples())
def test_an_opening_holds_nothing_hidden_and_starts_with_the_first_clear_words(example: Example) -> None:
    text = snippet(example)
    clear, _ = words_of(replace(example, parts=tuple(replace(part, notes=()) for part in example.parts)))
    assert not SECRET.search(text)
    assert "||" not in text
    assert "\n" not in text
    seen = WORD.findall(letters_of(text))
    assert seen == clear[: len(seen)]


@given(data=st.data(), room=st.integers(40, 200), spoilers=st.integers(1, 3))
def test_text_that_is_cut_anywhere_stays_hidden(data: st.DataObject, room: int, spoilers: int) -> None:
    spans = data.draw(hostile_spans(count(100), most=8))
    portions = list(chunk_spans(spans, room, spoilers))
    assert plain_text(span for portion in portions for span in portion) == plain_text(spans)
    text = "\n".join(row for portion in portions for row in render_lines(portion))
    assert not [name for name, reader in READERS.items() if SECRET.search(reader(text))]


@given(
    st.lists(st.tuples(NOISE, st.integers(0, 3)).map(lambda pair: Span(pair[0], spoiler=pair[1]))), st.integers(40, 90)
)
def test_portions_keep_to_their_room(spans: list[Span], room: int) -> None:
    for portion in chunk_spans(spans, room, 2):
        assert sum(discord_length(span.text) for span in portion) <= room
        assert sum(1 for span in portion if span.spoiler) <= 2
        assert all(span.text for span in portion)


@given(NOISE, st.integers(2, 30))
def test_a_cut_parts_no_grapheme_that_would_have_fitted(text: str, most: int) -> None:
    regex = pytest.importorskip("regex")
    head, tail = split_at_boundary(text, most)
    assert head + tail == text
    assert discord_length(head) <= most
    borders = {grapheme.end(): grapheme[0] for grapheme in regex.finditer(r"\X", text)}
    first = regex.match(r"\X", text)
    assert not tail or len(head) in borders or discord_length(first[0]) > most


@given(NOISE, st.integers(3, 40))
def test_a_shortened_text_fits_and_says_that_it_was_cut(text: str, most: int) -> None:
    short = truncate(text, most)
    assert discord_length(short) <= most
    assert short == text or short.endswith("…")


@given(NOISE)
def test_escaped_text_reads_as_it_was_typed(text: str) -> None:
    typed, escaped = ["a", *read_words(single_line(text))], f"a {escape(text)}"
    assert not [name for name, reader in READERS.items() if read_words(reader(escaped)) != typed]


@given(NOISE)
def test_what_was_escaped_and_read_back_escapes_to_the_same(text: str) -> None:
    escaped = escape(text)
    assert escape(re.sub(r"\\([^0-9A-Za-z\s])", r"\1", escaped)) == escaped
    assert escape(single_line(text)) == escaped


def read_words(text: str) -> list[str]:
    return re.findall(r"[^\W_ˋ]+", text)
