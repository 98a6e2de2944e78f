"""The rate limits of a loopback Discord, told in the headers of every answer as the real one does."""

from collections import deque
from dataclasses import dataclass
from hashlib import md5

from tests.loopback.clock import Clock

GLOBAL, GLOBAL_SECONDS = 50, 1.0
FREE = {"callback", "follow up", "read original", "edit original", "delete original"}  # of the limit over all routes
BUCKETS = {
    "send": (5, 5.0),
    "delete": (5, 1.0),
    "commands": (10, 20.0),
    "follow up": (5, 2.0),
    "edit original": (5, 2.0),
}


@dataclass(slots=True)
class _Bucket:
    remaining: int
    ends: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the limits say to a request.

    Attributes:
        headers: What the answer carries.
        retry_after: Seconds to wait, or None if the request may pass.
        everywhere: Whether it is the limit over all routes that is reached.
    """

    headers: dict[str, str]
    retry_after: float | None = None
    everywhere: bool = False


class Limits:
    """Counts requests a route, and over all routes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._all: deque[float] = deque()

    def count(self, name: str, major: str) -> Verdict:
        """Counts a request.

        Args:
            name: What is asked for.
            major: The channel, server or webhook it is about; each has limits of its own.
        """
        now = self._clock()
        if name not in FREE and (wait := self._over_all(now)):
            headers = {"Retry-After": f"{wait:.3f}", "X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
            return Verdict(headers, wait, everywhere=True)
        return self._of_route(name, major, now) if name in BUCKETS else Verdict({})

    def _over_all(self, now: float) -> float:
        while self._all and self._all[0] <= now - GLOBAL_SECONDS:
            self._all.popleft()
        if len(self._all) >= GLOBAL:
            return self._all[0] + GLOBAL_SECONDS - now
        self._all.append(now)
        return 0.0

    def _of_route(self, name: str, major: str, now: float) -> Verdict:
        most, seconds = BUCKETS[name]
        bucket = self._buckets.get((name, major))
        if bucket is None or bucket.ends <= now:
            self._buckets = {key: one for key, one in self._buckets.items() if one.ends > now}
            bucket = self._buckets[name, major] = _Bucket(most, now + seconds)
        allowed = bucket.remaining > 0
        bucket.remaining -= allowed
        headers = {
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(bucket.remaining),
            "X-RateLimit-Reset": f"{bucket.ends:.3f}",
            "X-RateLimit-Reset-After": f"{bucket.ends - now:.3f}",
            "X-RateLimit-Bucket": md5(name.encode(), usedforsecurity=False).hexdigest(),
        }
        if allowed:
            return Verdict(headers)
        wait = bucket.ends - now
        return Verdict({**headers, "Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": "user"}, wait)
