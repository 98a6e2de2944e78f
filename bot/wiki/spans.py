"""Fragments: the text of a line while it is read, and how they become spans."""

from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter

from bot.model import Note, Span, Style

ITALIC, BOLD, MONOSPACE, STRUCK = (int(s) for s in (Style.ITALIC, Style.BOLD, Style.MONOSPACE, Style.STRUCK))
SMALL, LARGE = 16, 32  # sizes are toggled like styles, but leave no trace in a span
_STYLE_BY_BITS = tuple(Style(bits & 15) for bits in range(64))

Spans = tuple[Span, ...]
Fragment = tuple[str, int, str | None, int]  # text (never empty), style bits, page, spoiler


@dataclass(slots=True)
class InlineResult:
    """What is in a line: its text without blanks at either end, and its notes in order.

    Attributes:
        caption: The words under a picture in it.
        boxes: The texts of boxes beside it.
        diagnostics: Pairs of what is there and how it was read.
    """

    spans: Spans = ()
    notes: tuple[Note, ...] = ()
    caption: Spans = ()
    boxes: list[Spans] = field(default_factory=list)
    diagnostics: list[tuple[str, str]] = field(default_factory=list)


class SpanBuffer:
    """Where text goes, and its styles there: the line itself, or a note, a label, a caption or a box in it."""

    __slots__ = ("bits", "fragments", "links", "notes", "page", "toggles")

    def __init__(self) -> None:
        self.fragments: list[Fragment] = []
        self.bits = self.links = 0
        self.page: str | None = None
        self.toggles: dict[int, tuple[int, str, int]] = {}  # style bit: piece it opened before, as typed, spoiler
        self.notes: list[tuple[int, str, Spans, int]] = []  # piece it stands before, label, spans, spoiler

    def toggle(self, bit: int, typed: str, spoiler: int) -> None:
        """Open or close a style that one sign both opens and closes."""
        if self.bits & bit:
            self.toggles.pop(bit, None)
        else:
            self.toggles[bit] = (len(self.fragments), typed, spoiler)
        self.bits ^= bit

    def finish(self) -> list[Fragment]:
        """Return the fragments without blanks at either end; a sign whose style was not closed becomes text."""
        if self.toggles:
            self._restore_unclosed_toggles()
        pieces = self.fragments
        if pieces and (pieces[0][0][:1].isspace() or pieces[-1][0][-1:].isspace()):
            _strip_ends(pieces)
        return pieces

    def _restore_unclosed_toggles(self) -> None:
        for bit, (index, typed, spoiler) in sorted(self.toggles.items(), key=itemgetter(1), reverse=True):
            plain = [(text, bits & ~bit, page, hidden) for text, bits, page, hidden in self.fragments[index:]]
            self.fragments[index:] = [(typed, 0, None, spoiler), *plain]
            self.notes = [(at + (at > index), label, spans, hidden) for at, label, spans, hidden in self.notes]
        self.toggles.clear()

    def to_spans(self) -> tuple[Spans, tuple[Note, ...]]:
        """Return the spans and the notes among them."""
        pieces = self.finish()
        if not self.notes:
            return merge_fragments(pieces), ()
        ends = [0, *accumulate(len(piece[0]) for piece in pieces)]
        return merge_fragments(pieces), tuple(
            Note(ends[at], label, spans, hidden) for at, label, spans, hidden in self.notes
        )


def merge_fragments(fragments: list[Fragment]) -> Spans:
    """Return fragments as spans; neighbours with the same attributes become one."""
    runs: list[tuple[list[str], int, str | None, int]] = []
    for text, bits, page, spoiler in fragments:
        if not text:
            continue
        if runs and runs[-1][1:] == (bits, page, spoiler):
            runs[-1][0].append(text)
        else:
            runs.append(([text], bits, page, spoiler))
    return tuple([Span("".join(texts), _STYLE_BY_BITS[bits], page, spoiler) for texts, bits, page, spoiler in runs])


def _strip_ends(fragments: list[Fragment]) -> None:
    """Strip blanks from both ends, in place; a blank fragment becomes empty, so that offsets stay valid."""
    for indices, strip in ((range(len(fragments)), str.lstrip), (range(len(fragments) - 1, -1, -1), str.rstrip)):
        for index in indices:
            text, bits, page, spoiler = fragments[index]
            stripped = strip(text)
            if stripped != text:
                fragments[index] = (stripped, bits, page, spoiler)
            if stripped:
                break
