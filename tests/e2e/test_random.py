"""`/bigrun random` and the buttons of an example's card."""

import pytest

from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from tests.e2e.conftest import ServerRig, shared_env
from tests.e2e.message_view import buttons, medium, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env

HOME = Markdown("Big Heroic Run")
FILM = Markdown("Film")
FILM_MEDIA = {"Film — Live-Action", "Film — Animation"}


async def test_a_card_shows_trope_licence_and_source(server: ServerRig) -> None:
    card = await server.ask("random")
    assert not card.ephemeral
    assert text(card).startswith("## ")
    assert HOME in text(card)
    assert texts.licence_line() in text(card)
    address = buttons(card)[texts.OPEN_ON_TV_TROPES]["url"]
    assert address == "https://tvtropes.org/pmwiki/pmwiki.php/Main/BigHeroicRun"


async def test_a_card_counts_spoilers_and_names_their_works(server: ServerRig) -> None:
    card = await server.open_entry(await server.ask("search", words="Munakata"), 0)
    assert texts.spoiler_summary(3, [Markdown("Danganronpa 3")]).removesuffix("**") in text(card)


async def test_random_keeps_to_a_medium(server: ServerRig) -> None:
    assert {medium(await server.ask("random", medium="film")) for _ in range(20)} <= FILM_MEDIA
    assert medium(await server.ask("random", medium="TV show")) == "Live-Action TV"


async def test_random_keeps_to_a_work(server: ServerRig) -> None:
    card = await server.ask("random", work="Number the Stars")
    assert "Annemarie" in text(card)
    assert "Annemarie" in text(await server.press(card, texts.ANOTHER_EXAMPLE))


async def test_random_without_spoilers_shows_none(server: ServerRig) -> None:
    for _ in range(10):
        card = await server.ask("random", medium="video games", spoilers="c")
        assert "||" not in text(card)
        assert "||" not in text(await server.press(card, texts.ANOTHER_EXAMPLE))


async def test_an_unknown_medium_gets_suggestions(server: ServerRig) -> None:
    hint = await server.ask("random", medium="flim")
    assert hint.ephemeral
    assert text(hint).startswith(texts.unknown_medium(Markdown("flim"), [FILM]).removesuffix("?"))
    assert medium(await server.press(hint, FILM)) in FILM_MEDIA


async def test_anyone_can_ask_for_another_example(server: ServerRig) -> None:
    card = await server.ask("random", medium="fan works")
    again = await server.press(card, texts.ANOTHER_EXAMPLE, server.ben)
    assert (again.ephemeral, again.id == card.id) == (False, False)
    assert "Daughter of the Sun" in text(again)


async def test_a_double_click_sends_one_card(server: ServerRig) -> None:
    card = await server.ask("random")
    await server.press(card, texts.ANOTHER_EXAMPLE)
    before = len(server.channel.history())
    await server.press(card, texts.ANOTHER_EXAMPLE)
    assert len(server.channel.history()) == before


async def test_same_medium_is_offered_where_it_narrows(server: ServerRig) -> None:
    card = await server.ask("random", medium="film")
    again = await server.press(card, texts.SAME_MEDIUM)
    assert medium(again) == medium(card)
    assert texts.SAME_MEDIUM not in buttons(again)


async def test_each_channel_and_scope_has_its_own_shuffle(server: ServerRig) -> None:
    await server.ask("random")
    for position in (1, 2):
        assert texts.shuffle_position(position, 60, HOME) in text(await server.ask("random", private=True))
    elsewhere = server.guild.create_text_channel("elsewhere")
    for position, total, scope, card in (
        (1, 60, HOME, await server.ask("random", server.ben, private=True)),
        (1, 21, FILM, await server.ask("random", medium="film")),
        (1, 60, HOME, await server.ask("random", location=elsewhere)),
        (2, 60, HOME, await server.ask("random")),
    ):
        assert texts.shuffle_position(position, total, scope) in text(card)
