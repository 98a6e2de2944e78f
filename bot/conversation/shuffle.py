"""Pick examples without repeats until all in a scope were shown.

An audience is a channel, or a member who asks privately. A shuffle ranks examples by key, and stores only the last rank
shown. So examples can be added or removed without repeats. One added below that rank waits for the next shuffle.

Up to 512 examples are shuffled by a random seed. Larger scopes go in key order from a random start, so that an index
finds the next key.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b

from bot.corpus.reader import Corpus
from bot.corpus.rows import SHUFFLE_KEY_BITS
from bot.corpus.scope import Scope
from bot.errors import DatabaseError
from bot.model import Entry
from bot.model.names import trope_ref
from bot.state.base import STATE_TIMEOUT_SECONDS, Shuffle, State

MAX_RANKED = 512  # larger scopes go in key order
MAX_SKIPPED = 40  # examples at a time
_KEY_MASK = (1 << SHUFFLE_KEY_BITS) - 1
_HASH_MULTIPLIERS = 0x9E3779B97F4A7C1 | 1, 0xD6E8FEB86659FD9 | 1
_MAX_RESEEDS = 64
SEARCH_SLOTS, MARK_BITS = 16, 24  # shuffles of searches that an audience has
_MARK_MASK = (1 << MARK_BITS) - 1
Accepts = Callable[[Entry], Awaitable[bool]]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Draw:
    """An example and its position in the shuffle, from 1 (0 if not stored)."""

    entry: Entry
    position: int
    total: int


class Shuffler:
    """Pick examples, with a shuffle for each audience and scope."""

    def __init__(
        self, corpus: Corpus, state: State, new_seed: Callable[[], int] = lambda: secrets.randbits(SHUFFLE_KEY_BITS)
    ) -> None:
        self._corpus, self._state, self._new_seed = corpus, state, new_seed
        self._warned: set[str] = set()

    async def draw(
        self, audience_id: int, scope: Scope, *, guild_id: int = 0, name: str = "", accepts: Accepts | None = None
    ) -> Draw | None:
        """Return an audience's next example, or None if the scope is empty.

        If the state fails or takes over a second, return any example, even a repeat.

        Args:
            audience_id: See `State.advance_shuffle`.
            scope: The examples to draw from.
            guild_id: The audience's guild, or 0.
            name: Of a shuffle beside the usual one.
            accepts: Skips some other examples. If it refuses many in a row, any example is returned.
        """
        total = await self._corpus.count(scope)
        if not total:
            return None
        large = total > MAX_RANKED
        if scope.excludes:  # exclusions must not change the shuffle
            large = await self._corpus.count(scope.without_exclusions()) > MAX_RANKED

        async def next_any(shuffle: Shuffle) -> Shuffle | None:
            if large:
                return await self._next_key(shuffle, scope)
            return next_ranked(shuffle, await self._corpus.shuffle_keys(scope))

        async def next_accepted(shuffle: Shuffle, accepts: Accepts) -> Shuffle | None:
            for _ in range(MAX_SKIPPED):
                if (following := await next_any(shuffle)) is None:
                    return None
                entry = await self._corpus.read_ahead(scope, following.last_key)
                if entry and await accepts(entry):
                    return following
                shuffle = following
            return shuffle

        async def new_seed() -> int:
            return (await self._corpus.random_shuffle_key(scope) or 0) if large else self._new_seed()

        next_step = partial(next_accepted, accepts=accepts) if accepts else next_any
        advance = partial(next_or_restart, next_step, new_seed, total)
        step = await self._advance(audience_id, name + self._scope_key(scope, large=large), advance, guild_id)
        if step and (entry := await self._corpus.by_shuffle_key(step.last_key)):
            return Draw(entry, min(step.position, total), total)
        entry = await self._corpus.random(scope)
        return Draw(entry, 0, total) if entry else None

    async def draw_hit(
        self, audience_id: int, query: str, scope: Scope, *, hidden: bool = False, guild_id: int = 0
    ) -> Draw | None:
        """Return an audience's next hit of a search, or None if it has none. Otherwise like `draw`.

        The state has neither the search nor a row for each: a few slots are reused, and a seed says whose it is.
        """
        keys = await self._corpus.shuffle_keys_of_hits(query, scope, hidden=hidden)
        if not keys:
            return None
        name = f"{self._scope_key(scope, large=False)} {hidden} {query.casefold()}"
        digest = int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=8).digest())
        slot = f"search {digest >> MARK_BITS & SEARCH_SLOTS - 1:x}"
        return await self._draw_ranked(keys, audience_id, slot, guild_id, digest & _MARK_MASK)

    async def draw_of_works(
        self, audience_id: int, refs: Sequence[str], scope: Scope, *, guild_id: int = 0
    ) -> Draw | None:
        """Return an audience's next example of several works, or None if they have none. Otherwise like `draw`."""
        keys = await self._corpus.shuffle_keys_of_works(replace(scope, work_ref=None), refs)
        name = f"works {self._scope_key(replace(scope, work_ref=min(refs)), large=False)}"
        return await self._draw_ranked(keys, audience_id, name, guild_id) if keys else None

    async def _draw_ranked(
        self, keys: Sequence[int], audience_id: int, name: str, guild_id: int, mark: int | None = None
    ) -> Draw | None:
        """Draw from some keys. With a mark, a shuffle with another one is not continued."""

        async def next_step(shuffle: Shuffle) -> Shuffle | None:
            return next_ranked(shuffle, keys)

        async def new_seed() -> int:
            return self._new_seed() if mark is None else self._new_seed() & ~_MARK_MASK | mark

        async def advance(shuffle: Shuffle | None) -> Shuffle | None:
            if shuffle and mark is not None and shuffle.seed & _MARK_MASK != mark:
                shuffle = Shuffle(await new_seed(), -1, 0, -1, shuffle.revision)
            return await next_or_restart(next_step, new_seed, len(keys), shuffle)

        step = await self._advance(audience_id, name, advance, guild_id)
        key, position = (step.last_key, min(step.position, len(keys))) if step else (secrets.choice(keys), 0)
        entry = await self._corpus.by_shuffle_key(key)
        return Draw(entry, position, len(keys)) if entry else None

    async def _advance(
        self, audience_id: int, scope_key: str, advance: Callable[..., Awaitable[Shuffle | None]], guild_id: int
    ) -> Shuffle | None:
        """Advance a shuffle, or return None if the state fails or takes over a second."""
        try:
            async with asyncio.timeout(STATE_TIMEOUT_SECONDS):
                return await self._state.advance_shuffle(audience_id, scope_key, advance, guild_id=guild_id)
        except DatabaseError as error:
            self._warn_once(str(error))
        except TimeoutError:
            self._warn_once("The state is busy.")
        return None

    async def _next_key(self, shuffle: Shuffle, scope: Scope) -> Shuffle | None:
        """Advance a large shuffle by one example. Return None at its end."""
        after = (shuffle.seed + shuffle.last_rank) & _KEY_MASK if shuffle.last_key >= 0 else shuffle.seed - 1
        key = await self._corpus.next_shuffle_key(scope, after)
        if key is None:
            key = await self._corpus.next_shuffle_key(scope, -1)  # wrap around
        if key is None or (rank := (key - shuffle.seed) & _KEY_MASK) <= shuffle.last_rank:
            return None
        return Shuffle(shuffle.seed, rank, shuffle.position + 1, key, shuffle.revision + 1)

    def _scope_key(self, scope: Scope, *, large: bool) -> str:
        """Return a scope's key in the state. New media do not change a group's key."""
        media = "*" if scope.media is None else "+".join(sorted(set(scope.media)))
        if scope.media and len(scope.media) > 1:
            media = self._corpus.media.group_of(scope.media) or media
        trope = "*" if scope.trope is None else trope_ref(scope.trope)
        parts = [trope, media, scope.work_ref or "*", "all" if scope.include_spoilers else "clear"]
        return " ".join([*parts, "large"] if large else parts)

    def _warn_once(self, cause: str) -> None:
        if cause not in self._warned:
            self._warned.add(cause)
            log.warning("%s Examples are drawn without remembering which were shown.", cause)


async def next_or_restart(
    next_step: Callable[[Shuffle], Awaitable[Shuffle | None]],
    new_seed: Callable[[], Awaitable[int]],
    total: int,
    shuffle: Shuffle | None,
) -> Shuffle | None:
    """Advance a shuffle, or begin one that does not start with the last example. Return None if there is nothing."""
    if shuffle and (step := await next_step(shuffle)):
        return step
    step = None
    for _ in range(_MAX_RESEEDS):
        step = await next_step(Shuffle(await new_seed(), -1, 0, -1, shuffle.revision if shuffle else 0))
        if step is None or shuffle is None or total == 1 or step.last_key != shuffle.last_key:
            break
    return step


def next_ranked(shuffle: Shuffle, keys: Sequence[int]) -> Shuffle | None:
    """Advance a shuffle of some keys by one example. Return None at its end."""
    ranks = rank_keys(shuffle.seed, keys)
    following = [rank for rank in ranks if rank > shuffle.last_rank]
    if not following:
        return None
    rank = min(following)
    position = len(keys) - len(following) + 1
    return Shuffle(shuffle.seed, rank, position, keys[ranks.index(rank)], shuffle.revision + 1)


def rank_keys(seed: int, keys: Iterable[int]) -> list[int]:
    """Return distinct 60-bit ranks for distinct keys, shuffled by a seed."""
    first, second = _HASH_MULTIPLIERS
    return [
        (mixed := ((once := (key ^ seed) * first & _KEY_MASK) ^ once >> 31) * second & _KEY_MASK) ^ mixed >> 29
        for key in keys
    ]
