"""Inline markup: one row, or rows that a line break joins, to spans and notes.

One compiled scanner finds the marks; a table at the end gives each its handler. The output is flat, so that nesting
costs a stack of frames and no recursion, and any text is read in time linear in its length. Nothing is raised and no
visible word is lost; what is open at the row's end is closed there: an unclosed spoiler hides all that follows it.

What double brackets open only double brackets close, whatever begins or ends between them: a note or a style that
overlaps a spoiler shortens nothing that the spoiler hides.
"""

from collections.abc import Callable
from dataclasses import replace
from re import Match
from typing import Any

from bot.wiki.lexicon import Lexicon
from bot.wiki.links import Link, brace_link, bracket_page, word_link
from bot.wiki.spans import BOLD, ITALIC, LARGE, MONOSPACE, SMALL, STRUCK, Inline, Sink, joined
from bot.wiki.tokens import MARK


def read_inline(text: str, lexicon: Lexicon) -> Inline:
    """Returns what `text`, one row without its block sign, holds."""
    return _Scanner(text, lexicon).read()


class _Scanner:
    """The state of reading one row: where text goes, whether it is hidden, and what is open."""

    __slots__ = (
        "absent", "at", "frames", "hidden", "inner_notes", "lexicon", "note", "out", "pairs", "row", "sink", "spoiler",
        "spoilers", "text",
    )  # fmt: skip

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text, self.lexicon = text, lexicon
        self.out = Inline()
        self.row = self.sink = Sink()
        self.at = 0
        self.frames: list[tuple[Undo, Any]] = []  # what double brackets opened
        self.hidden = self.pairs = 0  # how many spoilers are open, how many of them as [[spoiler]]…[[/spoiler]]
        self.spoiler = self.spoilers = 0  # the number of the outermost open spoiler, and of the last one
        self.note: tuple[Sink, str, int] | None = None  # the open note: where its text goes, its label and spoiler
        self.inner_notes = 0
        self.absent: set[str] = set()

    def read(self) -> Inline:
        text, find, handlers = self.text, MARK.search, _HANDLERS
        at = 0
        while mark := find(text, at):
            start, self.at = mark.span()
            if start > at:
                sink = self.sink
                sink.pieces.append((text[at:start], sink.bits, sink.page, self.spoiler))
            handlers[mark.lastgroup or ""](self, mark)
            at = self.at
        if at < len(text):
            self.add(text[at:])
        return self.finish()

    def finish(self) -> Inline:
        while self.frames:
            self.pop(closed=False)
        if self.note:
            self.doubt("a note is not closed", "a note to the end of its row")
            self.end_note()
        if self.pairs:
            self.doubt("[[spoiler]] is not closed", "hidden to the end of its row")
        self.out.spans, self.out.notes = self.row.read()
        return self.out

    def add(self, text: str) -> None:
        sink = self.sink
        sink.pieces.append((text, sink.bits, sink.page, self.spoiler))

    def add_label(self, text: str, page: str | None) -> None:
        if text:
            self.sink.pieces.append((text, self.sink.bits, page, self.spoiler))

    def add_blank(self) -> None:
        pieces = self.sink.pieces
        if pieces and not pieces[-1][0][-1:].isspace():
            self.add(" ")

    def doubt(self, what: str, reading: str) -> None:
        self.out.doubts.append((what, reading))

    # --- frames: what double brackets opened, and how to undo it

    def push(self, undo: "Undo", saved: object = None) -> None:
        self.frames.append((undo, saved))

    def pop(self, *, closed: bool) -> None:
        undo, saved = self.frames.pop()
        undo(self, saved, closed)

    def close(self, mark: Match[str]) -> None:
        if self.frames:
            self.pop(closed=True)
        else:
            self.add(mark[0])
            self.doubt("]] closes nothing", "kept as text")

    def end_nothing(self, _saved: object, _closed: bool) -> None:
        pass

    # --- spoilers

    def open_spoiler(self, mark: Match[str]) -> None:
        if mark[0][-1].isspace() and not self.hidden:
            # The page has the blank inside; outside it reads the same and is not hidden.
            self.add_blank()
        self.hide()
        self.push(_Scanner.end_spoiler)

    def end_spoiler(self, _: object, closed: bool) -> None:
        self.reveal()
        if not closed:
            self.doubt("a spoiler is not closed", "hidden to the end of its row")

    def open_spoiler_pair(self, _: Match[str]) -> None:
        self.pairs += 1
        self.hide()

    def close_spoiler_pair(self, _: Match[str]) -> None:
        if self.pairs:
            self.pairs -= 1
            self.reveal()
        else:
            self.doubt("[[/spoiler]] closes nothing", "left out")

    def hide(self) -> None:
        self.hidden += 1
        if self.hidden == 1:
            self.spoilers += 1
            self.spoiler = self.spoilers

    def reveal(self) -> None:
        self.hidden -= 1
        if not self.hidden:
            self.spoiler = 0

    # --- notes: at most one is open, and nothing but its own sign closes it

    def open_note(self, _: Match[str]) -> None:
        self.begin_note("note")

    def begin_note(self, label: str) -> None:
        if self.sink is self.row:
            self.note = (Sink(), label, self.spoiler)
            self.sink, self.inner_notes = self.note[0], 0
        else:
            self.inner_notes += 1  # a note in a note or a caption is read where it stands

    def close_note(self, _: Match[str]) -> None:
        if self.inner_notes:
            self.inner_notes -= 1
        elif self.note and self.sink is self.note[0]:
            self.end_note()
        else:
            self.doubt("[[/note]] closes nothing", "left out")

    def end_note(self) -> None:
        assert self.note is not None  # noqa: S101 - asked before
        sink, label, spoiler = self.note
        spans = joined(sink.settled())
        if spoiler:
            # What ends the spoiler inside the note ends it for the row, not for the note's own text.
            spans = tuple(replace(span, spoiler=span.spoiler or spoiler) for span in spans)
        self.row.notes.append((len(self.row.pieces), label, spans, spoiler))
        self.sink, self.note = self.row, None

    # --- labels of notes, captions, boxes, pictures: brackets whose text stands elsewhere

    def divert(self, undo: "Undo") -> None:
        self.push(undo, self.sink)
        self.sink = Sink()

    def diverted(self, outer: Sink) -> Sink:
        inner, self.sink = self.sink, outer
        return inner

    def open_label(self, _: Match[str]) -> None:
        self.divert(_Scanner.end_label)

    def end_label(self, outer: Sink, closed: bool) -> None:
        pieces = [piece for piece in self.diverted(outer).settled() if piece[0]]
        label = "".join([text for text, *_, spoiler in pieces if spoiler == self.spoiler])
        if not closed or outer is not self.row or any(piece[3] != self.spoiler for piece in pieces):
            outer.pieces += pieces  # a label is shown in clear: one that hides something is text before the note
            label = ""
        if closed:
            self.begin_note(label or "note")

    def open_caption(self, _: Match[str]) -> None:
        self.divert(_Scanner.end_caption)

    def end_caption(self, outer: Sink, _closed: bool) -> None:
        self.out.caption += joined(self.diverted(outer).settled())

    def open_box(self, _: Match[str]) -> None:
        self.divert(_Scanner.end_box)

    def end_box(self, outer: Sink, _closed: bool) -> None:
        self.out.boxes.append(joined(self.diverted(outer).settled()))

    def open_picture(self, _: Match[str]) -> None:
        self.divert(_Scanner.end_picture)

    def end_picture(self, outer: Sink, closed: bool) -> None:
        inner = self.diverted(outer)
        if not closed:
            outer.pieces += [piece for piece in inner.settled() if piece[0]]

    # --- links

    def word(self, mark: Match[str]) -> None:
        if self.sink.links and "{" not in mark[0]:
            self.add(mark[0])  # a label is shown as typed
        else:
            self.add_link(word_link(mark[0]))

    def braces(self, mark: Match[str]) -> None:
        self.add_link(brace_link("", mark[0]))

    def add_link(self, link: Link) -> None:
        words = self.lexicon.title(link.page) if link.page and link.label is None else link.label or ""
        self.add_label(link.before + words + link.after, self.sink.page if self.sink.links else link.page)

    def open_link(self, mark: Match[str]) -> None:
        page, typed = bracket_page(mark["target"])
        if page is None:
            self.add_label(typed + (mark["gap"] or ""), self.sink.page)
        elif self.text.startswith("]]", self.at):
            self.add_label(typed or self.lexicon.title(page), page)
        self.label(page)

    def open_address(self, _: Match[str]) -> None:
        if self.text.startswith("]]", self.at):
            self.add_label("[1]", None)
        self.label(None)

    def open_cut_link(self, _: Match[str]) -> None:
        self.label(None)

    def label(self, page: str | None) -> None:
        sink = self.sink
        self.push(_Scanner.end_link, (sink, sink.page))
        sink.page = page
        sink.links += 1

    def end_link(self, saved: tuple[Sink, str | None], closed: bool) -> None:
        sink, page = saved
        sink.page = page
        sink.links -= 1
        if not closed:
            self.doubt("a link is not closed", "its label runs to the end of its row")

    # --- styles

    def quotes(self, mark: Match[str]) -> None:
        sink, run = self.sink, len(mark[0])
        if spare := run - 5 if run > 5 else run == 4:
            self.add("'" * spare)
        if run == 2 or run >= 5:
            sink.toggle(ITALIC, "''", self.spoiler)
        if run == 3 and sink.bits & (ITALIC | BOLD) == ITALIC:
            # ''Film/ForrestGump'''s: an apostrophe after italics.
            sink.toggle(ITALIC, "''", self.spoiler)
            self.add("'")
        elif run > 2:
            sink.toggle(BOLD, "'''", self.spoiler)

    def monospace(self, mark: Match[str]) -> None:
        self.sink.toggle(MONOSPACE, mark[0], self.spoiler)

    def open_size(self, mark: Match[str]) -> None:
        self.size(mark[0], opens=True)

    def close_size(self, mark: Match[str]) -> None:
        self.size(mark[0], opens=False)

    def size(self, typed: str, *, opens: bool) -> None:
        bit = SMALL if "-" in typed else LARGE
        if opens is not bool(self.sink.bits & bit):
            self.sink.toggle(bit, typed, self.spoiler)
        elif opens:
            self.add(typed)
        else:
            self.at -= 1  # the bracket may belong to a mark of its own
            self.add(_dashed(typed[:-1]))

    def open_strike(self, _: Match[str]) -> None:
        self.push(_Scanner.end_strike, (self.sink, self.sink.bits & STRUCK))
        self.sink.bits |= STRUCK

    def end_strike(self, saved: tuple[Sink, int], _closed: bool) -> None:
        sink, struck = saved
        sink.bits = sink.bits & ~STRUCK | struck

    # --- everything else

    def open_kept(self, _: Match[str]) -> None:
        self.push(_Scanner.end_nothing)

    def open_unknown(self, _: Match[str]) -> None:
        self.doubt("[[ opens nothing known", "its text is kept")
        self.push(_Scanner.end_nothing)

    def escape(self, mark: Match[str]) -> None:
        sign = mark[0][1]
        end = self.find_closer(sign + "]", self.at)
        if end < 0:
            self.add(mark[0])
            return
        if end > self.at:
            sink, monospace = self.sink, MONOSPACE if sign == "@" else 0
            sink.pieces.append((self.text[self.at : end], sink.bits | monospace, sink.page, self.spoiler))
        self.at = end + 2

    def bracket_escape(self, mark: Match[str]) -> None:
        """Reads ``[[=``: a bracket before an escape, or double brackets where no escape ends."""
        if self.find_closer(self.text[self.at] + "]", self.at + 1) < 0:
            self.open_unknown(mark)
        else:
            self.at -= 1
            self.add("[")

    def find_closer(self, closer: str, at: int) -> int:
        end = -1 if closer in self.absent else self.text.find(closer, at)
        if end < 0:
            self.absent.add(closer)  # looked for once, so that any text is read in linear time
        return end

    def dash(self, mark: Match[str]) -> None:
        self.add(_dashed(mark[0]))

    def raised(self, mark: Match[str]) -> None:
        self.add_label(mark[0][2:-2], self.sink.page)

    def verbatim(self, mark: Match[str]) -> None:
        self.add(mark[0])

    def blank(self, _: Match[str]) -> None:
        self.add_blank()

    def nothing(self, _: Match[str]) -> None:
        pass


def _dashed(typed: str) -> str:
    return "—" if typed in ("--", "---") else typed


Undo = Callable[[_Scanner, Any, bool], None]

# The names of the groups in MARK, and what is done with what they find.
_HANDLERS: dict[str, Callable[[_Scanner, Match[str]], None]] = {
    "close": _Scanner.close,
    "spoiler": _Scanner.open_spoiler,
    "spoiler_pair": _Scanner.open_spoiler_pair,
    "end_spoiler": _Scanner.close_spoiler_pair,
    "note": _Scanner.open_note,
    "note_label": _Scanner.open_label,
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
    "bracket_escape": _Scanner.bracket_escape,
    "dash": _Scanner.dash,
    "raised": _Scanner.raised,
}
