-- The corpus: everything here is derived from page sources and can be rebuilt from them. Text is stored as styled
-- spans, never as rendered messages.

-- One row. Every transaction that changes anything advances the number: see generation.py.
CREATE TABLE generation (
    number INTEGER NOT NULL
) STRICT;
INSERT INTO generation (number) VALUES (0);

CREATE TABLE trope (
    id               INTEGER PRIMARY KEY,
    name             TEXT NOT NULL UNIQUE COLLATE NOCASE,
    ref              TEXT NOT NULL,         -- short hash of the name
    title            TEXT NOT NULL,
    normalized_title TEXT NOT NULL,
    example_count    INTEGER NOT NULL,
    lines_json       TEXT NOT NULL,         -- as much of page quote, description and caption as a card shows
    missing_json     TEXT NOT NULL,         -- how many listed subpages are not loaded, and the first of their names
    details_json     TEXT NOT NULL          -- description, quote, caption and related tropes, all of them
) STRICT;
CREATE INDEX trope_by_title ON trope (normalized_title, title, name, example_count);
CREATE INDEX trope_by_ref ON trope (ref);

-- A trope's main page and subpages. An id is the trope's id followed by 16 bits for the position among its pages, from
-- 0. A trope whose pages have no example yet is not shown.
CREATE TABLE page (
    id                 INTEGER PRIMARY KEY,
    name               TEXT NOT NULL UNIQUE COLLATE NOCASE,  -- "ActionGirl" or "ActionGirl/AnimeAndManga"
    title              TEXT NOT NULL,       -- of the trope, as this page has it
    source_fingerprint TEXT NOT NULL,       -- of the source, the site's tables and the parser that made these rows
    form               TEXT NOT NULL,       -- what the file was
    saved_at           INTEGER,             -- Unix seconds; NULL if the page does not say
    listed_json        TEXT NOT NULL,       -- the subpages that its index lists
    titles_json        TEXT NOT NULL,       -- the titles of other pages that it registers
    loaded_at          INTEGER NOT NULL     -- Unix seconds
) STRICT;

-- Titles as the site registers them, with how many pages say so. The most frequent one counts, of several the first in
-- the alphabet, so that the order of loading does not matter.
CREATE TABLE learned_title (
    page  TEXT NOT NULL COLLATE NOCASE,
    title TEXT NOT NULL,
    votes INTEGER NOT NULL,
    PRIMARY KEY (page, title)
) STRICT, WITHOUT ROWID;
-- Titles whose votes changed since the works of all tropes got their titles. Empty after a load.
CREATE TABLE stale_title (
    page  TEXT NOT NULL COLLATE NOCASE,
    title TEXT NOT NULL,
    PRIMARY KEY (page, title)
) STRICT, WITHOUT ROWID;

CREATE TABLE medium (
    id                 INTEGER PRIMARY KEY,
    slug               TEXT NOT NULL UNIQUE,
    name               TEXT NOT NULL,
    emoji              TEXT NOT NULL,
    colour             INTEGER NOT NULL,
    aliases_json       TEXT NOT NULL,
    group_slug         TEXT NOT NULL,
    group_name         TEXT NOT NULL,
    group_aliases_json TEXT NOT NULL,
    group_emoji        TEXT NOT NULL,
    group_colour       INTEGER NOT NULL
) STRICT;

-- An id is the trope's id, then 16 bits for the number on the page, from 1. So a trope is a range of ids, in page order.
-- In every table, medium_id is 0 if there is no medium.
CREATE TABLE example (
    id            INTEGER PRIMARY KEY,
    key           TEXT NOT NULL,            -- stays the same when the page around the example is edited
    folder        TEXT,
    medium_id     INTEGER NOT NULL,
    has_spoilers  INTEGER NOT NULL,
    shuffle_key   INTEGER NOT NULL,         -- 60-bit hash of trope and key: identifies the example in every corpus
    works_json    TEXT NOT NULL,            -- page and title of each work, the first hundred: the codec's known works
    work_has_more INTEGER NOT NULL,         -- 1 if its trope has other examples of its first work
    spoiler_count INTEGER NOT NULL,
    note_count    INTEGER NOT NULL,
    spoiled_json  TEXT,                     -- the works that its spoilers are about, the first hundred and one
    page_count    INTEGER,                  -- of a long example; NULL if it fits one page
    parts_json    TEXT NOT NULL,            -- the lines of the first page of a long example
    subpage       INTEGER,                  -- the last 16 bits of its subpage's id; NULL on the main page
    source_line   INTEGER NOT NULL          -- where it starts in its file, from 1; 0 if unknown
) STRICT;
-- Each of these answers a query without reading the table.
CREATE INDEX example_by_id ON example (id, medium_id, has_spoilers, shuffle_key);
CREATE INDEX example_by_medium ON example (medium_id, id, has_spoilers);
CREATE INDEX example_by_shuffle_key ON example (shuffle_key, has_spoilers);
CREATE INDEX example_by_medium_and_shuffle_key ON example (medium_id, shuffle_key, has_spoilers);

-- The pages of long examples, so that an answer reads one of them. An id is the example's id, then 20 bits for the page,
-- from 1. Page 0 are its notes, as many as a card shows.
CREATE TABLE example_page (
    id         INTEGER PRIMARY KEY,
    words      TEXT NOT NULL,               -- of its visible text, without case and accents, each between blanks
    lines_json TEXT NOT NULL
) STRICT;
-- Long examples whole, to merge their pages again and to export them. Compressed by zlib.
CREATE TABLE long_example (
    id         INTEGER PRIMARY KEY,         -- the example's
    works_json BLOB NOT NULL,
    parts_json BLOB NOT NULL
) STRICT;

-- So that no query has to count a million rows.
CREATE TABLE example_count (
    trope_id     INTEGER NOT NULL,
    medium_id    INTEGER NOT NULL,
    has_spoilers INTEGER NOT NULL,
    examples     INTEGER NOT NULL,
    total_words  INTEGER NOT NULL,          -- of these examples, as the index of visible text counts them
    PRIMARY KEY (trope_id, medium_id, has_spoilers)
) STRICT, WITHOUT ROWID;
-- The same for 60 tropes together, a block, so that a start and a page of a medium read few rows. The triggers keep it.
CREATE TABLE example_block (
    medium_id    INTEGER NOT NULL,
    has_spoilers INTEGER NOT NULL,
    block        INTEGER NOT NULL,          -- trope_id / 60
    tropes       INTEGER NOT NULL,          -- a bit for each of its tropes that has such examples
    examples     INTEGER NOT NULL,
    total_words  INTEGER NOT NULL,
    PRIMARY KEY (medium_id, has_spoilers, block)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER example_count_inserted AFTER INSERT ON example_count BEGIN
    INSERT INTO example_block (medium_id, has_spoilers, block, tropes, examples, total_words)
    VALUES (
        new.medium_id, new.has_spoilers, new.trope_id / 60, 1 << new.trope_id % 60, new.examples, new.total_words
    )
    ON CONFLICT (medium_id, has_spoilers, block) DO UPDATE SET
        tropes = tropes | excluded.tropes, examples = examples + excluded.examples,
        total_words = total_words + excluded.total_words;
END;
CREATE TRIGGER example_count_updated AFTER UPDATE ON example_count BEGIN
    UPDATE example_block SET
        examples = examples + new.examples - old.examples, total_words = total_words + new.total_words - old.total_words
    WHERE medium_id = new.medium_id AND has_spoilers = new.has_spoilers AND block = new.trope_id / 60;
END;
CREATE TRIGGER example_count_deleted AFTER DELETE ON example_count BEGIN
    UPDATE example_block SET
        tropes = tropes & ~(1 << old.trope_id % 60), examples = examples - old.examples,
        total_words = total_words - old.total_words
    WHERE medium_id = old.medium_id AND has_spoilers = old.has_spoilers AND block = old.trope_id / 60;
    DELETE FROM example_block
    WHERE medium_id = old.medium_id AND has_spoilers = old.has_spoilers AND block = old.trope_id / 60 AND tropes = 0;
END;

-- Titles of works. A title stays when its last example is removed.
CREATE TABLE work (
    ref              TEXT PRIMARY KEY,      -- short hash of the normalized title
    title            TEXT NOT NULL,
    normalized_title TEXT NOT NULL,
    trope_count      INTEGER NOT NULL DEFAULT 0  -- tropes with visible text about it
) STRICT, WITHOUT ROWID;
CREATE INDEX work_by_title ON work (normalized_title, title, ref);
-- The keys by which a work is found: see names.py. Those of its title stay with it, and have the trope 0. Those of a
-- label in the visible text of a trope go with the trope.
CREATE TABLE work_key (
    key      TEXT NOT NULL,
    work_ref TEXT NOT NULL,
    trope_id INTEGER NOT NULL,
    is_name  INTEGER NOT NULL,              -- 1 if it is of a whole title or label
    PRIMARY KEY (key, work_ref, trope_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_key_of_label ON work_key (trope_id) WHERE trope_id <> 0;
-- What a trope calls works in its visible text, other than by their titles.
CREATE TABLE work_label (
    trope_id INTEGER NOT NULL,
    work_ref TEXT NOT NULL,
    label    TEXT NOT NULL,
    PRIMARY KEY (trope_id, work_ref, label)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_label_by_work_ref ON work_label (work_ref, label);
CREATE TABLE trope_key (
    key      TEXT NOT NULL,
    trope_id INTEGER NOT NULL,
    is_name  INTEGER NOT NULL,
    PRIMARY KEY (key, trope_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX trope_key_by_trope ON trope_key (trope_id);
-- The pages of works. A row stays when its last example is removed.
CREATE TABLE work_page (
    work_ref TEXT NOT NULL,
    page     TEXT NOT NULL,                 -- in lower case
    PRIMARY KEY (work_ref, page)
) STRICT, WITHOUT ROWID;
-- What an example says about a work: see model.py (Appearance). A sentence is a text, or a place: see sentences.py.
CREATE TABLE example_work (
    example_id   INTEGER NOT NULL,
    work_ref     TEXT NOT NULL,
    medium_id    INTEGER NOT NULL,
    has_spoilers INTEGER NOT NULL,
    relation     INTEGER NOT NULL,
    is_hidden    INTEGER NOT NULL,
    shuffle_key  INTEGER NOT NULL,
    sentence     ANY NOT NULL,
    PRIMARY KEY (example_id, work_ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX example_work_by_work_ref
ON example_work (work_ref, example_id, medium_id, has_spoilers, shuffle_key, relation, is_hidden);
-- Works that an example links to without being about them. They may have no example at all.
CREATE TABLE work_mention (
    example_id   INTEGER NOT NULL,
    page         TEXT NOT NULL,             -- in lower case
    medium_id    INTEGER NOT NULL,
    has_spoilers INTEGER NOT NULL,
    is_hidden    INTEGER NOT NULL,
    sentence     ANY NOT NULL,
    PRIMARY KEY (example_id, page)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_mention_by_page ON work_mention (page, example_id, medium_id, has_spoilers, is_hidden);
-- The works that the spoilers of an example are about.
CREATE TABLE work_spoiled (
    example_id INTEGER NOT NULL,
    work_ref   TEXT NOT NULL,
    medium_id  INTEGER NOT NULL,
    PRIMARY KEY (example_id, work_ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_spoiled_by_work_ref ON work_spoiled (work_ref, example_id, medium_id);

-- Visible and hidden text, each in a separate index. A rowid is the example's length in words, then 35 bits for its id:
-- the shortest hits come first. The column filters has terms of index_terms.py, so one query matches words and scope.
-- Neither stores a text, nor a length. To delete a row, index_rows.py makes its text again from the example.
CREATE VIRTUAL TABLE visible_fts USING fts5 (
    text, works, filters, content = "", columnsize = 0, tokenize = "unicode61 remove_diacritics 2 tokenchars '~'"
);
CREATE VIRTUAL TABLE hidden_fts USING fts5 (
    text, filters, content = "", columnsize = 0, tokenize = "unicode61 remove_diacritics 2 tokenchars '~'"
);
-- With this much memory, a batch of some ten thousand examples becomes one segment of the index instead of twenty.
INSERT INTO visible_fts (visible_fts, rank) VALUES ('hashsize', 16000000);
CREATE VIRTUAL TABLE visible_vocabulary USING fts5vocab (visible_fts, row);

-- The number of examples whose visible text has a term. Empty during a bulk load.
CREATE TABLE term (
    term           TEXT PRIMARY KEY,
    document_count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX frequent_term ON term (term, document_count) WHERE document_count > 5000;
CREATE INDEX term_by_letter ON term (substr(term, 1, 1), document_count);
CREATE INDEX term_by_length ON term (substr(term, 1, 1), length(term), document_count);
