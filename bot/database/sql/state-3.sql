-- The processes of a bot that is split over several: what they take turns at, and what they serve.
CREATE TABLE identify (
    bucket INTEGER PRIMARY KEY,             -- shards that may not log in at once: their number modulo Discord's limit
    free   INTEGER NOT NULL                 -- when the next may, milliseconds since 1970
) STRICT;

CREATE TABLE process (
    shards TEXT PRIMARY KEY,                -- which it runs, of how many
    corpus TEXT NOT NULL,                   -- hash of the corpus that it serves
    seen   INTEGER NOT NULL                 -- when it said so, seconds since 1970
) STRICT;
