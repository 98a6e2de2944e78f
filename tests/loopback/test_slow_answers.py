"""Answers that take long: "thinking" in time, and the answer where the member waits for it."""

import asyncio
from typing import Any

import pytest

from bot.client.bot import TropeBot
from bot.database.connections import READ_CONNECTIONS
from bot.interactions.record import Outcome
from tests.database.test_read_pool import ENDLESS
from tests.loopback import fault_injection
from tests.loopback.conftest import Gate, complaints, ended
from tests.loopback.interactions import DEFERRED, DEFERRED_UPDATE, EPHEMERAL, FIRST_ANSWER, LOADING, SentInteraction
from tests.loopback.server import Discord, buttons, text


@pytest.fixture
def draw(hurried: TropeBot, monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate(hurried.services.shuffler.draw)
    monkeypatch.setattr(hurried.services.shuffler, "draw", gate)
    return gate


@pytest.fixture
def listing(hurried: TropeBot, monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate(hurried.corpus.page)
    monkeypatch.setattr(hurried.corpus, "page", gate)
    return gate


async def thought_about(asked: SentInteraction) -> int:
    kind, _, delay = await asked.first_answer()
    assert delay < FIRST_ANSWER
    return kind


@pytest.mark.parametrize("private", [False, True])
async def test_the_answer_takes_the_place_of_thinking_for_the_same_people(
    discord: Discord, bot: TropeBot, draw: Gate, private: bool
) -> None:
    asked = await discord.slash("bigrun random", private=private)
    assert await thought_about(asked) == DEFERRED
    assert asked.messages[0]["flags"] & (LOADING | EPHEMERAL) == LOADING | (EPHEMERAL if private else 0)
    draw.opened.set()
    assert "Big Heroic Run" in text(await asked.answer())
    await ended(bot)
    [shown] = asked.messages
    assert shown["flags"] & (LOADING | EPHEMERAL) == (EPHEMERAL if private else 0)
    assert bot.dispatcher.counts == {Outcome.DEFERRED: 1}


@pytest.mark.parametrize("wrong", [-3600.0, -5.0, 5.0, 3600.0])
async def test_a_clock_that_is_wrong_costs_no_answer(
    discord: Discord, bot: TropeBot, draw: Gate, monkeypatch: pytest.MonkeyPatch, wrong: float
) -> None:
    monkeypatch.setattr("bot.interactions.response.DEFER_AFTER_SECONDS", 0.1)
    monkeypatch.setattr(bot.dispatcher, "_clock", lambda: discord.clock() + wrong)
    asked = await discord.slash("bigrun random")
    assert await thought_about(asked) == DEFERRED
    draw.opened.set()
    assert text(await asked.answer())


async def test_a_hint_is_private_even_where_thinking_was_not(
    discord: Discord, hurried: TropeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = Gate(hurried.corpus.search)
    monkeypatch.setattr(hurried.corpus, "search", search)
    asked = await discord.slash("bigrun search", words="qqqqq")
    assert await thought_about(asked) == DEFERRED
    assert not asked.messages[0]["flags"] & EPHEMERAL
    search.opened.set()
    hint = await asked.answer()
    await ended(hurried)
    assert hint["flags"] & EPHEMERAL
    assert asked.messages == [hint]
    assert len(discord.asked_for("delete original")) == 1


async def test_a_card_that_is_turned_slowly_stays_until_it_is_turned(
    discord: Discord, bot: TropeBot, listing: Gate
) -> None:
    listing.opened.set()
    card = await (await discord.slash("bigrun medium", name="film")).answer()
    listing.opened.clear()
    turned = await discord.press(card, buttons(card)["Next ▸"])
    assert await thought_about(turned) == DEFERRED_UPDATE
    assert "Page 1 of 3" in buttons(card)
    listing.opened.set()
    assert "Page 2 of 3" in buttons(await turned.answer())
    await ended(bot)
    assert turned.messages == []


async def test_a_press_that_brings_a_card_slowly_brings_it_all_the_same(
    discord: Discord, bot: TropeBot, draw: Gate
) -> None:
    draw.opened.set()
    card = await (await discord.slash("bigrun random")).answer()
    draw.opened.clear()
    another = await discord.press(card, buttons(card)["Another"])
    assert await thought_about(another) == DEFERRED_UPDATE
    draw.opened.set()
    assert (await another.answer())["id"] != card["id"]
    await ended(bot)
    assert len(another.messages) == 1


@pytest.mark.parametrize(
    "fault", [fault_injection.RESET_BUT_LANDED, fault_injection.HANG, fault_injection.BROKEN, fault_injection.BANNED]
)
async def test_thinking_survives_passing_faults_too(
    discord: Discord, bot: TropeBot, draw: Gate, fault: fault_injection.Fault
) -> None:
    discord.faults.next("callback", fault)
    asked = await discord.slash("bigrun random")
    assert await thought_about(asked) == DEFERRED
    discord.faults.next("edit original", fault_injection.RESET)
    draw.opened.set()
    await asked.answer()
    await ended(bot)
    assert len(asked.messages) == 1


async def test_thinking_that_is_too_late_ends_it_in_one_line(
    discord: Discord, bot: TropeBot, draw: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    discord.faults.next("callback", fault_injection.TOO_LATE)
    asked = await discord.slash("bigrun random")
    await discord.tried(1)
    draw.opened.set()
    await ended(bot)
    assert bot.dispatcher.counts == {Outcome.EXPIRED: 1}
    assert len(complaints(caplog)) == 1
    assert [request.name for request in discord.requests if asked.token in request.path] == ["callback"]


async def test_thinking_that_nobody_heard_of_is_found_out_by_the_answer(
    discord: Discord, bot: TropeBot, draw: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    discord.faults.next("callback", fault_injection.RESET, fault_injection.RESET)
    asked = await discord.slash("bigrun random")
    await discord.requests.reach(2, lambda request: request.name == "callback")
    draw.opened.set()
    await ended(bot)
    assert bot.dispatcher.counts == {Outcome.FAILED: 1}
    [record] = complaints(caplog)
    assert record.getMessage() == f"Interaction {asked.id} could not be answered: HTTP 404, code 10015."


async def test_an_error_after_thinking_is_told_to_the_member_alone(
    discord: Discord, bot: TropeBot, draw: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await discord.slash("bigrun random")
    await thought_about(asked)
    draw._real = _broken
    draw.opened.set()
    sorry = await asked.answer()
    assert sorry["flags"] & EPHEMERAL
    assert text(sorry).startswith("Sorry, something went wrong.")
    await ended(bot)
    assert asked.messages == [sorry]


async def _broken(*_: object) -> None:
    raise ValueError


async def test_an_answer_after_fifteen_minutes_is_one_line_in_the_log(
    discord: Discord, bot: TropeBot, draw: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await discord.slash("bigrun random")
    await thought_about(asked)
    discord.clock.ahead += 16 * 60
    draw.opened.set()
    await ended(bot)
    [record] = complaints(caplog)
    assert record.getMessage() == f"Interaction {asked.id} could not be answered: HTTP 401, code 50027."
    assert record.exc_info is None
    assert bot.dispatcher.counts == {Outcome.FAILED: 1}


async def test_a_command_that_never_ends_is_ended_and_answered(
    discord: Discord, hurried: TropeBot, draw: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.interactions.response.HANDLER_TIMEOUT_SECONDS", 0.3)
    asked = await discord.slash("bigrun random")
    assert text(await asked.answer()).startswith("Sorry, something went wrong.")


async def test_choices_that_take_too_long_are_none(
    discord: Discord, hurried: TropeBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(hurried.corpus, "suggest_works", Gate(hurried.corpus.suggest_works))
    typed = await discord.type("bigrun work", "title", title="forr")
    _, data, delay = await typed.first_answer()
    assert data == {"choices": []}
    assert delay < FIRST_ANSWER
    await asyncio.wait_for(ended(hurried), FIRST_ANSWER)
    assert [record.exc_info for record in complaints(caplog)] == [None]


async def test_queries_that_never_end_are_stopped_with_their_commands_and_the_next_is_answered(
    discord: Discord, hurried: TropeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = hurried.corpus._fetch_all

    async def endless(*_: object) -> list[Any]:
        return await read(ENDLESS)

    with monkeypatch.context() as patched:
        patched.setattr(hurried.corpus, "suggest_works", endless)
        typed = [await discord.type("bigrun work", "title", title="forr") for _ in range(READ_CONNECTIONS + 1)]
        for one in typed:
            _, data, delay = await one.first_answer()
            assert data == {"choices": []}
            assert delay < FIRST_ANSWER
    await ended(hurried)
    typed = [await discord.type("bigrun work", "title", title="forr") for _ in range(READ_CONNECTIONS + 1)]
    for one in typed:
        _, data, _ = await one.first_answer()
        assert data["choices"][0]["name"] == "Forrest Gump"
