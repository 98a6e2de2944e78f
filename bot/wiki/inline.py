"""Inline markup of one line, or of lines joined by a line break, to spans and notes.

One compiled scanner finds the tokens, and a table at the end gives each its handler. Nesting costs a stack of frames
and no recursion, so any text is read in linear time. No visible word is lost. What is open at the end of the line is
closed there: an unclosed spoiler hides everything that follows it.

What double brackets open, only double brackets close. A note or a style that overlaps a spoiler shortens nothing that
the spoiler hides.
"""

from collections.abc import Callable
from dataclasses import replace
from re import Match
from typing import Any

from bot.wiki.lexicon import Lexicon
from bot.wiki.links import Link, parse_brace_link, parse_bracket_target, parse_wiki_word
from bot.wiki.spans import BOLD, ITALIC, LARGE, MONOSPACE, SMALL, STRUCK, InlineResult, SpanBuffer, merge_fragments
from bot.wiki.tokens import TOKEN


def read_inline(text: str, lexicon: Lexicon) -> InlineResult:
    """Return what is in `text`, a line without its block sign."""
    return _InlineScanner(text, lexicon).read()


class _InlineScanner:
    """The state of reading one line: where text goes, whether it is hidden, and what is open."""

    __slots__ = (
        "buffer", "current_spoiler", "frames", "inner_notes", "last_spoiler", "lexicon", "missing_closers",
        "note", "open_spoiler_tags", "open_spoilers", "out", "position", "row", "text",
    )  # fmt: skip

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text, self.lexicon = text, lexicon
        self.out = InlineResult()
        self.row = self.buffer = SpanBuffer()
        self.position = 0
        self.frames: list[tuple[CloseHandler, Any]] = []  # what double brackets opened
        self.open_spoilers = self.open_spoiler_tags = (
            0  # how many spoilers are open, how many of them as [[spoiler]]…[[/spoiler]]
        )
        self.current_spoiler = self.last_spoiler = 0  # the number of the outermost open spoiler, and of the last one
        self.note: tuple[SpanBuffer, str, int] | None = (
            None  # the open note: where its text goes, its label and spoiler
        )
        self.inner_notes = 0
        self.missing_closers: set[str] = set()

    def read(self) -> InlineResult:
        text, find, handlers = self.text, TOKEN.search, _HANDLERS
        at = 0
        while token := find(text, at):
            start, self.position = token.span()
            if start > at:
                sink = self.buffer
                sink.fragments.append((text[at:start], sink.bits, sink.page, self.current_spoiler))
            handlers[token.lastgroup or ""](self, token)
            at = self.position
        if at < len(text):
            self.add(text[at:])
        return self.finish()

    def finish(self) -> InlineResult:
        while self.frames:
            self.pop(closed=False)
        if self.note:
            self.diagnose("a note is not closed", "a note to the end of its row")
            self.end_note()
        if self.open_spoiler_tags:
            self.diagnose("[[spoiler]] is not closed", "hidden to the end of its row")
        self.out.spans, self.out.notes = self.row.to_spans()
        return self.out

    def add(self, text: str) -> None:
        sink = self.buffer
        sink.fragments.append((text, sink.bits, sink.page, self.current_spoiler))

    def add_label(self, text: str, page: str | None) -> None:
        if text:
            self.buffer.fragments.append((text, self.buffer.bits, page, self.current_spoiler))

    def add_blank(self) -> None:
        pieces = self.buffer.fragments
        if pieces and not pieces[-1][0][-1:].isspace():
            self.add(" ")

    def diagnose(self, what: str, reading: str) -> None:
        self.out.diagnostics.append((what, reading))

    # --- frames: what double brackets opened, and how to undo it

    def push(self, undo: "CloseHandler", saved: object = None) -> None:
        self.frames.append((undo, saved))

    def pop(self, *, closed: bool) -> None:
        undo, saved = self.frames.pop()
        undo(self, saved, closed)

    def close_bracket(self, token: Match[str]) -> None:
        if self.frames:
            self.pop(closed=True)
        else:
            self.add(token[0])
            self.diagnose("]] closes nothing", "kept as text")

    def undo_nothing(self, _saved: object, _closed: bool) -> None:
        pass

    # --- spoilers

    def open_spoiler(self, token: Match[str]) -> None:
        if token[0][-1].isspace() and not self.open_spoilers:
            # The page has the blank inside; outside it reads the same and is not hidden.
            self.add_blank()
        self.hide()
        self.push(_InlineScanner.end_spoiler)

    def end_spoiler(self, _: object, closed: bool) -> None:
        self.reveal()
        if not closed:
            self.diagnose("a spoiler is not closed", "hidden to the end of its row")

    def open_spoiler_pair(self, _: Match[str]) -> None:
        self.open_spoiler_tags += 1
        self.hide()

    def close_spoiler_pair(self, _: Match[str]) -> None:
        if self.open_spoiler_tags:
            self.open_spoiler_tags -= 1
            self.reveal()
        else:
            self.diagnose("[[/spoiler]] closes nothing", "left out")

    def hide(self) -> None:
        self.open_spoilers += 1
        if self.open_spoilers == 1:
            self.last_spoiler += 1
            self.current_spoiler = self.last_spoiler

    def reveal(self) -> None:
        self.open_spoilers -= 1
        if not self.open_spoilers:
            self.current_spoiler = 0

    # --- notes: at most one is open, and nothing but its own sign closes it

    def begin_note(self, label: str) -> None:
        if self.buffer is self.row:
            self.note = (SpanBuffer(), label, self.current_spoiler)
            self.buffer, self.inner_notes = self.note[0], 0
        else:
            self.inner_notes += 1  # a note in a note or a caption is read where it stands

    def close_note(self, _: Match[str]) -> None:
        if self.inner_notes:
            self.inner_notes -= 1
        elif self.note and self.buffer is self.note[0]:
            self.end_note()
        else:
            self.diagnose("[[/note]] closes nothing", "left out")

    def end_note(self) -> None:
        assert self.note is not None  # noqa: S101 - asked before
        sink, label, spoiler = self.note
        spans = merge_fragments(sink.finish())
        if spoiler:
            # What ends the spoiler inside the note ends it for the row, not for the note's own text.
            spans = tuple(replace(span, spoiler=span.spoiler or spoiler) for span in spans)
        self.row.notes.append((len(self.row.fragments), label, spans, spoiler))
        self.buffer, self.note = self.row, None

    # --- labels of notes, captions, boxes, pictures: brackets whose text stands elsewhere

    def push_buffer(self, undo: "CloseHandler") -> None:
        self.push(undo, self.buffer)
        self.buffer = SpanBuffer()

    def pop_buffer(self, outer: SpanBuffer) -> SpanBuffer:
        inner, self.buffer = self.buffer, outer
        return inner

    def end_label(self, outer: SpanBuffer, closed: bool) -> None:
        pieces = [piece for piece in self.pop_buffer(outer).finish() if piece[0]]
        label = "".join([text for text, *_, spoiler in pieces if spoiler == self.current_spoiler])
        if not closed or outer is not self.row or any(piece[3] != self.current_spoiler for piece in pieces):
            outer.fragments += pieces  # a label is shown in clear: one that hides something is text before the note
            label = ""
        if closed:
            self.begin_note(label or "note")

    def end_caption(self, outer: SpanBuffer, _closed: bool) -> None:
        self.out.caption += merge_fragments(self.pop_buffer(outer).finish())

    def end_box(self, outer: SpanBuffer, _closed: bool) -> None:
        self.out.boxes.append(merge_fragments(self.pop_buffer(outer).finish()))

    def end_picture(self, outer: SpanBuffer, closed: bool) -> None:
        inner = self.pop_buffer(outer)
        if not closed:
            outer.fragments += [piece for piece in inner.finish() if piece[0]]

    # --- links

    def wiki_word(self, token: Match[str]) -> None:
        if self.buffer.links and "{" not in token[0]:
            self.add(token[0])  # a label is shown as typed
        else:
            self.add_link(parse_wiki_word(token[0]))

    def add_link(self, link: Link) -> None:
        words = self.lexicon.title(link.page) if link.page and link.label is None else link.label or ""
        self.add_label(link.before + words + link.after, self.buffer.page if self.buffer.links else link.page)

    def open_link(self, token: Match[str]) -> None:
        page, typed = parse_bracket_target(token["target"])
        if page is None:
            self.add_label(typed + (token["gap"] or ""), self.buffer.page)
        elif self.text.startswith("]]", self.position):
            self.add_label(typed or self.lexicon.title(page), page)
        self.begin_label(page)

    def open_address(self, _: Match[str]) -> None:
        if self.text.startswith("]]", self.position):
            self.add_label("[1]", None)
        self.begin_label(None)

    def begin_label(self, page: str | None) -> None:
        sink = self.buffer
        self.push(_InlineScanner.end_link, (sink, sink.page))
        sink.page = page
        sink.links += 1

    def end_link(self, saved: tuple[SpanBuffer, str | None], closed: bool) -> None:
        sink, page = saved
        sink.page = page
        sink.links -= 1
        if not closed:
            self.diagnose("a link is not closed", "its label runs to the end of its row")

    # --- styles

    def toggle_style(self, token: Match[str]) -> None:
        sink, run = self.buffer, len(token[0])
        if spare := run - 5 if run > 5 else run == 4:
            self.add("'" * spare)
        if run == 2 or run >= 5:
            sink.toggle(ITALIC, "''", self.current_spoiler)
        if run == 3 and sink.bits & (ITALIC | BOLD) == ITALIC:
            # ''Film/ForrestGump'''s: an apostrophe after italics.
            sink.toggle(ITALIC, "''", self.current_spoiler)
            self.add("'")
        elif run > 2:
            sink.toggle(BOLD, "'''", self.current_spoiler)

    def monospace(self, token: Match[str]) -> None:
        self.buffer.toggle(MONOSPACE, token[0], self.current_spoiler)

    def size(self, typed: str, *, opens: bool) -> None:
        bit = SMALL if "-" in typed else LARGE
        if opens is not bool(self.buffer.bits & bit):
            self.buffer.toggle(bit, typed, self.current_spoiler)
        elif opens:
            self.add(typed)
        else:
            self.position -= 1  # the bracket may belong to a token of its own
            self.add(em_dash(typed[:-1]))

    def open_strike(self, _: Match[str]) -> None:
        self.push(_InlineScanner.end_strike, (self.buffer, self.buffer.bits & STRUCK))
        self.buffer.bits |= STRUCK

    def end_strike(self, saved: tuple[SpanBuffer, int], _closed: bool) -> None:
        sink, struck = saved
        sink.bits = sink.bits & ~STRUCK | struck

    # --- everything else

    def open_unknown(self, _: Match[str]) -> None:
        self.diagnose("[[ opens nothing known", "its text is kept")
        self.push(_InlineScanner.undo_nothing)

    def escape(self, token: Match[str]) -> None:
        sign = token[0][1]
        end = self.find_closer(sign + "]", self.position)
        if end < 0:
            self.add(token[0])
            return
        if end > self.position:
            sink, monospace = self.buffer, MONOSPACE if sign == "@" else 0
            sink.fragments.append(
                (self.text[self.position : end], sink.bits | monospace, sink.page, self.current_spoiler)
            )
        self.position = end + 2

    def bracket_escape(self, token: Match[str]) -> None:
        """Read ``[[=``: a bracket before an escape, or double brackets if no escape ends here."""
        if self.find_closer(self.text[self.position] + "]", self.position + 1) < 0:
            self.open_unknown(token)
        else:
            self.position -= 1
            self.add("[")

    def find_closer(self, closer: str, at: int) -> int:
        end = -1 if closer in self.missing_closers else self.text.find(closer, at)
        if end < 0:
            self.missing_closers.add(closer)  # looked for once, so that any text is read in linear time
        return end


def em_dash(typed: str) -> str:
    """Return an em dash for two or three hyphens, anything else as typed."""
    return "—" if typed in ("--", "---") else typed


CloseHandler = Callable[[_InlineScanner, Any, bool], None]


def _diverts(close: CloseHandler) -> Callable[[_InlineScanner, Match[str]], None]:
    """Return a handler that sends the following text to a buffer of its own, until `close` gets it."""
    return lambda scanner, _: scanner.push_buffer(close)


# The names of the groups in MARK, and what is done with what they find.
_HANDLERS: dict[str, Callable[[_InlineScanner, Match[str]], None]] = {
    "close": _InlineScanner.close_bracket,
    "spoiler": _InlineScanner.open_spoiler,
    "spoiler_pair": _InlineScanner.open_spoiler_pair,
    "end_spoiler": _InlineScanner.close_spoiler_pair,
    "note": lambda scanner, _: scanner.begin_note("note"),
    "note_label": _diverts(_InlineScanner.end_label),
    "end_note": _InlineScanner.close_note,
    "caption": _diverts(_InlineScanner.end_caption),
    "box": _diverts(_InlineScanner.end_box),
    "picture": _diverts(_InlineScanner.end_picture),
    "word": _InlineScanner.wiki_word,
    "braces": lambda scanner, token: scanner.add_link(parse_brace_link("", token[0])),
    "link": _InlineScanner.open_link,
    "bracket_address": _InlineScanner.open_address,
    "cut_link": lambda scanner, _: scanner.begin_label(None),
    "address": lambda scanner, token: scanner.add(token[0]),
    "quotes": _InlineScanner.toggle_style,
    "monospace": _InlineScanner.monospace,
    "open_size": lambda scanner, token: scanner.size(token[0], opens=True),
    "close_size": lambda scanner, token: scanner.size(token[0], opens=False),
    "strike": _InlineScanner.open_strike,
    "kept": lambda scanner, _: scanner.push(_InlineScanner.undo_nothing),
    "soft_return": lambda scanner, _: scanner.add_blank(),
    "void": lambda *_: None,
    "style_mark": lambda *_: None,
    "unknown": _InlineScanner.open_unknown,
    "escape": _InlineScanner.escape,
    "bracket_escape": _InlineScanner.bracket_escape,
    "dash": lambda scanner, token: scanner.add(em_dash(token[0])),
    "raised": lambda scanner, token: scanner.add_label(token[0][2:-2], scanner.buffer.page),
}
