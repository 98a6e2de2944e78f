"""What cards and lists show of an example, whatever brought it, kept for the next who asks."""

from typing import NamedTuple

from bot.components.custom_ids import Action, Press
from bot.components.limits import OPTION_DESCRIPTION, OPTION_LABEL, TITLE
from bot.model import Entry, Example, token_of
from bot.render import words
from bot.render.cutting import shorten
from bot.render.kept import Kept
from bot.render.markdown import Markdown, clean, escape, heading, is_blank, small

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
    return _faces.of(entry.example, (entry.trope.name, entry.trope.title, entry.more), lambda: _face(entry))


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
        (escape(medium.name if medium and medium.name != title else ""), words.number(example.number)),
        medium.colour if medium else BRAND,
        _spoilers(example),
        escape(shorten(entry.trope.title, TITLE)),
        entry.reference,
        _more(entry) if entry.more else "",
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
        entry.reference,
    )


def _spoilers(example: Example) -> Markdown:
    spoilers = example.spoilers
    if not spoilers:
        return Markdown("")
    titles = [escape(shorten(work.title, TITLE // 4)) for work in example.spoiled_works[:5]]
    return small(words.hidden(spoilers, titles))


def _more(entry: Entry) -> str:
    work = token_of(entry.example.works[0].title)
    return Press(Action.WORK, entry.trope.token, work=work, page=1).custom_id
