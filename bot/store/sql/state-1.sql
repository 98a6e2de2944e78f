-- The state: precious. What this bot has done and what guilds chose.
CREATE TABLE synced_commands (
    scope   TEXT PRIMARY KEY,               -- application and guild the commands were sent for
    payload TEXT NOT NULL                   -- hash of what was sent
) STRICT;
