"""Every rule, with a request that just keeps it and one that breaks only it."""

from typing import Any

from tests.discord_rules import field_cases
from tests.discord_rules.rules import COMPONENTS_V2, EPHEMERAL, Request, weight
from tests.discord_rules.sample_payloads import (
    NOBODY,
    Case,
    answer,
    button,
    callback,
    card,
    choice,
    command,
    commands,
    container,
    edit,
    embed,
    field,
    label,
    menu,
    modal,
    parameter,
    post,
    row,
    section,
    select,
    suggestions,
    text,
)

RUNNER = "🏃"  # one code point, two UTF-16 units
LONG_EMBED = {
    "title": "x" * 100,
    "description": "x" * 2500,
    "author": {"name": "x" * 100},
    "footer": {"text": "x" * 100},
    "fields": [{"name": "x" * 100, "value": "x" * 100}],
}
PINGS = "$.data.allowed_mentions must have parse: []"


def many(count: int, make: Any = command, name: str = "run{}", **changes: Any) -> list[dict[str, Any]]:
    return [make(name=name.format(index), **changes) for index in range(count)]


def weighing(total: int) -> dict[str, Any]:
    """Return a command with `total` characters in names, descriptions and values."""
    long = [choice(f"{index:02}".ljust(100, "x"), f"{index:02}".ljust(100, "y")) for index in range(25)]
    built = command(parameter(name="a", choices=long), parameter(name="b", choices=long[:14]), parameter(name="c"))
    rest = total - weight(built)
    built["options"][-1]["choices"] = [choice("z" * 70, "z" * (rest - 70))]
    return built


ANSWERS = [
    Case("a deferral has no data", callback(5), callback(5, {"content": "x"}), "$.data.content breaks absent"),
    Case("a deferral can be ephemeral", callback(5, {"flags": EPHEMERAL}), callback(5, 64), "$.data breaks type"),
    Case("a deferred update has no data", callback(6), callback(6, {"content": "x"}), "$.data.content breaks absent"),
    Case(
        "an update is an edit",
        callback(7, {"components": []}),
        callback(7, {"content": "x" * 2001, "allowed_mentions": NOBODY}),
        "$.data.content breaks maxLength 2000",
    ),
    Case("a callback has a type", callback(5), callback(99), "$.type is 99, which cannot answer"),
    Case("a callback's type is a number", callback(5), callback([5]), "$.type is [5], which cannot answer"),
    Case("suggestions are an object", suggestions(), callback(8), "$.data breaks type 'object'"),
    Case("a modal has data", modal(text()), callback(9), "$.data breaks type 'object'"),
    Case("an answer has data", answer(content="x"), callback(4), "$.data breaks type 'object'"),
    Case("a new message has a body", answer(content="x"), answer(content=""), "$.data is an empty message"),
    Case("a post has a body", post(), post(content=None), "$ is an empty message"),
    Case("an edit can remove all", edit(content=None, embeds=[], components=[]), edit(content=5), "$.content breaks"),
    Case(
        "only an answer is ephemeral",
        answer(content="x", flags=EPHEMERAL),
        post(flags=EPHEMERAL),
        "$.flags are ephemeral",
    ),
    Case(
        "no edited post is ephemeral",
        Request("PATCH", "/channels/1/messages/2", {"flags": 0}),
        Request("PATCH", "/channels/1/messages/2", {"flags": EPHEMERAL}),
        "$.flags are ephemeral",
    ),
]

TEXTS = [
    Case(
        "the stricter of two counts decides",
        answer(content=RUNNER * 1000),
        answer(content=RUNNER * 1001),
        "$.data.content breaks maxLength 2000",
    ),
    Case("a text has whole characters", answer(content=RUNNER), answer(content="\ud83c"), "$ contains half a char"),
    Case("a text pings nobody", answer(content="<@1>"), callback(4, {"content": "<@1>"}), PINGS),
    Case(
        "a text in a card pings nobody",
        card(text("<@1>")),
        card(text("<@1>"), allowed_mentions={"parse": ["users"]}),
        PINGS,
    ),
    Case(
        "a card with text disables pings",
        card(row(button()), allowed_mentions=None),
        card(text("<@1>"), allowed_mentions=None),
        PINGS,
    ),
    Case("an embed disables pings", answer(embeds=[embed()]), answer(embeds=[embed()], allowed_mentions=None), PINGS),
    Case(
        "an edited text pings nobody",
        edit(content="<@1>"),
        edit(content="<@1>", allowed_mentions=None),
        "$.allowed_mentions must have parse: []",
    ),
    Case("mentions are an object", answer(content="x"), answer(content="x", allowed_mentions=[]), PINGS),
    Case(
        "a tag closes in its own text",
        card(text("||He|| wins")),
        card(text("||He"), text("wins")),
        "$.data.components[0].content breaks spoilers 'closed'",
    ),
    Case(
        "a message has 99 spoilers",
        answer(content="||x||" * 99),
        answer(content="||x||" * 100),
        "$.data has 100 spoilers, 99 are hidden",
    ),
    Case(
        "a card has 99 spoilers",
        card(text("||x||" * 49), text("||x||" * 50)),
        card(text("||x||" * 50), text("||x||" * 50)),
        "$.data has 100 spoilers",
    ),
    Case(
        "embeds have 6,000 characters in all",
        answer(embeds=[LONG_EMBED, LONG_EMBED]),
        answer(embeds=[LONG_EMBED, LONG_EMBED | {"title": "x" * 101}]),
        "$.data has 6001 characters in embeds, 6000 fit",
    ),
    Case(
        "an embed shows something",
        answer(embeds=[{"description": "x"}]),
        answer(embeds=[{"color": 1}]),
        "$.data.embeds[0] breaks anyGiven",
    ),
]

CARDS = [
    Case("a card has its flag", card(text()), card(text(), flags=0), "$.data.flags lack Components V2"),
    Case(
        "a card's flag needs components",
        card(row(button())),
        answer(flags=COMPONENTS_V2, components=[], attachments=[{"id": 0}]),
        "$.data.flags announce Components V2 without components",
    ),
    Case(
        "an edit can keep a card's components",
        edit(flags=COMPONENTS_V2, attachments=[]),
        edit(flags=COMPONENTS_V2, components=[]),
        "$.flags announce Components V2",
    ),
    Case(
        "an edit to a card removes the content",
        edit(flags=COMPONENTS_V2, components=[text()], content=None),
        edit(flags=COMPONENTS_V2, components=[text()], content="x"),
        "$.content breaks maxLength 0",
    ),
    Case(
        "a card has 40 components",
        card(container(*[text()] * 37, row(button()))),
        card(container(*[text()] * 38, row(button()))),
        "$.data has 41 components, 40 fit",
    ),
    Case(
        "a card has 40 components on the first level",
        card(*[text()] * 40),
        card(*[text()] * 39, row(button())),
        "$.data has 41 components",
    ),
    Case(
        "a card has 4,000 characters",
        card(text("x" * 2000), section(text("x" * 2000))),
        card(text("x" * 2000), section(text("x" * 2001))),
        "$.data has 4001 characters in components, 4000 fit",
    ),
    Case(
        "a custom_id is unique in a message",
        card(section(), container(row(button(custom_id="b")))),
        card(section(), container(row(button()))),
        "$.data repeats the custom_id 'another'",
    ),
    Case(
        "an id is unique, except 0",
        card(text(id=0), text(id=0), text(id=1)),
        card(text(id=1), text(id=1)),
        "$.data repeats the id 1",
    ),
    Case(
        "a custom_id is unique in a modal",
        modal(label(field(custom_id="a")), label(select(custom_id="b"))),
        modal(label(field(custom_id="a")), label(select(custom_id="a"))),
        "$.data repeats the custom_id 'a'",
    ),
]

COMMANDS = [
    Case("commands are a list", commands(), Request("PUT", "/applications/1/commands", {}), "$ breaks type 'array'"),
    Case(
        "commands of a type have unique names",
        commands(command(name="run"), menu(name="run")),
        commands(command(name="run"), command(name="run")),
        "$ repeats the command 'run'",
    ),
    Case("100 slash commands fit", commands(*many(100)), commands(*many(101)), "$ has 101 commands of type 1, 100 fit"),
    *(
        Case(
            f"15 menus of type {kind} fit",
            commands(*many(15, menu, type=kind)),
            commands(*many(16, menu, type=kind)),
            f"$ has 16 commands of type {kind}, 15 fit",
        )
        for kind in (2, 3)
    ),
    Case(
        "a command has 8,000 characters",
        commands(weighing(8000)),
        commands(weighing(8001)),
        "$[0] has 8001 characters, 8000 fit",
    ),
]

CASES = [*field_cases.CASES, *ANSWERS, *TEXTS, *CARDS, *COMMANDS]
