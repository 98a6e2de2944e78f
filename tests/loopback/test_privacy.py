"""What was asked privately is never shown to others, whichever requests of its answer fail."""

import time
from collections.abc import Iterator, Mapping
from unittest.mock import AsyncMock

import pytest

from bot.client.bot import TropeBot
from bot.render.texts import examples as texts
from tests.loopback import fault_injection as faults
from tests.loopback.conftest import Gate, drain, shared_bot, shared_discord
from tests.loopback.fault_injection import Fault
from tests.loopback.guilds import BEN
from tests.loopback.interactions import EPHEMERAL, SentInteraction
from tests.loopback.server import Discord, buttons, text

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("unlimited_bot")]
discord = shared_discord
bot = shared_bot

FAULTS = {
    "404": faults.UNKNOWN_MESSAGE,
    "404 of the webhook": faults.UNKNOWN_WEBHOOK,
    "404 of the interaction": faults.UNKNOWN_INTERACTION,
    "401": faults.INVALID_WEBHOOK_TOKEN,
    "403": faults.MISSING_ACCESS,
    "403, applied": Fault(403, 50001, "Missing Access", applied=True),
    **faults.PASSING,
}
FLOWS = ("hint", "hidden", "error", "copy")
REQUESTS = ("callback", "delete original", "edit original", "follow up")


@pytest.fixture
def unlimited_bot(bot: TropeBot, discord: Discord, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the bot defer soon, and limit nobody."""
    monkeypatch.setattr(bot.dispatcher, "_clock", lambda: time.time() + 2.2)
    monkeypatch.setattr(bot.rate_limiter, "_max_requests", 10**9)
    yield
    discord.faults.clear()


@pytest.fixture
def impatient_bot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the bot give up requests so soon that some of them fail by chance too."""
    monkeypatch.setattr("bot.interactions.response.MIN_SEND_SECONDS", 0.1)
    monkeypatch.setattr("bot.interactions.response.FOLLOWUP_TIMEOUT_SECONDS", 0.1)


async def ask(flow: str, discord: Discord, bot: TropeBot, failing: Mapping[str, Fault]) -> SentInteraction:
    """Ask for what is answered privately, after "thinking", while some requests fail. Wait until the bot gave up."""
    card = await (await discord.slash("bigrun medium", name="film")).answer()
    await drain(bot)
    for name, fault in failing.items():
        discord.faults.always(name, fault)
    tried = len({request.path for request in discord.requests_named("callback")})
    with pytest.MonkeyPatch.context() as patch:
        gate = Gate(bot.corpus.page if flow == "copy" else bot.corpus.search)
        patch.setattr(bot.corpus, "page" if flow == "copy" else "search", gate)
        match flow:
            case "hint":
                asked = await discord.slash("bigrun search", words="qqqqq")
            case "hidden":
                asked = await discord.slash("bigrun search", words="run", hidden=True)
            case "error":
                gate.function = AsyncMock(side_effect=ValueError)
                asked = await discord.slash("bigrun search", words="run")
            case _:
                asked = await discord.press(card, buttons(card)[texts.NEXT_PAGE()], BEN)
        await discord.callbacks_tried(tried + 1)
        gate.opened.set()
        await drain(bot)
    discord.faults.clear()
    assert texts.page_label(1, 3) in buttons(card)
    return asked


def shown_to_everyone(asked: SentInteraction) -> set[str]:
    """Return the texts of the public messages, without "thinking"."""
    return {text(message) for message in asked.messages if not message["flags"] & EPHEMERAL} - {""}


@pytest.mark.parametrize("flow", FLOWS)
async def test_a_slow_private_answer_is_private(discord: Discord, bot: TropeBot, flow: str) -> None:
    asked = await ask(flow, discord, bot, {})
    [message] = asked.messages
    assert message["flags"] & EPHEMERAL
    assert text(message)


@pytest.mark.parametrize("name", ["404", "403", "reset"])
async def test_thinking_that_stays_becomes_a_neutral_sentence(discord: Discord, bot: TropeBot, name: str) -> None:
    asked = await ask("hint", discord, bot, {"delete original": FAULTS[name]})
    [message] = asked.messages
    assert text(message) == texts.WITHHELD()


@pytest.mark.slow
@pytest.mark.usefixtures("impatient_bot")
@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("name", REQUESTS)
async def test_no_failing_request_shows_a_private_answer(discord: Discord, bot: TropeBot, flow: str, name: str) -> None:
    for fault in FAULTS.values():
        asked = await ask(flow, discord, bot, {name: fault})
        assert shown_to_everyone(asked) <= {texts.WITHHELD()}, fault


@pytest.mark.slow
@pytest.mark.usefixtures("impatient_bot")
@pytest.mark.parametrize("first", FAULTS)
async def test_no_two_failing_requests_show_a_private_answer(discord: Discord, bot: TropeBot, first: str) -> None:
    for pair in (("delete original", "edit original"), ("callback", "delete original")):
        for second in FAULTS.values():
            asked = await ask("hint", discord, bot, dict(zip(pair, (FAULTS[first], second), strict=True)))
            assert shown_to_everyone(asked) <= {texts.WITHHELD()}, (pair, second)
