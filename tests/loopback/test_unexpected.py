"""The unexpected: interactions of other versions, errors, nonsense, and everything twice."""

from typing import Any
from unittest.mock import AsyncMock, Mock

import discord as library
import pytest

from bot.client.bot import TropeBot
from bot.interactions.dispatcher import MAX_SEEN_INTERACTIONS
from bot.interactions.record import InteractionRecord, Outcome
from bot.interactions.response import NETWORK_ERRORS
from bot.render.markdown import Markdown
from bot.render.texts import daily as daily_texts
from bot.render.texts import examples as texts
from bot.render.texts.commands import FIND_MENU
from tests.loopback.conftest import drain, logged_warnings
from tests.loopback.fault_injection import PASSING
from tests.loopback.guilds import CHANNEL, Location, Member, pressed
from tests.loopback.interactions import COMMAND, COMPONENT, EPHEMERAL, SUBMIT, TYPING
from tests.loopback.server import Discord, buttons, text

pytestmark = pytest.mark.slow  # each test runs a bot of its own


async def test_interactions_of_other_versions_are_answered(discord: Discord, bot: TropeBot) -> None:
    card = await (await discord.slash("bigrun random")).answer()
    for asked in (
        await discord.slash("bigrun fly"),
        await discord.slash("walk"),
        await discord.slash("bigrun"),
        await discord.use_menu("Find your keys", card),
        await discord.press(card, "b99:whatever"),
        await discord.send(COMPONENT, pressed("someone-else", 3, ["what"]), message=card),
        await discord.submit("b0:old", {"page": "1"}),
    ):
        answer = await asked.answer()
        assert text(answer) == texts.OUTDATED_BUTTON()
        assert answer["flags"] & EPHEMERAL


async def test_failed_and_unknown_autocompletes_offer_nothing(
    discord: Discord, bot: TropeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.corpus, "suggest_works", AsyncMock(side_effect=ValueError))
    for asked in (
        await discord.type("bigrun work", "title", title="forr"),
        await discord.type("bigrun work", "colour", colour="blue"),
        await discord.type("bigrun fly", "to", to="home"),
        await discord.send(TYPING, discord.guilds.slash("bigrun work", {"title": "nothing is focused"})),
    ):
        _, data, _ = await asked.first_answer()
        assert data == {"choices": []}


async def test_an_error_is_answered_with_a_code_from_the_log(
    discord: Discord, bot: TropeBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    card = await (await discord.slash("bigrun random")).answer()
    monkeypatch.setattr(bot.services.shuffler, "draw", AsyncMock(side_effect=ValueError("the inside of the bot")))
    for asked in (
        await discord.slash("bigrun random"),
        await discord.press(card, buttons(card)[texts.ANOTHER_EXAMPLE()]),
    ):
        answer = await asked.answer()
        error_id = text(answer).split("**")[1]
        assert answer["flags"] & EPHEMERAL
        assert text(answer) == texts.unexpected_error(error_id)
        [record] = [record for record in logged_warnings(caplog) if error_id in record.getMessage()]
        assert record.exc_info


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (COMMAND, {"id": "1", "name": "bigrun", "type": 1, "options": [{"name": "random", "type": 1, "options": "x"}]}),
        (COMMAND, {"id": "1", "name": "bigrun", "type": 1, "options": [{"name": "show", "type": 1, "options": [{}]}]}),
        (COMMAND, {"id": "1", "name": "bigrun", "type": 7}),
        (COMMAND, {"id": "1", "name": FIND_MENU(), "type": 3, "target_id": "5", "resolved": {}}),
        (COMPONENT, {"custom_id": "b1:r:::::0:", "component_type": 99}),
        (COMPONENT, {"custom_id": "b1:o:::::0:", "component_type": 3, "values": [None, 5]}),
        (SUBMIT, {"custom_id": "b1:m::film::j:1:", "components": [{"type": 77, "component": {"value": ["x"]}}]}),
    ],
)
async def test_readable_nonsense_is_answered(discord: Discord, bot: TropeBot, kind: int, data: Any) -> None:
    card = await (await discord.slash("bigrun random")).answer()
    message = card if kind == COMPONENT else None
    assert text(await (await discord.send(kind, data, message=message)).answer())


@pytest.mark.parametrize("number", [-1, 2**63, 2**64, 10**30])
async def test_ids_that_cannot_be_are_outdated(discord: Discord, bot: TropeBot, number: int) -> None:
    card = await (await discord.slash("bigrun random")).answer()
    channels = {"channels": {str(number): {"id": str(number), "type": 0, "permissions": "0"}}}
    select = pressed("c1:gc:", 8, [str(number)]) | {"resolved": channels}
    for asked in (
        await discord.slash("bigrun random", Member(number)),
        await discord.slash("bigrun settings", location=Location(number)),
        await discord.slash("bigrun random", location=Location(channel=number), private=True),
        await discord.press(card, f"c1:gx:{number}"),
        await discord.send(COMPONENT, select, message=card),
        await discord.send(COMPONENT, pressed("c1:gc:", 8, [str(number)]), message=card),
    ):
        answer = await asked.answer()
        assert (text(answer), answer["flags"] & EPHEMERAL) == (texts.OUTDATED_BUTTON(), EPHEMERAL)
    typed = await discord.type("bigrun work", "title", Member(number), title="forr")
    assert (await typed.first_answer())[1] == {"choices": []}


async def test_unreadable_nonsense_is_logged_without_its_content(
    discord: Discord, bot: TropeBot, caplog: pytest.LogCaptureFixture
) -> None:
    good = discord.make(COMPONENT, pressed("b1:r:::::0:", 2, None)).payload
    bad: list[Any] = [{}, [], None, {"secret": "word"}, {**good, "id": "secret"}, {**good, "token": None}]
    for payload in bad:
        await discord.gateway.dispatch("INTERACTION_CREATE", payload, int(good["guild_id"]))
    await discord.gateway.dispatch("SOMETHING_NEW", {"secret": []})
    await discord.gateway.dispatch("GUILD_CREATE", {"secret": []})
    assert text(await (await discord.slash("bigrun random")).answer())
    lines = [record.getMessage() for record in logged_warnings(caplog)]
    assert len(lines) == len(bad) + 1
    assert all(line.startswith("Unreadable event from Discord") for line in lines)
    assert "secret" not in "".join(lines)


OPTIONAL_FIELDS = "channel data version attachment_size_limit entitlements guild_locale locale context app_permissions"


@pytest.mark.parametrize("kind", [COMMAND, COMPONENT, TYPING, SUBMIT])
@pytest.mark.parametrize("name", [*OPTIONAL_FIELDS.split(), "member", "guild_id", "authorizing_integration_owners"])
async def test_an_interaction_with_a_null_field_is_answered(
    discord: Discord, bot: TropeBot, kind: int, name: str
) -> None:
    data = {
        COMMAND: discord.guilds.slash("bigrun random", {}),
        COMPONENT: pressed("b1:r:::::0:", 2, None),
        TYPING: discord.guilds.slash("bigrun medium", {"name": "fil"}, "name"),
        SUBMIT: {"custom_id": "b1:m::film::j:1:", "components": []},
    }
    for is_null in (True, False):
        seen: list[InteractionRecord] = []
        bot.dispatcher.observers.append(seen.append)
        asked = discord.make(kind, data[kind])
        payload = {**asked.payload, name: None} if is_null else {**asked.payload}
        if not is_null:
            payload.pop(name, None)
        await discord.gateway.dispatch("INTERACTION_CREATE", payload, int(asked.payload["guild_id"]))
        await asked.first_answer()
        await drain(bot)
        assert [record.outcome for record in seen] == [Outcome.ANSWERED]
        bot.dispatcher.observers.remove(seen.append)


@pytest.mark.parametrize("kind", [1, 9, "2", [3], {}, True])
async def test_an_interaction_of_an_unknown_type_is_answered(discord: Discord, bot: TropeBot, kind: Any) -> None:
    asked = discord.make(COMMAND, discord.guilds.slash("bigrun random", {}))
    await discord.gateway.dispatch(
        "INTERACTION_CREATE", {**asked.payload, "type": kind}, int(asked.payload["guild_id"])
    )
    assert text(await asked.answer()) == texts.OUTDATED_BUTTON()
    await drain(bot)
    assert bot.dispatcher.counts == {Outcome.ANSWERED: 1}


async def test_a_daily_without_a_channel_is_not_set(discord: Discord, bot: TropeBot) -> None:
    asked = discord.make(COMMAND, discord.guilds.slash("bigrun daily", {"at": "18:30", "zone": "UTC"}))
    asked.payload["member"]["permissions"] = str(library.Permissions(manage_guild=True).value)
    payload = {key: value for key, value in asked.payload.items() if key != "channel"}
    await discord.gateway.dispatch("INTERACTION_CREATE", payload, int(payload["guild_id"]))
    assert text(await asked.answer()) == daily_texts.CHANNEL_NOT_FOUND()
    assert await bot.state.fetch_all("SELECT * FROM daily") == []


@pytest.mark.parametrize("fault", ["500, applied", "reset, applied", "429"])
async def test_a_forums_post_is_requested_once(discord: Discord, bot: TropeBot, fault: str) -> None:
    discord.faults.next("start post", PASSING[fault])
    card = {"type": 10, "content": "A post"}
    message = {"components": [card], "flags": 1 << 15, "allowed_mentions": {"parse": []}}
    payload = {"name": "A title", "auto_archive_duration": 1440, "applied_tags": [], "message": message}
    with pytest.raises(NETWORK_ERRORS):
        await bot.services.create_forum_post(CHANNEL, payload)
    [sent] = discord.requests_named("start post")
    assert (sent.body["name"], sent.body["message"]["flags"]) == ("A title", 1 << 15)
    await bot.services.create_forum_post(CHANNEL, payload)
    assert len(discord.requests_named("start post")) == 2


async def test_a_failing_observer_hides_nothing_from_the_others(discord: Discord, bot: TropeBot) -> None:
    seen: list[InteractionRecord] = []
    bot.dispatcher.observers[:0] = [Mock(side_effect=ValueError), seen.append]
    await (await discord.slash("bigrun random")).answer()
    await drain(bot)
    assert [record.outcome for record in seen] == [Outcome.ANSWERED]


async def test_a_duplicate_interaction_has_one_effect(discord: Discord, bot: TropeBot) -> None:
    asked = discord.make(COMMAND, discord.guilds.slash("bigrun random", {}))
    await discord.deliver(asked, times=3)
    card = await asked.answer()
    press = discord.make(COMPONENT, pressed(buttons(card)[texts.ANOTHER_EXAMPLE()], 2, None), message=card)
    await discord.deliver(press, times=2)
    await press.answer()
    await drain(bot)
    assert (asked.refused, press.refused) == (0, 0)
    assert bot.dispatcher.counts == {Outcome.ANSWERED: 2, Outcome.DUPLICATE: 3}
    assert texts.shuffle_position(2, 60, Markdown("Big Heroic Run")) in text(press.messages[0])


async def test_the_memory_for_duplicates_is_bounded(bot: TropeBot) -> None:
    dispatcher = bot.dispatcher
    assert all(dispatcher._first_delivery(number) for number in range(MAX_SEEN_INTERACTIONS + 100))
    assert len(dispatcher._seen_ids) == MAX_SEEN_INTERACTIONS
    assert not dispatcher._first_delivery(MAX_SEEN_INTERACTIONS + 99)
