"""Each interaction is one log line: what was asked, its outcome, and how long it took."""

import json
import logging
from typing import Any

import pytest

from bot.cli.logs import JsonFormatter
from bot.client.bot import TropeBot
from bot.components.custom_ids import SettingAction, SettingRequest
from bot.components.saved_ids import SavedAction, SavedRequest
from bot.render.texts import examples as texts
from tests.loopback import fault_injection as faults
from tests.loopback.conftest import drain
from tests.loopback.server import Discord, buttons

WORDS = "mines of moria"


@pytest.fixture(autouse=True)
def log_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="bot")


def _lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    records = [record for record in caplog.records if record.name == "bot.interactions.record"]
    assert all(record.levelno == logging.INFO for record in records)
    return [json.loads(JsonFormatter().format(record)) for record in records]


def _summary(line: dict[str, Any]) -> tuple[str, ...]:
    return line["kind"], line["command"], line["outcome"]


async def test_an_interaction_is_logged_without_what_was_typed(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await discord.slash("bigrun search", words=WORDS)
    card = await asked.answer()
    await discord.deliver(asked)
    await (await discord.press(card, "nonsense: " + WORDS)).answer()
    await (await discord.press(card, SettingRequest(SettingAction.MEMBER_PRIVATE, "yes").custom_id)).answer()
    await (await discord.press(card, SavedRequest(SavedAction.PAGE, "1").custom_id)).answer()
    await (await discord.type("bigrun search", "words", words=WORDS)).first_answer()
    listing = await (await discord.slash("bigrun medium", name="film")).answer()
    await (await discord.press(listing, buttons(listing)[texts.NEXT_PAGE()])).answer()
    await drain(bot)
    lines = _lines(caplog)
    assert sorted(map(_summary, lines)) == [
        ("autocomplete", "bigrun search", "answered"),
        ("command", "bigrun medium", "answered"),
        ("command", "bigrun search", "answered"),
        ("command", "bigrun search", "duplicate"),
        ("component", "medium", "answered"),
        ("component", "member_private", "answered"),
        ("component", "page", "answered"),
        ("component", "unknown", "answered"),
    ]
    assert lines[0]["interaction_id"] == str(asked.id)
    assert all(0 <= line["duration_ms"] < 3000 for line in lines)
    assert not [line for line in lines if "moria" in json.dumps(line)]


async def test_a_log_line_names_the_error(discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture) -> None:
    discord.faults.next("callback", faults.INVALID_FORM)
    await (await discord.slash("bigrun random")).answer()
    await drain(bot)
    [line] = _lines(caplog)
    assert (*_summary(line), line["error_type"]) == ("command", "bigrun random", "answered", "HTTPException")
