"""Cases of the rules for messages: content, spoilers and embeds."""

from typing import Any

from tests.discord_rules.message_rules import EPHEMERAL
from tests.discord_rules.rules import Request
from tests.discord_rules.sample_payloads import (
    NOBODY,
    Case,
    answer,
    button,
    callback,
    card,
    choice,
    edit,
    modal,
    row,
    suggestions,
    text,
)

RUNNER = "🏃"  # one code point, two UTF-16 units


def embed(**changes: Any) -> dict[str, Any]:
    return {"title": "Run Lola Run", **changes}


def cell(name: Any = "Medium", value: Any = "Film") -> dict[str, Any]:
    return {"name": name, "value": value}


def post(**message: Any) -> Request:
    return Request("POST", "/channels/1/messages", {"allowed_mentions": NOBODY, **message})


MESSAGES = [
    Case(
        "a content has 2,000 characters",
        answer(content="x" * 2000),
        answer(content="x" * 2001),
        "$.data.content is 2001 characters long, but at most 2000 fit.",
    ),
    Case(
        "the stricter of two counts decides",
        answer(content=RUNNER * 1000),
        answer(content=RUNNER * 1001),
        "$.data.content is 2002 characters long",
    ),
    Case("a content is a text", answer(content="5"), answer(content=5), "$.data.content must be a text, not 5."),
    Case(
        "a text holds whole characters",
        answer(content=RUNNER),
        answer(content="\ud83c"),
        "$.data.content holds half a character",
    ),
    Case("a new message is not empty", answer(content="x"), answer(content=""), "$.data is an empty message."),
    Case("an answer has data", answer(content="x"), callback(4), "$.data must be an object, not None."),
    Case(
        "an edit may empty what it likes",
        edit(content=None, embeds=[], components=[]),
        edit(content="x" * 2001),
        "$.content is 2001 characters long",
    ),
    Case(
        "text pings nobody",
        answer(content="<@1>"),
        callback(4, {"content": "<@1>"}),
        "$.data.allowed_mentions must hold parse: []",
    ),
    Case(
        "text in a card pings nobody",
        card(text("<@1>")),
        card(text("<@1>"), allowed_mentions={"parse": ["users"]}),
        "$.data.allowed_mentions must hold parse: []",
    ),
    Case(
        "a card says that it pings nobody",
        card(row(button()), allowed_mentions=None),
        card(text("<@1>"), allowed_mentions=None),
        "$.data.allowed_mentions must hold parse: []",
    ),
    Case(
        "an embed says that it pings nobody",
        answer(embeds=[embed()]),
        answer(embeds=[embed()], allowed_mentions=None),
        "$.data.allowed_mentions must hold parse: []",
    ),
    Case(
        "an edited text pings nobody",
        edit(content="<@1>"),
        edit(content="<@1>", allowed_mentions=None),
        "$.allowed_mentions must hold parse: []",
    ),
    Case(
        "only an answer is for one member alone",
        answer(content="x", flags=EPHEMERAL),
        post(content="x", flags=EPHEMERAL),
        "$.flags ask for a message to one member alone",
    ),
    Case(
        "flags are a number",
        answer(content="x", flags=0),
        answer(content="x", flags="0"),
        "$.data.flags must be a whole number",
    ),
    Case(
        "flags are not negative",
        answer(content="x", flags=0),
        answer(content="x", flags=-1 << 20),
        "$.data.flags must be a whole number",
    ),
    Case(
        "a nonce has 25 characters",
        post(content="x", nonce="n" * 25),
        post(content="x", nonce="n" * 26),
        "$.nonce is 26 characters long",
    ),
]

SPOILERS = [
    Case(
        "a spoiler tag is closed",
        answer(content="||He|| and ||she||"),
        answer(content="||He|| and ||she"),
        "$.data.content holds a spoiler tag that is empty or never closed.",
    ),
    Case(
        "a spoiler tag hides something",
        answer(content="||x||"),
        answer(content="||||"),
        "$.data.content holds a spoiler tag that is empty or never closed.",
    ),
    Case(
        "a tag is closed within its own text",
        card(text("||He|| wins")),
        card(text("||He"), text("wins")),
        "$.data.components[0].content holds a spoiler tag that is empty",
    ),
    Case(
        "a message has 99 spoilers",
        answer(content="||x||" * 99),
        answer(content="||x||" * 100),
        "$.data holds 100 spoilers",
    ),
    Case(
        "a card has 99 spoilers",
        card(text("||x||" * 49), text("||x||" * 50)),
        card(text("||x||" * 50), text("||x||" * 50)),
        "$.data holds 100 spoilers",
    ),
    Case(
        "an embed's field value may hide, its name may not",
        answer(embeds=[embed(fields=[cell(value="||x||")])]),
        answer(embeds=[embed(fields=[cell(name="||x||")])]),
        "$.data.embeds[0].fields[0].name holds a spoiler tag, which hides nothing there.",
    ),
    Case(
        "an embed's description may hide, its title may not",
        answer(embeds=[embed(description="||x||")]),
        answer(embeds=[embed(title="||x||")]),
        "$.data.embeds[0].title holds a spoiler tag",
    ),
    Case(
        "an embed's footer hides nothing",
        answer(embeds=[embed(footer={"text": "x"})]),
        answer(embeds=[embed(footer={"text": "||x||"})]),
        "$.data.embeds[0].footer.text holds a spoiler tag",
    ),
    Case(
        "a button's label hides nothing",
        card(row(button(label="x"))),
        card(row(button(label="||x||"))),
        "$.data.components[0].components[0].label holds a spoiler tag",
    ),
    Case(
        "a choice hides nothing",
        suggestions(choice("x")),
        suggestions(choice("||x")),
        "$.data.choices[0].name holds a spoiler tag",
    ),
    Case(
        "a modal's title hides nothing",
        modal(text(), title="x"),
        modal(text(), title="||x||"),
        "$.data.title holds a spoiler tag",
    ),
]

EMBEDS = [
    Case(
        "a message has 10 embeds",
        answer(embeds=[embed()] * 10),
        answer(embeds=[embed()] * 11),
        "$.data.embeds has 11 entries",
    ),
    Case(
        "an embed's title has 256 characters",
        answer(embeds=[embed(title="x" * 256)]),
        answer(embeds=[embed(title="x" * 257)]),
        "$.data.embeds[0].title is 257 characters long",
    ),
    Case(
        "an embed's description has 4,096",
        answer(embeds=[embed(description="x" * 4096)]),
        answer(embeds=[embed(description="x" * 4097)]),
        "$.data.embeds[0].description is 4097 characters long",
    ),
    Case(
        "an embed's author has 256",
        answer(embeds=[embed(author={"name": "x" * 256})]),
        answer(embeds=[embed(author={"name": "x" * 257})]),
        "$.data.embeds[0].author.name is 257 characters long",
    ),
    Case(
        "an embed's footer has 2,048",
        answer(embeds=[embed(footer={"text": "x" * 2048})]),
        answer(embeds=[embed(footer={"text": "x" * 2049})]),
        "$.data.embeds[0].footer.text is 2049 characters long",
    ),
    Case(
        "an embed has 25 fields",
        answer(embeds=[embed(fields=[cell()] * 25)]),
        answer(embeds=[embed(fields=[cell()] * 26)]),
        "$.data.embeds[0].fields has 26 entries",
    ),
    Case(
        "a field's name has 256",
        answer(embeds=[embed(fields=[cell(name="x" * 256)])]),
        answer(embeds=[embed(fields=[cell(name="x" * 257)])]),
        "$.data.embeds[0].fields[0].name is 257 characters long",
    ),
    Case(
        "a field's value has 1,024",
        answer(embeds=[embed(fields=[cell(value="x" * 1024)])]),
        answer(embeds=[embed(fields=[cell(value="x" * 1025)])]),
        "$.data.embeds[0].fields[0].value is 1025 characters long",
    ),
    Case(
        "a field's name is not blank",
        answer(embeds=[embed(fields=[cell(name="x")])]),
        answer(embeds=[embed(fields=[cell(name=" ")])]),
        "$.data.embeds[0].fields[0].name is empty.",
    ),
    Case(
        "embeds have 6,000 characters in all",
        answer(embeds=[embed(title="x" * 100, description="x" * 2900)] * 2),
        answer(embeds=[embed(title="x" * 101, description="x" * 2900), embed(title="x" * 100, description="x" * 2900)]),
        "$.data.embeds hold 6001 characters in all, but at most 6000 fit.",
    ),
    Case(
        "an embed shows something",
        answer(embeds=[{"description": "x"}]),
        answer(embeds=[{"color": 1}]),
        "$.data.embeds[0] is an empty embed.",
    ),
    Case(
        "an embed links to the web",
        answer(embeds=[embed(url="https://example.org/")]),
        answer(embeds=[embed(url="page")]),
        "$.data.embeds[0].url must be an address of http, https",
    ),
    Case(
        "an embed's address has 2,048 characters",
        answer(embeds=[embed(url="https://example.org/" + "x" * 2028)]),
        answer(embeds=[embed(url="https://example.org/" + "x" * 2029)]),
        "$.data.embeds[0].url is 2049 characters long",
    ),
]

CASES = [*MESSAGES, *SPOILERS, *EMBEDS]
