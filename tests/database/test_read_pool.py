"""Abandoned queries are interrupted without disturbing others."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.corpus.schema import CORPUS
from bot.database.connections import ReadPool, open_read_pool

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
SHORT = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?) SELECT count(*) FROM n"


@pytest.fixture
async def single_reader(corpus_path: Path) -> AsyncIterator[ReadPool]:
    async with open_read_pool(corpus_path, CORPUS, connection_count=1) as readers:
        yield readers


async def test_an_abandoned_query_is_interrupted_and_its_connection_reused(single_reader: ReadPool) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await single_reader.fetch_all(ENDLESS)
    assert await asyncio.wait_for(single_reader.fetch_all(SHORT, (7,)), 5) == [(7,)]


async def test_a_slow_query_blocks_no_other(corpus_path: Path) -> None:
    async with open_read_pool(corpus_path, CORPUS, connection_count=2) as readers:
        slow = asyncio.create_task(readers.fetch_all(ENDLESS))
        for number in range(1, 20):
            assert await asyncio.wait_for(readers.fetch_all(SHORT, (number,)), 5) == [(number,)]
        assert not slow.done()
        slow.cancel()
        await asyncio.wait({slow}, timeout=5)
        assert slow.cancelled()


async def test_cancelling_a_queued_query_leaves_the_running_one_alone(single_reader: ReadPool) -> None:
    running = asyncio.create_task(single_reader.fetch_all(SHORT, (200_000,)))
    waiting = asyncio.create_task(single_reader.fetch_all(SHORT, (1,)))
    await asyncio.sleep(0)
    waiting.cancel()
    assert await running == [(200_000,)]
    assert waiting.cancelled()


@pytest.mark.slow
async def test_cancelling_queries_leaves_all_others_correct(corpus_path: Path) -> None:
    rng = random.Random(1)
    async with open_read_pool(corpus_path, CORPUS, connection_count=2) as readers:
        for _ in range(100):
            sizes = [rng.choice((1, 1_000, 20_000)) for _ in range(6)]
            tasks = [asyncio.create_task(readers.fetch_all(SHORT, (size,))) for size in sizes]
            for _ in range(rng.randrange(4)):
                await asyncio.sleep(0)
            cancelled = rng.sample(tasks, 3)
            for task in cancelled:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            for size, rows, task in zip(sizes, results, tasks, strict=True):
                assert task in cancelled or rows == [(size,)]
