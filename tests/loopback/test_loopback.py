"""The real bot at a Discord of our own: in by the door, and every kind of interaction answered."""

import gc
from pathlib import Path

import aiohttp
import pytest

from bot.client.bot import TropeBot
from bot.interactions.response import TimedResponse
from bot.settings import Settings
from tests.loopback.conftest import ended
from tests.loopback.guilds import BEN, DIRECTLY, GUILD, TOKEN
from tests.loopback.interactions import CHOICES, FORM, MESSAGE, UPDATE
from tests.loopback.running import end_of, start, started
from tests.loopback.server import Discord, buttons, loopback, text


async def test_the_bot_comes_in_by_the_door_and_sends_its_commands_once(discord: Discord, settings: Settings) -> None:
    for _ in range(2):
        async with started(discord, settings):
            assert len(discord.gateway.sessions) == 1
        discord.gateway.sessions.clear()
    assert len(discord.asked_for("commands")) == 1
    assert set(discord.guilds.commands) == {"bigrun", "Find examples like this", "Remove this answer"}
    connects = discord.gateway.seen.all(lambda frame: frame.what == "connect")
    assert [frame.data["compress"] for frame in connects] == ["zlib-stream"] * 2
    assert {request.status for request in discord.requests} == {200}


async def test_every_kind_of_interaction_is_answered(discord: Discord, bot: TropeBot) -> None:
    listed = await discord.slash("bigrun medium", name="film")
    card = await listed.answer()
    turned = await discord.press(card, buttons(card)["Next ▸"])
    form = await discord.press(card, buttons(card)["Page 1 of 3"])
    await form.answer()
    jumped = await discord.submit(buttons(card)["Page 1 of 3"], {"page": "3"}, card)
    offered = await discord.type("bigrun work", "title", title="forrest")
    found = await discord.use_menu("Find examples like this", {**card, "content": "Gandalf met Boromir with his horn"})
    answers = [await asked.first_answer() for asked in (listed, turned, form, jumped, offered, found)]
    assert [kind for kind, _, _ in answers] == [MESSAGE, UPDATE, FORM, UPDATE, CHOICES, MESSAGE]
    assert answers[4][1]["choices"][0]["name"] == "Forrest Gump"
    assert "Lord of the Rings" in text(await found.answer())
    # A form alone is sent by the library, which asks for what comes of it.
    assert {request.status for request in discord.asked_for("callback")} == {204}


async def test_nothing_of_an_answered_interaction_is_left_to_be_looked_for(discord: Discord, bot: TropeBot) -> None:
    gc.disable()
    try:
        for number in range(5):
            card = await (await discord.slash("bigrun medium", name="film")).answer()
            await (await discord.press(card, buttons(card)["Next ▸"])).answer()
            await (await discord.type("bigrun work", "title", title=f"forrest{number}")).answer()
        await ended(bot)
        held = [one for one in gc.get_objects() if isinstance(one, TimedResponse)]
    finally:
        gc.enable()
    # The latest one's own frames may not be gone yet.
    assert len(held) <= 1


async def test_direct_messages_and_other_members_are_answered_too(discord: Discord, bot: TropeBot) -> None:
    card = await (await discord.slash("bigrun show", BEN, DIRECTLY, number=10)).answer()
    assert "The Lord of the Rings" in text(card)
    turned = await discord.press(card, buttons(card)["More from this work"], where=DIRECTLY)
    assert await turned.answer()


async def test_what_the_bot_deletes_is_gone(discord: Discord, bot: TropeBot) -> None:
    card = await (await discord.slash("bigrun random")).answer()
    await (await discord.use_menu("Remove this answer", card)).answer()
    assert int(card["id"]) not in discord.interactions.messages


async def test_each_of_two_shards_gets_what_is_its_own(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(*_: object, **__: object) -> None:
        """Takes the place of the library's pause of five seconds between two identifications."""

    monkeypatch.setattr(TropeBot, "before_identify_hook", at_once)
    async with loopback(shards=2) as discord, started(discord, settings, shards=2):
        assert [frame.data["shard"] for frame in await discord.gateway.identified(2)] == [[0, 2], [1, 2]]
        await (await discord.slash("bigrun random")).answer()
        await (await discord.slash("bigrun random", where=DIRECTLY)).answer()
    counted = {one.shard: sum(message["t"] == "INTERACTION_CREATE" for _, message in one.events) for one in
               discord.gateway.sessions.values()}  # fmt: skip
    other = (GUILD >> 22) % 2
    assert counted == ({0: 2, 1: 0} if other == 0 else {0: 1, 1: 1})


async def test_a_bot_in_a_process_of_its_own_answers_too(discord: Discord, tmp_path: Path) -> None:
    process = await start(discord.address, tmp_path)
    await discord.gateway.ready()
    assert text(await (await discord.slash("bigrun random")).answer())
    process.terminate()
    status, _ = await end_of(process)
    assert status == 0


async def test_who_asks_too_often_is_told_so_in_the_real_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    async with loopback() as discord, aiohttp.ClientSession(headers={"Authorization": f"Bot {TOKEN}"}) as client:
        monkeypatch.setattr(discord.rest._limits, "_clock", lambda: 1000.0)
        sends = [await client.post(f"{discord.address}/channels/1/messages", json={"content": "a"}) for _ in range(6)]
        assert [send.headers["X-RateLimit-Remaining"] for send in sends] == ["4", "3", "2", "1", "0", "0"]
        assert [send.status for send in sends] == [200] * 5 + [429]
        told = await sends[-1].json()
        assert not told["global"]
        assert told["retry_after"] == float(sends[-1].headers["Retry-After"]) == 5.0
        gets = [await client.get(f"{discord.address}/users/@me") for _ in range(45)]
        assert {get.status for get in gets[:44]} == {200}
        assert (await gets[44].json())["global"]
        assert gets[44].headers["X-RateLimit-Global"] == "true"
        assert "Via" in gets[44].headers
