"""An example's text as markdown: what each part looks like, in pages that fit a card.

A page is built a row at a time: every row holds its own tags, so a page can end after any of them. How a row starts
depends on the row above it: four blanks without a list above are a code block for some readers, which shows tags.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import chain

from bot.model import Example, Kind, Note, Part, Span, Trope, clear_text
from bot.render import words
from bot.render.cutting import shorten, split_spans
from bot.render.limits import SPOILERS, size
from bot.render.markdown import Markdown, clean, joined, rows_of, tags_in

PAGE = 2800  # leaves room in a card for heading, footer and whatever a translation adds
ROW = PAGE // 2
PORTION = ROW // 2  # of a row that is cut; escaping and tags can double it
OPENING = 130
DEEPEST = 5
UNLABELLED = "note"


class _Look(Enum):
    PLAIN = auto()
    LIST = auto()
    QUOTE = auto()
    SMALL = auto()


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a part. The level is that of a list, from 1; the first row of an item bears its sign."""

    look: _Look
    text: Markdown
    level: int = 0
    first: bool = True


class _Page:
    """Rows that one card shows: at most 2,800 characters and 90 tags."""

    def __init__(self) -> None:
        self._rows: list[Markdown] = []
        self._room, self._tags = PAGE, SPOILERS
        self._above: _Row | None = None

    @property
    def text(self) -> Markdown:
        return joined(self._rows)

    def take(self, row: _Row) -> bool:
        """Adds a row, and tells whether there was room for it; an empty page has room for any."""
        row = replace(row, level=self._level(row))
        text = Markdown(self._prefix(row) + row.text)
        length, tags = size(text) + 1, tags_in(text)
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
        return {_Look.QUOTE: "> ", _Look.SMALL: "-# "}.get(row.look, "")


def pages_of(example: Example) -> list[Markdown]:
    """Returns an example's text in pages, at least one, each of at most 2,800 characters and 90 spoilers."""
    pages = [_Page()]
    for row in chain.from_iterable(_rows(part) for part in example.parts):
        if not pages[-1].take(row):
            pages.append(_Page())
            pages[-1].take(row)
    return [page.text for page in pages]


def opening(example: Example) -> Markdown:
    """Returns the beginning of what an example shows in clear, for a list; spoilers are named, not shown."""
    texts = (clear_text(part.spans, f" {words.SPOILER} ") for part in example.parts)
    return joined(rows_of([Span(shorten(clean(" ".join(texts)).strip(), OPENING))]))


def _rows(part: Part) -> Iterator[_Row]:
    look, level = _look(part), 0
    if look is _Look.LIST:
        level = max(part.depth - 1, 1)
    spans = (Span("— "), *part.spans) if part.kind is Kind.ATTRIBUTION else part.spans
    for at, text in enumerate(_texts(spans)):
        yield _Row(look, text, level, not at)
    for note in part.notes:
        yield from (_Row(_Look.SMALL, text) for text in _texts(_note(note)))


def _look(part: Part) -> _Look:
    if part.kind in (Kind.QUOTE, Kind.ATTRIBUTION):
        return _Look.QUOTE
    if part.kind is Kind.ITEM or (part.kind is Kind.BULLET and part.depth > 1):
        return _Look.LIST
    return _Look.PLAIN


def _note(note: Note) -> Iterator[Span]:
    """Yields a note's label and text; all of it is hidden where its label stands in a spoiler."""
    own = note.label != UNLABELLED
    if note.spoiler or not own:
        yield Span(f"{words.NOTE}: ")
    if own:
        yield Span(f"{note.label}: ", spoiler=note.spoiler)
    yield from (replace(span, spoiler=span.spoiler or note.spoiler) for span in note.spans)


def _texts(spans: Iterable[Span]) -> list[Markdown]:
    """Returns spans as rows; a row is cut only if it would fill more than half a page."""
    spans = tuple(spans)
    rows = rows_of(spans)
    if all(size(row) <= ROW and tags_in(row) <= SPOILERS // 2 for row in rows):
        return rows
    return [row for portion in split_spans(spans, PORTION, SPOILERS // 2) for row in rows_of(portion)]


def description(trope: Trope) -> Markdown:
    """Returns what a trope is, as far as one card has room for it."""
    return pages_of(Example(0, "", None, None, (), trope.description))[0]
