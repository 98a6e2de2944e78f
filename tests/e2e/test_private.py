"""Private answers, sharing, the context menus of messages, and the rate limit."""

from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.interactions.rate_limit import MAX_REQUESTS, Budget, RateLimiter
from bot.model.names import work_ref
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from bot.render.texts import settings as setting_texts
from bot.render.texts.commands import FIND_MENU, REMOVE_MENU
from tests.e2e.conftest import ServerRig, shared_env
from tests.e2e.message_view import buttons, menu, text, titles

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env

SHARED_BY_ANN = f"-# {texts.shared_by(Markdown('ann'))}"
COMMANDS: list[tuple[str, dict[str, Any]]] = [
    ("random", {}),
    ("medium", {"name": "film"}),
    ("search", {"words": "run"}),
    ("work", {"title": "Firefly"}),
    ("show", {"number": 1}),
    ("about", {}),
]


def quiet_channel(server: ServerRig, *, in_threads: bool = False) -> ChannelHandle:
    """Create a channel where members cannot send messages, except `in_threads`."""
    silent = discord.PermissionOverwrite(send_messages=False, send_messages_in_threads=in_threads)
    return server.guild.create_text_channel("quiet", overwrites={server.guild.default_role: silent})  # type: ignore[no-any-return]


@pytest.mark.parametrize(("command", "options"), COMMANDS)
async def test_every_private_answer_can_be_shared(server: ServerRig, command: str, options: dict[str, Any]) -> None:
    private = await server.ask(command, private=True, **options)
    assert private.ephemeral
    shared = await server.press(private, texts.SHARE())
    assert not shared.ephemeral
    assert text(shared).endswith(SHARED_BY_ANN)
    assert text(shared).splitlines()[:2] == text(private).splitlines()[:2]
    assert texts.SHARE() not in buttons(shared)


async def test_an_example_opened_from_a_private_list_is_private(server: ServerRig) -> None:
    opened = await server.open_entry(await server.ask("search", words="horse", private=True), 0)
    assert opened.ephemeral
    assert not (await server.press(opened, texts.SHARE())).ephemeral


async def test_the_pages_of_a_private_list_are_private(server: ServerRig) -> None:
    page = await server.press(await server.ask("search", words="run*", hidden=True), texts.NEXT_PAGE())
    assert page.ephemeral
    assert (await server.open_entry(page, 0)).ephemeral


async def test_the_pages_of_a_shared_list_name_who_shared_it(server: ServerRig) -> None:
    shared = await server.press(await server.ask("medium", name="film", private=True), texts.SHARE())
    for label in (texts.NEXT_PAGE(), texts.PREVIOUS_PAGE()):
        shared = await server.press(shared, label)
        assert not shared.ephemeral
        assert text(shared).count(SHARED_BY_ANN) == 1


async def test_a_name_with_markdown_is_escaped(server: ServerRig) -> None:
    eve = server.guild.add_member(server.env.create_user("eve", global_name="**||@everyone||**"))
    shared = await server.press(await server.ask("random", eve, private=True), texts.SHARE(), eve)
    assert "||" not in text(shared).splitlines()[-1]
    assert not shared.message.mention_everyone


async def test_sharing_requires_send_messages(server: ServerRig) -> None:
    private = await server.ask("random", server.ben, quiet_channel(server), private=True)
    answer = await server.press(private, texts.SHARE(), server.ben)
    assert (answer.ephemeral, text(answer)) == (True, texts.CANNOT_WRITE_HERE())


async def test_sharing_in_a_thread_requires_send_messages_in_threads(server: ServerRig) -> None:
    thread = server.env.backend.create_thread(quiet_channel(server, in_threads=True).id, "talk", server.ann.id)
    private = await server.ask("random", location=ChannelHandle(server.env, server.guild, thread), private=True)
    assert not (await server.press(private, texts.SHARE())).ephemeral


async def test_a_forged_share_button_gets_a_private_answer(server: ServerRig) -> None:
    forged = ExampleRequest(Action.EXAMPLE, flags=Flag.SHARE, example_ref="ab/1")
    answer = await server.forge(await server.ask("random", private=True), forged.custom_id)
    assert (answer.ephemeral, text(answer)) == (True, texts.EXAMPLE_GONE())


async def test_only_its_member_can_remove_an_answer(server: ServerRig) -> None:
    card = await server.ask("random")
    assert text(await server.use_menu(REMOVE_MENU(), card.message, server.ben)) == texts.NOT_YOUR_ANSWER()
    assert text(await server.use_menu(REMOVE_MENU(), card.message)) == texts.ANSWER_REMOVED()
    assert card.id not in [message.id for message in server.channel.history()]


async def test_a_message_finds_examples_and_is_told_the_words(server: ServerRig) -> None:
    words = "Do you remember when Gandalf met Boromir with his horn, my dear friend? <@123> :horn: `code`"
    found = await server.use_menu(FIND_MENU(), await server.ben.send(server.channel, words))
    assert found.ephemeral
    assert texts.SHARE() not in buttons(found)
    found = await server.press(found, texts.SHOW_AS_LIST())
    assert found.ephemeral
    assert "10. The Lord of the Rings" in titles(found)
    assert text(found).startswith(f"## 🔎 {texts.MATCHES_FOR_MESSAGE()}")
    assert texts.looked_for([Markdown("boromir"), Markdown("horn")]) in text(found)


async def test_a_card_of_the_bot_finds_more_like_it(server: ServerRig) -> None:
    found = await server.use_menu(FIND_MENU(), (await server.ask("show", number=10)).message)
    assert len(titles(found)) > 1


async def test_spoilers_of_a_message_are_neither_searched_nor_repeated(server: ServerRig) -> None:
    found = await server.use_menu(
        FIND_MENU(), await server.ben.send(server.channel, "horse ||Gandalf Boromir|| ||horn")
    )
    assert titles(found)
    assert texts.looked_for([Markdown("horse")]) in text(found).splitlines()[1]


@pytest.mark.parametrize(
    ("linked", "shown"),
    [("Main/BigHeroicRun", "Big Heroic Run"), ("Film/ForrestGump?from=x", "Forrest Gump"), ("YMMV/Firefly", "Firefly")],
)
async def test_a_pasted_address_leads_to_what_it_names(server: ServerRig, linked: str, shown: str) -> None:
    address = f"https://tvtropes.org/pmwiki/pmwiki.php/{linked}"
    message = await server.ben.send(server.channel, f"Look at <{address}>, what a heroic thing")
    answers = [await server.use_menu(FIND_MENU(), message), await server.ask("search", words=address)]
    if not linked.startswith("Main/"):
        answers += [await server.ask("work", title=address)]
        assert await server.offered("work", "title", address) == [work_ref(shown)]
    assert [text(answer).splitlines()[0].split(maxsplit=2)[2] for answer in answers] == [shown] * len(answers)


async def test_an_address_of_an_unknown_page_is_answered_with_its_title(server: ServerRig) -> None:
    answer = await server.ask("search", words="https://tvtropes.org/pmwiki/pmwiki.php/Film/NobodyKnowsIt")
    assert text(answer) == texts.no_examples_from(Markdown("Nobody Knows It"), [])


async def test_matches_for_a_message_cannot_be_shared(server: ServerRig) -> None:
    found = await server.use_menu(FIND_MENU(), await server.ben.send(server.channel, "the villain charges"))
    page = ExampleRequest(Action.SEARCH, flags=Flag.FROM_MESSAGE, page=1, query="runs")
    turned = await server.forge(found, page.custom_id)
    assert titles(turned)
    assert texts.SHARE() not in buttons(turned)


async def test_the_rate_limit_is_for_one_member(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.bot.rate_limiter, "_max_requests", MAX_REQUESTS)
    monkeypatch.setattr(server.bot.rate_limiter, "_clock", lambda: 0.0)
    answers = [await server.ask("random") for _ in range(MAX_REQUESTS + 1)]
    assert [answer.ephemeral for answer in answers] == [False] * MAX_REQUESTS + [True]
    assert text(answers[-1]) == texts.slow_down(20)
    assert not (await server.ask("random", server.ben)).ephemeral


async def test_turning_pages_costs_less_than_opening(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.bot.rate_limiter, "_max_requests", 3)
    monkeypatch.setattr(server.bot.rate_limiter, "_clock", lambda: 0.0)
    card = await server.ask("medium", name="film")
    for label in (texts.NEXT_PAGE(), texts.NEXT_PAGE(), texts.PREVIOUS_PAGE(), texts.PREVIOUS_PAGE()):
        card = await server.press(card, label)
    assert len(menu(card)["options"]) > 2
    opened = [await server.open_entry(card, index) for index in range(3)]
    assert [text(one) == texts.slow_down(20) for one in opened] == [False, False, True]
    assert opened[-1].ephemeral


async def test_pressing_and_typing_are_limited(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.bot.rate_limiter, "_clock", lambda: 0.0)
    card, preferences = await server.ask("medium", name="film"), await server.ask("preferences")
    monkeypatch.setattr(server.bot.rate_limiter, "_max_requests", 1)
    offered = [await server.offered("medium", "name", "fil") for _ in range(Budget.TYPING.value + 1)]
    assert (all(offered[:-1]), offered[-1]) == (True, [])
    for _ in range(Budget.PRESSES.value):
        turn = texts.NEXT_PAGE() if texts.page_label(1, 3) in buttons(card) else texts.PREVIOUS_PAGE()
        card = await server.press(card, turn)
        assert not card.ephemeral
    for refused in (
        await server.press(card, texts.NEXT_PAGE()),
        await server.press(preferences, setting_texts.ANSWER_ME_ALONE()),
        await server.forge(preferences, "b0:old"),
    ):
        assert (refused.ephemeral, text(refused)) == (True, texts.slow_down(20))
    assert (await server.press(card, texts.NEXT_PAGE(), server.ben)).ephemeral
    assert await server.offered("medium", "name", "fil") == []


async def test_the_rate_limiter_forgets_idle_members() -> None:
    now = [0.0]
    limiter = RateLimiter(max_requests=2, window_seconds=20.0, clock=lambda: now[0])
    assert [limiter.acquire(1), limiter.acquire(1), limiter.acquire(1), limiter.acquire(2)] == [0, 0, 20, 0]
    now[0] = 15.0
    assert [limiter.acquire(1), limiter.acquire(2), limiter.acquire(3)] == [5, 0, 0]
    now[0] = 20.0
    assert [limiter.acquire(1), limiter.acquire(2)] == [0, 0]
    now[0] = 60.0
    assert limiter.acquire(4) == 0
    assert list(limiter._windows) == [4]
