"""Random shuffles match a simple model while the corpus changes."""

import asyncio
import random
from collections.abc import Sequence
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import shuffle
from bot.conversation.shuffle import Shuffler
from bot.corpus.reader import Corpus
from bot.corpus.rows import shuffle_key
from bot.corpus.scope import Scope
from bot.state.base import State
from bot.state.location import open_state

SCOPE = Scope()
Change = str | tuple[bool, set[int]]  # "draw", or whether these examples join or vanish


class Keys:
    """A corpus of shuffle keys, which may change. Each example is its key."""

    def __init__(self, names: range) -> None:
        self.all = keys_of(names)
        self._random = random.Random(1)

    async def count(self, scope: Scope) -> int:
        return len(self.all)

    async def shuffle_keys(self, scope: Scope) -> Sequence[int]:
        return list(self.all)

    async def next_shuffle_key(self, scope: Scope, after: int) -> int | None:
        return min((key for key in self.all if key > after), default=None)

    async def random_shuffle_key(self, scope: Scope) -> int | None:
        return self._random.choice(sorted(self.all)) if self.all else None

    async def by_shuffle_key(self, key: int) -> int | None:
        return key if key in self.all else None


def keys_of(names: range | set[int]) -> set[int]:
    return {shuffle_key("SomeTrope", str(name)) for name in names}


class Channel:
    def __init__(self, keys: Keys, state: State) -> None:
        seeds = random.Random(2)
        self.keys, self._state = keys, state
        self._shuffler = Shuffler(cast("Corpus", keys), state, lambda: seeds.getrandbits(60))

    async def draw(self) -> tuple[int, int] | None:
        """Return the key of the next example, and its position."""
        drawn = await self._shuffler.draw(1, SCOPE)
        return (cast("int", drawn.entry), drawn.position) if drawn else None

    async def progress(self) -> tuple[int, int]:
        """Return the seed and the last rank of the current shuffle."""
        rows = await self._state.fetch_all("SELECT seed, last_rank FROM shuffle")
        return rows[0] if rows else (-1, -1)


CHANGES = st.lists(
    st.one_of(st.just("draw"), st.just("draw"), st.tuples(st.booleans(), st.sets(st.integers(0, 30), max_size=8))),
    max_size=60,
)


async def check(changes: Sequence[Change]) -> None:
    async with open_state(None) as state:
        channel = Channel(Keys(range(10)), state)
        shown: set[int] = set()
        late: set[int] = set()  # joined after the shuffle began
        last = None
        for change in changes:
            present = channel.keys.all
            if not isinstance(change, str):
                joins, names = change
                changed = keys_of(names)
                late |= changed - present if joins else set()
                channel.keys.all = present | changed if joins else present - changed
                continue
            before, drawn, after = await channel.progress(), await channel.draw(), await channel.progress()
            assert (drawn is None) == (not present)
            if drawn is None:
                continue
            key, position = drawn
            assert key in present
            assert 1 <= position <= len(present)
            if last is not None and (after[0] != before[0] or after[1] <= before[1]):
                assert present <= shown | late
                assert key != last or len(present) == 1
                shown, late = set(), set()
            assert key not in shown
            shown.add(key)
            last = key


@pytest.mark.parametrize("max_shuffled", [pytest.param(512, id="shuffled"), pytest.param(0, id="large")])
@given(CHANGES)
def test_nothing_repeats_while_examples_join_and_vanish(max_shuffled: int, changes: Sequence[Change]) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(shuffle, "MAX_RANKED", max_shuffled)
        asyncio.run(check(changes))


async def test_a_scope_that_outgrows_512_starts_another_shuffle() -> None:
    async with open_state(None) as state:
        channel = Channel(Keys(range(shuffle.MAX_RANKED)), state)
        positions = []
        for size, draws in ((shuffle.MAX_RANKED, 3), (shuffle.MAX_RANKED + 1, 2), (shuffle.MAX_RANKED, 2)):
            channel.keys.all = keys_of(range(size))
            positions += [drawn[1] for _ in range(draws) if (drawn := await channel.draw())]
    assert positions == [1, 2, 3, 1, 2, 4, 5]
