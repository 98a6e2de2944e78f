"""Draws, lists and cards of examples. Their exact texts are in the recorded answers."""

import pytest

from bot.components.custom_ids import Action, ExampleRequest
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from tests.e2e.conftest import ServerRig, shared_env
from tests.e2e.message_view import medium, text, titles

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env

HOME = Markdown("Big Heroic Run")
FILM = Markdown("Film")
FILM_MEDIA = {"Film — Live-Action", "Film — Animation"}
FORGED = [
    ExampleRequest(Action.NOTES, example_ref="26ea70bcb3/9999").custom_id,
    ExampleRequest(Action.EXAMPLE, example_ref="26ea70bcb3/9999").custom_id,
    ExampleRequest(Action.RANDOM, trope_ref="ffffffffff").custom_id,
    ExampleRequest(Action.MEDIUM, medium="no-such-medium", page=1).custom_id,
]
OUTDATED = ["b0:r:::0:", "b99:whatever", "b1:z:::0:", "someone-else"]


async def test_random_keeps_to_a_medium(server: ServerRig) -> None:
    assert {medium(await server.ask("random", medium="film")) for _ in range(20)} <= FILM_MEDIA
    assert medium(await server.ask("random", medium="TV show")) == "Live-Action TV"


async def test_random_without_spoilers_shows_none(server: ServerRig) -> None:
    for _ in range(10):
        card = await server.ask("random", medium="video games", spoilers="c")
        assert "||" not in text(card)
        assert "||" not in text(await server.press(card, texts.ANOTHER_EXAMPLE()))


async def test_anyone_can_ask_for_another_example(server: ServerRig) -> None:
    card = await server.ask("random", medium="fan works")
    again = await server.press(card, texts.ANOTHER_EXAMPLE(), server.ben)
    assert (again.ephemeral, again.id == card.id) == (False, False)
    assert "Daughter of the Sun" in text(again)


async def test_a_double_click_sends_one_card(server: ServerRig) -> None:
    card = await server.ask("random")
    await server.press(card, texts.ANOTHER_EXAMPLE())
    before = len(server.channel.history())
    await server.press(card, texts.ANOTHER_EXAMPLE())
    assert len(server.channel.history()) == before


async def test_each_channel_and_scope_has_its_own_shuffle(server: ServerRig) -> None:
    await server.ask("random")
    elsewhere = server.guild.create_text_channel("elsewhere")
    for position, total, scope, card in (
        (1, 60, HOME, await server.ask("random", private=True)),
        (2, 60, HOME, await server.ask("random", private=True)),
        (1, 60, HOME, await server.ask("random", server.ben, private=True)),
        (1, 21, FILM, await server.ask("random", medium="film")),
        (1, 60, HOME, await server.ask("random", location=elsewhere)),
        (2, 60, HOME, await server.ask("random")),
    ):
        assert texts.shuffle_position(position, total, scope) in text(card)


async def test_other_members_get_a_private_copy_of_the_next_page(server: ServerRig) -> None:
    card = await server.ask("medium", name="film")
    copy = await server.press(card, texts.NEXT_PAGE(), server.ben)
    own = await server.press(card, texts.NEXT_PAGE())
    assert (copy.ephemeral, copy.id == card.id) == (True, False)
    assert (own.ephemeral, own.id == card.id) == (False, True)
    assert titles(own) == titles(copy)


@pytest.mark.parametrize("page", [0, 999999])
async def test_a_page_out_of_range_shows_the_nearest_one(server: ServerRig, page: int) -> None:
    request = ExampleRequest(Action.MEDIUM, medium="film", page=page)
    assert titles(await server.forge(await server.ask("medium", name="film"), request.custom_id))


async def test_a_title_can_be_typed_or_suggested(server: ServerRig) -> None:
    for title in ("the lord of the rings", "lord of the rings"):
        listed = titles(await server.ask("work", title=title))
        assert listed == ["Example 10", "Example 29"]
    [suggested] = await server.offered("work", "title", "number the")
    assert titles(await server.ask("work", title=suggested)) == ["Example 37"]


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


async def test_every_example_of_the_page_fits_in_one_card(server: ServerRig) -> None:
    for number in range(1, 61):
        shown = text(await server.ask("show", number=number))
        assert f"{texts.example_number(number)}\n" in shown
        assert texts.text_page(1, 2).removesuffix("2") not in shown


async def test_about_leads_to_an_example(server: ServerRig) -> None:
    assert "example\u00a0" in text(await server.press(await server.ask("about"), texts.RANDOM_BUTTON()))


@pytest.mark.parametrize("custom_id", [*FORGED, *OUTDATED])
async def test_a_forged_button_gets_a_private_answer(server: ServerRig, custom_id: str) -> None:
    answer = await server.forge(await server.ask("random", medium="film"), custom_id)
    assert answer.ephemeral
    assert (text(answer) == texts.OUTDATED_BUTTON()) == (custom_id in OUTDATED)
