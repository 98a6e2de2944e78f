"""Lay out long examples in pages. Done once, at load: an answer reads and renders only the page that it shows.

A page fits a card whether its spoilers are hidden or revealed, in any language.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from bot.components.limits import MAX_SPOILER_TAGS, discord_length
from bot.model import MAX_WORKS_SERVED, Example, ExampleLayout, Part, PartKind, Span, TextLine, Trope, TropeLayout
from bot.render.example_text import PlacedLine, place_below
from bot.render.lines import PAGE_LENGTH, RenderedLine, count_spoiler_tags, note_lines, part_lines
from bot.render.markdown import render_line

LAYOUT_VERSION = "2"  # change it with anything that could break pages elsewhere, so that they are loaded again
# A trope's card also has a line for each medium.
TROPE_LENGTH, QUOTE_LENGTH, CAPTION_LENGTH = 1500, 500, 200
SOURCE_RATIO = 4  # a page has at most so many times its length of text, most of which must be invisible
# How much longer Markdown can be than its text.
LENGTH_PER_CHARACTER, LENGTH_PER_LINE, LENGTH_PER_SPAN, LENGTH_PER_SPOILER, LENGTH_PER_PART = 2, 14, 18, 13, 14
SHORT_LENGTH = PAGE_LENGTH - 200


def lay_out_example(example: Example) -> ExampleLayout | None:
    """Return the pages of an example that is long, or None if it can be read and shown in one."""
    if is_short(example):
        return None
    pages = [page_of_lines(page) for page in cut_pages(part_lines(example.parts), PAGE_LENGTH)]
    notes = cut_pages(note_lines(example.notes), PAGE_LENGTH)
    first_notes, more_notes = page_of_lines(next(notes, [])), next(notes, None)
    many_works = len(example.works) > MAX_WORKS_SERVED
    if len(pages) > 1 or more_notes or many_works or source_length(example) > SOURCE_RATIO * PAGE_LENGTH:
        return ExampleLayout(tuple(pages) or ((),), first_notes)
    return None


def lay_out_trope(trope: Trope) -> TropeLayout:
    """Return as much of a trope's texts as a card shows, with their notes."""
    caption = (Part(PartKind.PARAGRAPH, 0, trope.caption),) if trope.caption else ()
    quote, quote_length, more_quote = first_page(trope.quote, QUOTE_LENGTH)
    caption_page, caption_length, more_caption = first_page(caption, CAPTION_LENGTH)
    left = max(TROPE_LENGTH - quote_length - caption_length, QUOTE_LENGTH)
    description, _, more_description = first_page(trope.description, left)
    return TropeLayout(quote, description, caption_page, more_quote or more_caption or more_description)


def first_page(parts: Sequence[Part], max_length: int) -> tuple[tuple[TextLine, ...], int, bool]:
    """Return the first page of parts and their notes, its length, and whether there is more."""
    notes = [note for part in parts for note in part.notes]
    pages = cut_pages(chain(part_lines(parts, max_length), note_lines(notes, max_length)), max_length)
    lines = next(pages, [])
    return page_of_lines(lines), sum([discord_length(line.text) + 1 for line in lines]), next(pages, None) is not None


def page_of_lines(page: Iterable[RenderedLine]) -> tuple[TextLine, ...]:
    """Return the lines of a page, to be stored. No card shows where a link leads."""
    lines = [line.source for line in page]
    return tuple([line._replace(spans=tuple([unlinked(span) for span in line.spans])) for line in lines])


def unlinked(span: Span) -> Span:
    """Return a span without its link."""
    return span._replace(page=None) if span.page else span


def cut_pages(lines: Iterable[RenderedLine], max_length: int) -> Iterator[list[RenderedLine]]:
    """Yield pages of at most `max_length` and 90 spoiler tags, without empty ones."""
    page: list[RenderedLine] = []
    length = tags = 0
    above: PlacedLine | None = None
    for line in lines:
        above = place_below(line, above)
        length += shown_length(line, above)
        tags += count_spoiler_tags(line.text)
        if page and (length > max_length or tags > MAX_SPOILER_TAGS):
            yield page
            page, above = [], place_below(line, None)
            length, tags = shown_length(line, above), count_spoiler_tags(line.text)
        page.append(line)
    if page:
        yield page


def shown_length(line: RenderedLine, placed: PlacedLine) -> int:
    """Return how much of a page a line takes up, hidden or revealed, its end included."""
    spans, length = line.source.spans, discord_length(line.text)
    if any(span.spoiler for span in spans):
        length = max(length, discord_length(render_line([span._replace(spoiler=0) for span in spans])))
    length += len(placed.text) - len(line.text) + 1
    return max(length, text_length(spans) // SOURCE_RATIO)


def is_short(example: Example) -> bool:
    """Return whether an example surely fits a page, and its notes too. Nearly all do, and nothing is rendered."""
    length = len(example.parts) * LENGTH_PER_PART
    for spans in all_spans(example):
        for span in spans:
            text = span.text
            length += len(text) * LENGTH_PER_CHARACTER + LENGTH_PER_SPAN
            if "\n" in text:
                length += text.count("\n") * LENGTH_PER_LINE
            if span.spoiler:
                length += LENGTH_PER_SPOILER
        if length > SHORT_LENGTH:
            return False
    return len(example.works) <= MAX_WORKS_SERVED


def source_length(example: Example) -> int:
    """Return how many characters an example has, notes included, and at least one for each part."""
    return sum(max(text_length(spans), 1) for spans in all_spans(example))


def all_spans(example: Example) -> Iterator[tuple[Span, ...]]:
    """Yield the spans of parts and notes. A label counts as text."""
    for part in example.parts:
        yield part.spans
        for note in part.notes:
            yield (Span(note.label), *note.spans)


def text_length(spans: Iterable[Span]) -> int:
    """Return how many characters spans have."""
    return sum([len(span.text) for span in spans])
