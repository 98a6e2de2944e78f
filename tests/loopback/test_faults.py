"""A first answer that goes wrong on the way: tried again in time, once for the member, and quietly given up."""

import logging

import pytest

from bot.client.bot import TropeBot
from bot.interactions.record import Outcome
from tests.loopback import fault_injection
from tests.loopback.conftest import complaints, ended
from tests.loopback.fault_injection import Fault
from tests.loopback.interactions import CHOICES
from tests.loopback.server import Discord, buttons, text

PASSING = {
    "500": fault_injection.BROKEN,
    "500 after it landed": fault_injection.BROKEN_BUT_LANDED,
    "429 with Via": fault_injection.TOO_OFTEN,
    "429 with Via, over all routes": fault_injection.TOO_OFTEN_EVERYWHERE,
    "429 without Via": fault_injection.BANNED,
    "reset": fault_injection.RESET,
    "reset after it landed": fault_injection.RESET_BUT_LANDED,
    "hang": fault_injection.HANG,
    "hang after it landed": fault_injection.HANG_BUT_LANDED,
}


pytestmark = pytest.mark.usefixtures("hurried")


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
async def test_a_passing_fault_of_the_first_answer_is_not_seen_by_the_member(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    discord.faults.next("callback", fault)
    asked = await discord.slash("bigrun random")
    assert "Big Heroic Run" in text(await asked.answer())
    await ended(bot)
    assert len(asked.messages) == 1
    assert complaints(caplog) == []
    assert sum(bot.dispatcher.counts.values()) == 1


@pytest.mark.parametrize("fault", [fault_injection.BROKEN, fault_injection.RESET_BUT_LANDED, fault_injection.HANG])
async def test_neither_is_one_of_a_press_or_of_choices(discord: Discord, bot: TropeBot, fault: Fault) -> None:
    card = await (await discord.slash("bigrun medium", name="film")).answer()
    discord.faults.next("callback", fault)
    turned = await discord.press(card, buttons(card)["Next ▸"])
    await turned.answer()
    await ended(bot)
    discord.faults.next("callback", fault)
    typed = await discord.type("bigrun medium", "name", name="fil")
    kind, data, _ = await typed.first_answer()
    assert kind == CHOICES
    assert data["choices"]
    await ended(bot)
    assert turned.messages == typed.messages == []


async def test_what_was_answered_already_is_left_at_that(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    discord.faults.next("callback", fault_injection.ALREADY)
    asked = await discord.slash("bigrun random")
    await discord.requests.reach(1, lambda request: request.name == "callback")
    await ended(bot)
    assert bot.dispatcher.counts == {Outcome.ALREADY_ANSWERED: 1}
    assert asked.messages == []
    assert complaints(caplog) == []


async def test_what_is_too_late_is_counted_and_said_in_one_line(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    discord.faults.next("callback", fault_injection.TOO_LATE, fault_injection.TOO_LATE)
    asked = await discord.slash("bigrun random")
    typed = await discord.type("bigrun medium", "name", name="fil")
    await discord.requests.reach(2, lambda request: request.name == "callback")
    await ended(bot)
    assert bot.dispatcher.counts == {Outcome.EXPIRED: 2}
    assert {record.getMessage() for record in complaints(caplog)} == {
        f"Interaction {one.id} expired before it could be answered." for one in (asked, typed)
    }
    assert not any(record.exc_info for record in caplog.records if record.levelno >= logging.WARNING)


@pytest.mark.parametrize(
    "fault",
    [
        fault_injection.BROKEN,
        fault_injection.TOO_OFTEN,
        fault_injection.RESET,
        fault_injection.HANG,
        fault_injection.BANNED,
    ],
)
async def test_a_lasting_fault_is_given_up_at_the_deadline_and_said_in_one_line(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    discord.faults.always("callback", lambda _: fault)
    await discord.slash("bigrun random")
    await discord.requests.reach(1, lambda request: request.name == "callback")
    await ended(bot)
    assert bot.dispatcher.counts == {Outcome.FAILED: 1}
    [record] = complaints(caplog)
    assert "could not be answered" in record.getMessage()
    assert record.exc_info is None


async def test_what_discord_does_not_want_is_an_error_that_is_answered(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    discord.faults.next("callback", fault_injection.INVALID_FORM)
    asked = await discord.slash("bigrun random")
    assert text(await asked.answer()).startswith("Sorry, something went wrong.")
    mark = text(await asked.answer()).split("**")[1]
    assert any(mark in record.getMessage() and record.exc_info for record in caplog.records)
