"""What is said in the log of each interaction: one line, with what was asked, what became of it, and when."""

import json
import logging
from typing import Any

import pytest

from bot.client.bot import TropeBot
from bot.components.custom_ids import SettingAction, SettingRequest
from bot.interactions.record import Outcome
from bot.logs import JsonFormatter
from tests.loopback import fault_injection
from tests.loopback.conftest import Gate, ended
from tests.loopback.interactions import COMMAND
from tests.loopback.server import Discord, buttons

WORDS = "mines of moria"


@pytest.fixture(autouse=True)
def all_is_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="bot")


def _lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    records = [record for record in caplog.records if record.name == "bot.interactions.record"]
    assert all(record.levelno == logging.INFO for record in records)
    return [json.loads(JsonFormatter().format(record)) for record in records]


def _brief(line: dict[str, Any]) -> tuple[str, ...]:
    return line["kind"], line["command"], line["outcome"]


async def test_each_interaction_is_one_line_with_its_command_or_press_and_no_word_of_a_member(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await discord.slash("bigrun search", words=WORDS)
    card = await asked.answer()
    await (await discord.press(card, "nonsense: " + WORDS)).answer()
    await (await discord.press(card, SettingRequest(SettingAction.MEMBER_PRIVATE, "yes").custom_id)).answer()
    await (await discord.type("bigrun search", "words", words=WORDS)).first_answer()
    listing = await (await discord.slash("bigrun medium", name="film")).answer()
    await (await discord.press(listing, buttons(listing)["Next ▸"])).answer()
    await ended(bot)
    lines = _lines(caplog)
    assert sorted(map(_brief, lines)) == [
        ("autocomplete", "bigrun search", "answered"),
        ("command", "bigrun medium", "answered"),
        ("command", "bigrun search", "answered"),
        ("component", "medium", "answered"),
        ("component", "member_private", "answered"),
        ("component", "unknown", "answered"),
    ]
    assert lines[0]["interaction_id"] == str(asked.id)
    assert all(0 <= line["duration_ms"] < 3000 for line in lines)
    assert not [line for line in lines if "moria" in json.dumps(line)]


async def test_the_line_says_what_went_wrong_on_the_way(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    discord.faults.next("callback", fault_injection.INVALID_FORM)
    await (await discord.slash("bigrun random")).answer()
    await ended(bot)
    [line] = _lines(caplog)
    assert (*_brief(line), line["error_type"]) == ("command", "bigrun random", "answered", "HTTPException")


async def test_one_that_is_delivered_twice_is_said_twice(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    asked = discord.make(COMMAND, discord.guilds.slash("bigrun random", {}))
    await discord.deliver(asked, times=2)
    await asked.answer()
    await ended(bot)
    assert sorted(line["outcome"] for line in _lines(caplog)) == ["answered", "duplicate"]


async def test_one_whose_thinking_comes_too_late_is_counted(
    discord: Discord, hurried: TropeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(hurried.corpus.overview)
    monkeypatch.setattr(hurried.corpus, "overview", gate)
    discord.faults.always("callback", lambda _: fault_injection.TOO_LATE)
    await discord.slash("bigrun about")
    await discord.requests.reach(1, lambda request: request.name == "callback")
    gate.opened.set()
    await ended(hurried)
    assert hurried.dispatcher.counts == {Outcome.EXPIRED: 1}
