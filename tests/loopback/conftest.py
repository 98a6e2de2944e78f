"""A Discord on this machine for each test, and the real bot connected to it."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.client.bot import TropeBot
from bot.settings import Settings
from tests.discord_rules.rules import Request, violations
from tests.loopback.interactions import FIRST_ANSWER
from tests.loopback.running import end_all, started
from tests.loopback.server import Discord, loopback


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    """A Discord of our own; what was sent to it is held against the real one's rules at the end."""
    async with loopback() as discord:
        yield discord
    for sent in discord.requests:
        assert violations(Request(sent.method, sent.path, sent.body)) == []


@pytest.fixture(autouse=True)
async def nobody_left() -> AsyncIterator[None]:
    """Leaves no process behind, whatever became of the test."""
    yield
    await end_all()


@pytest.fixture
def settings(corpus_path: Path, tmp_path: Path, tables_at_hand: None) -> Settings:
    return Settings(corpus_path=corpus_path, state_location=tmp_path / "state.db")


@pytest.fixture
async def bot(discord: Discord, settings: Settings) -> AsyncIterator[TropeBot]:
    """The bot in this process, ready to be asked."""
    async with started(discord, settings) as bot:
        yield bot


@pytest.fixture
def hurried(bot: TropeBot) -> TropeBot:
    """The bot, which believes that each interaction is 2.2 seconds old, so that nothing has to be waited for long."""
    bot.dispatcher._clock = lambda: time.time() + 2.2
    return bot


class Gate:
    """Holds up a coroutine function until it is opened."""

    def __init__(self, real: Callable[..., Awaitable[Any]]) -> None:
        self.opened = asyncio.Event()
        self._real = real

    async def __call__(self, *arguments: Any, **options: Any) -> Any:
        await self.opened.wait()
        return await self._real(*arguments, **options)


def complaints(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Returns what the bot said to the host that is more than information."""
    return [record for record in caplog.records if record.levelno >= logging.WARNING and record.name.startswith("bot")]


async def ended(bot: TropeBot) -> None:
    """Waits until nothing is being answered any more."""
    async with asyncio.timeout(FIRST_ANSWER):
        await bot.dispatcher.drain(FIRST_ANSWER)
