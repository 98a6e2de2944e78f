"""Read a trope's pages back, to merge them with changed ones."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.corpus import queries
from bot.corpus.catalogue import medium_from_row
from bot.corpus.codec import parts_from_json, trope_from_json
from bot.corpus.pages import StoredPage
from bot.corpus.queries import FetchAll
from bot.corpus.rows import MAX_EXAMPLES_PER_TROPE, id_range
from bot.model import Example, Medium, Page, Trope, Work

SELECT_STORED_PAGES = """
    SELECT name, title, source_fingerprint, form, saved_at, listed_json, titles_json, loaded_at
    FROM page WHERE id BETWEEN ? AND ? ORDER BY id
"""


def decode_example(row: tuple[Any, ...], media: Mapping[int, Medium]) -> Example:
    """Return the example of a row of SELECT_EXAMPLE."""
    row_id, _, key, folder, medium_id, works_json, _, parts_json, subpage = row
    works = tuple([Work(page, title) for page, title in json.loads(works_json)])
    number, medium = row_id & MAX_EXAMPLES_PER_TROPE, media.get(medium_id)
    return Example(number, key, folder, medium, works, parts_from_json(parts_json), subpage)


async def read_stored_pages(fetch_all: FetchAll, trope_id: int) -> list[StoredPage]:
    """Return a trope's pages with their examples, as before merging."""
    id_bounds = id_range(trope_id)
    page_rows = await fetch_all(SELECT_STORED_PAGES, id_bounds)
    if not page_rows:
        return []
    media = {row[0]: medium_from_row(row) for row in await fetch_all(queries.SELECT_ALL_MEDIA)}
    examples: dict[str | None, list[Example]] = {}
    for row in await fetch_all(queries.SELECT_OF_TROPE, id_bounds):
        example = decode_example(row, media)
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
