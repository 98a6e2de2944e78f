-- The corpus again, laid out so that nothing takes longer at a million examples than members wait. It is derived, so
-- nothing is taken over: the next load makes it anew.
DROP TABLE clear_words;
DROP TABLE clear;
DROP TABLE hidden;
DROP TABLE example_work;
DROP TABLE work;
DROP TABLE example;
DROP TABLE medium;
DROP TABLE trope;

CREATE TABLE trope (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE COLLATE NOCASE,
    title       TEXT NOT NULL,
    folded      TEXT NOT NULL,              -- the title as it is compared
    page        TEXT NOT NULL,              -- description, caption and related tropes, as JSON
    fingerprint TEXT NOT NULL,              -- of the source, the tables and the reader that made these rows
    loaded_at   INTEGER NOT NULL            -- seconds since 1970, UTC
) STRICT;
CREATE INDEX trope_by_title ON trope (folded, title, name);

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

-- The id holds the trope's in its upper bits and the number on the page, 1..n, in the lower 16, so that a trope is a
-- range of ids, in page order.
CREATE TABLE example (
    id        INTEGER PRIMARY KEY,
    key       TEXT NOT NULL,                -- survives edits of the page around it
    folder    TEXT,
    medium_id INTEGER,
    hides     INTEGER NOT NULL,             -- 1 if it holds a spoiler
    mark      INTEGER NOT NULL,             -- 60 bits of a hash of trope and key: who it is, in any corpus
    works     TEXT NOT NULL,                -- page and title of each, as JSON
    more      INTEGER NOT NULL,             -- 1 if its trope has other examples of its first work
    parts     TEXT NOT NULL                 -- as JSON
) STRICT;
CREATE INDEX example_by_id ON example (id, medium_id, hides, mark);
CREATE INDEX example_by_medium ON example (medium_id, id, hides);
-- A range of marks is a random part of all examples or of a medium's; each index answers it alone.
CREATE INDEX example_by_mark ON example (mark, hides);
CREATE INDEX example_by_medium_and_mark ON example (medium_id, mark, hides);

-- How many examples there are of each trope, medium (0 for none) and kind.
CREATE TABLE shelf (
    trope_id  INTEGER NOT NULL,
    medium_id INTEGER NOT NULL,
    hides     INTEGER NOT NULL,
    examples  INTEGER NOT NULL,
    PRIMARY KEY (trope_id, medium_id, hides)
) STRICT, WITHOUT ROWID;

-- Titles that examples are about. One that is there no more may stay: it has no examples.
CREATE TABLE work (
    token  TEXT PRIMARY KEY,                -- stands for the folded title where room is scarce
    title  TEXT NOT NULL,
    folded TEXT NOT NULL                    -- as it is compared
) STRICT, WITHOUT ROWID;
CREATE INDEX work_by_title ON work (folded, title, token);
-- Every title from its second word on, its third and so on: what begins within is found like what begins it.
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

-- What was given to the two indexes below, to be taken out of them again.
CREATE TABLE indexed (
    example_id INTEGER PRIMARY KEY,
    quality    INTEGER NOT NULL,            -- its rowid there
    clear      TEXT NOT NULL,
    works      TEXT NOT NULL,
    medium     TEXT NOT NULL,
    hidden     TEXT,                        -- null if nothing is hidden
    scope      TEXT NOT NULL
) STRICT;
-- What the page shows, and apart from it what it hides. Hits come in the order of their rowids: those go up with the
-- length of the text, so what says it in few words comes first; the lower 40 bits are the example's id. A scope is made
-- of words that no text holds (see rows.py), so that one index answers words and scope together.
CREATE VIRTUAL TABLE clear USING fts5 (
    text, works, medium, scope, content = "", tokenize = "unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE hidden USING fts5 (
    text, scope, content = "", tokenize = "unicode61 remove_diacritics 2"
);
-- A batch of some ten thousand examples is one piece of the index, not twenty.
INSERT INTO clear (clear, rank) VALUES ('hashsize', 16000000);
CREATE VIRTUAL TABLE clear_words USING fts5vocab (clear, row);
-- In how many examples a word stands in clear. Empty while many pages are being loaded.
CREATE TABLE word (
    term     TEXT PRIMARY KEY,
    examples INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX word_frequent ON word (term, examples) WHERE examples > 5000;
CREATE INDEX word_by_letter ON word (substr(term, 1, 1), examples);
