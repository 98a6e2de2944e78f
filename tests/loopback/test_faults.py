"""First answers that fail: retried in time, seen once by the member, and finally given up."""

import asyncio
import logging
from dataclasses import replace

import pytest

from bot.client.bot import TropeBot
from bot.interactions.record import Outcome
from bot.render.texts import examples as texts
from tests.loopback import fault_injection as faults
from tests.loopback.conftest import Gate, drain, logged_warnings
from tests.loopback.fault_injection import PASSING, Fault
from tests.loopback.guilds import pressed
from tests.loopback.interactions import CHOICES, COMMAND, COMPONENT, DEFERRED, TYPING
from tests.loopback.server import Discord, buttons, text

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("late_bot")]


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
async def test_members_do_not_notice_a_passing_fault(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    discord.faults.next("callback", fault)
    asked = await discord.slash("bigrun random")
    assert "Big Heroic Run" in text(await asked.answer())
    await drain(bot)
    assert len(asked.messages) == 1
    assert logged_warnings(caplog) == []
    assert bot.dispatcher.counts.total() == 1


@pytest.mark.parametrize("name", ["500", "reset, applied", "hang"])
async def test_buttons_and_autocomplete_survive_a_passing_fault(discord: Discord, bot: TropeBot, name: str) -> None:
    card = await (await discord.slash("bigrun medium", name="film")).answer()
    discord.faults.next("callback", PASSING[name])
    turned = await discord.press(card, buttons(card)[texts.NEXT_PAGE()])
    await turned.answer()
    await drain(bot)
    discord.faults.next("callback", PASSING[name])
    typed = await discord.type("bigrun medium", "name", name="fil")
    kind, data, _ = await typed.first_answer()
    assert kind == CHOICES
    assert data["choices"]
    await drain(bot)
    assert turned.messages == typed.messages == []


async def test_an_already_answered_interaction_is_left_alone(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    discord.faults.next("callback", faults.ALREADY_ACKNOWLEDGED)
    asked = await discord.slash("bigrun random")
    await discord.callbacks_tried(1)
    await drain(bot)
    assert bot.dispatcher.counts == {Outcome.ALREADY_ANSWERED: 1}
    assert asked.messages == []
    assert logged_warnings(caplog) == []


async def test_an_expired_interaction_is_one_log_line(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    discord.faults.always("callback", faults.UNKNOWN_INTERACTION)
    asked = await discord.slash("bigrun random")
    typed = await discord.type("bigrun medium", "name", name="fil")
    await discord.callbacks_tried(2)
    await drain(bot)
    assert bot.dispatcher.counts == {Outcome.EXPIRED: 2}
    assert {record.getMessage() for record in logged_warnings(caplog)} == {
        f"Interaction {one.id} expired before it could be answered." for one in (asked, typed)
    }
    assert not any(record.exc_info for record in caplog.records if record.levelno >= logging.WARNING)


@pytest.mark.parametrize("name", ["500", "429", "reset", "hang", "429 from Cloudflare"])
async def test_a_lasting_fault_is_one_log_line(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    discord.faults.always("callback", PASSING[name])
    await discord.slash("bigrun random")
    await discord.callbacks_tried(1)
    await drain(bot)
    assert bot.dispatcher.counts == {Outcome.FAILED: 1}
    [record] = logged_warnings(caplog)
    assert "could not be answered" in record.getMessage()
    assert record.exc_info is None


async def test_a_refused_answer_is_an_error_with_a_code(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    discord.faults.next("callback", faults.INVALID_FORM)
    apology = text(await (await discord.slash("bigrun random")).answer())
    error_id = apology.split("**")[1]
    assert apology == texts.unexpected_error(error_id)
    assert any(error_id in record.getMessage() and record.exc_info for record in caplog.records)


async def test_a_refused_apology_is_not_sent_again(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    discord.faults.always("callback", faults.INVALID_FORM)
    for asked in (
        discord.make(COMMAND, discord.guilds.slash("bigrun random", {})),
        discord.make(COMPONENT, pressed("b1:r:::::0:", 2, None)),
        discord.make(TYPING, discord.guilds.slash("bigrun medium", {"name": "fil"}, "name")),
    ):
        caplog.clear()
        before = len(discord.requests_named("callback"))
        await discord.deliver(asked)
        await discord.requests.wait_for(before + 2, lambda request: request.name == "callback")
        await drain(bot)
        assert len(discord.requests_named("callback")) == before + 2
        [error] = [record for record in logged_warnings(caplog) if record.levelno == logging.ERROR]
        assert f"Interaction {asked.id}" in error.getMessage()


@pytest.mark.parametrize("from_discord", [True, False])
async def test_a_rate_limited_first_answer_waits_as_it_is_told(
    discord: Discord, bot: TropeBot, monkeypatch: pytest.MonkeyPatch, *, from_discord: bool
) -> None:
    waits: list[float] = []
    sleep = asyncio.sleep

    async def note_wait(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr("bot.interactions.response.asyncio.sleep", note_wait)
    discord.faults.next("callback", replace(faults.RATE_LIMIT, retry_after=0.25, from_discord=from_discord))
    assert text(await (await discord.slash("bigrun random")).answer())
    assert [wait for wait in waits if wait] == [0.25]


async def test_an_answer_limited_for_too_long_is_given_up(discord: Discord, bot: TropeBot) -> None:
    discord.faults.next("callback", replace(faults.RATE_LIMIT, retry_after=5.0))
    await discord.slash("bigrun random")
    await discord.callbacks_tried(1)
    await drain(bot)
    assert bot.dispatcher.counts == {Outcome.FAILED: 1}
    assert len(discord.requests_named("callback")) == 1


async def test_no_first_answer_asks_for_the_message(
    discord: Discord, bot: TropeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await (await discord.slash("bigrun medium", name="film")).answer()
    gate = Gate(bot.services.shuffler.draw)
    monkeypatch.setattr(bot.services.shuffler, "draw", gate)
    slow = await discord.slash("bigrun random")
    assert (await slow.first_answer())[0] == DEFERRED
    gate.opened.set()
    assert text(await slow.answer())
    await (await discord.press(card, buttons(card)[texts.NEXT_PAGE()])).answer()
    callbacks = discord.requests_named("callback")
    assert len(callbacks) == 3
    assert {request.query["with_response"] for request in callbacks} == {"false"}


async def test_a_broken_body_of_a_late_answer_is_no_bug(
    discord: Discord, bot: TropeBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate(bot.services.shuffler.draw)
    monkeypatch.setattr(bot.services.shuffler, "draw", gate)
    slow = await discord.slash("bigrun random")
    await slow.first_answer()
    discord.faults.next("edit original", faults.BROKEN_BODY)
    gate.opened.set()
    assert text(await slow.answer())
    await drain(bot)
    assert bot.dispatcher.counts == {Outcome.DEFERRED: 1}
    assert logged_warnings(caplog) == []
