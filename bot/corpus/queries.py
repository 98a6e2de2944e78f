"""The statements by which the corpus is read, all but the search. Values are always bound.

A scope is bound as `low` and `high` (ids of the examples of a trope or of all), `media` and `but_media` (ids, as JSON,
or null), `but_works` (tokens, as JSON, or null), `work` and `hides` (1 if examples that hide something are in it).
"""

SELECT_EXAMPLE = "SELECT id, key, folder, medium_id, mark, works, more, parts FROM example "
BY_ID = SELECT_EXAMPLE + "WHERE id = ?"
SELECT_BY_IDS = SELECT_EXAMPLE + "WHERE id IN (SELECT value FROM json_each(?))"
SELECT_BY_KEYS = SELECT_EXAMPLE + "WHERE mark IN (SELECT value FROM json_each(?))"
SELECT_OF_TROPE = SELECT_EXAMPLE + "WHERE id BETWEEN ? AND ? ORDER BY id"

IN_SCOPE = """
    hides <= :hides
    AND (:media IS NULL OR medium_id IN (SELECT value FROM json_each(:media)))
    AND (:but_media IS NULL OR medium_id IS NULL OR medium_id NOT IN (SELECT value FROM json_each(:but_media)))
"""
EXAMPLES_OF_EXCLUDED_WORKS = (
    "SELECT example_id FROM example_work WHERE token IN (SELECT value FROM json_each(:but_works))"
)
PAGE_CLAUSE = (
    f"AND {IN_SCOPE} AND (:but_works IS NULL OR {{id}} NOT IN ({EXAMPLES_OF_EXCLUDED_WORKS})) "
    "ORDER BY {id} LIMIT :size OFFSET :skip"
)
# The ids on a page of a list. What is skipped is skipped in an index that holds all that is asked of it: 0.03 µs each,
# 6 ms for the last page of 200,000 examples.
SELECT_PAGE = "SELECT id FROM example INDEXED BY example_by_id WHERE id BETWEEN :low AND :high " + PAGE_CLAUSE.format(
    id="id"
)
SELECT_PAGE_OF_MEDIUM = (
    "SELECT id FROM example INDEXED BY example_by_medium WHERE medium_id = :medium AND id BETWEEN :low AND :high "
    + PAGE_CLAUSE.format(id="id")
)
SELECT_PAGE_OF_WORK = (
    "SELECT example_id FROM example_work WHERE token = :work AND example_id BETWEEN :low AND :high "
    + PAGE_CLAUSE.format(id="example_id")
)
COUNT_OF_WORK = f"""
    SELECT count(*) FROM example_work WHERE token = :work AND example_id BETWEEN :low AND :high AND {IN_SCOPE}
"""
# How many examples of a scope are of the works that are left out.
COUNT_EXCLUDED_WORKS = f"""
    SELECT count(DISTINCT example_id) FROM example_work
    WHERE token IN (SELECT value FROM json_each(:but_works)) AND example_id BETWEEN :low AND :high AND {IN_SCOPE}
    AND (:work IS NULL OR example_id IN (SELECT example_id FROM example_work WHERE token = :work))
"""

KEYS_TEMPLATE = "SELECT mark FROM {table} WHERE mark BETWEEN :first AND :last AND hides <= :hides "
NOT_EXCLUDED = """
    AND (:but_works IS NULL OR NOT EXISTS (
        SELECT 1 FROM example_work AS other WHERE other.example_id = {id}
        AND other.token IN (SELECT value FROM json_each(:but_works))
    ))
"""
KEYS_IN_SCOPE_TEMPLATE = f"{KEYS_TEMPLATE} AND {IN_SCOPE} AND {{id}} BETWEEN :low AND :high {NOT_EXCLUDED}"
# The marks of a part of a scope: of all examples, by medium; and, looking at more than an index, of any scope over all
# tropes, over a trope, over a work.
SELECT_KEYS = KEYS_TEMPLATE.format(table="example")
SELECT_KEYS_OF_MEDIA = KEYS_TEMPLATE.format(table="example") + "AND medium_id IN (SELECT value FROM json_each(:media))"
SELECT_KEYS_IN_SCOPE = KEYS_IN_SCOPE_TEMPLATE.format(table="example", id="+id")
SELECT_KEYS_OF_TROPE = KEYS_IN_SCOPE_TEMPLATE.format(table="example INDEXED BY example_by_id", id="id")
SELECT_KEYS_OF_WORK = (
    KEYS_IN_SCOPE_TEMPLATE.format(table="example_work", id="example_work.example_id") + "AND token = :work"
)

SELECT_FINGERPRINTS = "SELECT lower(name) AS folded, fingerprint FROM trope ORDER BY folded"
SELECT_TROPES = "SELECT id, name, title, folded FROM trope ORDER BY folded"
SELECT_TROPE = "SELECT name, title, page, loaded_at FROM trope WHERE id = ?"
SELECT_MEDIA = """
    SELECT id, slug, name, emoji, colour, words, group_slug, group_name, group_words,
        group_emoji, group_colour FROM medium
    WHERE id IN (SELECT medium_id FROM shelf) ORDER BY name
"""
COUNT_BY_MEDIUM = "SELECT medium_id, hides, sum(examples) FROM shelf GROUP BY medium_id, hides"
COUNT_BY_MEDIUM_OF_TROPE = "SELECT medium_id, hides, examples FROM shelf WHERE trope_id = ?"
SELECT_WORK_TITLES = """
    SELECT token, title FROM work WHERE token IN (SELECT value FROM json_each(?))
    AND EXISTS (SELECT 1 FROM example_work WHERE example_work.token = work.token)
"""
