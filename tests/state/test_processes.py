"""The processes of one bot take turns to log in and compare their corpora."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.state.base import State
from bot.state.processes import PROCESS_TIMEOUT_SECONDS, ProcessRegistry

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def test_each_bucket_has_one_login_every_five_seconds(state: State) -> None:
    processes = ProcessRegistry(state)
    assert await processes.claim_identify_slot(0, NOW) == 0
    assert await processes.claim_identify_slot(1, NOW) == 0
    assert await processes.claim_identify_slot(0, NOW + SECOND) == 4
    assert await processes.claim_identify_slot(0, NOW + 4.999 * SECOND) == pytest.approx(0.001)
    assert await processes.claim_identify_slot(0, NOW + 5 * SECOND) == 0
    assert await processes.claim_identify_slot(0, NOW + 6 * SECOND) == 4


async def test_one_of_many_concurrent_claims_succeeds(state: State) -> None:
    waits = await asyncio.gather(*(ProcessRegistry(state).claim_identify_slot(0, NOW) for _ in range(8)))
    assert sorted(waits) == [0, *[5] * 7]


async def test_a_wrong_clock_blocks_no_later_login(state: State) -> None:
    processes = ProcessRegistry(state)
    assert await processes.claim_identify_slot(0, NOW + timedelta(days=1)) == 0
    assert await processes.claim_identify_slot(0, NOW) == 0


async def test_running_processes_with_another_corpus_are_reported(state: State) -> None:
    processes = ProcessRegistry(state)
    assert await processes.heartbeat("0 of 2", "aaaa", NOW) == []
    assert await processes.heartbeat("1 of 2", "bbbb", NOW) == ["0 of 2"]
    assert await processes.heartbeat("0 of 2", "aaaa", NOW + SECOND) == ["1 of 2"]
    assert await processes.heartbeat("1 of 2", "aaaa", NOW + SECOND) == []
    assert await processes.heartbeat("0 of 2", "cccc", NOW + SECOND * (PROCESS_TIMEOUT_SECONDS + 2)) == []
