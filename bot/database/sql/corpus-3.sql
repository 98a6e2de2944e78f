-- The index again: scopes tell how often an example says a word, the rowids how long it is, and media are only in scopes.
-- All is derived, so the next load makes it anew.
DELETE FROM trope;
DELETE FROM example;
DELETE FROM work;
DELETE FROM work_tail;
DELETE FROM example_work;
DELETE FROM word;
INSERT INTO hidden (hidden) VALUES ('delete-all');
DROP TABLE shelf;
DROP TABLE indexed;
DROP TABLE clear_words;
DROP TABLE clear;

-- How many examples there are of each trope, medium (0 for none) and kind.
CREATE TABLE shelf (
    trope_id  INTEGER NOT NULL,
    medium_id INTEGER NOT NULL,
    hides     INTEGER NOT NULL,
    examples  INTEGER NOT NULL,
    length    INTEGER NOT NULL,             -- of those together: words, as the index of what is in clear counts them
    PRIMARY KEY (trope_id, medium_id, hides)
) STRICT, WITHOUT ROWID;

-- What was given to the two indexes, to be taken out of them again.
CREATE TABLE indexed (
    example_id INTEGER PRIMARY KEY,
    quality    INTEGER NOT NULL,            -- its rowid there
    clear      TEXT NOT NULL,
    works      TEXT NOT NULL,
    hidden     TEXT,                        -- null if nothing is hidden
    scope      TEXT NOT NULL
) STRICT;
-- Hits come in the order of their rowids: the upper bits are the example's length, as the index of what is in clear
-- counts it, the lower 40 its id. A scope is made of words that no text holds (see rows.py), so that one index answers
-- what is said, how often, and where.
CREATE VIRTUAL TABLE clear USING fts5 (
    text, works, scope, content = "", tokenize = "unicode61 remove_diacritics 2"
);
-- A batch of some ten thousand examples is one piece of the index, not twenty.
INSERT INTO clear (clear, rank) VALUES ('hashsize', 16000000);
CREATE VIRTUAL TABLE clear_words USING fts5vocab (clear, row);
