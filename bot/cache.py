"""What was asked for lately, kept within bounds."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Kept(Generic[_Key, _Value]):
    """Keeps values by keys; what was asked for longest ago goes first when there is too much."""

    def __init__(self, most: int, weigh: Callable[[_Value], int] = lambda _: 1) -> None:
        """Takes how much is kept, and how much a value counts; each counts one if left out."""
        self._most, self._weigh = most, weigh
        self._values: dict[_Key, _Value] = {}
        self._weight = 0

    def get(self, key: _Key) -> _Value | None:
        """Returns what is kept, or None."""
        value = self._values.pop(key, None)
        if value is not None:
            # Whatever is asked for goes to the end: the first is the one that nobody wanted for longest.
            self._values[key] = value
        return value

    async def of(self, key: _Key, find: Callable[[], Awaitable[_Value]]) -> _Value:
        """Returns what is kept, else what `find` finds, which is kept from then on."""
        value = self.get(key)
        if value is None:
            value = self[key] = await find()
        return value

    def __setitem__(self, key: _Key, value: _Value) -> None:
        self.drop(key)
        self._values[key] = value
        self._weight += self._weigh(value)
        while self._weight > self._most and len(self._values) > 1:
            self.drop(next(iter(self._values)))

    def drop(self, key: _Key) -> None:
        """Forgets what is kept by a key, if anything is."""
        if key in self._values:
            self._weight -= self._weigh(self._values.pop(key))

    def clear(self) -> None:
        """Forgets everything."""
        self._values.clear()
        self._weight = 0
