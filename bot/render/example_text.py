"""An example's text as markdown: what each part looks like, in pages that fit a card.

A page is built a row at a time: every row holds its own tags, so a page can end after any of them. How a row starts
depends on the row above it: four blanks without a list above are a code block for some readers, which shows tags.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum, auto
from typing import NamedTuple

from bot.components.limits import MAX_SPOILER_TAGS, discord_length
from bot.model import Example, Note, Part, PartKind, Span, Trope
from bot.render.kept import Kept
from bot.render.markdown import Markdown, count_spoiler_tags, join_lines, render_lines
from bot.render.truncate import chunk_spans

PAGE = 2800  # leaves room in a card for heading, footer and whatever a translation adds
ROW = PAGE // 2
PORTION = ROW // 2  # of a row that is cut; escaping and tags can double it
DESCRIPTION = 1500  # the card that tells what a trope is holds a row for each medium too
DEEPEST = 5
UNLABELLED = "note"
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class _Look(Enum):
    PLAIN = auto()
    LIST = auto()
    QUOTE = auto()


_LOOKS = {PartKind.QUOTE: _Look.QUOTE, PartKind.ATTRIBUTION: _Look.QUOTE, PartKind.LIST_ITEM: _Look.LIST}


class _Row(NamedTuple):
    """A row of a part. The level is that of a list, from 1; the first row of an item bears its sign."""

    look: _Look
    text: Markdown
    level: int = 0
    first: bool = True


class _Page:
    """Rows that one card shows: at most `room` characters and 90 tags."""

    def __init__(self, room: int) -> None:
        self._rows: list[Markdown] = []
        self._room, self._tags = room, MAX_SPOILER_TAGS
        self._above: _Row | None = None

    @property
    def text(self) -> Markdown:
        return join_lines(self._rows)

    def take(self, row: _Row) -> bool:
        """Adds a row, and tells whether there was room for it; an empty page has room for any."""
        if row.level:
            row = row._replace(level=self._level(row))
        text = Markdown(self._prefix(row) + row.text)
        length, tags = discord_length(text) + 1, count_spoiler_tags(text)
        if self._rows and (length > self._room or tags > self._tags):
            return False
        self._rows.append(text)
        self._room, self._tags, self._above = self._room - length, self._tags - tags, row
        return True

    def _level(self, row: _Row) -> int:
        """Returns a list row's level: at most one below the row above, so that no row is indented out of its list."""
        above = self._above.level if self._above else 0
        return min(row.level, DEEPEST, above + row.first)

    def _prefix(self, row: _Row) -> str:
        """Returns what stands before a row; a blank row parts text from the list or quote above, else it joins them."""
        if row.look is _Look.LIST:
            return "  " * (row.level - 1) + ("- " if row.first else "  " * bool(row.level))
        if row.look is _Look.PLAIN and self._above and self._above.look in (_Look.LIST, _Look.QUOTE):
            return "\n"
        return "> " if row.look is _Look.QUOTE else ""


# To make the pages is a tenth of what it costs to answer with an example.
_kept: Kept[list[Markdown]] = Kept()


def example_pages(example: Example) -> list[Markdown]:
    """Returns an example's text in pages, at least one, each of at most 2,800 characters and 90 spoilers."""
    return _kept.of(example, None, lambda: _paged(_rows(example.parts), PAGE))


def example_notes(example: Example) -> Markdown:
    """Returns an example's notes under their marks, as far as one card has room for them; empty if it has none."""
    rows = (
        _Row(_Look.PLAIN, text)
        for number, note in enumerate(example.notes, 1)
        for text in _texts(_note(_mark(number), note))
    )
    return _paged(rows, PAGE)[0]


def trope_description(trope: Trope) -> Markdown:
    """Returns what a trope is, as far as one card has room for it."""
    return _paged(_rows(trope.description), DESCRIPTION)[0]


def _paged(rows: Iterable[_Row], room: int) -> list[Markdown]:
    pages = [_Page(room)]
    for row in rows:
        if not pages[-1].take(row):
            pages.append(_Page(room))
            pages[-1].take(row)
    return [page.text for page in pages]


def _rows(parts: Iterable[Part]) -> Iterator[_Row]:
    noted = 0
    for part in parts:
        look = _look(part)
        level = max(part.depth - 1, 1) if look is _Look.LIST else 0
        marks = [_mark(number) for number in range(noted + 1, noted + len(part.notes) + 1)]
        noted += len(marks)
        for at, text in enumerate(_texts(_with_marks(part, marks))):
            yield _Row(look, text, level, not at)


def _look(part: Part) -> _Look:
    if part.depth > 1 and part.kind is PartKind.BULLET:
        return _Look.LIST
    return _LOOKS.get(part.kind, _Look.PLAIN)


def _mark(number: int) -> str:
    return str(number).translate(_SUPERSCRIPT)


def _with_marks(part: Part, marks: Sequence[str]) -> Iterator[Span]:
    """Yields a part's spans with a mark where each note stands, after the note's label if it has one of its own."""
    if not marks and part.kind is not PartKind.ATTRIBUTION:
        yield from part.spans
        return
    if part.kind is PartKind.ATTRIBUTION:
        yield Span("— ")
    text, start = part.text, 0
    waiting = [(_place(text, note), note, mark) for note, mark in zip(part.notes, marks, strict=True)]
    waiting.reverse()
    for span in part.spans:
        end = start + len(span.text)
        while waiting and waiting[-1][0] < end:
            at, note, mark = waiting.pop()
            if at > start:
                yield replace(span, text=text[start:at])
                start = at
            yield _label(note, mark)
        yield replace(span, text=text[start:end])
        start = end
    yield from (_label(note, mark) for _, note, mark in reversed(waiting))


def _place(text: str, note: Note) -> int:
    """Returns where a note's mark stands: at the word before it, or where its own label is."""
    return note.offset - (note.label == UNLABELLED and text.endswith(" ", 0, note.offset))


def _label(note: Note, mark: str) -> Span:
    return Span(mark if note.label == UNLABELLED else note.label + mark, spoiler=note.spoiler)


def _note(mark: str, note: Note) -> Iterator[Span]:
    """Yields a note's mark and text; all of the text is hidden where its label stands in a spoiler."""
    yield Span(f"{mark} ")
    yield from (replace(span, spoiler=span.spoiler or note.spoiler) for span in note.spans)


def _texts(spans: Iterable[Span]) -> list[Markdown]:
    """Returns spans as rows; a row is cut only if it would fill more than half a page."""
    spans = tuple(spans)
    rows = render_lines(spans)
    if not [row for row in rows if discord_length(row) > ROW or count_spoiler_tags(row) > MAX_SPOILER_TAGS // 2]:
        return rows
    return [row for portion in chunk_spans(spans, PORTION, MAX_SPOILER_TAGS // 2) for row in render_lines(portion)]
