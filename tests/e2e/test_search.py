"""`/bigrun search`: what is found, what is said when nothing is, and input of every kind."""

import pytest

from tests.e2e import message_view
from tests.e2e.conftest import ServerRig

HOSTILE = [
    '"', "AND OR NOT", "x-y", "C++", "it's", "NEAR(a b)", "col:word", "^a", "a*b*", "(", "{}", "'; DROP TABLE example",
    "@everyone <@1> <#2> </x:3>", "||run||", "`run`", "**run**", "# run", "run\nrun", "\x00", "\u202erun", "🏃🏽‍♀️",
    "走", "ß", "a" * 100, '"unclosed phrase', "-# x", "https://discord.gg/x", "<t:1:R>", "%", "_", "\\",
]  # fmt: skip


async def test_search_finds_the_word_and_shows_the_work_it_is_in(server: ServerRig) -> None:
    card = await server.ask("search", words="bridge")
    assert message_view.text(card).startswith("## 🔎 bridge\n-# 1 example found in Big Heroic Run")
    assert message_view.titles(card) == ["42. Firefly"]


async def test_all_words_must_be_found_a_phrase_in_order_and_a_prefix_at_the_start(server: ServerRig) -> None:
    assert message_view.titles(await server.ask("search", words="gondor horn")) == ["10. The Lord of the Rings"]
    assert message_view.titles(await server.ask("search", words='"horn of gondor"')) == ["10. The Lord of the Rings"]
    assert (await server.ask("search", words='"gondor of horn"')).ephemeral
    assert message_view.titles(await server.ask("search", words="pheid*")) == ["60. Real Life"]


async def test_titles_of_works_are_found_before_mere_mentions(server: ServerRig) -> None:
    titles = message_view.titles(await server.ask("search", words="lord rings"))
    assert set(titles) == {"10. The Lord of the Rings", "29. The Lord of the Rings"}


async def test_search_keeps_to_a_medium_and_offers_the_rest_where_it_finds_nothing(server: ServerRig) -> None:
    hint = await server.ask("search", words="bridge", medium="film")
    assert hint.ephemeral
    assert "No examples for **bridge** in Film" in message_view.text(hint)
    card = await server.press(hint, message_view.buttons(hint)["All media (1)"]["custom_id"])
    assert message_view.titles(card) == ["42. Firefly"]


async def test_a_slip_of_the_keyboard_is_answered_with_the_word_that_was_meant(server: ServerRig) -> None:
    hint = await server.ask("search", words="aragon")
    assert "Did you mean **aragorn**?" in message_view.text(hint)
    card = await server.press(hint, message_view.buttons(hint)["aragorn"]["custom_id"])
    assert len(message_view.titles(card)) == 2


async def test_a_title_is_offered_where_little_is_found(server: ServerRig) -> None:
    found = await server.ask("search", words="buffy")
    assert len(message_view.titles(found)) == 1
    assert [label for label in message_view.buttons(found) if label.startswith("Try")] == [
        "Try Buffy the Vampire Slayer"
    ]
    card = await server.press(found, message_view.buttons(found)["Try Buffy the Vampire Slayer"]["custom_id"])
    assert message_view.text(card).startswith("## 📖 Buffy the Vampire Slayer")


async def test_what_was_found_as_typed_is_not_doubted(server: ServerRig) -> None:
    for words in ("bridge", "horse", "car chase"):
        assert not [
            label for label in message_view.buttons(await server.ask("search", words=words)) if label.startswith("Try")
        ]


async def test_pages_of_a_search_keep_its_words(server: ServerRig) -> None:
    card = await server.ask("search", words="run")
    found = message_view.titles(card)
    while not message_view.buttons(card)["Next ▸"]["disabled"]:
        card = await server.press(card, message_view.buttons(card)["Next ▸"]["custom_id"])
        found += message_view.titles(card)
    assert len(found) == len(set(found)) == 18


async def test_hidden_words_are_not_found(server: ServerRig) -> None:
    for word in ("slaughtered", "Luthor", "Blackhearts", "Citadel", "collector"):
        assert (await server.ask("search", words=word)).ephemeral


@pytest.mark.parametrize("words", HOSTILE)
async def test_any_input_is_answered_and_pings_nobody(server: ServerRig, words: str) -> None:
    card = await server.ask("search", words=words)
    assert message_view.text(card)
    assert card.message.mentions == []
    assert not server.env.errors


async def test_signs_alone_are_answered_with_what_to_type(server: ServerRig) -> None:
    hint = await server.ask("search", words="?!")
    assert hint.ephemeral
    assert message_view.text(hint).startswith("Give me a word or two")


async def test_a_result_shows_where_the_words_stand(server: ServerRig) -> None:
    assert "Zoe, Jayne, and Wash on the **bridge**, laughing" in message_view.text(
        await server.ask("search", words="bridge")
    )
