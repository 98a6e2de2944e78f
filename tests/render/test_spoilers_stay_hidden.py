"""Whatever surrounds hidden text and wherever it is cut, it stays hidden and nothing is lost."""

import re
from collections.abc import Callable
from contextlib import suppress
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
from bot.model import Example, Span, plain_text
from bot.model.preferences import Rhythm
from bot.render.about_card import about_card
from bot.render.cards import Card
from bot.render.daily_frame import MAX_POST_TITLE, add_daily_frame, post_title
from bot.render.example_cards import display_title, example_card, list_card, list_heading
from bot.render.lines import PAGE_LENGTH
from bot.render.markdown import Markdown, escape, render_lines, single_line
from bot.render.saved_cards import SavedRow, removed_card, report_card, saved_list_card
from bot.render.several_card import several_card
from bot.render.snippets import snippet
from bot.render.texts import daily as daily_texts
from bot.render.truncate import chunk_spans, split_at_boundary, truncate
from tests.markdown_renderers import client, notification
from tests.markdown_renderers.adapter import bare_texts, cards_of_works, displays, items, overview_of
from tests.markdown_renderers.hostile_texts import FRAGMENTS
from tests.render.hostile_examples import SECRET, WORD, hostile_examples, letters, noisy_spans, titled_examples, words
from tests.render.served import TROPE, example_notes, example_pages, served

TAG = re.compile(r"\|\|(.*?)\|\|", re.DOTALL)
NOISE = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)
RENDERERS: dict[str, Callable[[str], str]] = {"client": client.visible, "notification": notification.visible}
with suppress(ImportError):  # needs the packages of the preview
    RENDERERS["simcord page"] = import_module("tests.markdown_renderers.simcord_page").visible


def leaking(*texts: str) -> list[tuple[str, str]]:
    """Return the renderers that show a hidden word, and the text they show it of."""
    return [(name, text) for name, visible in RENDERERS.items() for text in texts if SECRET.search(visible(text))]


def in_order(expected: list[str], text: str) -> bool:
    return re.search(".*".join(expected), text, re.DOTALL) is not None


def cards_of(example: Example) -> list[Card]:
    pages = served(example)
    search = ExampleRequest(Action.SEARCH, TROPE.ref, page=2, query="words")
    listed = list_card(list_heading("Film", "🎬"), [pages[0]] * 7, search, 9)
    request = ExampleRequest(Action.EXAMPLE, TROPE.ref)
    another = request.to(Action.REPLACE_DAILY, example_ref=pages[0].ref)
    mention = daily_texts.mention(2**63 - 1)
    posted = add_daily_frame(example_card(pages[0], request), another, daily_texts.footer(Rhythm(hours=8)), mention)
    about = about_card(overview_of(example), ExampleRequest(Action.ABOUT, TROPE.ref))
    draw = ExampleRequest(Action.RANDOM, TROPE.ref)
    several = [several_card([pages[0], pages[-1]] * n, draw, names_tropes=True) for n in (1, 2)]
    saved = saved_list_card([SavedRow(1, display_title(page), page) for page in pages[:1] * 7], 99, 2, 9)
    others = [saved, removed_card(display_title(pages[0]), pages[0]), report_card(pages[0], 7, "https://example.org")]
    cards = [*(example_card(page, request) for page in pages), listed, posted, about, *several, *others]
    return [*cards, *cards_of_works(example)]


def pages_and_notes(example: Example) -> list[Markdown]:
    return [*example_pages(example), *filter(None, [example_notes(example)])]


@given(hostile_examples())
def test_no_hidden_word_shows_on_any_page(example: Example) -> None:
    assert leaking(*pages_and_notes(example)) == []


@given(hostile_examples())
def test_every_visible_word_can_be_read_in_order(example: Example) -> None:
    visible, _ = words(example)
    pages = pages_and_notes(example)
    assert not [n for n, shown in RENDERERS.items() if not in_order(visible, letters("".join(map(shown, pages))))]


@given(hostile_examples())
def test_tags_contain_every_hidden_word_and_no_visible_one(example: Example) -> None:
    visible, hidden = words(example)
    tagged = letters("".join("".join(TAG.findall(page)) for page in pages_and_notes(example)))
    assert in_order(hidden, tagged)
    hidden_notes = [note for part in example.parts for note in part.notes if note.spoiler]
    noted = "".join(note.label + plain_text(note.spans) for note in hidden_notes)
    assert not [word for word in visible if word in tagged and word not in noted]


@given(hostile_examples())
def test_every_tag_follows_a_space_and_closes_in_its_line(example: Example) -> None:
    for line in "\n".join(pages_and_notes(example)).split("\n"):
        assert line.count("||") % 2 == 0
        assert "|" not in TAG.sub("", line)
        assert all(tag[1].strip() and "|" not in tag[1] for tag in TAG.finditer(line))
        assert all(line[: tag.start()][-1:] in ("", " ") for tag in TAG.finditer(line))


@given(hostile_examples(), st.integers(1, 12))
def test_pages_of_a_repeated_example_fit(example: Example, times: int) -> None:
    pages = example_pages(Example(1, "key", None, None, (), example.parts * times))
    assert all(discord_length(page) <= PAGE_LENGTH and page.count("||") <= 2 * MAX_SPOILER_TAGS for page in pages)
    assert all(pages) or len(pages) == 1


@given(titled_examples())
def test_cards_fit_discord_and_hide_what_the_page_hides(example: Example) -> None:
    for card in cards_of(example):
        assert discord_length("".join(displays(card))) <= MAX_MESSAGE_TEXT
        assert sum(1 for _ in items(card)) <= MAX_COMPONENTS
        # Discord reads each display by itself; a notification may run them together.
        assert leaking(*displays(card), "\n".join(displays(card))) == []
        assert not any(SECRET.search(bare) for bare in bare_texts(card))


@given(titled_examples())
def test_the_title_of_a_forums_post_shows_nothing_hidden(example: Example) -> None:
    title = post_title(display_title(served(example)[0]))
    assert 0 < discord_length(title.strip()) <= MAX_POST_TITLE
    assert not SECRET.search(title)


@given(titled_examples())
def test_labels_and_custom_ids_fit_and_are_never_empty(example: Example) -> None:
    for card in cards_of(example):
        for item in items(card, ComponentType.button):
            assert 0 < discord_length(item["label"]) <= MAX_BUTTON_LABEL
            assert "url" in item or 0 < discord_length(item["custom_id"]) <= MAX_CUSTOM_ID
        for item in items(card, ComponentType.select):
            assert 0 < discord_length(item["custom_id"]) <= MAX_CUSTOM_ID
            assert all(0 < discord_length(option["label"].strip()) <= MAX_OPTION_LABEL for option in item["options"])


@given(hostile_examples())
def test_a_snippet_starts_with_the_first_visible_words(example: Example) -> None:
    text = snippet(example.parts, "", ())
    visible, _ = words(example._replace(parts=tuple(part._replace(notes=()) for part in example.parts)))
    assert not SECRET.search(text)
    assert "||" not in text
    assert "\n" not in text
    shown = WORD.findall(letters(text))
    assert shown == visible[: len(shown)]


@given(data=st.data(), size=st.integers(40, 200), spoilers=st.integers(1, 3))
def test_hidden_text_cut_anywhere_stays_hidden(data: st.DataObject, size: int, spoilers: int) -> None:
    spans = data.draw(noisy_spans(count(100), limit=8))
    chunks = list(chunk_spans(spans, size, spoilers))
    assert plain_text(span for chunk in chunks for span in chunk) == plain_text(spans)
    assert leaking("\n".join(line for chunk in chunks for line in render_lines(chunk))) == []


@given(st.lists(st.builds(Span, NOISE, spoiler=st.integers(0, 3))), st.integers(40, 90))
def test_chunks_keep_to_their_limits(spans: list[Span], size: int) -> None:
    for chunk in chunk_spans(spans, size, 2):
        assert sum(discord_length(span.text) for span in chunk) <= size
        assert sum(1 for span in chunk if span.spoiler) <= 2
        assert all(span.text for span in chunk)


@given(NOISE, st.integers(2, 30))
def test_no_grapheme_that_fits_is_split(text: str, limit: int) -> None:
    regex = pytest.importorskip("regex")
    head, tail = split_at_boundary(text, limit)
    assert head + tail == text
    assert discord_length(head) <= limit
    graphemes = list(regex.finditer(r"\X", text))
    ends = {grapheme.end() for grapheme in graphemes}
    assert not tail or len(head) in ends or discord_length(graphemes[0][0]) > limit


@given(NOISE, st.integers(3, 40))
def test_a_truncated_text_fits_and_ends_with_an_ellipsis(text: str, limit: int) -> None:
    short = truncate(text, limit)
    assert discord_length(short) <= limit
    assert short == text or short.endswith("…")


@given(NOISE)
def test_escaped_text_reads_as_typed(text: str) -> None:
    typed, escaped = ["a", *read_words(single_line(text))], f"a {escape(text)}"
    assert not [name for name, visible in RENDERERS.items() if read_words(visible(escaped)) != typed]


@given(NOISE)
def test_unescaped_text_is_escaped_as_before(text: str) -> None:
    escaped = escape(text)
    assert escape(re.sub(r"\\([^0-9A-Za-z\s])", r"\1", escaped)) == escaped
    assert escape(single_line(text)) == escaped


def read_words(text: str) -> list[str]:
    return re.findall(r"[^\W_ˋ]+", text)
