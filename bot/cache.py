"""The one cache: it drops what was used least recently, and is bounded by the memory of what it holds."""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import wraps
from sys import getsizeof
from typing import Any, Generic, TypeVar, TypeVarTuple

from bot.model import Medium, Part, PartKind, Span, Style, Trope

MEBIBYTE = 1024 * 1024
# Together with three small ones of the reader, under 32 MiB.
CORPUS_BYTES, STATE_BYTES, RENDERED_BYTES, CELLS_BYTES = 12 * MEBIBYTE, 6 * MEBIBYTE, 2 * MEBIBYTE, 2 * MEBIBYTE

_ENTRY_BYTES = 200  # of the cache itself
_RECENT_SLOTS = 4096
_SPAN_BYTES, _PART_BYTES, _TROPE_BYTES, _ROW_BYTES, _INT_BYTES = 120, 200, 300, 100, 32  # without their texts
_CONTAINERS = frozenset({list, set, frozenset})
_SHARED = frozenset({Medium, PartKind, Style, type(None)})  # the catalogue has them anyway

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Keys = TypeVarTuple("Keys")


class SizedCache(Generic[K, V]):
    """A cache of at most so many bytes. What is larger is not stored."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[K, tuple[V, int]] = OrderedDict()  # least recently used first
        self.size = 0  # bytes of all keys and values

    def get(self, key: K) -> V | None:
        """Return the value, or None."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def __setitem__(self, key: K, value: V) -> None:
        """Store a value, unless it is larger than the cache."""
        self.put(key, value, memory_of(value))

    def put(self, key: K, value: V, value_bytes: int, key_bytes: int | None = None) -> None:
        """Store a value of known size, unless it is larger than the cache."""
        self.pop(key)
        size = _ENTRY_BYTES + (memory_of(key) if key_bytes is None else key_bytes) + value_bytes
        if size <= self._max_bytes:
            self._entries[key] = value, size
            self.size += size
        while self.size > self._max_bytes:
            self.size -= self._entries.popitem(last=False)[1][1]

    def pop(self, key: K) -> V | None:
        """Remove and return the value, or None."""
        value, size = self._entries.pop(key, (None, 0))
        self.size -= size
        return value

    def clear(self) -> None:
        """Remove everything."""
        self._entries.clear()
        self.size = 0


class RecentKeys:
    """The keys that were asked for last, in little memory, to cache only what is asked for again.

    Of a million examples, few are. Some keys are forgotten early, and two with one hash are one.
    """

    def __init__(self) -> None:
        self._hashes = array("q", bytes(8 * _RECENT_SLOTS))

    def add(self, key: Hashable) -> bool:
        """Add a key. Return whether it was there before."""
        hashed = hash(key)
        slot = hashed % _RECENT_SLOTS
        found = self._hashes[slot] == hashed
        self._hashes[slot] = hashed
        return found


def cached_by_size(max_bytes: int) -> Callable[[Callable[[*Keys], V]], Callable[[*Keys], V]]:
    """Cache what a function of hashable arguments returns, which must not be None, if it is asked for again."""

    def decorate(function: Callable[[*Keys], V]) -> Callable[[*Keys], V]:
        cache: SizedCache[Hashable, V] = SizedCache(max_bytes)
        recent = RecentKeys()

        @wraps(function)
        def cached(*key: *Keys) -> V:
            result = cache.get(key)
            if result is None:
                result = function(*key)
                if recent.add(key):
                    cache[key] = result
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
        elif kind is int:
            total += _INT_BYTES
        elif kind is Part:  # nearly all of an example, so without a look at each attribute
            total += _PART_BYTES + _memory_of_spans(part.spans)
            rest.extend(part.notes)
        elif kind is Trope:
            total += _TROPE_BYTES + len(part.name) + len(part.title)
            rest += part.description
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


def _memory_of_spans(spans: Sequence[Span]) -> int:
    pages = sum([len(span.page) for span in spans if span.page])
    return _SPAN_BYTES * len(spans) + sum(map(getsizeof, [span.text for span in spans])) + pages


def memory_of_texts(things: Sequence[Sequence[str]]) -> int:
    """Return about the bytes of rows of texts, faster than `memory_of`."""
    return sum([_ROW_BYTES + sum(map(getsizeof, row)) for row in things])
