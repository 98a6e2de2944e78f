"""When the commands are sent to Discord, and where."""

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock

import discord
import pytest

from bot.client.command_sync import SYNC_INTERVAL_SECONDS, CommandSync
from bot.client.translator import translations_hash
from bot.language import CATALOGUE
from bot.settings import Settings
from bot.state.base import State
from bot.state.location import StateLocation, open_state

DEV, ADMIN, OTHER = 10**17, 2 * 10**17, 3 * 10**17
NOTHING: Mapping[int, Exception] = {}


async def test_later_syncs_wait_and_the_latest_request_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: asyncio.Queue[float] = asyncio.Queue()
    end_of_pause = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.put_nowait(seconds)
        await end_of_pause.wait()
        end_of_pause.clear()

    commands = CommandSync(Mock(), Settings(), Mock())
    sync = AsyncMock(return_value=True)
    monkeypatch.setattr(commands, "sync", sync)
    monkeypatch.setattr("bot.client.command_sync.asyncio.sleep", pause)
    commands.request()
    assert await pauses.get() == SYNC_INTERVAL_SECONDS
    for _ in range(3):
        commands.request()
    assert sync.await_count == 1
    end_of_pause.set()
    assert await pauses.get() == SYNC_INTERVAL_SECONDS
    assert sync.await_count == 2
    await commands.aclose()


class Tree(Mock):
    """A command tree that notes the servers (None: all) that its commands were sent to, and fails in some of them."""

    def start(self, failing: Mapping[int, Exception]) -> None:
        self.sent: list[int | None] = []
        self.client.application_id = 1
        self.get_commands.return_value = []

        async def sync(guild: discord.Object | None) -> None:
            self.sent.append(guild.id if guild else None)
            if guild and guild.id in failing:
                raise failing[guild.id]

        self.sync = sync


async def start(state: State, failing: Mapping[int, Exception] = NOTHING, **settings: Any) -> tuple[bool, list[Any]]:
    """Sync as a start of the bot does. Return whether all was well, and which servers got commands."""
    tree = Tree()
    tree.start(failing)
    return await CommandSync(tree, Settings(**settings), lambda: state).sync(), sorted(tree.sent, key=str)


def refusal(kind: type[discord.HTTPException], status: int) -> discord.HTTPException:
    return kind(Mock(status=status, reason=""), None)


async def test_a_server_that_is_no_longer_set_is_emptied_once(state_location: StateLocation) -> None:
    starts: Iterable[tuple[dict[str, Any], list[int | None]]] = (
        ({"dev_guild_id": DEV}, [DEV]),
        ({"dev_guild_id": DEV, "admin_guild_id": ADMIN}, [ADMIN]),
        ({"admin_guild_id": OTHER}, [DEV, ADMIN, OTHER, None]),
        ({"admin_guild_id": OTHER}, []),
        ({}, [OTHER]),
        ({}, []),
        ({"dev_guild_id": OTHER, "admin_guild_id": OTHER}, [OTHER]),
    )
    for settings, sent in starts:
        async with open_state(state_location) as state:
            assert await start(state, **settings) == (True, sent)


@pytest.mark.parametrize(
    ("error", "tried_again"),
    [
        (refusal(discord.Forbidden, 403), False),
        (refusal(discord.NotFound, 404), False),
        (refusal(discord.DiscordServerError, 503), True),
        (TimeoutError(), True),
    ],
)
async def test_a_server_that_the_bot_left_is_forgotten(
    state_location: StateLocation, error: Exception, tried_again: bool
) -> None:
    async with open_state(state_location) as state:
        await start(state, admin_guild_id=ADMIN)
        assert await start(state, {ADMIN: error}) == (not tried_again, [ADMIN])
        assert await start(state) == (True, [ADMIN] if tried_again else [])


async def test_a_server_is_emptied_even_if_sending_to_it_failed(state_location: StateLocation) -> None:
    async with open_state(state_location) as state:
        assert await start(state, {DEV: TimeoutError()}, dev_guild_id=DEV) == (False, [DEV])
        assert await start(state) == (True, [DEV, None])


async def test_commands_of_other_applications_are_left_alone(state_location: StateLocation) -> None:
    async with open_state(state_location) as state:
        await state.save_synced_commands_hash(f"2 {DEV}", "abc")
        assert await start(state) == (True, [None])


async def test_a_refused_admin_server_is_not_asked_every_minute(
    state_location: StateLocation, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_state(state_location) as state:
        refused = {ADMIN: refusal(discord.Forbidden, 403)}
        assert await start(state, refused, admin_guild_id=ADMIN) == (True, [ADMIN, None])
    assert "BIGRUN_ADMIN_GUILD" in caplog.text


async def test_commands_are_sent_again_when_translations_changed(tmp_path: Path, state_location: StateLocation) -> None:
    compiled = tmp_path / "de" / CATALOGUE
    compiled.parent.mkdir(parents=True)
    async with open_state(state_location) as state:
        for german, sent in ((b"one", [None]), (b"one", []), (b"two", [None])):
            compiled.write_bytes(german)
            tree = Tree()
            tree.start(NOTHING)
            sync = CommandSync(tree, Settings(), lambda: state, translations=partial(translations_hash, tmp_path))
            assert (await sync.sync(), tree.sent) == (True, sent)
