"""Titles that pages register, and the tropes that must use them."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import aiosqlite

from bot.model import MAIN_NAMESPACE
from bot.model.names import work_ref

SELECT_VOTES_OF_TROPES = """
    SELECT titles_json FROM json_each(?) AS trope
    CROSS JOIN page ON page.id BETWEEN trope.value << 16 AND trope.value << 16 | 65535 WHERE titles_json <> '[]'
"""
ADD_VOTES = """
    INSERT INTO learned_title (page, title, votes) VALUES (?, ?, ?)
    ON CONFLICT (page, title) DO UPDATE SET votes = votes + excluded.votes, page = min(page, excluded.page)
"""
DELETE_WITHOUT_VOTES = "DELETE FROM learned_title WHERE page = ? AND title = ? AND votes <= 0"
INSERT_STALE = "INSERT OR IGNORE INTO stale_title (page, title) VALUES (?, ?)"
SELECT_STALE = """
    SELECT page, title FROM stale_title
    UNION SELECT page, title FROM learned_title WHERE page IN (SELECT page FROM stale_title)
"""
CREATE_WANTED = "CREATE TEMP TABLE wanted_title (page TEXT NOT NULL, title TEXT NOT NULL, work_ref TEXT, trope TEXT)"
INSERT_WANTED = "INSERT INTO temp.wanted_title (page, title, work_ref, trope) VALUES (?, ?, ?, ?)"
# Tropes that do not have, or whose works do not have, the wanted title.
SELECT_MISTITLED = """
    SELECT example.id >> 16 FROM temp.wanted_title AS wanted
    CROSS JOIN example_work USING (work_ref)
    CROSS JOIN example ON example.id = example_work.example_id
    CROSS JOIN json_each(works_json) AS work
    WHERE json_extract(work.value, '$[0]') = wanted.page COLLATE NOCASE
    AND json_extract(work.value, '$[1]') <> wanted.title
    UNION SELECT trope.id FROM temp.wanted_title AS wanted JOIN trope ON trope.name = wanted.trope
    WHERE trope.title <> wanted.title
"""
# Of several spellings of a title, the alphabetically first is stored. Find it among those in use.
SELECT_SPELLINGS = """
    SELECT DISTINCT work_ref, json_extract(work.value, '$[1]') FROM json_each(?) AS wanted
    CROSS JOIN example_work ON work_ref = wanted.value
    CROSS JOIN example ON example.id = example_work.example_id
    CROSS JOIN json_each(works_json) AS work
"""
UPDATE_WORK = "UPDATE work SET title = ? WHERE ref = ?"
CLEAR_STALE = "DELETE FROM stale_title"
CLEAR_WANTED = "DELETE FROM temp.wanted_title"


def first_titles(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return each page's first title, ignoring the case of its name."""
    titles: dict[str, tuple[str, str]] = {}
    for page, title in rows:
        titles.setdefault(page.casefold(), (page, title))
    return dict(titles.values())


async def read_votes(connection: aiosqlite.Connection, trope_ids: Sequence[int]) -> Counter[tuple[str, str]]:
    """Count the pages of tropes that register a title, by page and title."""
    rows = await connection.execute_fetchall(SELECT_VOTES_OF_TROPES, (json.dumps(trope_ids),))
    return Counter([(page, title) for (titles_json,) in rows for page, title in json.loads(titles_json)])


async def change_votes(
    connection: aiosqlite.Connection, old: Counter[tuple[str, str]], new: Counter[tuple[str, str]]
) -> None:
    """Replace old votes by new ones, and mark changed titles as stale."""
    changes = [(*vote, new[vote] - old[vote]) for vote in old | new if new[vote] != old[vote]]
    votes = [(page, title) for page, title, _ in changes]
    await connection.executemany(ADD_VOTES, changes)
    await connection.executemany(DELETE_WITHOUT_VOTES, votes)
    await connection.executemany(INSERT_STALE, votes)


async def find_mistitled(
    connection: aiosqlite.Connection, titles: Mapping[str, str], candidates: Iterable[tuple[str, str]]
) -> list[int]:
    """Return ids of tropes with a candidate (page and title) that has another title in `titles`."""
    wanted = {
        (page.casefold(), titles[page.casefold()], work_ref(title), _trope_name(page)) for page, title in candidates
    }
    await connection.executemany(INSERT_WANTED, wanted)
    rows = await connection.execute_fetchall(SELECT_MISTITLED)
    await connection.execute(CLEAR_WANTED)
    return [trope_id for (trope_id,) in rows]


async def clear_stale(connection: aiosqlite.Connection) -> None:
    """Spell stale titles as the examples do, and mark none as stale."""
    stale = await connection.execute_fetchall(SELECT_STALE)
    refs = sorted({work_ref(title) for _, title in stale})
    spellings: dict[str, str] = {}
    for ref, title in await connection.execute_fetchall(SELECT_SPELLINGS, (json.dumps(refs),)):
        if work_ref(title) == ref:
            spellings[ref] = min(title, spellings.get(ref, title))
    await connection.executemany(UPDATE_WORK, [(title, ref) for ref, title in spellings.items()])
    await connection.execute(CLEAR_STALE)


def _trope_name(page: str) -> str | None:
    namespace, _, name = page.partition("/")
    return name if namespace.casefold() + "/" == MAIN_NAMESPACE.casefold() else None
