"""Render an example as Markdown, in pages that fit a card.

Each line has its own spoiler tags, so a page can end after any line. A line's start depends on the line above. Without
a list above, some clients read four blanks as code and show what is in tags.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import Enum, auto
from typing import NamedTuple

from bot.cache import RENDERED_BYTES, cached_by_size
from bot.components.limits import MAX_SPOILER_TAGS, discord_length
from bot.model import Example, Part, PartKind, Span, Trope
from bot.render.markdown import SPOILER_TAG, Markdown, join_lines, render_lines
from bot.render.truncate import ELLIPSIS, chunk_spans

PAGE_LENGTH = 2800  # leaves room in a card for heading and footer, in any language
MAX_LINE_LENGTH = PAGE_LENGTH // 2
SPLIT_LENGTH = MAX_LINE_LENGTH // 2  # escaping and tags can double a chunk
DESCRIPTION_LENGTH = 1500  # a trope's card also has a line for each medium
MAX_LIST_DEPTH = 5
LINE_OVERHEAD, MIN_CHUNK = 14, 40  # of a line's prefix and end
DEFAULT_NOTE_LABEL = "note"
SUPERSCRIPT_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


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


class Line(NamedTuple):
    """A line in a list of this level (0: none). Only `first` lines have bullets."""

    style: LineStyle
    text: Markdown
    level: int = 0
    first: bool = True


@cached_by_size(RENDERED_BYTES)  # Cached: rendering takes most of a card's time, and examples are shown again.
def example_pages(example: Example) -> tuple[Markdown, ...]:
    """Return one or more pages of at most 2,800 characters and 90 spoiler tags."""
    return tuple(paginate(part_lines(example.parts), PAGE_LENGTH))


def example_excerpt(example: Example, max_length: int, max_tags: int) -> tuple[Markdown, bool]:
    """Return an example's beginning within limits (of at least 100 characters), and whether it is all of it."""
    lines, length, tags, first_note, is_whole = list[Line](), 0, 0, 1, True
    for part in example.parts:
        spans = tuple(insert_note_numbers(part, first_note))
        first_note += len(part.notes)
        texts = render_lines(spans)
        style, level = line_style(part)
        cost, tag_count = (
            sum(discord_length(text) + LINE_OVERHEAD for text in texts),
            sum(map(count_spoiler_tags, texts)),
        )
        is_whole = length + cost <= max_length and tags + tag_count <= max_tags
        if not is_whole:
            room = (max_length - length - LINE_OVERHEAD) // 2  # escaping and tags can double a chunk
            if room >= MIN_CHUNK and tags < max_tags:
                cut = next(chunk_spans(spans, room, max_tags - tags))
                texts = render_lines((*cut, Span(ELLIPSIS)))
            else:
                texts = []
        lines += [Line(style, text, level, first=not index) for index, text in enumerate(texts)]
        if not is_whole:
            break
        length, tags = length + cost, tags + tag_count
    return paginate(lines, max_length)[0], is_whole


def example_notes(example: Example) -> Markdown:
    """Return an example's numbered notes, cut to one card."""
    lines: list[Line] = []
    for number, note in enumerate(example.notes, 1):
        # A label in a spoiler hides the whole note.
        text = (replace(span, spoiler=span.spoiler or note.spoiler) for span in note.spans)
        lines += [Line(LineStyle.PLAIN, line) for line in fit_lines([Span(f"{superscript(number)} "), *text])]
    return paginate(lines, PAGE_LENGTH)[0]


def trope_description(trope: Trope) -> Markdown:
    """Return a trope's description, cut to one card."""
    return paginate(part_lines(trope.description), DESCRIPTION_LENGTH)[0]


def part_lines(parts: Iterable[Part]) -> Iterator[Line]:
    """Yield the lines of parts, with note numbers."""
    note_number = 1
    for part in parts:
        style, level = line_style(part)
        for index, text in enumerate(fit_lines(insert_note_numbers(part, note_number))):
            yield Line(style, text, level, first=not index)
        note_number += len(part.notes)


def line_style(part: Part) -> tuple[LineStyle, int]:
    """Return how a part's lines start, and the level of their list (0: none)."""
    is_sub_bullet = part.kind is PartKind.BULLET and part.depth > 1
    style = LineStyle.LIST if is_sub_bullet else STYLE_BY_KIND.get(part.kind, LineStyle.PLAIN)
    return style, max(part.depth - 1, 1) if style is LineStyle.LIST else 0


def insert_note_numbers(part: Part, first_number: int) -> Iterator[Span]:
    """Yield a part's spans, with raised numbers after notes' labels."""
    if part.kind is PartKind.ATTRIBUTION:
        yield Span("— ")
    if not part.notes:
        yield from part.spans
        return
    text, start = part.text, 0
    labels: deque[tuple[int, Span]] = deque()
    for number, note in enumerate(part.notes, first_number):
        offset, label = note.offset, note.label + superscript(number)
        if note.label == DEFAULT_NOTE_LABEL:
            # Show only the number, right after the word before it.
            offset, label = offset - text.endswith(" ", 0, offset), superscript(number)
        labels.append((offset, Span(label, spoiler=note.spoiler)))
    for span in part.spans:
        end = start + len(span.text)
        while labels and labels[0][0] < end:
            offset, number_span = labels.popleft()
            if offset > start:
                yield replace(span, text=text[start:offset])
                start = offset
            yield number_span
        yield replace(span, text=text[start:end])
        start = end
    yield from (number_span for _, number_span in labels)


def superscript(number: int) -> str:
    """Return a number in raised digits."""
    return str(number).translate(SUPERSCRIPT_DIGITS)


def fit_lines(spans: Iterable[Span]) -> list[Markdown]:
    """Render spans as lines. Cut only lines over half a page."""
    spans = tuple(spans)
    lines = render_lines(spans)
    for line in lines:
        if discord_length(line) > MAX_LINE_LENGTH or count_spoiler_tags(line) > MAX_SPOILER_TAGS // 2:
            chunks = chunk_spans(spans, SPLIT_LENGTH, MAX_SPOILER_TAGS // 2)
            return [line for chunk in chunks for line in render_lines(chunk)]
    return lines


def paginate(lines: Iterable[Line], max_length: int) -> list[Markdown]:
    """Return one or more pages of at most `max_length` and 90 spoiler tags."""
    pages: list[list[Markdown]] = [[]]
    length = tags = 0
    above: Line | None = None
    for line in lines:
        above = place_below(line, above)
        length += discord_length(above.text) + 1
        tags += count_spoiler_tags(above.text)
        if pages[-1] and (length > max_length or tags > MAX_SPOILER_TAGS):
            pages.append([])
            above = place_below(line, None)
            length, tags = discord_length(above.text) + 1, count_spoiler_tags(above.text)
        pages[-1].append(above.text)
    return [join_lines(page) for page in pages]


def count_spoiler_tags(text: Markdown) -> int:
    """Count the pairs of spoiler tags."""
    return text.count(SPOILER_TAG) // 2


def place_below(line: Line, above: Line | None) -> Line:
    """Add the prefix that a line needs below another, or atop a page."""
    level = line.level
    if level:
        # More than one level deeper than the line above, it would fall out of its list.
        level = min(level, MAX_LIST_DEPTH, (above.level if above else 0) + line.first)
    match line.style:
        case LineStyle.LIST:
            prefix = "  " * (level - 1) + ("- " if line.first else "  " * bool(level))
        case LineStyle.QUOTE:
            prefix = "> "
        case LineStyle.PLAIN:
            # A blank line ends the list or quote above.
            prefix = "\n" if above and above.style is not LineStyle.PLAIN else ""
    return line._replace(text=Markdown(prefix + line.text), level=level)
