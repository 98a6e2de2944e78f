"""Shuffles of real corpora repeat nothing, also over restarts, processes and failures of the state."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from unittest.mock import AsyncMock, Mock

import pytest

from bot.conversation import shuffle
from bot.conversation.shuffle import Shuffler
from bot.corpus.reader import Corpus, open_corpus
from bot.corpus.scope import Scope
from bot.errors import DatabaseError
from bot.ingest.loader import load
from bot.ingest.site_tables import SiteTables
from bot.state.location import StateLocation, open_state
from bot.state.sqlite_backend import open_sqlite_state

CHANNEL = 1
SCOPE = Scope()


class DrawRig:
    """A corpus of bullets and a state, to draw from."""

    def __init__(self, folder: Path, state_location: StateLocation, tables: SiteTables) -> None:
        self.state_location, self._tables = state_location, tables
        self.path, self._source = folder / "corpus.db", folder / "SomeTrope.txt"
        self._seeds = random.Random(1)

    async def load(self, texts: Iterable[str]) -> None:
        self._source.write_text("----\n" + "".join(f"* {text}\n" for text in texts))
        await load([self._source], self.path, self._tables)

    @asynccontextmanager
    async def shuffler(self) -> AsyncIterator[Shuffler]:
        async with open_corpus(self.path) as corpus, open_state(self.state_location, timeout_seconds=30) as state:
            yield Shuffler(corpus, state, lambda: self._seeds.getrandbits(60))

    async def draw(self, count: int) -> list[str]:
        """Open the databases, draw `count` examples and return their texts."""
        async with self.shuffler() as shuffler:
            drawn = [await shuffler.draw(CHANNEL, Scope("SomeTrope")) for _ in range(count)]
        return [one.entry.example.parts[0].text for one in drawn if one]


@pytest.fixture
def draw_rig(
    tmp_path: Path, state_location: StateLocation, tables: SiteTables, monkeypatch: pytest.MonkeyPatch
) -> DrawRig:
    monkeypatch.setattr(shuffle, "STATE_TIMEOUT_SECONDS", 30)  # the machine may be busy
    return DrawRig(tmp_path, state_location, tables)


@pytest.fixture(params=["shuffled", "large"])
def order(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with both kinds of order."""
    if request.param == "large":
        monkeypatch.setattr(shuffle, "MAX_RANKED", 0)


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize("size", [1, 2, 3, 21, 60])
async def test_each_example_is_shown_once_a_shuffle(draw_rig: DrawRig, size: int) -> None:
    await draw_rig.load([f"Run {n}" for n in range(size)])
    drawn = await draw_rig.draw(3 * size)
    for begin in range(0, 3 * size, size):
        assert len(set(drawn[begin : begin + size])) == size
    if size > 1:
        assert drawn[size] != drawn[size - 1]
        assert drawn[2 * size] != drawn[2 * size - 1]


@pytest.mark.usefixtures("order")
@pytest.mark.slow
async def test_a_shuffle_survives_a_restart_between_any_two_draws(draw_rig: DrawRig) -> None:
    await draw_rig.load([f"Run {n}" for n in range(10)])
    drawn = [text for _ in range(10) for text in await draw_rig.draw(1)]
    assert len(set(drawn)) == 10


@pytest.mark.usefixtures("order")
async def test_a_rebuilt_corpus_with_other_examples_repeats_nothing(draw_rig: DrawRig) -> None:
    await draw_rig.load([f"Run {n}" for n in range(30)])
    before = await draw_rig.draw(12)
    draw_rig.path.unlink()
    texts = ["New one", *(f"Run {n}" for n in reversed(range(30)) if n % 5), "New two"]
    await draw_rig.load(texts)
    after = await draw_rig.draw(len({*texts[1:-1]} - {*before}))
    assert {*after} <= {*texts} - {*before}
    rest = 2  # the new ones, which this shuffle or the next one shows
    assert {*texts} <= {*before, *after, *await draw_rig.draw(rest + len(texts))}


@pytest.mark.usefixtures("order")
async def test_concurrent_draws_are_different(draw_rig: DrawRig) -> None:
    await draw_rig.load([f"Run {n}" for n in range(60)])
    async with draw_rig.shuffler() as shuffler:
        drawn = await asyncio.gather(*(shuffler.draw(CHANNEL, Scope("SomeTrope")) for _ in range(50)))
    assert len({one.entry.ref for one in drawn if one}) == 50
    assert sorted(one.position for one in drawn if one) == list(range(1, 51))


async def test_channels_and_scopes_are_independent(draw_rig: DrawRig) -> None:
    await draw_rig.load([f"Run {n}" for n in range(5)])
    async with draw_rig.shuffler() as shuffler:
        for channel, scope in ((1, SCOPE), (2, SCOPE), (1, Scope("SomeTrope")), (1, Scope(include_spoilers=False))):
            positions = [drawn.position for _ in range(5) if (drawn := await shuffler.draw(channel, scope))]
            assert positions == [1, 2, 3, 4, 5]
        assert await shuffler.draw(1, Scope("Nowhere")) is None


@pytest.mark.usefixtures("order")
async def test_hiding_media_changes_neither_order_nor_shuffle(corpus: Corpus) -> None:
    narrow = Scope(excluded_media=frozenset({"film-live-action"}))
    async with open_state(None) as state:
        shuffler = Shuffler(corpus, state)
        drawn = [await shuffler.draw(CHANNEL, narrow if number % 2 else SCOPE) for number in range(24)]
        assert len({one.entry.ref for one in drawn if one}) == 24
        assert len(await state.fetch_all("SELECT 1 FROM shuffle")) == 1


@pytest.mark.parametrize("failure", [DatabaseError("The disk is full."), TimeoutError()], ids=["down", "slow"])
async def test_a_draw_without_the_state_still_answers(
    corpus: Corpus, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    shuffler = Shuffler(corpus, Mock(advance_shuffle=AsyncMock(side_effect=failure)))
    with caplog.at_level(logging.WARNING):
        positions = [drawn.position for _ in range(3) if (drawn := await shuffler.draw(CHANNEL, SCOPE))]
    assert positions == [0, 0, 0]
    cause = str(failure) or "The state is busy."
    assert [record.getMessage().startswith(cause) for record in caplog.records] == [True]


async def test_a_read_only_state_is_reported_once_and_retried(
    tmp_path: Path, corpus: Corpus, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_sqlite_state(tmp_path / "state.db") as state:
        shuffler = Shuffler(corpus, state)
        positions = []
        for setting in ("OFF", "ON", "ON", "OFF"):
            await state._connection.execute(f"PRAGMA query_only = {setting}")
            with caplog.at_level(logging.WARNING):
                drawn = await shuffler.draw(1, SCOPE)
            positions.append(drawn and drawn.position)
    assert positions == [1, 0, 0, 2]
    assert ["readonly" in record.getMessage() for record in caplog.records] == [True]


async def test_a_busy_state_delays_no_draw(
    tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(shuffle, "STATE_TIMEOUT_SECONDS", 0.02)
    async with open_sqlite_state(tmp_path / "state.db") as state:
        shuffler = Shuffler(corpus, state)
        async with state._write_mutex:
            drawn = await asyncio.gather(*(shuffler.draw(1, SCOPE) for _ in range(5)))
        assert [one and one.position for one in drawn] == [0] * 5
    assert len(caplog.records) == 1


@pytest.mark.usefixtures("order")
async def test_two_processes_draw_different_examples(tmp_path: Path, corpus: Corpus) -> None:
    path = tmp_path / "state.db"
    async with open_sqlite_state(path) as one, open_sqlite_state(path) as other:
        shufflers = [Shuffler(corpus, state) for state in (one, other)]
        drawn = await asyncio.gather(*(shufflers[turn % 2].draw(1, SCOPE) for turn in range(40)))
    assert sorted(each.position for each in drawn if each) == list(range(1, 41))
    assert len({each.entry.ref for each in drawn if each}) == 40


# Chi-square with 18 degrees of freedom exceeds this once in a thousand times. The seeds are fixed.
CHI_SQUARE_LIMIT = 42.3
FILMS = Scope("BigHeroicRun", ("film-live-action",))


async def chi_square(corpus: Corpus, position: int) -> float:
    """Return chi-square of what 760 shuffles of 19 examples draw at a position."""
    random.seed(7)
    assert await corpus.count(FILMS) == 19
    async with open_state(None) as state:
        shuffler = Shuffler(corpus, state, lambda: random.getrandbits(60))
        drawn = [[await shuffler.draw(channel, FILMS) for _ in range(position)][-1] for channel in range(1, 761)]
    counts = Counter(one.entry.ref for one in drawn if one)
    return sum((count - 40) ** 2 / 40 for count in (*counts.values(), *[0] * (19 - len(counts))))


@pytest.mark.parametrize(
    ("max_ranked", "position"),
    [
        pytest.param(shuffle.MAX_RANKED, 1, id="first of a shuffle"),
        pytest.param(shuffle.MAX_RANKED, 2, id="second of a shuffle"),
        pytest.param(shuffle.MAX_RANKED, 8, id="eighth of a shuffle"),
        pytest.param(0, 1, id="first of a large scope"),
    ],
)
@pytest.mark.slow
async def test_each_example_is_equally_likely(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, max_ranked: int, position: int
) -> None:
    monkeypatch.setattr(shuffle, "MAX_RANKED", max_ranked)
    assert await chi_square(corpus, position) < CHI_SQUARE_LIMIT


@pytest.mark.slow
async def test_the_chi_square_check_detects_a_biased_start(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shuffle, "MAX_RANKED", 0)
    monkeypatch.setattr(corpus, "random_shuffle_key", AsyncMock(side_effect=lambda _: random.getrandbits(60)))
    assert await chi_square(corpus, 1) > 5 * CHI_SQUARE_LIMIT
