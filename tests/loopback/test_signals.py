"""SIGTERM while members wait, while pages are loaded, and once more."""

import asyncio
import os
import shutil
import signal
import sqlite3
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
from tests.loopback import fault_injection
from tests.loopback.guilds import TOKEN, Member
from tests.loopback.ports import at
from tests.loopback.running import end_of, start, started
from tests.loopback.server import Discord

IN_FLIGHT = 50
SOON = 5.0  # seconds
PAGES = 10
BEFALL = [fault_injection.HANG, fault_injection.HANG_BUT_LANDED, fault_injection.BROKEN, fault_injection.RESET, None]


async def test_whoever_asked_before_sigterm_is_answered_and_the_stores_are_closed(
    discord: Discord, tmp_path: Path
) -> None:
    process = await start(discord.address, tmp_path)
    await discord.gateway.ready()
    discord.faults.first("callback", *[fault for fault in BEFALL for _ in range(IN_FLIGHT // len(BEFALL))])
    # One member alone may not ask so often.
    asked = [await discord.slash("bigrun random", Member(number)) for number in range(1, IN_FLIGHT + 1)]
    await discord.tried(IN_FLIGHT)
    process.terminate()
    async with asyncio.timeout(SOON):
        status, said = await end_of(process)
    assert status == 0
    assert [one.first.done() for one in asked] == [True] * IN_FLIGHT
    assert [len(one.messages) for one in asked] == [1] * IN_FLIGHT
    assert "Traceback" not in said
    assert _leftovers(tmp_path) == []
    assert (await discord.gateway.seen.reach(1, lambda frame: frame.what == "close"))[0].data == 1000


async def test_sigterm_while_pages_are_loaded_ends_the_bot_and_leaves_whole_tropes(
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
        await run(create_bot(replace(settings, sources_dir=pages, corpus_path=corpus)), TOKEN)
    counted = _examples(corpus)
    assert PAGES // 2 - 1 <= len(counted) < PAGES
    assert set(counted) == {60}
    assert len(discord.gateway.seen) == 0


async def test_a_gateway_that_answers_no_goodbye_holds_nobody_up(discord: Discord, settings: Settings) -> None:
    discord.gateway.heartbeat = 0.05
    async with started(discord, settings) as bot:
        discord.gateway.deaf.set()
        await discord.gateway.seen.reach(len(discord.gateway.seen) + 1)
        async with asyncio.timeout(SOON):
            await bot.close()


async def test_a_second_sigterm_ends_the_bot_at_once(discord: Discord, tmp_path: Path) -> None:
    process = await start(discord.address, tmp_path)
    await discord.gateway.ready()
    discord.faults.always("callback", lambda _: fault_injection.HANG)
    await discord.slash("bigrun random")
    await discord.requests.reach(1, lambda request: request.name == "callback")
    process.terminate()
    await discord.gateway.seen.reach(1, lambda frame: frame.what == "close")
    process.terminate()
    assert (await end_of(process))[0] == -signal.SIGTERM


def _examples(corpus: Path) -> list[int]:
    """Returns how many examples each trope has."""
    with closing(sqlite3.connect(corpus)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [count for (count,) in database.execute("SELECT count(*) FROM example GROUP BY id >> 16")]


def _leftovers(folder: Path) -> list[str]:
    """Returns the files that a database leaves beside it when it is not closed."""
    return [path.name for path in folder.iterdir() if path.name.endswith(("-wal", "-shm", "-journal"))]
