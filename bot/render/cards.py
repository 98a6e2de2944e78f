"""The cards: Components V2 messages, made of nothing but escaped text and plain labels."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from discord import ui

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.components.limits import MAX_BUTTON_LABEL, MAX_CHOICE_NAME, MAX_OPTION_DESCRIPTION, MAX_OPTION_LABEL, MAX_TITLE
from bot.errors import DatabaseDamagedError, WriteFailedError
from bot.model import Entry, Example, Medium, TropeOverview, work_ref
from bot.render.example_text import example_notes, example_pages, trope_description
from bot.render.kept import Kept
from bot.render.markdown import Markdown, escape, heading, is_invisible, join_lines, single_line, subtext
from bot.render.snippets import snippet
from bot.render.texts import examples as texts
from bot.render.truncate import truncate

BRAND_COLOUR = 0xC0392B
BRAND_EMOJI = "🏃"


class Face(NamedTuple):
    """What a card shows of an example.

    Attributes:
        heading: Its title.
        under: Its medium, if the title does not say it, and its number.
        colour: The card's accent.
        spoilers: How many spoilers it hides and what they are about; empty if none.
        trope: The title of its trope.
        reference: What names it in short.
        more: The custom_id that brings other examples of its work; empty if there are none.
        notes: How many notes it has.
    """

    heading: Markdown
    under: tuple[Markdown, Markdown]
    colour: int
    spoilers: Markdown
    trope: Markdown
    reference: str
    more: str
    notes: int


class Line(NamedTuple):
    """What a list shows of an example.

    Attributes:
        heading: Its number and title, above its opening.
        option: The same as the label of an option.
        medium: Its medium as the description of an option; empty if it has none.
        emoji: Its medium's, or ours.
        reference: What names it in short.
    """

    heading: Markdown
    option: str
    medium: str
    emoji: str
    reference: str


# To make one is a tenth of what it costs to answer.
_faces: Kept[Face] = Kept()
_lines: Kept[Line] = Kept()


def face_of(entry: Entry) -> Face:
    """Returns what a card shows of an example."""
    return _faces.of(entry.example, (entry.trope.name, entry.trope.title, entry.work_has_more), lambda: _face(entry))


def line_of(entry: Entry) -> Line:
    """Returns what a list shows of an example."""
    return _lines.of(entry.example, (entry.trope.name, entry.trope.title), lambda: _line(entry))


def display_title(entry: Entry) -> str:
    """Returns the one safe label of an example: its work, else its medium, else its trope."""
    example = entry.example
    if example.works:
        return example.works[0].title
    return example.medium.name if example.medium else entry.trope.title


def plain_label(text: str, most: int) -> str:
    """Returns a title or a medium's name as plain text for a button, option or choice; never empty."""
    return "…" if is_invisible(single_line(text)) else truncate(single_line(text).strip(), most)


def _face(entry: Entry) -> Face:
    example, title, medium = entry.example, display_title(entry), entry.example.medium
    return Face(
        heading(truncate(title, MAX_TITLE), medium.emoji if medium else BRAND_EMOJI),
        (escape(medium.name if medium and medium.name != title else ""), texts.example_number(example.number)),
        medium.colour if medium else BRAND_COLOUR,
        _spoilers(example),
        escape(truncate(entry.trope.title, MAX_TITLE)),
        entry.ref,
        _more(entry) if entry.work_has_more else "",
        len(example.notes),
    )


def _line(entry: Entry) -> Line:
    title, number, medium = display_title(entry), entry.example.number, entry.example.medium
    return Line(
        # The point is escaped, or it would start a list.
        Markdown(f"**{number}\\. {escape(truncate(title, MAX_TITLE // 2))}**"),
        plain_label(f"{number}. {title}", MAX_OPTION_LABEL),
        plain_label(medium.name, MAX_OPTION_DESCRIPTION) if medium else "",
        medium.emoji if medium else BRAND_EMOJI,
        entry.ref,
    )


def _spoilers(example: Example) -> Markdown:
    spoilers = example.spoiler_count
    if not spoilers:
        return Markdown("")
    titles = [escape(truncate(work.title, MAX_TITLE // 4)) for work in example.works_spoiled[:5]]
    return subtext(texts.spoiler_summary(spoilers, titles))


def _more(entry: Entry) -> str:
    work = work_ref(entry.example.works[0].title)
    return ExampleRequest(Action.WORK, entry.trope.ref, work_ref=work, page=1).custom_id


EXAMPLES_PER_PAGE = 7
BAR = 10
NOWHERE = Markdown("")
MOST_BARS = 20
LICENCE = texts.licence_line()


class Card(ui.LayoutView):
    """A message: one container, then rows of controls. Its controls are told apart by their custom_ids alone.

    To the library it is a view that nobody waits for: presses are read from custom_ids, so no card is ever kept.
    """

    def __init__(
        self, content: Iterable[Markdown | Component], *, colour: int = BRAND_COLOUR, veiled: bool = False
    ) -> None:
        """Takes the container's content, texts or components, and whether all of it is hidden until clicked."""
        super().__init__(timeout=None)
        items = [builders.text(item) if isinstance(item, str) else item for item in content if item]
        self._parts = [builders.container(items, colour=colour, veiled=veiled)]
        self.stop()

    def to_components(self) -> list[Component]:
        """Returns what is sent."""
        return self._parts

    def has_components_v2(self) -> bool:
        """Tells that it is made of containers and texts."""
        return True

    def add_row(self, *controls: Component) -> "Card":
        """Adds a row of controls, if there are any."""
        if controls:
            self._parts.append(builders.action_row(controls))
        return self

    def add_private_actions(self, share: ExampleRequest | None, seen: ExampleRequest | None) -> "Card":
        """Adds what a member can do with an answer that nobody else sees: show it to everyone, reveal what was seen."""
        buttons = []
        if share:
            buttons.append(_button(texts.SHARE, share.with_flag(Flag.SHARE), emoji="📣"))
        if seen:
            buttons.append(_button(texts.MARK_SEEN, seen, emoji="👁️"))
        return self.add_row(*buttons)

    def add_suggestions(self, *presses: tuple[str, ExampleRequest]) -> "Card":
        """Adds a button for each thing to try (at most 5)."""
        return self.add_row(*(_button(name, press) for name, press in presses[:5]))

    def add_footer(self, text: Markdown) -> "Card":
        """Adds a row of small text below everything else."""
        self._parts.append(builders.text(subtext(text)))
        return self

    def add_shared_by(self, name: str) -> "Card":
        """Adds who shared the answer, by the name others see."""
        return self.add_footer(texts.shared_by(escape(truncate(name, MAX_TITLE // 4))))


def autocomplete_name(text: str) -> str:
    """Returns a title or a medium's name as the name of a choice of an autocompletion."""
    # Nothing is hidden there, and a choice that a member typed is to look like what it finds.
    return plain_label(text, MAX_CHOICE_NAME).replace("||", "∣∣")


def quote_input(text: str) -> Markdown:
    """Returns what a member typed, escaped, and cut where nobody types so much."""
    return escape(truncate(single_line(text), MAX_CHOICE_NAME))


def message_card(text: Markdown, *presses: tuple[str, ExampleRequest]) -> Card:
    """Returns a card that says one thing, with a button for each thing to try (at most 5)."""
    return Card([text]).add_suggestions(*presses)


def error_card(error_id: str, error: BaseException) -> Card:
    """Return the card that tells a member of an error; `error_id` is in the log as well."""
    match error:
        case DatabaseDamagedError():
            return message_card(texts.data_damaged(error_id))
        case WriteFailedError():
            return message_card(texts.write_failed(error_id))
        case _:
            return message_card(texts.unexpected_error(error_id))


def example_card(entry: Entry, request: ExampleRequest, *, spoiler: bool = False, position: Markdown = NOWHERE) -> Card:
    """Returns the card of one example.

    Args:
        entry: The example and its trope.
        request: What brought it: where *Another* draws from, and which page of a long example to show (the nearest one
            if there is no such page).
        spoiler: Whether the text of an example with spoilers is hidden as a whole, besides its tags.
        position: Which example of a round it is, if it is of one.
    """
    example, face = entry.example, face_of(entry)
    pages = example_pages(example)
    page = min(max(request.page, 1), len(pages))
    part = texts.text_page(page, len(pages))
    source = subtext(position, face.trope if face.trope not in position else NOWHERE, LICENCE)
    card = Card(
        [
            join_lines([face.heading, subtext(*face.under, part)]),
            builders.spacer(),
            pages[page - 1],
            builders.divider(),
            join_lines(filter(None, [face.spoilers, source])),
        ],
        colour=face.colour,
        veiled=spoiler and bool(face.spoilers),
    )
    if len(pages) > 1:
        card.add_row(*_turns(replace(request, action=Action.EXAMPLE, page=page, example_ref=face.reference), len(pages)))
    return card.add_row(*_example_buttons(entry, request, face))


def notes_card(entry: Entry) -> Card:
    """Returns the card of an example's notes, as many as there is room for."""
    return Card(
        [subtext(escape(truncate(display_title(entry), MAX_TITLE))), example_notes(entry.example) or texts.NO_NOTES]
    )


def page_modal(press: ExampleRequest, pages: str) -> Component:
    """Returns the form that asks for a page; what is typed comes back with the press as its custom_id."""
    form = ui.Modal(title=texts.PAGE_MODAL_TITLE, custom_id=press.custom_id, timeout=None)
    page = ui.TextInput[ui.Modal](placeholder=pages, custom_id="page", max_length=7)
    form.add_item(ui.Label(text=texts.PAGE_MODAL_LABEL, component=page))
    form.stop()
    return form.to_dict()


def list_card(
    title: Markdown,
    entries: Sequence[Entry],
    request: ExampleRequest,
    pages: int,
    *,
    colour: int = BRAND_COLOUR,
    highlight: Sequence[str] = (),
) -> Card:
    """Returns the card of one page of a list.

    Args:
        title: The card's heading and what stands under it.
        entries: The examples on this page, at least one.
        request: What brings this page; its neighbours are made from it.
        pages: How many pages there are.
        colour: The card's accent.
        highlight: Words to show each example around.
    """
    texts: list[Markdown | Component] = [title, builders.divider()]
    for entry in entries:
        texts += [_entry(entry, highlight), builders.spacer()]
    card = Card(texts[:-1], colour=colour).add_row(_menu(entries, request))
    return card.add_row(*_turns(request, pages))


def list_heading(name: str, emoji: str, *under: Markdown) -> Markdown:
    """Returns a list's heading, and a row of small text under it."""
    return join_lines([heading(truncate(name, MAX_TITLE), emoji), subtext(*under)])


def _entry(entry: Entry, looked_for: Sequence[str]) -> Markdown:
    text = snippet(entry.example, display_title(entry), looked_for)
    head = line_of(entry).heading
    return join_lines([head, subtext(text)]) if text else head


def about_card(overview: TropeOverview, press: ExampleRequest) -> Card:
    """Returns the card that tells what a trope is: its description, its examples by medium, where it is from."""
    trope = overview.trope
    content: list[Markdown | Component] = [
        heading(truncate(trope.title, MAX_TITLE), BRAND_EMOJI),
        trope_description(trope),
        builders.divider(),
        join_lines([_bar(medium, count, overview.media[0][1]) for medium, count in overview.media[:MOST_BARS]]),
        builders.divider(),
        subtext(texts.total_examples(overview.total), texts.loaded_on(overview.loaded_at), LICENCE),
        subtext(texts.DATA_NOTICE),
    ]
    again = _button(texts.RANDOM_BUTTON, ExampleRequest(Action.RANDOM, press.trope_ref), emoji="🎲")
    return Card(content).add_row(again, builders.link(texts.OPEN_ON_TV_TROPES, trope.url))


def _bar(medium: Medium, count: int, most: int) -> Markdown:
    return Markdown(f"{medium.emoji} {escape(medium.name)} {'▰' * max(1, round(BAR * count / most))} **{count:,}**")


def _button(name: str, press: ExampleRequest, *, disabled: bool = False, emoji: str | None = None) -> Component:
    return builders.button(plain_label(name, MAX_BUTTON_LABEL), press.custom_id, disabled=disabled, emoji=emoji)


def _example_buttons(entry: Entry, press: ExampleRequest, face: Face) -> Iterator[Component]:
    medium = entry.example.medium
    draw = ExampleRequest(Action.RANDOM, press.trope_ref, press.medium, press.work_ref, press.flags)
    yield builders.button(texts.ANOTHER_EXAMPLE, draw.custom_id, emoji="🎲")
    if medium and medium.slug != press.medium:
        same = ExampleRequest(Action.RANDOM, press.trope_ref, medium.slug, "", press.flags)
        yield builders.button(texts.SAME_MEDIUM, same.custom_id, emoji=medium.emoji)
    if face.more and not press.work_ref:
        yield builders.button(texts.MORE_OF_WORK, face.more, emoji="📖")
    if face.notes:
        notes = ExampleRequest(Action.NOTES, entry.trope.ref, example_ref=face.reference)
        yield builders.button(texts.notes_button(face.notes), notes.custom_id, emoji="📝")
    yield builders.link(texts.OPEN_ON_TV_TROPES, entry.trope.url)


def _turns(press: ExampleRequest, pages: int) -> list[Component]:
    """Returns the ways back, to any page and on, or nothing for a single page."""
    if pages < 2:
        return []
    before, after = (replace(press, page=press.page + step) for step in (-1, 1))
    return [
        builders.button(texts.PREVIOUS_PAGE, before.custom_id, disabled=press.page <= 1),
        builders.button(texts.page_label(press.page, pages), press.with_flag(Flag.GO_TO_PAGE).custom_id),
        builders.button(texts.NEXT_PAGE, after.custom_id, disabled=press.page >= pages),
    ]


def _menu(entries: Sequence[Entry], press: ExampleRequest) -> Component:
    mixed = len({entry.example.medium for entry in entries}) > 1
    options = [_option(entry, described=mixed) for entry in entries]
    return builders.select_menu(
        texts.OPEN_MENU, options, replace(press, action=Action.OPEN_FROM_LIST, page=0, example_ref="").custom_id
    )


def _option(entry: Entry, *, described: bool) -> Component:
    line = line_of(entry)
    medium = line.medium if described else ""
    return builders.option(line.option, line.reference, description=medium, emoji=line.emoji)
