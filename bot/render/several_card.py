"""The card of several examples in one message, each with its own heading."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import Action, ExampleRequest
from bot.components.limits import MAX_MESSAGE_TEXT, MAX_SPOILER_TAGS, discord_length
from bot.model import Entry
from bot.render.cards import BRAND_COLOUR, Card
from bot.render.example_cards import display_emoji, display_title, list_option, number_of
from bot.render.example_text import example_excerpt
from bot.render.markdown import LISTED_LENGTH, MEDIUM_LENGTH, NO_TEXT, Markdown, fit_name, heading, join_lines, subtext
from bot.render.texts import examples as texts
from bot.render.texts import medium_name

MAX_TITLE_LENGTH = MEDIUM_LENGTH


class _Shown(NamedTuple):
    """An example with its heading and as much of its text as fits."""

    entry: Entry
    heading: Markdown
    text: Markdown


def several_card(
    entries: Sequence[Entry], request: ExampleRequest, *, names_tropes: bool, spoiler: bool = False
) -> Card:
    """Return the card of two to five examples. `spoiler` hides the text of those with spoilers.

    Long ones are cut, and the menu opens each whole.
    """
    card = Card(())
    for entry, title, text in _fit(entries, names_tropes=names_tropes):
        medium, hides = entry.example.medium, spoiler and entry.spoiler_count > 0
        if hides:
            card.components.append(builders.text(title))
        content: list[Markdown | Component] = [text] if hides else [title, builders.SPACER, text]
        card.add_container(content, colour=medium.colour if medium else BRAND_COLOUR, spoiler=hides)
    mixed = len({entry.example.medium for entry in entries}) > 1
    options = [list_option(entry, mixes_media=mixed, names_tropes=names_tropes) for entry in entries]
    card.add_footer(texts.LICENCE_LINE())
    card.add_row(builders.select_menu(texts.OPEN_MENU(), options, request.to(Action.OPEN_FROM_LIST).custom_id))
    return card.add_row(builders.button(texts.more_examples(len(entries)), request.custom_id, emoji="🎲"))


def _fit(entries: Sequence[Entry], *, names_tropes: bool) -> list[_Shown]:
    headings = [_heading(entry, names_tropes=names_tropes) for entry in entries]
    fixed = sum(map(discord_length, headings)) + 2 * discord_length(subtext(texts.LICENCE_LINE(), texts.CUT_EXAMPLE()))
    length, tags = (MAX_MESSAGE_TEXT - fixed) // len(entries), MAX_SPOILER_TAGS // len(entries)
    shown = []
    for entry, title in zip(entries, headings, strict=True):
        text, is_whole = example_excerpt(entry, length - discord_length(subtext(texts.CUT_EXAMPLE())) - 1, tags)
        shown.append(
            _Shown(entry, title, text if is_whole else join_lines(filter(None, [text, subtext(texts.CUT_EXAMPLE())])))
        )
    return shown


def _heading(entry: Entry, *, names_tropes: bool) -> Markdown:
    medium, title = entry.example.medium, display_title(entry)
    details = [
        fit_name(medium_name(medium.name), MEDIUM_LENGTH) if medium and medium.name != title else NO_TEXT,
        fit_name(entry.trope.title, LISTED_LENGTH) if names_tropes else NO_TEXT,
        number_of(entry),
        texts.spoiler_summary(entry.spoiler_count, ()) if entry.spoiler_count else NO_TEXT,
    ]
    return join_lines([heading(fit_name(title, MAX_TITLE_LENGTH), display_emoji(entry)), subtext(*details)])
