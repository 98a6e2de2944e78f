"""The one cache: what was used longest ago goes first when it is full."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K")
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """Store values by key, bounded by their total size (one each unless `size_of` says otherwise)."""

    def __init__(self, max_size: int, size_of: Callable[[V], int] | None = None) -> None:
        self._values: LRUCache[K, V] = LRUCache(max_size, size_of)

    def get(self, key: K) -> V | None:
        """Return the stored value, or None."""
        return self._values.get(key)

    async def get_or_load(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        """Return the stored value, or load and store it."""
        value = self._values.get(key)
        if value is None:
            value = self[key] = await load()
        return value

    def __setitem__(self, key: K, value: V) -> None:
        # A value larger than the whole cache is used, but not stored.
        if self._values.getsizeof(value) <= self._values.maxsize:
            self._values[key] = value
        else:
            self.pop(key)

    def pop(self, key: K) -> None:
        """Remove a key, if it is there."""
        self._values.pop(key, None)

    def clear(self) -> None:
        """Remove everything."""
        self._values.clear()
