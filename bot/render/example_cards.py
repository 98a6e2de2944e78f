"""The cards of examples: one, its notes, and a list of them."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import Action, ExampleRequest
from bot.components.limits import MAX_BUTTON_LABEL, MAX_BUTTONS, MAX_OPTION_DESCRIPTION, MAX_OPTION_LABEL
from bot.components.saved_ids import SavedAction, SavedRequest
from bot.model import SITE_HOME, Entry
from bot.model.names import work_ref
from bot.render.cards import BRAND_COLOUR, SAVED_EMOJI, Card, page_buttons, plain_label, trope_emoji, veiled_card
from bot.render.example_text import example_text, notes_text
from bot.render.markdown import (
    LISTED_LENGTH,
    MEDIUM_LENGTH,
    NO_TEXT,
    ROW_LENGTH,
    SCOPE_LENGTH,
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
from bot.render.texts import saved as saved_texts

EXAMPLES_PER_PAGE, MAX_WORKS_NAMED = 7, 5


def example_card(entry: Entry, request: ExampleRequest, *, spoiler: bool = False, position: Markdown = NO_TEXT) -> Card:
    """Return the card of one example.

    Args:
        entry: The example and its trope. Of a long one, the page to show.
        request: Where "Another" picks from.
        spoiler: Whether to hide a text with spoilers as a whole.
        position: The position in the shuffle.
    """
    medium, spoiler = entry.example.medium, spoiler and entry.spoiler_count > 0
    title, trope = display_title(entry), entry.trope.title
    details = subtext(
        fit_name(medium_name(medium.name), MEDIUM_LENGTH) if medium and medium.name != title else NO_TEXT,
        fit_name(trope, SCOPE_LENGTH) if trope != title else NO_TEXT,
        number_of(entry),
        texts.text_page(entry.page, entry.page_count) if entry.page_count > 1 else NO_TEXT,
    )
    named = [heading(fit_name(title, TITLE_LENGTH), display_emoji(entry)), details]
    spoilers, source = [spoiler_line(entry)] if entry.spoiler_count else [], subtext(position, texts.LICENCE_LINE())
    head, foot = ([*named, *spoilers], [source]) if spoiler else (named, [*spoilers, source])
    card = veiled_card(
        [join_lines(head)],
        [example_text(entry)],
        [join_lines(foot)],
        colour=medium.colour if medium else BRAND_COLOUR,
        spoiler=spoiler,
    )
    if entry.page_count > 1:
        shown = request.to(Action.EXAMPLE, page=entry.page, example_ref=entry.ref)
        card.add_row(*page_buttons(shown, entry.page_count))
    for row in example_buttons(entry, request):
        card.add_row(*row)
    return card


def notes_card(entry: Entry, *, spoiler: bool = False) -> Card:
    """Return the card of an example's notes, cut to fit. `spoiler` hides those of an example with spoilers."""
    spoiler = spoiler and entry.spoiler_count > 0
    title, trope = display_title(entry), entry.trope.title
    named = fit_name(trope, SCOPE_LENGTH) if trope != title else NO_TEXT
    details = subtext(fit_name(title, TITLE_LENGTH), named, number_of(entry))
    return veiled_card(
        [join_lines([details, spoiler_line(entry)] if spoiler else [details])],
        [notes_text(entry) or texts.NO_NOTES()],
        [subtext(texts.LICENCE_LINE())],
        spoiler=spoiler,
    ).add_row(report_button(entry, saved_texts.SOMETHING_WRONG()), builders.link(texts.OPEN_ON_TV_TROPES(), entry.url))


def example_buttons(entry: Entry, request: ExampleRequest) -> list[list[Component]]:
    """Return the buttons under an example that `request` opened, in one row if they fit.

    Those that lead to others come first, then those about the example. One with notes has the report behind them.
    """
    trope, example, medium = entry.trope, entry.example, entry.example.medium
    others = [builders.button(texts.ANOTHER_EXAMPLE(), request.another().custom_id, emoji="🎲")]
    if medium and medium.slug != request.medium:
        same_medium = request.to(Action.RANDOM, medium=medium.slug, work_ref="", query="")
        others.append(builders.button(texts.SAME_MEDIUM(), same_medium.custom_id, emoji=medium.emoji))
    if entry.work_has_more and not request.work_ref:
        work = request.to(Action.WORK, trope_ref=trope.ref, work_ref=example.works[0].ref, medium="", page=1)
        others.append(builders.button(texts.MORE_OF_WORK(), work.custom_id, emoji="📖"))
    if entry.note_count:
        notes = request.to(Action.NOTES, trope_ref=trope.ref, example_ref=entry.ref)
        more = builders.button(texts.notes_button(entry.note_count), notes.custom_id, emoji="📝")
    else:
        more = report_button(entry, saved_texts.WRONG())
    own = [save_button(entry), more, builders.link(texts.OPEN_ON_TV_TROPES(), entry.url)]
    return [[*others, *own]] if len(others) + len(own) <= MAX_BUTTONS else [others, own]


def save_button(entry: Entry) -> Component:
    """Return the button that puts an example on the list of whoever presses it."""
    works = entry.example.works
    value = f"{entry.ref}:{works[0].ref if works else work_ref(display_title(entry))}"
    return builders.button(saved_texts.SAVE(), SavedRequest(SavedAction.SAVE, value).custom_id, emoji=SAVED_EMOJI)


def report_button(entry: Entry, label: str) -> Component:
    """Return the button that says where to fix an example."""
    return builders.button(label, ExampleRequest(Action.REPORT, entry.trope.ref, example_ref=entry.ref).custom_id)


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
    urls = {entry.url for entry in entries}
    if len(urls) > 1:
        urls = {entry.trope.url for entry in entries}
    return urls.pop() if len(urls) == 1 else SITE_HOME


def display_title(entry: Entry) -> str:
    """Return an example's title: its work, medium or trope."""
    example = entry.example
    if example.works:
        return example.works[0].title
    return example.medium.name if example.medium else entry.trope.title


def display_emoji(entry: Entry) -> str:
    """Return the emoji of an example's medium, else of its trope. It may be empty."""
    return entry.example.medium.emoji if entry.example.medium else trope_emoji(entry.trope)


def number_of(entry: Entry) -> Markdown:
    """Return an example's number. Those of a trope with subpages are not on one page."""
    return texts.example_number(entry.example.number, on_page=entry.example.subpage is None)


def spoiler_line(entry: Entry) -> Markdown:
    """Return how many spoilers a card has, at least one, and what they are about."""
    works = [fit_name(work.title, LISTED_LENGTH) for work in entry.works_spoiled[:MAX_WORKS_NAMED]]
    return subtext(texts.spoiler_summary(entry.spoiler_count, works))
