-- The state in PostgreSQL: the tables and columns of the state in SQLite, which its migrations describe.
CREATE TABLE synced_commands (
    scope   TEXT PRIMARY KEY,
    payload TEXT NOT NULL
);

CREATE TABLE round (
    audience BIGINT NOT NULL,
    scope    TEXT NOT NULL,
    seed     BIGINT NOT NULL,
    bits     BIGINT NOT NULL,
    part     BIGINT NOT NULL,
    base     BIGINT NOT NULL,
    passed   BIGINT NOT NULL,
    place    BIGINT NOT NULL,
    latest   BIGINT NOT NULL,
    draws    BIGINT NOT NULL,
    day      TEXT NOT NULL,
    guild    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (audience, scope)
);
CREATE INDEX round_by_guild ON round (guild) WHERE guild <> 0;

CREATE TABLE guild_choice (
    guild BIGINT NOT NULL,
    what  TEXT NOT NULL CHECK (what IN ('spoilers', 'private', 'medium', 'work', 'channel')),
    value TEXT NOT NULL,
    PRIMARY KEY (guild, what, value)
);

CREATE TABLE member_choice (
    member BIGINT NOT NULL,
    what   TEXT NOT NULL CHECK (what IN ('spoilers', 'private', 'seen')),
    value  TEXT NOT NULL,
    PRIMARY KEY (member, what, value)
);

CREATE TABLE daily (
    channel  BIGINT PRIMARY KEY,
    guild    BIGINT NOT NULL,
    minute   BIGINT NOT NULL,
    zone     TEXT NOT NULL,
    trope    TEXT NOT NULL,
    medium   TEXT NOT NULL,
    work     TEXT NOT NULL,
    spoilers BIGINT NOT NULL,
    due      BIGINT NOT NULL,
    claimed  BIGINT NOT NULL DEFAULT 0,
    example  TEXT NOT NULL DEFAULT '',
    failures BIGINT NOT NULL DEFAULT 0,
    retry    BIGINT NOT NULL DEFAULT 0,
    paused   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX daily_by_due ON daily (due) WHERE paused = '';
CREATE INDEX daily_by_guild ON daily (guild);

CREATE TABLE departed (
    id    BIGINT PRIMARY KEY,
    since TEXT NOT NULL
);

CREATE TABLE identify (
    bucket BIGINT PRIMARY KEY,
    free   BIGINT NOT NULL
);

CREATE TABLE process (
    shards TEXT PRIMARY KEY,
    corpus TEXT NOT NULL,
    seen   BIGINT NOT NULL
);
