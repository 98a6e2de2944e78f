"""`/bigrun search`: what it finds, what it says if it finds nothing, and input of every kind."""

import pytest

from bot.render.markdown import Markdown
from bot.render.texts import examples as texts
from tests.e2e.conftest import ServerRig, shared_env
from tests.e2e.message_view import buttons, text, titles

pytestmark = pytest.mark.asyncio(loop_scope="module")
simcord_env = shared_env

LORD_OF_THE_RINGS = "10. The Lord of the Rings"
HOSTILE = [
    '"', "AND OR NOT", "x-y", "C++", "it's", "NEAR(a b)", "col:word", "^a", "a*b*", "(", "{}", "'; DROP TABLE example",
    "@everyone <@1> <#2> </x:3>", "||run||", "`run`", "**run**", "# run", "run\nrun", "\x00", "\u202erun", "🏃🏽‍♀️",
    "走", "ß", "a" * 100, '"unclosed phrase', "-# x", "https://discord.gg/x", "<t:1:R>", "%", "_", "\\",
]  # fmt: skip


async def test_a_result_shows_the_work_and_the_matching_text(server: ServerRig) -> None:
    card = await server.ask("search", words="bridge")
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
    assert sorted(titles(await server.ask("search", words=words))) == expected


@pytest.mark.parametrize("words", ['"gondor of horn"', "slaughtered", "Luthor", "Blackhearts", "Citadel", "collector"])
async def test_hidden_words_and_phrases_out_of_order_are_not_found(server: ServerRig, words: str) -> None:
    assert (await server.ask("search", words=words)).ephemeral


async def test_a_typo_gets_a_suggestion(server: ServerRig) -> None:
    hint = await server.ask("search", words="aragon")
    assert text(hint) == texts.no_matches(Markdown("aragon"), Markdown(""), [Markdown("aragorn")])
    assert len(titles(await server.press(hint, "aragorn"))) == 2


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
    while not buttons(card)[texts.NEXT_PAGE]["disabled"]:
        card = await server.press(card, texts.NEXT_PAGE)
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
    assert found.ephemeral
    assert titles(found) == ["51. Mass Effect"]
    assert "slaughtered" not in text(found).split("\n", 1)[1]
    assert texts.SHARE not in buttons(found)
