"""The nouns of the field: what a trope page holds, and nothing about how it is read, kept or shown.

Every class is frozen and slotted. Text is plain: no wiki markup and no Discord markup is left in it.
Offsets are code points, half-open.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntFlag, StrEnum
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby

SITE_URL = "https://tvtropes.org/pmwiki/pmwiki.php"
LICENCE = "CC BY-NC-SA 3.0"
MAIN_NAMESPACE = "Main/"
_ASCII_WORD = re.compile(r"[a-z0-9]+")


class Style(IntFlag):
    """How a run of text is set; several may hold at once."""

    PLAIN = 0
    ITALIC = 1
    BOLD = 2
    MONOSPACE = 4
    STRUCK = 8


class PartKind(StrEnum):
    """What a part is on the page."""

    BULLET = "bullet"
    QUOTE = "quote"
    ATTRIBUTION = "attribution"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "item"
    DEFINITION = "definition"
    TABLE_ROW = "row"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text with one set of attributes.

    Attributes:
        text: What is read; never empty.
        style: How it is set.
        page: The page it links to as ``Namespace/Name``, or None.
        spoiler: The spoiler it is in, a number from 1 within its part; 0 is text in clear.
    """

    text: str
    style: Style = Style.PLAIN
    page: str | None = None
    spoiler: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A note that the page hides behind a label until it is clicked.

    Attributes:
        offset: Where the label stands, an offset into the text of the part.
        label: What is clicked: "note", or a label of its own.
        spans: The note's own text.
        spoiler: The spoiler of the part that the label stands in; 0 is none.
    """

    offset: int
    label: str
    spans: tuple[Span, ...]
    spoiler: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One bullet, quote or other block.

    Attributes:
        kind: What it is on the page.
        depth: A bullet's level from 1; for anything else the level of the bullet that owns it, 0 if none.
        spans: Its text.
        notes: The notes in it, in order.
        source_line: The row of the page source it starts on, from 1.
    """

    kind: PartKind
    depth: int
    spans: tuple[Span, ...]
    notes: tuple[Note, ...] = ()
    source_line: int = 0

    @property
    def text(self) -> str:
        """All of its text, hidden text included."""
        return plain_text(self.spans)


@dataclass(frozen=True, slots=True)
class MediumGroup:
    """Media that people mean by one word: "film" is live-action and animation."""

    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    emoji: str = "🏃"
    colour: int = 0x5865F2


@dataclass(frozen=True, slots=True)
class Medium:
    """A canonical medium, as a folder of a trope page names it.

    Attributes:
        slug: Its identity: lower-case ASCII with hyphens, at most 24 characters.
        name: As a person writes it.
        group: The group it answers in.
        aliases: What people type for it, lower case.
        emoji: One Unicode emoji for its cards.
        colour: The accent of its cards, 24 bits of RGB.
    """

    slug: str
    name: str
    group: MediumGroup
    aliases: tuple[str, ...] = ()
    emoji: str = "🏃"
    colour: int = 0x5865F2


@dataclass(frozen=True, slots=True)
class Work:
    """A film, book, series…: its page as ``Namespace/Name`` (None where the source gives none) and its title."""

    page: str | None
    title: str


@dataclass(frozen=True, slots=True)
class Example:
    """A first-level bullet with everything under it.

    Attributes:
        number: Its place on the page, 1…n within its trope.
        key: Made from its own normalised text, so that it survives edits of the page around it.
        folder: The folder as the page titles it, or None.
        medium: What that folder means, or None.
        works: What it is about, in order, each once; none where the page does not say.
        parts: The bullet first, then its sub-bullets and quotes in page order.
    """

    number: int
    key: str
    folder: str | None
    medium: Medium | None
    works: tuple[Work, ...]
    parts: tuple[Part, ...]

    @property
    def spoiler_count(self) -> int:
        """How many spoilers it holds, those in notes included."""
        return sum([len(hidden_texts(part)) for part in self.parts])

    @property
    def notes(self) -> list[Note]:
        """All its notes, in order."""
        return [note for part in self.parts for note in part.notes]

    def reveal(self) -> "Example":
        """Returns the example with all that it hides in clear, for one who has seen what it is about."""
        return replace(self, parts=tuple(_revealed(part) for part in self.parts))

    @property
    def works_spoiled(self) -> list[Work]:
        """The works that its spoilers are about: those of the parts that hide something, in order, each once."""
        spoiled: dict[Work, None] = {}
        own = about = list(self.works[:1])
        for part in self.parts:
            if part.kind is PartKind.BULLET:
                about = [work for work in self.works if _names(part, work)] or own
            if hidden_texts(part):
                spoiled |= dict.fromkeys(about)
        return list(spoiled)


@dataclass(frozen=True, slots=True)
class Trope:
    """A trope's page without its examples.

    Attributes:
        name: The page's name without its namespace: ``BigHeroicRun``.
        title: As a person writes it.
        description: What it is, in parts.
        caption: The words under its picture.
        related_tropes: Names of the tropes that the description sets beside it, in order.
    """

    name: str
    title: str
    description: tuple[Part, ...] = ()
    caption: tuple[Span, ...] = ()
    related_tropes: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"{SITE_URL}/{MAIN_NAMESPACE}{self.name}"

    @property
    def ref(self) -> str:
        """Ten characters that stand for its name where room is scarce; the same for any case of the name."""
        return _token_of_trope(self.name)


@dataclass(frozen=True, slots=True)
class Entry:
    """An example with the trope it is of.

    Attributes:
        trope: Its description may be left out.
        example: The example.
        work_has_more: Whether the trope has other examples of its first work.
    """

    trope: Trope
    example: Example
    work_has_more: bool = False

    @property
    def ref(self) -> str:
        """What names it in short: its trope's token and its number."""
        return f"{self.trope.ref}/{self.example.number}"


@dataclass(frozen=True, slots=True)
class TropeOverview:
    """What a trope is, at a glance.

    Attributes:
        trope: With its description.
        media: Media and how many examples each has, the largest first.
        total: How many examples there are, those of no medium included.
        loaded_at: When its page was read, UTC.
    """

    trope: Trope
    media: tuple[tuple[Medium, int], ...]
    total: int
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A spot of a page source that can be read in more than one way.

    Attributes:
        line: Its row, from 1.
        message: What stands there.
        interpretation: How it was read.
    """

    line: int
    message: str
    interpretation: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that a page source says.

    Attributes:
        trope: The page itself.
        examples: In page order.
        other_parts: Text that is no part of the description or of an example: boxes, page quotes, closing words.
        diagnostics: Where the reader had to choose.
    """

    trope: Trope
    examples: tuple[Example, ...] = ()
    other_parts: tuple[Part, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def normalize_title(title: str) -> str:
    """Returns what of a title is compared: its words without case, marks and punctuation."""
    return " ".join(normalize_words(title.replace("'", "")))


def normalize_words(text: str) -> list[str]:
    """Returns the words of a text without case and marks; all that is no letter or digit parts them."""
    if text.isascii():
        # A twentieth of the time, for nearly all texts: a load of a million examples takes 30 s less.
        return _ASCII_WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char)).split()


def work_ref(title: str) -> str:
    """Returns twelve characters that stand for a title, the same for any way to type it."""
    return blake2b(normalize_title(title).encode("utf-8", "replace"), digest_size=6).hexdigest()


@lru_cache(1_000)  # every command asks for it, and every card
def _token_of_trope(name: str) -> str:
    return blake2b(name.casefold().encode("utf-8", "replace"), digest_size=5).hexdigest()


def plain_text(spans: Iterable[Span]) -> str:
    """Returns the text of `spans`, hidden text included."""
    return "".join([span.text for span in spans])


def visible_text(spans: Iterable[Span], placeholder: str = "") -> str:
    """Returns the text that the page shows, with `placeholder` in the place of each spoiler."""
    runs = groupby(spans, key=lambda span: span.spoiler)
    return "".join(placeholder if spoiler else plain_text(run) for spoiler, run in runs)


def hidden_texts(part: Part) -> list[str]:
    """Returns the text of each spoiler of `part`, those in its notes included."""
    hidden: list[str] = []
    for spans in (part.spans, *[note.spans for note in part.notes]):
        if [span for span in spans if span.spoiler]:  # few do
            runs = groupby(spans, key=lambda span: span.spoiler)
            hidden += [plain_text(run) for spoiler, run in runs if spoiler]
    return hidden


def _revealed(part: Part) -> Part:
    notes = tuple(replace(note, spans=_in_clear(note.spans), spoiler=0) for note in part.notes)
    return replace(part, spans=_in_clear(part.spans), notes=notes)


def _in_clear(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(replace(span, spoiler=0) for span in spans)


def _names(part: Part, work: Work) -> bool:
    """Tells whether a part names a work in clear: by a link, or by its title where it has no page."""
    if work.page is None:
        return work.title in visible_text(part.spans)
    return any(span.page == work.page and not span.spoiler for span in part.spans)
