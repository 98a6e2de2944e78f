"""`/bigrun daily` and what it posts: once a day, at the local time, whatever happens in between."""

from datetime import timedelta

import discord
import pytest

from bot.client.bot import create_bot
from bot.components.custom_ids import Action, ExampleRequest, SettingAction, SettingRequest
from bot.preferences import MAX_DAILIES_PER_GUILD
from bot.render.texts import daily as daily_texts
from bot.render.texts import settings as setting_texts
from bot.settings import Settings
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig, open_server
from tests.e2e.daily_rig import HOUR, buttons, posted_texts, posts, set_daily, to
from tests.e2e.restarts import restart


async def test_the_background_loop_posts_by_itself(server: ServerRig) -> None:
    await set_daily(server, at="0:01")
    await server.env.advance_time(30)
    assert posts(server) == []
    await server.env.advance_time(60)
    assert len(posts(server)) == 1


async def test_the_card_shows_time_channel_and_a_stop_button(server: ServerRig) -> None:
    card = await set_daily(server, medium="film", spoilers="c")
    assert card.ephemeral
    first, second = message_view.text(card).splitlines()
    assert first == f"**Daily at 18:30** (UTC) in <#{server.channel.id}>: Film, without spoilers"
    assert second == f"-# Next: <t:{int((server.env.now() + timedelta(hours=18.5)).timestamp()) // 60 * 60}:f>"
    assert list(buttons(card)) == ["Stop"]


async def test_an_example_is_posted_daily_without_repeats(server: ServerRig) -> None:
    await set_daily(server, medium="literature")
    await to(server, 18)
    assert posts(server) == []
    await to(server, 1)
    assert len(posts(server)) == 1
    await to(server, 23)
    assert len(posts(server)) == 1
    await to(server, 1)
    first, second = posted_texts(server)
    assert first.endswith("-# Daily example. Stop it in /bigrun settings")
    assert "1\u00a0of\u00a0" in first
    assert "2\u00a0of\u00a0" in second
    assert first.splitlines()[0] != second.splitlines()[0]
    # What came daily does not come again when a member asks, nor the other way round.
    assert "3\u00a0of\u00a0" in message_view.text(await server.ask("random", medium="literature"))


async def test_hidden_media_and_works_are_never_posted(server: ServerRig) -> None:
    await server.select(
        await server.ask("settings", member=server.mod),
        SettingRequest(SettingAction.GUILD_SPOILERS).custom_id,
        ["skip"],
        server.mod,
    )
    await set_daily(server, medium="video games")
    for _ in range(3):
        await to(server, 24)
    assert [text for text in posted_texts(server) if "||" in text] == []
    assert len(posts(server)) == 3


async def test_stop_on_the_card_or_in_settings_ends_it(server: ServerRig) -> None:
    card = await set_daily(server)
    stopped = await server.press(card, buttons(card)["Stop"]["custom_id"], server.mod)
    assert "Daily at" not in message_view.text(stopped)
    await set_daily(server)
    settings = await server.ask("settings", member=server.mod)
    assert "**Daily at 18:30** (UTC)" in message_view.text(settings)
    assert "Daily at" not in message_view.text(
        await server.press(settings, buttons(settings)["Stop"]["custom_id"], server.mod)
    )
    await to(server, 24)
    assert posts(server) == []


async def test_a_moderator_of_another_server_cannot_stop_it(server: ServerRig) -> None:
    card = await set_daily(server)
    other = open_server(server.env, "Other Club", "cat", "dan", "eve")
    stranger = await other.ask("settings", member=other.mod)
    stored = server.env.backend.get_message(stranger.channel_id, stranger.id)
    button = next(c for c in message_view.walk(stored.components) if c["type"] == 2)
    button["custom_id"] = buttons(card)["Stop"]["custom_id"]
    await other.press(stranger, button["custom_id"], other.mod)
    assert "Daily at" in message_view.text(await server.ask("settings", member=server.mod))


async def test_setting_a_daily_requires_manage_server(server: ServerRig) -> None:
    assert message_view.text(await set_daily(server, member=server.ann)) == setting_texts.MANAGERS_ONLY
    answer = (await server.env.create_user("cleo").slash("bigrun daily", at="18:30", zone="UTC")).response
    assert answer is not None
    assert message_view.text(answer) == setting_texts.NO_SERVER


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"at": "half past six"}, daily_texts.INVALID_TIME),
        ({"zone": "Berlni"}, "**Europe/Berlin**?"),
        ({"zone": "Atlantis*"}, "I don’t know the time zone **Atlantis\\***."),
        ({"medium": "flim"}, "I don’t have any examples from **flim**. Did you mean **Film**"),
        ({"work": "Fierfly"}, "I don’t have any examples from **Fierfly**. Did you mean **Firefly**"),
        ({"work": "Firefly", "medium": "music"}, daily_texts.NOTHING_TO_SHOW),
    ],
)
async def test_invalid_input_is_explained_and_sets_nothing(
    server: ServerRig, options: dict[str, str], said: str
) -> None:
    answer = await set_daily(server, **options)
    assert answer.ephemeral
    assert said in message_view.text(answer)
    assert "Daily at" not in message_view.text(await server.ask("settings", member=server.mod))


async def test_no_daily_is_set_where_the_bot_cannot_write(server: ServerRig) -> None:
    silent = discord.PermissionOverwrite(send_messages=False)
    quiet = server.env.guild.create_text_channel("quiet", overwrites={server.env.guild.default_role: silent})
    answer = (await server.mod.slash(quiet, "bigrun daily", at="18:30", zone="UTC")).response
    assert answer is not None
    assert message_view.text(answer) == daily_texts.CANNOT_POST


async def test_a_server_has_a_limited_number_of_dailies(server: ServerRig) -> None:
    channels = [server.env.guild.create_text_channel(f"daily-{n}") for n in range(MAX_DAILIES_PER_GUILD)]
    for channel in channels:
        assert "Daily at" in message_view.text(await set_daily(server, channel=channel))
    assert message_view.text(await set_daily(server)) == daily_texts.too_many(MAX_DAILIES_PER_GUILD)
    settings = await server.ask("settings", member=server.mod)
    assert message_view.text(settings).count("Daily at") == MAX_DAILIES_PER_GUILD


async def test_zones_are_suggested_while_typing(server: ServerRig) -> None:
    offered = await server.mod.autocomplete(server.channel, "bigrun daily", "zone", "berl")
    assert [choice["value"] for choice in offered] == ["Europe/Berlin"]


async def test_the_local_time_survives_daylight_saving(server: ServerRig) -> None:
    await to(server, 86 * 24)  # 28 March, the day before the clock goes forward in Berlin
    await set_daily(server, zone="Europe/Berlin")
    await to(server, 17.6)
    assert len(posts(server)) == 1
    await to(server, 22.8)
    assert len(posts(server)) == 1
    await to(server, 0.2)
    assert len(posts(server)) == 2


async def test_a_post_missed_by_hours_is_posted_once(server: ServerRig, settings: Settings) -> None:
    await set_daily(server, at="6:00")
    await server.env.bot.close()
    server.env.backend.clock.advance(17 * HOUR)
    again = create_bot(settings)
    await restart(server.env, again)
    await to(server, 0)
    assert len(posts(server)) == 1
    await to(server, 2)
    assert len(posts(server)) == 1
    await again.close()


async def test_a_post_missed_by_half_a_day_is_skipped(server: ServerRig, settings: Settings) -> None:
    await set_daily(server, at="6:00")
    await server.env.bot.close()
    server.env.backend.clock.advance(18.1 * HOUR)
    again = create_bot(settings)
    await restart(server.env, again)
    await to(server, 1)
    assert posts(server) == []
    await to(server, 11.5)
    assert len(posts(server)) == 1
    await again.close()


async def test_a_daily_pauses_when_its_scope_becomes_hidden(server: ServerRig) -> None:
    await set_daily(server, medium="music")
    media = SettingRequest(SettingAction.GUILD_MEDIA).custom_id
    await server.select(await server.ask("settings", member=server.mod), media, ["music"], server.mod)
    await to(server, 19)
    assert posts(server) == []
    assert "there is no example left" in message_view.text(await server.ask("settings", member=server.mod))


async def test_a_hidden_scope_cannot_be_set(server: ServerRig) -> None:
    media = SettingRequest(SettingAction.GUILD_MEDIA).custom_id
    await server.select(await server.ask("settings", member=server.mod), media, ["music"], server.mod)
    assert message_view.text(await set_daily(server, medium="music")) == daily_texts.NOT_SHOWN_HERE
    assert "Daily at" not in message_view.text(await server.ask("settings", member=server.mod))


async def test_turning_a_posts_page_sends_a_private_copy(server: ServerRig) -> None:
    await set_daily(server)
    await to(server, 19)
    [post] = posts(server)
    before = message_view.text(post)
    list_press = ExampleRequest(Action.MEDIUM, medium="film", page=2).custom_id
    next(c for c in message_view.walk(post.components) if c["type"] == 2)["custom_id"] = list_press
    message = next(one for one in server.channel.history() if one.id == post.id)
    result = await server.ann.click(message, custom_id=list_press)
    assert result.response is not None
    assert result.response.ephemeral
    assert [message_view.text(one) for one in posts(server)] == [before]
