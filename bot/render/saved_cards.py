"""Cards of saved examples, and the one that says where to fix a wrong text."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import Action, ExampleRequest
from bot.components.limits import MAX_OPTION_LABEL
from bot.components.saved_ids import SavedAction, SavedRequest
from bot.model import Entry
from bot.render.cards import SAVED_EMOJI, Card, plain_label
from bot.render.example_cards import display_title, list_heading, list_option, list_row, save_button
from bot.render.markdown import NO_TEXT, ROW_LENGTH, TITLE_LENGTH, Markdown, fit_name, heading, join_lines, subtext
from bot.render.texts import examples as texts
from bot.render.texts import saved as saved_texts

SAVED_PER_PAGE = 7


class SavedRow(NamedTuple):
    """A row of the list: an example to open, unless there is none, with its text or a notice.

    Attributes:
        saved_at: Names it in menus.
        title: Shown, so nothing that is hidden here.
        notice: Why there is none to open, or why its text is not shown.
    """

    saved_at: int
    title: str
    entry: Entry | None
    notice: Markdown = NO_TEXT


def saved_card(text: Markdown, saved_at: int, label: str) -> Card:
    """Return the confirmation that an example is on the list, with a button to take it off."""
    undo = builders.button(label, SavedRequest(SavedAction.UNDO, str(saved_at)).custom_id, emoji="↩️")
    return Card([text]).add_row(undo, _list_button())


def removed_card(title: str, entry: Entry | None) -> Card:
    """Return the confirmation that an example is off the list, with a button to save it again."""
    again = [save_button(entry)] if entry else []
    return Card([saved_texts.removed(fit_name(title, TITLE_LENGTH))]).add_row(*again, _list_button())


def saved_list_card(rows: Sequence[SavedRow], total: int, page: int, page_count: int) -> Card:
    """Return a page of the list, with menus to open and remove examples."""
    summary = [saved_texts.list_summary(total)]
    if page_count > 1:
        summary.append(Markdown(texts.page_label(page, page_count)))
    content: list[Markdown | Component] = [list_heading(saved_texts.LIST_TITLE(), SAVED_EMOJI, *summary)]
    for index, row in enumerate(rows):
        content += [builders.SPACER if index else builders.DIVIDER, _row_text(row)]
    card = Card([*content, builders.DIVIDER, subtext(texts.LICENCE_LINE())])
    if opened := [_option(row) for row in rows if row.entry]:
        card.add_row(builders.select_menu(texts.OPEN_MENU(), opened, SavedRequest(SavedAction.OPEN).custom_id))
    remove, options = SavedRequest(SavedAction.REMOVE, str(page)).custom_id, [_option(row) for row in rows]
    card.add_row(builders.select_menu(saved_texts.REMOVE_MENU(), options, remove, max_values=len(options)))
    return card.add_row(*_page_buttons(page, page_count))


def empty_list_card() -> Card:
    """Return the answer to a member who has saved nothing."""
    draw = builders.button(texts.RANDOM_BUTTON(), ExampleRequest(Action.RANDOM).custom_id, emoji="🎲")
    return Card([saved_texts.LIST_EMPTY()]).add_row(draw)


def report_card(entry: Entry, line: int, feedback_url: str | None) -> Card:
    """Return where an example can be fixed on the wiki, and where a mistake of the bot can be reported."""
    content: list[Markdown | Component] = [
        join_lines([heading(Markdown(saved_texts.SOMETHING_WRONG()), "✏️"), _name(display_title(entry))]),
        builders.SPACER,
        join_lines([saved_texts.about_the_text(entry.example.number, line), Markdown(f"<{entry.url}>")]),
        saved_texts.ABOUT_MY_MISTAKES() if feedback_url else NO_TEXT,
        subtext(saved_texts.NOTHING_STORED()),
    ]
    buttons = [builders.link(texts.OPEN_ON_TV_TROPES(), entry.url)]
    if feedback_url:
        buttons.append(builders.link(saved_texts.TELL_HOST(), feedback_url))
    return Card(content).add_row(*buttons)


def _name(title: str) -> Markdown:
    return subtext(fit_name(title, TITLE_LENGTH))


def _row_text(row: SavedRow) -> Markdown:
    if row.entry is None:
        return join_lines([Markdown(f"**{fit_name(row.title, ROW_LENGTH)}**"), subtext(row.notice)])
    return list_row(row.entry, with_emoji=True, with_trope=True, notice=row.notice)


def _option(row: SavedRow) -> Component:
    value = str(row.saved_at)
    if row.entry is None:
        return builders.option(plain_label(row.title, MAX_OPTION_LABEL), value)
    return list_option(row.entry, mixes_media=True, names_tropes=True) | {"value": value}


def _page_buttons(page: int, page_count: int) -> Iterable[Component]:
    if page_count < 2:
        return
    for label, number, disabled in (
        (texts.PREVIOUS_PAGE(), page - 1, page <= 1),
        (texts.NEXT_PAGE(), page + 1, page >= page_count),
    ):
        custom_id = SavedRequest(SavedAction.PAGE, str(max(number, 1))).custom_id
        yield builders.button(label, custom_id, disabled=disabled)


def _list_button() -> Component:
    return builders.button(saved_texts.MY_LIST(), SavedRequest(SavedAction.PAGE, "1").custom_id)
