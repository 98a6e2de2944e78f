"""SIGTERM while members wait, while pages are loaded, and a second time."""

import asyncio
import os
import shutil
import signal
import sqlite3
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.client.bot import create_bot
from bot.client.run import run
from bot.model import Page
from bot.settings import Settings
from bot.wiki import page as wiki_page
from tests.conftest import PAGE_SOURCE
from tests.loopback import fault_injection as faults
from tests.loopback.guilds import TOKEN, Member
from tests.loopback.ports import at
from tests.loopback.running import end_of, start, started
from tests.loopback.server import Discord
from tests.state.fault_injection import contents

pytestmark = pytest.mark.slow

IN_FLIGHT = 50
MAX_STOP_SECONDS = 5.0
PAGES = 10
FIRST_FAULTS = [faults.HANG, faults.HANG_APPLIED, faults.SERVER_ERROR, faults.RESET, None]


async def test_interactions_before_sigterm_are_answered(discord: Discord, folder: Path) -> None:
    process = await start(discord.address, folder)
    await discord.gateway.ready()
    discord.faults.first("callback", *FIRST_FAULTS * (IN_FLIGHT // len(FIRST_FAULTS)))
    # Many members, because each has a rate limit.
    asked = [await discord.slash("bigrun random", Member(number)) for number in range(1, IN_FLIGHT + 1)]
    await discord.callbacks_tried(IN_FLIGHT)
    process.terminate()
    async with asyncio.timeout(MAX_STOP_SECONDS):
        status, stderr = await end_of(process)
    assert status == 0
    assert [one.first.done() for one in asked] == [True] * IN_FLIGHT
    assert [len(one.messages) for one in asked] == [1] * IN_FLIGHT
    assert "Traceback" not in stderr
    assert not [name for name in contents(folder) if name.endswith(("-wal", "-shm", "-journal"))]
    assert (await discord.gateway.seen.wait_for(1, lambda frame: frame.kind == "close"))[0].data == 1000


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_a_bot_that_waits_for_discord(
    discord: Discord, folder: Path, number: signal.Signals
) -> None:
    discord.faults.always("me", faults.HANG)
    process = await start(discord.address, folder)
    await discord.requests.wait_for(1)
    process.send_signal(number)
    assert await end_of(process) == (0, "")


async def test_sigterm_during_a_load_leaves_whole_tropes(
    discord: Discord, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(PAGES):
        shutil.copy(PAGE_SOURCE, pages / f"Run{number}.txt")
    read: list[str] = []
    read_whole_page = wiki_page.read_page

    def read_page(name: str, *rest: Any) -> Page:
        read.append(name)
        if len(read) == PAGES // 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return read_whole_page(name, *rest)

    monkeypatch.setattr("bot.wiki.page.read_page", read_page)
    corpus = tmp_path / "corpus.db"
    with at(discord.address):
        await run(create_bot(replace(settings, page_folders=(pages,), corpus_path=corpus)), TOKEN)
    with closing(sqlite3.connect(corpus)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = database.execute("SELECT count(*) FROM example GROUP BY id >> 16").fetchall()
    assert PAGES // 2 - 1 <= len(rows) < PAGES
    assert set(rows) == {(60,)}
    assert len(discord.gateway.seen) == 0


async def test_an_unanswered_close_frame_delays_nobody(discord: Discord, settings: Settings) -> None:
    discord.gateway.heartbeat_seconds = 0.05
    async with started(discord, settings) as bot:
        discord.gateway.ignores_clients.set()
        await discord.gateway.seen.wait_for(len(discord.gateway.seen) + 1)
        async with asyncio.timeout(MAX_STOP_SECONDS):
            await bot.close()


async def test_a_second_sigterm_ends_the_bot_immediately(discord: Discord, folder: Path) -> None:
    process = await start(discord.address, folder)
    await discord.gateway.ready()
    discord.faults.always("callback", faults.HANG)
    await discord.slash("bigrun random")
    await discord.callbacks_tried(1)
    process.terminate()
    await discord.gateway.seen.wait_for(1, lambda frame: frame.kind == "close")
    process.terminate()
    assert (await end_of(process))[0] == -signal.SIGTERM


async def _invalid_session(discord: Discord, _: Process) -> None:
    await discord.gateway.ready()
    discord.gateway.refuse_next(9)
    await discord.gateway.invalidate()
    await discord.gateway.seen.wait_for(2, lambda frame: frame.kind == "connect")


async def _silent_gateway(discord: Discord, _: Process) -> None:
    await discord.gateway.ready()
    discord.gateway.greet_next(*[None] * 9)
    discord.gateway.drop()
    await discord.gateway.seen.wait_for(2, lambda frame: frame.kind == "connect")


async def _silent_before_ready(discord: Discord, _: Process) -> None:
    discord.gateway.greet_next(*[None] * 9)
    await discord.gateway.seen.wait_for(1, lambda frame: frame.kind == "connect")


async def _back_off(discord: Discord, _: Process) -> None:
    discord.gateway.close_next(*[4000] * 9)
    await discord.gateway.seen.wait_for(2, lambda frame: frame.kind == "close")


async def _answering(discord: Discord, _: Process) -> None:
    await discord.gateway.ready()
    discord.faults.always("callback", faults.HANG)
    await discord.slash("bigrun random")
    await discord.callbacks_tried(1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    "reach", [_invalid_session, _silent_gateway, _silent_before_ready, _back_off, _answering], ids=lambda f: f.__name__
)
async def test_a_signal_ends_the_process_in_every_phase(
    discord: Discord,
    folder: Path,
    reach: Callable[[Discord, Process], Awaitable[None]],
    number: signal.Signals,
) -> None:
    process = await start(discord.address, folder)
    await reach(discord, process)
    process.send_signal(number)
    async with asyncio.timeout(MAX_STOP_SECONDS):
        status, stderr = await end_of(process)
    assert status == 0
    assert "Traceback" not in stderr
    assert not [name for name in contents(folder) if name.endswith(("-wal", "-shm", "-journal"))]


@pytest.mark.parametrize(("first", "second"), [(signal.SIGTERM, signal.SIGINT), (signal.SIGINT, signal.SIGTERM)])
async def test_a_second_signal_of_another_kind_ends_the_bot_immediately(
    discord: Discord, folder: Path, first: signal.Signals, second: signal.Signals
) -> None:
    process = await start(discord.address, folder)
    await _answering(discord, process)
    process.send_signal(first)
    await discord.gateway.seen.wait_for(1, lambda frame: frame.kind == "close")
    process.send_signal(second)
    assert (await end_of(process))[0] == -second
