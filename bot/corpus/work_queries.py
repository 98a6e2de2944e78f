"""The statements about works. A scope is bound as in queries.py; `refs` and `tropes` are JSON lists."""

from bot.corpus.queries import EXAMPLE_ID_IS_SHOWN, EXCLUDED_IDS, IN_SCOPE, NAME_AND_TITLE

PLACE_ID_BITS = 40  # of an example's id
HIDDEN_RANK = 4  # a place's rank is its relation, and this more if hardly more than names is visible there
_NOT_EXCLUDED_WORK = f"(:excluded_works IS NULL OR example_id NOT IN ({EXCLUDED_IDS}))"
_SHOWN = f"{EXAMPLE_ID_IS_SHOWN} AND {_NOT_EXCLUDED_WORK}"
_IN_RANGE = f"example_id BETWEEN :low AND :high AND {IN_SCOPE} AND {_SHOWN}"
_IN_REFS = "work_ref IN (SELECT value FROM json_each(:refs))"
# The best place of works in each trope, or in each example: its rank, then the example's id.
_SELECT_PLACES = f"""
    SELECT min({HIDDEN_RANK} * is_hidden + relation << {PLACE_ID_BITS} | example_id) FROM (
        SELECT example_id, relation, is_hidden FROM example_work INDEXED BY example_work_by_work_ref
        WHERE {_IN_REFS} AND {_IN_RANGE}
        UNION ALL
        SELECT example_id, 2, is_hidden FROM work_mention INDEXED BY work_mention_by_page
        WHERE page IN (SELECT page FROM work_page WHERE {_IN_REFS}) AND {_IN_RANGE}
    ) GROUP BY {{group}}
"""
SELECT_PLACES_BY_TROPE = _SELECT_PLACES.format(group="example_id >> 16")
SELECT_PLACES_BY_EXAMPLE = _SELECT_PLACES.format(group="example_id")
# The shuffle keys of the examples of works, the first of very many.
SELECT_KEYS_OF_WORKS = f"""
    SELECT DISTINCT shuffle_key FROM example_work INDEXED BY example_work_by_work_ref
    WHERE {_IN_REFS} AND {_IN_RANGE} ORDER BY shuffle_key LIMIT :limit
"""
# What some examples say about works.
SELECT_SENTENCES = f"""
    SELECT example_id, relation, work_ref, example.medium_id, {NAME_AND_TITLE}, sentence, parts_json, works_json
    FROM json_each(:ids) CROSS JOIN example_work ON example_id = value
    CROSS JOIN example ON example.id = example_id WHERE {_IN_REFS}
    UNION ALL
    SELECT example_id, 2, work_ref, example.medium_id, {NAME_AND_TITLE}, sentence, parts_json, works_json
    FROM json_each(:ids) CROSS JOIN work_mention ON example_id = value
    CROSS JOIN work_page ON work_page.page = work_mention.page AND {_IN_REFS}
    CROSS JOIN example ON example.id = example_id
"""

# Other works that are visibly in some shown tropes, and the ids of the tropes. Each once or more: no sorting. As JSON,
# since there are many.
SELECT_SHARING = f"""
    SELECT json_group_array(work_ref), json_group_array(value) FROM (SELECT work_ref, value FROM json_each(:tropes)
    CROSS JOIN example_work ON example_id BETWEEN value << 16 AND (value << 16) + 65535
    WHERE work_ref NOT IN (SELECT value FROM json_each(:refs)) AND relation < 2 AND NOT is_hidden
    AND {IN_SCOPE} AND {_NOT_EXCLUDED_WORK} LIMIT :limit)
"""
# The titles of works, and how many tropes are visibly about each, without excluded ones.
SELECT_TROPE_COUNTS = """
    SELECT ref, title, trope_count - iif(:excluded_tropes IS NULL, 0, (
        SELECT count(*) FROM json_each(:excluded_tropes) WHERE EXISTS (
            SELECT 1 FROM example_work INDEXED BY example_work_by_work_ref
            WHERE work_ref = ref AND example_id BETWEEN value << 16 AND (value << 16) + 65535
            AND relation < 2 AND NOT is_hidden
        )
    )) FROM work WHERE ref IN (SELECT value FROM json_each(:refs))
"""

SELECT_TITLES_WITH_STEM = """
    SELECT ref, title FROM work INDEXED BY work_by_title
    WHERE normalized_title >= :stem AND normalized_title < :stem || ' ' || char(0x10ffff)
    AND EXISTS (SELECT 1 FROM example_work WHERE work_ref = ref) ORDER BY normalized_title LIMIT :limit
"""
SELECT_PAGES_OF_WORKS = f"SELECT work_ref, page FROM work_page WHERE {_IN_REFS} ORDER BY work_ref, page"

# Examples whose spoilers are about a work, and whether all works that they are about are among some.
SELECT_SPOILED = f"""
    SELECT example_id, NOT EXISTS (
        SELECT 1 FROM work_spoiled AS other WHERE other.example_id = work_spoiled.example_id
        AND other.work_ref NOT IN (SELECT value FROM json_each(:seen))
    )
    FROM work_spoiled INDEXED BY work_spoiled_by_work_ref
    WHERE work_ref = :work_ref AND (:media IS NULL OR medium_id IN (SELECT value FROM json_each(:media))) AND {_SHOWN}
    ORDER BY example_id
"""
