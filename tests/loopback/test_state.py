"""Real processes at their state: one bot has it, a killed one leaves no lock behind, a damaged one stops the start."""

import asyncio
from pathlib import Path

from bot.client.bot import MEMORY_STATE_WARNING
from tests.loopback.running import end_of, start
from tests.loopback.server import Discord


async def test_a_state_is_for_one_bot_and_free_again_when_that_is_killed(discord: Discord, tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    first = await start(discord.address, tmp_path)
    await discord.gateway.ready(1)
    second = await start(discord.address, tmp_path)
    copying = await start(discord.address, tmp_path, "backup", str(tmp_path / "copy.db"))
    assert await end_of(copying) == (0, "")
    refused = f"{state} is in use by another Big Run. Stop that one, or set BIGRUN_STATE to another file.\n"
    assert await end_of(second) == (1, refused)
    first.kill()
    await asyncio.gather(first.communicate())
    restoring = await start(discord.address, tmp_path, "restore", str(tmp_path / "copy.db"))
    assert await end_of(restoring) == (0, "")


async def test_a_damaged_state_stops_the_start_in_one_sentence_unless_it_is_to_go_without(
    discord: Discord, tmp_path: Path
) -> None:
    state = tmp_path / "state.db"
    state.write_bytes(b"no database" * 1000)
    status, complaint = await end_of(await start(discord.address, tmp_path))
    assert status == 1
    sentence = complaint.splitlines()[-1]
    assert sentence.startswith(f"The database {state} is damaged (file is not a database). It was not changed.")
    assert "Traceback" not in complaint
    bot = await start(discord.address, tmp_path, "run", "--memory-state")
    await discord.gateway.ready(1)
    bot.terminate()
    status, complaint = await end_of(bot)
    assert status == 0
    assert complaint.count(MEMORY_STATE_WARNING) == 1
    assert state.read_bytes() == b"no database" * 1000
