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
    durable=True,
    checked=sys.maxsize,
    patience=PATIENCE,
)
