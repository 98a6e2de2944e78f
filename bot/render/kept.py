"""What was made of examples lately, so that it is not made again for everyone who asks."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from bot.model import Example

_Made = TypeVar("_Made")
MOST = 1_000


class Kept(Generic[_Made]):
    """Keeps what was made of up to a thousand examples.

    Examples are known by their identity: to compare all that they hold would take longer than to make it again. The
    corpus keeps the examples themselves as well, and one that is not the same object is another one here.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[int, Hashable], tuple[Example, _Made]] = {}

    def of(self, example: Example, rest: Hashable, make: Callable[[], _Made]) -> _Made:
        """Returns what `make` makes of an example and of what else it depends on."""
        key = id(example), rest
        kept = self._made.get(key)
        if kept is None or kept[0] is not example:
            if len(self._made) >= MOST:
                self._made.clear()
            kept = self._made[key] = example, make()
        return kept[1]
