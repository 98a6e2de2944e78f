"""A Discord on this machine, and the real bot connected to it."""

import asyncio
import logging
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.client.bot import TropeBot
from bot.settings import Settings
from tests.discord_rules.rules import Request, violations
from tests.loopback.interactions import FIRST_ANSWER_SECONDS
from tests.loopback.running import kill_all, started
from tests.loopback.server import Discord, loopback


@asynccontextmanager
async def checked_loopback() -> AsyncIterator[Discord]:
    """Open a Discord. In the end, check what was sent to it against the rules of the real one."""
    async with loopback() as discord:
        yield discord
    for sent in discord.requests:
        assert violations(Request(sent.method, sent.path, sent.body)) == []


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with checked_loopback() as discord:
        yield discord


@pytest.fixture
async def bot(discord: Discord, settings: Settings) -> AsyncIterator[TropeBot]:
    """Run a connected bot in this process."""
    async with started(discord, settings) as bot:
        yield bot


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_discord() -> AsyncIterator[Discord]:
    """Open one Discord for a module whose tests do not disturb each other.

    Such a module sets `pytestmark = pytest.mark.asyncio(loop_scope="module")`, `discord = shared_discord` and
    `bot = shared_bot`.
    """
    async with checked_loopback() as discord:
        yield discord


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_bot(
    discord: Discord, corpus_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[TropeBot]:
    state = tmp_path_factory.mktemp("shared") / "state.db"
    async with started(discord, Settings(corpus_path=corpus_path, state_location=state)) as bot:
        yield bot


@pytest.fixture(autouse=True)
async def kill_leftovers() -> AsyncIterator[None]:
    yield
    await kill_all()


@pytest.fixture
def settings(corpus_path: Path, tmp_path: Path, tables_at_hand: None) -> Settings:
    return Settings(corpus_path=corpus_path, state_location=tmp_path / "state.db")


@pytest.fixture
def folder(corpus_path: Path, tmp_path: Path) -> Path:
    """Return the folder of a process. It contains a corpus, so that no start has to load one."""
    shutil.copy(corpus_path, tmp_path / "corpus.db")
    return tmp_path


@pytest.fixture
def late_bot(bot: TropeBot, monkeypatch: pytest.MonkeyPatch) -> TropeBot:
    """Return the bot, which takes each interaction for 2.2 seconds old: deadlines come soon."""
    monkeypatch.setattr(bot.dispatcher, "_clock", lambda: time.time() + 2.2)
    return bot


class Gate:
    """Holds up a coroutine function until it is opened."""

    def __init__(self, function: Callable[..., Awaitable[Any]]) -> None:
        self.opened = asyncio.Event()
        self.function = function

    async def __call__(self, *arguments: Any, **options: Any) -> Any:
        await self.opened.wait()
        return await self.function(*arguments, **options)


def logged_warnings(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return the warnings and errors that the bot logged."""
    return [record for record in caplog.records if record.levelno >= logging.WARNING and record.name.startswith("bot")]


async def drain(bot: TropeBot) -> None:
    """Wait until no interaction is being answered any more."""
    async with asyncio.timeout(FIRST_ANSWER_SECONDS):
        await bot.dispatcher.drain(FIRST_ANSWER_SECONDS)
