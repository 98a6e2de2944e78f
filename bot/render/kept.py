"""What was made of examples lately, so that it is not made again for everyone who asks."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from bot.model import Example

_Made = TypeVar("_Made")
MAX_POSTS_PER_RUN = 1_000


class Kept(Generic[_Made]):
    """Keeps what was made of up to a thousand examples that were asked for more than once.

    Examples are known by their identity: to compare all that they hold would take longer than to make it again. The
    corpus keeps the examples themselves as well, and one that is not the same object is another one here. Of a million
    most are asked for once: what is made of those would only push out the rest.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[int, Hashable], tuple[Example, _Made]] = {}
        self._once: set[str] = set()

    def of(self, example: Example, rest: Hashable, make: Callable[[], _Made]) -> _Made:
        """Returns what `make` makes of an example and of what else it depends on."""
        key = id(example), rest
        kept = self._made.get(key)
        if kept and kept[0] is example:
            return kept[1]
        made = make()
        if self._is_known(example.key):
            if len(self._made) >= MAX_POSTS_PER_RUN:
                self._made.clear()
            self._made[key] = example, made
        return made

    def _is_known(self, key: str) -> bool:
        """Tells whether an example of that key was asked for before, of the latest thousand or so."""
        if key in self._once:
            return True
        if len(self._once) >= MAX_POSTS_PER_RUN:
            self._once.clear()
        self._once.add(key)
        return False
