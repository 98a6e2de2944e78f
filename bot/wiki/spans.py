"""Collect fragments of text, and merge them into spans."""

from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from bot.model import MAX_TITLE_LENGTH, Note, Span, Style

ITALIC, BOLD, MONOSPACE, STRUCK = (int(s) for s in (Style.ITALIC, Style.BOLD, Style.MONOSPACE, Style.STRUCK))
SMALL, LARGE = 16, 32  # toggled like styles, but not in a span's style
_STYLE_BY_BITS = tuple(Style(bits & 15) for bits in range(64))

Spans = tuple[Span, ...]
Fragment = tuple[str, int, str | None, int]  # text, style bits, page, spoiler; plain, since there are so many


class Loose(NamedTuple):
    """What a block closes without having opened it, and opens without closing it: brackets and [[spoiler]] tags."""

    closers: int = 0
    openers: tuple[bool, ...] = ()  # outermost first, whether each is a spoiler's
    tag_closers: int = 0
    tag_openers: int = 0

    @property
    def opens_spoiler(self) -> bool:
        """Whether a spoiler is open at the end."""
        return self.tag_openers > 0 or any(self.openers)


class OpenSpoilers(NamedTuple):
    """How many closers must follow until what spoilers above hide ends."""

    brackets: int = 0
    tags: int = 0


NOTHING_LOOSE, NO_SPOILERS = Loose(), OpenSpoilers()


class InlineResult(NamedTuple):
    """A line's text without blanks at either end, and its notes in order."""

    spans: Spans = ()
    notes: tuple[Note, ...] = ()
    caption: Spans = ()  # below its pictures
    boxes: tuple[Spans, ...] = ()  # beside it
    diagnostics: tuple[tuple[str, str], ...] = ()  # message and interpretation
    loose: Loose = NOTHING_LOOSE


class SpanBuffer:
    """Collects the fragments of a line, note, label, caption or box."""

    __slots__ = ("bits", "fragments", "links", "notes", "page", "toggles")

    def __init__(self) -> None:
        self.fragments: list[Fragment] = []
        self.bits = self.links = 0
        self.page: str | None = None
        self.toggles: dict[int, tuple[int, str, int]] = {}  # style bit: index of the next fragment, sign, spoiler
        self.notes: list[tuple[int, str, Spans, int]] = []  # index of the next fragment, label, spans, spoiler

    def toggle(self, bit: int, typed: str, spoiler: int) -> None:
        """Open a style, or close an open one."""
        if self.bits & bit:
            self.toggles.pop(bit, None)
        else:
            self.toggles[bit] = (len(self.fragments), typed, spoiler)
        self.bits ^= bit

    def finish(self) -> list[Fragment]:
        """Return the stripped fragments. The sign of an unclosed style becomes text."""
        if self.toggles:
            self._show_signs()
        fragments = self.fragments
        if fragments:
            first, last = fragments[0][0], fragments[-1][0]
            if not (first and last) or first[0].isspace() or last[-1].isspace():
                _strip_ends(fragments)
        return fragments

    def _show_signs(self) -> None:
        for bit, (index, typed, spoiler) in sorted(self.toggles.items(), key=itemgetter(1), reverse=True):
            plain = [(text, bits & ~bit, page, hidden) for text, bits, page, hidden in self.fragments[index:]]
            self.fragments[index:] = [(typed, 0, None, spoiler), *plain]
            self.notes = [(at + (at > index), label, spans, hidden) for at, label, spans, hidden in self.notes]
        self.toggles.clear()

    def to_spans(self) -> tuple[Spans, tuple[Note, ...]]:
        """Return the text, and the notes with their offsets in it."""
        fragments = self.finish()
        if not self.notes:
            return merge_fragments(fragments), ()
        offsets = [0, *accumulate(len(fragment[0]) for fragment in fragments)]
        notes = [Note(offsets[at], label, spans, hidden) for at, label, spans, hidden in self.notes]
        return merge_fragments(fragments), tuple(notes)


def merge_fragments(fragments: list[Fragment]) -> Spans:
    """Make spans, merging neighbours with the same attributes."""
    spans: list[Span] = []
    more: list[str] = []  # to add to the last span
    last_page: str | None = None
    last_bits, last_spoiler = -1, 0
    for text, bits, page, spoiler in fragments:
        if bits == last_bits and spoiler == last_spoiler and page == last_page:
            more.append(text)
        elif text:
            if more:
                spans[-1] = _lengthen(spans[-1], more)
                more = []
            last_bits, last_page, last_spoiler = bits, page, spoiler
            linked = None if page and len(page) > MAX_TITLE_LENGTH else page
            spans.append(Span(text, _STYLE_BY_BITS[bits], linked, spoiler))
    if more:
        spans[-1] = _lengthen(spans[-1], more)
    return tuple(spans)


def _lengthen(span: Span, more: list[str]) -> Span:
    return span._replace(text="".join([span.text, *more]))


def _strip_ends(fragments: list[Fragment]) -> None:
    """Strip both ends in place. Blank fragments become empty, so that indices stay valid."""
    for indices, strip in ((range(len(fragments)), str.lstrip), (range(len(fragments) - 1, -1, -1), str.rstrip)):
        for index in indices:
            text, bits, page, spoiler = fragments[index]
            stripped = strip(text)
            if stripped != text:
                fragments[index] = (stripped, bits, page, spoiler)
            if stripped:
                break
