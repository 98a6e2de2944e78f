"""Real processes and their state: one bot has it, a kill frees it, a damaged one stops the start."""

import asyncio
from pathlib import Path

import pytest

from bot.client.bot import MEMORY_STATE_WARNING
from tests.loopback.running import end_of, start
from tests.loopback.server import Discord

pytestmark = pytest.mark.slow


async def test_one_bot_has_the_state_until_it_is_killed(discord: Discord, folder: Path) -> None:
    state = folder / "state.db"
    first = await start(discord.address, folder)
    await discord.gateway.ready()
    second = await start(discord.address, folder)
    backup = await start(discord.address, folder, "backup", str(folder / "copy.db"))
    assert await end_of(backup) == (0, "")
    refusal = f"{state} is in use by another Big Run. Stop that one, or set BIGRUN_STATE to another file.\n"
    assert await end_of(second) == (1, refusal)
    first.kill()
    await asyncio.gather(first.communicate())
    restore = await start(discord.address, folder, "restore", str(folder / "copy.db"))
    assert await end_of(restore) == (0, "")


async def test_a_damaged_state_stops_the_start_except_without_one(discord: Discord, folder: Path) -> None:
    state = folder / "state.db"
    garbage = b"no database" * 1000
    state.write_bytes(garbage)
    status, stderr = await end_of(await start(discord.address, folder))
    sentence = stderr.splitlines()[-1]
    assert status == 1
    assert sentence.startswith(f"The database {state} is damaged (file is not a database). It was not changed.")
    assert "Traceback" not in stderr
    bot = await start(discord.address, folder, "run", "--memory-state")
    await discord.gateway.ready()
    bot.terminate()
    status, stderr = await end_of(bot)
    assert (status, stderr.count(MEMORY_STATE_WARNING)) == (0, 1)
    assert state.read_bytes() == garbage
