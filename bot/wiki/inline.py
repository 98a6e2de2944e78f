"""Read the inline markup of a block into spans and notes, in linear time.

Open brackets are a stack, so nesting needs no recursion. The line's end closes what is open. Of an unclosed spoiler it
says so, and `open_spoilers` says what it hides below. Only double brackets close double brackets. A note or style that
overlaps a spoiler never shortens it. No visible word is lost.
"""

from collections.abc import Callable
from re import Match

from bot.wiki.lexicon import Lexicon
from bot.wiki.links import parse_bracket_target
from bot.wiki.spans import (
    BOLD,
    ITALIC,
    LARGE,
    MONOSPACE,
    NO_SPOILERS,
    NOTHING_LOOSE,
    SMALL,
    STRUCK,
    InlineResult,
    Loose,
    OpenSpoilers,
    SpanBuffer,
    Spans,
    merge_fragments,
)
from bot.wiki.tokens import TOKEN

_BEFORE_WORDS = '([{"“‘—–/'
# What opened double brackets, and the buffer around them with its page and style bits.
Frame = tuple[str, SpanBuffer, str | None, int]


def read_inline(text: str, lexicon: Lexicon, hidden: OpenSpoilers = NO_SPOILERS) -> InlineResult:
    """Read the text of a block, of which spoilers in blocks above hide some."""
    return _InlineScanner(text, lexicon, hidden).read()


class _InlineScanner:
    __slots__ = (
        "boxes", "brackets_above", "buffer", "caption", "current_spoiler", "diagnostics", "frames", "inner_notes",
        "last_spoiler", "lexicon", "loose_closers", "loose_tag_closers", "missing_closers", "note",
        "open_spoiler_tags", "open_spoilers", "position", "row", "text",
    )  # fmt: skip

    def __init__(self, text: str, lexicon: Lexicon, hidden: OpenSpoilers) -> None:
        self.text, self.lexicon = text, lexicon
        self.row = self.buffer = SpanBuffer()
        self.caption: Spans = ()
        self.boxes: list[Spans] = []
        self.diagnostics: list[tuple[str, str]] = []
        self.position = 0
        self.frames: list[Frame] = []
        self.brackets_above, self.open_spoiler_tags = hidden  # tags, [[spoiler]]…[[/spoiler]]
        self.open_spoilers = self.open_spoiler_tags + (self.brackets_above > 0)
        self.current_spoiler = 1 if self.open_spoilers else 0  # the outermost open one, or 0
        self.last_spoiler = self.current_spoiler
        self.loose_closers = self.loose_tag_closers = 0
        self.note: tuple[SpanBuffer, str, int] | None = None  # the open one: text, label, spoiler
        self.inner_notes: list[str] = []  # closing brackets of notes in a note or caption
        self.missing_closers: set[str] = set()

    def read(self) -> InlineResult:
        text, find, handlers = self.text, TOKEN.search, _HANDLERS
        at = 0
        while token := find(text, at):
            start, self.position = token.span()
            if start > at:
                buffer = self.buffer
                buffer.fragments.append((text[at:start], buffer.bits, buffer.page, self.current_spoiler))
            handlers[token.lastgroup or ""](self, token)
            at = self.position
        if at < len(text):
            self.add(text[at:])
        loose = NOTHING_LOOSE
        if self.frames or self.open_spoiler_tags or self.loose_closers or self.loose_tag_closers:
            loose = self.close_frames()
        if self.note:
            self.diagnose("a note is not closed", "a note to the end of its row")
            self.end_note(*self.note)
        spans, notes = self.row.to_spans()
        return InlineResult(spans, notes, self.caption, tuple(self.boxes), tuple(self.diagnostics), loose)

    def close_frames(self) -> Loose:
        """Close what is open at the end of the line. Return what is loose."""
        openers = tuple([frame[0] == "spoiler" for frame in self.frames])
        loose = Loose(self.loose_closers, openers, self.loose_tag_closers, self.open_spoiler_tags)
        while self.frames:
            self.close_frame(closed=False)
        return loose

    def add(self, text: str) -> None:
        buffer = self.buffer
        buffer.fragments.append((text, buffer.bits, buffer.page, self.current_spoiler))

    def add_label(self, text: str, page: str | None) -> None:
        if text:
            self.buffer.fragments.append((text, self.buffer.bits, page, self.current_spoiler))

    def diagnose(self, message: str, interpretation: str) -> None:
        self.diagnostics.append((message, interpretation))

    # --- double brackets

    def open_frame(self, kind: str) -> None:
        self.frames.append((kind, self.buffer, self.buffer.page, self.buffer.bits))

    def close_bracket(self, token: Match[str]) -> None:
        if self.frames:
            self.close_frame(closed=True)
        elif self.brackets_above:
            self.brackets_above -= 1
            if not self.brackets_above:
                self.end_spoiler()
        else:
            self.loose_closers += 1
            self.add(token[0])
            self.diagnose("]] closes nothing", "left as text")

    def close_frame(self, *, closed: bool) -> None:
        """Close the innermost frame. `closed` is False at the end of the line."""
        kind, buffer, page, bits = self.frames.pop()
        match kind:
            case "link":
                buffer.page = page
                buffer.links -= 1
                if not closed:
                    self.diagnose("a link is not closed", "its label runs to the end of its row")
            case "spoiler":
                self.end_spoiler()
            case "strike":
                buffer.bits = buffer.bits & ~STRUCK | bits & STRUCK
            case "note_label" | "caption" | "box" | "picture":
                self.close_buffer(kind, buffer, closed=closed)

    def open_transparent(self, token: Match[str]) -> None:
        """Open brackets that show only their text."""
        if token.lastgroup != "transparent":
            self.diagnose("[[ opens nothing known", "its text stays")
        self.open_frame("transparent")

    def open_buffer(self, token: Match[str]) -> None:
        """Open brackets whose text belongs elsewhere."""
        self.open_frame(token.lastgroup or "")
        self.buffer = SpanBuffer()

    def close_buffer(self, kind: str, outer: SpanBuffer, *, closed: bool) -> None:
        fragments, self.buffer = self.buffer.finish(), outer
        if kind == "caption":
            self.caption += merge_fragments(fragments)
        elif kind == "box":
            self.boxes.append(merge_fragments(fragments))
        elif kind == "picture":
            outer.fragments += [] if closed else filter(_has_text, fragments)
        elif closed and outer is not self.row:
            self.add_space()  # a note in a note or caption stays there: "(label: text)"
            self.add("(")
            outer.fragments += filter(_has_text, fragments)
            if fragments:
                self.add(":" if self.text[self.position : self.position + 1].isspace() else ": ")
            self.inner_notes.append(")")
        else:
            hides = any(spoiler != self.current_spoiler for text, *_, spoiler in fragments if text)
            visible = closed and not hides
            label = "".join([text for text, *_ in fragments]) if visible else ""
            if not visible:  # a label cannot hide text, so it becomes text before the note
                outer.fragments += filter(_has_text, fragments)
            if closed:
                self.begin_note(label or "note")

    # --- spoilers

    def open_spoiler(self, token: Match[str]) -> None:
        if not self.open_spoilers:
            if token[0][-1].isspace():
                self.add_space()  # reads the same outside the spoiler
            self.last_spoiler += 1
            self.current_spoiler = self.last_spoiler
        self.open_spoilers += 1
        if token.lastgroup == "spoiler":
            self.open_frame("spoiler")
        else:
            self.open_spoiler_tags += 1

    def end_spoiler(self) -> None:
        self.open_spoilers -= 1
        if not self.open_spoilers:
            self.current_spoiler = 0

    def close_spoiler_tag(self, _: Match[str]) -> None:
        if self.open_spoiler_tags:
            self.open_spoiler_tags -= 1
            self.end_spoiler()
        else:
            self.loose_tag_closers += 1
            self.diagnose("[[/spoiler]] closes nothing", "left out")

    # --- notes: at most one is open, and only its own closing tag ends it

    def begin_note(self, label: str) -> None:
        if self.buffer is self.row:
            self.buffer, self.inner_notes = SpanBuffer(), []
            self.note = (self.buffer, label, self.current_spoiler)
        else:
            self.inner_notes.append("")

    def close_note(self, _: Match[str]) -> None:
        if self.inner_notes:
            self.add(self.inner_notes.pop())
        elif self.note and self.buffer is self.note[0]:
            self.end_note(*self.note)
        else:
            self.diagnose("[[/note]] closes nothing", "left out")

    def end_note(self, buffer: SpanBuffer, label: str, spoiler: int) -> None:
        spans = merge_fragments(buffer.finish())
        if spoiler:
            # Even if the spoiler ends inside the note, it hides the whole note.
            spans = tuple(span._replace(spoiler=span.spoiler or spoiler) for span in spans)
        self.row.notes.append((len(self.row.fragments), label, spans, spoiler))
        self.buffer, self.note = self.row, None

    # --- links

    def add_link(self, token: Match[str]) -> None:
        self.add_shown_link(token[0])

    def add_italic_link(self, token: Match[str]) -> None:
        buffer, typed = self.buffer, token[0][2:-2]
        if buffer.links or buffer.bits & ITALIC:  # within a label, or between two texts in italics
            buffer.toggle(ITALIC, "''", self.current_spoiler)
            self.add_shown_link(typed)
            buffer.toggle(ITALIC, "''", self.current_spoiler)
            return
        words, page = self.lexicon.link(typed)
        if words:
            buffer.fragments.append((words, buffer.bits | ITALIC, page, self.current_spoiler))

    def add_shown_link(self, typed: str) -> None:
        if self.buffer.links and "{" not in typed:
            self.add(typed)  # within a label, links are text
            return
        words, page = self.lexicon.link(typed)
        self.add_label(words, self.buffer.page if self.buffer.links else page)

    def open_link(self, token: Match[str]) -> None:
        """Open a label. Without one, show the page's title, or [1] for an address."""
        page, buffer = None, self.buffer
        without_label = self.text.startswith("]]", self.position)
        if token.lastgroup == "link":
            page, typed = parse_bracket_target(token["target"])
            if page is None:
                self.add_label(typed + (token["gap"] or ""), buffer.page)
            elif without_label:
                self.add_label(typed or self.lexicon.title(page), page)
        elif token.lastgroup == "bracket_address" and without_label:
            self.add_label("[1]", None)
        self.open_frame("link")
        buffer.page = page
        buffer.links += 1

    # --- styles

    def toggle_style(self, token: Match[str]) -> None:
        """Toggle italics and bold. Spare apostrophes are text."""
        buffer, run = self.buffer, len(token[0])
        if spare := run - 5 if run > 5 else run == 4:
            self.add("'" * spare)
        if run == 2 or run >= 5:
            buffer.toggle(ITALIC, "''", self.current_spoiler)
        if run == 3 and buffer.bits & (ITALIC | BOLD) == ITALIC and not self.opens_word(token):
            # ''Film/ForrestGump'''s: an apostrophe after italics.
            buffer.toggle(ITALIC, "''", self.current_spoiler)
            self.add("'")
        elif run > 2:
            buffer.toggle(BOLD, "'''", self.current_spoiler)

    def opens_word(self, token: Match[str]) -> bool:
        start, end = token.span()
        before, after = self.text[start - 1 : start], self.text[end : end + 1]
        return (before.isspace() or before in _BEFORE_WORDS) and not after.isspace()

    def toggle_monospace(self, token: Match[str]) -> None:
        self.buffer.toggle(MONOSPACE, token[0], self.current_spoiler)

    def toggle_size(self, token: Match[str]) -> None:
        typed, opens = token[0], token.lastgroup == "open_size"
        bit = SMALL if "-" in typed else LARGE
        if opens is not bool(self.buffer.bits & bit):
            self.buffer.toggle(bit, typed, self.current_spoiler)
        elif opens:
            self.add(typed)
        else:
            self.position -= 1  # the bracket may belong to another token
            self.add(em_dash(typed[:-1]))

    def open_strike(self, _: Match[str]) -> None:
        self.open_frame("strike")
        self.buffer.bits |= STRUCK

    # --- everything else

    def escape(self, token: Match[str]) -> None:
        sign, start = token[0][1], self.position
        end = self.find_closer(sign + "]", start)
        if end < 0:
            self.add(token[0])
            return
        if end > start:
            buffer = self.buffer
            bits = buffer.bits | MONOSPACE if sign == "@" else buffer.bits
            buffer.fragments.append((self.text[start:end], bits, buffer.page, self.current_spoiler))
        self.position = end + 2

    def bracket_escape(self, token: Match[str]) -> None:
        """Read ``[[=`` as a bracket and an escape, or as double brackets if no escape ends."""
        if self.find_closer(self.text[self.position] + "]", self.position + 1) < 0:
            self.open_transparent(token)
        else:
            self.position -= 1
            self.add("[")

    def find_closer(self, closer: str, at: int) -> int:
        end = -1 if closer in self.missing_closers else self.text.find(closer, at)
        if end < 0:
            self.missing_closers.add(closer)  # a search for each opening would take quadratic time
        return end

    def add_typed(self, token: Match[str]) -> None:
        self.add(em_dash(token[0]))

    def add_superscript(self, token: Match[str]) -> None:
        self.add_label(token[0][2:-2], self.buffer.page)

    def add_space(self, _: Match[str] | None = None) -> None:
        fragments = self.buffer.fragments
        if fragments and not fragments[-1][0][-1:].isspace():
            self.add(" ")

    def ignore(self, _: Match[str]) -> None:
        pass


def em_dash(typed: str) -> str:
    """Return an em dash for two or three hyphens, else `typed`."""
    return "—" if typed in ("--", "---") else typed


def _has_text(fragment: tuple[str, int, str | None, int]) -> bool:
    return bool(fragment[0])


# By group of TOKEN.
_HANDLERS: dict[str, Callable[[_InlineScanner, Match[str]], None]] = {
    "close": _InlineScanner.close_bracket,
    "spoiler": _InlineScanner.open_spoiler,
    "spoiler_tag": _InlineScanner.open_spoiler,
    "end_spoiler_tag": _InlineScanner.close_spoiler_tag,
    "note": lambda scanner, _: scanner.begin_note("note"),
    "end_note": _InlineScanner.close_note,
    "note_label": _InlineScanner.open_buffer,
    "caption": _InlineScanner.open_buffer,
    "box": _InlineScanner.open_buffer,
    "picture": _InlineScanner.open_buffer,
    "wiki_word": _InlineScanner.add_link,
    "brace_link": _InlineScanner.add_link,
    "italic_link": _InlineScanner.add_italic_link,
    "link": _InlineScanner.open_link,
    "bracket_address": _InlineScanner.open_link,
    "link_without_target": _InlineScanner.open_link,
    "quotes": _InlineScanner.toggle_style,
    "monospace": _InlineScanner.toggle_monospace,
    "open_size": _InlineScanner.toggle_size,
    "close_size": _InlineScanner.toggle_size,
    "strike": _InlineScanner.open_strike,
    "transparent": _InlineScanner.open_transparent,
    "unknown": _InlineScanner.open_transparent,
    "escape": _InlineScanner.escape,
    "bracket_escape": _InlineScanner.bracket_escape,
    "address": _InlineScanner.add_typed,
    "dash": _InlineScanner.add_typed,
    "superscript": _InlineScanner.add_superscript,
    "soft_return": _InlineScanner.add_space,
    "void": _InlineScanner.ignore,
    "style_mark": _InlineScanner.ignore,
}
