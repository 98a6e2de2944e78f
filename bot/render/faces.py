"""What cards and lists show of an example, whatever brought it, kept for the next who asks."""

from dataclasses import dataclass

from bot.model import Entry, Example, token_of
from bot.render import words
from bot.render.cutting import shorten
from bot.render.kept import Kept
from bot.render.limits import OPTION_DESCRIPTION, OPTION_LABEL, TITLE
from bot.render.markdown import Markdown, clean, escape, heading, is_blank, small
from bot.render.presses import Action, Press

BRAND = 0xC0392B
EMOJI = "🏃"


@dataclass(frozen=True, slots=True)
class Face:
    """What is shown of an example.

    Attributes:
        heading: Its title as a card's heading.
        under: Its medium, if the title does not say it, and its number.
        numbered: Its number and title, above its opening in a list.
        option: The same as the label of an option.
        medium: Its medium as the description of an option; empty if it has none.
        emoji: Its medium's, or ours.
        colour: The accent of its card.
        spoilers: How many spoilers it hides and what they are about; empty if none.
        trope: The title of its trope.
        reference: What names it in short.
        more: The custom_id that brings other examples of its work; empty if there are none.
        notes: How many notes it has.
    """

    heading: Markdown
    under: tuple[Markdown, Markdown]
    numbered: Markdown
    option: str
    medium: str
    emoji: str
    colour: int
    spoilers: Markdown
    trope: Markdown
    reference: str
    more: str
    notes: int


# To make them is a sixth of what it costs to answer with an example.
_kept: Kept[Face] = Kept()


def face_of(entry: Entry) -> Face:
    """Returns what is shown of an example."""
    return _kept.of(entry.example, (entry.trope.name, entry.trope.title, entry.more), lambda: _made(entry))


def title_of(entry: Entry) -> str:
    """Returns the one safe label of an example: its work, else its medium, else its trope."""
    example = entry.example
    if example.works:
        return example.works[0].title
    return example.medium.name if example.medium else entry.trope.title


def label(text: str, most: int) -> str:
    """Returns a title or a medium's name as plain text for a button, option or choice; never empty."""
    return "…" if is_blank(clean(text)) else shorten(clean(text).strip(), most)


def _made(entry: Entry) -> Face:
    example, title, medium = entry.example, title_of(entry), entry.example.medium
    emoji, colour = (medium.emoji, medium.colour) if medium else (EMOJI, BRAND)
    return Face(
        heading(shorten(title, TITLE), emoji),
        (escape(medium.name if medium and medium.name != title else ""), words.number(example.number)),
        # The point is escaped, or it would start a list.
        Markdown(f"**{example.number}\\. {escape(shorten(title, TITLE // 2))}**"),
        label(f"{example.number}. {title}", OPTION_LABEL),
        label(medium.name, OPTION_DESCRIPTION) if medium else "",
        emoji,
        colour,
        _spoilers(example),
        escape(shorten(entry.trope.title, TITLE)),
        entry.reference,
        _more(entry) if entry.more else "",
        len(example.notes),
    )


def _spoilers(example: Example) -> Markdown:
    titles = [escape(shorten(work.title, TITLE // 4)) for work in example.spoiled_works[:5]]
    return small(words.hidden(example.spoilers, titles)) if example.spoilers else Markdown("")


def _more(entry: Entry) -> str:
    work = token_of(entry.example.works[0].title)
    return Press(Action.WORK, entry.trope.token, work=work, page=1).custom_id
