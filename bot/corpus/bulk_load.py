"""What a bulk load leaves out, and how it is made up for."""

from bot.corpus import text_index

MAX_SEGMENTS = 1_900  # of an index during a bulk load, a batch of examples each. FTS5 allows 2,000.

RECOUNT_TROPES_OF_WORKS = """
    UPDATE work SET trope_count = (
        SELECT count(DISTINCT example_id >> 16) FROM example_work INDEXED BY example_work_by_work_ref
        WHERE work_ref = ref AND relation < 2 AND NOT is_hidden
    )
"""
# Bulk loads drop these indexes and rebuild them once: inserting in random order would rewrite every page.
DROP_BULK_INDEXES = (
    "DELETE FROM term",
    "DROP INDEX IF EXISTS example_by_shuffle_key",
    "DROP INDEX IF EXISTS example_by_medium_and_shuffle_key",
    "DROP INDEX IF EXISTS example_work_by_work_ref",
    "DROP INDEX IF EXISTS work_mention_by_page",
    "DROP INDEX IF EXISTS work_spoiled_by_work_ref",
    *text_index.settings(automerge=0, crisismerge=MAX_SEGMENTS),  # segments are merged once, at the end
)
# Each is a transaction: pages that one frees can be written by the next without a copy in the journal. If a load was
# interrupted between them, the next one begins again. The last one makes the corpus complete: see generation.py.
REBUILD_INDEXES = (
    text_index.settings(automerge=4, crisismerge=16),  # FTS5's own
    text_index.COUNT_ALL_TERMS,
    ("CREATE INDEX IF NOT EXISTS example_by_medium_and_shuffle_key ON example (medium_id, shuffle_key, has_spoilers)",),
    (
        (
            "CREATE INDEX IF NOT EXISTS example_work_by_work_ref\n"
            "ON example_work (work_ref, example_id, medium_id, has_spoilers, shuffle_key, relation, is_hidden)"
        ),
        RECOUNT_TROPES_OF_WORKS,
    ),
    (
        (
            "CREATE INDEX IF NOT EXISTS work_mention_by_page "
            "ON work_mention (page, example_id, medium_id, has_spoilers, is_hidden)"
        ),
        "CREATE INDEX IF NOT EXISTS work_spoiled_by_work_ref ON work_spoiled (work_ref, example_id, medium_id)",
    ),
    ("CREATE INDEX IF NOT EXISTS example_by_shuffle_key ON example (shuffle_key, has_spoilers)",),
)
