"""The cards: Components V2 messages, made of nothing but escaped text and plain labels."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from discord import ui

from bot.components import builders
from bot.components.builders import Component
from bot.components.custom_ids import Action, Flag, Press
from bot.components.limits import BUTTON_LABEL, CHOICE_NAME, OPTION_DESCRIPTION, OPTION_LABEL, TITLE
from bot.errors import DatabaseDamagedError, WriteFailedError
from bot.model import Entry, Example, Medium, TropeOverview, work_ref
from bot.render.example_text import description, notes_of, pages_of
from bot.render.kept import Kept
from bot.render.markdown import Markdown, clean, escape, heading, is_blank, joined, small
from bot.render.snippets import opening
from bot.render.texts import examples as texts
from bot.render.truncate import shorten

BRAND = 0xC0392B
EMOJI = "🏃"


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


def title_of(entry: Entry) -> str:
    """Returns the one safe label of an example: its work, else its medium, else its trope."""
    example = entry.example
    if example.works:
        return example.works[0].title
    return example.medium.name if example.medium else entry.trope.title


def label(text: str, most: int) -> str:
    """Returns a title or a medium's name as plain text for a button, option or choice; never empty."""
    return "…" if is_blank(clean(text)) else shorten(clean(text).strip(), most)


def _face(entry: Entry) -> Face:
    example, title, medium = entry.example, title_of(entry), entry.example.medium
    return Face(
        heading(shorten(title, TITLE), medium.emoji if medium else EMOJI),
        (escape(medium.name if medium and medium.name != title else ""), texts.number(example.number)),
        medium.colour if medium else BRAND,
        _spoilers(example),
        escape(shorten(entry.trope.title, TITLE)),
        entry.ref,
        _more(entry) if entry.work_has_more else "",
        len(example.notes),
    )


def _line(entry: Entry) -> Line:
    title, number, medium = title_of(entry), entry.example.number, entry.example.medium
    return Line(
        # The point is escaped, or it would start a list.
        Markdown(f"**{number}\\. {escape(shorten(title, TITLE // 2))}**"),
        label(f"{number}. {title}", OPTION_LABEL),
        label(medium.name, OPTION_DESCRIPTION) if medium else "",
        medium.emoji if medium else EMOJI,
        entry.ref,
    )


def _spoilers(example: Example) -> Markdown:
    spoilers = example.spoiler_count
    if not spoilers:
        return Markdown("")
    titles = [escape(shorten(work.title, TITLE // 4)) for work in example.works_spoiled[:5]]
    return small(texts.hidden(spoilers, titles))


def _more(entry: Entry) -> str:
    work = work_ref(entry.example.works[0].title)
    return Press(Action.WORK, entry.trope.ref, work=work, page=1).custom_id


LIST_PAGE = 7
BAR = 10
NOWHERE = Markdown("")
MOST_BARS = 20
LICENCE = texts.licence()


class Card(ui.LayoutView):
    """A message: one container, then rows of controls. Its controls are told apart by their custom_ids alone.

    To the library it is a view that nobody waits for: presses are read from custom_ids, so no card is ever kept.
    """

    def __init__(self, content: Iterable[Markdown | Component], *, colour: int = BRAND, veiled: bool = False) -> None:
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

    def with_row(self, *controls: Component) -> "Card":
        """Adds a row of controls, if there are any."""
        if controls:
            self._parts.append(builders.row(controls))
        return self

    def with_private_row(self, share: Press | None, seen: Press | None) -> "Card":
        """Adds what a member can do with an answer that nobody else sees: show it to everyone, reveal what was seen."""
        buttons = []
        if share:
            buttons.append(_button(texts.SHARE, share.flagged(Flag.SHARE), emoji="📣"))
        if seen:
            buttons.append(_button(texts.I_HAVE_SEEN_IT, seen, emoji="👁️"))
        return self.with_row(*buttons)

    def with_tries(self, *presses: tuple[str, Press]) -> "Card":
        """Adds a button for each thing to try (at most 5)."""
        return self.with_row(*(_button(name, press) for name, press in presses[:5]))

    def with_foot(self, text: Markdown) -> "Card":
        """Adds a row of small text below everything else."""
        self._parts.append(builders.text(small(text)))
        return self

    def with_byline(self, name: str) -> "Card":
        """Adds who shared the answer, by the name others see."""
        return self.with_foot(texts.shared_by(escape(shorten(name, TITLE // 4))))


def choice_name(text: str) -> str:
    """Returns a title or a medium's name as the name of a choice of an autocompletion."""
    # Nothing is hidden there, and a choice that a member typed is to look like what it finds.
    return label(text, CHOICE_NAME).replace("||", "∣∣")


def as_typed(text: str) -> Markdown:
    """Returns what a member typed, escaped, and cut where nobody types so much."""
    return escape(shorten(clean(text), CHOICE_NAME))


def message_card(text: Markdown, *presses: tuple[str, Press]) -> Card:
    """Returns a card that says one thing, with a button for each thing to try (at most 5)."""
    return Card([text]).with_tries(*presses)


def error_card(error_id: str, error: BaseException) -> Card:
    """Return the card that tells a member of an error; `error_id` is in the log as well."""
    match error:
        case DatabaseDamagedError():
            return message_card(texts.damaged(error_id))
        case WriteFailedError():
            return message_card(texts.not_kept(error_id))
        case _:
            return message_card(texts.sorry(error_id))


def example_card(entry: Entry, press: Press, *, veiled: bool = False, place: Markdown = NOWHERE) -> Card:
    """Returns the card of one example.

    Args:
        entry: The example and its trope.
        press: What brought it: where *Another* draws from, and which page of a long example to show (the nearest one
            if there is no such page).
        veiled: Whether the text of an example with spoilers is hidden as a whole, besides its tags.
        place: Which example of a round it is, if it is of one.
    """
    example, face = entry.example, face_of(entry)
    pages = pages_of(example)
    page = min(max(press.page, 1), len(pages))
    part = texts.part_of(page, len(pages))
    source = small(place, face.trope if face.trope not in place else NOWHERE, LICENCE)
    card = Card(
        [
            joined([face.heading, small(*face.under, part)]),
            builders.gap(),
            pages[page - 1],
            builders.line(),
            joined(filter(None, [face.spoilers, source])),
        ],
        colour=face.colour,
        veiled=veiled and bool(face.spoilers),
    )
    if len(pages) > 1:
        card.with_row(*_turns(replace(press, action=Action.EXAMPLE, page=page, words=face.reference), len(pages)))
    return card.with_row(*_example_buttons(entry, press, face))


def notes_card(entry: Entry) -> Card:
    """Returns the card of an example's notes, as many as there is room for."""
    return Card([small(escape(shorten(title_of(entry), TITLE))), notes_of(entry.example) or texts.NO_NOTES])


def jump_form(press: Press, pages: str) -> Component:
    """Returns the form that asks for a page; what is typed comes back with the press as its custom_id."""
    form = ui.Modal(title=texts.JUMP_TITLE, custom_id=press.custom_id, timeout=None)
    page = ui.TextInput[ui.Modal](placeholder=pages, custom_id="page", max_length=7)
    form.add_item(ui.Label(text=texts.JUMP_LABEL, component=page))
    form.stop()
    return form.to_dict()


def list_card(
    title: Markdown,
    entries: Sequence[Entry],
    press: Press,
    pages: int,
    *,
    colour: int = BRAND,
    looked_for: Sequence[str] = (),
) -> Card:
    """Returns the card of one page of a list.

    Args:
        title: The card's heading and what stands under it.
        entries: The examples on this page, at least one.
        press: What brings this page; its neighbours are made from it.
        pages: How many pages there are.
        colour: The card's accent.
        looked_for: Words to show each example around.
    """
    texts: list[Markdown | Component] = [title, builders.line()]
    for entry in entries:
        texts += [_entry(entry, looked_for), builders.gap()]
    card = Card(texts[:-1], colour=colour).with_row(_menu(entries, press))
    return card.with_row(*_turns(press, pages))


def list_title(name: str, emoji: str, *under: Markdown) -> Markdown:
    """Returns a list's heading, and a row of small text under it."""
    return joined([heading(shorten(name, TITLE), emoji), small(*under)])


def _entry(entry: Entry, looked_for: Sequence[str]) -> Markdown:
    text = opening(entry.example, title_of(entry), looked_for)
    head = line_of(entry).heading
    return joined([head, small(text)]) if text else head


def about_card(overview: TropeOverview, press: Press) -> Card:
    """Returns the card that tells what a trope is: its description, its examples by medium, where it is from."""
    trope = overview.trope
    content: list[Markdown | Component] = [
        heading(shorten(trope.title, TITLE), EMOJI),
        description(trope),
        builders.line(),
        joined([_bar(medium, count, overview.media[0][1]) for medium, count in overview.media[:MOST_BARS]]),
        builders.line(),
        small(texts.in_all(overview.total), texts.read_on(overview.loaded_at), LICENCE),
        small(texts.STORES),
    ]
    again = _button(texts.AN_EXAMPLE, Press(Action.RANDOM, press.trope), emoji="🎲")
    return Card(content).with_row(again, builders.link(texts.SOURCE, trope.url))


def _bar(medium: Medium, count: int, most: int) -> Markdown:
    return Markdown(f"{medium.emoji} {escape(medium.name)} {'▰' * max(1, round(BAR * count / most))} **{count:,}**")


def _button(name: str, press: Press, *, disabled: bool = False, emoji: str | None = None) -> Component:
    return builders.button(label(name, BUTTON_LABEL), press.custom_id, disabled=disabled, emoji=emoji)


def _example_buttons(entry: Entry, press: Press, face: Face) -> Iterator[Component]:
    medium = entry.example.medium
    draw = Press(Action.RANDOM, press.trope, press.medium, press.work, press.flags)
    yield builders.button(texts.ANOTHER, draw.custom_id, emoji="🎲")
    if medium and medium.slug != press.medium:
        same = Press(Action.RANDOM, press.trope, medium.slug, "", press.flags)
        yield builders.button(texts.SAME_MEDIUM, same.custom_id, emoji=medium.emoji)
    if face.more and not press.work:
        yield builders.button(texts.MORE_OF_WORK, face.more, emoji="📖")
    if face.notes:
        notes = Press(Action.NOTES, entry.trope.ref, words=face.reference)
        yield builders.button(texts.notes(face.notes), notes.custom_id, emoji="📝")
    yield builders.link(texts.SOURCE, entry.trope.url)


def _turns(press: Press, pages: int) -> list[Component]:
    """Returns the ways back, to any page and on, or nothing for a single page."""
    if pages < 2:
        return []
    before, after = (replace(press, page=press.page + step) for step in (-1, 1))
    return [
        builders.button(texts.BACK, before.custom_id, disabled=press.page <= 1),
        builders.button(texts.page_of(press.page, pages), press.flagged(Flag.JUMP).custom_id),
        builders.button(texts.NEXT, after.custom_id, disabled=press.page >= pages),
    ]


def _menu(entries: Sequence[Entry], press: Press) -> Component:
    mixed = len({entry.example.medium for entry in entries}) > 1
    options = [_option(entry, described=mixed) for entry in entries]
    return builders.menu(texts.OPEN_ONE, options, replace(press, action=Action.OPEN, page=0, words="").custom_id)


def _option(entry: Entry, *, described: bool) -> Component:
    line = line_of(entry)
    medium = line.medium if described else ""
    return builders.option(line.option, line.reference, description=medium, emoji=line.emoji)
