"""How a loopback Discord answers badly: what the real one does on a bad day."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any


class Connection(Enum):
    """What happens to the connection of a request."""

    ANSWERED = auto()
    RESET = auto()
    HANGING = auto()


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad answer.

    Attributes:
        applied: Whether the request takes effect all the same.
        from_discord: Whether Discord answers, and not Cloudflare in front of it.
        is_global: Whether the rate limit counts requests to all routes.
        text: A body that need not be JSON, although its header says so.
    """

    status: int = 500
    code: int = 0
    message: str = "500: Internal Server Error"
    connection: Connection = Connection.ANSWERED
    applied: bool = False
    retry_after: float | None = None
    from_discord: bool = True
    is_global: bool = False
    text: str | None = None

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.retry_after is not None:
            body |= {"retry_after": self.retry_after, "global": self.is_global}
        return body


SERVER_ERROR = Fault()
SERVER_ERROR_APPLIED = Fault(applied=True)
RATE_LIMIT = Fault(429, 0, "You are being rate limited.", retry_after=0.1)
GLOBAL_RATE_LIMIT = Fault(429, 0, "You are being rate limited.", retry_after=0.1, is_global=True)
BANNED = Fault(429, 0, "You are being blocked from accessing our API temporarily.", from_discord=False)
BROKEN_BODY = Fault(200, text='{"secret')
BROKEN_BODY_APPLIED = replace(BROKEN_BODY, applied=True)
RESET = Fault(connection=Connection.RESET)
RESET_APPLIED = Fault(connection=Connection.RESET, applied=True)
HANG = Fault(connection=Connection.HANGING)
HANG_APPLIED = Fault(connection=Connection.HANGING, applied=True)
INVALID_FORM = Fault(400, 50035, "Invalid Form Body")
UNKNOWN_MESSAGE = Fault(404, 10008, "Unknown Message")
UNKNOWN_WEBHOOK = Fault(404, 10015, "Unknown Webhook")
ALREADY_ACKNOWLEDGED = Fault(400, 40060, "Interaction has already been acknowledged.")
UNKNOWN_INTERACTION = Fault(404, 10062, "Unknown interaction")
INVALID_WEBHOOK_TOKEN = Fault(401, 50027, "Invalid Webhook Token")
MISSING_ACCESS = Fault(403, 50001, "Missing Access")
UNAUTHORIZED = Fault(401, 0, "401: Unauthorized")
PASSING = {
    "500": SERVER_ERROR,
    "500, applied": SERVER_ERROR_APPLIED,
    "429": RATE_LIMIT,
    "global 429": GLOBAL_RATE_LIMIT,
    "429 from Cloudflare": BANNED,
    "reset": RESET,
    "reset, applied": RESET_APPLIED,
    "hang": HANG,
    "hang, applied": HANG_APPLIED,
    "broken body, applied": BROKEN_BODY_APPLIED,
}

FaultChooser = Callable[[str], Fault | None]


class Faults:
    """Which of the next requests are answered badly, by the name of the request."""

    def __init__(self) -> None:
        self._next: dict[str, deque[Fault | None]] = defaultdict(deque)
        self._choosers: dict[str, FaultChooser] = {}

    def next(self, name: str, *faults: Fault | None) -> None:
        """Answer the next requests of that name with these, one each. None is no fault."""
        self._next[name].extend(faults)

    def choose(self, name: str, chooser: FaultChooser) -> None:
        """Answer every request of that name with what `chooser` returns for its path."""
        self._choosers[name] = chooser

    def always(self, name: str, fault: Fault) -> None:
        """Answer every request of that name with a fault."""
        self.choose(name, lambda _: fault)

    def first(self, name: str, *faults: Fault | None) -> None:
        """Answer the first request to each path with these, one each, and further ones to it well."""
        seen: set[str] = set()
        waiting = deque(faults)

        def chooser(path: str) -> Fault | None:
            if path in seen:
                return None
            seen.add(path)
            return waiting.popleft() if waiting else None

        self.choose(name, chooser)

    def clear(self) -> None:
        """Answer everything well again."""
        self._next.clear()
        self._choosers.clear()

    def take(self, name: str, path: str) -> Fault | None:
        """Return what happens to a request."""
        waiting = self._next[name]
        if waiting:
            return waiting.popleft()
        return self._choosers[name](path) if name in self._choosers else None
