"""The judge of what the bot sends to Discord: our own rules, beyond what Discord's description says.

``violations(request)`` is the one way in; `ENDPOINTS` and `CALLBACKS` say which request is judged by what.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

from tests.discord_rules.command_rules import check_choices, check_commands
from tests.discord_rules.constraints import Found, check_absent, is_int
from tests.discord_rules.message_rules import check_message
from tests.discord_rules.modal_rules import check_modal

_PREFIX = re.compile(r"^/api(/v\d+)?(?=/)")


class LogEntry(Protocol):
    """What a request in a log shows, as in ``env.http_requests``."""

    @property
    def method(self) -> str:
        """Its HTTP method."""

    @property
    def path(self) -> str:
        """Its path."""

    @property
    def json(self) -> Any:
        """Its JSON body, or None."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request to Discord: method, path below the version of the API, JSON body or None."""

    method: str
    path: str
    json: Any = None

    @classmethod
    def from_log(cls, entry: LogEntry) -> Self:
        """Make one of a logged request; the API's version and a query in its path are dropped."""
        return cls(entry.method.upper(), _PREFIX.sub("", entry.path.partition("?")[0]), entry.json)


def violations(request: Request) -> list[str]:
    """Give every rule of Discord, or of ours, that a request breaks.

    Args:
        request: Any request; one to an address without rules breaks none.

    Returns:
        One sentence a violation, led by the JSON path; never raises, whatever the body.
    """
    for method, pattern, check in ENDPOINTS:
        if request.method == method and re.fullmatch(pattern, request.path):
            return list(check(request.json, "$"))
    return []


def _callback(body: Any, path: str) -> Found:
    kind = body.get("type") if isinstance(body, dict) else None
    if not is_int(kind) or kind not in CALLBACKS:
        yield f"{path}.type is {kind!r:.80}, which is no way to answer an interaction."
        return
    yield from CALLBACKS[kind](body.get("data"), f"{path}.data")


def _new_answer(data: Any, path: str) -> Found:
    yield from check_message(data, path, new=True, answer=True)


def _edited_answer(data: Any, path: str) -> Found:
    yield from check_message(data, path, new=False, answer=True)


def _new_message(data: Any, path: str) -> Found:
    yield from check_message(data, path, new=True, answer=False)


def _edited_message(data: Any, path: str) -> Found:
    yield from check_message(data, path, new=False, answer=False)


def _deferral(data: Any, path: str) -> Found:
    if isinstance(data, dict):
        yield from check_absent(data, path, *(key for key in data if key != "flags"))
    elif data is not None:
        yield f"{path} must be an object, not {data!r:.80}."


def _suggestions(data: Any, path: str) -> Found:
    if not isinstance(data, dict):
        yield f"{path} must be an object, not {data!r:.80}."
        return
    yield from check_choices(data.get("choices"), f"{path}.choices")


CALLBACKS: Mapping[int, Callable[[Any, str], Found]] = {
    4: _new_answer,
    5: _deferral,
    6: _deferral,
    7: _edited_answer,
    8: _suggestions,
    9: check_modal,
}

ENDPOINTS: tuple[tuple[str, str, Callable[[Any, str], Found]], ...] = (
    ("POST", "/interactions/[^/]+/[^/]+/callback", _callback),
    ("POST", "/webhooks/[^/]+/[^/]+", _new_answer),
    ("PATCH", "/webhooks/[^/]+/[^/]+/messages/[^/]+", _edited_answer),
    ("POST", "/channels/[^/]+/messages", _new_message),
    ("PATCH", "/channels/[^/]+/messages/[^/]+", _edited_message),
    ("PUT", "/applications/[^/]+/commands", check_commands),
    ("PUT", "/applications/[^/]+/guilds/[^/]+/commands", check_commands),
)
