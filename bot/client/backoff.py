"""How long to wait before a shard connects again."""

import random
from collections.abc import Callable

MAX_WAIT_SECONDS = 60.0
GOOD_CONNECTION_SECONDS = 60.0  # after which earlier failures are forgotten


class Backoff:
    """Wait twice as long after each failure in a row, up to a minute. Do not wait after the first."""

    def __init__(self, jitter: Callable[[float, float], float] = random.uniform) -> None:
        self._jitter = jitter
        self.failures = 0

    def next_wait(self, good_seconds: float) -> float:
        """Count a failure after a connection that was good for some seconds. Return the seconds to wait."""
        if good_seconds >= GOOD_CONNECTION_SECONDS:
            self.failures = 0
        self.failures += 1
        if self.failures == 1:
            return 0.0
        longest = min(MAX_WAIT_SECONDS, 2.0 ** min(self.failures - 1, 10))
        return self._jitter(longest / 2, longest)
