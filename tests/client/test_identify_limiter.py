"""Logging in shards one after another, across processes."""

import asyncio
import logging
from unittest.mock import AsyncMock, Mock, call

import pytest

from bot.client import identify_limiter
from bot.client.identify_limiter import IdentifyLimiter
from bot.errors import WriteFailedError
from bot.settings import ShardRange


async def limits() -> Mock:
    return Mock(max_concurrency=2)


def registry(*waits: float | Exception) -> Mock:
    return Mock(claim_identify_slot=AsyncMock(side_effect=waits))


@pytest.fixture
def sleep(monkeypatch: pytest.MonkeyPatch) -> AsyncMock:
    sleep = AsyncMock()
    monkeypatch.setattr(asyncio, "sleep", sleep)
    return sleep


async def test_a_shard_waits_until_its_bucket_is_free(sleep: AsyncMock) -> None:
    processes = registry(3.5, 0.2, 0)
    await IdentifyLimiter(processes, limits).acquire(5)
    assert sleep.await_args_list == [call(3.5), call(0.2)]
    assert [claim.args[0] for claim in processes.claim_identify_slot.await_args_list] == [1, 1, 1]


async def test_a_shard_always_waits_without_the_state(sleep: AsyncMock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        await IdentifyLimiter(registry(WriteFailedError("The state is gone.")), limits).acquire(0)
    assert sleep.await_args_list == [call(identify_limiter.IDENTIFY_INTERVAL_SECONDS)]
    assert "Shard 0 logs in without asking the other processes" in caplog.text


def test_a_shard_range_prints_its_shards() -> None:
    assert str(ShardRange((0, 1), 4)) == "0, 1 of 4"
