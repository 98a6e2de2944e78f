-- The state: what servers and members chose, and what each channel has seen. It cannot be rebuilt.
-- PostgreSQL runs the same script, with BIGINT for INTEGER and without STRICT and WITHOUT ROWID.

CREATE TABLE synced_commands (
    command_scope TEXT PRIMARY KEY,             -- application and guild that the commands were sent for
    payload_hash  TEXT NOT NULL
) STRICT;

-- An audience's progress through a scope's shuffled examples: one small row for any number of examples.
CREATE TABLE shuffle (
    audience_id  INTEGER NOT NULL,              -- a channel's id, or minus the id of a member who asks privately
    scope_key    TEXT NOT NULL,                 -- trope, media, work and spoilers, and "large" for order by key
    seed         INTEGER NOT NULL,              -- gives the order; in a large scope, the key that it starts from
    last_rank    INTEGER NOT NULL,              -- every example up to this rank was shown
    position     INTEGER NOT NULL,              -- of the example shown last, from 1
    last_key     INTEGER NOT NULL,              -- its shuffle key
    revision     INTEGER NOT NULL,              -- counts the changes of the row
    last_used_on TEXT NOT NULL,                 -- day, UTC
    guild_id     INTEGER NOT NULL DEFAULT 0,    -- of the channel, 0 for none
    PRIMARY KEY (audience_id, scope_key)
) STRICT;
CREATE INDEX shuffle_by_guild ON shuffle (guild_id) WHERE guild_id <> 0;

-- What moderators and members chose: a row for each value, and none for a default.
CREATE TABLE guild_setting (
    guild_id INTEGER NOT NULL,
    name     TEXT NOT NULL CHECK (name IN ('spoilers', 'private', 'medium', 'work', 'trope', 'channel', 'games', 'game channel', 'language', 'discord language')),
    value    TEXT NOT NULL,                     -- a spoiler mode, 'yes', 'no', a medium's slug, a work's or trope's ref, a channel's id, a locale
    PRIMARY KEY (guild_id, name, value)
) STRICT, WITHOUT ROWID;
CREATE TABLE member_preference (
    user_id INTEGER NOT NULL,
    name    TEXT NOT NULL CHECK (name IN ('spoilers', 'private', 'seen')),
    value   TEXT NOT NULL,                      -- a spoiler mode, 'yes', a work's ref
    PRIMARY KEY (user_id, name, value)
) STRICT, WITHOUT ROWID;

-- Examples that members saved. The key finds one again after an edit of its page. The rest names one that is gone.
CREATE TABLE saved_example (
    user_id     INTEGER NOT NULL,
    shuffle_key INTEGER NOT NULL,               -- as in the corpus
    saved_at    INTEGER NOT NULL,               -- Unix milliseconds, higher than any of the member's earlier ones
    trope_ref   TEXT NOT NULL,
    title       TEXT NOT NULL,                  -- of its work, medium or trope
    PRIMARY KEY (user_id, shuffle_key)
) STRICT, WITHOUT ROWID;
-- Who was pointed to /bigrun help: a server, or a member in direct messages. The other id is 0.
CREATE TABLE help_hint (
    guild_id INTEGER NOT NULL,
    user_id  INTEGER NOT NULL,
    PRIMARY KEY (guild_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX help_hint_by_user ON help_hint (user_id) WHERE user_id <> 0;

-- Daily examples. A post is claimed before it is sent and completed afterwards, so that it is sent once.
CREATE TABLE daily (
    channel_id       INTEGER PRIMARY KEY,
    guild_id         INTEGER NOT NULL,
    minute_of_day    INTEGER NOT NULL,          -- in local time
    timezone         TEXT NOT NULL,             -- IANA name, or an offset like UTC+05:30
    weekdays         TEXT NOT NULL,             -- ISO numbers in order; 1 is Monday
    interval_hours   INTEGER NOT NULL,          -- 0 if it is posted once on each of the weekdays
    trope_ref        TEXT NOT NULL,             -- empty for all
    medium_slug      TEXT NOT NULL,             -- of a medium or a group; empty for all
    work_ref         TEXT NOT NULL,             -- empty for all
    include_spoilers INTEGER NOT NULL,          -- 0 or 1
    role_id          INTEGER NOT NULL,          -- to mention; 0 for none
    is_forum         INTEGER NOT NULL,          -- 1 if each example is a post of its own
    tag_id           INTEGER NOT NULL,          -- of those posts; 0 for none
    next_due_at      INTEGER NOT NULL,          -- Unix seconds
    claimed_at       INTEGER NOT NULL DEFAULT 0,    -- Unix seconds; 0 if the post that is due is not claimed
    example_ref      TEXT NOT NULL DEFAULT '',      -- of the claimed post
    failure_count    INTEGER NOT NULL DEFAULT 0,    -- how often Discord refused the post
    retry_at         INTEGER NOT NULL DEFAULT 0,    -- Unix seconds; earliest time of a retry
    sent_due_at      INTEGER NOT NULL DEFAULT 0,    -- Unix seconds; when the post that was sent last was due
    pause_reason     TEXT NOT NULL DEFAULT '',      -- empty if it is not paused
    replaced         TEXT NOT NULL DEFAULT '',      -- the schedule that this one replaced, until that is undone
    undo_id          INTEGER NOT NULL DEFAULT 0     -- of the button that restores it; 0 if there is none
) STRICT;
CREATE INDEX daily_by_due ON daily (next_due_at) WHERE pause_reason = '';
CREATE INDEX daily_by_guild ON daily (guild_id);

-- A channel's round of *Guess the work*: the one that runs, or the last one for a day. See guesses.py.
CREATE TABLE guess_round (
    channel_id      INTEGER PRIMARY KEY,
    guild_id        INTEGER NOT NULL,
    round_id        TEXT NOT NULL UNIQUE,       -- random
    phase           TEXT NOT NULL CHECK (phase IN ('starting', 'open', 'won', 'ended', 'closed')),
    due_at          INTEGER NOT NULL,           -- Unix seconds; when the next step is due
    ends_at         INTEGER NOT NULL,           -- Unix seconds
    message_id      INTEGER NOT NULL,           -- of its card; 0 if it is not sent
    starter_id      INTEGER NOT NULL,
    trope_ref       TEXT NOT NULL,
    medium_slug     TEXT NOT NULL,              -- empty for all
    round_number    INTEGER NOT NULL,
    round_count     INTEGER NOT NULL,
    example_ref     TEXT NOT NULL,
    example_key     TEXT NOT NULL,              -- a hash of its text
    hint_count      INTEGER NOT NULL,
    outcome         TEXT NOT NULL,              -- how it ended; empty while it runs
    standings       TEXT NOT NULL,              -- the winners of the game's earlier rounds: see guesses.py
    winner_id       INTEGER NOT NULL,           -- 0 for none
    winner_guess_id INTEGER NOT NULL,           -- the interaction that won; of two, the earlier one
    points          INTEGER NOT NULL
) STRICT;
CREATE INDEX guess_round_by_due ON guess_round (due_at);
CREATE INDEX guess_round_by_example ON guess_round (example_ref) WHERE phase IN ('starting', 'open');
-- Who has guessed in a running round, or was shown its example.
CREATE TABLE guess_player (
    round_id    TEXT NOT NULL,
    user_id     INTEGER NOT NULL,
    guess_count INTEGER NOT NULL DEFAULT 0,
    guess_ids   TEXT NOT NULL DEFAULT '',       -- their interactions, each between blanks, so that none counts twice
    gave_up     INTEGER NOT NULL DEFAULT 0,
    has_peeked  INTEGER NOT NULL DEFAULT 0,     -- 1 if the bot showed them the example meanwhile
    PRIMARY KEY (round_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX guess_player_by_user ON guess_player (user_id);
CREATE TABLE guess_score (
    guild_id INTEGER NOT NULL,
    user_id  INTEGER NOT NULL,
    month    TEXT NOT NULL,                     -- 2026-05, UTC
    points   INTEGER NOT NULL,
    wins     INTEGER NOT NULL,
    PRIMARY KEY (guild_id, user_id, month)
) STRICT, WITHOUT ROWID;
CREATE INDEX guess_score_by_user ON guess_score (user_id);

-- Guilds, and channels that a guild chose, that Discord no longer knows.
CREATE TABLE missing_snowflake (
    guild_id      INTEGER NOT NULL,
    channel_id    INTEGER NOT NULL,             -- 0 for the guild itself
    missing_since TEXT NOT NULL,                -- day, UTC
    PRIMARY KEY (guild_id, channel_id)
) STRICT;

-- Coordination of one bot's processes.
CREATE TABLE identify_slot (
    bucket     INTEGER PRIMARY KEY,             -- of shards that cannot identify together: id modulo concurrency
    free_at_ms INTEGER NOT NULL                 -- Unix milliseconds; when the next shard may identify
) STRICT;
CREATE TABLE process (
    shards      TEXT PRIMARY KEY,               -- its shards, and the total
    corpus_hash TEXT NOT NULL,                  -- of the corpus that it serves
    seen_at     INTEGER NOT NULL                -- Unix seconds of its last heartbeat
) STRICT;
