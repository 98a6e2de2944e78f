"""Synced commands and shuffles, in one process and between two."""

from unittest.mock import AsyncMock

import pytest

from bot.errors import WriteFailedError
from bot.state.base import Shuffle, State
from bot.state.location import StateLocation, open_state


async def test_command_hashes_are_stored_per_scope_over_restarts(state_location: StateLocation) -> None:
    async with open_state(state_location) as state:
        assert await state.synced_commands_hash("1 global") is None
        await state.save_synced_commands_hash("1 global", "abc")
        await state.save_synced_commands_hash("1 global", "def")
    async with open_state(state_location) as state:
        assert await state.synced_commands_hash("1 global") == "def"
        assert await state.synced_commands_hash("1 42") is None


async def test_command_scopes_are_listed_until_forgotten(state_location: StateLocation) -> None:
    async with open_state(state_location) as state:
        for scope in ("1 global", "1 42"):
            await state.save_synced_commands_hash(scope, "abc")
        assert await state.synced_command_scopes() == ["1 42", "1 global"]
        await state.forget_synced_commands("1 42")
    async with open_state(state_location) as state:
        assert await state.synced_command_scopes() == ["1 global"]


async def test_a_failed_statement_rolls_back_its_transaction(state: State) -> None:
    good = ("INSERT INTO missing_snowflake VALUES (?, ?, ?)", (1, 0, "2026-01-01"))
    bad = ("INSERT INTO member_preference (user_id, name, value) VALUES (1, 'nonsense', '')", ())
    with pytest.raises(WriteFailedError):
        await state.execute_transaction(good, bad)
    assert await state.fetch_all("SELECT * FROM missing_snowflake") == []


@pytest.mark.parametrize("restarted", [True, False])
async def test_a_draw_keeps_what_another_process_did(state_location: StateLocation, restarted: bool) -> None:
    mine, theirs = (Shuffle(seed, 5, 1, 7, 1) for seed in (1, 2))
    seen: list[Shuffle | None] = []

    async with open_state(state_location) as state, open_state(state_location) as other:

        async def overtaken(past: Shuffle | None) -> Shuffle:
            seen.append(past)
            if past == mine:
                await other.execute_transaction(("DELETE FROM shuffle WHERE audience_id = ?", (1,)))
                if restarted:
                    await other.advance_shuffle(1, "scope", AsyncMock(return_value=theirs))
            return past._replace(revision=past.revision + 1) if past else theirs

        await state.advance_shuffle(1, "scope", AsyncMock(return_value=mine))
        drawn = await state.advance_shuffle(1, "scope", overtaken)
    assert seen == [mine, theirs if restarted else None]
    assert drawn == (theirs._replace(revision=2) if restarted else theirs)
