"""The time at a loopback Discord, which a test can move on."""

import time

_EPOCH = 1_420_070_400_000  # Discord's, in milliseconds


class Clock:
    """Seconds since 1970, moved on by hand when a test needs fifteen minutes to have passed."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self._made = 0

    def __call__(self) -> float:
        """Returns what time it is."""
        return time.time() + self.ahead

    def snowflake(self) -> int:
        """Returns a new id that carries the time, as Discord's do."""
        self._made += 1
        return int(self() * 1000) - _EPOCH << 22 | self._made & 0x3FFFFF
