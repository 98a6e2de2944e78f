"""Logging in beside other processes."""

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


class Turns(ProcessRegistry):
    """Answer with waits that were decided before, and notes who asked."""

    def __init__(self, *waits: float) -> None:
        self.waits, self.asked = list(waits), list[int]()

    async def claim_identify_slot(self, bucket: int, *_: object) -> float:
        self.asked.append(bucket)
        return self.waits.pop(0)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return slept


async def test_a_shard_waits_until_its_bucket_is_free(slept: list[float]) -> None:
    turns = Turns(3.5, 0.2, 0)
    await IdentifyLimiter(turns, limits).acquire(5)
    assert slept == [3.5, 0.2]
    assert turns.asked == [1, 1, 1]


async def test_a_shard_waits_the_full_interval_without_the_state(
    slept: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Turns):
        async def claim_identify_slot(self, *_: object) -> float:
            raise WriteFailedError("The state is gone.")

    with caplog.at_level(logging.WARNING):
        await IdentifyLimiter(Broken(), limits).acquire(0)
    assert slept == [identify_limiter.IDENTIFY_INTERVAL_SECONDS]
    assert "Shard 0 logs in without asking the other processes" in caplog.text


def test_a_shard_range_prints_its_shards() -> None:
    assert str(ShardRange((0, 1), 4)) == "0, 1 of 4"
