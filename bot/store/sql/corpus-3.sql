-- The index tells how often an example says a word, and counts how long it is. All is derived, so the next load makes it
-- anew.
DELETE FROM trope;
DELETE FROM example;
DELETE FROM work;
DELETE FROM work_tail;
DELETE FROM example_work;
DELETE FROM indexed;
DELETE FROM word;
INSERT INTO clear (clear) VALUES ('delete-all');
INSERT INTO hidden (hidden) VALUES ('delete-all');

-- How many examples there are of each trope, medium (0 for none) and kind.
DROP TABLE shelf;
CREATE TABLE shelf (
    trope_id  INTEGER NOT NULL,
    medium_id INTEGER NOT NULL,
    hides     INTEGER NOT NULL,
    examples  INTEGER NOT NULL,
    length    INTEGER NOT NULL,             -- of those together: words, as the index counts them
    PRIMARY KEY (trope_id, medium_id, hides)
) STRICT, WITHOUT ROWID;
