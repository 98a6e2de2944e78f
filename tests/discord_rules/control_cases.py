"""Each rule for buttons and select menus, with a body that keeps it and one that breaks it alone."""

from typing import Any

from tests.discord_rules.sample_payloads import Case, button, card, link, option, options, row, select


def buttons(count: int) -> list[dict[str, Any]]:
    return [button(custom_id=str(index)) for index in range(count)]


BUTTONS = [
    Case("five buttons a row", card(row(*buttons(5))), card(row(*buttons(6))), "$.data.components[0].components has 6"),
    Case("a row is not empty", card(row(button())), card(row()), "$.data.components[0].components has 0 entries"),
    Case(
        "a label has 80 characters",
        card(row(button(label="x" * 80))),
        card(row(button(label="x" * 81))),
        "$.data.components[0].components[0].label is 81 characters long",
    ),
    Case(
        "a button has a label or an emoji",
        card(row(button(label=None, emoji={"name": "▶"}))),
        card(row(button(label=None))),
        "$.data.components[0].components[0] is a button with neither label nor emoji.",
    ),
    Case(
        "a lone label is not blank",
        card(row(button(label="", emoji={"name": "▶"}))),
        card(row(button(label=" "))),
        "$.data.components[0].components[0].label is empty.",
    ),
    Case(
        "an emoji has a name or an id",
        card(row(button(emoji={"name": "▶", "id": None}))),
        card(row(button(emoji={"name": "", "id": None}))),
        "$.data.components[0].components[0].emoji must name an emoji",
    ),
    Case(
        "a custom_id has 100 characters",
        card(row(button(custom_id="x" * 100))),
        card(row(button(custom_id="x" * 101))),
        "$.data.components[0].components[0].custom_id is 101 characters long",
    ),
    Case(
        "a custom_id is not empty",
        card(row(button(custom_id="x"))),
        card(row(button(custom_id=""))),
        "$.data.components[0].components[0].custom_id is empty.",
    ),
    Case(
        "a plain button has no address",
        card(row(button())),
        card(row(button(url="https://example.org/"))),
        "$.data.components[0].components[0].url may not be given there.",
    ),
    Case(
        "a link has no custom_id",
        card(row(link())),
        card(row(link(custom_id="x"))),
        "$.data.components[0].components[0].custom_id may not be given there.",
    ),
    Case(
        "a link has an address",
        card(row(link())),
        card(row(link(url=None))),
        "$.data.components[0].components[0].url must be a text",
    ),
    Case(
        "a link's address has 512 characters",
        card(row(link(url="https://example.org/" + "x" * 492))),
        card(row(link(url="https://example.org/" + "x" * 493))),
        "$.data.components[0].components[0].url is 513 characters long",
    ),
    Case(
        "a link leads somewhere",
        card(row(link(url="https://example.org/"))),
        card(row(link(url="https://"))),
        "$.data.components[0].components[0].url must be an address of discord, http, https",
    ),
    Case(
        "a link's address can be read",
        card(row(link())),
        card(row(link(url="https://[example"))),
        "$.data.components[0].components[0].url must be an address",
    ),
    Case(
        "a style is one of six",
        card(row(button(style=4))),
        card(row(button(style=7))),
        "$.data.components[0].components[0].style must be a whole number from 1 to 6",
    ),
    Case(
        "no style is 0",
        card(row(button(style=1))),
        card(row(button(style=0))),
        "$.data.components[0].components[0].style must be a whole number from 1 to 6",
    ),
    Case(
        "disabled is true or false",
        card(row(button(disabled=True))),
        card(row(button(disabled=1))),
        "$.data.components[0].components[0].disabled must be true or false",
    ),
    Case(
        "a premium button has a SKU",
        card(row(button(style=6, sku_id="1", label=None, custom_id=None))),
        card(row(button(style=6, label=None, custom_id=None))),
        "$.data.components[0].components[0].sku_id is empty.",
    ),
    Case(
        "a premium button has no label",
        card(row(button(style=6, sku_id="1", label=None, custom_id=None))),
        card(row(button(style=6, sku_id="1", custom_id=None))),
        "$.data.components[0].components[0].label may not be given there.",
    ),
]

MENUS = [
    Case(
        "a menu is alone in its row",
        card(row(select()), row(button())),
        card(row(select(), button())),
        "$.data.components[0] holds a select menu, which must be alone",
    ),
    Case(
        "a menu has 25 options", card(row(select(*options(25)))), card(row(select(*options(26)))), "$.data.components"
    ),
    Case(
        "a menu has an option",
        card(row(select())),
        card(row(select(options=[]))),
        "$.data.components[0].components[0].options has 0 entries",
    ),
    Case(
        "an option's label has 100 characters",
        card(row(select(option(label="x" * 100)))),
        card(row(select(option(label="x" * 101)))),
        "$.data.components[0].components[0].options[0].label is 101 characters long",
    ),
    Case(
        "an option's label is not blank",
        card(row(select(option(label="x")))),
        card(row(select(option(label=" ")))),
        "$.data.components[0].components[0].options[0].label is empty.",
    ),
    Case(
        "an option's value has 100",
        card(row(select(option("x" * 100)))),
        card(row(select(option("x" * 101)))),
        "$.data.components[0].components[0].options[0].value is 101 characters long",
    ),
    Case(
        "an option's description has 100",
        card(row(select(option(description="x" * 100)))),
        card(row(select(option(description="x" * 101)))),
        "$.data.components[0].components[0].options[0].description is 101 characters long",
    ),
    Case(
        "an option's default is true or false",
        card(row(select(option(default=True)))),
        card(row(select(option(default="yes")))),
        "$.data.components[0].components[0].options[0].default must be true or false",
    ),
    Case(
        "options have values of their own",
        card(row(select(option("a"), option("b")))),
        card(row(select(option("a"), option("a")))),
        "$.data.components[0].components[0].options[1].value repeats 'a'",
    ),
    Case(
        "a placeholder has 150",
        card(row(select(placeholder="x" * 150))),
        card(row(select(placeholder="x" * 151))),
        "$.data.components[0].components[0].placeholder is 151 characters long",
    ),
    Case(
        "the least of values is not above the most",
        card(row(select(*options(3), min_values=2, max_values=2))),
        card(row(select(*options(3), min_values=3, max_values=2))),
        "$.data.components[0].components[0].min_values is above max_values.",
    ),
    Case(
        "no more values than options",
        card(row(select(*options(2), max_values=2))),
        card(row(select(*options(2), max_values=3))),
        "$.data.components[0].components[0].max_values is 3, but there are only 2 options.",
    ),
    Case(
        "at least one value may be chosen",
        card(row(select(min_values=0, max_values=1))),
        card(row(select(max_values=0))),
        "$.data.components[0].components[0].max_values must be a whole number from 1 to 25",
    ),
    Case(
        "the least of values is 25 at most",
        card(row({"type": 5, "custom_id": "who", "min_values": 25, "max_values": 25})),
        card(row({"type": 5, "custom_id": "who", "min_values": 26})),
        "$.data.components[0].components[0].min_values must be a whole number from 0 to 25",
    ),
    Case(
        "a menu is disabled or not",
        card(row(select(disabled=False))),
        card(row(select(disabled="no"))),
        "$.data.components[0].components[0].disabled must be true or false",
    ),
    Case(
        "an option's emoji has a name",
        card(row(select(option(emoji={"name": "▶"})))),
        card(row(select(option(emoji="▶")))),
        "$.data.components[0].components[0].options[0].emoji must name an emoji",
    ),
    *(
        Case(
            f"a menu of {things} stands alone too",
            card(row({"type": kind, "custom_id": "menu"})),
            card(row({"type": kind, "custom_id": "menu"}, button())),
            "$.data.components[0] holds a select menu, which must be alone",
        )
        for kind, things in ((5, "members"), (6, "roles"), (7, "members and roles"), (8, "channels"))
    ),
    Case(
        "a menu of members has a custom_id",
        card(row({"type": 5, "custom_id": "who"})),
        card(row({"type": 5})),
        "$.data.components[0].components[0].custom_id must be a text, not None.",
    ),
]

CASES = [*BUTTONS, *MENUS]
