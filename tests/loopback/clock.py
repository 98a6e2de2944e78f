"""The time at a loopback Discord, which a test can move forward."""

import time

_EPOCH_MS = 1_420_070_400_000  # Discord's epoch


class Clock:
    """Seconds since 1970, plus the seconds that a test skipped."""

    def __init__(self) -> None:
        self.skipped = 0.0
        self._snowflakes = 0

    def __call__(self) -> float:
        return time.time() + self.skipped

    def snowflake(self) -> int:
        """Return a new id that contains the time."""
        self._snowflakes += 1
        return int(self() * 1000) - _EPOCH_MS << 22 | self._snowflakes & 0x3FFFFF
