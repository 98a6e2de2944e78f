"""Examples as the corpus serves them, without a corpus."""

from dataclasses import replace

from bot.corpus.codec import lines_from_json, lines_to_json
from bot.corpus.rows import works_spoiled
from bot.model import MAX_WORKS_SERVED, Entry, Example, TextLine, Trope
from bot.render.example_text import example_text, notes_text
from bot.render.layout import lay_out_example
from bot.render.markdown import Markdown

TROPE = Trope("BigHeroicRun", "Big Heroic Run")


def served(example: Example, trope: Trope = TROPE) -> list[Entry]:
    """Return an example at each of its pages."""
    layout, spoiled = lay_out_example(example), tuple(works_spoiled(example))
    entry = Entry(trope, example, False, example.spoiler_count, len(example.notes), spoiled)
    if layout is None:
        return [entry]
    works, pages = example.works[:MAX_WORKS_SERVED], len(layout.pages)
    entry = replace(entry, example=example._replace(works=works, parts=()), page_count=pages)
    return [replace(entry, lines=stored(lines), page=page) for page, lines in enumerate(layout.pages, 1)]


def served_notes(example: Example, trope: Trope = TROPE) -> Entry:
    """Return an example that is about to show its notes."""
    layout, entry = lay_out_example(example), served(example, trope)[0]
    return entry if layout is None else replace(entry, lines=stored(layout.notes))


def example_pages(example: Example) -> tuple[Markdown, ...]:
    """Return the text of each page."""
    return tuple([example_text(entry) for entry in served(example)])


def example_notes(example: Example) -> Markdown:
    """Return the text of the notes."""
    return notes_text(served_notes(example))


def stored(lines: tuple[TextLine, ...]) -> tuple[TextLine, ...]:
    """Return lines after they were written and read."""
    return lines_from_json(lines_to_json(lines))
