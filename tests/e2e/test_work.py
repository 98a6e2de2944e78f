"""`/bigrun work`, `/bigrun show` and `/bigrun about`."""

import pytest

from bot.components.custom_ids import Action, ExampleRequest
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from tests.e2e.conftest import ServerRig, shared_env
from tests.e2e.message_view import buttons, text, titles

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env

LORD_OF_THE_RINGS = ["10. The Lord of the Rings", "29. The Lord of the Rings"]
SUGGESTION = texts.unknown_work(Markdown("forest gum"), [Markdown("Forrest Gump")])


@pytest.mark.parametrize("title", ["the lord of the rings", "lord of the rings"])
async def test_a_work_is_found_in_all_media(server: ServerRig, title: str) -> None:
    card = await server.ask("work", title=title)
    count = texts.example_count(2, Markdown("Big Heroic Run"))
    assert text(card).startswith(f"## 📖 The Lord of the Rings\n-# {count}")
    assert titles(card) == LORD_OF_THE_RINGS


async def test_a_work_named_only_in_a_sub_bullet_is_found(server: ServerRig) -> None:
    assert titles(await server.ask("work", title="Star Trek Into Darkness")) == ["11. Star Trek (2009)"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        pytest.param("mass eff", ["Mass Effect", "Mass Effect 1", "Mass Effect 2", "Mass Effect 3"], id="beginnings"),
        pytest.param("rings", ["The Lord of the Rings"], id="words"),
        pytest.param("forest gump", ["Forrest Gump"], id="close titles"),
    ],
)
async def test_titles_are_suggested_while_typing(server: ServerRig, typed: str, first: list[str]) -> None:
    choices = await server.ann.autocomplete(server.channel, "bigrun work", "title", typed)
    assert [choice["name"] for choice in choices][: len(first)] == first


async def test_a_suggested_title_shows_that_work(server: ServerRig) -> None:
    assert len(await server.offered("work", "title", "")) == 25
    [choice] = await server.offered("work", "title", "number the")
    assert titles(await server.ask("work", title=choice)) == ["37. Number the Stars"]


async def test_an_unknown_work_gets_a_suggestion(server: ServerRig) -> None:
    hint = await server.ask("work", title="forest gum")
    assert (hint.ephemeral, text(hint)) == (True, SUGGESTION)
    assert titles(await server.press(hint, "Forrest Gump")) == ["25. Forrest Gump"]


@pytest.mark.parametrize(
    ("typed", "title", "medium"),
    [
        ("forest gum", "Forrest Gump", "Movie"),
        ("forest gum", "Forrest Gump", "no such medium"),
        ("fierfly", "Firefly", "Live-Action TV"),
        ("fierfly", "Firefly", "x" * 100),
    ],
)
async def test_a_suggested_work_is_shown_whatever_the_medium(
    server: ServerRig, typed: str, title: str, medium: str
) -> None:
    hint = await server.ask("random", work=typed, medium=medium)
    assert title in text(await server.press(hint, title)).splitlines()[0]


async def test_more_of_a_work_is_offered_where_there_is_more(server: ServerRig) -> None:
    more = await server.press(await server.ask("show", number=10), texts.MORE_OF_WORK)
    assert titles(more) == LORD_OF_THE_RINGS
    assert texts.MORE_OF_WORK not in buttons(await server.ask("show", number=25))


async def test_show_explains_which_numbers_exist(server: ServerRig) -> None:
    assert text(await server.ask("show", number=25)).startswith("## 🎬 Forrest Gump")
    hint = await server.ask("show", number=61)
    assert (hint.ephemeral, text(hint)) == (True, texts.no_such_number(61, 60))


async def test_every_example_of_the_page_fits_in_one_card(server: ServerRig) -> None:
    for number in range(1, 61):
        shown = text(await server.ask("show", number=number))
        assert f"{texts.example_number(number)}\n" in shown
        assert "part 1 of" not in shown


async def test_notes_open_privately(server: ServerRig) -> None:
    card = await server.ask("show", number=14)
    assert "said **All**¹ Riders)" in text(card)
    assert "missing" not in text(card)
    notes = await server.press(card, texts.notes_button(1), server.ben)
    assert notes.ephemeral
    assert text(notes) == "-# Kamen Rider\n¹ although there are two currently missing"
    assert texts.notes_button(1) not in buttons(await server.ask("show", number=15))


async def test_about_describes_the_trope_and_counts_by_medium(server: ServerRig) -> None:
    card = await server.ask("about")
    assert text(card).startswith("## 🏃 Big Heroic Run\nThe hero or heroes run very fast to save someone")
    assert "🎬 Film — Live-Action ▰▰▰▰▰▰▰▰▰▰ **19**" in text(card)
    assert texts.total_examples(60) in text(card)
    assert "No.\u00a0" in text(await server.press(card, texts.RANDOM_BUTTON))


@pytest.mark.parametrize(
    "custom_id",
    [
        ExampleRequest(Action.OPEN_FROM_LIST, example_ref="nowhere/1").custom_id,
        ExampleRequest(Action.EXAMPLE, example_ref="26ea70bcb3/9999").custom_id,
        ExampleRequest(Action.RANDOM, trope_ref="ffffffffff").custom_id,
        ExampleRequest(Action.MEDIUM, medium="no-such-medium", page=1).custom_id,
        "b0:r:::0:",
        "b99:whatever",
        "b1:z:::0:",
        "someone-else",
    ],
)
async def test_a_forged_button_gets_a_private_answer(server: ServerRig, custom_id: str) -> None:
    answer = await server.forge(await server.ask("random", medium="film"), custom_id)
    assert answer.ephemeral
    outdated = custom_id.startswith(("b0", "b99", "b1:z", "someone"))
    assert (text(answer) == texts.OUTDATED_BUTTON) == outdated
