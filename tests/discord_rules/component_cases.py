"""Each rule for components, with a body that keeps it and one that breaks it alone."""

from typing import Any

from tests.discord_rules.message_rules import COMPONENTS_V2
from tests.discord_rules.sample_payloads import (
    NOBODY,
    Case,
    answer,
    button,
    callback,
    card,
    container,
    edit,
    link,
    row,
    section,
    select,
    text,
    thumbnail,
)


def old(*components: Any) -> dict[str, Any]:
    return {"content": "x", "components": list(components), "allowed_mentions": NOBODY}


def buttons(count: int) -> list[dict[str, Any]]:
    return [button(custom_id=str(index)) for index in range(count)]


def gallery(*items: Any) -> dict[str, Any]:
    return {"type": 12, "items": list(items)}


def picture(**changes: Any) -> dict[str, Any]:
    return {"media": {"url": "https://example.org/run.png"}, **changes}


def file(url: str) -> dict[str, Any]:
    return {"type": 13, "file": {"url": url}}


MESSAGE = [
    Case(
        "Components V2 need their flag",
        card(text()),
        card(text(), flags=0),
        "$.data.flags lack Components V2",
    ),
    Case(
        "the flag needs components",
        card(row(button())),
        answer(flags=COMPONENTS_V2, components=[], attachments=[{"id": 0}]),
        "$.data.flags announce Components V2 (1 << 15), but there are no components.",
    ),
    Case(
        "an edit may leave a card's components alone",
        edit(flags=COMPONENTS_V2, attachments=[]),
        edit(flags=COMPONENTS_V2, components=[]),
        "$.flags announce Components V2 (1 << 15), but there are no components.",
    ),
    Case(
        "an edit to a card clears the content",
        edit(flags=COMPONENTS_V2, components=[text()], content=None),
        edit(flags=COMPONENTS_V2, components=[text()], content="x"),
        "$.content may not be given there.",
    ),
    Case(
        "no embeds beside a card",
        card(text(), embeds=[]),
        card(text(), embeds=[{"title": "x"}]),
        "$.data.embeds may not be given there.",
    ),
    Case(
        "40 components in all",
        card(container(*[text()] * 37, row(button()))),
        card(container(*[text()] * 38, row(button()))),
        "$.data.components are 41 with the nested ones, but at most 40 are allowed.",
    ),
    Case(
        "40 components on the first level",
        card(*[text()] * 40),
        card(*[text()] * 39, row(button())),
        "$.data.components are 41 with the nested ones",
    ),
    Case(
        "4,000 characters in all",
        card(text("x" * 2000), section(text("x" * 2000))),
        card(text("x" * 2000), section(text("x" * 2001))),
        "$.data.components show 4001 characters in all, but at most 4000 fit.",
    ),
    Case(
        "five rows without Components V2",
        callback(4, old(*(row(one) for one in buttons(5)))),
        callback(4, old(*(row(one) for one in buttons(6)))),
        "$.data.components has 6 entries",
    ),
    Case(
        "only rows without Components V2",
        callback(4, old(row(button()))),
        callback(4, old(button())),
        "$.data.components[0], of kind button, may not stand in a message without Components V2.",
    ),
    Case(
        "a custom_id comes once a message",
        card(row(button(custom_id="a")), container(row(button(custom_id="b")))),
        card(row(button(custom_id="a")), container(row(button(custom_id="a")))),
        "$.data.components[1].components[0].components[0].custom_id repeats 'a'",
    ),
    Case(
        "an id comes once a message, but 0 is none",
        card({**text(), "id": 0}, {**text(), "id": 0}, {**text(), "id": 1}),
        card({**text(), "id": 1}, {**text(), "id": 1}),
        "$.data.components[1].id repeats 1",
    ),
    Case(
        "an id is not negative",
        card({**text(), "id": 0}),
        card({**text(), "id": -1}),
        "$.data.components[0].id must be a whole number",
    ),
    Case(
        "an id fits 32 bits",
        card({**text(), "id": 2**32 - 1}),
        card({**text(), "id": 2**32}),
        "$.data.components[0].id must be a whole number",
    ),
    Case(
        "components are a list",
        answer(content="x", components=[]),
        answer(content="x", components={"type": 1}),
        "$.data.components must be a list",
    ),
    Case(
        "components are objects",
        card(text()),
        card(text(), "x"),
        "$.data.components[1] must be an object, not 'x'.",
    ),
]

PLACES = [
    Case(
        "a kind of component is known",
        card({"type": 14}),
        card({"type": 15}, text()),
        "$.data.components[0].type is 15, which is no kind of component.",
    ),
    Case(
        "a button stands in a row",
        card(row(button())),
        card(button(), text()),
        "$.data.components[0], of kind button, may not stand in a message's first level.",
    ),
    Case(
        "a select menu stands in a row",
        card(container(row(select()))),
        card(container(select())),
        "$.data.components[0].components[0], of kind string select, may not stand in a container.",
    ),
    Case(
        "no row in a row",
        card(row(button())),
        card(row(row(button())), text()),
        "$.data.components[0].components[0], of kind action row, may not stand in an action row.",
    ),
    Case(
        "no container in a container",
        card(container(text()), container(text())),
        card(container(container(text()))),
        "$.data.components[0].components[0], of kind container, may not stand in a container.",
    ),
    Case(
        "no row in a section",
        card(section(text())),
        card(section(row(link()))),
        "$.data.components[0].components[0], of kind action row, may not stand in a section.",
    ),
    Case(
        "a section's accessory is a button or a thumbnail",
        card(section(accessory=thumbnail()), section()),
        card(section(accessory=select())),
        "$.data.components[0].accessory, of kind string select, may not stand in a section's accessory.",
    ),
    Case(
        "a thumbnail stands beside a section",
        card(section(accessory=thumbnail())),
        card(container(thumbnail())),
        "$.data.components[0].components[0], of kind thumbnail, may not stand in a container.",
    ),
    Case(
        "a text input stands in no message",
        card(row(button())),
        card(row({"type": 4, "custom_id": "words", "style": 1})),
        "$.data.components[0].components[0], of kind text input, may not stand in an action row.",
    ),
]

LAYOUT = [
    Case("a text display is not empty", card(text("x")), card(text("")), "$.data.components[0].content is empty."),
    Case("a text display is not blank", card(text("x")), card(text(" \n")), "$.data.components[0].content is empty."),
    Case(
        "a section has an accessory",
        card(section()),
        card(section(accessory=None)),
        "$.data.components[0].accessory is missing",
    ),
    Case(
        "a section has three texts",
        card(section(*[text()] * 3)),
        card(section(*[text()] * 4)),
        "$.data.components[0].components has 4 entries",
    ),
    Case(
        "a section has a text",
        card(section()),
        card(section(components=[])),
        "$.data.components[0].components has 0 entries",
    ),
    Case(
        "a separator's spacing is 1 or 2",
        card({"type": 14, "spacing": 2, "divider": False}),
        card({"type": 14, "spacing": 3}),
        "$.data.components[0].spacing must be a whole number from 1 to 2",
    ),
    Case(
        "a separator's divider is true or false",
        card({"type": 14, "divider": True}),
        card({"type": 14, "divider": "yes"}),
        "$.data.components[0].divider must be true or false",
    ),
    Case("a container is not empty", card(container(text())), card(container()), "$.data.components[0].components has"),
    Case(
        "a colour has 24 bits",
        card(container(text(), accent_color=0xFFFFFF)),
        card(container(text(), accent_color=0x1000000)),
        "$.data.components[0].accent_color must be a whole number from 0 to 16777215",
    ),
    Case(
        "a container's spoiler is true or false",
        card(container(text(), spoiler=True)),
        card(container(text(), spoiler="yes")),
        "$.data.components[0].spoiler must be true or false",
    ),
    Case(
        "a thumbnail shows a picture",
        card(section(accessory=thumbnail(media={"url": "attachment://run.png"}))),
        card(section(accessory=thumbnail(media={"url": "file:///run.png"}))),
        "$.data.components[0].accessory.media.url must be an address of attachment, http, https",
    ),
    Case(
        "a picture's address has 2,048 characters",
        card(gallery(picture(media={"url": "https://example.org/" + "x" * 2028}))),
        card(gallery(picture(media={"url": "https://example.org/" + "x" * 2029}))),
        "$.data.components[0].items[0].media.url is 2049 characters long",
    ),
    Case(
        "a picture's spoiler is true or false",
        card(gallery(picture(spoiler=True))),
        card(gallery(picture(spoiler=1))),
        "$.data.components[0].items[0].spoiler must be true or false",
    ),
    Case("a gallery is not empty", card(gallery(picture())), card(gallery()), "$.data.components[0].items has 0"),
    Case(
        "a gallery has 10 pictures",
        card(gallery(*[picture()] * 10)),
        card(gallery(*[picture()] * 11)),
        "$.data.components[0].items has 11 entries",
    ),
    Case(
        "a picture's description has 1,024 characters",
        card(gallery(picture(description="x" * 1024))),
        card(gallery(picture(description="x" * 1025))),
        "$.data.components[0].items[0].description is 1025 characters long",
    ),
    Case(
        "a file is one attached",
        card(file("attachment://corpus.txt")),
        card(file("https://example.org/corpus.txt")),
        "$.data.components[0].file.url must be an address of attachment",
    ),
]

CASES = [*MESSAGE, *PLACES, *LAYOUT]
