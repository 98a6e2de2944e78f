-- The state: what servers and members chose, and what each channel has seen. It cannot be rebuilt.
-- PostgreSQL gets the same script, with BIGINT for INTEGER and without STRICT and WITHOUT ROWID.

CREATE TABLE synced_commands (
    scope   TEXT PRIMARY KEY,               -- application and guild the commands were sent for
    payload TEXT NOT NULL                   -- hash of what was sent
) STRICT;

CREATE TABLE round (
    audience INTEGER NOT NULL,              -- who saw the examples: a channel, or minus the id of a member alone
    scope   TEXT NOT NULL,                  -- stands for what was asked: trope, medium, work, spoilers
    seed    INTEGER NOT NULL,               -- makes the round's order
    bits    INTEGER NOT NULL,               -- the scope is parted into 2^bits parts by the marks' first bits
    part    INTEGER NOT NULL,               -- how many parts were shown whole
    base    INTEGER NOT NULL,               -- how many examples were shown in those
    passed  INTEGER NOT NULL,               -- the highest rank shown in this part, or -1
    place   INTEGER NOT NULL,               -- the latest was the how manieth of the round
    latest  INTEGER NOT NULL,               -- the mark of the example shown last
    draws   INTEGER NOT NULL,               -- how often the row was written
    day     TEXT NOT NULL,                  -- when it was last, UTC
    guild   INTEGER NOT NULL DEFAULT 0,     -- the guild of that channel; 0 if there is none
    PRIMARY KEY (audience, scope)
) STRICT;
CREATE INDEX round_by_guild ON round (guild) WHERE guild <> 0;

CREATE TABLE guild_choice (
    guild INTEGER NOT NULL,
    what  TEXT NOT NULL CHECK (what IN ('spoilers', 'private', 'medium', 'work', 'channel')),
    value TEXT NOT NULL,                    -- a spoiler mode, 'yes', a medium's slug, a work's token, a channel's id
    PRIMARY KEY (guild, what, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE member_choice (
    member INTEGER NOT NULL,
    what   TEXT NOT NULL CHECK (what IN ('spoilers', 'private', 'seen')),
    value  TEXT NOT NULL,                   -- a spoiler mode, 'yes', a work's token
    PRIMARY KEY (member, what, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE daily (
    channel    INTEGER PRIMARY KEY,
    guild      INTEGER NOT NULL,
    minute     INTEGER NOT NULL,            -- of the local day
    zone       TEXT NOT NULL,               -- IANA name of the local time
    trope      TEXT NOT NULL,               -- token, or empty for all
    medium     TEXT NOT NULL,               -- slug, or empty for all
    work       TEXT NOT NULL,               -- token, or empty for all
    spoilers   INTEGER NOT NULL,            -- 1 if examples that hide something are among them
    due        INTEGER NOT NULL,            -- when the next one comes, seconds since 1970, UTC
    claimed    INTEGER NOT NULL DEFAULT 0,  -- when the one that is due was claimed; 0 if it was not
    example    TEXT NOT NULL DEFAULT '',    -- reference of the example of the claim
    failures   INTEGER NOT NULL DEFAULT 0,  -- how often Discord refused it
    retry      INTEGER NOT NULL DEFAULT 0,  -- not to be tried before
    paused     TEXT NOT NULL DEFAULT ''     -- why none comes any more
) STRICT;
CREATE INDEX daily_by_due ON daily (due) WHERE paused = '';
CREATE INDEX daily_by_guild ON daily (guild);

CREATE TABLE departed (
    id    INTEGER PRIMARY KEY,
    since TEXT NOT NULL                     -- day, UTC
) STRICT;

CREATE TABLE identify (
    bucket INTEGER PRIMARY KEY,             -- shards that may not log in at once: their number modulo Discord's limit
    free   INTEGER NOT NULL                 -- when the next may, milliseconds since 1970
) STRICT;

CREATE TABLE process (
    shards TEXT PRIMARY KEY,                -- which it runs, of how many
    corpus TEXT NOT NULL,                   -- hash of the corpus that it serves
    seen   INTEGER NOT NULL                 -- when it said so, seconds since 1970
) STRICT;
