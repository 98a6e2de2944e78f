"""The state's SQLite file: version, checks and advice."""

import sys

from bot.database.connections import DatabaseSpec
from bot.state.base import STATE_TIMEOUT_SECONDS

STATE_SPEC = DatabaseSpec(
    name="state",
    marker_table="synced_commands",
    setting_name="BIGRUN_STATE",
    recovery_hint="It was not changed. Stop the bot and restore a backup: bigrun restore PATH. To run "
    "without it for now: bigrun run --memory-state",
    older="The state {path} was made by an older, unreleased version of Big Run (schema {version}). "
    "Move it away; the next start creates a new one.",
    package="bot.state",
    schema_version=9,
    durable=True,
    max_checked_bytes=sys.maxsize,
    busy_timeout_seconds=STATE_TIMEOUT_SECONDS,
)
