"""A daily example is posted once, whatever is killed, refused or broken in between."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.client.bot import TropeBot
from bot.conversation.daily_posts import NONCE_LIFETIME, DailyPoster
from bot.state.dailies import DailyStore
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig
from tests.e2e.daily_rig import HOUR, buttons, poster, posts, set_daily, to

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
async def test_a_kill_at_any_step_posts_exactly_once(
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
async def test_an_unsure_post_in_an_unreadable_channel_counts_as_sent(
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


async def test_an_unreadable_history_causes_no_second_post(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: object, **__: object) -> AsyncIterator[discord.Message]:
        for message in list[discord.Message]():
            yield message

    await set_daily(server, at="6:00")
    await killed(server, monkeypatch, _stop_in("complete"))
    monkeypatch.setattr(discord.abc.Messageable, "history", nothing)
    for _ in range(3):
        await to(server, 0.2)
    assert len(posts(server)) == 1


@pytest.mark.parametrize(("status", "code", "why"), [(403, 50013, "I can’t post there"), (404, 10003, "is gone")])
async def test_a_refusing_channel_is_retried_then_paused_with_the_reason(
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
    assert "Next: <t:" in message_view.text(running)
    await to(server, 22)
    assert len(posts(server)) == 1


async def test_a_short_refusal_loses_no_post(server: ServerRig) -> None:
    await set_daily(server, at="6:00")
    server.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=2)
    for hours in (6, 0.1, 0.2):
        await to(server, hours)
    assert len(posts(server)) == 1
    attempts = _sent(server)
    assert (len(attempts), len(set(attempts))) == (3, 1)


async def test_server_errors_are_retried_and_never_pause(server: ServerRig, caplog: pytest.LogCaptureFixture) -> None:
    await set_daily(server, at="6:00")
    server.env.inject_error("POST", "/channels/*/messages", status=500, times=20)
    await to(server, 6)
    for _ in range(30):
        await to(server, 0.1)
    assert len(posts(server)) == 1
    assert "delivery unknown (500)" in caplog.text


async def test_one_failing_post_delays_no_other(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> None:
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
