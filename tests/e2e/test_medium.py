"""`/bigrun medium`: a list, its pages, its menu."""

import pytest

from bot.components.custom_ids import Action, ExampleRequest
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from tests.e2e.conftest import ServerRig, shared_env
from tests.e2e.message_view import buttons, text, titles

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env


async def test_film_lists_both_film_folders_page_by_page(server: ServerRig) -> None:
    card = await server.ask("medium", name="film")
    assert texts.example_count(21, Markdown("Big Heroic Run")) in text(card)
    listed = titles(card)
    while not buttons(card)[texts.NEXT_PAGE]["disabled"]:
        card = await server.press(card, texts.NEXT_PAGE)
        listed += titles(card)
    assert len(listed) == len(set(listed)) == 21
    assert (listed[0], listed[-1]) == ("7. Pocahontas", "27. The Hunger Games")


async def test_the_back_button_ends_at_the_first_page(server: ServerRig) -> None:
    first = await server.ask("medium", name="film")
    second = await server.press(first, texts.NEXT_PAGE)
    assert list(buttons(second)) == [texts.PREVIOUS_PAGE, texts.page_label(2, 3), texts.NEXT_PAGE]
    back = await server.press(second, texts.PREVIOUS_PAGE)
    assert titles(back) == titles(first)
    assert buttons(back)[texts.PREVIOUS_PAGE]["disabled"]


async def test_a_short_list_has_no_page_buttons(server: ServerRig) -> None:
    card = await server.ask("medium", name="music")
    assert buttons(card) == {}
    assert titles(card) == ["49. Bon Jovi", "50. Music"]


async def test_other_members_get_a_private_copy_of_the_next_page(server: ServerRig) -> None:
    card = await server.ask("medium", name="film")
    copy = await server.press(card, texts.NEXT_PAGE, server.ben)
    own = await server.press(card, texts.NEXT_PAGE)
    assert (copy.ephemeral, copy.id == card.id) == (True, False)
    assert (own.ephemeral, own.id == card.id) == (False, True)
    assert titles(own) == titles(copy)


@pytest.mark.parametrize(("typed", "page"), [("3", 3), ("99", 3), ("two", 1)])
async def test_the_middle_button_goes_to_a_page(server: ServerRig, typed: str, page: int) -> None:
    card = await server.ask("medium", name="film")
    modal = await server.ann.click(card.message, label=texts.page_label(1, 3))
    assert modal.modal is not None
    assert modal.modal["title"] == texts.PAGE_MODAL_TITLE
    assert texts.page_label(page, 3) in buttons((await server.ann.submit_modal(modal, {"page": typed})).response)


@pytest.mark.parametrize("page", [0, 999999])
async def test_a_page_out_of_range_shows_the_nearest_one(server: ServerRig, page: int) -> None:
    card = await server.ask("medium", name="film")
    request = ExampleRequest(Action.MEDIUM, medium="film", page=page)
    assert titles(await server.forge(card, request.custom_id))


async def test_the_menu_opens_an_example_in_full(server: ServerRig) -> None:
    opened = await server.open_entry(await server.ask("medium", name="film"), 3)
    assert text(opened).startswith("## 🎬 The Lord of the Rings")
    assert "- A better example" in text(opened)
    assert "> **Gimli:** Keep breathing, keep breathing..." in text(opened)


async def test_an_entry_shows_no_spoiler(server: ServerRig) -> None:
    card = await server.ask("medium", name="anime")
    assert f"has Munakata dashing to {texts.SPOILER_PLACEHOLDER}" in text(card)


async def test_media_are_suggested_with_their_counts(server: ServerRig) -> None:
    choices = await server.ann.autocomplete(server.channel, "bigrun medium", "name", "mov")
    assert [(c["name"], c["value"]) for c in choices] == [(texts.medium_with_count("Film", 21), "film")]
    assert len(await server.offered("random", "medium", "")) == 12
    assert (await server.offered("search", "medium", "litrature"))[0] == "literature"
