"""When the commands are sent to Discord."""

import asyncio
from unittest.mock import AsyncMock, Mock

import pytest

from bot.client.command_sync import SYNC_INTERVAL_SECONDS, CommandSync
from bot.settings import Settings


async def test_later_syncs_wait_and_the_latest_request_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: asyncio.Queue[float] = asyncio.Queue()
    end_of_pause = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.put_nowait(seconds)
        await end_of_pause.wait()
        end_of_pause.clear()

    commands = CommandSync(Mock(), Settings(), Mock())
    sync = AsyncMock(return_value=True)
    monkeypatch.setattr(commands, "sync", sync)
    monkeypatch.setattr("bot.client.command_sync.asyncio.sleep", pause)
    commands.request()
    assert await pauses.get() == SYNC_INTERVAL_SECONDS
    for _ in range(3):
        commands.request()
    assert sync.await_count == 1
    end_of_pause.set()
    assert await pauses.get() == SYNC_INTERVAL_SECONDS
    assert sync.await_count == 2
    await commands.aclose()
