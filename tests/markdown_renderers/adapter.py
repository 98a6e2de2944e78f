"""How the bot renders a hostile case. Only this module of the renderers knows the bot."""

import html
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

from discord import ComponentType

from bot.components.builders import Component
from bot.components.custom_ids import Action, ExampleRequest
from bot.language import LOCALES_FOLDER, load_languages, speaking, spoken_locales
from bot.model import (
    Appearance,
    Example,
    Medium,
    MediumGroup,
    Note,
    Part,
    PartKind,
    Relation,
    Span,
    Style,
    TropeOverview,
    Work,
    WorkEntry,
    plain_text,
)
from bot.model.names import work_ref
from bot.render.about_card import about_card
from bot.render.appearances import find_appearances
from bot.render.cards import Card
from bot.render.example_cards import display_title, example_card, list_card, list_heading, notes_card
from bot.render.example_text import example_text
from bot.render.layout import lay_out_trope
from bot.render.saved_cards import SavedRow, report_card, saved_list_card
from bot.render.snippets import entry_snippet
from bot.render.work_cards import CompareView, WorkView, compare_card, work_card
from bot.settings import ROOT
from bot.wiki.saved_page import read_saved_page
from tests.markdown_renderers.hostile_texts import HostileCase, HostileRun
from tests.render.served import TROPE, served, served_notes

MEDIUM = Medium("anime-manga", "Anime & Manga", MediumGroup("anime-manga", "Anime & Manga"))
KINDS = (*PartKind, PartKind.BULLET, PartKind.BULLET, PartKind.QUOTE)
TAGS = ((Style.ITALIC, "em"), (Style.BOLD, "strong"), (Style.MONOSPACE, "code"), (Style.STRUCK, "strike"))
SAVED_SHARE = 3
"""One case of so many is written as a saved web page and read from it."""
PIPES_TO_SPACES = str.maketrans("|", " ")

load_languages(ROOT / "data" / LOCALES_FOLDER)


def rendered(case: HostileCase) -> list[str]:
    """Return the texts of the messages that the bot would send for a case, in one of its languages.

    Labels and other plain texts come last, with spaces for pipes, because no tag hides anything there.
    """
    locales = spoken_locales()
    with speaking(locales[case.number % len(locales)]):
        return _messages(case)


def _messages(case: HostileCase) -> list[str]:
    example = example_of(case)
    pages = served(example)
    cards = [example_card(page, ExampleRequest(Action.EXAMPLE)) for page in pages]
    cards += [
        list_card(list_heading(_title(case), "🏃"), [page], ExampleRequest(Action.MEDIUM, TROPE.ref), 1)
        for page in pages
    ]
    cards += [saved_list_card([SavedRow(1, display_title(page), page)], 1, 1, 1) for page in pages]
    cards += [notes_card(served_notes(example)), report_card(pages[0], 1, None)]
    cards += [about_card(overview_of(example), ExampleRequest(Action.ABOUT)), *cards_of_works(example)]
    bare = [entry_snippet(pages[0], "", ()), *(text for card in cards for text in bare_texts(card))]
    return [
        *map(example_text, pages),
        *("\n".join(displays(card)) for card in cards),
        # The hash of a visible title may have the digits of a secret.
        "\n".join(bare).replace(work_ref(display_title(pages[0])), "").translate(PIPES_TO_SPACES),
    ]


def overview_of(example: Example) -> TropeOverview:
    """Return a trope that has an example's text as its description, and as its page quote and caption."""
    caption = example.parts[0].spans if example.parts else ()
    trope = replace(TROPE, description=example.parts, quote=example.parts, caption=caption)
    return TropeOverview(TROPE, lay_out_trope(trope), (), 1, datetime(2026, 1, 1, tzinfo=UTC))


def cards_of_works(example: Example) -> list[Card]:
    """Return the cards of the works that an example names, or of one that it says nothing about."""
    found = find_appearances(example)
    said = [*found.works.values(), *found.mentions.values()] or [Appearance(Relation.SUBJECT, False, "")]
    entries = [
        WorkEntry(f"{TROPE.ref}/{n}", TROPE, n, None, one.relation, one.sentence, "ab") for n, one in enumerate(said)
    ]
    request = ExampleRequest(Action.WORK, TROPE.ref, work_ref="ab", page=1)
    view = WorkView("Work", {"ab": "Work"}, None, entries[:7], 1, [], [])
    pairs = [(entry, entry) for entry in entries[:4]]
    comparison = CompareView(("Work", "Other"), {"ab": "Work"}, pairs, len(pairs), 1, ((TROPE,), ()), (1, 0), 0)
    return [work_card(view, request), compare_card(comparison, request.to(Action.COMPARE, with_ref="cd"))]


def items(card: Card, *kinds: ComponentType) -> Iterator[Component]:
    """Yield the components of these kinds in a card, or all."""
    return (
        item for item in iter_components(card.components) if not kinds or item["type"] in {kind.value for kind in kinds}
    )


def iter_components(components: Iterable[Component]) -> Iterator[Component]:
    """Yield components and everything inside them, in reading order."""
    for component in components:
        yield component
        yield from iter_components(component.get("components", ()))
        if "accessory" in component:
            yield component["accessory"]


def displays(card: Card) -> Iterator[str]:
    """Yield the texts of a card in which spoiler tags work."""
    return (item["content"] for item in items(card, ComponentType.text_display))


def bare_texts(card: Card) -> Iterator[str]:
    """Yield all other texts of a card: the labels and values of its controls."""
    for item in items(card, ComponentType.button, ComponentType.select, ComponentType.channel_select):
        yield from filter(None, (item.get(name) for name in ("label", "placeholder", "custom_id", "url")))
        yield from (text for option in item.get("options", ()) for text in _option_texts(option))


def example_of(case: HostileCase) -> Example:
    """Return a case as an example, with its runs in parts and notes. Equal cases give equal examples."""
    rng = random.Random(f"{case.seed} {case.number}")
    parts = [_part(rng, runs) for runs in _runs_by_part(rng, [run for run in case.runs if run.text])]
    if case.number % SAVED_SHARE == 0:
        parts = [from_saved_page(part) for part in parts]
    title = _title(case)
    works = (Work("Film/RunLolaRun", title),) if title and rng.random() < 0.5 else ()
    return Example(1, "key", "Anime & Manga", rng.choice((MEDIUM, None)), works, tuple(parts))


def from_saved_page(part: Part) -> Part:
    """Return a part as it comes out of a saved web page that shows it."""
    notes = "".join(_note_html(note) for note in part.notes)
    page = read_saved_page(f'<div id="main-article"><hr><ul><li>{_html(part.spans)}{notes}</li></ul></div>')
    read = page.examples[0].parts[0] if page.examples else Part(part.kind, part.depth, ())
    return Part(part.kind, part.depth, read.spans, read.notes)


def _html(spans: Iterable[Span]) -> str:
    written = []
    for spoiler, run in groupby(spans, key=lambda span: span.spoiler):
        inner = "".join(_styled(span) for span in run)
        written.append(f'<span class="spoiler">{inner}</span>' if spoiler else inner)
    return "".join(written)


def _note_html(note: Note) -> str:
    label = f'<span class="notelabel"><sup>{html.escape(note.label)}</sup></span>'
    body = f'<span class="inlinefolder" isnote="true" style="display:none">{_html(note.spans)}</span>'
    return f'<span class="spoiler">{label}{body}</span>' if note.spoiler else label + body


def _styled(span: Span) -> str:
    text = html.escape(span.text)
    for style, tag in TAGS:
        text = f"<{tag}>{text}</{tag}>" if span.style & style else text
    return text


def _option_texts(option: Component) -> Iterator[str]:
    yield from filter(None, (option["label"], option["value"], option.get("description")))


def _title(case: HostileCase) -> str:
    return next((run.text for run in case.runs if not run.hidden), "")


def _runs_by_part(rng: random.Random, runs: list[HostileRun]) -> Iterator[list[HostileRun]]:
    """Yield the runs of each part. Often there is only one part."""
    together = rng.choice((1.0, 1.0, 0.6))
    part: list[HostileRun] = []
    for run in runs:
        if part and rng.random() > together:
            yield part
            part = []
        part.append(run)
    yield part


def _part(rng: random.Random, runs: list[HostileRun]) -> Part:
    kind, depth, apart = rng.choice(KINDS), rng.choice((1, 1, 1, 2, 2, 3, 4, 5)), rng.random() < 0.5
    noted = rng.randint(0, len(runs)) if rng.random() < 0.3 else len(runs)
    spans, under = _spans(runs[:noted], apart=apart), _spans(runs[noted:], apart=apart)
    notes = (_note(rng, spans, under),) if under else ()
    return Part(kind, depth, spans, notes)


def _note(rng: random.Random, spans: tuple[Span, ...], under: tuple[Span, ...]) -> Note:
    """Return a note whose label is "note" or the text before it, in the same spoiler as that text."""
    beside = rng.choice((*spans[-2:], Span("note")))
    return Note(len(plain_text(spans)), beside.text, under, beside.spoiler)


def _spans(runs: Iterable[HostileRun], *, apart: bool) -> tuple[Span, ...]:
    """Return runs as spans. Hidden ones are separate spoilers if `apart`, otherwise one."""
    spans: list[Span] = []
    for at, run in enumerate(runs, 1):
        spans.append(Span(run.text, Style(run.style), None, (at if apart else 1) if run.hidden else 0))
    return tuple(spans)
