"""Whatever a moderator presses or types, also by force, changes their own server and no other."""

import sys
from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.client.bot import TropeBot
from bot.components.custom_ids import SettingAction, SettingRequest
from bot.render.texts import daily as daily_texts
from bot.state.dailies import Dailies
from tests.e2e import message_view
from tests.e2e.conftest import Club, open_club
from tests.e2e.test_dailies import set_daily
from tests.e2e.test_guild_settings import MEDIA, SPOILERS, set_to

GUILD_CHANGES = [change for change in SettingAction if change.is_guild]


async def _kept(club: Club) -> dict[str, list[tuple[Any, ...]]]:
    """Returns all that is kept for a server, and all that is kept for members."""
    bot = club.env.bot
    assert isinstance(bot, TropeBot)
    tables = {
        "choices": "SELECT * FROM guild_setting WHERE guild_id = ? ORDER BY name, value",
        "dailies": "SELECT * FROM daily WHERE guild_id = ? ORDER BY channel_id",
    }
    guild = club.channel.guild.id
    kept = {name: [tuple(row) for row in await bot.state.rows(sql, (guild,))] for name, sql in tables.items()}
    kept["members"] = [tuple(row) for row in await bot.state.rows("SELECT * FROM member_preference")]
    return kept


async def test_no_forged_control_of_a_moderator_reaches_another_server(club: Club) -> None:
    await set_to(club, SPOILERS, ["veil"])
    await set_to(club, MEDIA, ["music"])
    await set_daily(club)
    before = await _kept(club)
    assert before["choices"]
    assert before["dailies"]
    other = open_club(club.env, "Other Club", "cat", "dan", "eve")
    for change in GUILD_CHANGES:
        for value in (str(club.channel.id), "music"):
            card = await other.ask("settings", member=other.mod)
            stored = club.env.backend.get_message(card.channel_id, card.id)
            button = next(c for c in message_view.walk(stored.components) if c["type"] == 2)
            button["custom_id"] = SettingRequest(change, value).custom_id
            await other.press(card, button["custom_id"], other.mod)
    assert await _kept(club) == before


async def test_a_daily_example_is_not_set_in_a_channel_of_another_server_nor_taken_over(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_daily(club)
    before = await _kept(club)
    free = club.channel.guild.create_text_channel("free")
    other = open_club(club.env, "Other Club", "cat", "dan", "eve")
    for forged in (club.channel.id, free.id, 1):
        monkeypatch.setattr(sys.modules["cogs.examples"].TextChannelId, "transform", AsyncMock(return_value=forged))
        refused = await set_daily(other, channel=other.channel)
        assert (refused.ephemeral, message_view.text(refused)) == (True, daily_texts.CHANNEL_NOT_FOUND)
    assert await _kept(club) == before
    assert (await _kept(other))["dailies"] == []


async def test_the_state_itself_lets_no_server_take_a_channels_daily_example_over(club: Club) -> None:
    await set_daily(club)
    before = await _kept(club)
    bot = club.env.bot
    assert isinstance(bot, TropeBot)
    dailies = Dailies(bot.state)
    [mine] = await dailies.of_guild(club.channel.guild.id)
    assert not await dailies.put(replace(mine, guild=mine.guild + 1))
    assert await _kept(club) == before
