"""Real processes at one state: the second bot is refused, a backup is not, and a killed bot leaves no lock behind."""

import asyncio
from pathlib import Path

from tests.wire.loopback import Discord
from tests.wire.running import end_of, start


async def test_a_state_is_for_one_bot_and_free_again_when_that_is_killed(discord: Discord, tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    first = await start(discord.address, tmp_path)
    await discord.gateway.ready(1)
    second = await start(discord.address, tmp_path)
    copying = await start(discord.address, tmp_path, "backup", str(tmp_path / "copy.db"))
    assert await end_of(copying) == (0, "")
    refused = f"Another Big Run has the state {state}: stop it first, or point BIGRUN_STATE to another file.\n"
    assert await end_of(second) == (1, refused)
    first.kill()
    await asyncio.gather(first.communicate())
    restoring = await start(discord.address, tmp_path, "restore", str(tmp_path / "copy.db"))
    assert await end_of(restoring) == (0, "")
