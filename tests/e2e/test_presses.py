"""Presses that outlive a restart, and presses that nobody should have been able to make."""

from typing import Any

import pytest

from bot.client.bot import create_bot
from bot.components.custom_ids import Action, ExampleRequest
from bot.settings import Settings
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig
from tests.e2e.restarts import restart


async def test_buttons_and_menus_work_after_a_restart(server: ServerRig, settings: Settings) -> None:
    card = await server.ask("medium", name="film")
    bot = create_bot(settings)
    await restart(server.env, bot)
    try:
        turned = await server.press(card, message_view.buttons(card)["Next ▸"]["custom_id"])
        assert len(message_view.titles(turned)) == 7
        opened = await server.choose(turned, message_view.menu(turned)["options"][0]["value"])
        assert "No.\u00a014" in message_view.text(opened)
    finally:
        await bot.close()


FORGED = [
    ExampleRequest(Action.OPEN_FROM_LIST, example_ref="nowhere/1").custom_id,
    ExampleRequest(Action.EXAMPLE, example_ref="26ea70bcb3/9999").custom_id,
    ExampleRequest(Action.RANDOM, trope_ref="ffffffffff").custom_id,
    ExampleRequest(Action.MEDIUM, medium="no-such-medium", page=1).custom_id,
    "b0:r:::0:",
    "b99:whatever",
    "b1:z:::0:",
]


@pytest.mark.parametrize("custom_id", FORGED)
async def test_a_forged_or_outdated_press_is_answered_privately(server: ServerRig, custom_id: str) -> None:
    card = await server.ask("random", medium="film")
    forged = await _forge(server, card, custom_id)
    assert forged is not None
    assert forged.ephemeral
    assert message_view.text(forged)


@pytest.mark.parametrize("page", [0, 999999])
async def test_a_page_out_of_range_is_the_nearest_one(server: ServerRig, page: int) -> None:
    card = await server.ask("medium", name="film")
    turned = await _forge(server, card, ExampleRequest(Action.MEDIUM, medium="film", page=page).custom_id)
    assert message_view.titles(turned)


async def test_a_press_that_no_version_ever_sent_is_answered_too(server: ServerRig) -> None:
    card = await server.ask("random")
    answer = await _forge(server, card, "someone-else")
    assert answer.ephemeral
    assert "older version" in message_view.text(answer)


async def _forge(server: ServerRig, message: Any, custom_id: str) -> Any:
    """Presses a button that was put in the place of one on the message, as a modified client could."""
    stored = server.env.backend.get_message(message.channel_id, message.id)
    button = next(c for c in message_view.walk(stored.components) if c.get("custom_id"))
    button["custom_id"] = custom_id
    if button["type"] == 3:
        result = await server.ann.select(message.message, custom_id=custom_id, values=[button["options"][0]["value"]])
    else:
        result = await server.ann.click(message.message, custom_id=custom_id)
    return result.response


async def test_every_example_of_the_page_is_shown_in_one_card(server: ServerRig) -> None:
    card = await server.ask("random")
    for number in range(1, 61):
        press = ExampleRequest(Action.EXAMPLE, example_ref=f"26ea70bcb3/{number}")
        shown = await _forge(server, card, press.custom_id)
        assert shown is not None
        assert f"No.\u00a0{number}\n" in message_view.text(shown)
        assert "part 1 of" not in message_view.text(shown)


async def test_notes_open_privately_with_a_button_and_stand_marked_in_the_text(server: ServerRig) -> None:
    card = await server.ask("show", number=14)
    assert "said **All**¹ Riders)" in message_view.text(card)
    assert "missing" not in message_view.text(card)
    notes = await server.press(card, message_view.buttons(card)["Notes (1)"]["custom_id"], member=server.ben)
    assert notes.ephemeral
    assert message_view.text(notes) == "-# Kamen Rider\n¹ although there are two currently missing"
    assert "Notes (1)" not in message_view.buttons(await server.ask("show", number=15))


async def test_more_of_a_work_is_offered_where_there_is_more(server: ServerRig) -> None:
    card = await server.ask("show", number=10)
    more = await server.press(card, message_view.buttons(card)["More from this work"]["custom_id"])
    assert message_view.titles(more) == ["10. The Lord of the Rings", "29. The Lord of the Rings"]
    assert "More from this work" not in message_view.buttons(await server.ask("show", number=25))


async def test_the_middle_button_asks_for_a_page_and_goes_there(server: ServerRig) -> None:
    for typed, page in (("3", "Page 3 of 3"), ("99", "Page 3 of 3"), ("two", "Page 1 of 3")):
        card = await server.ask("medium", name="film")
        form = await server.ann.click(card.message, custom_id=message_view.buttons(card)["Page 1 of 3"]["custom_id"])
        assert form.modal is not None
        assert form.modal["title"] == "Go to a page"
        turned = await server.ann.submit_modal(form, {"page": typed})
        assert page in message_view.buttons(turned.response)


async def test_a_double_click_does_one_thing(server: ServerRig) -> None:
    card = await server.ask("random")
    another = message_view.buttons(card)["Another"]["custom_id"]
    await server.press(card, another)
    before = len(server.channel.history())
    await server.press(card, another)
    assert len(server.channel.history()) == before
