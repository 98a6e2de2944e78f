"""A Discord on this machine for each test, and the real bot connected to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import TropeBot
from bot.settings import Settings
from tests.wire.loopback import Discord, loopback
from tests.wire.running import started


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with loopback() as discord:
        yield discord


@pytest.fixture
def settings(corpus_path: Path, tmp_path: Path) -> Settings:
    return Settings(corpus=corpus_path, state=tmp_path / "state.db")


@pytest.fixture
async def bot(discord: Discord, settings: Settings) -> AsyncIterator[TropeBot]:
    """The bot in this process, ready to be asked."""
    async with started(discord, settings) as bot:
        yield bot
