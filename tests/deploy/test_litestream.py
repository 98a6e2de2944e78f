"""The example configuration of Litestream replicates a state that can be restored."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from bot.database.connections import lock_exclusively
from bot.settings import ROOT
from bot.state.backup import restore
from bot.state.location import open_state

LITESTREAM = shutil.which("litestream", path=str(Path(sys.executable).parent))
CONFIGURATION = str(ROOT / "deploy" / "litestream.yml")

pytestmark = [pytest.mark.slow, pytest.mark.skipif(LITESTREAM is None, reason="litestream is not installed")]


async def _start(environment: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    assert LITESTREAM
    return await asyncio.create_subprocess_exec(
        LITESTREAM, arguments[0], "-config", CONFIGURATION, *arguments[1:], env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def test_a_replica_of_a_running_bot_can_be_restored(tmp_path: Path) -> None:
    path, restored = tmp_path / "state.db", tmp_path / "restored.db"
    environment = {"BIGRUN_STATE": str(path), "BIGRUN_REPLICA": str(tmp_path / "replica")}
    with lock_exclusively(path):
        async with asyncio.timeout(30), open_state(path) as state:
            await state.save_synced_commands_hash("1 global", "before")
            replicating = await _start(environment, "replicate")
            assert replicating.stdout
            async for line in replicating.stdout:
                if b"snapshot complete" in line:
                    break
            for number in range(100):
                await state.save_synced_commands_hash("1 global", str(number))
            replicating.terminate()  # it replicates the rest before it exits
            await replicating.communicate()
            assert replicating.returncode == 0
    async with asyncio.timeout(30):
        restoring = await _start(environment, "restore", "-o", str(restored), str(path))
        output, _ = await restoring.communicate()
    assert restoring.returncode == 0, output
    path.unlink()
    restore(restored, path)
    async with open_state(path) as state:
        assert await state.synced_commands_hash("1 global") == "99"
