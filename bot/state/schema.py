"""What the state database must be."""

import sys

from bot.database.connections import Kind
from bot.state.base import PATIENCE

STATE = Kind(
    name="state",
    table="synced_commands",
    setting="BIGRUN_STATE",
    damaged="Nothing of it was changed: stop the bot and restore a backup (bigrun restore PATH), or go on without it "
    "(bigrun run --memory-state).",
    older="The state {path} was made by an older, unreleased version of Big Run (schema {version}). "
    "Move it away; a new one is made at the next start.",
    package="bot.state",
    schema_version=4,
    durable=True,
    checked=sys.maxsize,
    patience=PATIENCE,
)
