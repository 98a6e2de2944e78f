"""`/bigrun work`, `/bigrun show`, `/bigrun about`, and the options that narrow or widen."""

import pytest

from tests.e2e import message_view
from tests.e2e.conftest import ServerRig


async def test_a_work_is_found_by_its_title_in_all_media(server: ServerRig) -> None:
    card = await server.ask("work", title="the lord of the rings")
    assert message_view.text(card).startswith("## 📖 The Lord of the Rings\n-# 2 examples of Big Heroic Run")
    assert message_view.titles(card) == ["10. The Lord of the Rings", "29. The Lord of the Rings"]


async def test_works_are_offered_by_beginning_then_by_word_then_by_closeness(server: ServerRig) -> None:
    async def offered(typed: str) -> list[str]:
        choices = await server.ann.autocomplete(server.channel, "bigrun work", "title", typed)
        return [choice["name"] for choice in choices]

    assert await offered("mass eff") == ["Mass Effect", "Mass Effect 1", "Mass Effect 2", "Mass Effect 3"]
    assert (await offered("rings"))[0] == "The Lord of the Rings"
    assert (await offered("forest gump"))[0] == "Forrest Gump"
    assert len(await offered("")) == 25


async def test_a_choice_of_autocompletion_answers_with_that_work(server: ServerRig) -> None:
    [choice] = await server.ann.autocomplete(server.channel, "bigrun work", "title", "number the")
    card = await server.ask("work", title=choice["value"])
    assert message_view.titles(card) == ["37. Number the Stars"]


async def test_a_work_that_only_a_sub_bullet_names_is_found_too(server: ServerRig) -> None:
    assert message_view.titles(await server.ask("work", title="Star Trek Into Darkness")) == ["11. Star Trek (2009)"]


async def test_an_unknown_work_is_answered_with_the_nearest_titles(server: ServerRig) -> None:
    hint = await server.ask("work", title="forest gum")
    assert hint.ephemeral
    assert "I don’t have any examples from **forest gum**. Did you mean **Forrest Gump**?" in message_view.text(hint)
    card = await server.press(hint, message_view.buttons(hint)["Forrest Gump"]["custom_id"])
    assert message_view.titles(card) == ["25. Forrest Gump"]


@pytest.mark.parametrize("medium", ["Movie", "no such medium"])
async def test_the_nearest_title_can_be_pressed_whatever_was_typed_as_the_medium(
    server: ServerRig, medium: str
) -> None:
    hint = await server.ask("random", work="forest gum", medium=medium)
    card = await server.press(hint, message_view.buttons(hint)["Forrest Gump"]["custom_id"])
    assert "Forrest Gump" in message_view.text(card)


async def test_random_keeps_to_a_work(server: ServerRig) -> None:
    card = await server.ask("random", work="Number the Stars")
    assert "Annemarie" in message_view.text(card)
    again = await server.press(card, message_view.buttons(card)["Another"]["custom_id"])
    assert "Annemarie" in message_view.text(again)


async def test_random_only_without_spoilers_shows_none(server: ServerRig) -> None:
    for _ in range(10):
        card = await server.ask("random", medium="video games", spoilers="c")
        assert "||" not in message_view.text(card)
        card = await server.press(card, message_view.buttons(card)["Another"]["custom_id"])
        assert "||" not in message_view.text(card)


async def test_show_brings_the_example_of_that_number_and_says_which_numbers_there_are(server: ServerRig) -> None:
    assert message_view.text(await server.ask("show", number=25)).startswith("## 🎬 Forrest Gump")
    hint = await server.ask("show", number=61)
    assert hint.ephemeral
    assert message_view.text(hint) == "There’s no example 61. Pick a number from 1 to 60."


async def test_about_tells_what_the_trope_is_and_counts_by_medium(server: ServerRig) -> None:
    card = await server.ask("about")
    text = message_view.text(card)
    assert text.startswith("## 🏃 Big Heroic Run\nThe hero or heroes run very fast to save someone")
    assert "🎬 Film — Live-Action ▰▰▰▰▰▰▰▰▰▰ **19**" in text
    assert "60 examples in all" in text
    again = await server.press(card, message_view.buttons(card)["Random example"]["custom_id"])
    assert "No.\u00a0" in message_view.text(again)


async def test_a_search_in_hidden_text_finds_more_and_is_private(server: ServerRig) -> None:
    assert (await server.ask("search", words="armada")).ephemeral
    found = await server.ask("search", words="slaughtered", hidden=True)
    assert found.ephemeral
    assert message_view.titles(found) == ["51. Mass Effect"]
    assert "slaughtered" not in message_view.text(found).split("\n", 1)[1]


async def test_a_private_list_stays_private_when_it_is_turned_and_opened(server: ServerRig) -> None:
    found = await server.ask("search", words="run*", hidden=True)
    turned = await server.press(found, message_view.buttons(found)["Next ▸"]["custom_id"])
    assert turned.ephemeral
    opened = await server.choose(turned, message_view.menu(turned)["options"][0]["value"])
    assert opened.ephemeral


async def test_a_title_typed_wrong_beside_a_medium_is_offered_with_that_medium(server: ServerRig) -> None:
    hint = await server.ask("random", work="fierfly", medium="Live-Action TV")
    card = await server.press(hint, message_view.buttons(hint)["Firefly"]["custom_id"])
    assert "No.\u00a042" in message_view.text(card)
    hint = await server.ask("random", work="fierfly", medium="x" * 100)
    card = await server.press(hint, message_view.buttons(hint)["Firefly"]["custom_id"])
    assert "No.\u00a042" in message_view.text(card)


async def test_a_title_may_be_typed_without_its_article(server: ServerRig) -> None:
    card = await server.ask("work", title="lord of the rings")
    assert message_view.text(card).startswith("## 📖 The Lord of the Rings")
