"""Pages change beside a busy bot: each member gets one answer, from one state of the corpus."""

import asyncio
import re
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.client.bot import TropeBot
from bot.ingest.loader import load, remove
from bot.ingest.site_tables import SiteTables
from bot.settings import Settings
from tests.loopback.conftest import logged_warnings
from tests.loopback.event_log import WAIT_TIMEOUT_SECONDS
from tests.loopback.guilds import Member
from tests.loopback.running import started
from tests.loopback.server import Discord, buttons, text

pytestmark = pytest.mark.slow

MEMBERS = 40
TROPES = ("BigHeroicRun", "PowerWalk", "StairwellChase")
EXAMPLES = 30


def source(trope: str, edition: int) -> str:
    rows = [f"* ''Film/Work{edition}x{n}'': runner of edition{edition}, edition{edition}." for n in range(EXAMPLES)]
    return "----\n[[folder:Film]]\n" + "\n".join(rows) + "\n[[/folder]]\n"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "BigHeroicRun.txt").write_text(source("BigHeroicRun", 1))
    return tmp_path / "pages"


@pytest.fixture
async def settings(tmp_path: Path, pages: Path, tables: SiteTables, tables_at_hand: None) -> Settings:
    await load([pages], tmp_path / "corpus.db", tables)
    state = tmp_path / "state.db"
    return Settings(corpus_path=tmp_path / "corpus.db", state_location=state, page_folders=(pages,))


def editions(content: str) -> set[str]:
    """Return which editions of the page an answer has words of."""
    return set(re.findall(r"(?:edition|Work )(\d+)", content))


class BusyMember:
    """Uses the bot all the time, and checks each answer."""

    def __init__(self, discord: Discord, number: int) -> None:
        self._discord, self._number = discord, number
        self._member = Member(10_000 + number)
        self.answers = 0

    async def run(self, stop: asyncio.Event) -> None:
        kinds = (self._draw, self._search, self._type, self._press)
        while not stop.is_set():
            await kinds[(self._number + self.answers) % len(kinds)]()
            self.answers += 1

    async def _draw(self) -> dict[str, Any]:
        return await self._checked(await self._discord.slash("bigrun random", self._member))

    async def _search(self) -> None:
        await self._checked(await self._discord.slash("bigrun search", self._member, words="runner"))

    async def _press(self) -> None:
        message = await self._draw()
        custom_id = next(iter(buttons(message).values()))
        await self._checked(await self._discord.press(message, custom_id, self._member))

    async def _type(self) -> None:
        asked = await self._discord.type("bigrun work", "title", self._member, title="work")
        kind, data, _ = await asked.first_answer()
        assert kind == 8
        names = " ".join(choice["name"] for choice in data["choices"])
        assert names
        assert len(editions(names)) == 1, names

    async def _checked(self, asked: Any) -> dict[str, Any]:
        message: dict[str, Any] = await asked.answer()
        assert "Sorry" not in text(message), text(message)
        assert len(editions(text(message))) == 1, text(message)
        return message


async def served(bot: TropeBot, edition: int) -> None:
    """Wait until the bot serves an edition."""
    async with asyncio.timeout(WAIT_TIMEOUT_SECONDS):
        while True:
            with bot.serving.lease() as services:
                if await services.corpus.find_work(f"Work {edition} x 1"):
                    return
            await asyncio.sleep(0)


async def change_pages(pages: Path, bots: Sequence[TropeBot], tables: SiteTables, edition: int) -> None:
    """Load three tropes, all of a new edition, then remove two of them."""
    corpus = bots[0].settings.corpus_path
    for trope in TROPES:
        (pages / f"{trope}.txt").write_text(source(trope, edition))
    await load([pages], corpus, tables)
    await asyncio.gather(*(served(bot, edition) for bot in bots))
    for trope in TROPES[1:]:
        (pages / f"{trope}.txt").unlink()
        await remove(trope, corpus, tables)


async def use_while(discord: Discord, change: Awaitable[None]) -> int:
    """Let members use the bot until a change is done. Return how many answers they got."""
    stop = asyncio.Event()
    members = [BusyMember(discord, number) for number in range(MEMBERS)]

    async def change_and_stop() -> None:
        try:
            await change
        finally:
            stop.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(change_and_stop())
        for member in members:
            group.create_task(member.run(stop))
    return sum(member.answers for member in members)


@pytest.mark.parametrize("rounds", [3, pytest.param(50, marks=pytest.mark.campaign)])
async def test_no_answer_fails_or_mixes_while_pages_change(
    discord: Discord,
    bot: TropeBot,
    pages: Path,
    tables: SiteTables,
    *,
    rounds: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def change() -> None:
        for edition in range(2, rounds + 2):
            await change_pages(pages, [bot], tables, edition)

    assert await use_while(discord, change()) >= MEMBERS
    assert [record.getMessage() for record in logged_warnings(caplog)] == []


@pytest.mark.slow
async def test_two_bots_serve_one_corpus(
    discord: Discord, bot: TropeBot, pages: Path, settings: Settings, tables: SiteTables, tmp_path: Path
) -> None:
    async with started(discord, replace(settings, state_location=tmp_path / "other.db"), shards=2) as other:
        for edition in range(2, 12):
            await change_pages(pages, [bot, other], tables, edition)
