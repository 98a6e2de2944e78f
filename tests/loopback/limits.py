"""The rate limits of a loopback Discord, in the headers of every answer as the real one sends them."""

from collections import deque
from dataclasses import dataclass
from hashlib import md5

from tests.loopback.clock import Clock

GLOBAL_LIMIT, GLOBAL_SECONDS = 50, 1.0
NOT_GLOBALLY_LIMITED = {"callback", "follow up", "read original", "edit original", "delete original"}
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
    """What the limits say to a request: the headers of its answer, and seconds to wait, or None if it may pass."""

    headers: dict[str, str]
    retry_after: float | None = None
    is_global: bool = False


class Limits:
    """Counts the requests to each route, and to all routes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._all: deque[float] = deque()

    def count(self, name: str, major: str) -> Verdict:
        """Count a request. `major` is its channel, server or webhook; each has limits of its own."""
        now = self._clock()
        if name not in NOT_GLOBALLY_LIMITED and (wait := self._count_globally(now)):
            headers = {"Retry-After": f"{wait:.3f}", "X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
            return Verdict(headers, wait, is_global=True)
        return self._count_in_bucket(name, major, now) if name in BUCKETS else Verdict({})

    def _count_globally(self, now: float) -> float:
        while self._all and self._all[0] <= now - GLOBAL_SECONDS:
            self._all.popleft()
        if len(self._all) >= GLOBAL_LIMIT:
            return self._all[0] + GLOBAL_SECONDS - now
        self._all.append(now)
        return 0.0

    def _count_in_bucket(self, name: str, major: str, now: float) -> Verdict:
        limit, seconds = BUCKETS[name]
        bucket = self._buckets.get((name, major))
        if bucket is None or bucket.ends <= now:
            self._buckets = {key: bucket for key, bucket in self._buckets.items() if bucket.ends > now}
            bucket = self._buckets[name, major] = _Bucket(limit, now + seconds)
        allowed = bucket.remaining > 0
        bucket.remaining -= allowed
        wait = bucket.ends - now
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(bucket.remaining),
            "X-RateLimit-Reset": f"{bucket.ends:.3f}",
            "X-RateLimit-Reset-After": f"{wait:.3f}",
            "X-RateLimit-Bucket": md5(name.encode(), usedforsecurity=False).hexdigest(),
        }
        if allowed:
            return Verdict(headers)
        return Verdict({**headers, "Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": "user"}, wait)
