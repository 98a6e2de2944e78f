"""The statements by which the corpus is read, all but the search. Values are always bound.

A scope is bound as `low` and `high` (ids of the examples of a trope or of all), `media` and `but_media` (ids, as JSON,
or null), `but_works` (tokens, as JSON, or null), `work` and `hides` (1 if examples that hide something are in it).
"""

_EXAMPLE = "SELECT id, key, folder, medium_id, mark, works, more, parts FROM example "
BY_ID = _EXAMPLE + "WHERE id = ?"
BY_IDS = _EXAMPLE + "WHERE id IN (SELECT value FROM json_each(?))"
BY_MARKS = _EXAMPLE + "WHERE mark IN (SELECT value FROM json_each(?))"
OF_TROPE = _EXAMPLE + "WHERE id BETWEEN ? AND ? ORDER BY id"

_IN_SCOPE = """
    hides <= :hides
    AND (:media IS NULL OR medium_id IN (SELECT value FROM json_each(:media)))
    AND (:but_media IS NULL OR medium_id IS NULL OR medium_id NOT IN (SELECT value FROM json_each(:but_media)))
"""
_OTHER_WORKS = "SELECT example_id FROM example_work WHERE token IN (SELECT value FROM json_each(:but_works))"
_PAGE = (
    f"AND {_IN_SCOPE} AND (:but_works IS NULL OR {{id}} NOT IN ({_OTHER_WORKS})) "
    "ORDER BY {id} LIMIT :size OFFSET :skip"
)
# The ids on a page of a list. What is skipped is skipped in an index that holds all that is asked of it: 0.03 µs each,
# 6 ms for the last page of 200,000 examples.
LISTED = "SELECT id FROM example INDEXED BY example_by_id WHERE id BETWEEN :low AND :high " + _PAGE.format(id="id")
LISTED_OF_MEDIUM = (
    "SELECT id FROM example INDEXED BY example_by_medium WHERE medium_id = :medium AND id BETWEEN :low AND :high "
    + _PAGE.format(id="id")
)
LISTED_OF_WORK = (
    "SELECT example_id FROM example_work WHERE token = :work AND example_id BETWEEN :low AND :high "
    + _PAGE.format(id="example_id")
)
COUNT_OF_WORK = f"""
    SELECT count(*) FROM example_work WHERE token = :work AND example_id BETWEEN :low AND :high AND {_IN_SCOPE}
"""
# How many examples of a scope are of the works that are left out.
COUNT_OF_OTHER_WORKS = f"""
    SELECT count(DISTINCT example_id) FROM example_work
    WHERE token IN (SELECT value FROM json_each(:but_works)) AND example_id BETWEEN :low AND :high AND {_IN_SCOPE}
    AND (:work IS NULL OR example_id IN (SELECT example_id FROM example_work WHERE token = :work))
"""

_MARKS = "SELECT mark FROM {table} WHERE mark BETWEEN :first AND :last AND hides <= :hides "
_NOT_OF_OTHER_WORKS = """
    AND (:but_works IS NULL OR NOT EXISTS (
        SELECT 1 FROM example_work AS other WHERE other.example_id = {id}
        AND other.token IN (SELECT value FROM json_each(:but_works))
    ))
"""
_MARKS_IN_SCOPE = f"{_MARKS} AND {_IN_SCOPE} AND {{id}} BETWEEN :low AND :high {_NOT_OF_OTHER_WORKS}"
# The marks of a part of a scope: of all examples, by medium; and, looking at more than an index, of any scope over all
# tropes, over a trope, over a work.
MARKS = _MARKS.format(table="example")
MARKS_OF_MEDIA = _MARKS.format(table="example") + "AND medium_id IN (SELECT value FROM json_each(:media))"
MARKS_OF_SOME = _MARKS_IN_SCOPE.format(table="example", id="+id")
MARKS_OF_TROPE = _MARKS_IN_SCOPE.format(table="example INDEXED BY example_by_id", id="id")
MARKS_OF_WORK = _MARKS_IN_SCOPE.format(table="example_work", id="example_work.example_id") + "AND token = :work"

FINGERPRINTS = "SELECT lower(name) AS folded, fingerprint FROM trope ORDER BY folded"
TROPES = "SELECT id, name, title, folded FROM trope ORDER BY folded"
TROPE = "SELECT name, title, page, loaded_at FROM trope WHERE id = ?"
MEDIA = """
    SELECT id, slug, name, emoji, colour, words, group_slug, group_name, group_words,
        group_emoji, group_colour FROM medium
    WHERE id IN (SELECT medium_id FROM shelf) ORDER BY name
"""
SHELVES = "SELECT medium_id, hides, sum(examples) FROM shelf GROUP BY medium_id, hides"
SHELVES_OF_TROPE = "SELECT medium_id, hides, examples FROM shelf WHERE trope_id = ?"
WORK_TITLES = """
    SELECT token, title FROM work WHERE token IN (SELECT value FROM json_each(?))
    AND EXISTS (SELECT 1 FROM example_work WHERE example_work.token = work.token)
"""
