"""The gateway lets go: sessions are resumed, missed interactions answered, and hopeless ones ended in one sentence."""

import asyncio
import logging
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.client.bot import EXTENSIONS, TropeBot, create_bot
from bot.client.run import INTENTS_REFUSED, LOGIN_REFUSED, run
from bot.errors import DiscordConnectionError
from bot.interactions.record import Outcome
from bot.settings import Settings
from tests.loopback import fault_injection
from tests.loopback.conftest import complaints, ended
from tests.loopback.event_log import WAIT_TIMEOUT_SECONDS
from tests.loopback.gateway import Frame
from tests.loopback.guilds import TOKEN
from tests.loopback.ports import at
from tests.loopback.running import end_of, start, started
from tests.loopback.server import Discord, text


def _same(fault: fault_injection.Fault, _: str) -> fault_injection.Fault:
    return fault


def _resumed(frame: Frame) -> bool:
    return frame.what == "resume"


class Pause:
    """Takes the place of the library's pause of five seconds before each identification but the first."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.over = asyncio.Event()
        self.count = 0

    async def __call__(self, shard: int | None, *, initial: bool = False) -> None:
        if not initial:
            self.count += 1
            self.asked.set()
            await self.over.wait()


@pytest.fixture
def pause(bot: TropeBot) -> Pause:
    pause = Pause()
    bot._connection.hooks["before_identify"] = pause
    return pause


async def test_a_dropped_socket_is_resumed_and_what_was_missed_is_answered(discord: Discord, bot: TropeBot) -> None:
    discord.gateway.drop()
    missed = [await discord.slash("bigrun random") for _ in range(3)]
    for asked in missed:
        assert text(await asked.answer())
    [resume] = await discord.gateway.seen.reach(1, _resumed)
    assert resume.data["session_id"] in discord.gateway.sessions
    assert len(await discord.gateway.identified()) == 1
    assert [len(asked.messages) for asked in missed] == [1, 1, 1]


async def test_asked_to_reconnect_the_bot_resumes(discord: Discord, bot: TropeBot) -> None:
    await discord.gateway.ask_to_reconnect()
    assert text(await (await discord.slash("bigrun random")).answer())
    assert len(await discord.gateway.seen.reach(1, _resumed)) == 1


@pytest.mark.parametrize("code", [1000, 1001, 4000, 4001, 4002, 4005, 4008])
async def test_a_socket_that_is_closed_is_resumed(discord: Discord, bot: TropeBot, code: int) -> None:
    discord.gateway.close(code)
    assert text(await (await discord.slash("bigrun random")).answer())
    assert len(await discord.gateway.seen.reach(1, _resumed)) == 1


async def test_an_invalid_session_is_resumed_if_it_may_be(discord: Discord, bot: TropeBot) -> None:
    await discord.gateway.invalidate(resumable=True)
    assert text(await (await discord.slash("bigrun random")).answer())
    assert len(await discord.gateway.identified()) == 1


async def test_an_invalid_session_begins_anew_after_a_pause_and_as_often_as_it_must(
    discord: Discord, bot: TropeBot, pause: Pause
) -> None:
    discord.gateway.refuse_next(2)
    await discord.gateway.invalidate()
    await asyncio.wait_for(pause.asked.wait(), WAIT_TIMEOUT_SECONDS)
    assert len(await discord.gateway.identified()) == 1
    pause.over.set()
    assert len(await discord.gateway.identified(4)) == 4
    assert pause.count == 3
    await discord.gateway.ready()
    assert text(await (await discord.slash("bigrun random")).answer())


async def test_a_session_that_cannot_be_resumed_begins_anew_after_a_pause(
    discord: Discord, bot: TropeBot, pause: Pause
) -> None:
    discord.gateway.resumes = False
    discord.gateway.drop()
    await asyncio.wait_for(pause.asked.wait(), WAIT_TIMEOUT_SECONDS)
    assert len(discord.gateway.seen.all(_resumed)) == 1
    assert len(await discord.gateway.identified()) == 1
    pause.over.set()
    await discord.gateway.identified(2)
    await discord.gateway.ready()
    assert text(await (await discord.slash("bigrun random")).answer())


async def test_heartbeats_that_are_not_acknowledged_end_the_socket_and_the_session_goes_on(
    discord: Discord, settings: Settings
) -> None:
    discord.gateway.heartbeat = 0.05
    async with started(discord, settings, heartbeat_timeout=0.4) as bot:
        beats = await discord.gateway.seen.reach(15, lambda frame: frame.what == "heartbeat")
        assert beats[-1].data == bot.shards[0]._parent.ws.sequence == 1
        assert discord.gateway.seen.all(_resumed) == []
        discord.gateway.acknowledges = False
        await discord.gateway.seen.reach(1, _resumed)
        discord.gateway.acknowledges = True
        assert text(await (await discord.slash("bigrun random")).answer())
        assert len(await discord.gateway.identified()) == 1


@pytest.mark.parametrize(("code", "sentence"), [(4004, LOGIN_REFUSED), (4014, INTENTS_REFUSED), (4013, "(code 4013)")])
async def test_what_is_hopeless_ends_in_one_sentence_without_a_second_try(
    discord: Discord, settings: Settings, code: int, sentence: str
) -> None:
    discord.gateway.close_next(code)
    with at(discord.address), pytest.raises(DiscordConnectionError) as raised:
        await run(create_bot(settings), TOKEN)
    assert sentence in str(raised.value)
    assert len(await discord.gateway.identified()) == 1


async def test_a_token_that_is_refused_later_ends_the_process_with_1_and_one_sentence(
    discord: Discord, tmp_path: Path
) -> None:
    process = await start(discord.address, tmp_path, extra={"BIGRUN_LOG_LEVEL": "WARNING"})
    await discord.gateway.ready()
    discord.gateway.close(4004)
    assert await end_of(process) == (1, f"{LOGIN_REFUSED}\n")
    assert len(await discord.gateway.identified()) == 1


@pytest.mark.parametrize("fault", [fault_injection.BANNED, fault_injection.MISSING_ACCESS])
async def test_a_discord_that_lets_nobody_in_is_one_sentence(
    discord: Discord, settings: Settings, fault: fault_injection.Fault
) -> None:
    discord.faults.always("me", lambda _: fault)
    with at(discord.address), pytest.raises(DiscordConnectionError, match=rf"\(HTTP {fault.status}\)"):
        await run(create_bot(settings), TOKEN)


async def test_a_discord_that_does_not_tell_its_gateway_is_one_sentence(discord: Discord, settings: Settings) -> None:
    discord.faults.always("gateway", partial(_same, fault_injection.BANNED))
    with at(discord.address), pytest.raises(DiscordConnectionError, match="where to connect"):
        await run(create_bot(settings), TOKEN)


async def test_of_two_overlapping_sessions_one_answers_and_the_other_lets_it_be(
    discord: Discord, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    other = replace(settings, state_location=tmp_path / "other.db")
    async with started(discord, settings) as old, started(discord, other, shards=2) as new:
        asked = [await discord.slash("bigrun random") for _ in range(20)]
        for one in asked:
            await one.answer()
        await ended(old)
        await ended(new)
        counts = old.dispatcher.counts + new.dispatcher.counts
    assert counts == {Outcome.ANSWERED: 20, Outcome.ALREADY_ANSWERED: 20}
    assert [len(one.messages) for one in asked] == [1] * 20
    assert complaints(caplog) == []


async def test_commands_that_cannot_be_sent_stop_nobody_and_are_sent_at_the_next_start(
    discord: Discord, settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.client.bot.SYNC_TIMEOUT_SECONDS", 0.5)
    for fault in (
        fault_injection.BROKEN,
        fault_injection.TOO_OFTEN,
        fault_injection.RESET,
        fault_injection.MISSING_ACCESS,
    ):
        discord.faults.always("commands", partial(_same, fault))
        async with started(discord, settings):
            assert text(await (await discord.slash("bigrun random")).answer())
        discord.gateway.sessions.clear()
    assert [record.getMessage().split(";")[1] for record in complaints(caplog)] == [
        " Discord still has the previous commands."
    ] * 4
    monkeypatch.undo()
    discord.faults.clear()
    async with started(discord, settings):
        assert {"bigrun", "Find examples like this", "Remove this answer"} <= set(discord.guilds.commands)


async def test_commands_that_changed_are_sent_again(
    discord: Discord, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_removal = tuple(cog for cog in EXTENSIONS if cog != "cogs.removal")
    for cogs, sent in ((EXTENSIONS, 1), (EXTENSIONS, 1), (without_removal, 2), (EXTENSIONS, 3)):
        monkeypatch.setattr("bot.client.bot.EXTENSIONS", cogs)
        async with started(discord, settings):
            assert len(discord.asked_for("commands")) == sent
        discord.gateway.sessions.clear()
