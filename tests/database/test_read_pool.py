"""Queries that nobody waits for any more are stopped, and no other suffers from it."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.corpus.schema import CORPUS
from bot.database.connections import ReadPool, open_read_pool
from bot.errors import DatabaseError

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
SHORT = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?) SELECT count(*) FROM n"


@pytest.fixture
async def one(corpus_path: Path) -> AsyncIterator[ReadPool]:
    async with open_read_pool(corpus_path, CORPUS, connection_count=1) as readers:
        yield readers


async def test_an_abandoned_query_is_interrupted_and_its_connection_reused(one: ReadPool) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await one.fetch_all(ENDLESS)
    assert await asyncio.wait_for(one.fetch_all(SHORT, (7,)), 5) == [(7,)]


async def test_a_slow_query_blocks_no_other(corpus_path: Path) -> None:
    async with open_read_pool(corpus_path, CORPUS, connection_count=2) as readers:
        slow = asyncio.create_task(readers.fetch_all(ENDLESS))
        for number in range(1, 20):
            assert await asyncio.wait_for(readers.fetch_all(SHORT, (number,)), 5) == [(number,)]
        assert not slow.done()
        slow.cancel()
        await asyncio.wait({slow}, timeout=5)
        assert slow.cancelled()


async def test_cancelling_a_queued_query_leaves_the_running_one_alone(one: ReadPool) -> None:
    running = asyncio.create_task(one.fetch_all(SHORT, (200_000,)))
    waiting = asyncio.create_task(one.fetch_all(SHORT, (1,)))
    await asyncio.sleep(0)
    waiting.cancel()
    assert await running == [(200_000,)]
    assert waiting.cancelled()


async def test_cancelling_queries_leaves_all_others_correct(corpus_path: Path) -> None:
    chance = random.Random(1)
    async with open_read_pool(corpus_path, CORPUS, connection_count=2) as readers:
        for _ in range(100):
            sizes = [chance.choice((1, 1_000, 20_000)) for _ in range(6)]
            tasks = [asyncio.create_task(readers.fetch_all(SHORT, (size,))) for size in sizes]
            for _ in range(chance.randrange(4)):
                await asyncio.sleep(0)
            cancelled = chance.sample(tasks, 3)
            for task in cancelled:
                task.cancel()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            kept = [(size, rows) for size, rows, task in zip(sizes, found, tasks, strict=True) if task not in cancelled]
            assert all(rows == [(size,)] for size, rows in kept)


async def test_a_missing_database_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="nowhere"):
        async with open_read_pool(tmp_path / "nowhere", CORPUS):
            pass
