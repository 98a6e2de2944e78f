"""Limit how often a member can ask, for each kind of interaction."""

import time
from collections.abc import Callable
from enum import Enum

MAX_REQUESTS, WINDOW_SECONDS = 8, 20.0


class Budget(Enum):
    """What a member spends, and how many times the requests of a window they may."""

    ANSWERS = 1  # commands, and presses that send another message
    PRESSES = 5  # of any component or form
    TYPING = 15  # autocompletion: one interaction a letter


class RateLimiter:
    """Allow each member a number of requests in a window from the first one."""

    def __init__(
        self,
        max_requests: int = MAX_REQUESTS,
        window_seconds: float = WINDOW_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_requests, self._window_seconds, self._clock = max_requests, window_seconds, clock
        # user id -> (window start, counts), oldest first. discord.py's Cooldown scans every user on each call.
        self._windows: dict[int, tuple[float, dict[Budget, int]]] = {}

    def acquire(self, user_id: int, budget: Budget = Budget.ANSWERS) -> float:
        """Count a request. Return 0.0 if allowed, else the seconds to wait."""
        now = self._clock()
        while self._windows and (oldest := next(iter(self._windows.items())))[1][0] + self._window_seconds <= now:
            del self._windows[oldest[0]]
        start, counts = self._windows.setdefault(user_id, (now, {}))
        used = counts.get(budget, 0)
        if used >= budget.value * self._max_requests:
            return start + self._window_seconds - now
        counts[budget] = used + 1
        return 0.0
