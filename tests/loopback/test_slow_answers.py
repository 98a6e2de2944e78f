"""Slow answers: "thinking" in time, then the answer in its place."""

from typing import Any
from unittest.mock import AsyncMock

import pytest

from bot.client.bot import TropeBot
from bot.database.connections import READ_CONNECTIONS
from bot.interactions.record import Outcome
from bot.render.texts import examples as texts
from tests.database.test_read_pool import ENDLESS
from tests.loopback import fault_injection as faults
from tests.loopback.conftest import Gate, drain, logged_warnings
from tests.loopback.interactions import DEFERRED, DEFERRED_UPDATE, EPHEMERAL, LOADING, SentInteraction
from tests.loopback.interactions import FIRST_ANSWER_SECONDS as DEADLINE
from tests.loopback.server import Discord, buttons, text

pytestmark = pytest.mark.slow

APOLOGY = texts.unexpected_error("").split("**", maxsplit=1)[0]


@pytest.fixture
def draw(late_bot: TropeBot, monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate(late_bot.services.shuffler.draw)
    monkeypatch.setattr(late_bot.services.shuffler, "draw", gate)
    return gate


async def kind_in_time(asked: SentInteraction) -> int:
    """Return the type of the first answer, and check that it came in time."""
    kind, _, delay = await asked.first_answer()
    assert delay < DEADLINE
    return kind


async def ask_slowly(discord: Discord, *, private: bool = False) -> SentInteraction:
    """Ask for an example, and wait for "thinking"."""
    asked = await discord.slash("bigrun random", private=private)
    assert await kind_in_time(asked) == DEFERRED
    return asked


@pytest.mark.parametrize("private", [False, True])
async def test_the_answer_is_as_private_as_thinking(discord: Discord, bot: TropeBot, draw: Gate, private: bool) -> None:
    asked = await ask_slowly(discord, private=private)
    visibility = EPHEMERAL if private else 0
    assert asked.messages[0]["flags"] & (LOADING | EPHEMERAL) == LOADING | visibility
    draw.opened.set()
    assert "Big Heroic Run" in text(await asked.answer())
    await drain(bot)
    [shown] = asked.messages
    assert shown["flags"] & (LOADING | EPHEMERAL) == visibility
    assert bot.dispatcher.counts == {Outcome.DEFERRED: 1}


@pytest.mark.parametrize("seconds", [-3600.0, -5.0, 5.0, 3600.0])
async def test_a_wrong_clock_costs_no_answer(
    discord: Discord, bot: TropeBot, draw: Gate, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    monkeypatch.setattr("bot.interactions.response.DEFER_AFTER_SECONDS", 0.1)
    monkeypatch.setattr(bot.dispatcher, "_clock", lambda: discord.clock() + seconds)
    asked = await ask_slowly(discord)
    draw.opened.set()
    assert text(await asked.answer())


async def test_a_hint_after_public_thinking_is_private(
    discord: Discord, late_bot: TropeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = Gate(late_bot.corpus.search)
    monkeypatch.setattr(late_bot.corpus, "search", search)
    asked = await discord.slash("bigrun search", words="qqqqq")
    assert await kind_in_time(asked) == DEFERRED
    assert not asked.messages[0]["flags"] & EPHEMERAL
    search.opened.set()
    hint = await asked.answer()
    await drain(late_bot)
    assert hint["flags"] & EPHEMERAL
    assert asked.messages == [hint]
    assert len(discord.requests_named("delete original")) == 1


async def test_a_list_stays_until_its_next_page_is_ready(
    discord: Discord, late_bot: TropeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await (await discord.slash("bigrun medium", name="film")).answer()
    page = Gate(late_bot.corpus.page)
    monkeypatch.setattr(late_bot.corpus, "page", page)
    turned = await discord.press(card, buttons(card)[texts.NEXT_PAGE()])
    assert await kind_in_time(turned) == DEFERRED_UPDATE
    assert texts.page_label(1, 3) in buttons(card)
    page.opened.set()
    assert texts.page_label(2, 3) in buttons(await turned.answer())
    await drain(late_bot)
    assert turned.messages == []


async def test_a_slow_button_sends_its_card(discord: Discord, bot: TropeBot, draw: Gate) -> None:
    draw.opened.set()
    card = await (await discord.slash("bigrun random")).answer()
    draw.opened.clear()
    another = await discord.press(card, buttons(card)[texts.ANOTHER_EXAMPLE()])
    assert await kind_in_time(another) == DEFERRED_UPDATE
    draw.opened.set()
    assert (await another.answer())["id"] != card["id"]
    await drain(bot)
    assert len(another.messages) == 1


@pytest.mark.parametrize("name", ["reset, applied", "hang", "500", "429 from Cloudflare"])
async def test_thinking_survives_passing_faults(discord: Discord, bot: TropeBot, draw: Gate, name: str) -> None:
    discord.faults.next("callback", faults.PASSING[name])
    asked = await ask_slowly(discord)
    discord.faults.next("edit original", faults.RESET)
    draw.opened.set()
    await asked.answer()
    await drain(bot)
    assert len(asked.messages) == 1


async def test_late_thinking_is_one_log_line(
    discord: Discord, bot: TropeBot, draw: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    discord.faults.next("callback", faults.UNKNOWN_INTERACTION)
    asked = await discord.slash("bigrun random")
    await discord.callbacks_tried(1)
    draw.opened.set()
    await drain(bot)
    assert bot.dispatcher.counts == {Outcome.EXPIRED: 1}
    assert len(logged_warnings(caplog)) == 1
    assert [request.name for request in discord.requests if asked.token in request.path] == ["callback"]


async def test_lost_thinking_is_noticed_by_the_answer(
    discord: Discord, bot: TropeBot, draw: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    discord.faults.next("callback", faults.RESET, faults.RESET)
    asked = await discord.slash("bigrun random")
    await discord.requests.wait_for(2, lambda request: request.name == "callback")
    draw.opened.set()
    await drain(bot)
    assert bot.dispatcher.counts == {Outcome.FAILED: 1}
    [record] = logged_warnings(caplog)
    assert record.getMessage() == f"Interaction {asked.id} could not be answered: HTTP 404, code 10015."


async def test_an_error_after_thinking_is_private(discord: Discord, bot: TropeBot, draw: Gate) -> None:
    asked = await ask_slowly(discord)
    draw.function = AsyncMock(side_effect=ValueError)
    draw.opened.set()
    apology = await asked.answer()
    assert apology["flags"] & EPHEMERAL
    assert text(apology).startswith(APOLOGY)
    await drain(bot)
    assert asked.messages == [apology]


async def test_an_answer_after_fifteen_minutes_is_one_log_line(
    discord: Discord, bot: TropeBot, draw: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await ask_slowly(discord)
    discord.clock.skipped += 16 * 60
    draw.opened.set()
    await drain(bot)
    [record] = logged_warnings(caplog)
    assert record.getMessage() == f"Interaction {asked.id} could not be answered: HTTP 401, code 50027."
    assert record.exc_info is None
    assert bot.dispatcher.counts == {Outcome.FAILED: 1}


async def test_an_endless_command_is_stopped_and_answered(
    discord: Discord, draw: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.interactions.response.HANDLER_TIMEOUT_SECONDS", 0.3)
    asked = await discord.slash("bigrun random")
    assert text(await asked.answer()).startswith(APOLOGY)


async def test_slow_autocomplete_offers_nothing(
    discord: Discord, late_bot: TropeBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(late_bot.corpus, "suggest_works", Gate(late_bot.corpus.suggest_works))
    _, data, delay = await (await discord.type("bigrun work", "title", title="forr")).first_answer()
    assert data == {"choices": []}
    assert delay < DEADLINE
    await drain(late_bot)
    assert [record.exc_info for record in logged_warnings(caplog)] == [None]


async def test_endless_queries_are_stopped_and_block_nobody(
    discord: Discord, late_bot: TropeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def type_titles() -> list[Any]:
        typed = [await discord.type("bigrun work", "title", title="forr") for _ in range(READ_CONNECTIONS + 1)]
        answers = [await asked.first_answer() for asked in typed]
        assert all(delay < DEADLINE for _, _, delay in answers)
        return [data["choices"] for _, data, _ in answers]

    fetch_all = late_bot.corpus._fetch_all
    with monkeypatch.context() as patch:
        patch.setattr(late_bot.corpus, "suggest_works", lambda *_: fetch_all(ENDLESS))
        assert await type_titles() == [[]] * (READ_CONNECTIONS + 1)
    await drain(late_bot)
    assert {choices[0]["name"] for choices in await type_titles()} == {"Forrest Gump"}
