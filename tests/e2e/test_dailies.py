"""`/bigrun daily` and its posts: one a day, at the local time."""

from typing import Any

import discord
import pytest

from bot.components.custom_ids import Action, ExampleRequest, SettingAction
from bot.model.preferences import EVERY_DAY, MAX_DAILIES_PER_GUILD, DailySchedule, PauseReason
from bot.render.markdown import Markdown
from bot.render.texts import daily as daily_texts
from bot.render.texts import settings as setting_texts
from bot.settings import Settings
from bot.state.dailies import DailyStore
from tests.e2e.conftest import ServerRig, open_server
from tests.e2e.daily_rig import HOUR, advance, posted_texts, posts, set_daily
from tests.e2e.message_view import buttons, text

pytestmark = pytest.mark.slow  # each test runs a bot of its own


async def stored_dailies(server: ServerRig) -> list[DailySchedule]:
    return await DailyStore(server.bot.state).for_guild(server.guild.id)


async def open_dailies(server: ServerRig) -> Any:
    return await server.press(await server.open_settings(), daily_texts.SHOW_ALL(), server.mod)


async def test_the_background_loop_posts(server: ServerRig) -> None:
    await set_daily(server, at="0:01")
    await server.env.advance_time(30)
    assert posts(server) == []
    await server.env.advance_time(60)
    assert len(posts(server)) == 1


async def test_the_card_shows_time_channel_and_a_stop_button(server: ServerRig) -> None:
    card = await set_daily(server, medium="film", spoilers="c")
    assert card.ephemeral
    [daily] = await stored_dailies(server)
    assert daily.next_due == server.env.now().replace(hour=18, minute=30, second=0, microsecond=0)
    assert (daily.minute_of_day, daily.timezone, daily.channel_id) == (18 * 60 + 30, "UTC", server.channel.id)
    scope = daily_texts.scope_text(Markdown("Film"), spoilers=False)
    assert text(card) == f"{daily_texts.schedule_line(daily, scope)}\n-# {daily_texts.status_line(daily)}"
    assert list(buttons(card)) == [daily_texts.STOP()]


async def test_an_example_is_posted_daily_without_repeats(server: ServerRig) -> None:
    await set_daily(server, medium="literature")
    for hours, count in ((18, 0), (1, 1), (23, 1), (1, 2)):
        await advance(server, hours)
        assert len(posts(server)) == count
    first, second = posted_texts(server)
    assert first.endswith(f"-# {daily_texts.footer(EVERY_DAY)}")
    assert first.splitlines()[0] != second.splitlines()[0]
    # A member's request continues the same shuffle.
    requested = text(await server.ask("random", medium="literature"))
    shown = [card.split("\u00a0of\u00a0")[0].split()[-1] for card in (first, second, requested)]
    assert shown == ["1st", "2nd", "3rd"]


async def test_excluded_spoilers_are_never_posted(server: ServerRig) -> None:
    await server.change_setting(SettingAction.GUILD_SPOILERS, ["skip"])
    await set_daily(server, medium="video games")
    for _ in range(3):
        await advance(server, 24)
    assert ["||" in post for post in posted_texts(server)] == [False] * 3


async def test_stop_on_the_card_or_in_settings_ends_it(server: ServerRig) -> None:
    for in_settings in (False, True):
        card = await set_daily(server)
        assert await stored_dailies(server)
        card = await open_dailies(server) if in_settings else card
        await server.press(card, daily_texts.STOP(), server.mod)
        assert await stored_dailies(server) == []
    assert daily_texts.count_line(0, 0) in text(await server.open_settings())
    await advance(server, 24)
    assert posts(server) == []


async def test_undo_restores_what_was_replaced_once_even_after_a_restart(server: ServerRig, settings: Settings) -> None:
    await set_daily(server, medium="film")
    [before] = await stored_dailies(server)
    card = await set_daily(server, at="6:00", zone="Europe/Berlin")
    assert daily_texts.replaced_line(before, Markdown("Film")) in text(card)
    undo = buttons(card)[daily_texts.UNDO()]["custom_id"]
    await server.restart(settings)
    forged = await server.forge(await server.ask("preferences"), undo)
    assert text(forged) == setting_texts.MANAGERS_ONLY()
    other = open_server(server.env)
    assert daily_texts.NOTHING_TO_UNDO() in text(await other.forge(await other.open_settings(), undo, other.mod))
    [daily] = await stored_dailies(server)
    assert daily.minute_of_day == 6 * 60
    assert daily_texts.UNDONE() in text(await server.press(card, daily_texts.UNDO(), server.mod))
    assert await stored_dailies(server) == [before]
    again = await server.forge(await server.open_settings(), undo, server.mod)
    assert daily_texts.NOTHING_TO_UNDO() in text(again)
    assert await stored_dailies(server) == [before]
    await advance(server, 19)
    assert len(posts(server)) == 1


async def test_setting_the_same_daily_again_replaces_nothing(server: ServerRig) -> None:
    for _ in range(2):
        assert list(buttons(await set_daily(server))) == [daily_texts.STOP()]


async def test_a_moderator_of_another_server_cannot_stop_it(server: ServerRig) -> None:
    stop = buttons(await set_daily(server))[daily_texts.STOP()]["custom_id"]
    other = open_server(server.env)
    await other.forge(await other.open_settings(), stop, other.mod)
    assert await stored_dailies(server)


async def test_setting_a_daily_requires_manage_server(server: ServerRig) -> None:
    assert text(await set_daily(server, member=server.ann)) == setting_texts.MANAGERS_ONLY()
    answer = (await server.env.create_user("cleo").slash("bigrun daily", at="18:30", zone="UTC")).response
    assert text(answer) == setting_texts.NO_SERVER()


@pytest.mark.parametrize(
    "options",
    [
        {"at": "half past six"},
        {"zone": "Berlni"},
        {"zone": "Atlantis*"},
        {"medium": "flim"},
        {"work": "Fierfly"},
        {"work": "Firefly", "medium": "music"},
    ],
    ids=str,
)
async def test_invalid_input_sets_no_daily(server: ServerRig, options: dict[str, str]) -> None:
    assert (await set_daily(server, **options)).ephemeral
    assert await stored_dailies(server) == []


async def test_a_daily_requires_a_channel_where_the_bot_can_write(server: ServerRig) -> None:
    silent = discord.PermissionOverwrite(send_messages=False)
    quiet = server.guild.create_text_channel("quiet", overwrites={server.guild.default_role: silent})
    answer = await server.ask("daily", server.mod, quiet, at="18:30", zone="UTC")
    assert text(answer) == daily_texts.CANNOT_POST()


async def test_a_server_has_a_limited_number_of_dailies(server: ServerRig) -> None:
    for number in range(MAX_DAILIES_PER_GUILD):
        channel = server.guild.create_text_channel(f"daily-{number}")
        assert daily_texts.STOP() in buttons(await set_daily(server, channel=channel))
    assert text(await set_daily(server)) == daily_texts.too_many(MAX_DAILIES_PER_GUILD)
    assert len(await stored_dailies(server)) == MAX_DAILIES_PER_GUILD


async def test_the_local_time_survives_daylight_saving(server: ServerRig) -> None:
    await advance(server, 86 * 24)  # 28 March, the day before clocks go forward in Berlin
    await set_daily(server, zone="Europe/Berlin")
    for hours, count in ((17.6, 1), (22.8, 1), (0.2, 2)):
        await advance(server, hours)
        assert len(posts(server)) == count


@pytest.mark.parametrize(
    ("hours_missed", "later"),
    [
        pytest.param(17, [(0, 1), (2, 1)], id="hours: posted once"),
        pytest.param(18.1, [(1, 0), (11.5, 1)], id="half a day: skipped"),
    ],
)
async def test_a_missed_post_is_posted_late_or_skipped(
    server: ServerRig, settings: Settings, hours_missed: float, later: list[tuple[float, int]]
) -> None:
    await set_daily(server, at="6:00")
    await server.bot.close()
    server.env.backend.clock.advance(hours_missed * HOUR)
    await server.restart(settings)
    for hours, count in later:
        await advance(server, hours)
        assert len(posts(server)) == count


async def test_a_daily_pauses_when_its_scope_becomes_hidden(server: ServerRig) -> None:
    await set_daily(server, medium="music")
    await server.change_setting(SettingAction.GUILD_MEDIA, ["music"])
    await advance(server, 19)
    assert posts(server) == []
    assert daily_texts.count_line(1, 1) in text(await server.open_settings())
    paused = await open_dailies(server)
    assert daily_texts.pause_text(PauseReason.EMPTY) in text(paused)
    await server.change_setting(SettingAction.GUILD_MEDIA, [])
    resumed = await server.press(paused, daily_texts.RESUME(), server.mod)
    assert daily_texts.STOP() in buttons(resumed)
    assert daily_texts.count_line(1, 0) in text(await server.press(resumed, daily_texts.BACK(), server.mod))


async def test_a_hidden_scope_cannot_be_set(server: ServerRig) -> None:
    await server.change_setting(SettingAction.GUILD_MEDIA, ["music"])
    assert text(await set_daily(server, medium="music")) == daily_texts.NOT_SHOWN_HERE()
    assert await stored_dailies(server) == []


async def test_turning_a_posts_page_sends_a_private_copy(server: ServerRig) -> None:
    await set_daily(server)
    await advance(server, 19)
    [post] = posts(server)
    before = text(post)
    post.message = next(message for message in server.channel.history() if message.id == post.id)
    page = ExampleRequest(Action.MEDIUM, medium="film", page=2)
    assert (await server.forge(post, page.custom_id)).ephemeral
    assert posted_texts(server) == [before]
