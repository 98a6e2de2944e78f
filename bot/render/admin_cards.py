"""Cards for the bot's owner: an uploaded page, and the loaded tropes."""

from collections.abc import Sequence

from bot.components import builders
from bot.components.admin_ids import AdminAction, AdminRequest
from bot.components.builders import Component
from bot.components.limits import MAX_OPTION_LABEL, MAX_OPTIONS
from bot.render.cards import Card, plain_label
from bot.render.markdown import TITLE_LENGTH, Markdown, escape, fit_name, heading, join_lines, subtext
from bot.render.texts import admin as texts
from bot.render.texts import examples as example_texts
from bot.render.texts import trope_count

TROPES_PER_PAGE = MAX_OPTIONS


def upload_card(upload_id: str, title: str, details: Sequence[Markdown]) -> Card:
    """Return what is in an uploaded page, with buttons to load it or not."""
    card = Card([heading(fit_name(title, TITLE_LENGTH), "📄"), join_lines(details)])
    return card.add_row(_button(texts.LOAD_IT(), AdminAction.LOAD, upload_id), _cancel(upload_id))


def replace_card(upload_id: str, question: Markdown) -> Card:
    """Return the question before a page is replaced."""
    replace = _button(texts.REPLACE_IT(), AdminAction.REPLACE, upload_id, style=builders.DANGER_STYLE)
    return Card([question]).add_row(replace, _cancel(upload_id))


def removal_card(trope_ref: str, question: Markdown) -> Card:
    """Return the question before a trope is removed."""
    remove = _button(texts.REMOVE_IT(), AdminAction.REMOVE, trope_ref, style=builders.DANGER_STYLE)
    return Card([question]).add_row(remove, _cancel())


def tropes_card(tropes: Sequence[tuple[str, str, Markdown]], page: int) -> Card:
    """Return a page of the loaded tropes: title, ref and line of each."""
    pages = max(1, -(-len(tropes) // TROPES_PER_PAGE))
    page = min(max(page, 1), pages)
    shown = tropes[(page - 1) * TROPES_PER_PAGE : page * TROPES_PER_PAGE]
    lines = [
        heading(escape(texts.TROPES_TITLE()), "📚"),
        *(line for *_, line in shown),
        subtext(trope_count(len(tropes))),
    ]
    card = Card([join_lines(lines)])
    if shown:
        options = [builders.option(plain_label(title, MAX_OPTION_LABEL), ref) for title, ref, _ in shown]
        card.add_row(builders.select_menu(texts.CHOOSE_TROPE(), options, AdminRequest(AdminAction.CHOOSE).custom_id))
    if pages > 1:
        back = _button(example_texts.PREVIOUS_PAGE(), AdminAction.LIST, str(page - 1), disabled=page == 1)
        following = _button(example_texts.NEXT_PAGE(), AdminAction.LIST, str(page + 1), disabled=page == pages)
        card.add_row(back, following)
    return card


def _cancel(value: str = "") -> Component:
    return _button(texts.CANCEL(), AdminAction.CANCEL, value)


def _button(
    label: str, action: AdminAction, value: str, *, style: int = builders.SECONDARY_STYLE, disabled: bool = False
) -> Component:
    return builders.button(label, AdminRequest(action, value).custom_id, style=style, disabled=disabled)
