"""The statements by which the corpus is read. Values are always bound."""

_EXAMPLE = """
    SELECT example.trope_id, example.number, example.key, example.folder, example.medium_id, example.parts,
        (SELECT json_group_array(json_array(page, title)) FROM (
            SELECT work.page, work.title FROM example_work JOIN work ON work.id = work_id
            WHERE example_id = example.id ORDER BY place
        )) AS works,
        EXISTS (
            SELECT 1 FROM example_work AS own
            JOIN work ON work.id = own.work_id
            JOIN work AS same ON same.token = work.token
            JOIN example_work AS other ON other.work_id = same.id AND other.example_id <> own.example_id
            JOIN example AS another ON another.id = other.example_id
            WHERE own.example_id = example.id AND own.place = 0 AND another.trope_id = example.trope_id
        ) AS more
    FROM example
"""
AT_PLACE = _EXAMPLE + "WHERE trope_id = ? AND medium_id IS ? AND hides = ? AND place = ?"
BY_NUMBER = _EXAMPLE + "WHERE trope_id = ? AND number = ?"
BY_MARK = _EXAMPLE + "WHERE mark = ? LIMIT 1"
OF_TROPE = _EXAMPLE + "WHERE trope_id = ? ORDER BY number"

_IN_SCOPE = """
    example.trope_id IN (SELECT value FROM json_each(:tropes))
    AND (:media IS NULL OR example.medium_id IN (SELECT value FROM json_each(:media)))
    AND (:work IS NULL OR example.id IN (
        SELECT example_id FROM example_work JOIN work ON work.id = work_id WHERE token = :work
    ))
    AND example.hides <= :hides
    AND (:but_media IS NULL OR example.medium_id IS NULL
        OR example.medium_id NOT IN (SELECT value FROM json_each(:but_media)))
    AND (:but_works IS NULL OR example.id NOT IN (
        SELECT example_id FROM example_work JOIN work ON work.id = work_id
        WHERE token IN (SELECT value FROM json_each(:but_works))
    ))
"""
COUNT = f"SELECT count(*) FROM example WHERE {_IN_SCOPE}"
LISTED = _EXAMPLE + f"WHERE {_IN_SCOPE} ORDER BY trope_id, number LIMIT :size OFFSET :skip"

_MARKS = "SELECT mark FROM example {index} WHERE mark BETWEEN :low AND :high AND hides <= :hides "
_OF_TROPES = "AND trope_id IN (SELECT value FROM json_each(:tropes))"
_OF_MEDIA = "AND medium_id IN (SELECT value FROM json_each(:media))"
# The marks of a part of a scope: of all examples, by medium, by trope, by trope and medium,
# or, where neither answers, of any scope.
MARKS_OF_ALL = _MARKS.format(index="INDEXED BY example_by_mark")
MARKS_OF_MEDIA = _MARKS.format(index="INDEXED BY example_by_medium_and_mark") + _OF_MEDIA
MARKS_OF_TROPE = _MARKS.format(index="INDEXED BY example_by_trope_and_mark") + _OF_TROPES
MARKS_OF_BOTH = f"{MARKS_OF_TROPE} {_OF_MEDIA}"
MARKS_OF_SOME = _MARKS.format(index="") + f"AND {_IN_SCOPE}"

# Weights of what an example says, the works it is about, and its medium's name.
_CLEAR_HITS = "SELECT rowid AS id, bm25(clear, 1.0, 4.0, 0.5) AS score FROM clear WHERE clear MATCH :query"
_ALL_HITS = f"""
    SELECT id, min(score) AS score FROM (
        {_CLEAR_HITS} UNION ALL SELECT rowid, bm25(hidden) FROM hidden WHERE hidden MATCH :query
    ) GROUP BY id
"""
_FOUND = f"JOIN hit USING (id) WHERE {_IN_SCOPE} ORDER BY score, id LIMIT :size OFFSET :skip"
_FOUND_COUNT = f"SELECT count(*) FROM example JOIN hit USING (id) WHERE {_IN_SCOPE}"
# By whether hidden text is searched too: the statement that finds, and the one that counts.
SEARCH = {
    hidden: (
        f"WITH hit AS MATERIALIZED ({hits}) {_EXAMPLE} {_FOUND}",
        f"WITH hit AS MATERIALIZED ({hits}) {_FOUND_COUNT}",
    )
    for hidden, hits in ((False, _CLEAR_HITS), (True, _ALL_HITS))
}
NEAR_WORDS = """
    SELECT term FROM clear_words
    WHERE term >= :first AND term < :first || char(0x10ffff) AND length(term) BETWEEN :shortest AND :longest
    ORDER BY doc DESC LIMIT 5000
"""
RARE_WORDS = """
    SELECT term FROM clear_words
    WHERE term IN (SELECT value FROM json_each(:words)) AND doc * 5 <= :examples
    ORDER BY doc, length(term) DESC LIMIT :most
"""
FREQUENT_WORDS = """
    SELECT term FROM clear_words
    WHERE term >= :typed AND term < :typed || char(0x10ffff) AND length(term) > 3 AND doc * 5 <= :examples
    ORDER BY doc DESC, term LIMIT :most
"""
FINGERPRINTS = "SELECT lower(name) AS folded, fingerprint FROM trope ORDER BY folded"
TROPES = "SELECT id, name, title FROM trope ORDER BY folded"
TROPE = "SELECT name, title, page, loaded_at FROM trope WHERE id = ?"
MEDIA = """
    SELECT id, slug, name, emoji, colour, words, group_slug, group_name, group_words,
        group_emoji, group_colour FROM medium
    WHERE id IN (SELECT medium_id FROM example) ORDER BY name
"""
SHELVES = "SELECT trope_id, medium_id, hides, count(*) FROM example GROUP BY trope_id, medium_id, hides"
WORK_TITLES = """
    SELECT token, min(title) FROM work WHERE token IN (SELECT value FROM json_each(?)) GROUP BY token
"""
