"""Daily examples in threads and forums, with a role that is pinged, and moderators who replace one."""

from functools import partial
from typing import Any
from unittest.mock import AsyncMock

import pytest
from simcord.builders import ChannelHandle

from bot.components.custom_ids import Action, ExampleRequest
from bot.conversation.daily_posts import UNCERTAIN_RETRY
from bot.model.preferences import EVERY_DAY, PauseReason
from bot.render.markdown import Markdown
from bot.render.texts import daily as texts
from bot.render.texts import examples as example_texts
from bot.render.texts import settings as setting_texts
from bot.state.dailies import DailyStore
from tests.e2e.conftest import ServerRig, open_server
from tests.e2e.daily_rig import HOUR, advance, posted_texts, posts, set_daily
from tests.e2e.message_view import buttons, text

pytestmark = pytest.mark.slow  # each test runs a bot of its own

NEWS = {"id": "77", "name": "News", "moderated": False, "emoji_id": None, "emoji_name": None}
THREADS = "/channels/*/threads"


@pytest.fixture
def forum(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a forum with a tag. As in Discord, and not in simcord, a post has the id of its first message."""
    backend = server.env.backend
    create_post, create_thread = backend.create_forum_post, backend.create_thread

    def create(forum_id: int, name: str, starter: Any, **options: Any) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr(backend, "create_thread", partial(create_thread, message_id=starter.id))
            return create_post(forum_id, name, starter, **options)

    monkeypatch.setattr(backend, "create_forum_post", create)
    forum = server.guild.create_forum_channel("examples")
    backend.get_channel(forum.id).available_tags = [NEWS]
    return forum


def threads(server: ServerRig, forum: Any) -> list[Any]:
    found = [one for one in server.env.backend.channels.values() if one.parent_id == forum.id]
    return sorted(found, key=lambda one: int(one.id))


def thread_handle(server: ServerRig, thread: Any) -> ChannelHandle:
    return ChannelHandle(server.env, server.guild, thread)


def heading(card: str) -> str:
    return card.splitlines()[0].split(maxsplit=2)[-1]


def sent(server: ServerRig, path: str) -> list[dict[str, Any]]:
    bodies = [one.json for one in server.env.http_requests if one.method == "POST" and one.path.endswith(path)]
    return [body for body in bodies if body]


async def test_each_forum_post_has_its_works_title_and_the_tag(server: ServerRig, forum: Any) -> None:
    card = await set_daily(server, at="6:00", channel=forum, tag="news", every="6 hours")
    assert f"**Every 6 hours from 06:00** (UTC) in <#{forum.id}>" in text(card)
    assert texts.UNCHECKED() in text(card)
    for hours in (6, 6, 6):
        await advance(server, hours)
    made = threads(server, forum)
    assert [one.applied_tags for one in made] == [[77]] * 3
    cards = [text(posts(server, one)[0]) for one in made]
    assert [one.name for one in made] == [heading(card) for card in cards]
    assert len(set(cards)) == 3


@pytest.mark.parametrize("options", [{"tag": "sports"}, {"every": "5 hours"}], ids=str)
async def test_what_a_forum_or_rhythm_lacks_is_told(server: ServerRig, forum: Any, options: dict[str, str]) -> None:
    answer = await set_daily(server, channel=forum, **options)
    assert text(answer) in (texts.unknown_tag(Markdown("sports"), [Markdown("News")]), texts.invalid_rhythm())
    assert await DailyStore(server.bot.state).for_guild(server.guild.id) == []


async def test_a_thread_gets_its_examples(server: ServerRig) -> None:
    backend = server.env.backend
    thread = thread_handle(server, backend.create_thread(server.channel.id, "talk", server.mod.id))
    await set_daily(server, at="6:00", channel=thread)
    await advance(server, 6)
    assert len(posts(server, thread)) == 1
    assert posts(server) == []


@pytest.mark.parametrize("applied", [True, False], ids=["it has arrived", "it has not"])
async def test_an_unknown_forum_post_is_looked_for_and_sent_once(
    server: ServerRig, forum: Any, monkeypatch: pytest.MonkeyPatch, applied: bool
) -> None:
    await set_daily(server, at="6:00", channel=forum)
    create = server.bot.services.create_forum_post

    async def fail(*arguments: Any) -> None:
        if applied:
            await create(*arguments)
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(type(server.bot.services), "create_forum_post", property(lambda _: fail), raising=False)
        await advance(server, 6)
    assert len(threads(server, forum)) == applied
    await advance(server, 0)  # too early to look
    assert len(threads(server, forum)) == applied
    for _ in range(3):
        await advance(server, UNCERTAIN_RETRY.total_seconds() / HOUR)
        assert len(threads(server, forum)) == 1


@pytest.mark.parametrize("status", [403, 500])
async def test_a_forum_that_cannot_be_looked_through_gets_one_attempt(
    server: ServerRig, forum: Any, status: int
) -> None:
    await set_daily(server, at="6:00", channel=forum)
    server.env.inject_error("POST", THREADS, status=500)
    server.env.inject_error("GET", "/guilds/*/threads/active", status=status, times=None)
    for hours in (6, 0.1, 0.1, 0.1):
        await advance(server, hours)
    assert len(sent(server, "/threads")) == 1
    await advance(server, 24)
    assert len(threads(server, forum)) == (status == 403)  # otherwise it is still looking


async def test_tags_of_the_chosen_forum_are_offered_to_moderators(server: ServerRig, forum: Any) -> None:
    async def offered(member: Any, typed: str, **filled: Any) -> Any:
        return await member.autocomplete(server.channel, "bigrun daily", "tag", typed, **filled)

    news = [{"name": "News", "value": "News"}]
    assert await offered(server.mod, "", channel=forum) == await offered(server.mod, "nE", channel=forum) == news
    assert await offered(server.mod, "x", channel=forum) == await offered(server.mod, "") == []
    assert await offered(server.mod, "", channel=server.channel) == await offered(server.ann, "", channel=forum) == []
    asked = [one for one in server.env.http_requests if one.method == "GET" and one.path == f"/channels/{forum.id}"]
    assert len(asked) == 1


async def test_a_refused_forum_post_pauses_with_the_reason(server: ServerRig, forum: Any) -> None:
    await set_daily(server, at="6:00", channel=forum, tag="News")
    server.env.backend.get_channel(forum.id).available_tags = []
    for hours in (6, 0.1, 0.2, 0.6, 2.1):
        await advance(server, hours)
    dailies = await server.press(await server.open_settings(), texts.SHOW_ALL(), server.mod)
    assert texts.pause_text(PauseReason.REFUSED) in text(dailies)
    assert threads(server, forum) == []


async def test_only_the_chosen_role_is_pinged(server: ServerRig) -> None:
    role = server.guild.create_role("readers")
    card = await set_daily(server, at="6:00", role=role)
    assert f"pings <@&{role.id}>" in text(card)
    await advance(server, 6)
    [body] = sent(server, f"/{server.channel.id}/messages")
    assert body["allowed_mentions"] == {"parse": [], "roles": [role.id]}
    assert body["components"][0] == {"type": 10, "content": f"<@&{role.id}>"}


async def test_everyone_is_never_pinged(server: ServerRig) -> None:
    assert text(await set_daily(server, role=server.guild.default_role)) == texts.EVERYONE_REFUSED()
    assert await DailyStore(server.bot.state).for_guild(server.guild.id) == []


async def test_a_moderator_replaces_the_example_in_place(server: ServerRig) -> None:
    role = server.guild.create_role("readers", mentionable=True)
    await set_daily(server, at="6:00", medium="literature", role=role)
    await advance(server, 6)
    [post] = posts(server)
    [before] = posted_texts(server)
    post.message = next(message for message in server.channel.history() if message.id == post.id)
    assert text(await server.press(post, texts.SHOW_ANOTHER())) == setting_texts.MANAGERS_ONLY()
    assert posted_texts(server) == [before]
    await server.press(post, texts.SHOW_ANOTHER(), server.mod)
    [after] = posted_texts(server)
    assert after.splitlines()[1] != before.splitlines()[1]
    assert [card.splitlines()[:: len(card.splitlines()) - 1] for card in (before, after)] == [
        [f"<@&{role.id}>", f"-# {texts.footer(EVERY_DAY)}"]
    ] * 2


async def test_replacing_a_forum_post_changes_its_title(server: ServerRig, forum: Any) -> None:
    await set_daily(server, at="6:00", channel=forum)
    await advance(server, 6)
    for rename_fails in (False, True):
        [thread] = threads(server, forum)
        [post] = posts(server, thread)
        history = thread_handle(server, thread).history()
        post.message = next(message for message in history if message.id == post.id)
        if rename_fails:
            server.env.inject_error("PATCH", "/channels/*", status=403, code=50013)
        before = thread.name
        await server.press(post, texts.SHOW_ANOTHER(), server.mod)
        [post] = posts(server, thread)
        assert (thread.name == heading(text(post))) is not rename_fails
        assert (thread.name == before) is rename_fails
    assert texts.NOT_RENAMED() in str(server.env.http_requests[-1].json)


async def test_a_replacement_is_drawn_for_the_posts_own_button_only(server: ServerRig) -> None:
    await set_daily(server, at="6:00", medium="music")
    await advance(server, 6)
    [post] = posts(server)
    [before] = posted_texts(server)
    post.message = next(message for message in server.channel.history() if message.id == post.id)
    custom_id = buttons(post)[texts.SHOW_ANOTHER()]["custom_id"]
    own = ExampleRequest.from_custom_id(custom_id)
    assert own
    answer = await server.ask("random")
    assert text(await server.forge(answer, custom_id, server.mod)) == example_texts.OUTDATED_BUTTON()
    other = open_server(server.env)
    elsewhere = await other.ask("random")
    assert text(await other.forge(elsewhere, custom_id, other.mod)) == example_texts.OUTDATED_BUTTON()
    assert own.action is Action.REPLACE_DAILY
    assert posted_texts(server) == [before]


async def test_a_single_example_is_not_replaced_by_itself(server: ServerRig, monkeypatch: pytest.MonkeyPatch) -> None:
    await set_daily(server, at="6:00", work="Firefly")
    await advance(server, 6)
    [post] = posts(server)
    post.message = next(message for message in server.channel.history() if message.id == post.id)
    own = ExampleRequest.from_custom_id(buttons(post)[texts.SHOW_ANOTHER()]["custom_id"])
    assert own
    shown = await server.bot.services.answers.answer(own.to(Action.EXAMPLE))
    monkeypatch.setattr(server.bot.services.answers, "answer", AsyncMock(return_value=shown), raising=False)
    assert text(await server.press(post, texts.SHOW_ANOTHER(), server.mod)) == texts.NO_OTHER()
