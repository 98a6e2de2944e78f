"""Break parts into lines of text, each rendered with its own spoiler tags, so that a page can end after any of them."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.components.limits import MAX_SPOILER_TAGS, discord_length
from bot.model import Note, Part, PartKind, Span, TextLine
from bot.render.markdown import SPOILER_TAG, Markdown, render_line, split_lines
from bot.render.truncate import chunk_spans

PAGE_LENGTH = 2800  # leaves room in a card for heading and footer, in any language
MAX_LINE_LENGTH = PAGE_LENGTH // 2
SPLIT_RATIO = 2  # escaping and tags can double a chunk
MAX_SOURCE_RATIO = 4  # a line with more text is never rendered in one
DEFAULT_NOTE_LABEL = "note"
SUPERSCRIPT_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class RenderedLine(NamedTuple):
    """A line, and its Markdown without a bullet or quotation sign."""

    source: TextLine
    text: Markdown


def part_lines(parts: Iterable[Part], max_length: int = MAX_LINE_LENGTH) -> Iterator[RenderedLine]:
    """Yield the lines of parts, with note numbers. Only longer ones are cut."""
    note_number = 1
    for part in parts:
        yield from fit_lines(part.kind, part.depth, insert_note_numbers(part, note_number), max_length)
        note_number += len(part.notes)


def note_lines(notes: Iterable[Note], max_length: int = MAX_LINE_LENGTH) -> Iterator[RenderedLine]:
    """Yield the lines of numbered notes. Only longer ones are cut."""
    for number, note in enumerate(notes, 1):
        # A label in a spoiler hides the whole note.
        text = [span._replace(spoiler=span.spoiler or note.spoiler) for span in note.spans]
        yield from fit_lines(PartKind.PARAGRAPH, 0, [Span(f"{superscript(number)} "), *text], max_length)


def render_each(lines: Iterable[TextLine]) -> Iterator[RenderedLine]:
    """Yield stored lines with their Markdown. Revealed ones may have none."""
    rendered = (RenderedLine(line, render_line(line.spans)) for line in lines)
    return (line for line in rendered if line.text)


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
                yield span._replace(text=text[start:offset])
                start = offset
            yield number_span
        yield span._replace(text=text[start:end])
        start = end
    yield from (number_span for _, number_span in labels)


def superscript(number: int) -> str:
    """Return a number in raised digits."""
    return str(number).translate(SUPERSCRIPT_DIGITS)


def fit_lines(kind: PartKind, depth: int, spans: Iterable[Span], max_length: int) -> Iterator[RenderedLine]:
    """Yield spans as lines that are not blank. Cut only lines over `max_length`."""
    spans = tuple(spans)
    lines = [(tuple(line), rendered_if_short(line, max_length)) for line in split_lines(spans)]
    if any(text is None for _, text in lines):
        chunks = chunk_spans(spans, max_length // SPLIT_RATIO, MAX_SPOILER_TAGS // 2)
        fitting = ((tuple(line), render_line(line)) for chunk in chunks for line in split_lines(chunk))
    else:
        fitting = ((line, text) for line, text in lines if text is not None)
    continues = False
    for line, text in fitting:
        if text:
            yield RenderedLine(TextLine(kind, depth, line, continues), text)
            continues = True


def rendered_if_short(line: list[Span], max_length: int) -> Markdown | None:
    """Return a line's Markdown, or None if it is over `max_length`."""
    if sum([len(span.text) for span in line]) > MAX_SOURCE_RATIO * max_length:
        return None
    text = render_line(line)
    is_long = discord_length(text) > max_length or count_spoiler_tags(text) > MAX_SPOILER_TAGS // 2
    return None if is_long else text


def count_spoiler_tags(text: Markdown) -> int:
    """Count the pairs of spoiler tags."""
    return text.count(SPOILER_TAG) // 2
