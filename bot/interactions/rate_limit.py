"""Limit how often a member can ask."""

import time
from collections.abc import Callable

MAX_REQUESTS, WINDOW_SECONDS = 8, 20.0


class RateLimiter:
    """Allow each member a number of requests in a window from the first one."""

    def __init__(
        self,
        max_requests: int = MAX_REQUESTS,
        window_seconds: float = WINDOW_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_requests, self._window_seconds, self._clock = max_requests, window_seconds, clock
        # user id -> (window start, count), oldest first. discord.py's Cooldown scans every user on each call.
        self._windows: dict[int, tuple[float, int]] = {}

    def acquire(self, user_id: int) -> float:
        """Count a request. Return 0.0 if allowed, else the seconds to wait."""
        now = self._clock()
        while self._windows and (oldest := next(iter(self._windows.items())))[1][0] + self._window_seconds <= now:
            del self._windows[oldest[0]]
        start, count = self._windows.get(user_id, (now, 0))
        if count >= self._max_requests:
            return start + self._window_seconds - now
        self._windows[user_id] = start, count + 1
        return 0.0
