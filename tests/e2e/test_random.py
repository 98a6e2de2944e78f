"""`/bigrun random` and the presses on an example's card."""

from bot.client.bot import create_bot
from bot.settings import Settings
from tests.e2e import message_view
from tests.e2e.conftest import ServerRig
from tests.e2e.restarts import restart


async def test_random_shows_an_example_with_its_title_medium_number_and_licence(server: ServerRig) -> None:
    card = await server.ask("random")
    text = message_view.text(card)
    assert text.startswith("## ")
    assert "Big Heroic Run" in text
    assert "CC\u00a0BY-NC-SA\u00a03.0" in text
    assert not card.ephemeral
    assert (
        message_view.buttons(card)["On TV Tropes"]["url"] == "https://tvtropes.org/pmwiki/pmwiki.php/Main/BigHeroicRun"
    )


async def test_random_keeps_to_the_medium_asked_for(server: ServerRig) -> None:
    cards = [await server.ask("random", medium="film") for _ in range(20)]
    assert {message_view.medium(card) for card in cards} <= {"Film — Live-Action", "Film — Animation"}


async def test_a_medium_may_be_typed_as_people_say_it(server: ServerRig) -> None:
    card = await server.ask("random", medium="TV show")
    assert "Live-Action TV" in message_view.text(card)


async def test_an_unknown_medium_is_answered_privately_with_the_nearest_ones_to_press(server: ServerRig) -> None:
    hint = await server.ask("random", medium="flim")
    assert hint.ephemeral
    assert message_view.text(hint).startswith("I don’t have any examples from **flim**. Did you mean **Film**")
    card = await server.press(hint, message_view.buttons(hint)["Film"]["custom_id"])
    assert "Film — " in message_view.text(card)


async def test_another_brings_a_new_card_from_the_same_scope_for_anyone(server: ServerRig) -> None:
    card = await server.ask("random", medium="fan works")
    again = await server.press(card, message_view.buttons(card)["Another"]["custom_id"], member=server.ben)
    assert again.id != card.id
    assert not again.ephemeral
    assert "Daughter of the Sun" in message_view.text(again)


async def test_same_medium_is_offered_only_where_it_says_something_new(server: ServerRig) -> None:
    card = await server.ask("random", medium="film")
    again = await server.press(card, message_view.buttons(card)["Same medium"]["custom_id"])
    assert message_view.medium(again) == message_view.medium(card)
    assert "Same medium" not in message_view.buttons(again)


async def test_the_card_of_an_example_counts_its_spoilers_and_names_what_they_are_about(server: ServerRig) -> None:
    hits = await server.ask("search", words="Munakata")
    card = await server.choose(hits, message_view.menu(hits)["options"][0]["value"])
    assert "3 spoilers for **Danganronpa 3" in message_view.text(card)


async def test_it_answers_in_a_direct_message(server: ServerRig) -> None:
    user = server.env.create_user("cleo")
    result = await user.slash("bigrun random", medium="real life")
    assert "Real Life" in message_view.text(result.response)


async def test_nothing_comes_again_in_a_channel_until_all_were_shown_also_after_a_restart(
    server: ServerRig, settings: Settings
) -> None:
    shown = [await server.ask("random", medium="film") for _ in range(12)]
    assert "12\u00a0of\u00a021 in Film" in message_view.text(shown[-1])
    again = create_bot(settings)
    await restart(server.env, again)
    shown += [await server.press(shown[-1], message_view.buttons(shown[-1])["Another"]["custom_id"])]
    shown += [await server.ask("random", medium="film", member=member) for member in [server.ann, server.ben] * 4]
    assert "21\u00a0of\u00a021 in Film" in message_view.text(shown[-1])
    assert len({message_view.number(card) for card in shown}) == 21
    assert "1\u00a0of\u00a021 in Film" in message_view.text(await server.ask("random", medium="film"))
    await again.close()


async def test_other_channels_scopes_and_private_draws_go_their_own_way(server: ServerRig) -> None:
    await server.ask("random")
    for place in (1, 2):
        assert f"{place}\u00a0of\u00a060" in message_view.text(await server.ask("random", private=True))
    assert "1\u00a0of\u00a060" in message_view.text(await server.ask("random", member=server.ben, private=True))
    assert "1\u00a0of\u00a021" in message_view.text(await server.ask("random", medium="film"))
    elsewhere = server.env.guild.create_text_channel("elsewhere")
    answer = await server.ann.slash(elsewhere, "bigrun random")
    assert "1\u00a0of\u00a060" in message_view.text(answer.response)
    assert "2\u00a0of\u00a060" in message_view.text(await server.ask("random"))
