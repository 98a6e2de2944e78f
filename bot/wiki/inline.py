"""Inline markup: one row (or rows joined by ``\\\\``) to spans and notes.

One compiled scanner finds the marks; a table at the end gives each its handler. The output is flat, so that nesting
costs a stack of frames and no recursion, and any text is read in time linear in its length. Nothing is raised and no
visible word is lost; what is open at the row's end is closed there: an unclosed spoiler hides all that follows it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from operator import itemgetter
from re import Match
from typing import Any

from bot.model import Note, Span, Style
from bot.wiki.lexicon import Lexicon
from bot.wiki.links import Link, brace_link, bracket_page, word_link
from bot.wiki.marks import MARK

_ITALIC, _BOLD, _MONOSPACE, _STRUCK = (int(s) for s in (Style.ITALIC, Style.BOLD, Style.MONOSPACE, Style.STRUCK))
_SMALL, _LARGE = 16, 32  # sizes are toggled like styles, but leave no trace in a span
_STYLES = tuple(Style(bits & 15) for bits in range(64))
_BRACKETS, _END_NOTE, _END_SPOILER = "]]", "[[/note]]", "[[/spoiler]]"

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


def read_inline(text: str, lexicon: Lexicon) -> Inline:
    """Returns what `text`, one row without its block sign, holds."""
    return _Scanner(text, lexicon).read()


class _Sink:
    """Where text goes: the row itself, or a note, a caption, a box or a picture in it."""

    __slots__ = ("notes", "pieces", "toggles")

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.toggles: dict[int, tuple[int, str, int]] = {}  # style bit: piece it opened before, as typed, spoiler
        self.notes: list[tuple[int, str, Spans, int]] = []  # piece it stands before, label, spans, spoiler


class _Scanner:
    """The state of reading one row: where text goes, with what attributes, and what is open."""

    __slots__ = (
        "absent", "at", "bits", "frames", "lexicon", "links", "out", "page", "pairs", "pieces", "row", "sink",
        "spoiler", "spoilers", "text",
    )  # fmt: skip

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text, self.lexicon = text, lexicon
        self.out = Inline()
        self.row = self.sink = _Sink()
        self.pieces = self.sink.pieces
        self.at = self.bits = self.spoiler = self.spoilers = self.links = 0
        self.page: str | None = None
        self.frames: list[tuple[str, Undo, Any]] = []
        self.pairs = {_END_NOTE: 0, _END_SPOILER: 0}
        self.absent: set[str] = set()

    def read(self) -> Inline:
        text, find, handlers = self.text, MARK.search, _HANDLERS
        while mark := find(text, self.at):
            start = mark.start()
            if start > self.at:
                self.add(text[self.at : start])
            self.at = mark.end()
            handlers[mark.lastgroup or ""](self, mark)
        if self.at < len(text):
            self.add(text[self.at :])
        return self.finish()

    def finish(self) -> Inline:
        while self.frames:
            self.pop(closed=False)
        self.settle_toggles()
        pieces = _strip(self.pieces)
        self.out.spans = _spans(pieces)
        if self.row.notes:
            ends = [0, *accumulate(len(piece[0]) for piece in pieces)]
            self.out.notes = tuple(Note(ends[index], *note) for index, *note in self.row.notes)  # type: ignore[call-arg, arg-type]
        return self.out

    def add(self, text: str) -> None:
        self.pieces.append((text, self.bits, self.page, self.spoiler))

    def add_label(self, text: str, page: str | None) -> None:
        if text:
            self.pieces.append((text, self.bits, page, self.spoiler))

    def add_blank(self) -> None:
        if self.pieces and not self.pieces[-1][0][-1].isspace():
            self.add(" ")

    def doubt(self, what: str, reading: str) -> None:
        self.out.doubts.append((what, reading))

    # --- frames: what is open, and how to undo it

    def push(self, closer: str, undo: "Undo", saved: object = None) -> None:
        if closer is not _BRACKETS:
            self.pairs[closer] += 1
        self.frames.append((closer, undo, saved))

    def pop(self, *, closed: bool) -> None:
        closer, undo, saved = self.frames.pop()
        if closer is not _BRACKETS:
            self.pairs[closer] -= 1
        undo(self, saved, closed)

    def close(self, mark: Match[str]) -> None:
        if self.frames and self.frames[-1][0] is _BRACKETS:
            self.pop(closed=True)
        else:
            self.add(mark[0])
            self.doubt("]] closes nothing", "kept as text")

    def close_pair(self, closer: str) -> None:
        if not self.pairs[closer]:
            self.doubt(f"{closer} closes nothing", "left out")
            return
        while self.frames[-1][0] is not closer:
            self.pop(closed=False)
        self.pop(closed=True)

    def end_nothing(self, _saved: object, _closed: bool) -> None:
        pass

    # --- spoilers

    def open_spoiler(self, mark: Match[str]) -> None:
        if mark[0][-1] in " \t" and not self.spoiler:
            # The page has the blank inside; outside it reads the same and is not hidden.
            self.add_blank()
        self.hide(_BRACKETS)

    def open_spoiler_pair(self, _: Match[str]) -> None:
        self.hide(_END_SPOILER)

    def close_spoiler_pair(self, _: Match[str]) -> None:
        self.close_pair(_END_SPOILER)

    def hide(self, closer: str) -> None:
        self.push(closer, _Scanner.end_spoiler, self.spoiler)
        if not self.spoiler:
            self.spoilers += 1
            self.spoiler = self.spoilers

    def end_spoiler(self, saved: int, closed: bool) -> None:
        self.spoiler = saved
        if not closed:
            self.doubt("a spoiler is not closed", "hidden to the end of its row")

    # --- notes, captions, boxes, pictures: text that stands elsewhere

    def divert(self) -> tuple[_Sink, int, str | None, int]:
        saved = (self.sink, self.bits, self.page, self.links)
        self.sink = _Sink()
        self.pieces, self.bits, self.page, self.links = self.sink.pieces, 0, None, 0
        return saved

    def restore(self, saved: tuple[_Sink, int, str | None, int]) -> list[Piece]:
        self.settle_toggles()
        diverted = _strip(self.pieces)
        self.sink, self.bits, self.page, self.links = saved
        self.pieces = self.sink.pieces
        return diverted

    def open_note(self, mark: Match[str]) -> None:
        if self.sink is not self.row:
            # A note in a note or a caption is read where it stands.
            self.push(_END_NOTE, _Scanner.end_nothing)
        else:
            label = (mark["label"] or "").strip() or "note"
            self.push(_END_NOTE, _Scanner.end_note, (label, self.spoiler, self.divert()))

    def close_note(self, _: Match[str]) -> None:
        self.close_pair(_END_NOTE)

    def end_note(self, saved: Any, closed: bool) -> None:
        label, spoiler, outer = saved
        spans = _spans(self.restore(outer))
        self.sink.notes.append((len(self.pieces), label, spans, spoiler))
        if not closed:
            self.doubt("a note is not closed", "a note to the end of its row")

    def open_caption(self, _: Match[str]) -> None:
        self.push(_BRACKETS, _Scanner.end_caption, self.divert())

    def end_caption(self, saved: Any, _closed: bool) -> None:
        self.out.caption += _spans(self.restore(saved))

    def open_box(self, _: Match[str]) -> None:
        self.push(_BRACKETS, _Scanner.end_box, self.divert())

    def end_box(self, saved: Any, _closed: bool) -> None:
        self.out.boxes.append(_spans(self.restore(saved)))

    def open_picture(self, _: Match[str]) -> None:
        self.push(_BRACKETS, _Scanner.end_picture, self.divert())

    def end_picture(self, saved: Any, closed: bool) -> None:
        pieces = self.restore(saved)
        if not closed:
            self.pieces += pieces

    # --- links

    def word(self, mark: Match[str]) -> None:
        if self.links and "{" not in mark[0]:
            self.add(mark[0])  # a label is shown as typed
        else:
            self.add_link(word_link(mark[0]))

    def braces(self, mark: Match[str]) -> None:
        self.add_link(brace_link("", mark[0]))

    def add_link(self, link: Link) -> None:
        words = self.lexicon.title(link.page) if link.label is None else link.label
        self.add_label(link.before + words + link.after, self.page if self.links else link.page)

    def open_link(self, mark: Match[str]) -> None:
        page, typed = bracket_page(mark["target"])
        if page is None:
            self.add_label(typed + mark["gap"], self.page)
        elif self.text.startswith(_BRACKETS, self.at):
            self.add_label(typed or self.lexicon.title(page), page)
        self.label(page)

    def open_address(self, _: Match[str]) -> None:
        if self.text.startswith(_BRACKETS, self.at):
            self.add_label("[1]", None)
        self.label(None)

    def open_cut_link(self, _: Match[str]) -> None:
        self.label(None)

    def label(self, page: str | None) -> None:
        self.push(_BRACKETS, _Scanner.end_link, self.page)
        self.page = page
        self.links += 1

    def end_link(self, saved: str | None, closed: bool) -> None:
        self.page = saved
        self.links -= 1
        if not closed:
            self.doubt("a link is not closed", "its label runs to the end of its row")

    # --- styles

    def toggle(self, bit: int, typed: str) -> None:
        if self.bits & bit:
            self.sink.toggles.pop(bit, None)
        else:
            self.sink.toggles[bit] = (len(self.pieces), typed, self.spoiler)
        self.bits ^= bit

    def settle_toggles(self) -> None:
        """Gives back as text what opened a style that nothing closed."""
        sink = self.sink
        for bit, (index, typed, spoiler) in sorted(sink.toggles.items(), key=itemgetter(1), reverse=True):
            plain = [(text, bits & ~bit, page, hidden) for text, bits, page, hidden in sink.pieces[index:]]
            sink.pieces[index:] = [(typed, 0, None, spoiler), *plain]
            sink.notes = [(at + (at > index), *note) for at, *note in sink.notes]  # type: ignore[misc]
        sink.toggles.clear()

    def quotes(self, mark: Match[str]) -> None:
        run = len(mark[0])
        if spare := run - 5 if run > 5 else run == 4:
            self.add("'" * spare)
        if run == 2 or run >= 5:
            self.toggle(_ITALIC, "''")
        if run == 3 and self.bits & (_ITALIC | _BOLD) == _ITALIC:
            # ''Film/ForrestGump'''s: an apostrophe after italics.
            self.toggle(_ITALIC, "''")
            self.add("'")
        elif run > 2:
            self.toggle(_BOLD, "'''")

    def monospace(self, mark: Match[str]) -> None:
        self.toggle(_MONOSPACE, mark[0])

    def open_size(self, mark: Match[str]) -> None:
        self.size(mark[0], opens=True)

    def close_size(self, mark: Match[str]) -> None:
        self.size(mark[0], opens=False)

    def size(self, typed: str, *, opens: bool) -> None:
        bit = _SMALL if "-" in typed else _LARGE
        if opens is not bool(self.bits & bit):
            self.toggle(bit, typed)
        elif opens:
            self.add(typed)
        else:
            self.at -= 1  # the bracket may belong to a mark of its own
            self.add(typed[:-1])

    def open_strike(self, _: Match[str]) -> None:
        self.push(_BRACKETS, _Scanner.end_strike, self.bits & _STRUCK)
        self.bits |= _STRUCK

    def end_strike(self, saved: int, _closed: bool) -> None:
        self.bits = self.bits & ~_STRUCK | saved

    # --- everything else

    def open_kept(self, _: Match[str]) -> None:
        self.push(_BRACKETS, _Scanner.end_nothing)

    def open_unknown(self, mark: Match[str]) -> None:
        self.doubt(f"{mark[0]} opens nothing known", "its text is kept")
        self.push(_BRACKETS, _Scanner.end_nothing)

    def escape(self, mark: Match[str]) -> None:
        closer = mark[0][1] + "]"
        end = -1 if closer in self.absent else self.text.find(closer, self.at)
        if end < 0:
            self.absent.add(closer)
            self.add(mark[0])
            return
        monospace = _MONOSPACE if closer == "@]" else 0
        if end > self.at:
            self.pieces.append((self.text[self.at : end], self.bits | monospace, self.page, self.spoiler))
        self.at = end + 2

    def comment(self, _: Match[str]) -> None:
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end

    def dash(self, mark: Match[str]) -> None:
        self.add("—" if mark[0] in ("--", "---") else mark[0])

    def raised(self, mark: Match[str]) -> None:
        self.add_label(mark[0][2:-2], self.page)

    def verbatim(self, mark: Match[str]) -> None:
        self.add(mark[0])

    def blank(self, _: Match[str]) -> None:
        self.add_blank()

    def nothing(self, _: Match[str]) -> None:
        pass


Undo = Callable[[_Scanner, Any, bool], None]

# The names of the groups in MARK, and what is done with what they find.
_HANDLERS: dict[str, Callable[[_Scanner, Match[str]], None]] = {
    "close": _Scanner.close,
    "spoiler": _Scanner.open_spoiler,
    "spoiler_pair": _Scanner.open_spoiler_pair,
    "end_spoiler": _Scanner.close_spoiler_pair,
    "note": _Scanner.open_note,
    "end_note": _Scanner.close_note,
    "caption": _Scanner.open_caption,
    "box": _Scanner.open_box,
    "picture": _Scanner.open_picture,
    "word": _Scanner.word,
    "braces": _Scanner.braces,
    "link": _Scanner.open_link,
    "bracket_address": _Scanner.open_address,
    "cut_link": _Scanner.open_cut_link,
    "address": _Scanner.verbatim,
    "quotes": _Scanner.quotes,
    "monospace": _Scanner.monospace,
    "open_size": _Scanner.open_size,
    "close_size": _Scanner.close_size,
    "strike": _Scanner.open_strike,
    "kept": _Scanner.open_kept,
    "soft_return": _Scanner.blank,
    "void": _Scanner.nothing,
    "style_mark": _Scanner.nothing,
    "unknown": _Scanner.open_unknown,
    "escape": _Scanner.escape,
    "comment": _Scanner.comment,
    "dash": _Scanner.dash,
    "raised": _Scanner.raised,
}


def _strip(pieces: list[Piece]) -> list[Piece]:
    """Takes blanks off both ends, in place; a piece of blanks alone becomes empty, so that places stay."""
    for indices, strip in ((range(len(pieces)), str.lstrip), (range(len(pieces) - 1, -1, -1), str.rstrip)):
        for index in indices:
            text, *attributes = pieces[index]
            pieces[index] = (strip(text), *attributes)  # type: ignore[assignment]
            if pieces[index][0]:
                break
    return pieces


def _spans(pieces: list[Piece]) -> Spans:
    """Joins neighbours of the same attributes."""
    runs = [(key, "".join([piece[0] for piece in run])) for key, run in groupby(pieces, itemgetter(1, 2, 3))]
    return tuple([Span(text, _STYLES[bits], page, spoiler) for (bits, page, spoiler), text in runs if text])
