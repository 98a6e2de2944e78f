"""Read what an example's row lacks: its line, and the pages of a long one, which stays at its page if just replaced."""

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.corpus import queries
from bot.corpus.codec import lines_from_json
from bot.corpus.queries import FetchAll
from bot.corpus.rows import MAX_PAGE_NUMBER, NOTES_PAGE, page_id
from bot.model import Entry, Form
from bot.model.names import normalize_words


async def turn_to_page(fetch_all: FetchAll, row_id: int, entry: Entry, number: int) -> Entry:
    """Return an example at a page, the nearest if it is out of range."""
    number = min(max(number, 1), entry.page_count)
    if number == entry.page:
        return entry
    rows = await fetch_all(queries.SELECT_EXAMPLE_PAGE, (page_id(row_id, number),))
    return replace(entry, lines=lines_from_json(rows[0][0]), page=number) if rows else entry


async def turn_to_notes(fetch_all: FetchAll, row_id: int, entry: Entry) -> Entry:
    """Return an example whose lines, if it is long, are its notes."""
    if not entry.is_long:
        return entry
    rows = await fetch_all(queries.SELECT_EXAMPLE_PAGE, (page_id(row_id, NOTES_PAGE),))
    return replace(entry, lines=lines_from_json(rows[0][0]) if rows else ())


async def turn_to_words(fetch_all: FetchAll, row_id: int, entry: Entry, words: Sequence[str]) -> Entry:
    """Return an example at the page that has most of some words in its visible text."""
    wanted = [part for word in words for part in normalize_words(word)]
    if entry.page_count == 1 or not wanted:
        return entry
    bounds = {"first": page_id(row_id, 1), "last": page_id(row_id, MAX_PAGE_NUMBER)}
    rows = await fetch_all(queries.SELECT_PAGE_WITH_WORDS, {**bounds, "words": json.dumps(wanted)})
    if not rows:
        return entry
    found, lines_json = rows[0]
    return replace(entry, lines=lines_from_json(lines_json), page=found & MAX_PAGE_NUMBER)


async def source_line(fetch_all: FetchAll, row_id: int, entry: Entry) -> int:
    """Return where an example starts in its page's source, from 1, or 0 if another form of it was read."""
    name = entry.example.subpage or entry.trope.name
    rows = await fetch_all(queries.SELECT_SOURCE_LINE, (row_id, name, Form.SOURCE, Form.SOURCE_VIEW))
    return int(rows[0][0]) if rows else 0
