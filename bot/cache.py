"""The one cache: it drops what was used least recently, and is bounded by the memory of what it holds."""

from collections.abc import Callable, Hashable
from functools import wraps
from operator import itemgetter
from sys import getsizeof
from typing import Any, Generic, ParamSpec, TypeVar

from cachetools import LRUCache
from cachetools.keys import hashkey

from bot.model import Medium, PartKind, Span, Trope

MEBIBYTE = 1024 * 1024
# Together with two small ones of the reader, under 32 MiB.
CORPUS_BYTES, STATE_BYTES, RENDERED_BYTES, CELLS_BYTES = 12 * MEBIBYTE, 6 * MEBIBYTE, 2 * MEBIBYTE, 2 * MEBIBYTE

_ENTRY_BYTES = 200  # of the cache itself
_SPAN_BYTES = 120  # without its text: the span, and the address of a linked page
_CONTAINERS = frozenset({list, set, frozenset})
_SHARED = frozenset({Medium, Trope, PartKind, type(None)})  # the catalogue has them anyway

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
P = ParamSpec("P")


class SizedCache(Generic[K, V]):
    """A cache of at most so many bytes. What is larger is not stored."""

    def __init__(self, max_bytes: int) -> None:
        self._entries: LRUCache[K, tuple[V, int]] = LRUCache(max_bytes, itemgetter(1))

    @property
    def size(self) -> int:
        """The bytes of all keys and values."""
        return int(self._entries.currsize)

    def get(self, key: K) -> V | None:
        """Return the value, or None."""
        entry = self._entries.get(key)
        return None if entry is None else entry[0]

    def __setitem__(self, key: K, value: V) -> None:
        """Store a value, unless it is larger than the cache."""
        size = _ENTRY_BYTES + memory_of(key) + memory_of(value)
        if size <= self._entries.maxsize:
            self._entries[key] = value, size
        else:
            self._entries.pop(key, None)

    def pop(self, key: K) -> V | None:
        """Remove and return the value, or None."""
        entry = self._entries.pop(key, None)
        return None if entry is None else entry[0]

    def clear(self) -> None:
        """Remove everything."""
        self._entries.clear()


def cached_by_size(max_bytes: int) -> Callable[[Callable[P, V]], Callable[P, V]]:
    """Cache what a function returns, which must not be None."""

    def decorate(function: Callable[P, V]) -> Callable[P, V]:
        cache: SizedCache[Hashable, V] = SizedCache(max_bytes)

        @wraps(function)
        def cached(*args: P.args, **kwargs: P.kwargs) -> V:
            key = hashkey(*args, **kwargs)  # type: ignore[arg-type]  # whatever the function takes is hashable
            result = cache.get(key)
            if result is None:
                result = cache[key] = function(*args, **kwargs)
            return result

        return cached

    return decorate


def memory_of(value: Any) -> int:
    """Return the bytes of a value with all its parts, except those that the whole program shares."""
    total, rest = 0, [value]
    while rest:
        part = rest.pop()
        kind = type(part)
        if kind is str:
            total += getsizeof(part)
        elif kind is Span:  # most of an example, so a shortcut
            total += _SPAN_BYTES + getsizeof(part.text) + (len(part.page) if part.page else 0)
        elif kind in _CONTAINERS or isinstance(part, tuple):
            total += getsizeof(part)
            rest.extend(part)
        elif kind is dict:
            total += getsizeof(part)
            rest += [*part, *part.values()]
        elif kind not in _SHARED:
            total += getsizeof(part)
            rest += [getattr(part, name) for name in getattr(part, "__slots__", ())]
    return total
