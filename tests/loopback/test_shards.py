"""One bot in several processes, each with some of the shards, and PostgreSQL for what they share."""

import asyncio
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.conversation.local_time import next_occurrence
from bot.preferences import DailySchedule
from bot.state.dailies import DailyStore
from bot.state.location import open_state
from bot.state.processes import ProcessRegistry
from tests.loopback.guilds import Location
from tests.loopback.running import end_of, start
from tests.loopback.server import Discord, loopback
from tests.postgres_server import emptied

SHARDS, GUILDS = 4, 12
# Seconds: what is not posted at one look for what is due is posted at the next, 20 s later.
LONG = 60.0
HALVES = "0-1", "2-3"


def guild_of(number: int) -> int:
    """Returns the id of a guild of the shard `number` modulo 4."""
    return (1_000_000 + number) << 22


def channel_of(number: int) -> int:
    return guild_of(number) + 1


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with loopback(shards=SHARDS) as discord:
        discord.rest.concurrency = 16
        discord.guilds.guild_ids[:] = [guild_of(number) for number in range(GUILDS)]
        yield discord


@pytest.fixture
async def state(postgres: str) -> str:
    """A shared state in which a daily example is due in every guild."""
    address = await emptied(postgres)
    now = datetime.now(UTC)
    minute = (now - timedelta(minutes=2)).hour * 60 + (now - timedelta(minutes=2)).minute
    due = next_occurrence(minute, "UTC", now - timedelta(hours=1))
    async with open_state(address) as store:
        for number in range(GUILDS):
            daily = DailySchedule(
                channel_of(number), guild_of(number), minute, "UTC", "", "", "", include_spoilers=True, next_due=due
            )
            assert await DailyStore(store).save(daily)
    return address


@asynccontextmanager
async def running(
    discord: Discord, folder: Path, state: str, shards: str, corpus: Path | None = None
) -> AsyncIterator[Process]:
    """Runs a process with some of the shards during the block; what is left of it then is killed."""
    extra = {"BIGRUN_STATE": state, "BIGRUN_SHARD_COUNT": str(SHARDS), "BIGRUN_SHARD_IDS": shards}
    if corpus:
        extra["BIGRUN_PAGES"] = str(corpus)
    process = await start(discord.address, folder, extra=extra)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def posted(discord: Discord) -> Counter[int]:
    """Returns how many messages the bot posted by itself in each channel."""
    mine = [message for message in discord.interactions.messages.values() if "interaction_metadata" not in message]
    return Counter(int(message["channel_id"]) for message in mine)


async def all_posted(discord: Discord, least: int) -> None:
    async with asyncio.timeout(LONG):
        while len(posted(discord)) < least:
            await discord.requests.changed()


async def test_killed_in_the_middle_of_its_posts_a_process_leaves_none_out_and_sends_none_twice(
    discord: Discord, state: str, tmp_path: Path
) -> None:
    for half in HALVES:
        (tmp_path / half).mkdir()
    async with running(discord, tmp_path / HALVES[0], state, HALVES[0]) as first:
        async with running(discord, tmp_path / HALVES[1], state, HALVES[1]) as second:
            upper = [channel_of(number) for number in range(GUILDS) if number % SHARDS > 1]
            async with asyncio.timeout(LONG):
                while len(posted(discord).keys() & upper) < 2:
                    await discord.requests.changed()
            second.kill()
            await second.communicate()
        async with running(discord, tmp_path / HALVES[1], state, HALVES[1]) as again:
            await all_posted(discord, GUILDS)
            for number in range(SHARDS):
                asked = await discord.slash("bigrun random", where=Location(guild_of(number), channel_of(number)))
                assert (await asked.first_answer())[0] == 4
            for process in (first, again):
                process.terminate()
            ends = await asyncio.gather(*map(end_of, (first, again)))
            assert [status for status, _ in ends] == [0, 0]
    assert set(posted(discord).values()) == {1}
    assert len(posted(discord)) == GUILDS
    async with open_state(state) as store:
        assert await DailyStore(store).due(datetime.now(UTC), 99, range(SHARDS), SHARDS) == []


async def test_two_processes_with_the_same_shards_post_once_as_while_one_takes_over_from_the_other(
    discord: Discord, state: str, tmp_path: Path
) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    async with running(discord, tmp_path / "a", state, "0-3"), running(discord, tmp_path / "b", state, "0-3"):
        await discord.gateway.ready(2 * SHARDS)
        await all_posted(discord, GUILDS)
    assert posted(discord) == Counter({channel_of(number): 1 for number in range(GUILDS)})


async def test_a_process_that_serves_other_pages_says_so(discord: Discord, state: str, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "SomeTrope.txt").write_text("----\n* ''Film/RunLolaRun'': runs.\n")
    async with open_state(state) as store:
        await ProcessRegistry(store).heartbeat("0, 1 of 4", "another", datetime.now(UTC))
    async with running(discord, tmp_path, state, "2-3", pages) as process:
        assert process.stderr
        said: list[str] = []
        async with asyncio.timeout(LONG):
            while not said or "serve a different corpus" not in said[-1]:
                said.append((await process.stderr.readline()).decode())
        process.terminate()
        status, _ = await end_of(process)
    assert status == 0
    assert "Shards 0, 1 of 4 serve a different corpus" in said[-1]
    assert "secret" not in "".join(said)
