"""The card of several examples in one message, each with its own heading."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import Action, ExampleRequest
from bot.components.limits import MAX_MESSAGE_TEXT, MAX_OPTION_LABEL, MAX_SPOILER_TAGS, discord_length
from bot.model import Entry
from bot.render.cards import BRAND_COLOUR, BRAND_EMOJI, Card, display_title, plain_label
from bot.render.example_text import example_excerpt
from bot.render.markdown import NO_TEXT, Markdown, escape, heading, join_lines, subtext
from bot.render.texts import examples as texts
from bot.render.truncate import truncate

MAX_NAME = 60  # of the work, medium and trope in a heading


class _Shown(NamedTuple):
    """An example with its heading and as much of its text as fits."""

    entry: Entry
    heading: Markdown
    text: Markdown


def several_card(
    entries: Sequence[Entry], request: ExampleRequest, *, names_trope: bool, spoiler: bool = False
) -> Card:
    """Return the card of two to five examples. `spoiler` hides the text of those with spoilers.

    Long ones are cut, and the menu opens each whole.
    """
    card = Card(())
    for entry, title, text in _fit(entries, names_trope=names_trope):
        medium, hides = entry.example.medium, spoiler and entry.example.spoiler_count > 0
        colour = medium.colour if medium else BRAND_COLOUR
        if hides:
            card.components.append(builders.text(title))
        content: list[Markdown | Component] = [text] if hides else [title, text]
        card.add_container(content, colour=colour, spoiler=hides)
    options = [
        builders.option(
            plain_label(f"{entry.example.number}. {display_title(entry)}", MAX_OPTION_LABEL),
            entry.ref,
            emoji=entry.example.medium.emoji if entry.example.medium else BRAND_EMOJI,
        )
        for entry in entries
    ]
    card.add_footer(texts.LICENCE_LINE)
    card.add_row(builders.select_menu(texts.OPEN_MENU, options, request.to(Action.OPEN_FROM_LIST).custom_id))
    return card.add_row(builders.button(texts.more_examples(len(entries)), request.custom_id, emoji="🎲"))


def _fit(entries: Sequence[Entry], *, names_trope: bool) -> list[_Shown]:
    headings = [_heading(entry, names_trope=names_trope) for entry in entries]
    fixed = sum(map(discord_length, headings)) + 2 * discord_length(subtext(texts.LICENCE_LINE, texts.CUT_EXAMPLE))
    length, tags = (MAX_MESSAGE_TEXT - fixed) // len(entries), MAX_SPOILER_TAGS // len(entries)
    notice = subtext(texts.CUT_EXAMPLE)
    shown = []
    for entry, title in zip(entries, headings, strict=True):
        text, is_whole = example_excerpt(entry.example, length - discord_length(notice) - 1, tags)
        shown.append(_Shown(entry, title, text if is_whole else join_lines([text, notice])))
    return shown


def _heading(entry: Entry, *, names_trope: bool) -> Markdown:
    example, medium, title = entry.example, entry.example.medium, display_title(entry)
    details = [escape(truncate(medium.name, MAX_NAME)) if medium and medium.name != title else NO_TEXT]
    details += [escape(truncate(entry.trope.title, MAX_NAME)) if names_trope else NO_TEXT]
    details += [texts.example_number(example.number)]
    details += [texts.spoiler_summary(example.spoiler_count, ())] if example.spoiler_count else []
    headline = heading(truncate(title, MAX_NAME), medium.emoji if medium else BRAND_EMOJI)
    return join_lines([headline, subtext(*details)])
