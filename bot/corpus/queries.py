"""The statements that read the corpus, except for search and suggestions.

A scope is bound as `low` and `high` (example ids), `media` (JSON of ids, or NULL for all), `excluded_works` (JSON of
refs, or NULL), `excluded_tropes` (JSON of ids, or NULL), `work_ref` and `include_spoilers`.
"""

from typing import Any, Protocol


class FetchAll(Protocol):
    """A function that runs a statement."""

    async def __call__(self, statement: str, parameters: Any = ()) -> list[Any]:
        """Return all rows."""


_SUBPAGE = "(SELECT name FROM page WHERE page.id = example.id >> 16 << 16 | subpage)"
_OF_TROPE = "(SELECT {} FROM trope WHERE trope.id = example.id >> 16)"
NAME_AND_TITLE = f"{_OF_TROPE.format('name')}, {_OF_TROPE.format('title')}"
SELECT_EXAMPLE = f"""
    SELECT id, shuffle_key, key, folder, medium_id, works_json, work_has_more, spoiler_count, note_count, spoiled_json,
        page_count, parts_json, {_SUBPAGE}, {NAME_AND_TITLE}
    FROM example
"""
SELECT_BY_IDS = SELECT_EXAMPLE + "WHERE id IN (SELECT value FROM json_each(?))"
SELECT_BY_SHUFFLE_KEY = SELECT_EXAMPLE + "WHERE shuffle_key = ?"
SELECT_BY_SHUFFLE_KEYS = SELECT_EXAMPLE + "WHERE shuffle_key IN (SELECT value FROM json_each(?))"
# Whole, however long they are: for loads and exports, never for an answer.
SELECT_WHOLE = f"""
    SELECT example.id, key, folder, medium_id, coalesce(long_example.works_json, example.works_json),
        coalesce(long_example.parts_json, example.parts_json), {_SUBPAGE}
    FROM example LEFT JOIN long_example USING (id) WHERE example.id BETWEEN ? AND ? ORDER BY example.id
"""
SELECT_KEYS_BY_IDS = "SELECT shuffle_key FROM example WHERE id IN (SELECT value FROM json_each(?))"
SELECT_SOURCE_LINE = """
    SELECT source_line FROM example WHERE id = ? AND EXISTS (SELECT 1 FROM page WHERE name = ? AND form IN (?, ?))
"""
SELECT_EXAMPLE_PAGE = "SELECT lines_json FROM example_page WHERE id = ?"
# The page of a long example with most of some words, else with most that start with them.
SELECT_PAGE_WITH_WORDS = """
    SELECT id, lines_json FROM example_page WHERE id = (
        SELECT page.id FROM example_page AS page CROSS JOIN json_each(:words)
        WHERE page.id BETWEEN :first AND :last GROUP BY page.id
        ORDER BY sum(instr(words, ' ' || value || ' ') > 0) DESC, sum(instr(words, ' ' || value) > 0) DESC, page.id
        LIMIT 1
    )
"""
# What else a work is called: by pages of its tropes, and by those that register titles.
SELECT_WORK_LABELS = """
    SELECT label FROM work_label INDEXED BY work_label_by_work_ref WHERE work_ref = :work_ref
    UNION SELECT title FROM learned_title WHERE page = :page ORDER BY 1
"""
IS_ABOUT_WORK = """
    SELECT EXISTS (SELECT 1 FROM example_work WHERE example_id = ? AND work_ref IN (SELECT value FROM json_each(?)))
"""

IN_SCOPE = """
    has_spoilers <= :include_spoilers
    AND (:media IS NULL OR medium_id IN (SELECT value FROM json_each(:media)))
"""
_NOT_EXCLUDED_TROPE = """
    (:excluded_tropes IS NULL OR {id} >> 16 NOT IN (SELECT value FROM json_each(:excluded_tropes)))
"""
ID_IS_SHOWN, EXAMPLE_ID_IS_SHOWN = (_NOT_EXCLUDED_TROPE.format(id=column) for column in ("example.id", "example_id"))
EXCLUDED_IDS = "SELECT example_id FROM example_work WHERE work_ref IN (SELECT value FROM json_each(:excluded_works))"
OF_TROPE = f"""
    FROM example INDEXED BY example_by_id
    WHERE id BETWEEN :low AND :high AND {IN_SCOPE} AND {ID_IS_SHOWN}
    AND (:excluded_works IS NULL OR id NOT IN ({EXCLUDED_IDS}))
"""
OF_WORK = f"""
    FROM example_work INDEXED BY example_work_by_work_ref
    WHERE work_ref = :work_ref AND example_id BETWEEN :low AND :high AND {IN_SCOPE} AND {EXAMPLE_ID_IS_SHOWN}
    AND (:excluded_works IS NULL OR example_id NOT IN ({EXCLUDED_IDS}))
"""

# The ids on a page of a list, in an order, ASC or DESC. Each statement reads only an index, so that skipping is fast.
SELECT_PAGE = f"SELECT id {OF_TROPE} ORDER BY id {{order}} LIMIT :size OFFSET :skip"
SELECT_PAGE_OF_WORK = f"SELECT example_id {OF_WORK} ORDER BY example_id {{order}} LIMIT :size OFFSET :skip"
SELECT_PAGE_OF_MEDIUM = f"""
    SELECT id FROM example INDEXED BY example_by_medium
    WHERE medium_id = :medium AND id BETWEEN :low AND :high AND has_spoilers <= :include_spoilers AND {ID_IS_SHOWN}
    AND (:excluded_works IS NULL OR id NOT IN ({EXCLUDED_IDS}))
    ORDER BY id {{order}} LIMIT :size OFFSET :skip
"""

COUNT_BY_MEDIUM = "SELECT medium_id, has_spoilers, sum(examples) FROM example_block GROUP BY medium_id, has_spoilers"
COUNT_BY_MEDIUM_OF_TROPE = "SELECT medium_id, has_spoilers, examples FROM example_count WHERE trope_id = ?"
COUNT_BY_MEDIUM_OF_WORK = f"SELECT medium_id, has_spoilers, count(*) {OF_WORK} GROUP BY medium_id, has_spoilers"
COUNT_EXCLUDED_BY_MEDIUM = f"""
    SELECT medium_id, count(DISTINCT example_id) FROM example_work
    WHERE work_ref IN (SELECT value FROM json_each(:excluded_works)) AND example_id BETWEEN :low AND :high
    AND {IN_SCOPE} AND {EXAMPLE_ID_IS_SHOWN} GROUP BY medium_id
"""
COUNT_BY_MEDIUM_OF_EXCLUDED_TROPES = """
    SELECT medium_id, has_spoilers, sum(examples) FROM example_count
    WHERE trope_id IN (SELECT value FROM json_each(:excluded_tropes)) GROUP BY medium_id, has_spoilers
"""
# Of some media: how many examples each block has, and which of its tropes. As JSON, since there are many.
SELECT_BLOCKS = """
    SELECT medium_id, json_group_array(json_array(block, examples, tropes)) FROM example_block
    WHERE medium_id IN (SELECT value FROM json_each(:media)) AND has_spoilers <= :include_spoilers GROUP BY medium_id
"""
SELECT_SHOWN_WORKS = f"""
    SELECT value FROM json_each(:refs) WHERE EXISTS (
        SELECT 1 FROM example_work WHERE work_ref = value AND {EXAMPLE_ID_IS_SHOWN}
    )
"""

COUNT_TROPES_OF_WORK = f"SELECT count(DISTINCT example_id >> 16) {OF_WORK}"
# How many of a scope's examples are left out, by trope and medium, because of excluded tropes and works.
SELECT_LEFT_OUT = f"""
    SELECT trope_id, medium_id, sum(examples) AS examples FROM example_count
    WHERE trope_id IN (SELECT value FROM json_each(:excluded_tropes)) AND {IN_SCOPE} GROUP BY trope_id, medium_id
    UNION ALL
    SELECT example_id >> 16, medium_id, count(DISTINCT example_id) FROM example_work
    WHERE work_ref IN (SELECT value FROM json_each(:excluded_works)) AND {IN_SCOPE} AND {EXAMPLE_ID_IS_SHOWN}
    GROUP BY example_id >> 16, medium_id
"""
COUNT_TROPES_LEFT_OUT = f"""
    SELECT count(*) FROM (SELECT trope_id AS id, sum(examples) AS left_out FROM ({SELECT_LEFT_OUT}) GROUP BY trope_id)
    WHERE left_out = (SELECT sum(examples) FROM example_count WHERE trope_id = id AND {IN_SCOPE})
"""

# Shuffle keys from `first` to `last`.
NOT_EXCLUDED = """
    (:excluded_works IS NULL OR NOT EXISTS (
        SELECT 1 FROM example_work AS other WHERE other.example_id = example.id
        AND other.work_ref IN (SELECT value FROM json_each(:excluded_works))
    ))
"""
BY_KEY = f"""
    shuffle_key BETWEEN :first AND :last AND has_spoilers <= :include_spoilers AND {ID_IS_SHOWN}
    AND {NOT_EXCLUDED}
"""
SELECT_KEYS = f"SELECT shuffle_key FROM example INDEXED BY example_by_shuffle_key WHERE {BY_KEY}"
SELECT_KEYS_OF_MEDIA = f"""
    SELECT shuffle_key FROM json_each(:media) AS medium
    CROSS JOIN example INDEXED BY example_by_medium_and_shuffle_key WHERE medium_id = medium.value AND {BY_KEY}
"""
SELECT_KEYS_OF_TROPE = f"SELECT shuffle_key {OF_TROPE} AND shuffle_key BETWEEN :first AND :last"
SELECT_KEYS_OF_WORK = f"SELECT shuffle_key {OF_WORK} AND shuffle_key BETWEEN :first AND :last"

# A random example: the first that any of some tries finds, each at `place` of its range. See sampling.py.
RANDOM_TRIES = 4


def _select_random(select_id: str, count: int = RANDOM_TRIES) -> str:
    tries = [select_id.replace(":first", f":first_{n}").replace(":last", f":last_{n}") for n in range(count)]
    union = " UNION ALL ".join([f"SELECT * FROM ({each} LIMIT 1 OFFSET :place_{n})" for n, each in enumerate(tries)])
    return f"{SELECT_EXAMPLE} WHERE id = (SELECT * FROM ({union}) LIMIT 1)"


SELECT_RANDOM, SELECT_RANDOM_OF_MEDIA = (
    _select_random(select.replace("SELECT shuffle_key", "SELECT example.id", 1))
    for select in (SELECT_KEYS, SELECT_KEYS_OF_MEDIA)
)
SELECT_RANDOM_OF_TROPE = _select_random(f"SELECT id {OF_TROPE}", 1)
SELECT_RANDOM_OF_WORK = _select_random(f"SELECT example_id {OF_WORK}", 1)

# The first of some examples that is of the scope.
SELECT_RANDOM_OF_PICKED = f"""
    {SELECT_EXAMPLE} WHERE id = (
        SELECT example.id FROM json_each(:ids) CROSS JOIN example INDEXED BY example_by_id ON example.id = value
        WHERE {IN_SCOPE} AND {ID_IS_SHOWN} AND {NOT_EXCLUDED} LIMIT 1
    )
"""

# Each says which page it is of. In one text, since there are many.
SELECT_FINGERPRINTS = """
    SELECT coalesce(group_concat(source_fingerprint), '') FROM (SELECT source_fingerprint FROM page ORDER BY name)
"""
# Tropes that only have an index are not shown.
_SHOWN_TROPE = "SELECT id, name, title, example_count FROM trope {hint} WHERE example_count > 0 AND"
_BY_TITLE = "FROM trope INDEXED BY trope_by_title WHERE example_count > 0"
SELECT_TROPE_BY_REF = f"{_SHOWN_TROPE.format(hint='')} ref = ?"
SELECT_TROPE_BY_NAME = f"{_SHOWN_TROPE.format(hint='')} name = ?"
FIND_TROPE = f"""
    SELECT * FROM (
        {_SHOWN_TROPE.format(hint="")} ref = :ref
        UNION ALL {_SHOWN_TROPE.format(hint="")} name = :normalized
        UNION ALL {_SHOWN_TROPE.format(hint="INDEXED BY trope_by_title")} normalized_title = :normalized
    ) LIMIT 1
"""
SELECT_TROPES_BY_ID = "SELECT id, name, title FROM trope WHERE id IN (SELECT value FROM json_each(?))"
_OF_REFS = "FROM json_each(?) CROSS JOIN trope ON ref = value WHERE example_count > 0"
SELECT_TROPES_BY_REF, SELECT_IDS_BY_REF = f"SELECT ref, name, title {_OF_REFS}", f"SELECT trope.id {_OF_REFS}"
SELECT_TROPES = f"SELECT name, title {_BY_TITLE} ORDER BY normalized_title, title, name"
COUNT_TROPES = f"SELECT count(*) {_BY_TITLE}"
# How many examples each trope has. As JSON, since there are many.
SELECT_TROPE_ORDER = f"""
    SELECT json_group_array(id), json_group_array(example_count) FROM (
        SELECT id, example_count {_BY_TITLE} ORDER BY normalized_title, title, name
    )
"""
SELECT_TROPE = "SELECT name, title, details_json FROM trope WHERE id = ?"
SELECT_SUMMARY = "SELECT lines_json, missing_json FROM trope WHERE id = ?"
SELECT_PAGES = "SELECT name, loaded_at FROM page WHERE id BETWEEN ? AND ? ORDER BY id"
SELECT_LISTED = "SELECT name, listed_json FROM page WHERE id BETWEEN ? AND ? ORDER BY id"
SELECT_LEARNED_TITLES = "SELECT page, title FROM learned_title ORDER BY page, votes DESC, title"
SELECT_ALL_MEDIA = """
    SELECT id, slug, name, emoji, colour, aliases_json, group_slug, group_name, group_aliases_json,
        group_emoji, group_colour FROM medium
"""
_HAS_EXAMPLES = "EXISTS (SELECT 1 FROM example_block WHERE medium_id = medium.id)"
SELECT_MEDIA = f"{SELECT_ALL_MEDIA} WHERE {_HAS_EXAMPLES} ORDER BY name"
# Of media that have no example now, a thousand.
SELECT_OTHER_MEDIA = f"{SELECT_ALL_MEDIA} WHERE NOT {_HAS_EXAMPLES} ORDER BY id LIMIT 1000"
SELECT_WORK_TITLES = """
    SELECT ref, title FROM work WHERE ref IN (SELECT value FROM json_each(?))
    AND EXISTS (SELECT 1 FROM example_work WHERE work_ref = ref)
"""

# For operators: also the tropes without examples, of which only an index is loaded.
SELECT_LOADED = """
    SELECT name, title,
        (SELECT coalesce(sum(examples), 0) FROM example_count WHERE trope_id = trope.id),
        (SELECT count(DISTINCT medium_id) FROM example_count WHERE trope_id = trope.id AND medium_id <> 0),
        (SELECT count(*) FROM page WHERE page.id BETWEEN trope.id << 16 AND (trope.id << 16) + 65535),
        (SELECT max(loaded_at) FROM page WHERE page.id BETWEEN trope.id << 16 AND (trope.id << 16) + 65535)
    FROM trope ORDER BY name
"""
