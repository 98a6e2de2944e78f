"""What the state keeps."""

from pathlib import Path

from bot.store import open_state


async def test_what_was_sent_is_remembered_per_scope_and_over_restarts(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "state.db"
    async with open_state(path) as state:
        assert await state.synced_commands("1 global") is None
        await state.remember_synced_commands("1 global", "abc")
        await state.remember_synced_commands("1 global", "def")
    async with open_state(path) as state:
        assert await state.synced_commands("1 global") == "def"
        assert await state.synced_commands("1 42") is None
