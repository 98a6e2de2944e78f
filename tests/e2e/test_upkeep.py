"""The daily cleanup deletes guilds and channels that Discord no longer knows."""

import logging
from typing import cast

import pytest

from bot.components.custom_ids import SettingAction
from bot.model.preferences import SpoilerMode
from bot.render.texts import settings as setting_texts
from bot.render.texts.daily import STOP
from bot.state.preferences import GuildSetting, PreferenceStore
from bot.state.retention import ClockWitness
from cogs.background import BackgroundTasks
from tests.e2e.conftest import ServerRig, open_server
from tests.e2e.daily_rig import set_daily
from tests.e2e.message_view import buttons, text

pytestmark = pytest.mark.slow  # each test runs a bot of its own

DAY = 86400.0


async def clean_up(server: ServerRig, days: int) -> None:
    """Let days pass, with one cleanup on each."""
    # discord.py imports the cog's module a second time, so its class is another one.
    background = cast("BackgroundTasks", server.bot.get_cog("BackgroundTasks"))
    background.departures.clock_witness = ClockWitness(lambda: server.env.now().timestamp())
    background.departures.clock_witness.confirms(server.env.now())
    for _ in range(days):
        server.env.backend.clock.advance(DAY)
        with server.env.time_context():
            await background.departures.delete_gone()


async def count_rows(server: ServerRig) -> int:
    return len(await server.bot.state.fetch_all("SELECT 1 FROM guild_setting UNION ALL SELECT 1 FROM daily"))


async def test_settings_of_a_known_guild_stay(server: ServerRig) -> None:
    await server.change_setting(SettingAction.GUILD_SPOILERS, ["veil"])
    await server.change_setting(SettingAction.GUILD_CHANNELS, [server.channel])
    await clean_up(server, 40)
    assert await count_rows(server) == 2


async def test_a_guild_is_deleted_after_thirty_days(server: ServerRig, caplog: pytest.LogCaptureFixture) -> None:
    await server.change_setting(SettingAction.GUILD_SPOILERS, ["veil"])
    await server.change_setting(SettingAction.GUILD_CHANNELS, [server.channel])
    await set_daily(server)
    server.env.inject_error("GET", f"/guilds/{server.guild.id}", status=404, code=10004, times=None)
    await clean_up(server, 30)
    assert await count_rows(server) == 3
    with caplog.at_level(logging.INFO):
        await clean_up(server, 1)
    assert await count_rows(server) == 0
    assert "gone for 30 days: 1." in caplog.text


async def test_a_channel_is_deleted_after_thirty_days(server: ServerRig) -> None:
    await server.change_setting(SettingAction.GUILD_SPOILERS, ["veil"])
    await set_daily(server)
    server.env.inject_error("GET", f"/channels/{server.channel.id}", status=404, code=10003, times=None)
    await clean_up(server, 31)
    settings = await server.open_settings()
    assert STOP() not in buttons(settings)
    assert setting_texts.spoiler_line(SpoilerMode.WHOLE_CARD) in text(settings)


async def test_a_channel_of_another_server_is_dropped(server: ServerRig) -> None:
    other = open_server(server.env)
    await other.ask("random")
    ids = [str(server.channel.id), str(other.channel.id)]
    preferences = PreferenceStore(server.bot.state)
    await preferences.set_guild_setting(server.guild.id, GuildSetting.CHANNEL, ids)
    await clean_up(server, 40)
    assert (await preferences.guild_settings(server.guild.id)).public_channels == {server.channel.id}
    assert await server.bot.state.fetch_all("SELECT 1 FROM shuffle WHERE guild_id = ?", (other.guild.id,))


@pytest.mark.parametrize("status", [403, 500])
async def test_an_unclear_answer_deletes_nothing(server: ServerRig, status: int) -> None:
    await server.change_setting(SettingAction.GUILD_SPOILERS, ["veil"])
    server.env.inject_error("GET", "/guilds/*", status=status, code=50001, times=None)
    await clean_up(server, 40)
    assert await count_rows(server) == 1
