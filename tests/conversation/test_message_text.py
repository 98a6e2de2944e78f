"""What is read of a message, and what is not."""

from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.conversation.message_text import MAX_ADDRESSES, MAX_WORDS, MessageText, read_message

BOT, MEMBER = 1, 2
FILM = "https://tvtropes.org/pmwiki/pmwiki.php/Film/RunLolaRun"


def message(content: str = "", **fields: Any) -> Any:
    fields = {"author": SimpleNamespace(id=MEMBER), "embeds": [], "components": [], "message_snapshots": []} | fields
    return SimpleNamespace(content=content, **fields)


def words(content: str = "", **fields: Any) -> tuple[str, ...]:
    return read_message(message(content, **fields), bot_id=BOT).words


def text_display(content: str) -> Any:
    return SimpleNamespace(content=content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("Do you remember the bridge?", ["bridge"], id="weak words"),
        pytest.param("<@123> <@!1> <@&2> <#3> @everyone </bigrun random:4> bridge", ["bridge"], id="mentions"),
        pytest.param("<:runner:12> <a:runner:12> :runner: 🏃 bridge", ["bridge"], id="emoji"),
        pytest.param("`runner` ``run`ner`` ```py\nrunner\n``` bridge", ["bridge"], id="code"),
        pytest.param("https://a.example/runner www.runner.example runner.example/x bridge", ["bridge"], id="addresses"),
        pytest.param("[bridge](https://a.example/runner)", ["bridge"], id="masked link"),
        pytest.param("<t:1700000000:R> 42 1999 x bridge", ["bridge"], id="numbers"),
        pytest.param("進撃 Bridge bridge BRIDGE", ["進撃", "bridge"], id="each once, of any language"),
        pytest.param("a **bri**dge", ["bri", "dge"], id="markup"),
        pytest.param("\0 \ud800 bridge", ["bridge"], id="surrogates"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_only_words_that_say_something_are_read(content: str, expected: list[str]) -> None:
    assert list(words(content)) == expected


@pytest.mark.parametrize(
    "content",
    [
        "bridge ||secret||",
        "bridge ||secret\nsecret||",
        "bridge |||secret||",
        "bridge ||secret|||",
        "bridge \\||secret||",
        "bridge ||a \\|| secret||",
        "bridge `x ||` ||secret|| y",
        "bridge \\`a ||b\\` ||secret||",
        "bridge ||secret",
        "bridge ||a|| ||secret",
        "bridge ||https://tvtropes.org/pmwiki/pmwiki.php/Film/Secret||",
        "bridge " + "||a|| " * 700 + "||" + "secret " * 500 + "||",
    ],
)
def test_hidden_text_of_a_message_is_not_read(content: str) -> None:
    read = read_message(message(content), bot_id=BOT)
    assert read.words[0] == "bridge"
    assert "secret" not in str(read).casefold()


def test_embeds_components_and_forwarded_messages_are_read() -> None:
    embed = discord.Embed(title="one1a", description="two2a ||secret||").set_footer(text="three3a")
    embed.set_author(name="four4a").add_field(name="five5a", value="six6a")
    section = SimpleNamespace(children=[text_display("seven7a")], accessory=None)
    shown = SimpleNamespace(children=[section, text_display("eight8a ||secret||")], spoiler=False)
    hidden = SimpleNamespace(children=[text_display("secret")], spoiler=True)
    snapshot = SimpleNamespace(content="nine9a", embeds=[discord.Embed(title="ten10a")], components=[])
    read = words(embeds=[embed], components=[shown, hidden], message_snapshots=[snapshot])
    assert sorted(read) == sorted("one1a two2a three3a four4a five5a six6a seven7a eight8a nine9a ten10a".split())


def test_small_text_on_cards_of_the_bot_is_not_read() -> None:
    card = [text_display("## 🎬 Firefly\n-# Film · No. 3\nbridge\n-# TV Tropes, licence")]
    assert read_message(message(author=SimpleNamespace(id=BOT), components=card), bot_id=BOT) == MessageText(
        ("firefly", "bridge"), (), is_own=True
    )


def test_addresses_of_the_wiki_are_set_apart() -> None:
    read = read_message(message(f"<{FILM}> [x]({FILM}#a) tvtropes.org/pmwiki/pmwiki.php/Main/A bridge"), bot_id=BOT)
    assert read.words == ("bridge",)
    assert read.addresses == (FILM, f"{FILM}#a", "tvtropes.org/pmwiki/pmwiki.php/Main/A")


@pytest.mark.parametrize(
    "piece", ["||", "|", "`", "``|", "<@", ":a", "a.", "-a", "https://", f"{FILM}/", "word{} ", "ﷺ"]
)
def test_a_hostile_message_costs_bounded_work(piece: str) -> None:
    content = "".join([piece.format(number) for number in range(4000)])
    embeds = [discord.Embed(title=content[:256], description=content[:4096]) for _ in range(10)]
    read = read_message(message(content, embeds=embeds), bot_id=BOT)
    assert len(read.words) <= MAX_WORDS
    assert len(read.addresses) <= MAX_ADDRESSES
