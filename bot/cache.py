"""The one cache: the least recently used value goes first when it is full."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from cachetools import LRUCache

K = TypeVar("K")
V = TypeVar("V")


class LruCache(LRUCache[K, V]):
    """Store values by key, bounded by their total size (one each, unless `getsizeof` says otherwise)."""

    async def get_or_load(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        """Return the stored value, or load and store it; a value larger than the cache is not stored."""
        value = self.get(key)
        if value is None:
            value = await load()
            if self.getsizeof(value) <= self.maxsize:
                self[key] = value
        return value
