"""Render an example as Markdown, in pages that fit a card.

A line's start depends on the line above. Without a list above, some clients read four blanks as code and show what is
in tags.
"""

from collections.abc import Iterable
from enum import Enum, auto
from typing import NamedTuple

from bot.cache import RENDERED_BYTES, cached_by_size
from bot.components.limits import discord_length
from bot.model import Entry, Part, PartKind, Span, TextLine
from bot.render.lines import SPLIT_RATIO, RenderedLine, count_spoiler_tags, note_lines, part_lines, render_each
from bot.render.markdown import Markdown, join_lines, render_line
from bot.render.truncate import ELLIPSIS, chunk_spans

MAX_LIST_DEPTH = 5
LINE_OVERHEAD, MIN_CHUNK = 14, 40  # of a line's start and end; of a line that is cut


class LineStyle(Enum):
    """How a line starts."""

    PLAIN = auto()
    LIST = auto()
    QUOTE = auto()


STYLE_BY_KIND = {
    PartKind.QUOTE: LineStyle.QUOTE,
    PartKind.ATTRIBUTION: LineStyle.QUOTE,
    PartKind.LIST_ITEM: LineStyle.LIST,
}


class PlacedLine(NamedTuple):
    """A line with its start, in a list of this level (0: none)."""

    style: LineStyle
    text: Markdown
    level: int


def example_text(entry: Entry) -> Markdown:
    """Return the page of an example that an entry shows."""
    return short_text(entry.example.parts) if entry.lines is None else lines_text(entry.lines)


def example_excerpt(entry: Entry, max_length: int, max_tags: int) -> tuple[Markdown, bool]:
    """Return an example's beginning within limits (of at least 100 characters), and whether it is all of it."""
    lines: list[RenderedLine] = []
    for line in part_lines(entry.example.parts) if entry.lines is None else render_each(entry.lines):
        tags = count_spoiler_tags(line.text)
        left = max_length - discord_length(line.text) - LINE_OVERHEAD
        if left < 0 or tags > max_tags:
            return join_placed([*lines, *line_beginning(line, max_length - LINE_OVERHEAD, max_tags)]), False
        lines.append(line)
        max_length, max_tags = left, max_tags - tags
    return join_placed(lines), entry.page_count == 1


def line_beginning(line: RenderedLine, max_length: int, max_tags: int) -> list[RenderedLine]:
    """Return a line cut to fit, or nothing if there is hardly room."""
    length = max_length // SPLIT_RATIO
    if length < MIN_CHUNK or not max_tags:
        return []
    cut = next(chunk_spans(line.source.spans, length, max_tags))
    return [line._replace(text=render_line((*cut, Span(ELLIPSIS))))]


def notes_text(entry: Entry) -> Markdown:
    """Return the numbered notes of an example. An entry of a long one has them as its lines."""
    if entry.lines is None:
        return join_placed(note_lines(entry.example.notes))
    return lines_text(entry.lines)


@cached_by_size(RENDERED_BYTES)  # Cached: rendering takes most of a card's time, and examples are shown again.
def short_text(parts: tuple[Part, ...]) -> Markdown:
    """Return the text of parts that fit one page."""
    return join_placed(part_lines(parts))


def lines_text(lines: Iterable[TextLine]) -> Markdown:
    """Return the text of lines that fit one page."""
    return join_placed(render_each(lines))


def join_placed(lines: Iterable[RenderedLine]) -> Markdown:
    """Join lines as one page, each with its start."""
    placed: list[PlacedLine] = []
    for line in lines:
        placed.append(place_below(line, placed[-1] if placed else None))
    return join_lines([line.text for line in placed])


def place_below(line: RenderedLine, above: PlacedLine | None) -> PlacedLine:
    """Add the start that a line needs below another, or atop a page."""
    kind, depth, _, continues = line.source
    is_sub_bullet = kind is PartKind.BULLET and depth > 1
    style = LineStyle.LIST if is_sub_bullet else STYLE_BY_KIND.get(kind, LineStyle.PLAIN)
    level, prefix = 0, ""
    match style:
        case LineStyle.LIST:
            # More than one level deeper than the line above, it would fall out of its list.
            level = min(max(depth - 1, 1), MAX_LIST_DEPTH, (above.level if above else 0) + (not continues))
            prefix = "  " * (level - 1) + ("  " * bool(level) if continues else "- ")
        case LineStyle.QUOTE:
            prefix = "> "
        case LineStyle.PLAIN:
            # A blank line ends the list or quote above.
            prefix = "\n" if above and above.style is not LineStyle.PLAIN else ""
    return PlacedLine(style, Markdown(prefix + line.text), level)
