"""The one cache of the program."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from cachetools import LRUCache

K = TypeVar("K")
V = TypeVar("V")


class LruCache(LRUCache[K, V]):
    """A least-recently-used cache, bounded by the total size of its values (one each without `getsizeof`)."""

    async def get_or_load(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        """Return the cached value, or load it. A value larger than the cache is not cached."""
        value = self.get(key)
        if value is None:
            value = await load()
            if self.getsizeof(value) <= self.maxsize:
                self[key] = value
        return value
