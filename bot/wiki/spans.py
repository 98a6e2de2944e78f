"""Pieces: the text of a row while it is read, and how it becomes spans."""

from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter

from bot.model import Note, Span, Style

ITALIC, BOLD, MONOSPACE, STRUCK = (int(s) for s in (Style.ITALIC, Style.BOLD, Style.MONOSPACE, Style.STRUCK))
SMALL, LARGE = 16, 32  # sizes are toggled like styles, but leave no trace in a span
_STYLES = tuple(Style(bits & 15) for bits in range(64))

Spans = tuple[Span, ...]
Piece = tuple[str, int, str | None, int]  # text (never empty), style bits, page, spoiler


@dataclass(slots=True)
class Inline:
    """What a row holds.

    Attributes:
        spans: Its text, without blanks at either end.
        notes: Its notes, in order.
        caption: The words under a picture in it.
        boxes: The texts of boxes that float beside it.
        doubts: Pairs of what stands there and how it was read.
    """

    spans: Spans = ()
    notes: tuple[Note, ...] = ()
    caption: Spans = ()
    boxes: list[Spans] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)


class Sink:
    """Where text goes, and how it is set there: the row itself, or a note, a label, a caption or a box in it."""

    __slots__ = ("bits", "links", "notes", "page", "pieces", "toggles")

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.bits = self.links = 0
        self.page: str | None = None
        self.toggles: dict[int, tuple[int, str, int]] = {}  # style bit: piece it opened before, as typed, spoiler
        self.notes: list[tuple[int, str, Spans, int]] = []  # piece it stands before, label, spans, spoiler

    def toggle(self, bit: int, typed: str, spoiler: int) -> None:
        """Opens or closes a style that one sign both opens and closes."""
        if self.bits & bit:
            self.toggles.pop(bit, None)
        else:
            self.toggles[bit] = (len(self.pieces), typed, spoiler)
        self.bits ^= bit

    def settled(self) -> list[Piece]:
        """Returns the pieces without blanks at either end; what opened a style that nothing closed is text again."""
        if self.toggles:
            self._settle_toggles()
        pieces = self.pieces
        if pieces and (pieces[0][0][:1].isspace() or pieces[-1][0][-1:].isspace()):
            _strip(pieces)
        return pieces

    def _settle_toggles(self) -> None:
        for bit, (index, typed, spoiler) in sorted(self.toggles.items(), key=itemgetter(1), reverse=True):
            plain = [(text, bits & ~bit, page, hidden) for text, bits, page, hidden in self.pieces[index:]]
            self.pieces[index:] = [(typed, 0, None, spoiler), *plain]
            self.notes = [(at + (at > index), label, spans, hidden) for at, label, spans, hidden in self.notes]
        self.toggles.clear()

    def read(self) -> tuple[Spans, tuple[Note, ...]]:
        """Returns the spans and the notes among them."""
        pieces = self.settled()
        if not self.notes:
            return joined(pieces), ()
        ends = [0, *accumulate(len(piece[0]) for piece in pieces)]
        return joined(pieces), tuple(Note(ends[at], label, spans, hidden) for at, label, spans, hidden in self.notes)


def joined(pieces: list[Piece]) -> Spans:
    """Returns pieces as spans, neighbours of the same attributes as one."""
    runs: list[tuple[list[str], int, str | None, int]] = []
    for text, bits, page, spoiler in pieces:
        if not text:
            continue
        if runs and runs[-1][1:] == (bits, page, spoiler):
            runs[-1][0].append(text)
        else:
            runs.append(([text], bits, page, spoiler))
    return tuple([Span("".join(texts), _STYLES[bits], page, spoiler) for texts, bits, page, spoiler in runs])


def _strip(pieces: list[Piece]) -> None:
    """Takes blanks off both ends, in place; a piece of blanks alone becomes empty, so that places stay."""
    for indices, strip in ((range(len(pieces)), str.lstrip), (range(len(pieces) - 1, -1, -1), str.rstrip)):
        for index in indices:
            text, bits, page, spoiler = pieces[index]
            stripped = strip(text)
            if stripped != text:
                pieces[index] = (stripped, bits, page, spoiler)
            if stripped:
                break
