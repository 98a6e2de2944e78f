"""What the processes of one bot know of each other."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.state.base import State
from bot.state.location import StateLocation, open_state
from bot.state.processes import PROCESS_TIMEOUT_SECONDS, ProcessRegistry

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def state(where: StateLocation) -> AsyncIterator[State]:
    async with open_state(where) as state:
        yield state


async def test_one_of_a_bucket_logs_in_every_five_seconds_and_other_buckets_do_not_wait(state: State) -> None:
    processes = ProcessRegistry(state)
    assert await processes.claim_identify_slot(0, NOW) == 0
    assert await processes.claim_identify_slot(1, NOW) == 0
    assert await processes.claim_identify_slot(0, NOW + SECOND) == 4
    assert await processes.claim_identify_slot(0, NOW + 4.999 * SECOND) == pytest.approx(0.001)
    assert await processes.claim_identify_slot(0, NOW + 5 * SECOND) == 0
    assert await processes.claim_identify_slot(0, NOW + 6 * SECOND) == 4


async def test_of_many_that_ask_at_once_one_is_let_in(state: State) -> None:
    waits = await asyncio.gather(*(ProcessRegistry(state).claim_identify_slot(0, NOW) for _ in range(8)))
    assert sorted(waits) == [0, *[5] * 7]


async def test_a_clock_that_was_wrong_keeps_nobody_out(state: State) -> None:
    processes = ProcessRegistry(state)
    assert await processes.claim_identify_slot(0, NOW + timedelta(days=1)) == 0
    assert await processes.claim_identify_slot(0, NOW) == 0


async def test_a_process_that_serves_another_corpus_is_told_and_old_ones_are_not(state: State) -> None:
    processes = ProcessRegistry(state)
    assert await processes.heartbeat("0 of 2", "aaaa", NOW) == []
    assert await processes.heartbeat("1 of 2", "bbbb", NOW) == ["0 of 2"]
    assert await processes.heartbeat("0 of 2", "aaaa", NOW + SECOND) == ["1 of 2"]
    assert await processes.heartbeat("1 of 2", "aaaa", NOW + SECOND) == []
    assert await processes.heartbeat("0 of 2", "cccc", NOW + SECOND * (PROCESS_TIMEOUT_SECONDS + 2)) == []
