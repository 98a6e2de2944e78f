"""Frames that cannot be read: the connection is dropped and made again, never the process."""

import asyncio
import json
import logging
from typing import Any

import pytest

from bot.client.bot import TropeBot
from bot.settings import Settings
from tests.loopback.conftest import logged_warnings
from tests.loopback.gateway import HELLO
from tests.loopback.running import started
from tests.loopback.server import Discord, text

pytestmark = pytest.mark.slow

FRAMES: dict[str, Any] = {
    "op null": {"op": None},
    "no op": {"t": "READY", "d": {}},
    "op a word": {"op": "0", "t": "READY", "d": {}},
    "op true": {"op": True, "t": "READY", "d": {}},
    "event null": {"op": 0, "t": None, "s": 9, "d": {}},
    "event a list": {"op": 0, "t": ["READY"], "s": 9, "d": {}},
    "no data": {"op": 0, "t": "READY", "s": 9},
    "sequence a word": {"op": 0, "t": "SOMETHING", "s": "9", "d": {}},
    "READY null": {"op": 0, "t": "READY", "s": 9, "d": None},
    "READY without fields": {"op": 0, "t": "READY", "s": 9, "d": {}},
    "RESUMED null": {"op": 0, "t": "RESUMED", "s": 9, "d": None},
    "HELLO null": {"op": HELLO, "d": None},
    "HELLO of 0 ms": {"op": HELLO, "d": {"heartbeat_interval": 0}},
    "HELLO of a year": {"op": HELLO, "d": {"heartbeat_interval": 3e10}},
    "null": None,
    "an array": [],
    "a number": 5,
}
TEXTS = {
    **{name: json.dumps(frame) for name, frame in FRAMES.items()},
    "not JSON": "secret",
    "deep nesting": "[" * 100_000,
}


async def is_answered(discord: Discord) -> bool:
    return bool(text(await (await discord.slash("bigrun random")).answer()))


@pytest.mark.parametrize("name", TEXTS)
async def test_an_unreadable_frame_costs_only_its_connection(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    connections = len(discord.gateway.seen.all(lambda frame: frame.kind == "connect"))
    await discord.gateway.sockets[0].send_text(TEXTS[name])
    await discord.gateway.seen.wait_for(connections + 1, lambda frame: frame.kind == "connect")
    await discord.gateway.ready()
    assert await is_answered(discord)
    [record] = logged_warnings(caplog)
    assert "could not be read" in record.getMessage()
    assert "secret" not in record.getMessage()


async def test_broken_compression_costs_only_its_connection(discord: Discord, bot: TropeBot) -> None:
    await discord.gateway.sockets[0].send_raw(b"no zlib" + b"\x00\x00\xff\xff")
    await discord.gateway.seen.wait_for(1, lambda frame: frame.kind == "resume")
    assert await is_answered(discord)


@pytest.mark.parametrize(
    "greeting", [{"op": None}, {"op": 11}, FRAMES["HELLO null"], FRAMES["HELLO of 0 ms"], [], None]
)
async def test_a_connection_without_hello_is_made_again(discord: Discord, settings: Settings, greeting: Any) -> None:
    discord.gateway.greet_next(greeting)
    async with started(discord, settings, heartbeat_timeout=0.5):
        assert await is_answered(discord)
        assert len(await discord.gateway.identified()) == 1


@pytest.mark.parametrize("ready", [None, {}, {"session_id": "x", "resume_gateway_url": "y"}, []])
async def test_health_says_that_ready_cannot_be_read(
    discord: Discord, settings: Settings, ready: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, go_on = asyncio.Event(), asyncio.Event()

    async def login_pause(*_: Any, initial: bool = False, **__: Any) -> None:
        if not initial:
            waiting.set()
            await go_on.wait()

    monkeypatch.setattr(TropeBot, "before_identify_hook", login_pause)
    discord.gateway.ready_next(ready)
    async with started(discord, settings) as bot:
        await asyncio.wait_for(waiting.wait(), 20)
        [shard] = bot.gateway.shards
        assert not shard.is_ready
        assert shard.problem.startswith("READY could not be read")
        go_on.set()
        await discord.gateway.identified(2)
        assert await is_answered(discord)
        assert bot.gateway.shards[0].is_ready


async def test_an_event_of_another_version_is_ignored(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    for frame in ({"op": 99, "d": None}, {"op": 0, "t": "NEW", "s": None, "d": []}):
        await discord.gateway.sockets[0].send(frame)
    assert await is_answered(discord)
    assert len(discord.gateway.seen.all(lambda frame: frame.kind == "connect")) == 1
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
