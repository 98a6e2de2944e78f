"""`/bigrun search`: what it finds, what it says if it finds nothing, and input of every kind."""

import re

import pytest

from bot.conversation.shuffle import SEARCH_SLOTS
from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from tests.e2e.conftest import ServerRig, shared_env
from tests.e2e.message_view import buttons, number, text, titles

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env

LORD_OF_THE_RINGS = "10. The Lord of the Rings"
HOSTILE = [
    '"', "AND OR NOT", "x-y", "C++", "it's", "NEAR(a b)", "col:word", "^a", "a*b*", "(", "{}", "'; DROP TABLE example",
    "@everyone <@1> <#2> </x:3>", "||run||", "`run`", "**run**", "# run", "run\nrun", "\x00", "\u202erun", "🏃🏽‍♀️",
    "走", "ß", "a" * 100, '"unclosed phrase', "-# x", "https://discord.gg/x", "<t:1:R>", "%", "_", "\\",
]  # fmt: skip


async def test_the_only_hit_is_shown_with_its_list_behind_a_button(server: ServerRig) -> None:
    shown = await server.ask("search", words="bridge")
    assert number(shown) == 42
    assert texts.only_match(Markdown("bridge")) in text(shown)
    card = await server.press(shown, texts.SHOW_AS_LIST())
    summary = texts.example_count(1, Markdown("Big Heroic Run"))
    assert text(card).startswith(f"## 🔎 bridge\n-# {summary}")
    assert titles(card) == ["42. Firefly"]
    assert "Zoe, Jayne, and Wash on the **bridge**, laughing" in text(card)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("gondor horn", [LORD_OF_THE_RINGS], id="all words in any order"),
        pytest.param('"horn of gondor"', [LORD_OF_THE_RINGS], id="a phrase"),
        pytest.param("pheid*", ["60. Real Life"], id="a prefix"),
        pytest.param("lord rings", [LORD_OF_THE_RINGS, "29. The Lord of the Rings"], id="the words of a title"),
    ],
)
async def test_search_finds_words_phrases_and_prefixes(server: ServerRig, words: str, expected: list[str]) -> None:
    found = await server.ask("search", words=words)
    if texts.SHOW_AS_LIST() in buttons(found):
        found = await server.press(found, texts.SHOW_AS_LIST())
    assert sorted(titles(found)) == expected


@pytest.mark.parametrize("words", ['"gondor of horn"', "slaughtered", "Luthor", "Blackhearts", "Citadel", "collector"])
async def test_hidden_words_and_phrases_out_of_order_are_not_found(server: ServerRig, words: str) -> None:
    assert (await server.ask("search", words=words)).ephemeral


async def test_a_typo_gets_a_suggestion(server: ServerRig) -> None:
    hint = await server.ask("search", words="aragon")
    assert text(hint) == texts.no_matches(Markdown("aragon"), Markdown(""), [Markdown("Aragorn")])
    assert len(titles(await server.press(hint, "Aragorn"))) == 2


@pytest.mark.parametrize(
    ("words", "suggested"),
    [("buffy", ["Buffy the Vampire Slayer"]), ("bridge", []), ("horse", []), ("car chase", [])],
)
async def test_a_title_is_suggested_only_for_few_hits(server: ServerRig, words: str, suggested: list[str]) -> None:
    found = await server.ask("search", words=words)
    labels = [texts.try_query(title) for title in suggested]
    assert [label for label in buttons(found) if label.startswith(texts.try_query(""))] == labels
    for label, title in zip(labels, suggested, strict=True):
        assert text(await server.press(found, label)).startswith(f"## 📖 {title}")


async def test_each_page_of_a_search_has_other_hits(server: ServerRig) -> None:
    card = await server.ask("search", words="run")
    found = titles(card)
    while not buttons(card)[texts.NEXT_PAGE()]["disabled"]:
        card = await server.press(card, texts.NEXT_PAGE())
        found += titles(card)
    assert len(found) == len(set(found)) == 18


@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_input_is_answered_and_pings_nobody(server: ServerRig, words: str) -> None:
    card = await server.ask("search", words=words)
    assert text(card)
    assert card.message.mentions == []
    assert not server.env.errors


async def test_words_and_titles_are_suggested_while_typing(server: ServerRig) -> None:
    assert "aragorn" in [word.casefold() for word in await server.offered("search", "words", "ar")]
    assert (await server.offered("search", "words", "forrest"))[:2] == ["forrest", "Forrest Gump"]


@pytest.mark.parametrize(("typed", "word"), [("slaug", "slaughtered"), ("lutho", "luthor"), ("blackh", "blackhearts")])
async def test_hidden_words_are_never_suggested(server: ServerRig, typed: str, word: str) -> None:
    assert word not in [choice.casefold() for choice in await server.offered("search", "words", typed)]


async def test_a_search_in_hidden_text_is_private(server: ServerRig) -> None:
    assert (await server.ask("search", words="armada")).ephemeral
    found = await server.ask("search", words="slaughtered", hidden=True)
    listed = await server.press(found, texts.SHOW_AS_LIST())
    assert found.ephemeral
    assert listed.ephemeral
    assert titles(listed) == ["51. Mass Effect"]
    assert "slaughtered" not in text(listed).split("\n", 1)[1]
    for card in (found, listed):
        assert texts.SHARE() not in buttons(card)


@pytest.mark.parametrize("words", ["run", "lord rings"])
async def test_surprise_me_draws_each_hit_once(server: ServerRig, words: str) -> None:
    found = await server.ask("search", words=words)
    total = 18 if words == "run" else 2
    shown = await server.press(found, texts.SURPRISE_ME())
    numbers = [number(shown)]
    for position in range(2, total + 1):
        shown = await server.press(shown, texts.ANOTHER_EXAMPLE())
        numbers.append(number(shown))
        assert texts.hit_position(position, total, Markdown(words)) in text(shown)
    assert len(set(numbers)) == total


async def test_searches_are_drawn_from_in_few_rows(server: ServerRig) -> None:
    for words in (
        "run",
        "the",
        "his",
        "horse",
        "car",
        "back",
        "out",
        "her",
        "they",
        "end",
        "of",
        "to",
        "on",
        "-run he",
    ):
        found = await server.ask("search", words=words)
        if texts.SURPRISE_ME() in buttons(found):
            await server.press(found, texts.SURPRISE_ME())
    rows = await server.bot.services.state.fetch_all("SELECT scope_key FROM shuffle WHERE scope_key LIKE 'search%'")
    assert 2 < len(rows) <= SEARCH_SLOTS
    assert all(re.fullmatch("search [0-9a-f]", key) for (key,) in rows)


async def test_a_draw_from_a_hidden_search_is_private(server: ServerRig) -> None:
    found = await server.ask("search", words="her", hidden=True)
    shown = await server.press(found, texts.SURPRISE_ME())
    assert shown.ephemeral
    assert (await server.press(shown, texts.ANOTHER_EXAMPLE())).ephemeral
