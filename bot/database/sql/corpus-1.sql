-- The corpus: derived from page sources, replaced a trope at a time. Rows hold spans, never rendered text.
CREATE TABLE trope (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE COLLATE NOCASE,
    title       TEXT NOT NULL,
    folded      TEXT NOT NULL,              -- the title as it is compared
    page        TEXT NOT NULL,              -- description, caption and related tropes, as JSON
    fingerprint TEXT NOT NULL,              -- of the source, the tables and the reader that made these rows
    loaded_at   INTEGER NOT NULL            -- seconds since 1970, UTC
) STRICT;

CREATE INDEX trope_by_title ON trope (folded);

CREATE TABLE medium (
    id          INTEGER PRIMARY KEY,
    slug        TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    emoji       TEXT NOT NULL,
    colour      INTEGER NOT NULL,
    words       TEXT NOT NULL,              -- what people type for it, as JSON
    group_slug  TEXT NOT NULL,
    group_name  TEXT NOT NULL,
    group_words TEXT NOT NULL,
    group_emoji TEXT NOT NULL,
    group_colour INTEGER NOT NULL
) STRICT;

CREATE TABLE example (
    id        INTEGER PRIMARY KEY,
    trope_id  INTEGER NOT NULL REFERENCES trope ON DELETE CASCADE,
    number    INTEGER NOT NULL,             -- place on the page, 1..n
    key       TEXT NOT NULL,                -- survives edits of the page around it
    folder    TEXT,
    medium_id INTEGER REFERENCES medium,
    hides     INTEGER NOT NULL,             -- 1 if it holds a spoiler
    place     INTEGER NOT NULL,             -- 0.. among those of its trope, medium and hides
    mark      INTEGER NOT NULL,             -- 60 bits of a hash of trope and key: who it is, in any corpus
    parts     TEXT NOT NULL,                -- as JSON
    UNIQUE (trope_id, number),
    UNIQUE (trope_id, key)
) STRICT;
CREATE INDEX example_by_place ON example (trope_id, medium_id, hides, place);
-- A range of marks is a random part of all examples, of a trope's, of a medium's; each index answers it alone.
CREATE INDEX example_by_mark ON example (mark, hides);
CREATE INDEX example_by_trope_and_mark ON example (trope_id, mark, medium_id, hides);
CREATE INDEX example_by_medium_and_mark ON example (medium_id, mark, hides);

CREATE TABLE work (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL UNIQUE,             -- the page without case, or the title where there is no page
    page  TEXT,
    title TEXT NOT NULL,
    folded TEXT NOT NULL,                   -- the title as it is compared
    token TEXT NOT NULL                     -- stands for the folded title where room is scarce
) STRICT;
CREATE INDEX work_by_title ON work (folded);
CREATE INDEX work_by_token ON work (token);

CREATE TABLE example_work (
    example_id INTEGER NOT NULL REFERENCES example ON DELETE CASCADE,
    place      INTEGER NOT NULL,
    work_id    INTEGER NOT NULL REFERENCES work,
    PRIMARY KEY (example_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX example_by_work ON example_work (work_id, example_id);

-- What the page shows, and apart from it what it hides; rowids are those of the examples.
CREATE VIRTUAL TABLE clear USING fts5 (text, works, medium, tokenize = "unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE hidden USING fts5 (text, tokenize = "unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE clear_words USING fts5vocab (clear, row);
