"""Drawing without repeats: no example of a scope comes again before the same audience until all of it were shown.

An audience is a channel, or a member who asks alone.

A round has a random seed, which gives every example a rank; the examples come in the order of their ranks. What is
kept is not what was shown but how far the ranks were passed, so a row is as small for a million examples as for two,
and examples that join or vanish while a round goes on never make another come twice. Examples are known by their
marks, which are the same in every corpus; the corpus may be made anew at any time.

An example that joins below the ranks already passed waits for the next round.

A scope of more than some hundred examples is shown in parts of one or two hundred, parted by the first bits of the
marks, in an order that also comes from the seed. A scope that grows sixteenfold within a round begins a new one.
"""

import asyncio
import logging
import secrets
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.cache import LruCache
from bot.corpus.reader import Corpus
from bot.corpus.rows import SHUFFLE_KEY_BITS
from bot.corpus.scope import Scope
from bot.errors import DatabaseError
from bot.model import Entry, Trope
from bot.state.base import Round, State

WHOLE = 512  # up to so many examples are one part
PATIENCE = 1.0  # seconds; a member's answer has to be sent within three
_PART_BITS = 7
_MASK = (1 << SHUFFLE_KEY_BITS) - 1
_MIXERS = 0x9E3779B97F4A7C1 | 1, 0xD6E8FEB86659FD9 | 1
_RESEEDS = 64
_NAMES_KEPT, _PARTS_KEPT = 1_000, 1_000
_ORDERS_KEPT = 200_000  # 3 MB
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drawn:
    """An example that was drawn.

    Attributes:
        entry: The example.
        place: It is the how manieth of its round, 1…total; 0 if this draw could not be remembered.
        total: How many examples the scope holds.
    """

    entry: Entry
    place: int
    total: int


class Order:
    """A part's examples in the order of their ranks."""

    def __init__(self, seed: int, marks: Sequence[int]) -> None:
        """Takes the round's seed and the marks of the part's examples as the corpus holds them now."""
        self.of = marks
        pairs = sorted(zip(ranks(seed, marks), marks, strict=True))
        self._ranks, self._marks = (array("q", column) for column in (zip(*pairs, strict=True) if pairs else ((), ())))

    def one_on(self, past: Round) -> Round | None:
        """Returns a round with one more example of the part shown, or None if there is none left."""
        place = bisect_right(self._ranks, past.passed)
        if place == len(self._ranks):
            return None
        rank, mark = self._ranks[place], self._marks[place]
        return past._replace(passed=rank, place=past.base + place + 1, latest=mark, draws=past.draws + 1)


class Rounds:
    """Draws examples, each once a round, for every audience and scope apart."""

    def __init__(
        self, corpus: Corpus, state: State, seeds: Callable[[], int] = lambda: secrets.randbits(SHUFFLE_KEY_BITS)
    ) -> None:
        """Takes the stores, and what gives a random seed of 60 bits."""
        self._corpus, self._state, self._seeds = corpus, state, seeds
        self._told: set[str] = set()
        self._names: LruCache[Scope, str] = LruCache(_NAMES_KEPT)
        # To put the examples of a part in order takes as long as all else that a draw needs.
        self._orders: LruCache[tuple[int, int, int], Order] = LruCache(_ORDERS_KEPT, lambda order: len(order.of) + 64)

    async def next(self, audience: int, scope: Scope, *, guild: int = 0) -> Drawn | None:
        """Returns the scope's next example for an audience (of a guild), or None if the scope is empty.

        A new round does not begin with the example that ended the last one, if there are others. Where the state
        fails or is slow (over a second), any example of the scope is drawn, and a warning says so once for each cause.

        Raises:
            DatabaseError: The corpus cannot be read.
        """
        total = await self._corpus.count(scope)
        step = await self._remembered(audience, guild, scope, total) if total else None
        entry = await self._corpus.by_shuffle_key(step.latest) if step else None
        if step and entry:
            return Drawn(entry, min(step.place, total), total)
        entry = await self._corpus.random(scope)
        return Drawn(entry, 0, total) if entry else None

    async def _remembered(self, audience: int, guild: int, scope: Scope, total: int) -> Round | None:
        async def choose(past: Round | None) -> Round | None:
            return await self._choose(scope, total, past)

        try:
            async with asyncio.timeout(PATIENCE):
                return await self._state.draw(audience, self._name(scope), choose, guild=guild)
        except DatabaseError as error:
            self._tell(str(error))
        except TimeoutError:
            self._tell("The state is busy.")
        return None

    async def _choose(self, scope: Scope, total: int, past: Round | None) -> Round | None:
        bits = bits_for(total)
        if past and bits <= past.bits + 3 and (step := await self._within(scope, past)):
            return step
        step = None
        for _ in range(_RESEEDS):
            start = Round(self._seeds(), bits, 0, 0, -1, 0, -1, past.draws if past else 0)
            step = await self._within(scope, start)
            if step is None or past is None or total == 1 or step.latest != past.latest:
                break
        return step

    async def _within(self, scope: Scope, past: Round) -> Round | None:
        """Returns the round one example on, or None when all were shown."""
        while past.part < 1 << past.bits:
            marks = await self._corpus.shuffle_keys(scope, past.bits, shuffled(past.part, past.bits, past.seed))
            if step := self._order(past, marks).one_on(past):
                return step
            past = past._replace(part=past.part + 1, base=past.place, passed=-1)
        return None

    def _order(self, past: Round, marks: Sequence[int]) -> Order:
        key = past.seed, past.bits, past.part
        order = self._orders.get(key)
        if order is None or order.of is not marks:
            order = self._orders[key] = Order(past.seed, marks)
        return order

    def _name(self, scope: Scope) -> str:
        """Returns what stands for a scope in the state; that of a group of media stays when media join the group."""
        name = self._names.get(scope)
        if name is None:
            name = self._names[scope] = self._make_name(scope)
        return name

    def _make_name(self, scope: Scope) -> str:
        trope = Trope(scope.trope, "").ref if scope.trope is not None else "*"
        return " ".join(
            (trope, self._media_name(scope.media), scope.work_ref or "*", "all" if scope.include_spoilers else "clear")
        )

    def _media_name(self, media: tuple[str, ...] | None) -> str:
        if media is None:
            return "*"
        choices = self._corpus.media.options
        named = (choice.slug for choice in choices if {medium.slug for medium in choice.media} == set(media))
        return next(named, "+".join(sorted(set(media))))

    def _tell(self, cause: str) -> None:
        if cause not in self._told:
            self._told.add(cause)
            _log.warning("%s Examples are drawn without remembering which were shown.", cause)


def bits_for(total: int) -> int:
    """Returns how many bits part a scope of that size."""
    return 0 if total <= WHOLE else (total >> _PART_BITS).bit_length() - 1


@lru_cache(_PARTS_KEPT)  # a part is drawn from a hundred times
def shuffled(part: int, bits: int, seed: int) -> int:
    """Returns which part comes at a place (0…2^bits - 1): another one at every place, in an order made by the seed."""
    if not bits:
        return 0
    mask = (1 << bits) - 1
    for turn in range(4):
        [key] = ranks(seed, [turn])
        # Each step can be undone within the mask, so no two places get the same part.
        part = (part * (key >> 20 | 1) + (key >> 40)) & mask
        part ^= part >> (bits + 1) // 2
    return part


def ranks(seed: int, marks: Iterable[int]) -> list[int]:
    """Returns the marks' ranks in a round: 60 bits each, different for different marks."""
    first, second = _MIXERS
    mixed = [(mark ^ seed) * first & _MASK for mark in marks]
    mixed = [(mark ^ mark >> 31) * second & _MASK for mark in mixed]
    return [mark ^ mark >> 29 for mark in mixed]
