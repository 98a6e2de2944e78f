"""Logging in shards one after another, across processes."""

import asyncio
import logging
from dataclasses import dataclass

import pytest

from bot.client import identify_limiter
from bot.client.identify_limiter import IdentifyLimiter
from bot.errors import WriteFailedError
from bot.settings import ShardRange
from bot.state.processes import ProcessRegistry


@dataclass
class Limits:
    max_concurrency: int = 2


async def limits() -> Limits:
    return Limits()


class StubRegistry(ProcessRegistry):
    """Return the given waits, and record the claimed buckets."""

    def __init__(self, *waits: float) -> None:
        self.waits, self.buckets = list(waits), list[int]()

    async def claim_identify_slot(self, bucket: int, *_: object) -> float:
        self.buckets.append(bucket)
        return self.waits.pop(0)


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    sleeps: list[float] = []

    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return sleeps


async def test_a_shard_waits_until_its_bucket_is_free(sleeps: list[float]) -> None:
    registry = StubRegistry(3.5, 0.2, 0)
    await IdentifyLimiter(registry, limits).acquire(5)
    assert sleeps == [3.5, 0.2]
    assert registry.buckets == [1, 1, 1]


async def test_a_shard_waits_the_full_interval_without_the_state(
    sleeps: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    class BrokenRegistry(StubRegistry):
        async def claim_identify_slot(self, *_: object) -> float:
            raise WriteFailedError("The state is gone.")

    with caplog.at_level(logging.WARNING):
        await IdentifyLimiter(BrokenRegistry(), limits).acquire(0)
    assert sleeps == [identify_limiter.IDENTIFY_INTERVAL_SECONDS]
    assert "Shard 0 logs in without asking the other processes" in caplog.text


def test_a_shard_range_prints_its_shards() -> None:
    assert str(ShardRange((0, 1), 4)) == "0, 1 of 4"
