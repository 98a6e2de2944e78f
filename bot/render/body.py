"""An example's text as markdown: what each part looks like, in pages that fit a card."""

from collections.abc import Iterator, Sequence
from itertools import chain

from bot.model import Example, Kind, Note, Part, clear_text
from bot.render import words
from bot.render.cutting import shorten, split_spans
from bot.render.limits import SPOILERS, size
from bot.render.markdown import Markdown, clean, escape, joined, rows_of

PAGE = 2800  # leaves room in a card for heading, footer and whatever a translation adds
PORTION = 700  # of a part that is cut; escaping and tags can double it
OPENING = 130

Block = tuple[Kind, Markdown]  # a row or some rows that are never parted


def pages_of(example: Example) -> list[Markdown]:
    """Returns an example's text in pages, at least one, each of at most 2,800 characters and 90 spoilers."""
    pages: list[list[Block]] = [[]]
    room, tags = PAGE, SPOILERS
    for block in chain.from_iterable(_blocks(part) for part in example.parts):
        length, hidden = size(block[1]) + 2, block[1].count("||") // 2
        if pages[-1] and (length > room or hidden > tags):
            pages.append([])
            room, tags = PAGE, SPOILERS
        pages[-1].append(block)
        room, tags = room - length, tags - hidden
    return [_together(page) for page in pages]


def opening(example: Example) -> Markdown:
    """Returns the beginning of what an example shows in clear, for a list; spoilers are named, not shown."""
    texts = (clear_text(part.spans, f" {words.SPOILER} ") for part in example.parts)
    return escape(shorten(clean(" ".join(texts)).strip(), OPENING))


def _blocks(part: Part) -> Iterator[Block]:
    before, after = _prefixes(part)
    for portion in split_spans(part.spans, PORTION, SPOILERS // 2):
        for row in rows_of(portion):
            yield part.kind, Markdown(before + row)
            before = after
    for note in part.notes:
        yield from ((Kind.PARAGRAPH, row) for row in _note(note))


def _prefixes(part: Part) -> tuple[str, str]:
    """Returns what stands before a part's first row and before its others."""
    if part.kind in (Kind.QUOTE, Kind.ATTRIBUTION):
        return ("> — ", "> ") if part.kind is Kind.ATTRIBUTION else ("> ", "> ")
    indent = "  " * (part.depth - 2)
    if part.kind is Kind.BULLET and part.depth > 1:
        return f"{indent}- ", f"{indent}  "
    return ("- ", "  ") if part.kind is Kind.ITEM else ("", "")


def _note(note: Note) -> Iterator[Markdown]:
    # A label that stands in a spoiler is hidden with it.
    label = words.NOTE if note.spoiler or note.label == "note" else escape(note.label)
    for row in chain.from_iterable(rows_of(portion) for portion in split_spans(note.spans, PORTION, SPOILERS // 2)):
        yield Markdown(f"-# {label}: {row}")


def _together(blocks: Sequence[Block]) -> Markdown:
    """Joins blocks; a blank row parts what would else run into the quote or list above it."""
    rows: list[Markdown] = []
    above: Kind | None = None
    for kind, row in blocks:
        if above not in (None, Kind.PARAGRAPH) and kind is Kind.PARAGRAPH and not row.startswith("-# "):
            rows.append(Markdown(""))
        rows.append(row)
        above = kind
    return joined(rows)
