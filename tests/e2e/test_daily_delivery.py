"""A daily example is posted exactly once, also if the bot is killed or Discord refuses it."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from unittest.mock import AsyncMock

import discord
import pytest

from bot.conversation.daily_posts import NONCE_LIFETIME, DailyPoster
from bot.model.preferences import PauseReason
from bot.render.texts import daily as daily_texts
from bot.state.dailies import DailyStore
from tests.e2e.conftest import ServerRig
from tests.e2e.daily_rig import HOUR, advance, poster, posts, set_daily
from tests.e2e.message_view import buttons, text, walk

pytestmark = pytest.mark.slow  # each test runs a bot of its own

Kill = Callable[[pytest.MonkeyPatch], None]


class _Killed(BaseException):
    """Stands for a kill -9 of the bot."""


def _before(step: str) -> Kill:
    """Kill the bot in place of a step of the store."""
    return lambda patch: patch.setattr(DailyStore, step, AsyncMock(side_effect=_Killed))


def _after(step: str) -> Kill:
    def kill(patch: pytest.MonkeyPatch) -> None:
        real: Callable[..., Awaitable[Any]] = getattr(DailyStore, step)

        async def die(*arguments: Any) -> None:
            await real(*arguments)
            raise _Killed

        patch.setattr(DailyStore, step, die)

    return kill


async def killed_while_posting(server: ServerRig, kill: Kill) -> None:
    """Set a daily, let six hours pass, and kill the bot while it posts."""
    await set_daily(server, at="6:00")
    server.env.backend.clock.advance(6 * HOUR)
    [due] = await DailyStore(server.bot.state).due(server.env.now(), 9)
    with pytest.MonkeyPatch.context() as patch:
        kill(patch)
        with pytest.raises(_Killed):
            await poster(server).post_one(due)


def attempts(server: ServerRig) -> list[tuple[str, str]]:
    """Return the nonce and the first text of each post that was sent."""
    bodies = [entry.json for entry in server.env.http_requests if entry.path.endswith("/messages") and entry.json]
    assert all(body["enforce_nonce"] for body in bodies)
    return [(body["nonce"], next(c["content"] for c in walk(body["components"]) if "content" in c)) for body in bodies]


@pytest.mark.parametrize(
    "kill",
    [
        pytest.param(_before("claim"), id="before the claim"),
        pytest.param(_after("claim"), id="after the claim"),
        pytest.param(_after("set_example"), id="after the draw"),
        pytest.param(_before("complete"), id="after the post"),
    ],
)
@pytest.mark.parametrize("later", [timedelta(seconds=30), NONCE_LIFETIME + timedelta(minutes=5)])
async def test_a_kill_at_any_step_posts_exactly_once(server: ServerRig, kill: Kill, later: timedelta) -> None:
    await killed_while_posting(server, kill)
    server.env.backend.clock.advance(later.total_seconds())
    for _ in range(3):
        await poster(server).post_due()
    # The simulated Discord ignores nonces. The real one drops a second message with the same nonce.
    assert len(set(attempts(server))) == 1
    if later > NONCE_LIFETIME:
        assert len(posts(server)) == 1


@pytest.mark.parametrize("path", ["/channels/*", "/channels/*/messages"])
async def test_an_unsure_post_in_an_unreadable_channel_counts_as_sent(server: ServerRig, path: str) -> None:
    await killed_while_posting(server, _after("claim"))
    backend = server.env.backend
    backend.get_channel(server.channel.id).last_message_id = backend.snowflake()  # somebody has written there since
    server.env.inject_error("GET", path, status=403, code=50001)
    for _ in range(3):
        await advance(server, 0.2)
    assert posts(server) == []


async def test_an_unreadable_history_causes_no_second_post(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: object, **__: object) -> AsyncIterator[discord.Message]:
        for message in list[discord.Message]():
            yield message

    await killed_while_posting(server, _before("complete"))
    monkeypatch.setattr(discord.abc.Messageable, "history", nothing)
    for _ in range(3):
        await advance(server, 0.2)
    assert len(posts(server)) == 1


@pytest.mark.parametrize(
    ("status", "code", "reason"), [(403, 50013, PauseReason.FORBIDDEN), (404, 10003, PauseReason.GONE)]
)
async def test_a_refusing_channel_is_retried_then_paused_with_the_reason(
    server: ServerRig, caplog: pytest.LogCaptureFixture, status: int, code: int, reason: PauseReason
) -> None:
    await set_daily(server, at="6:00")
    server.env.inject_error("POST", "/channels/*/messages", status=status, code=code, times=5)
    with caplog.at_level(logging.WARNING):
        for hours in (6, 0.1, 0.2, 0.6, 2.1):
            await advance(server, hours)
    settings = await server.press(await server.open_settings(), daily_texts.SHOW_ALL(), server.mod)
    assert daily_texts.pause_text(reason) in text(settings)
    assert posts(server) == []
    assert len([record for record in caplog.records if ": paused" in record.getMessage()]) == 1
    resumed = await server.press(settings, daily_texts.RESUME(), server.mod)
    assert daily_texts.RESUME() not in buttons(resumed)
    await advance(server, 22)
    assert len(posts(server)) == 1


async def test_a_short_refusal_loses_no_post(server: ServerRig) -> None:
    await set_daily(server, at="6:00")
    server.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=2)
    for hours in (6, 0.1, 0.2):
        await advance(server, hours)
    assert len(posts(server)) == 1
    sent = attempts(server)
    assert (len(sent), len(set(sent))) == (3, 1)


async def test_server_errors_are_retried_and_never_pause(server: ServerRig, caplog: pytest.LogCaptureFixture) -> None:
    await set_daily(server, at="6:00")
    server.env.inject_error("POST", "/channels/*/messages", status=500, times=20)
    await advance(server, 6)
    for _ in range(30):
        await advance(server, 0.1)
    assert len(posts(server)) == 1
    assert "delivery unknown (500)" in caplog.text


async def test_one_failing_post_delays_no_other(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> None:
    other = server.guild.create_text_channel("other")
    await set_daily(server, at="6:00")
    await set_daily(server, at="6:00", channel=other)
    real = DailyPoster.deliver

    async def send(self: DailyPoster, post: Any) -> None:
        if post.daily.channel_id == server.channel.id:
            raise ValueError("broken")
        await real(self, post)

    monkeypatch.setattr(DailyPoster, "deliver", send)
    await advance(server, 6)
    assert len(posts(server, other)) == 1
    monkeypatch.setattr(DailyPoster, "deliver", real)
    await advance(server, 0.1)
    assert len(posts(server)) == 1
