-- The corpus: everything here is derived from page sources and can be rebuilt from them. Text is stored as styled
-- spans, never as rendered messages.

CREATE TABLE trope (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE COLLATE NOCASE,
    title       TEXT NOT NULL,
    folded      TEXT NOT NULL,              -- the title, normalized for comparing
    page        TEXT NOT NULL,              -- description, caption and related tropes, as JSON
    fingerprint TEXT NOT NULL,              -- of the source, the site's tables and the parser that made these rows
    loaded_at   INTEGER NOT NULL            -- Unix seconds
) STRICT;
CREATE INDEX trope_by_title ON trope (folded, title, name);

CREATE TABLE medium (
    id           INTEGER PRIMARY KEY,
    slug         TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    emoji        TEXT NOT NULL,
    colour       INTEGER NOT NULL,
    words        TEXT NOT NULL,             -- aliases that members may type, as JSON
    group_slug   TEXT NOT NULL,
    group_name   TEXT NOT NULL,
    group_words  TEXT NOT NULL,             -- the group's aliases, as JSON
    group_emoji  TEXT NOT NULL,
    group_colour INTEGER NOT NULL
) STRICT;

-- An id is the trope's id followed by 16 bits for the number on the page, from 1. So a trope is a range of ids, in page
-- order.
CREATE TABLE example (
    id        INTEGER PRIMARY KEY,
    key       TEXT NOT NULL,                -- stays the same when the page around the example is edited
    folder    TEXT,
    medium_id INTEGER,
    hides     INTEGER NOT NULL,             -- 1 if the text has spoilers
    mark      INTEGER NOT NULL,             -- 60-bit hash of trope and key: identifies the example in every corpus
    works     TEXT NOT NULL,                -- page and title of each work, as JSON
    more      INTEGER NOT NULL,             -- 1 if its trope has other examples of its first work
    parts     TEXT NOT NULL                 -- as JSON
) STRICT;
-- Each of these answers a query without reading the table.
CREATE INDEX example_by_id ON example (id, medium_id, hides, mark);
CREATE INDEX example_by_medium ON example (medium_id, id, hides);
CREATE INDEX example_by_mark ON example (mark, hides);
CREATE INDEX example_by_medium_and_mark ON example (medium_id, mark, hides);

-- Example counts, so that no query has to count a million rows.
CREATE TABLE shelf (
    trope_id  INTEGER NOT NULL,
    medium_id INTEGER NOT NULL,             -- 0 for none
    hides     INTEGER NOT NULL,
    examples  INTEGER NOT NULL,
    length    INTEGER NOT NULL,             -- total words of these examples, as the index of visible text counts them
    PRIMARY KEY (trope_id, medium_id, hides)
) STRICT, WITHOUT ROWID;

-- Titles of works. A title stays when its last example is removed.
CREATE TABLE work (
    token  TEXT PRIMARY KEY,                -- short hash of the normalized title
    title  TEXT NOT NULL,
    folded TEXT NOT NULL                    -- the title, normalized for comparing
) STRICT, WITHOUT ROWID;
CREATE INDEX work_by_title ON work (folded, title, token);
-- Every title from its second word on, from its third and so on: finds titles by a word inside them.
CREATE TABLE work_tail (
    tail  TEXT NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (tail, token)
) STRICT, WITHOUT ROWID;
CREATE TABLE example_work (
    token      TEXT NOT NULL,
    example_id INTEGER NOT NULL,
    medium_id  INTEGER,
    hides      INTEGER NOT NULL,
    mark       INTEGER NOT NULL
) STRICT;
CREATE INDEX example_work_by_token ON example_work (token, example_id, medium_id, hides, mark);
CREATE INDEX example_work_by_example ON example_work (example_id, token);

-- The text of each row of the FTS5 tables. They have no content of their own, so deleting a row needs its old text.
CREATE TABLE indexed (
    example_id INTEGER PRIMARY KEY,
    quality    INTEGER NOT NULL,            -- the rowid in both FTS5 tables
    clear      TEXT NOT NULL,
    works      TEXT NOT NULL,
    hidden     TEXT,                        -- NULL if nothing is hidden
    scope      TEXT NOT NULL
) STRICT;
-- Visible text, and apart from it hidden text. A rowid is the example's length in words, then 40 bits for its id: hits
-- come shortest text first. The column scope has filter terms (index_terms.py), so one query matches words and scope.
CREATE VIRTUAL TABLE clear USING fts5 (
    text, works, scope, content = "", tokenize = "unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE hidden USING fts5 (
    text, scope, content = "", tokenize = "unicode61 remove_diacritics 2"
);
-- With this much memory, a batch of some ten thousand examples becomes one segment of the index instead of twenty.
INSERT INTO clear (clear, rank) VALUES ('hashsize', 16000000);
CREATE VIRTUAL TABLE clear_words USING fts5vocab (clear, row);

-- The number of examples whose visible text has a word. Empty during a bulk load.
CREATE TABLE word (
    term     TEXT PRIMARY KEY,
    examples INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX word_frequent ON word (term, examples) WHERE examples > 5000;
CREATE INDEX word_by_letter ON word (substr(term, 1, 1), examples);
