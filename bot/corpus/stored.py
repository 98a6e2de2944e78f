"""Read a trope's pages back, to merge them with changed ones."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.corpus import queries
from bot.corpus.catalogue import medium_from_row
from bot.corpus.codec import decompress, lines_from_json, parts_from_json, trope_from_json, works_from_json
from bot.corpus.pages import StoredPage
from bot.corpus.queries import FetchAll
from bot.corpus.rows import MAX_EXAMPLES_PER_TROPE, id_range
from bot.model import Entry, Example, Medium, Page, Trope

SELECT_STORED_PAGES = """
    SELECT name, title, source_fingerprint, form, saved_at, listed_json, titles_json, loaded_at
    FROM page WHERE id BETWEEN ? AND ? ORDER BY id
"""


def decode_entry(row: tuple[Any, ...], media: Mapping[int, Medium]) -> Entry:
    """Return the entry of a row of SELECT_EXAMPLE."""
    row_id, _, key, folder, medium_id, works_json, has_more, spoilers, notes, spoiled, pages, *rest = row
    parts_json, subpage, *trope = rest
    works = works_from_json(works_json)
    lines, parts = (None, parts_from_json(parts_json, works)) if pages is None else (lines_from_json(parts_json), ())
    number, medium = row_id & MAX_EXAMPLES_PER_TROPE, media.get(medium_id)
    example = Example(number, key, folder, medium, works, parts, subpage)
    works_spoiled = works_from_json(spoiled, works) if spoiled else ()
    return Entry(Trope(*trope), example, bool(has_more), spoilers, notes, works_spoiled, lines, page_count=pages or 1)


def decode_whole(row: tuple[Any, ...], media: Mapping[int, Medium]) -> Example:
    """Return the example of a row of SELECT_WHOLE."""
    row_id, key, folder, medium_id, works_json, parts_json, subpage = row
    works = works_from_json(decompress(works_json))
    parts = parts_from_json(decompress(parts_json), works)
    return Example(row_id & MAX_EXAMPLES_PER_TROPE, key, folder, media.get(medium_id), works, parts, subpage)


async def read_stored_pages(fetch_all: FetchAll, trope_id: int) -> list[StoredPage]:
    """Return a trope's pages with their examples, as before merging."""
    id_bounds = id_range(trope_id)
    page_rows = await fetch_all(SELECT_STORED_PAGES, id_bounds)
    if not page_rows:
        return []
    media = {row[0]: medium_from_row(row) for row in await fetch_all(queries.SELECT_ALL_MEDIA)}
    examples: dict[str | None, list[Example]] = {}
    for row in await fetch_all(queries.SELECT_WHOLE, id_bounds):
        example = decode_whole(row, media)
        examples.setdefault(example.subpage, []).append(example)
    [trope_row] = await fetch_all(queries.SELECT_TROPE, (trope_id,))
    return [_stored_page(row, trope_from_json(*trope_row), examples) for row in page_rows]


def _stored_page(row: Sequence[Any], trope: Trope, examples: Mapping[str | None, Sequence[Example]]) -> StoredPage:
    name, title, fingerprint, form, saved_at, listed_json, titles_json, loaded_at = row
    subpage = name if "/" in name else None
    if subpage:
        trope = Trope(name.partition("/")[0], title)
    page = Page(
        replace(trope, title=title),
        tuple(examples.get(subpage, ())),
        subpage=subpage,
        listed_subpages=tuple(json.loads(listed_json)),
        learned_titles=dict(json.loads(titles_json)),
    )
    return StoredPage(page, fingerprint, form, saved_at, loaded_at)
