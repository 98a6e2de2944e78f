"""The gateway disconnects: sessions resume, missed interactions are answered, hopeless errors end in one sentence."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from bot.client.bot import EXTENSIONS, TropeBot, create_bot
from bot.client.run import INTENTS_REFUSED, LOGIN_REFUSED, run
from bot.errors import DiscordConnectionError
from bot.interactions.record import Outcome
from bot.render.texts.commands import FIND_MENU, REMOVE_MENU
from bot.settings import Settings
from tests.loopback import fault_injection as faults
from tests.loopback.conftest import drain, logged_warnings
from tests.loopback.event_log import WAIT_TIMEOUT_SECONDS
from tests.loopback.gateway import Frame
from tests.loopback.guilds import TOKEN
from tests.loopback.ports import at
from tests.loopback.running import end_of, start, started
from tests.loopback.server import Discord, loopback, text

pytestmark = pytest.mark.slow

LONG_RATE_LIMIT = replace(faults.RATE_LIMIT, retry_after=5.0)


def _is_resume(frame: Frame) -> bool:
    return frame.kind == "resume"


async def is_answered(discord: Discord) -> bool:
    return bool(text(await (await discord.slash("bigrun random")).answer()))


class IdentifyPause:
    """Replaces the library's pause of five seconds before each identify but the first."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.over = asyncio.Event()
        self.count = 0

    async def __call__(self, shard: int | None, *, initial: bool = False) -> None:
        if not initial:
            self.count += 1
            self.began.set()
            await self.over.wait()


@pytest.fixture
def pause(bot: TropeBot) -> IdentifyPause:
    pause = IdentifyPause()
    bot._connection.hooks["before_identify"] = pause
    return pause


async def test_interactions_missed_by_a_dropped_socket_are_answered(discord: Discord, bot: TropeBot) -> None:
    discord.gateway.drop()
    missed = [await discord.slash("bigrun random") for _ in range(3)]
    assert all([text(await asked.answer()) for asked in missed])
    [resume] = await discord.gateway.seen.wait_for(1, _is_resume)
    assert resume.data["session_id"] in discord.gateway.sessions
    assert len(await discord.gateway.identified()) == 1
    assert [len(asked.messages) for asked in missed] == [1, 1, 1]


@pytest.mark.parametrize("code", [None, 1000, 1001, 4000, 4001, 4002, 4005, 4008])
async def test_a_closed_socket_is_resumed(discord: Discord, bot: TropeBot, code: int | None) -> None:
    if code is None:
        await discord.gateway.ask_to_reconnect()
    else:
        discord.gateway.close(code)
    assert await is_answered(discord)
    assert len(await discord.gateway.seen.wait_for(1, _is_resume)) == 1


async def test_a_resumable_session_is_resumed(discord: Discord, bot: TropeBot) -> None:
    await discord.gateway.invalidate(resumable=True)
    assert await is_answered(discord)
    assert len(await discord.gateway.identified()) == 1


async def test_an_invalid_session_is_replaced_after_a_pause(
    discord: Discord, bot: TropeBot, pause: IdentifyPause
) -> None:
    discord.gateway.refuse_next(2)
    await discord.gateway.invalidate()
    await asyncio.wait_for(pause.began.wait(), WAIT_TIMEOUT_SECONDS)
    assert len(await discord.gateway.identified()) == 1
    pause.over.set()
    assert len(await discord.gateway.identified(4)) == 4
    assert pause.count == 3
    await discord.gateway.ready()
    assert await is_answered(discord)


async def test_a_failed_resume_begins_a_new_session_after_a_pause(
    discord: Discord, bot: TropeBot, pause: IdentifyPause
) -> None:
    discord.gateway.allows_resume = False
    discord.gateway.drop()
    await asyncio.wait_for(pause.began.wait(), WAIT_TIMEOUT_SECONDS)
    assert len(discord.gateway.seen.all(_is_resume)) == len(await discord.gateway.identified()) == 1
    pause.over.set()
    await discord.gateway.identified(2)
    await discord.gateway.ready()
    assert await is_answered(discord)


async def test_unacknowledged_heartbeats_end_the_socket_only(discord: Discord, settings: Settings) -> None:
    discord.gateway.heartbeat_seconds = 0.05
    async with started(discord, settings, heartbeat_timeout=0.4) as bot:
        beats = await discord.gateway.seen.wait_for(15, lambda frame: frame.kind == "heartbeat")
        assert beats[-1].data == bot.shards[0]._parent.ws.sequence == 1
        assert discord.gateway.seen.all(_is_resume) == []
        discord.gateway.acknowledges_heartbeats = False
        await discord.gateway.seen.wait_for(1, _is_resume)
        discord.gateway.acknowledges_heartbeats = True
        assert await is_answered(discord)
        assert len(await discord.gateway.identified()) == 1


@pytest.mark.parametrize(("code", "sentence"), [(4004, LOGIN_REFUSED), (4014, INTENTS_REFUSED), (4013, "(code 4013)")])
async def test_a_hopeless_close_code_ends_the_bot(
    discord: Discord, settings: Settings, code: int, sentence: str
) -> None:
    discord.gateway.close_next(code)
    with at(discord.address), pytest.raises(DiscordConnectionError) as error:
        await run(create_bot(settings), TOKEN)
    assert sentence in str(error.value)
    assert len(await discord.gateway.identified()) == 1


async def test_a_revoked_token_ends_the_process_in_one_sentence(discord: Discord, folder: Path) -> None:
    process = await start(discord.address, folder, extra={"BIGRUN_LOG_LEVEL": "WARNING"})
    await discord.gateway.ready()
    discord.gateway.close(4004)
    assert await end_of(process) == (1, f"{LOGIN_REFUSED}\n")
    assert len(await discord.gateway.identified()) == 1


@pytest.mark.parametrize(
    ("name", "fault", "sentence"),
    [
        pytest.param("me", faults.UNAUTHORIZED, LOGIN_REFUSED, id="a wrong token"),
        pytest.param("me", faults.BANNED, "(HTTP 429)", id="a ban"),
        pytest.param("me", faults.MISSING_ACCESS, "(HTTP 403)", id="no access"),
        pytest.param("gateway", faults.BANNED, "where to connect", id="no gateway"),
        pytest.param("me", faults.BROKEN_BODY, "cannot be read", id="a login without JSON"),
        pytest.param("gateway", faults.BROKEN_BODY, "cannot be read", id="a gateway without JSON"),
    ],
)
async def test_a_refused_login_is_one_sentence(
    discord: Discord, settings: Settings, name: str, fault: faults.Fault, sentence: str
) -> None:
    discord.faults.always(name, fault)
    with at(discord.address), pytest.raises(DiscordConnectionError) as error:
        await run(create_bot(settings), TOKEN)
    assert sentence in str(error.value)


async def test_an_unreachable_discord_is_one_sentence(folder: Path) -> None:
    async with loopback() as closed:
        pass
    sentence = "Discord cannot be reached. Check this machine's connection.\n"
    assert await end_of(await start(closed.address, folder)) == (1, sentence)


async def test_one_of_two_overlapping_sessions_answers(
    discord: Discord, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    other = replace(settings, state_location=tmp_path / "other.db")
    async with started(discord, settings) as old, started(discord, other, shards=2) as new:
        asked = [await discord.slash("bigrun random") for _ in range(20)]
        for one in asked:
            await one.answer()
        await drain(old)
        await drain(new)
        counts = old.dispatcher.counts + new.dispatcher.counts
    assert counts == {Outcome.ANSWERED: 20, Outcome.ALREADY_ANSWERED: 20}
    assert [len(one.messages) for one in asked] == [1] * 20
    assert logged_warnings(caplog) == []


async def test_a_failed_command_sync_is_repeated_at_the_next_start(
    discord: Discord, settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.client.command_sync.SYNC_TIMEOUT_SECONDS", 0.5)
    refusals = [faults.SERVER_ERROR, LONG_RATE_LIMIT, faults.RESET, faults.MISSING_ACCESS, faults.BROKEN_BODY]
    for fault in refusals:
        discord.faults.always("commands", fault)
        async with started(discord, settings):
            assert await is_answered(discord)
        discord.gateway.sessions.clear()
    lines = [record.getMessage() for record in logged_warnings(caplog)]
    assert [line.split("; ")[1] for line in lines] == ["Discord still has the previous commands."] * len(refusals)
    monkeypatch.undo()
    discord.faults.clear()
    async with started(discord, settings):
        assert {"bigrun", FIND_MENU(), REMOVE_MENU()} <= set(discord.guilds.commands)


async def test_changed_commands_are_sent_again(
    discord: Discord, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = tuple(name for name in EXTENSIONS if name != "cogs.removal")
    for extensions, sent in ((EXTENSIONS, 1), (EXTENSIONS, 1), (fewer, 2), (EXTENSIONS, 3)):
        monkeypatch.setattr("bot.client.bot.EXTENSIONS", extensions)
        async with started(discord, settings):
            assert len(discord.requests_named("commands")) == sent
        discord.gateway.sessions.clear()
