-- The state: precious. What this bot has done and what guilds chose.
CREATE TABLE synced_commands (
    scope   TEXT PRIMARY KEY,               -- application and guild the commands were sent for
    payload TEXT NOT NULL                   -- hash of what was sent
) STRICT;

-- How far a channel has come in a round of a scope's examples. One row each, of one size, however many examples.
CREATE TABLE round (
    channel INTEGER NOT NULL,
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
    PRIMARY KEY (channel, scope)
) STRICT;
