"""How a loopback Discord answers badly: what real ones do on a bad day."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Way(StrEnum):
    """What happens to the connection."""

    ANSWER = "it is answered"
    RESET = "it is reset"
    HANG = "it is left waiting"


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad answer.

    Attributes:
        status: Of HTTP.
        code: Discord's own error code, 0 for none.
        message: What it says.
        way: What happens to the connection.
        lands: Whether the request takes effect all the same, so that a second one meets what the first did.
        retry_after: Seconds to wait, for those who ask too often.
        via: Whether Discord itself answers, and not the guard before it.
        everywhere: Whether the limit is the one over all routes.
    """

    status: int = 500
    code: int = 0
    message: str = "500: Internal Server Error"
    way: Way = Way.ANSWER
    lands: bool = False
    retry_after: float | None = None
    via: bool = True
    everywhere: bool = False

    @property
    def body(self) -> dict[str, Any]:
        """What the answer holds."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.retry_after is not None:
            body |= {"retry_after": self.retry_after, "global": self.everywhere}
        return body


BROKEN = Fault()
BROKEN_BUT_LANDED = Fault(lands=True)
TOO_OFTEN = Fault(429, 0, "You are being rate limited.", retry_after=5.0)
TOO_OFTEN_EVERYWHERE = Fault(429, 0, "You are being rate limited.", retry_after=5.0, everywhere=True)
BANNED = Fault(429, 0, "You are being blocked from accessing our API temporarily.", via=False)
RESET = Fault(way=Way.RESET)
RESET_BUT_LANDED = Fault(way=Way.RESET, lands=True)
HANG = Fault(way=Way.HANG)
HANG_BUT_LANDED = Fault(way=Way.HANG, lands=True)
INVALID_FORM = Fault(400, 50035, "Invalid Form Body")
UNKNOWN_MESSAGE = Fault(404, 10008, "Unknown Message")
UNKNOWN_WEBHOOK = Fault(404, 10015, "Unknown Webhook")
ALREADY = Fault(400, 40060, "Interaction has already been acknowledged.")
TOO_LATE = Fault(404, 10062, "Unknown interaction")
EXPIRED = Fault(401, 50027, "Invalid Webhook Token")
MISSING_ACCESS = Fault(403, 50001, "Missing Access")
UNAUTHORISED = Fault(401, 0, "401: Unauthorized")

Chooser = Callable[[str], Fault | None]


class Faults:
    """Which of the next requests are answered badly, by the name of what is asked for."""

    def __init__(self) -> None:
        self._next: dict[str, deque[Fault | None]] = defaultdict(deque)
        self._always: dict[str, Chooser] = {}

    def next(self, name: str, *faults: Fault | None) -> None:
        """Answers the next requests of that name with these, one each; None is no fault."""
        self._next[name].extend(faults)

    def always(self, name: str, choose: Chooser) -> None:
        """Answers any request of that name with what `choose` returns for its path."""
        self._always[name] = choose

    def clear(self) -> None:
        """Answers everything well again."""
        self._next.clear()
        self._always.clear()

    def first(self, name: str, *faults: Fault | None) -> None:
        """Answers the first request to each path with these, one each in turn, and further ones to it well."""
        given: set[str] = set()
        waiting = deque(faults)

        def choose(path: str) -> Fault | None:
            if path in given:
                return None
            given.add(path)
            return waiting.popleft() if waiting else None

        self.always(name, choose)

    def take(self, name: str, path: str) -> Fault | None:
        """Returns what happens to a request of that name."""
        waiting = self._next[name]
        if waiting:
            return waiting.popleft()
        return self._always[name](path) if name in self._always else None
