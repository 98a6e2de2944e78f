"""The cards of works: in which tropes one is, what two share, which are like it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import MAX_TYPED_TITLE, Action, ExampleRequest, Flag
from bot.components.limits import MAX_BUTTON_LABEL, MAX_OPTION_LABEL
from bot.model import SITE_HOME, Relation, Trope
from bot.render.cards import Card, page_buttons, plain_label
from bot.render.markdown import NO_TEXT, Markdown, heading, join_lines, subtext
from bot.render.names import LISTED_LENGTH, SCOPE_LENGTH, SHORT_LENGTH, TITLE_LENGTH, fit_name
from bot.render.snippets import fit_snippet
from bot.render.texts import examples as texts
from bot.render.texts import works as work_texts
from bot.render.truncate import truncate

WORK_EMOJI, COMPARE_EMOJI, SIMILAR_EMOJI = "📖", "🆚", "✨"
ROWS_PER_PAGE, SHARED_PER_PAGE, SIMILAR_SHOWN = 7, 4, 7
COMPARED_LENGTH = 100  # of a sentence beside another
MAX_TROPES_NAMED, MAX_SHARED_NAMED = 10, 5


@dataclass(frozen=True, slots=True)
class WorkEntry:
    """An example of a trope and what it says about a work."""

    entry_ref: str
    trope: Trope
    number: int
    relation: Relation
    sentence: str
    work_title: str


@dataclass(frozen=True, slots=True)
class WorkView:
    """What a work's card shows.

    Attributes:
        title: Of the work, or the name of a franchise.
        works: How many works the franchise has, or 0.
        entries: A trope each, or the examples of `trope`.
        details: What the heading counts.
        offers: Labelled requests for other cards, each with an emoji.
        left_out: A button to show what was left out, with its label.
    """

    title: str
    works: int
    trope: Trope | None
    entries: Sequence[WorkEntry]
    page_count: int
    details: Sequence[Markdown]
    offers: Sequence[tuple[str, str, ExampleRequest]]
    left_out: tuple[str, ExampleRequest] | None = None


def work_card(view: WorkView, request: ExampleRequest) -> Card:
    """Return one page of the tropes in which a work is, with what each says about it."""
    works = work_texts.franchise_counts(view.works) if view.works else NO_TEXT
    content: list[Markdown | Component] = [
        join_lines([heading(fit_name(view.title, TITLE_LENGTH), WORK_EMOJI), subtext(works, *view.details)])
    ]
    for index, entry in enumerate(view.entries):
        content.append(builders.SPACER if index else builders.DIVIDER)
        content.append(_work_row(entry, view))
    card = Card([*content, builders.DIVIDER, subtext(texts.LICENCE_LINE)])
    if view.entries:
        options = [(entry.entry_ref, _option_name(entry, view)) for entry in view.entries]
        card.add_row(_open_menu(options, request))
    buttons = page_buttons(request, view.page_count)
    if view.left_out:
        label, shown = view.left_out
        buttons.append(builders.button(plain_label(label, MAX_BUTTON_LABEL), shown.custom_id, emoji="👁️"))
    card.add_row(*buttons, _source_link(view))
    return card.add_row(*[_button(label, offered, emoji) for label, emoji, offered in view.offers])


def _work_row(entry: WorkEntry, view: WorkView) -> Markdown:
    name = work_texts.work_number(entry.number) if view.trope else fit_name(entry.trope.title, LISTED_LENGTH)
    work = f" · {fit_name(entry.work_title, SHORT_LENGTH)}" if view.works else ""
    line = Markdown(f"**{name}**{work} · {work_texts.relation_name(entry.relation)}")
    sentence = fit_snippet(entry.sentence, ())
    return join_lines([line, subtext(sentence)]) if sentence else line


def _option_name(entry: WorkEntry, view: WorkView) -> str:
    return str(work_texts.work_number(entry.number)) if view.trope else entry.trope.title


def _source_link(view: WorkView) -> Component:
    return builders.link(texts.OPEN_ON_TV_TROPES, view.trope.url if view.trope else SITE_HOME)


def compare_card(
    titles: tuple[str, str],
    shared: Sequence[tuple[WorkEntry, WorkEntry]],
    counts: Mapping[str, Any],
    request: ExampleRequest,
) -> Card:
    raise NotImplementedError
