"""Private answers, sharing, removing, the menu of messages, and the pace."""

from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle

from bot.components.custom_ids import Action, ExampleRequest, Flag
from bot.interactions.rate_limit import MAX_REQUESTS, RateLimiter
from bot.render.texts import examples as texts
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig

COMMANDS: list[tuple[str, dict[str, Any]]] = [
    ("random", {}),
    ("medium", {"name": "film"}),
    ("search", {"words": "run"}),
    ("work", {"title": "Firefly"}),
    ("show", {"number": 1}),
    ("about", {}),
]


@pytest.mark.parametrize(("command", "options"), COMMANDS)
async def test_every_command_can_be_answered_privately_and_then_shared(
    server: ServerRig, command: str, options: dict[str, Any]
) -> None:
    private = await server.ask(command, private=True, **options)
    assert private.ephemeral
    shared = await server.press(private, message_view.buttons(private)["Share here"]["custom_id"])
    assert not shared.ephemeral
    assert message_view.text(shared).endswith("-# shared by **ann**")
    assert message_view.text(shared).splitlines()[:2] == message_view.text(private).splitlines()[:2]
    assert "Share here" not in message_view.buttons(shared)


async def test_public_answers_have_nothing_to_share(server: ServerRig) -> None:
    assert "Share here" not in message_view.buttons(await server.ask("random"))


async def test_a_search_in_hidden_text_cannot_be_shared(server: ServerRig) -> None:
    found = await server.ask("search", words="slaughtered", hidden=True)
    assert "Share here" not in message_view.buttons(found)


async def test_an_example_opened_from_a_private_list_is_private_and_can_be_shared(server: ServerRig) -> None:
    found = await server.ask("search", words="bridge", private=True)
    opened = await server.choose(found, message_view.menu(found)["options"][0]["value"])
    assert opened.ephemeral
    shared = await server.press(opened, message_view.buttons(opened)["Share here"]["custom_id"])
    assert "Firefly" in message_view.text(shared)


async def test_a_name_with_signs_is_shown_as_it_is(server: ServerRig) -> None:
    eve = server.env.guild.add_member(server.env.create_user("eve", global_name="**||@everyone||**"))
    private = await server.ask("random", member=eve, private=True)
    shared = await server.press(private, message_view.buttons(private)["Share here"]["custom_id"], member=eve)
    assert "||" not in message_view.text(shared).splitlines()[-1]
    assert not shared.message.mention_everyone


async def test_who_may_not_write_here_cannot_share(server: ServerRig) -> None:
    channel = server.env.guild.create_text_channel(
        "quiet", overwrites={server.env.guild.default_role: discord.PermissionOverwrite(send_messages=False)}
    )
    result = await server.ben.slash(channel, "bigrun random", private=True)
    answer = await server.press(
        result.response, message_view.buttons(result.response)["Share here"]["custom_id"], member=server.ben
    )
    assert answer.ephemeral
    assert message_view.text(answer) == texts.CANNOT_WRITE_HERE


async def test_who_asked_can_remove_the_answer_and_others_cannot(server: ServerRig) -> None:
    card = await server.ask("random")
    refused = await server.ben.context_menu(server.channel, "Remove this answer", target=card.message)
    assert message_view.text(refused.response) == texts.NOT_YOUR_ANSWER
    removed = await server.ann.context_menu(server.channel, "Remove this answer", target=card.message)
    assert message_view.text(removed.response) == texts.ANSWER_REMOVED
    assert card.id not in [message.id for message in server.channel.history()]


async def test_who_manages_messages_can_remove_any_answer(server: ServerRig) -> None:
    role = server.env.guild.create_role("mods", permissions=discord.Permissions(manage_messages=True))
    mod = server.env.guild.add_member(server.env.create_user("mod"), roles=[role])
    card = await server.ask("random")
    removed = await mod.context_menu(server.channel, "Remove this answer", target=card.message)
    assert message_view.text(removed.response) == texts.ANSWER_REMOVED


async def test_messages_of_others_are_not_the_bots_to_remove(server: ServerRig) -> None:
    message = await server.ben.send(server.channel, "hello")
    answer = await server.ben.context_menu(server.channel, "Remove this answer", target=message)
    assert message_view.text(answer.response) == texts.NOT_MY_MESSAGE


async def test_the_words_of_a_message_find_examples_privately_and_are_not_repeated(server: ServerRig) -> None:
    message = await server.ben.send(
        server.channel, "Do you remember when Gandalf met Boromir with his horn, my dear friend?"
    )
    found = (await server.ann.context_menu(server.channel, "Find examples like this", target=message)).response
    assert found.ephemeral
    assert "10. The Lord of the Rings" in message_view.titles(found)
    assert "Gandalf" not in message_view.text(found)
    assert message_view.text(found).startswith("## 🔎 Examples like that message")


async def test_a_message_with_nothing_of_the_page_is_answered_kindly(server: ServerRig) -> None:
    message = await server.ben.send(server.channel, "qwertz 12345 ||secret||")
    found = await server.ann.context_menu(server.channel, "Find examples like this", target=message)
    assert message_view.text(found.response) == texts.NO_MESSAGE_MATCH


async def test_words_of_a_search_are_offered_while_they_are_typed(server: ServerRig) -> None:
    choices = await server.ann.autocomplete(server.channel, "bigrun search", "words", "ar")
    assert "Aragorn".casefold() in [choice["name"].casefold() for choice in choices]
    titles = await server.ann.autocomplete(server.channel, "bigrun search", "words", "forrest")
    assert [title["name"] for title in titles[:2]] == ["forrest", "Forrest Gump"]
    for typed, hidden in (("slaug", "slaughtered"), ("lutho", "luthor"), ("blackh", "blackhearts")):
        offered = await server.ann.autocomplete(server.channel, "bigrun search", "words", typed)
        assert hidden not in [choice["name"].casefold() for choice in offered]


async def test_who_asks_too_fast_is_asked_to_wait_and_others_are_not(server: ServerRig) -> None:
    server.env.bot.rate_limiter._max_requests = MAX_REQUESTS  # type: ignore[attr-defined]
    answers = [await server.ask("random") for _ in range(9)]
    assert [answer.ephemeral for answer in answers] == [False] * 8 + [True]
    assert message_view.text(answers[-1]).startswith("That was quick! Please wait")
    assert not (await server.ask("random", member=server.ben)).ephemeral


async def test_presses_that_bring_new_cards_keep_the_pace_too_and_turning_pages_is_free(server: ServerRig) -> None:
    server.env.bot.rate_limiter._max_requests = 3  # type: ignore[attr-defined]
    card = await server.ask("medium", name="film")
    for label in ("Next ▸", "Next ▸", "◂ Back", "◂ Back"):
        card = await server.press(card, message_view.buttons(card)[label]["custom_id"])
    options = [option["value"] for option in message_view.menu(card)["options"]]
    opened = [await server.choose(card, value) for value in options[:3]]
    assert ["That was quick!" in message_view.text(one) for one in opened] == [False, False, True]
    assert opened[-1].ephemeral


async def test_in_a_thread_the_right_to_write_in_threads_counts(server: ServerRig) -> None:
    silent = discord.PermissionOverwrite(send_messages=False, send_messages_in_threads=True)
    channel = server.env.guild.create_text_channel("quiet", overwrites={server.env.guild.default_role: silent})
    inside = server.env.backend.create_thread(channel.id, "talk", server.ann.id)
    private = (
        await server.ann.slash(ChannelHandle(server.env, server.env.guild, inside), "bigrun random", private=True)
    ).response
    assert private is not None
    shared = await server.press(private, message_view.buttons(private)["Share here"]["custom_id"])
    assert not shared.ephemeral


async def test_a_forged_share_of_nothing_is_a_private_hint(server: ServerRig) -> None:
    private = await server.ask("random", private=True)
    stored = server.env.backend.get_message(private.channel_id, private.id)
    button = next(c for c in message_view.walk(stored.components) if c.get("label") == "Share here")
    button["custom_id"] = ExampleRequest(Action.EXAMPLE, flags="s", example_ref="nowhere/1").custom_id
    answer = await server.press(private, button["custom_id"])
    assert answer.ephemeral
    assert message_view.text(answer) == texts.EXAMPLE_GONE


async def test_the_name_of_who_shared_a_list_stays_when_its_pages_are_turned(server: ServerRig) -> None:
    private = await server.ask("medium", name="film", private=True)
    shared = await server.press(private, message_view.buttons(private)["Share here"]["custom_id"])
    for label in ("Next ▸", "◂ Back"):
        shared = await server.press(shared, message_view.buttons(shared)[label]["custom_id"])
        assert not shared.ephemeral
        assert message_view.text(shared).count("-# shared by **ann**") == 1


async def test_what_a_message_found_cannot_be_shared_from_any_page(server: ServerRig) -> None:
    message = await server.ben.send(server.channel, "the villain charges")
    found = (await server.ann.context_menu(server.channel, "Find examples like this", target=message)).response
    assert found is not None
    form = ExampleRequest(Action.SEARCH, flags=Flag.FROM_MESSAGE, page=1, query="runs").custom_id
    stored = server.env.backend.get_message(found.channel_id, found.id)
    next(c for c in message_view.walk(stored.components) if c["type"] == 3).update(
        type=2, style=2, label="x", custom_id=form
    )
    turned = await server.press(found, form)
    assert message_view.titles(turned)
    assert "Share here" not in message_view.buttons(turned)


def test_the_pace_counts_for_each_member_apart_and_forgets_who_asks_no_more() -> None:
    now = [0.0]
    pace = RateLimiter(max_requests=2, window_seconds=20.0, clock=lambda: now[0])
    assert [pace.acquire(1), pace.acquire(1), pace.acquire(1), pace.acquire(2)] == [0, 0, 20, 0]
    now[0] = 15.0
    assert [pace.acquire(1), pace.acquire(2), pace.acquire(3)] == [5, 0, 0]
    now[0] = 20.0
    assert [pace.acquire(1), pace.acquire(2)] == [0, 0]
    now[0] = 60.0
    assert pace.acquire(4) == 0
    assert list(pace._windows) == [4]
