"""The real bot at a loopback Discord: it connects, and every kind of interaction is answered."""

import gc

import aiohttp
import pytest

from bot.client.bot import TropeBot
from bot.interactions.response import TimedResponse
from bot.render.texts import examples as texts
from bot.render.texts.commands import FIND_MENU, REMOVE_MENU
from bot.settings import Settings
from tests.loopback.conftest import drain
from tests.loopback.guilds import BEN, DIRECTLY, GUILD, TOKEN
from tests.loopback.interactions import CHOICES, MESSAGE, MODAL, UPDATE
from tests.loopback.running import started
from tests.loopback.server import Discord, buttons, loopback, text


async def test_the_bot_connects_and_registers_its_commands_once(discord: Discord, settings: Settings) -> None:
    for _ in range(2):
        async with started(discord, settings):
            assert len(discord.gateway.sessions) == 1
        discord.gateway.sessions.clear()
    assert len(discord.requests_named("commands")) == 1
    assert set(discord.guilds.commands) == {"bigrun", FIND_MENU(), REMOVE_MENU()}
    connects = discord.gateway.seen.all(lambda frame: frame.kind == "connect")
    assert {frame.data["compress"] for frame in connects} < {"zlib-stream", "zstd-stream"}
    assert {request.status for request in discord.requests} == {200}


async def test_every_kind_of_interaction_is_answered(discord: Discord, bot: TropeBot) -> None:
    listed = await discord.slash("bigrun medium", name="film")
    card = await listed.answer()
    page_button = buttons(card)[texts.page_label(1, 3)]
    turned = await discord.press(card, buttons(card)[texts.NEXT_PAGE()])
    modal = await discord.press(card, page_button)
    await modal.answer()
    jumped = await discord.submit(page_button, {"page": "3"}, card)
    suggested = await discord.type("bigrun work", "title", title="forrest")
    found = await discord.use_menu(FIND_MENU(), {**card, "content": "Gandalf met Boromir with his horn"})
    answers = [await asked.first_answer() for asked in (listed, turned, modal, jumped, suggested, found)]
    assert [kind for kind, _, _ in answers] == [MESSAGE, UPDATE, MODAL, UPDATE, CHOICES, MESSAGE]
    assert answers[4][1]["choices"][0]["name"] == "Forrest Gump"
    assert "Lord of the Rings" in text(await found.answer())
    # 204: the bot does not ask for a body that it would not read.
    assert {request.status for request in discord.requests_named("callback")} == {204}


async def test_an_answered_interaction_leaves_no_garbage(discord: Discord, bot: TropeBot) -> None:
    gc.disable()
    try:
        for number in range(5):
            card = await (await discord.slash("bigrun medium", name="film")).answer()
            await (await discord.press(card, buttons(card)[texts.NEXT_PAGE()])).answer()
            await (await discord.type("bigrun work", "title", title=f"forrest{number}")).answer()
        await drain(bot)
        alive = [one for one in gc.get_objects() if isinstance(one, TimedResponse)]
    finally:
        gc.enable()
    # The frames of the latest one may still exist.
    assert len(alive) <= 1


async def test_direct_messages_are_answered(discord: Discord, bot: TropeBot) -> None:
    card = await (await discord.slash("bigrun show", BEN, DIRECTLY, number=10)).answer()
    assert "The Lord of the Rings" in text(card)
    assert await (await discord.press(card, buttons(card)[texts.MORE_OF_WORK()], location=DIRECTLY)).answer()


async def test_a_removed_answer_is_gone(discord: Discord, bot: TropeBot) -> None:
    card = await (await discord.slash("bigrun random")).answer()
    await (await discord.use_menu(REMOVE_MENU(), card)).answer()
    assert int(card["id"]) not in discord.interactions.messages


async def test_each_shard_gets_its_own_interactions(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def without_pause(*_: object, **__: object) -> None:
        """Replaces the library's pause of five seconds between two identifies."""

    monkeypatch.setattr(TropeBot, "before_identify_hook", without_pause)
    async with loopback(shards=2) as discord, started(discord, settings, shards=2):
        assert [frame.data["shard"] for frame in await discord.gateway.identified(2)] == [[0, 2], [1, 2]]
        await (await discord.slash("bigrun random")).answer()
        await (await discord.slash("bigrun random", location=DIRECTLY)).answer()
        counts = [0, 0]
        for session in discord.gateway.sessions.values():
            counts[session.shard] = [message["t"] for _, message in session.events].count("INTERACTION_CREATE")
    assert (GUILD >> 22) % 2 == 0
    assert counts == [2, 0]


async def test_rate_limits_have_the_headers_of_discord(monkeypatch: pytest.MonkeyPatch) -> None:
    async with loopback() as discord, aiohttp.ClientSession(headers={"Authorization": f"Bot {TOKEN}"}) as client:
        monkeypatch.setattr(discord.rest._limits, "_clock", lambda: 1000.0)
        sends = [await client.post(f"{discord.address}/channels/1/messages", json={"content": "a"}) for _ in range(6)]
        assert [send.headers["X-RateLimit-Remaining"] for send in sends] == ["4", "3", "2", "1", "0", "0"]
        assert [send.status for send in sends] == [200] * 5 + [429]
        body = await sends[-1].json()
        assert not body["global"]
        assert body["retry_after"] == float(sends[-1].headers["Retry-After"]) == 5.0
        gets = [await client.get(f"{discord.address}/users/@me") for _ in range(45)]
        assert {get.status for get in gets[:44]} == {200}
        assert (await gets[44].json())["global"]
        assert gets[44].headers["X-RateLimit-Global"] == "true"
        assert "Via" in gets[44].headers
