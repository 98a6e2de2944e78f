"""The cards of works: in which tropes one is, what two share, which are like it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import MAX_TYPED_TITLE, Action, ExampleRequest
from bot.components.limits import MAX_BUTTON_LABEL, MAX_OPTION_DESCRIPTION, MAX_OPTION_LABEL
from bot.model import SITE_HOME, Trope, WorkEntry
from bot.render.cards import Card, page_buttons, plain_label
from bot.render.markdown import (
    LISTED_LENGTH,
    NO_TEXT,
    SCOPE_LENGTH,
    SHORT_LENGTH,
    TITLE_LENGTH,
    Markdown,
    fit_name,
    heading,
    join_lines,
    subtext,
)
from bot.render.snippets import fit_snippet
from bot.render.texts import examples as texts
from bot.render.texts import medium_name, names_and_more
from bot.render.texts import works as work_texts
from bot.render.truncate import truncate

WORK_EMOJI, COMPARE_EMOJI, SIMILAR_EMOJI, FRANCHISE_EMOJI = "📖", "🆚", "✨", "📚"
ROWS_PER_PAGE, SHARED_PER_PAGE, MAX_SIMILAR = 7, 4, 7
COMPARED_LENGTH = 100  # of a sentence above another
MAX_TROPES_NAMED, MAX_SHARED_NAMED = 10, 5


@dataclass(frozen=True, slots=True)
class Offer:
    """A button that shows another card."""

    label: str
    emoji: str
    request: ExampleRequest

    @property
    def button(self) -> Component:
        """The component."""
        return builders.button(plain_label(self.label, MAX_BUTTON_LABEL), self.request.custom_id, emoji=self.emoji)


@dataclass(frozen=True, slots=True)
class WorkView:
    """A page of the tropes in which a work is, or of the examples of one trope.

    Attributes:
        title: Of the work, or the name of a franchise.
        titles: Those of a franchise's works by ref, else empty.
        trope: The one trope, or None.
        details: What the heading counts.
        left_out: Shows what was left out.
    """

    title: str
    titles: Mapping[str, str]
    trope: Trope | None
    entries: Sequence[WorkEntry]
    page_count: int
    details: Sequence[Markdown]
    offers: Sequence[Offer]
    left_out: Offer | None = None


@dataclass(frozen=True, slots=True)
class CompareView:
    """What two works share, and the tropes that only one has.

    Attributes:
        titles: Of both. The first can be the name of a franchise.
        works: The titles of all these works by ref.
        shared: What a trope says about each, of one page.
        only: The first tropes that only one has.
        only_counts: How many these are.
        hidden: How many tropes are not named.
        left_out: How many are not shown because they have spoilers.
        left_out_offer: Shows them.
    """

    titles: tuple[str, str]
    works: Mapping[str, str]
    shared: Sequence[tuple[WorkEntry, WorkEntry]]
    shared_count: int
    page_count: int
    only: tuple[Sequence[Trope], Sequence[Trope]]
    only_counts: tuple[int, int]
    hidden: int
    left_out: int = 0
    left_out_offer: Offer | None = None


def work_card(view: WorkView, request: ExampleRequest) -> Card:
    """Return the card of a work."""
    content: list[Markdown | Component] = [
        join_lines([heading(fit_name(view.title, TITLE_LENGTH), WORK_EMOJI), subtext(*view.details)])
    ]
    for index, entry in enumerate(view.entries):
        content += [builders.SPACER if index else builders.DIVIDER, _work_row(entry, view)]
    card = Card([*content, builders.DIVIDER, subtext(texts.LICENCE_LINE())])
    _add_open_menu(card, [(_row_name(entry, view), entry) for entry in view.entries], request)
    left_out = [view.left_out.button] if view.left_out else []
    source = builders.link(texts.OPEN_ON_TV_TROPES(), view.trope.url if view.trope else SITE_HOME)
    card.add_row(*page_buttons(request, view.page_count), *left_out, source)
    return card.add_row(*[offer.button for offer in view.offers])


def compare_card(view: CompareView, request: ExampleRequest) -> Card:
    """Return the card of two works: what they share first, then what only one has."""
    names = [fit_name(title, SCOPE_LENGTH) for title in view.titles]
    short = [fit_name(title, SHORT_LENGTH) for title in view.titles]
    count = work_texts.both_have(view.shared_count) if view.shared_count else work_texts.NOTHING_SHARED()
    content: list[Markdown | Component] = [
        join_lines([heading(work_texts.compared(names[0], names[1]), COMPARE_EMOJI), subtext(count)])
    ]
    for index, pair in enumerate(view.shared):
        content += [builders.SPACER if index else builders.DIVIDER, _shared_row(pair, view.works)]
    only = [_only_line(*one) for one in zip(short, view.only, view.only_counts, strict=True) if one[-1]]
    left_out = work_texts.left_out(view.left_out, in_tropes=True) if view.left_out else NO_TEXT
    foot = subtext(work_texts.not_named(view.hidden), left_out, texts.LICENCE_LINE())
    card = Card([*content, *([builders.DIVIDER] if only else []), *only, builders.DIVIDER, foot])
    options = [(f"{entry.trope.title}: {view.works[entry.work_ref]}", entry) for pair in view.shared for entry in pair]
    _add_open_menu(card, options, request)
    shown = [view.left_out_offer.button] if view.left_out_offer else []
    card.add_row(*page_buttons(request, view.page_count), *shown)
    refs = request.work_ref, request.with_ref
    works = [Offer(title, WORK_EMOJI, _first_page(request, ref)) for title, ref in zip(view.titles, refs, strict=True)]
    return card.add_row(*[offer.button for offer in works], builders.link(texts.OPEN_ON_TV_TROPES(), SITE_HOME))


def similar_card(
    title: str, similar: Sequence[tuple[str, Sequence[Trope]]], refs: Sequence[str], request: ExampleRequest
) -> Card:
    """Return the works that are most like one, each with the tropes that it shares."""
    content: list[Markdown | Component] = [heading(work_texts.similar_to(fit_name(title, TITLE_LENGTH)), SIMILAR_EMOJI)]
    for index, (other, tropes) in enumerate(similar):
        names = [fit_name(trope.title, SHORT_LENGTH) for trope in tropes[:MAX_SHARED_NAMED]]
        line = work_texts.shares(fit_name(other, LISTED_LENGTH), len(tropes))
        content += [
            builders.SPACER if index else builders.DIVIDER,
            join_lines([line, subtext(names_and_more(names, len(tropes) - len(names)))]),
        ]
    card = Card([*content, builders.DIVIDER, subtext(texts.LICENCE_LINE())])
    compared = [request.to(Action.COMPARE, with_ref=ref, page=1) for ref in refs]
    card.add_choices(
        work_texts.COMPARE_MENU(), [(other, each) for (other, _), each in zip(similar, compared, strict=True)]
    )
    own = Offer(title, WORK_EMOJI, _first_page(request, request.work_ref))
    return card.add_row(own.button, builders.link(texts.OPEN_ON_TV_TROPES(), SITE_HOME))


def compare_modal(request: ExampleRequest) -> Component:
    """Return the modal for the title of the other work, with the request as custom_id."""
    field = builders.text_input("title", max_length=MAX_TYPED_TITLE)
    return builders.modal(work_texts.COMPARE_MODAL_TITLE(), request.custom_id, work_texts.COMPARE_MODAL_LABEL(), field)


def _work_row(entry: WorkEntry, view: WorkView) -> Markdown:
    emoji = f"{entry.medium.emoji} " if entry.medium and _mixes_media(view.entries) else ""
    name = fit_name(_row_name(entry, view), LISTED_LENGTH)
    work = f" · {fit_name(view.titles[entry.work_ref], SHORT_LENGTH)}" if view.titles else ""
    line = Markdown(f"{emoji}**{name}**{work} · {work_texts.relation_name(entry.relation)}")
    sentence = fit_snippet(sentence_of(entry), ())
    return join_lines([line, subtext(sentence)]) if sentence else line


def _row_name(entry: WorkEntry, view: WorkView) -> str:
    return work_texts.example_name(entry.number) if view.trope else entry.trope.title


def _shared_row(pair: tuple[WorkEntry, WorkEntry], titles: Mapping[str, str]) -> Markdown:
    lines = [Markdown(f"**{fit_name(pair[0].trope.title, LISTED_LENGTH)}**")]
    for entry in pair:
        name = fit_name(titles[entry.work_ref], SHORT_LENGTH)
        sentence = fit_snippet(truncate(sentence_of(entry), COMPARED_LENGTH), ())
        lines.append(subtext(work_texts.said_about(name, sentence)) if sentence else NO_TEXT)
    return join_lines(filter(None, lines))


def _only_line(name: Markdown, tropes: Sequence[Trope], count: int) -> Markdown:
    named = [fit_name(trope.title, SHORT_LENGTH) for trope in tropes[:MAX_TROPES_NAMED]]
    return work_texts.only_one_has(name, named, count)


def _add_open_menu(card: Card, entries: Sequence[tuple[str, WorkEntry]], request: ExampleRequest) -> None:
    """Add a menu that opens examples, each once."""
    by_ref = {entry.example_ref: (name, entry.medium) for name, entry in entries}
    mixed = _mixes_media([entry for _, entry in entries])
    options = [
        builders.option(
            plain_label(name, MAX_OPTION_LABEL),
            ref,
            description=plain_label(medium_name(medium.name), MAX_OPTION_DESCRIPTION) if mixed and medium else None,
            emoji=medium.emoji if mixed and medium else None,
        )
        for ref, (name, medium) in by_ref.items()
    ]
    if options:
        opening = request.to(Action.OPEN_FROM_LIST)
        card.add_row(builders.select_menu(texts.OPEN_MENU(), options, opening.custom_id))


def _mixes_media(entries: Sequence[WorkEntry]) -> bool:
    return len({entry.medium for entry in entries}) > 1


def _first_page(request: ExampleRequest, ref: str) -> ExampleRequest:
    return request.to(Action.WORK, work_ref=ref, page=1)


def sentence_of(entry: WorkEntry) -> str:
    """Return what an example says about a work. The word for spoilers was written at load, in English."""
    return entry.sentence.replace(texts.SPOILER_PLACEHOLDER.english, texts.SPOILER_PLACEHOLDER())
