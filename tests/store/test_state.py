"""What the state keeps."""

from bot.store import Where, open_state


async def test_what_was_sent_is_remembered_per_scope_and_over_restarts(where: Where) -> None:
    async with open_state(where) as state:
        assert await state.synced_commands("1 global") is None
        await state.remember_synced_commands("1 global", "abc")
        await state.remember_synced_commands("1 global", "def")
    async with open_state(where) as state:
        assert await state.synced_commands("1 global") == "def"
        assert await state.synced_commands("1 42") is None
