"""What is on a trope page, independent of how it is read, stored or shown.

Every class is frozen. Text is plain, without markup. Offsets are code points.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, IntFlag, StrEnum
from itertools import groupby
from operator import attrgetter
from sys import getsizeof
from typing import ClassVar, NamedTuple

from bot.model.names import trope_ref, work_ref

SITE_HOME = "https://tvtropes.org"
SITE_URL = f"{SITE_HOME}/pmwiki/pmwiki.php"
DEFAULT_EMOJI = "🏷️"  # of a medium that no table knows
MAIN_NAMESPACE = "Main/"
MAX_TITLE_LENGTH = 200  # of works, media, folders, headings and names of pages. What is longer is text.
MAX_UNLINKED_WORKS = 100  # of an example: with more, its spoilers count as being about all its works
# Of a long example, for an answer. No member can know more works than 100: what spoils more is never revealed.
MAX_WORKS_SERVED, MAX_WORKS_SPOILED = 100, 101
_SPAN_BYTES, _PART_BYTES, _TROPE_BYTES = 120, 200, 300  # in memory, without their texts
_TEXT_OF, _SPOILER_OF = attrgetter("text"), attrgetter("spoiler")


class Style(IntFlag):
    """Styles of text, which can be combined."""

    PLAIN = 0
    ITALIC = 1
    BOLD = 2
    MONOSPACE = 4
    STRUCK = 8


class PartKind(StrEnum):
    """The kind of a part."""

    BULLET = "bullet"
    QUOTE = "quote"
    ATTRIBUTION = "attribution"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "item"
    DEFINITION = "definition"
    TABLE_ROW = "row"


class Span(NamedTuple):
    """A run of text, never empty, with one set of attributes."""

    text: str
    style: Style = Style.PLAIN
    page: str | None = None  # Namespace/Name of the page that it links to
    spoiler: int = 0  # its spoiler's number within the part from 1, or 0 for visible text


class Note(NamedTuple):
    """A note behind a label, hidden until it is clicked."""

    offset: int  # of its label in the text of the part
    label: str  # what a reader clicks: "note", or another word
    spans: tuple[Span, ...]
    spoiler: int = 0  # the part's spoiler that the label is in, or 0


class Part(NamedTuple):
    """A bullet, quote or other block."""

    kind: PartKind
    depth: int  # a bullet's level from 1, else the level of the bullet that owns it, or 0
    spans: tuple[Span, ...]
    notes: tuple[Note, ...] = ()
    source_line: int = 0  # where it starts in the page source, from 1

    def __hash__(self) -> int:
        """Hash as little as tells most parts apart: each answer looks some up."""
        return hash((self.source_line, self.spans[0].text if self.spans else ""))

    @property
    def text(self) -> str:
        """Its text, hidden text included."""
        return plain_text(self.spans)

    @property
    def memory(self) -> int:
        """About its bytes. Parts are nearly all of an example, so this looks at no more than it must."""
        return _PART_BYTES + sum(map(_memory_of_spans, (self.spans, *[note.spans for note in self.notes])))


@dataclass(frozen=True, slots=True)
class MediumGroup:
    """Media with a common name: "film" is live-action and animation."""

    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    emoji: str = DEFAULT_EMOJI
    colour: int = 0x5865F2


@dataclass(frozen=True, slots=True)
class Medium:
    """A medium, named by a folder of a trope page."""

    slug: str  # its identity: lower-case ASCII with hyphens, at most 24 characters
    name: str
    group: MediumGroup
    aliases: tuple[str, ...] = ()  # what people type for it, lower case
    emoji: str = DEFAULT_EMOJI
    colour: int = 0x5865F2  # the accent of its cards, RGB
    memory: ClassVar[int] = 0  # of an example's, since all share it


@dataclass(frozen=True, slots=True)
class Work:
    """A film, book, series or the like."""

    page: str | None  # Namespace/Name
    title: str
    ref: str = field(init=False, repr=False, compare=False)  # see `work_ref`

    def __post_init__(self) -> None:
        object.__setattr__(self, "ref", work_ref(self.title))


class Example(NamedTuple):
    """A first-level bullet with everything under it."""

    number: int  # its position on the page, from 1
    key: str  # a hash of its own text, which survives edits of the page around it
    folder: str | None  # its title on the page
    medium: Medium | None
    works: tuple[Work, ...]  # what it is about, each once
    parts: tuple[Part, ...]  # the bullet, then its sub-bullets and quotes in page order
    subpage: str | None = None  # "ActionGirl/AnimeAndManga", if it is not on the trope's main page

    @property
    def spoiler_count(self) -> int:
        """The number of spoilers, including those in notes."""
        return sum([len(hidden_texts(part)) for part in self.parts])

    @property
    def notes(self) -> list[Note]:
        """Its notes, in order."""
        return [note for part in self.parts for note in part.notes]

    def reveal(self) -> "Example":
        """Return a copy with all spoilers visible."""
        parts = []
        for part in self.parts:
            notes = tuple([note._replace(spans=_visible(note.spans), spoiler=0) for note in part.notes])
            parts.append(part._replace(spans=_visible(part.spans), notes=notes))
        return self._replace(parts=tuple(parts))

    @property
    def works_spoiled(self) -> list[Work]:
        """The works that its spoilers are about: those that a spoiler's bullet names, else the first."""
        linked = {work.page: index for index, work in enumerate(self.works) if work.page is not None}
        unlinked = [index for index, work in enumerate(self.works) if work.page is None]
        if len(unlinked) > MAX_UNLINKED_WORKS:  # searching each part for each title would take quadratic time
            return list(self.works) if self.spoiler_count else []
        spoiled: dict[int, None] = {}
        own: Sequence[int] = range(len(self.works[:1]))
        about = own
        for part in self.parts:
            if part.kind is PartKind.BULLET:
                named = {linked[span.page] for span in part.spans if span.page in linked and not span.spoiler}
                text = visible_text(part.spans) if unlinked else ""
                named.update(index for index in unlinked if self.works[index].title in text)
                about = sorted(named) or own
            if about and hidden_texts(part):
                spoiled |= dict.fromkeys(about)
                about = ()  # counted once, however many quotes of the bullet have spoilers
        return [self.works[index] for index in spoiled]


@dataclass(frozen=True, slots=True)
class Trope:
    """A trope's page without its examples."""

    name: str  # of the page, without its namespace: BigHeroicRun
    title: str
    description: tuple[Part, ...] = ()
    caption: tuple[Span, ...] = ()  # the words under its picture
    related_tropes: tuple[str, ...] = ()  # names of the tropes that the description compares it with
    quote: tuple[Part, ...] = ()  # the page quote with its attribution
    # From an export that does not say what is hidden in them, so they are exported again and never shown.
    unmarked_description: str = ""
    unmarked_caption: str = ""
    ref: str = field(init=False, repr=False, compare=False)  # see `trope_ref`

    def __post_init__(self) -> None:
        object.__setattr__(self, "ref", trope_ref(self.name))

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"{SITE_URL}/{MAIN_NAMESPACE}{self.name}"

    @property
    def memory(self) -> int:
        """About its bytes, as answers have it: without quote and caption."""
        return _TROPE_BYTES + len(self.name) + len(self.title) + sum([part.memory for part in self.description])


class TextLine(NamedTuple):
    """A line of a part as it is shown, with the numbers of its notes."""

    kind: PartKind
    depth: int
    spans: tuple[Span, ...]
    continues: bool = False  # whether the part's first line is above it


class TropeLayout(NamedTuple):
    """As much of a trope's own texts as a card shows."""

    quote: tuple[TextLine, ...] = ()
    description: tuple[TextLine, ...] = ()
    caption: tuple[TextLine, ...] = ()
    is_cut: bool = False

    @property
    def lines(self) -> tuple[TextLine, ...]:
        """All lines."""
        return self.quote + self.description + self.caption


class ExampleLayout(NamedTuple):
    """A long example, one page at a time."""

    pages: tuple[tuple[TextLine, ...], ...]
    notes: tuple[TextLine, ...]  # as many as fit a card


class Relation(IntEnum):
    """What an example says about a work, the most first."""

    SUBJECT = 0
    SUB_BULLET = 1
    MENTION = 2


class Appearance(NamedTuple):
    """How a work appears in an example."""

    relation: Relation
    is_hidden: bool  # whether hardly more than names is visible there
    sentence: str  # the visible text about it, in one line and with a word for each spoiler


class Appearances(NamedTuple):
    """The works in the visible text of an example."""

    works: Mapping[str, Appearance]  # those that it is about, by ref
    mentions: Mapping[str, Appearance]  # others that it links to, by page in lower case


@dataclass(frozen=True, slots=True)
class Entry:
    """An example as it is served, with its trope, which has no description.

    Of a long example, `example` has no parts and not all works: `lines` are the page that is shown.
    """

    trope: Trope
    example: Example
    work_has_more: bool = False  # whether the trope has other examples of its first work
    spoiler_count: int = 0  # still hidden
    note_count: int = 0
    works_spoiled: tuple[Work, ...] = ()  # at most MAX_WORKS_SPOILED
    lines: tuple[TextLine, ...] | None = None
    page: int = 1
    page_count: int = 1
    ref: str = field(init=False, repr=False, compare=False)  # its trope's and its number

    def __post_init__(self) -> None:
        object.__setattr__(self, "ref", f"{self.trope.ref}/{self.example.number}")

    @property
    def url(self) -> str:
        """The address of its page."""
        subpage = self.example.subpage
        return f"{SITE_URL}/{subpage}" if subpage else self.trope.url

    @property
    def is_long(self) -> bool:
        """Whether the example is read one page at a time."""
        return self.lines is not None

    def reveal(self) -> "Entry":
        """Return a copy with all spoilers visible."""
        lines = self.lines and tuple([line._replace(spans=_visible(line.spans)) for line in self.lines])
        return replace(self, example=self.example.reveal(), spoiler_count=0, works_spoiled=(), lines=lines)


class WorkEntry(NamedTuple):
    """An example in which a work appears, and what it says about the work."""

    example_ref: str
    trope: Trope
    number: int
    medium: Medium | None
    relation: Relation
    sentence: str
    work_ref: str


@dataclass(frozen=True, slots=True)
class TropeOverview:
    """A trope at a glance."""

    trope: Trope  # without its texts
    texts: TropeLayout
    media: tuple[tuple[Medium, int], ...]  # with example counts, largest first
    total: int  # examples, with or without a medium
    loaded_at: datetime  # of the page loaded last, UTC
    subpages: tuple[str, ...] = ()  # names of those loaded, in page order
    missing_subpages: tuple[str, ...] = ()  # first names of those that its index lists, but that are not loaded
    missing_count: int = 0  # of all those


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A doubtful place in a page, and how it was read."""

    line: int  # from 1
    message: str
    interpretation: str


class Form(StrEnum):
    """How a page was saved."""

    SOURCE = "page source"
    SOURCE_VIEW = "source view"
    PAGE_2015 = "web page until 2017"
    PAGE_2018 = "web page of 2018 to 2023"
    PAGE_2024 = "web page since 2024"

    @property
    def is_web_page(self) -> bool:
        """Whether it was saved as readers see it."""
        return self not in (Form.SOURCE, Form.SOURCE_VIEW)


@dataclass(frozen=True, slots=True)
class Page:
    """Everything in a page source."""

    trope: Trope
    examples: tuple[Example, ...] = ()
    other_parts: tuple[Part, ...] = ()  # text elsewhere: boxes, page quotes, closing words
    diagnostics: tuple[Diagnostic, ...] = ()
    subpage: str | None = None  # "ActionGirl/AnimeAndManga", if it is one
    listed_subpages: tuple[str, ...] = ()  # those that its index links to, in order
    learned_titles: Mapping[str, str] = field(default_factory=dict)  # as the site registers them, by page

    @property
    def name(self) -> str:
        """Its name without Main/: ``ActionGirl`` or ``ActionGirl/AnimeAndManga``."""
        return self.subpage or self.trope.name


def plain_text(spans: Iterable[Span]) -> str:
    """Return the text, hidden text included."""
    return "".join(map(_TEXT_OF, spans))


def visible_text(spans: Sequence[Span], placeholder: str = "") -> str:
    """Return the visible text, with `placeholder` for each spoiler."""
    if not has_spoilers(spans):
        return plain_text(spans)
    return "".join([placeholder if spoiler else plain_text(run) for spoiler, run in groupby(spans, key=_SPOILER_OF)])


def _memory_of_spans(spans: Sequence[Span]) -> int:
    pages = sum([len(span.page) for span in spans if span.page])
    return _SPAN_BYTES * len(spans) + sum(map(getsizeof, [span.text for span in spans])) + pages


def _visible(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple([span._replace(spoiler=0) for span in spans])


def hidden_texts(part: Part) -> list[str]:
    """Return the text of each spoiler, including those in notes."""
    hidden: list[str] = []
    for spans in [part.spans, *[note.spans for note in part.notes]] if part.notes else (part.spans,):
        if has_spoilers(spans):
            hidden += [plain_text(run) for spoiler, run in groupby(spans, key=_SPOILER_OF) if spoiler]
    return hidden


def has_spoilers(spans: Iterable[Span]) -> bool:
    """Return whether spans hide anything. Most do not."""
    return any(map(_SPOILER_OF, spans))
