"""What the state's SQLite file must be."""

import sys

from bot.database.connections import DatabaseSpec
from bot.state.base import STATE_TIMEOUT_SECONDS

STATE_SPEC = DatabaseSpec(
    name="state",
    marker_table="synced_commands",
    setting_name="BIGRUN_STATE",
    recovery_hint="Nothing of it was changed: stop the bot and restore a backup (bigrun restore PATH), or go on "
    "without it (bigrun run --memory-state).",
    older="The state {path} was made by an older, unreleased version of Big Run (schema {version}). "
    "Move it away; a new one is made at the next start.",
    package="bot.state",
    schema_version=4,
    durable=True,
    max_checked_bytes=sys.maxsize,
    busy_timeout_seconds=STATE_TIMEOUT_SECONDS,
)
