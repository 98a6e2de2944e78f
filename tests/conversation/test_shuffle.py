"""Drawing without repeats."""

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation.shuffle import Order, Rounds, bits_for, ranks, shuffled
from bot.corpus.reader import open_corpus
from bot.corpus.scope import Scope
from bot.errors import DatabaseError
from bot.ingest.loader import load
from bot.ingest.sources import SiteTables
from bot.state.base import Round, State
from bot.state.location import Where, open_state

CHANNEL = 1


class Table:
    """A corpus of bullets and a state, to be drawn from."""

    def __init__(self, folder: Path, where: Where, tables: SiteTables) -> None:
        self.folder, self.where, self.tables = folder, where, tables
        self.corpus_path = folder / "corpus.db"
        self.seeds = itertools.count(1)

    async def load(self, texts: list[str]) -> None:
        pages = self.folder / "pages"
        pages.mkdir(exist_ok=True)
        (pages / "SomeTrope.txt").write_text("----\n" + "".join(f"* {text}\n" for text in texts))
        await load([pages], self.corpus_path, self.tables)

    async def draw(self, count: int, channel: int = CHANNEL) -> list[str]:
        """Returns the texts of so many draws, each by a bot that was started for it."""
        texts = []
        async with AsyncExitStack() as stores:
            corpus = await stores.enter_async_context(open_corpus(self.corpus_path))
            state = await stores.enter_async_context(open_state(self.where))
            rounds = Rounds(corpus, state, lambda: next(self.seeds) * 0x1234567)
            for _ in range(count):
                drawn = await rounds.next(channel, Scope("SomeTrope"))
                assert drawn is not None
                texts.append(drawn.entry.example.parts[0].text)
        return texts


@pytest.fixture
def table(tmp_path: Path, where: Where, tables: SiteTables) -> Table:
    return Table(tmp_path, where, tables)


@pytest.fixture
async def state(where: Where) -> AsyncIterator[State]:
    async with open_state(where) as state:
        yield state


@pytest.mark.parametrize("size", [1, 2, 3, 21, 60])
async def test_every_example_comes_once_a_round(table: Table, size: int) -> None:
    await table.load([f"Run {n}" for n in range(size)])
    drawn = await table.draw(3 * size)
    for begin in range(0, 3 * size, size):
        assert len(set(drawn[begin : begin + size])) == size
    if size > 1:
        assert drawn[size] != drawn[size - 1]
        assert drawn[2 * size] != drawn[2 * size - 1]


async def test_a_restart_between_any_two_draws_changes_nothing(table: Table) -> None:
    await table.load([f"Run {n}" for n in range(10)])
    drawn = [text for _ in range(10) for text in await table.draw(1)]
    assert len(set(drawn)) == 10


async def test_a_corpus_made_anew_with_other_examples_repeats_nothing(table: Table) -> None:
    await table.load([f"Run {n}" for n in range(30)])
    before = await table.draw(12)
    table.corpus_path.unlink()
    gone = {f"Run {n}" for n in range(0, 30, 5)}
    texts = ["New one", *(f"Run {n}" for n in reversed(range(30))), "New two"]
    await table.load([text for text in texts if text not in gone])
    left = [text for text in texts if text not in gone and text not in before]
    after = await table.draw(len([text for text in left if text.startswith("Run")]))
    assert not set(after) & set(before)
    assert not set(after) & gone
    everything = {*(text for text in texts if text not in gone)}
    assert everything <= {*before, *after, *await table.draw(len(texts))}


async def test_draws_at_the_same_time_are_different(table: Table) -> None:
    await table.load([f"Run {n}" for n in range(60)])
    async with open_corpus(table.corpus_path) as corpus, open_state(table.where) as state:
        rounds = Rounds(corpus, state)
        drawn = await asyncio.gather(*(rounds.next(CHANNEL, Scope("SomeTrope")) for _ in range(50)))
        assert len({one.entry.ref for one in drawn if one}) == 50
        assert sorted(one.place for one in drawn if one) == list(range(1, 51))


async def test_channels_and_scopes_are_independent(table: Table) -> None:
    await table.load([f"Run {n}" for n in range(5)])
    async with open_corpus(table.corpus_path) as corpus, open_state(table.where) as state:
        rounds = Rounds(corpus, state)
        for channel, scope in ((1, Scope()), (2, Scope()), (1, Scope("SomeTrope")), (1, Scope(include_spoilers=False))):
            places = [drawn.place for _ in range(5) if (drawn := await rounds.next(channel, scope))]
            assert places == [1, 2, 3, 4, 5]
        assert await rounds.next(1, Scope("Nowhere")) is None


async def test_where_the_state_fails_an_example_comes_all_the_same(
    table: Table, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await table.load(["Run"])
    async with open_corpus(table.corpus_path) as corpus, open_state(table.where) as state:

        async def full(*_: object, **__: object) -> None:
            raise DatabaseError("The disk is full.")

        monkeypatch.setattr(state, "draw", full)
        rounds = Rounds(corpus, state)
        with caplog.at_level(logging.WARNING):
            places = [drawn.place for _ in range(3) if (drawn := await rounds.next(CHANNEL, Scope()))]
    assert places == [0, 0, 0]
    assert [record.getMessage()[:17] for record in caplog.records] == ["The disk is full."]


async def test_rounds_that_nobody_used_for_long_are_forgotten(table: Table) -> None:
    await table.load(["Run"])
    await table.draw(1)
    async with open_state(table.where) as state:
        today = datetime.now(UTC).date()
        assert await state.forget_rounds_before(today) == 0
        assert await state.forget_rounds_before(today + timedelta(days=1)) == 1


@pytest.mark.parametrize("position", [0, 1, 7])
def test_every_example_is_as_likely_at_every_place(position: int) -> None:
    marks = ranks(99, range(1, 13))
    counts: Counter[int] = Counter()
    for seed in ranks(7, range(1, 4801)):
        step: Round | None = Round(seed, 0, 0, 0, -1, 0, -1, 0)
        for _ in range(position + 1):
            assert step is not None
            step = Order(step.seed, marks).one_on(step)
        assert step is not None
        counts[step.latest] += 1
    # Chi-square with 11 degrees of freedom; the seeds are always the same, so this cannot fail by chance.
    assert sum((counts[mark] - 400) ** 2 / 400 for mark in marks) < 31.3


@pytest.mark.parametrize("bits", [1, 2, 3, 7, 10])
def test_parts_come_once_each_in_an_order_of_the_seed(bits: int) -> None:
    orders = {tuple(shuffled(part, bits, seed * 7919) for part in range(1 << bits)) for seed in range(20)}
    assert all(sorted(order) == list(range(1 << bits)) for order in orders)
    assert len(orders) > 1


def test_parts_are_of_some_thousand_examples() -> None:
    assert [bits_for(total) for total in (1, 60, 512, 513, 1_000_000)] == [0, 0, 0, 2, 12]
