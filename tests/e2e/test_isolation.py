"""Whatever a moderator presses or types, also by force, changes their own server and no other."""

import sys
from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.components.custom_ids import SETTING_PREFIX, SettingAction
from bot.render.texts import daily as daily_texts
from bot.state.dailies import DailyStore
from tests.e2e.conftest import ServerRig, open_server
from tests.e2e.daily_rig import set_daily
from tests.e2e.message_view import text


async def _stored(server: ServerRig) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything that is stored for a server, and for members."""
    guild = (server.guild.id,)
    statements = {
        "settings": ("SELECT * FROM guild_setting WHERE guild_id = ? ORDER BY name, value", guild),
        "dailies": ("SELECT * FROM daily WHERE guild_id = ? ORDER BY channel_id", guild),
        "members": ("SELECT * FROM member_preference", ()),
    }
    fetch_all = server.bot.state.fetch_all
    return {name: [tuple(row) for row in await fetch_all(*statement)] for name, statement in statements.items()}


@pytest.mark.slow
async def test_no_forged_button_reaches_another_server(server: ServerRig) -> None:
    await server.change_setting(SettingAction.GUILD_SPOILERS, ["veil"])
    await server.change_setting(SettingAction.GUILD_MEDIA, ["music"])
    await set_daily(server)
    before = await _stored(server)
    assert before["settings"]
    assert before["dailies"]
    other = open_server(server.env)
    for action in SettingAction:
        for value in (str(server.channel.id), "music") if action.is_guild else ():
            card = await other.open_settings()
            await other.forge(card, f"{SETTING_PREFIX}:{action}:{value}", other.mod)
    assert await _stored(server) == before


async def test_a_daily_cannot_be_set_in_another_server(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> None:
    await set_daily(server)
    before = await _stored(server)
    free = server.guild.create_text_channel("free")
    other = open_server(server.env)
    for forged in (server.channel.id, free.id, 1):
        monkeypatch.setattr(sys.modules["cogs.examples"].PostChannelId, "transform", AsyncMock(return_value=forged))
        refused = await set_daily(other, channel=other.channel)
        assert (refused.ephemeral, text(refused)) == (True, daily_texts.CHANNEL_NOT_FOUND())
    assert await _stored(server) == before
    assert (await _stored(other))["dailies"] == []


async def test_a_daily_cannot_be_taken_over_by_another_server(server: ServerRig) -> None:
    await set_daily(server)
    before = await _stored(server)
    dailies = DailyStore(server.bot.state)
    [daily] = await dailies.for_guild(server.guild.id)
    assert not await dailies.save(replace(daily, guild_id=daily.guild_id + 1))
    assert await _stored(server) == before
