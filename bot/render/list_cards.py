"""Lists of examples."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import Action, ExampleRequest
from bot.components.limits import MAX_BUTTON_LABEL, MAX_OPTION_DESCRIPTION, MAX_OPTION_LABEL
from bot.model import SITE_HOME, Entry
from bot.render.cards import BRAND_COLOUR, Card, page_buttons, plain_label
from bot.render.example_cards import display_emoji, display_title
from bot.render.markdown import (
    NO_TEXT,
    ROW_LENGTH,
    SHORT_LENGTH,
    TITLE_LENGTH,
    Markdown,
    fit_name,
    heading,
    join_lines,
    subtext,
)
from bot.render.snippets import entry_snippet
from bot.render.texts import examples as texts
from bot.render.texts import medium_name

EXAMPLES_PER_PAGE = 7


class ListView(NamedTuple):
    """How a list is shown."""

    colour: int = BRAND_COLOUR
    highlight: Sequence[str] = ()  # words in bold
    names_tropes: bool = False  # whether each example says of which trope it is
    with_left_out: tuple[str, ExampleRequest] | None = None  # a button to show what was left out, with its label


PLAIN_VIEW = ListView()


def list_heading(name: str, emoji: str, *details: Markdown) -> Markdown:
    """Return a list's heading, with small details under it."""
    return join_lines([heading(fit_name(name, TITLE_LENGTH), emoji), subtext(*details)])


def list_card(
    title: Markdown, entries: Sequence[Entry], request: ExampleRequest, pages: int, view: ListView = PLAIN_VIEW
) -> Card:
    """Return one page of a list, with a menu to open an example and page buttons.

    Args:
        title: The heading, with details.
        entries: The page's examples, at least one.
        request: The request for this page.
        pages: The list's length.
        view: How to show it.
    """
    content: list[Markdown | Component] = [title]
    mixed = len({medium.slug if (medium := entry.example.medium) else None for entry in entries}) > 1
    for index, entry in enumerate(entries):
        row = list_row(entry, tuple(view.highlight), with_emoji=mixed, with_trope=view.names_tropes)
        content += [builders.SPACER if index else builders.DIVIDER, row]
    card = Card([*content, builders.DIVIDER, subtext(texts.LICENCE_LINE())], colour=view.colour)
    options = [list_option(entry, mixes_media=mixed, names_tropes=view.names_tropes) for entry in entries]
    card.add_row(builders.select_menu(texts.OPEN_MENU(), options, request.to(Action.OPEN_FROM_LIST).custom_id))
    buttons = page_buttons(request, pages)
    if view.with_left_out:
        label, shown = view.with_left_out
        buttons.append(builders.button(plain_label(label, MAX_BUTTON_LABEL), shown.custom_id, emoji="👁️"))
    return card.add_row(*buttons, builders.link(texts.OPEN_ON_TV_TROPES(), source_url(entries)))


def list_row(
    entry: Entry, highlight: tuple[str, ...] = (), *, with_emoji: bool, with_trope: bool, notice: Markdown = NO_TEXT
) -> Markdown:
    """Return an example in a list: its name, and under it a snippet, or a notice instead."""
    emoji, title = display_emoji(entry) if with_emoji else "", display_title(entry)
    row = f"{emoji} **{entry.example.number}\\. {fit_name(title, ROW_LENGTH)}**".lstrip()  # "1." would start a list
    name = Markdown(f"{row} · {fit_name(entry.trope.title, SHORT_LENGTH)}" if with_trope else row)
    text = notice or entry_snippet(entry, title, highlight)
    return join_lines([name, subtext(text)]) if text else name


def list_option(entry: Entry, *, mixes_media: bool, names_tropes: bool) -> Component:
    """Return the menu's option that opens an example."""
    medium, number, name = entry.example.medium, entry.example.number, display_title(entry)
    details = [entry.trope.title] if names_tropes else []
    details += [medium_name(medium.name)] if mixes_media and medium else []
    return builders.option(
        plain_label(f"{number}. {name}", MAX_OPTION_LABEL),
        entry.ref,
        description=plain_label(" · ".join(details), MAX_OPTION_DESCRIPTION) if details else None,
        emoji=(mixes_media and display_emoji(entry)) or None,
    )


def source_url(entries: Sequence[Entry]) -> str:
    """Return the address of the page that all examples are on, else of their trope, else of the site."""
    for urls in ({entry.url for entry in entries}, {entry.trope.url for entry in entries}):
        if len(urls) == 1:
            return urls.pop()
    return SITE_HOME
