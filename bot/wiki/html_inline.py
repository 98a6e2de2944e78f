"""Collect the inline content of a saved web page into spans and notes, block by block.

What is open at the end of a block stays open, so a spoiler around blocks hides them all. Doubt resolves toward
hiding, and no visible word is lost.
"""

from typing import Literal

from bot.model import Span
from bot.wiki.spans import LARGE, SMALL, Fragment, InlineResult, SpanBuffer, Spans, merge_fragments

Mark = tuple[SpanBuffer, int, int]  # a buffer, its numbers of fragments and notes
# Text beside the block's own.
Aside = Literal["caption", "box", "note_label", "note"]

_OTHER_BLANKS = "\u00a0\t\r\f"
_LOZENGE = "◊"  # small, after a link to an image
_BLANK_ENDS = ("", " ", "\n")
_CELL_SIGN = " | "
_DEFAULT_LABEL = "note"
_BLANK_SPAN = Span(" ")
_DASHES = "—―–-"


class InlineCollector:
    """Collects text into blocks."""

    __slots__ = (
        "bits", "boxes", "buffer", "caption", "current_spoiler", "label", "last_spoiler", "open_spoilers", "outer",
        "page", "row",
    )  # fmt: skip

    def __init__(self) -> None:
        self.bits = self.open_spoilers = 0
        self.page: str | None = None
        self.begin()

    def begin(self) -> None:
        """Begin a block, with spoilers, styles and links still open."""
        self.caption: Spans = ()
        self.boxes: list[Spans] = []
        self.row = self.buffer = SpanBuffer()
        self.outer: list[tuple[SpanBuffer, int, str, int]] = []  # around asides: buffer, bits, label, spoiler
        self.label: tuple[str, int] | None = None  # the next note's, and its spoiler
        self.last_spoiler = self.current_spoiler = 1 if self.open_spoilers else 0

    def add(self, data: str) -> None:
        """Add at least one character. A run of blanks becomes one space."""
        if self.bits & SMALL and data.strip() == _LOZENGE:
            return
        text = data.replace("\n", " ")
        if "  " in text or not text.isprintable():
            text = _collapse_blanks(text)
        fragments, spoiler = self.buffer.fragments, self.current_spoiler
        if self.label and text != " ":
            self.drop_label()
        if text[0] == " ":
            if not fragments or fragments[-1][0][-1:] in _BLANK_ENDS:
                text = text[1:]
            elif spoiler and fragments[-1][3] != spoiler:
                fragments.append((" ", self.bits, self.page, 0))  # reads the same outside the spoiler
                text = text[1:]
            if not text:
                return
        fragments.append((text, self.bits, self.page, spoiler))

    def break_line(self) -> None:
        """Add a line break after any text."""
        fragments = self.buffer.fragments
        if fragments:
            text, bits, page, spoiler = fragments[-1]
            fragments[-1] = (text.rstrip(" "), bits, page, spoiler)
            fragments.append(("\n", self.bits, None, self.current_spoiler))

    def start_line(self) -> None:
        """Add a line break within a line."""
        if self.is_within_line():
            self.break_line()

    def start_cell(self) -> None:
        """Add a cell sign, unless nothing or another one precedes it."""
        fragments = self.buffer.fragments
        if fragments and fragments[-1][0] is not _CELL_SIGN:
            fragments.append((_CELL_SIGN, 0, None, self.current_spoiler))

    def end_row(self) -> None:
        """Remove a trailing cell sign."""
        fragments = self.buffer.fragments
        if fragments and fragments[-1][0] is _CELL_SIGN:
            fragments[-1] = ("", 0, None, 0)  # offsets of notes count fragments

    def is_within_line(self) -> bool:
        """Return whether text follows the last line break."""
        fragments = self.buffer.fragments
        return bool(fragments) and fragments[-1][0] != "\n"

    # --- links

    def mark(self) -> Mark:
        """Return the current position, for `visible_since`."""
        return self.buffer, len(self.buffer.fragments), len(self.buffer.notes)

    def visible_since(self, mark: Mark) -> str:
        """Return the text since a mark, or "" if some is hidden or the block has ended."""
        buffer, start, notes = mark
        fragments = self.buffer.fragments[start:]
        if buffer is not self.buffer or len(buffer.notes) != notes or any(fragment[3] for fragment in fragments):
            return ""
        return "".join([fragment[0] for fragment in fragments]).strip()

    # --- spoilers

    def open_spoiler(self) -> None:
        """Hide text up to the matching `close_spoiler`."""
        if not self.open_spoilers:
            self.last_spoiler += 1
            self.current_spoiler = self.last_spoiler
        self.open_spoilers += 1

    def close_spoiler(self) -> None:
        """Close the innermost spoiler."""
        self.open_spoilers -= 1
        if not self.open_spoilers:
            self.current_spoiler = 0

    # --- asides

    def open_aside(self, kind: Aside) -> None:
        """Collect text separately, up to the matching `close_aside`."""
        label, spoiler = _DEFAULT_LABEL, self.current_spoiler
        if kind == "note":
            label, label_spoiler = self.label or (_DEFAULT_LABEL, 0)
            self.label = None
            spoiler = spoiler or label_spoiler
            self.open_spoilers += bool(spoiler)
            self.current_spoiler = spoiler
        elif self.label:
            self.drop_label()
        self.outer.append((self.buffer, self.bits, label, spoiler))
        self.buffer, self.bits = SpanBuffer(), 0

    def close_aside(self, kind: Aside) -> None:
        """Put the innermost aside where it belongs."""
        if self.label:
            self.drop_label()
        fragments = self.buffer.finish()
        self.buffer, self.bits, label, spoiler = self.outer.pop()
        match kind:
            case "caption":
                caption = merge_fragments(fragments)
                self.caption += (_BLANK_SPAN, *caption) if caption and self.caption else caption
            case "box":
                self.boxes += filter(None, [merge_fragments(fragments)])
            case "note_label":
                self.end_label(fragments)
            case "note":
                self.end_note(fragments, label, spoiler)

    def end_label(self, fragments: list[Fragment]) -> None:
        """Store a note's label. It cannot hide text, so one with a spoiler becomes text before the note."""
        if any(spoiler != self.current_spoiler for text, *_, spoiler in fragments if text):
            self.buffer.fragments += fragments
            fragments = []
        text = "".join([text for text, *_ in fragments])
        self.label = (" ".join(text.split()) or _DEFAULT_LABEL, self.current_spoiler)

    def end_note(self, fragments: list[Fragment], label: str, spoiler: int) -> None:
        """Add a note. Within another aside it becomes text in brackets."""
        if self.buffer is self.row:
            spans = merge_fragments(fragments)
            if spoiler:
                spans = tuple([span._replace(spoiler=span.spoiler or spoiler) for span in spans])
            self.row.notes.append((len(self.row.fragments), label, spans, spoiler))
        elif label != _DEFAULT_LABEL or any(text for text, *_ in fragments):
            self.add(" (" if label == _DEFAULT_LABEL else f" ({label}: ")
            self.buffer.fragments += fragments
            self.buffer.fragments.append((")", self.bits, None, self.current_spoiler))
        if spoiler:
            self.close_spoiler()

    def drop_label(self) -> None:
        """Show a label without a note as text."""
        assert self.label is not None  # noqa: S101 - its callers have asked
        (text, spoiler), self.label = self.label, None
        self.buffer.fragments.append((text, self.bits, None, self.current_spoiler or spoiler))

    # --- the end of a block

    def is_empty(self) -> bool:
        """Return whether the block is empty."""
        row = self.row
        return not (row.fragments or row.notes or self.label or self.caption or self.boxes)

    def finish(self, *, attribution: bool = False) -> InlineResult | None:
        """End the block. Return its content, or None if empty. An attribution loses its dash."""
        if self.label:
            self.drop_label()
        row = self.row
        if row.fragments:
            text, bits, page, spoiler = row.fragments[-1]
            row.fragments[-1] = (text.rstrip(" "), bits, page, spoiler)  # a line feed at the end became a blank
        if attribution:
            _strip_dash(row.finish())
        content = InlineResult(*row.to_spans(), self.caption, tuple(self.boxes))
        self.begin()
        return content if content.spans or content.notes or content.caption or content.boxes else None

    def is_in_small_capitals(self) -> bool:
        """Return whether the block is all in small capitals, colons aside."""
        texts = [(text, bits) for text, bits, *_ in self.row.fragments if text.strip(" :\n")]
        return bool(texts) and all(bits & LARGE for _, bits in texts)

    def begins_with_dash(self) -> bool:
        """Return whether a visible dash begins the block."""
        first = next((fragment for fragment in self.row.fragments if fragment[0].strip()), None)
        return first is not None and not first[3] and first[0].lstrip()[0] in _DASHES[:2]


def _collapse_blanks(text: str) -> str:
    for blank in _OTHER_BLANKS:  # faster than an expression
        text = text.replace(blank, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _strip_dash(fragments: list[Fragment]) -> None:
    for index, (text, bits, page, spoiler) in enumerate(fragments):
        if text.strip():
            fragments[index] = (text.lstrip().lstrip(_DASHES), bits, page, spoiler)
            return
