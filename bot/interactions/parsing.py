"""Read events from Discord, whatever is in them."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from bot.interactions.library_internals import INTERACTION_DEFAULTS
from bot.interactions.record import INTERACTION_KINDS

INTERACTION_EVENT = "INTERACTION_CREATE"
KNOWN_TYPES = {kind.value for kind in INTERACTION_KINDS}
log = logging.getLogger(__name__)


def log_parse_errors(event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Wrap an event's parser so that errors are logged, not fatal."""
    return partial(_parse_or_log, event, parse)


def parse_interaction(parse: Callable[[Any], None], reject: Callable[[Any], bool], data: dict[str, Any]) -> None:
    """Parse an interaction. Null fields count as missing. Pass what cannot be read to `reject`, which answers it."""
    data = {**INTERACTION_DEFAULTS, **{name: value for name, value in data.items() if value is not None}}
    if isinstance(kind := data.get("type"), int) and kind in KNOWN_TYPES:
        try:
            parse(data)
        except Exception as error:
            if not reject(data):
                raise
            _log_unreadable(INTERACTION_EVENT, error)
    elif not reject(data):
        raise ValueError


def _parse_or_log(event: str, parse: Callable[[Any], None], data: Any) -> None:
    try:
        parse(data)
    except Exception as error:  # noqa: BLE001 - Discord may send anything
        _log_unreadable(event, error)


def _log_unreadable(event: str, error: Exception) -> None:
    # Without a traceback, which would show member data.
    log.error("Unreadable event from Discord: %s (%s).", event, type(error).__name__)
