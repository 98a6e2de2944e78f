"""Whatever a moderator presses or types, also by force, changes their own server and no other."""

import sys
from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.client.bot import TropeBot
from bot.components.custom_ids import SettingAction, SettingRequest
from bot.render.texts import daily as daily_texts
from bot.state.dailies import DailyStore
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig, open_server
from tests.e2e.daily_rig import set_daily
from tests.e2e.test_guild_settings import MEDIA, SPOILERS, set_to

GUILD_CHANGES = [change for change in SettingAction if change.is_guild]


async def _kept(server: ServerRig) -> dict[str, list[tuple[Any, ...]]]:
    """Returns all that is kept for a server, and all that is kept for members."""
    bot = server.env.bot
    assert isinstance(bot, TropeBot)
    tables = {
        "choices": "SELECT * FROM guild_setting WHERE guild_id = ? ORDER BY name, value",
        "dailies": "SELECT * FROM daily WHERE guild_id = ? ORDER BY channel_id",
    }
    guild = server.channel.guild.id
    kept = {name: [tuple(row) for row in await bot.state.fetch_all(sql, (guild,))] for name, sql in tables.items()}
    kept["members"] = [tuple(row) for row in await bot.state.fetch_all("SELECT * FROM member_preference")]
    return kept


async def test_no_forged_control_of_a_moderator_reaches_another_server(server: ServerRig) -> None:
    await set_to(server, SPOILERS, ["veil"])
    await set_to(server, MEDIA, ["music"])
    await set_daily(server)
    before = await _kept(server)
    assert before["choices"]
    assert before["dailies"]
    other = open_server(server.env, "Other Club", "cat", "dan", "eve")
    for change in GUILD_CHANGES:
        for value in (str(server.channel.id), "music"):
            card = await other.ask("settings", member=other.mod)
            stored = server.env.backend.get_message(card.channel_id, card.id)
            button = next(c for c in message_view.walk(stored.components) if c["type"] == 2)
            button["custom_id"] = SettingRequest(change, value).custom_id
            await other.press(card, button["custom_id"], other.mod)
    assert await _kept(server) == before


async def test_a_daily_example_is_not_set_in_a_channel_of_another_server_nor_taken_over(
    server: ServerRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_daily(server)
    before = await _kept(server)
    free = server.channel.guild.create_text_channel("free")
    other = open_server(server.env, "Other Club", "cat", "dan", "eve")
    for forged in (server.channel.id, free.id, 1):
        monkeypatch.setattr(sys.modules["cogs.examples"].TextChannelId, "transform", AsyncMock(return_value=forged))
        refused = await set_daily(other, channel=other.channel)
        assert (refused.ephemeral, message_view.text(refused)) == (True, daily_texts.CHANNEL_NOT_FOUND)
    assert await _kept(server) == before
    assert (await _kept(other))["dailies"] == []


async def test_the_state_itself_lets_no_server_take_a_channels_daily_example_over(server: ServerRig) -> None:
    await set_daily(server)
    before = await _kept(server)
    bot = server.env.bot
    assert isinstance(bot, TropeBot)
    dailies = DailyStore(bot.state)
    [mine] = await dailies.for_guild(server.channel.guild.id)
    assert not await dailies.save(replace(mine, guild_id=mine.guild_id + 1))
    assert await _kept(server) == before
