"""`/bigrun daily` and what it posts: once a day, at the local time, whatever happens in between."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.client.bot import TropeBot, create_bot
from bot.components.custom_ids import Action, ExampleRequest, SettingAction, SettingRequest
from bot.conversation.daily_posts import NONCE_LIFETIME, DailyPoster
from bot.preferences import MAX_DAILIES_PER_GUILD
from bot.render.texts import daily as daily_texts
from bot.render.texts import settings as setting_texts
from bot.settings import Settings
from bot.state.dailies import DailyStore
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig, open_server
from tests.e2e.restarts import restart

HOUR = 3600.0
UTC = {"zone": "UTC"}


async def set_daily(server: ServerRig, at: str = "18:30", member: Any = None, **options: Any) -> Any:
    return await server.ask("daily", member or server.mod, at=at, **{**UTC, **options})


def posts(server: ServerRig, channel: Any = None) -> list[Any]:
    """Returns what the bot posted by itself in a channel, oldest first."""
    messages = server.env.backend.messages[(channel or server.channel).id].values()
    me = server.env.backend.bot_user.id
    return [message for message in messages if message.author_id == me and message.interaction_metadata is None]


def buttons(message: Any) -> dict[str, Any]:
    """Returns the buttons of a card that stand beside a text, by their labels."""
    return {c["accessory"]["label"]: c["accessory"] for c in message_view.walk(message.components) if "accessory" in c}


def posted_texts(server: ServerRig) -> list[str]:
    return [message_view.text(post) for post in posts(server)]


def poster(server: ServerRig) -> DailyPoster:
    """Returns a poster of the bot's, as its loop has one, that looks at the simulated clock."""
    bot = server.env.bot
    assert isinstance(bot, TropeBot)
    return DailyPoster(bot.services, server.env.now)


async def to(server: ServerRig, hours: float) -> None:
    """Lets so many hours pass, the first from midnight, UTC, and the loop take one turn: all would take minutes."""
    server.env.backend.clock.advance(hours * HOUR)
    await poster(server).post_due()


async def test_the_loop_takes_its_turn_by_itself(server: ServerRig) -> None:
    await set_daily(server, at="0:01")
    await server.env.advance_time(30)
    assert posts(server) == []
    await server.env.advance_time(60)
    assert len(posts(server)) == 1


async def test_it_says_when_and_where_and_how_to_stop_it(server: ServerRig) -> None:
    card = await set_daily(server, medium="film", spoilers="c")
    assert card.ephemeral
    first, second = message_view.text(card).splitlines()
    assert first == f"**Daily at 18:30** (UTC) in <#{server.channel.id}>: Film, without spoilers"
    assert second == f"-# Next <t:{int((server.env.now() + timedelta(hours=18.5)).timestamp()) // 60 * 60}:f>"
    assert list(buttons(card)) == ["Stop"]


async def test_an_example_comes_every_day_at_its_time_and_none_comes_again(server: ServerRig) -> None:
    await set_daily(server, medium="literature")
    await to(server, 18)
    assert posts(server) == []
    await to(server, 1)
    assert len(posts(server)) == 1
    await to(server, 23)
    assert len(posts(server)) == 1
    await to(server, 1)
    first, second = posted_texts(server)
    assert first.endswith("-# Daily example, stop it with /bigrun settings")
    assert "1\u00a0of\u00a0" in first
    assert "2\u00a0of\u00a0" in second
    assert first.splitlines()[0] != second.splitlines()[0]
    # What came daily does not come again when a member asks, nor the other way round.
    assert "3\u00a0of\u00a0" in message_view.text(await server.ask("random", medium="literature"))


async def test_it_keeps_to_what_the_server_never_shows(server: ServerRig) -> None:
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


async def test_stopping_it_on_the_card_or_in_the_settings_ends_it(server: ServerRig) -> None:
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


async def test_only_who_may_manage_the_server_sets_it(server: ServerRig) -> None:
    assert message_view.text(await set_daily(server, member=server.ann)) == setting_texts.MANAGERS_ONLY
    answer = (await server.env.create_user("cleo").slash("bigrun daily", at="18:30", zone="UTC")).response
    assert answer is not None
    assert message_view.text(answer) == setting_texts.NO_SERVER


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"at": "half past six"}, daily_texts.INVALID_TIME),
        ({"zone": "Berlni"}, "**Europe/Berlin**?"),
        ({"zone": "Atlantis*"}, "I do not know the time zone **Atlantis\\***."),
        ({"medium": "flim"}, "I have no examples from **flim**. Did you mean **Film**"),
        ({"work": "Fierfly"}, "I have no examples about **Fierfly**. Did you mean **Firefly**"),
        ({"work": "Firefly", "medium": "music"}, daily_texts.NOTHING_TO_SHOW),
    ],
)
async def test_what_cannot_be_understood_is_said_and_nothing_is_set(
    server: ServerRig, options: dict[str, str], said: str
) -> None:
    answer = await set_daily(server, **options)
    assert answer.ephemeral
    assert said in message_view.text(answer)
    assert "Daily at" not in message_view.text(await server.ask("settings", member=server.mod))


async def test_where_the_bot_may_not_write_nothing_is_set(server: ServerRig) -> None:
    silent = discord.PermissionOverwrite(send_messages=False)
    quiet = server.env.guild.create_text_channel("quiet", overwrites={server.env.guild.default_role: silent})
    answer = (await server.mod.slash(quiet, "bigrun daily", at="18:30", zone="UTC")).response
    assert answer is not None
    assert message_view.text(answer) == daily_texts.CANNOT_POST


async def test_a_server_has_as_many_as_the_settings_have_room_for(server: ServerRig) -> None:
    channels = [server.env.guild.create_text_channel(f"daily-{n}") for n in range(MAX_DAILIES_PER_GUILD)]
    for channel in channels:
        assert "Daily at" in message_view.text(await set_daily(server, channel=channel))
    assert message_view.text(await set_daily(server)) == daily_texts.too_many(MAX_DAILIES_PER_GUILD)
    settings = await server.ask("settings", member=server.mod)
    assert message_view.text(settings).count("Daily at") == MAX_DAILIES_PER_GUILD


async def test_zones_are_offered_while_they_are_typed(server: ServerRig) -> None:
    offered = await server.mod.autocomplete(server.channel, "bigrun daily", "zone", "berl")
    assert [choice["value"] for choice in offered] == ["Europe/Berlin"]


async def test_a_local_time_is_kept_through_daylight_saving(server: ServerRig) -> None:
    await to(server, 86 * 24)  # 28 March, the day before the clock goes forward in Berlin
    await set_daily(server, zone="Europe/Berlin")
    await to(server, 17.6)
    assert len(posts(server)) == 1
    await to(server, 22.8)
    assert len(posts(server)) == 1
    await to(server, 0.2)
    assert len(posts(server)) == 2


async def test_missed_while_down_it_comes_once_if_it_is_not_half_a_day_late(
    server: ServerRig, settings: Settings
) -> None:
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


async def test_missed_by_more_it_is_left_out_and_the_next_day_is_not(server: ServerRig, settings: Settings) -> None:
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


Breaking = Callable[[pytest.MonkeyPatch], None]


def _stop_in(step: str) -> Breaking:
    """Returns what makes the bot die, as by kill -9, in place of a step of the store."""

    async def die(*_: object) -> None:
        raise _Killed

    return lambda monkeypatch: monkeypatch.setattr(DailyStore, step, die)


def _stop_after(step: str) -> Breaking:
    def breaking(monkeypatch: pytest.MonkeyPatch) -> None:
        real: Callable[..., Awaitable[Any]] = getattr(DailyStore, step)

        async def die(*arguments: Any) -> None:
            await real(*arguments)
            raise _Killed

        monkeypatch.setattr(DailyStore, step, die)

    return breaking


class _Killed(BaseException):
    """The process is no more."""


async def killed(server: ServerRig, monkeypatch: pytest.MonkeyPatch, kill: Breaking) -> None:
    """Lets six hours pass, and the bot be killed while it posts what is due."""
    server.env.backend.clock.advance(6 * HOUR)
    bot = server.env.bot
    assert isinstance(bot, TropeBot)
    [due] = await DailyStore(bot.state).due(server.env.now(), 9)
    with monkeypatch.context() as broken:
        kill(broken)
        with pytest.raises(_Killed):
            await poster(server).post_one(due)


@pytest.mark.parametrize(
    "kill", [_stop_in("claim"), _stop_after("claim"), _stop_after("set_example"), _stop_in("complete")]
)
@pytest.mark.parametrize("later", [timedelta(seconds=30), NONCE_LIFETIME + timedelta(minutes=5)])
async def test_killed_at_any_step_it_comes_exactly_once(
    server: ServerRig, monkeypatch: pytest.MonkeyPatch, kill: Breaking, later: timedelta
) -> None:
    await set_daily(server, at="6:00")
    await killed(server, monkeypatch, kill)
    server.env.backend.clock.advance(later.total_seconds())
    for _ in range(3):
        await poster(server).post_due()
    # The simulated Discord knows no nonces; the real one drops what it has already.
    assert len({nonce for nonce, _ in _sent(server)}) == 1
    assert len({example for _, example in _sent(server)}) == 1
    if later > NONCE_LIFETIME:
        assert len(posts(server)) == 1


def _sent(server: ServerRig) -> list[tuple[str, str]]:
    """Returns the nonces of what was posted, with the text up to the example's number."""
    bodies = [entry.json for entry in server.env.http_requests if entry.path.endswith("/messages") and entry.json]
    assert all(body["enforce_nonce"] for body in bodies)
    return [(body["nonce"], _first_text(body)) for body in bodies]


def _first_text(body: Any) -> str:
    return str(next(c["content"] for c in message_view.walk(body["components"]) if "content" in c))


@pytest.mark.parametrize("path", ["/channels/*", "/channels/*/messages"])
async def test_where_the_channel_may_not_be_looked_at_an_unsure_post_counts_as_sent(
    server: ServerRig, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    await set_daily(server, at="6:00")
    await killed(server, monkeypatch, _stop_after("claim"))
    backend = server.env.backend
    backend.get_channel(server.channel.id).last_message_id = backend.snowflake()  # somebody wrote there since
    server.env.inject_error("GET", path, status=403, code=50001)
    for _ in range(3):
        await to(server, 0.2)
    assert posts(server) == []


async def test_where_the_history_may_not_be_read_and_looks_empty_nothing_is_posted_twice(
    server: ServerRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: object, **__: object) -> AsyncIterator[discord.Message]:
        for message in list[discord.Message]():
            yield message

    await set_daily(server, at="6:00")
    await killed(server, monkeypatch, _stop_in("complete"))
    monkeypatch.setattr(discord.abc.Messageable, "history", nothing)
    for _ in range(3):
        await to(server, 0.2)
    assert len(posts(server)) == 1


@pytest.mark.parametrize(("status", "code", "why"), [(403, 50013, "I may not write there"), (404, 10003, "is gone")])
async def test_a_channel_that_refuses_is_tried_again_then_paused_and_the_moderators_see_why(
    server: ServerRig, caplog: pytest.LogCaptureFixture, status: int, code: int, why: str
) -> None:
    await set_daily(server, at="6:00")
    server.env.inject_error("POST", "/channels/*/messages", status=status, code=code, times=5)
    with caplog.at_level(logging.WARNING):
        for hours in (6, 0.1, 0.2, 0.6, 2.1):
            await to(server, hours)
    settings = await server.ask("settings", member=server.mod)
    assert "Paused:" in message_view.text(settings)
    assert why in message_view.text(settings)
    assert posts(server) == []
    assert [": paused" in record.getMessage() for record in caplog.records].count(True) == 1
    running = await server.press(settings, buttons(settings)["Start again"]["custom_id"], server.mod)
    assert "Next <t:" in message_view.text(running)
    await to(server, 22)
    assert len(posts(server)) == 1


async def test_a_refusal_that_passes_costs_nothing(server: ServerRig) -> None:
    await set_daily(server, at="6:00")
    server.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=2)
    for hours in (6, 0.1, 0.2):
        await to(server, hours)
    assert len(posts(server)) == 1
    assert "1\u00a0of\u00a060" in posted_texts(server)[0] or "No." in posted_texts(server)[0]


async def test_trouble_at_discord_is_waited_out_and_never_pauses(
    server: ServerRig, caplog: pytest.LogCaptureFixture
) -> None:
    await set_daily(server, at="6:00")
    server.env.inject_error("POST", "/channels/*/messages", status=500, times=20)
    await to(server, 6)
    for _ in range(30):
        await to(server, 0.1)
    assert len(posts(server)) == 1
    assert "delivery unknown (500)" in caplog.text


async def test_where_nothing_may_be_shown_any_more_it_is_paused(server: ServerRig) -> None:
    await set_daily(server, medium="music")
    media = SettingRequest(SettingAction.GUILD_MEDIA).custom_id
    await server.select(await server.ask("settings", member=server.mod), media, ["music"], server.mod)
    await to(server, 19)
    assert posts(server) == []
    assert "no example is left" in message_view.text(await server.ask("settings", member=server.mod))


async def test_nothing_is_set_that_this_server_does_not_show(server: ServerRig) -> None:
    media = SettingRequest(SettingAction.GUILD_MEDIA).custom_id
    await server.select(await server.ask("settings", member=server.mod), media, ["music"], server.mod)
    assert message_view.text(await set_daily(server, medium="music")) == daily_texts.NOT_SHOWN_HERE
    assert "Daily at" not in message_view.text(await server.ask("settings", member=server.mod))


async def test_a_press_on_a_long_daily_example_brings_a_copy_and_leaves_the_post_as_it_is(server: ServerRig) -> None:
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


async def test_one_that_fails_keeps_no_other_from_coming(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> None:
    other = server.env.guild.create_text_channel("other")
    await set_daily(server, at="6:00")
    await set_daily(server, at="6:00", channel=other)
    real = DailyPoster.deliver

    async def send(self: DailyPoster, post: Any) -> None:
        if post.daily.channel_id == server.channel.id:
            raise ValueError("broken")
        await real(self, post)

    monkeypatch.setattr(DailyPoster, "deliver", send)
    await to(server, 6)
    assert len(posts(server, other)) == 1
    monkeypatch.setattr(DailyPoster, "deliver", real)
    await to(server, 0.1)
    assert len(posts(server)) == 1
