"""One bot in several processes, each with some of the shards, and PostgreSQL for what they share."""

import asyncio
import shutil
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.model.preferences import DailySchedule
from bot.state.dailies import DailyStore
from bot.state.location import open_state
from bot.state.processes import ProcessRegistry
from tests.loopback.guilds import Location
from tests.loopback.running import end_of, start
from tests.loopback.server import Discord, loopback
from tests.postgres_server import emptied

pytestmark = pytest.mark.slow

SHARDS, GUILDS = 4, 12
# A post that misses one turn of the loop is sent in the next one, 20 seconds later.
POST_TIMEOUT_SECONDS = 60.0


def guild_of(number: int) -> int:
    """Return the id of a guild of the shard `number % 4`."""
    return (1_000_000 + number) << 22


def channel_of(number: int) -> int:
    return guild_of(number) + 1


ONCE_EACH = Counter(channel_of(number) for number in range(GUILDS))


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with loopback(shards=SHARDS) as discord:
        discord.rest.max_concurrency = 16
        discord.guilds.guild_ids[:] = [guild_of(number) for number in range(GUILDS)]
        yield discord


@pytest.fixture
def folders(tmp_path: Path, corpus_path: Path) -> tuple[Path, Path]:
    """Return the folders of two processes, each with a corpus, so that no start has to load one."""
    for name in "ab":
        (tmp_path / name).mkdir()
        shutil.copy(corpus_path, tmp_path / name / "corpus.db")
    return tmp_path / "a", tmp_path / "b"


@pytest.fixture
async def state(postgres: str) -> str:
    """Return a shared state in which a daily example is due in every guild."""
    address = await emptied(postgres)
    now = datetime.now(UTC)
    due = (now - timedelta(minutes=2)).replace(second=0, microsecond=0)
    minute = due.hour * 60 + due.minute
    async with open_state(address) as store:
        for number in range(GUILDS):
            daily = DailySchedule(
                channel_of(number), guild_of(number), minute, "UTC", "", "", "", include_spoilers=True, next_due=due
            )
            assert await DailyStore(store).save(daily)
    return address


@asynccontextmanager
async def running(
    discord: Discord, folder: Path, state: str, shards: str, pages: Path | None = None
) -> AsyncIterator[Process]:
    """Run a process with some of the shards during the block, and kill it if it is still there."""
    extra = {"BIGRUN_STATE": state, "BIGRUN_SHARD_COUNT": str(SHARDS), "BIGRUN_SHARD_IDS": shards}
    if pages:
        extra["BIGRUN_PAGES"] = str(pages)
    process = await start(discord.address, folder, extra=extra)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def posted(discord: Discord) -> Counter[int]:
    """Return how many messages the bot posted by itself in each channel."""
    posts = [message for message in discord.interactions.messages.values() if "interaction_metadata" not in message]
    return Counter(int(message["channel_id"]) for message in posts)


async def wait_for_posts(discord: Discord, count: int) -> None:
    async with asyncio.timeout(POST_TIMEOUT_SECONDS):
        while len(posted(discord)) < count:
            await discord.requests.changed()


async def test_a_process_killed_while_posting_sends_each_post_once(
    discord: Discord, state: str, folders: tuple[Path, Path]
) -> None:
    async with running(discord, folders[0], state, "0-1") as first:
        async with running(discord, folders[1], state, "2-3") as second:
            upper = [channel_of(number) for number in range(GUILDS) if number % SHARDS > 1]
            async with asyncio.timeout(POST_TIMEOUT_SECONDS):
                while len(posted(discord).keys() & upper) < 2:
                    await discord.requests.changed()
            second.kill()
            await second.communicate()
        async with running(discord, folders[1], state, "2-3") as again:
            await wait_for_posts(discord, GUILDS)
            await discord.gateway.ready(SHARDS)
            for number in range(SHARDS):
                asked = await discord.slash("bigrun random", location=Location(guild_of(number), channel_of(number)))
                assert (await asked.first_answer())[0] == 4
            for process in (first, again):
                process.terminate()
                assert (await end_of(process))[0] == 0
    assert posted(discord) == ONCE_EACH
    async with open_state(state) as store:
        due = await DailyStore(store).due(datetime.now(UTC), 99, range(SHARDS), SHARDS)
    # What was being sent in that moment is looked up after a minute.
    assert {post.daily.channel_id for post in due} <= set(upper)


async def test_two_processes_with_the_same_shards_post_once(
    discord: Discord, state: str, folders: tuple[Path, Path]
) -> None:
    async with running(discord, folders[0], state, "0-3"), running(discord, folders[1], state, "0-3"):
        await discord.gateway.ready(2 * SHARDS)
        await wait_for_posts(discord, GUILDS)
    assert posted(discord) == ONCE_EACH


async def test_a_process_with_another_corpus_logs_it(discord: Discord, state: str, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "SomeTrope.txt").write_text("----\n* ''Film/RunLolaRun'': runs.\n")
    async with open_state(state) as store:
        await ProcessRegistry(store).heartbeat("0, 1 of 4", "another", datetime.now(UTC))
    async with running(discord, tmp_path, state, "2-3", pages) as process:
        assert process.stderr
        lines: list[str] = []
        async with asyncio.timeout(POST_TIMEOUT_SECONDS):
            while not lines or "serve a different corpus" not in lines[-1]:
                lines.append((await process.stderr.readline()).decode())
        process.terminate()
        assert (await end_of(process))[0] == 0
    assert "Shards 0, 1 of 4 serve a different corpus" in lines[-1]
    assert "secret" not in "".join(lines)
