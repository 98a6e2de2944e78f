"""What nobody expects: things of older versions, errors, nonsense, and everything twice."""

from typing import Any

import pytest

from bot.client.bot import TropeBot
from bot.interactions.dispatcher import MAX_SEEN_INTERACTIONS
from bot.interactions.record import Outcome
from tests.loopback.conftest import complaints, ended
from tests.loopback.guilds import pressed
from tests.loopback.interactions import COMMAND, COMPONENT, EPHEMERAL, SUBMIT, TYPING
from tests.loopback.server import Discord, buttons, text


async def test_commands_menus_buttons_and_forms_of_other_versions_are_answered(discord: Discord, bot: TropeBot) -> None:
    card = await (await discord.slash("bigrun random")).answer()
    old = [
        await discord.slash("bigrun fly"),
        await discord.slash("walk"),
        await discord.slash("bigrun"),
        await discord.use_menu("Find your keys", card),
        await discord.press(card, "b99:whatever"),
        await discord.press(card, "someone-else", values=["what"]),
        await discord.submit("b0:old", {"page": "1"}),
    ]
    for asked in old:
        answer = await asked.answer()
        assert "older version" in text(answer)
        assert answer["flags"] & EPHEMERAL


async def test_choices_of_other_versions_and_errors_while_choosing_are_no_choices(
    discord: Discord, bot: TropeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(bot.corpus, "suggest_works", broken)
    typed = [
        await discord.type("bigrun work", "title", title="forr"),
        await discord.type("bigrun work", "colour", colour="blue"),
        await discord.type("bigrun fly", "to", to="home"),
        await discord.send(TYPING, discord.guilds.slash("bigrun work", {"title": "nothing is focused"})),
    ]
    for asked in typed:
        _, data, _ = await asked.first_answer()
        assert data == {"choices": []}


async def test_an_error_is_one_kind_sentence_with_a_mark_that_the_log_has_too(
    discord: Discord, bot: TropeBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ValueError("the inside of the bot")

    card = await (await discord.slash("bigrun random")).answer()
    monkeypatch.setattr(bot.services.shuffler, "draw", broken)
    for asked in (await discord.slash("bigrun random"), await discord.press(card, buttons(card)["Another"])):
        answer = await asked.answer()
        assert answer["flags"] & EPHEMERAL
        assert "inside" not in text(answer)
        mark = text(answer).split("**")[1]
        assert [record.exc_info is not None for record in complaints(caplog) if mark in record.getMessage()] == [True]


NONSENSE: list[tuple[int, Any]] = [
    (COMMAND, {"id": "1", "name": "bigrun", "type": 1, "options": [{"name": "random", "type": 1, "options": "what"}]}),
    (COMMAND, {"id": "1", "name": "bigrun", "type": 1, "options": [{"name": "show", "type": 1, "options": [{}]}]}),
    (COMMAND, {"id": "1", "name": "bigrun", "type": 7}),
    (COMMAND, {"id": "1", "name": "Find examples like this", "type": 3, "target_id": "5", "resolved": {}}),
    (COMPONENT, {"custom_id": "b1:r:::::0:", "component_type": 99}),
    (COMPONENT, {"custom_id": "b1:o:::::0:", "component_type": 3, "values": [None, 5]}),
    (SUBMIT, {"custom_id": "b1:m::film::j:1:", "components": [{"type": 77, "component": {"value": ["x"]}}]}),
]


@pytest.mark.parametrize(("kind", "data"), NONSENSE)
async def test_nonsense_that_can_be_read_is_answered(discord: Discord, bot: TropeBot, kind: int, data: Any) -> None:
    card = await (await discord.slash("bigrun random")).answer()
    message = card if kind == COMPONENT else None
    assert text(await (await discord.send(kind, data, message=message)).answer())


async def test_nonsense_that_cannot_be_read_ends_nothing_and_is_said_without_its_words(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    good = discord.make(COMPONENT, pressed("b1:r:::::0:", 2, None)).payload
    bad: list[Any] = [
        {},
        {"secret": "word"},
        {**good, "id": "secret"},
        {key: value for key, value in good.items() if key != "attachment_size_limit"},
        {**good, "data": {}},
        {**good, "type": 5, "data": {"custom_id": "b1:r"}},
    ]
    for payload in bad:
        await discord.gateway.tell("INTERACTION_CREATE", payload, int(good["guild_id"]))
    await discord.gateway.tell("SOMETHING_NEW", {"secret": []})
    await discord.gateway.tell("GUILD_CREATE", {"secret": []})
    assert text(await (await discord.slash("bigrun random")).answer())
    said = [record.getMessage() for record in complaints(caplog)]
    assert len(said) == len(bad) + 1
    assert all(line.startswith("Unreadable event from Discord") for line in said)
    assert "secret" not in "".join(said)


async def test_an_interaction_that_comes_twice_has_one_effect(discord: Discord, bot: TropeBot) -> None:
    asked = discord.make(COMMAND, discord.guilds.slash("bigrun random", {}))
    await discord.deliver(asked, times=3)
    card = await asked.answer()
    press = discord.make(COMPONENT, pressed(buttons(card)["Another"], 2, None), message=card)
    await discord.deliver(press, times=2)
    await press.answer()
    await ended(bot)
    assert (asked.refused, press.refused) == (0, 0)
    assert bot.dispatcher.counts == {Outcome.ANSWERED: 2, Outcome.DUPLICATE: 3}
    assert "2\u00a0of\u00a060" in text(press.messages[0])


async def test_what_is_remembered_of_interactions_is_bounded(bot: TropeBot) -> None:
    answering = bot.dispatcher
    assert all(answering._first_delivery(number) for number in range(MAX_SEEN_INTERACTIONS + 100))
    assert len(answering._seen_ids) == MAX_SEEN_INTERACTIONS
    assert not answering._first_delivery(MAX_SEEN_INTERACTIONS + 99)
