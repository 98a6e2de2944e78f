"""`/bigrun medium`: a list, its pages, its menu."""

from tests.e2e import message_view
from tests.e2e.conftest import ServerRig


async def test_film_lists_both_film_folders_page_by_page(server: ServerRig) -> None:
    card = await server.ask("medium", name="film")
    assert "21 examples of Big Heroic Run" in message_view.text(card)
    titles = message_view.titles(card)
    while not message_view.buttons(card)["Next ▸"]["disabled"]:
        card = await server.press(card, message_view.buttons(card)["Next ▸"]["custom_id"])
        titles += message_view.titles(card)
    assert len(titles) == len(set(titles)) == 21
    assert titles[0] == "7. Pocahontas"
    assert titles[-1] == "27. The Hunger Games"


async def test_turning_back_brings_the_first_page_and_no_further(server: ServerRig) -> None:
    first = await server.ask("medium", name="film")
    second = await server.press(first, message_view.buttons(first)["Next ▸"]["custom_id"])
    assert list(message_view.buttons(second)) == ["◂ Back", "Page 2 of 3", "Next ▸"]
    back = await server.press(second, message_view.buttons(second)["◂ Back"]["custom_id"])
    assert message_view.titles(back) == message_view.titles(first)
    assert message_view.buttons(back)["◂ Back"]["disabled"]


async def test_a_short_list_has_no_turning_buttons(server: ServerRig) -> None:
    card = await server.ask("medium", name="music")
    assert message_view.buttons(card) == {}
    assert message_view.titles(card) == ["49. Bon Jovi", "50. Music"]


async def test_turning_changes_the_askers_card_and_gives_others_a_private_copy(server: ServerRig) -> None:
    card = await server.ask("medium", name="film")
    turn = message_view.buttons(card)["Next ▸"]["custom_id"]
    copy = await server.press(card, turn, member=server.ben)
    assert copy.ephemeral
    assert copy.id != card.id
    own = await server.press(card, turn)
    assert own.id == card.id
    assert message_view.titles(own) == message_view.titles(copy)


async def test_the_menu_opens_an_example_in_full(server: ServerRig) -> None:
    card = await server.ask("medium", name="film")
    opened = await server.choose(card, message_view.menu(card)["options"][3]["value"])
    assert message_view.text(opened).startswith("## 🎬 The Lord of the Rings")
    assert "- A better example" in message_view.text(opened)
    assert "> **Gimli:** Keep breathing, keep breathing..." in message_view.text(opened)


async def test_an_entry_begins_with_its_clear_text_and_names_no_spoiler(server: ServerRig) -> None:
    card = await server.ask("medium", name="anime")
    assert "has Munakata dashing to (spoiler)" in message_view.text(card)


async def test_autocompletion_offers_media_with_their_counts(server: ServerRig) -> None:
    choices = await server.ann.autocomplete(server.channel, "bigrun medium", "name", "mov")
    assert [(c["name"], c["value"]) for c in choices] == [("Film (21)", "film")]
    every = await server.ann.autocomplete(server.channel, "bigrun random", "medium", "")
    assert len(every) == 12


async def test_autocompletion_of_a_slip_offers_what_looks_like_it(server: ServerRig) -> None:
    choices = await server.ann.autocomplete(server.channel, "bigrun search", "medium", "litrature")
    assert choices[0]["value"] == "literature"
